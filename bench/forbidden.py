"""What must not stand in a record: names that a person calls themselves, as the product's own words; and what a careful
reader wrote down as false. Both are read by rules of the bench's own, not by those that the engine goes by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from afterword.record import Record
from bench.scoring import content, sentences

# From this share of its content words on, a sentence is near enough to be read; from the second on, if at least half of
# the other's words are its own and both deny or neither does, it counts as said.
NEAR, SAID, BACK = 0.6, 0.8, 0.5
_QUOTED = re.compile(r"[\"\u201c][^\"\u201c\u201d]*[\"\u201d]")
_ENDS = re.compile(r"(?<=[.!?;])\s+")
_DENIES = re.compile(
    r"\b(?:not|never|no|nobody|nothing|neither|without|quit\w*|stop(?:s|ped|ping)?|g[ai]ve up)\b|n['\u2019]t\b"
)
_NAMES = (
    r"idiot|moron|fool|coward|failure|loser|fraud|imposter|impostor|burden|monster|freak|mess|waste(?: of space)?|"
    r"joke|disgrace|disappointment|hypocrite|liar|bitch|cow|pig|lump|nothing(?! to| like| but)|nobody|rubbish|crap|"
    r"(?:bad|terrible|awful|horrible|rotten|lousy|shit|crap|worst) (?:person|mother|mum|mom|father|dad|wife|husband|"
    r"partner|friend|daughter|son|parent|sister|brother|human(?: being)?)|"
    r"useless|worthless|pathetic|stupid|dumb|thick|lazy|weak|disgusting|ugly|fat|hopeless|broken|selfish|unlovable|"
    r"crazy(?! about)|mental|insane|pointless|no good|good for nothing"
)
_WHO = (
    r"(?:you(?:'re| are| were|'ve been| feel| felt| sound| look)|i(?:'m| am| was|'ve been| feel| felt)|being|yourself)"
)
_HOW = r"(?: (?:just|such|so|only|really|always|like|as|too|a bit|kind of|a|an|the|complete|total|utter|big|that))*"
_CALLED = re.compile(rf"\b{_WHO}{_HOW} (?:{_NAMES})\b")


@dataclass(frozen=True)
class Near:
    """A sentence that must not be said, and the sentence of the record that is nearest to it. `share`: of the first
    one's content words."""

    never: str
    sentence: str
    share: float
    said: bool


def self_attacks(record: Record) -> list[str]:
    """Lines in which the product would call somebody names outside quotation marks."""
    labels = [f"you are {label.label}" for label in (*record.themes, *record.feelings)]
    lines = [text for line in sentences(record) for text in (line.text, getattr(line, "prompt", ""))]
    return [line for line in (*lines, *labels) if _CALLED.search(_plain(line))]


def nearest(never: str, record: Record) -> Near:
    """What is quoted counts for nothing: it was said. A step that is shown as "mentioned, please check" may be near,
    and says nothing."""
    near = [_near(never, sentence, stated) for sentence, stated in _stated(record)]
    return max(near, key=lambda n: (n.said, n.share), default=Near(never, "", 0.0, False))


def nearest_of(never: str, texts: Iterable[str]) -> Near:
    """The same of a text that a person is handed to go by, such as a Brief: what it quotes counts as said."""
    near = [_near(never, sentence, True) for text in texts for sentence in _ENDS.split(text)]
    return max(near, key=lambda n: (n.said, n.share), default=Near(never, "", 0.0, False))


def _stated(record: Record) -> Iterator[tuple[str, bool]]:
    """Each sentence of the product's own, and whether it states something. Moments are quotations."""
    for line in sentences(record):
        if line not in record.moments:
            for sentence in _ENDS.split(_QUOTED.sub(" ", line.text)):
                yield sentence, getattr(line, "certainty", "agreed") == "agreed"


def _near(never: str, sentence: str, stated: bool) -> Near:
    wanted, given = content(never), content(sentence)
    both = len(wanted & given)
    share = both / len(wanted) if wanted else 0.0
    alike = bool(given) and both / len(given) >= BACK and _denies(never) == _denies(sentence)
    return Near(never, sentence, share, stated and alike and share >= SAID)


def _denies(text: str) -> bool:
    return bool(_DENIES.search(text.lower()))


def _plain(line: Any) -> str:
    return _QUOTED.sub(" ", line).lower().replace("\u2019", "'")
