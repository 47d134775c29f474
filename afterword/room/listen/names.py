"""Names that were nearly heard, put right by a list that the person wrote. RED.

Only a word that is no ordinary one can become a name, and only where the two sound nearly alike; every other word stays
as it was heard.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from afterword.capture.known import Name
from afterword.room.listen.lexicon import is_known_name, is_ordinary
from afterword.room.listen.sounds import alike, sounds_of

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_OWNED = re.compile(r"['’]s?$")
_BEGINS = re.compile(r"[.!?…:\"“‘(]")
# How alike (0 to 1) two words sound: enough where nobody knows the word; where many bear it as a name, or it is a word
# of its own; for two words that were one. docs/voice.md says what that gives.
_NEAR, _NEARLY_THE_SAME, _JOINED = 0.86, 0.92, 0.88
_SHORTEST = 3
# Written with a capital, and nobody's name.
_NEVER = frozenset(
    re.findall(
        r"\S+",
        "I I'm I've I'd I'll Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May "
        "June July August September October November December Mr Mrs Ms Dr Doctor God Christmas Easter English OK Okay",
    )
)


@dataclass(frozen=True)
class _Place:
    """A word in a text, without the 's of what is owned. `first`: a sentence begins with it."""

    start: int
    end: int
    text: str = field(repr=False)
    first: bool


class RightNames:
    """What a list of names does to a text. A name of several words counts as each of them."""

    def __init__(self, names: Sequence[Name]) -> None:
        words = [word for name in names for word in _WORD.findall(name.name) if len(word) >= _SHORTEST]
        self._names = {word: sounds_of(word) for word in words if word[0].isupper() or not is_ordinary(word)}
        self._nearest_of: dict[str, tuple[float, str]] = {}
        self._heard = {heard.lower(): name.name for name in names for heard in name.heard}

    def in_text(self, text: str) -> str:
        """The text with those words put right that were names."""
        found, after = [], 0
        places = list(_places(text))
        for index, place in enumerate(places):
            if place.start < after:
                continue
            two = places[index + 1] if index + 1 < len(places) else None
            end, name = self._right(text, place, two)
            if name:
                found += [text[after : place.start], name]
                after = end
        return "".join([*found, text[after:]])

    def _right(self, text: str, place: _Place, after: _Place | None) -> tuple[int, str]:
        """Up to where, and the name; or no name."""
        joined = after is not None and text[place.end : after.start] == " "
        if joined and after and (name := self._one_of_two(place, after)):
            return after.end, name
        return place.end, self._one(place)

    def _one(self, place: _Place) -> str:
        if place.text in self._names or not _may_be_a_name(place):
            return ""
        if name := self._heard.get(place.text.lower()):
            return name
        strict = place.first or _is_known(place.text)
        return self._nearest(place.text, _NEARLY_THE_SAME if strict else _NEAR)

    def _one_of_two(self, place: _Place, after: _Place) -> str:
        """Two words that were heard for one name: both with a capital, and one of them at least nobody's word."""
        both = (place, after)
        if any(one.text in self._names or one.text in _NEVER for one in both):
            return ""
        if not any(_may_be_a_name(one) for one in both):
            return ""
        if name := self._heard.get(f"{place.text} {after.text}".lower()):
            return name
        if not all(one.text[:1].isupper() for one in both) or all(_is_known(one.text) for one in both):
            return ""
        together = self._nearest(place.text + after.text, _JOINED)
        return "" if any(self._nearest(one.text, _NEAR) == together for one in both) else together

    def _nearest(self, word: str, least: float) -> str:
        if word not in self._nearest_of:
            sounds = sounds_of(word)
            near = ((alike(sounds, its), name) for name, its in self._names.items())
            self._nearest_of[word] = max(near, default=(0.0, "")) if len(word) >= _SHORTEST else (0.0, "")
        likeness, name = self._nearest_of[word]
        return name if likeness >= least else ""


def _places(text: str) -> Iterator[_Place]:
    before = 0
    for found in _WORD.finditer(text):
        word = _OWNED.sub("", found.group())
        first = before == 0 or bool(_BEGINS.search(text, before, found.start()))
        yield _Place(found.start(), found.start() + len(word), word, first)
        before = found.end()


def _is_known(word: str) -> bool:
    return is_known_name(word) or is_ordinary(word)


def _may_be_a_name(place: _Place) -> bool:
    """Written with a capital: where a sentence begins, only a word that is not ordinary."""
    if not place.text[:1].isupper() or place.text in _NEVER:
        return False
    return not (place.first and is_ordinary(place.text))
