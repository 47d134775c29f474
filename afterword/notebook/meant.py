"""Whether a step of a record is meant: what somebody took on, and nothing that was supposed, refused or replaced."""

from __future__ import annotations

import re

from afterword.notebook.told import is_spoken, sentences, unquoted, words
from afterword.record import NextStep

# Of a step that is told with what was said around it, at most so many words.
MOST_WORDS = 34
# What stands around it says something from so many words on.
_LEAST = 3
_TAKEN_ON = re.compile(
    r"""\b(?:(?:I|we|you|he|she|they)(?:'ll|\ will)|(?:I|we|you)(?:'m|'re|\ am|\ are)\ (?:gonna|going\ to|\w{2,}ing)
    |(?:I|we|you)(?:'ve)?\ (?:gotta|got\ to|have\ to|need\ to|can|could)|let's|I\ promise)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_ASKED = re.compile(
    r"""^(?:(?:so|and|okay|well|just|then)[,\ ]+)*(?:call|phone|ring|text|write|bring|put|take|try|send|read|ask|tell
    |sit|walk|notice|practi[sc]e|do|start|stop|leave|give|go|come|talk|look|watch|set|make|book|print|note|pick|use|wait|stay)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_SUPPOSED = re.compile(
    r"""\b(?:if\b[^.?!]*\b(?:was|were|had|rang|would)|(?:I|you|we)'?d\ (?:say|have|ask|go|never|probably)
    |(?:would|could|should)\ have|used\ to)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_REPLACED = re.compile(
    r"\b(?:(?:was|were)\ (?:gonna|going\ to|planning)|scratch\ (?:that|the)|instead\ of\ that)\b", re.I | re.X
)
_REFUSED = re.compile(
    r"\b(?:don't|do not|won't|will not|can't|cannot|never|not (?:gonna|going to)|doesn't have to)\b", re.IGNORECASE
)


_IF = re.compile(r"\bif (?:I|you|we)\b", re.IGNORECASE)
_OFFERED = re.compile(r"\b(?:you|we)'d\b", re.IGNORECASE)


def is_meant(step: NextStep) -> bool:
    """Whether somebody took it on, and nothing beside it takes it back."""
    beside = _plain(step.text)
    return is_open(step) and (step.certainty == "agreed" or not (_SUPPOSED.search(beside) or _REPLACED.search(beside)))


def is_open(step: NextStep) -> bool:
    """Whether its own words leave something to do. An agreed step's do; one that was only mentioned says that somebody
    will, or is asked of the other."""
    if step.certainty == "agreed" or not step.text:
        return bool(step.text)
    said = _plain(step.quote or step.text)
    if _SUPPOSED.search(said) or _REPLACED.search(said):
        return False
    if not is_spoken(step.text):
        return True
    return bool(_ASKED.search(said) or _TAKEN_ON.search(said)) and not _REFUSED.search(said)


def shortly(step: NextStep) -> str:
    """Its text; where that tells what was said around it, as much as stands next to its own words and takes nothing
    back."""
    parts = sentences(step.text)
    if not any(map(is_spoken, parts)):
        return step.text
    own = next((at for at, part in enumerate(parts) if _bare(step.quote) in _bare(part)), len(parts) - 1)
    kept, left = [own], MOST_WORDS - words(parts[own])
    for at, part in ((own - 1, parts[max(own - 1, 0) : own]), (own + 1, parts[own + 1 : own + 2])):
        if part and words(part[0]) <= left and _tells(part[0], before=at < own):
            kept, left = sorted([*kept, at]), left - words(part[0])
    return " ".join(parts[at] for at in kept)


def is_supposed(text: str) -> bool:
    """Whether it tells of what was only thought of, offered, or replaced by something else."""
    return _is_doubtful(text) or bool(_IF.search(_plain(text)))


def _is_doubtful(text: str) -> bool:
    return any(how.search(_plain(text)) for how in (_SUPPOSED, _REPLACED, _OFFERED))


def _tells(part: str, *, before: bool) -> bool:
    return (
        words(unquoted(part)) >= _LEAST
        and not _is_doubtful(part)
        and not _REFUSED.search(_plain(part))
        and (before or "?" not in part)
    )


def _plain(text: str) -> str:
    return text.replace("\u2019", "'")


def _bare(text: str) -> str:
    return " ".join(re.findall(r"[a-z']+", _plain(text).lower()))
