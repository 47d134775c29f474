"""Which Moments are heavy: those wait for one more tap, and never come two in a row. AMBER.

A small list of words, and where in the session the line stands. It errs towards heavy: the price is one tap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from afterword.notebook.past import Past
from afterword.record import Line, Moment, Passage, Source

NEAR_SECONDS = 60.0
NEAR_DANGER_SECONDS = 300.0

_DEATH = (
    r"d(?:ie|ies|ied|ying)", r"dead(?!line|lock|pan)\w*", r"deaths?", r"funerals?", r"bur(?:y|ied|ial)",
    r"grave(?:side|yard)?s?", r"grie(?:f|v\w+)", r"mourn\w*", r"suicid\w*", r"kill\w*", r"overdos\w*",
    r"miscarr\w*", r"stillb\w+", r"hospices?", r"widow\w*", r"bereav\w*", r"cremat\w*", r"ashes", r"coffin",
    r"passed away",
    r"(?:lost|losing|loss of) (?:my|our|the|her|him|a) (?:mum|mom|mam|mother|dad|father|brother|sister|son|daughter|"
    r"baby|child|twins?|wife|husband|partner|friend|nan|gran\w*)",
    r"(?:not|\w*n.t) (?:want(?:ed)? to|wish to) (?:be here|be alive|be around|live|exist|wake up)",
    r"end (?:it all|my life)", r"better off without me", r"no point (?:in )?(?:going on|living)",
)  # fmt: skip
_HURT = (
    r"cut(?:ting)? (?:myself|my (?:arms?|wrists?|legs?|skin))", r"(?:hurt|harm|burn)(?:ing|ed)? myself",
    r"self[- ]?harm\w*",
    r"(?:hit|hits|hitting|beat|beats|beaten|beating|punch\w*|slap\w*|kick\w*|chok\w+|strangl\w*|shov\w+) "
    r"(?:me|us|her|him|you|my (?:mum|mom|mother|brother|sister|son|daughter)|the (?:kids|children|baby))",
    r"rap(?:e|ed|ist|ing)", r"abus\w*", r"molest\w*", r"assault\w*", r"violen\w*", r"traum\w*", r"incest\w*",
    r"touched me", r"forced me", r"threat(?:s|en\w*)", r"(?:afraid|scared|frightened|terrified) of (?:him|her)",
    r"knife|knives|guns?|bleeding", r"nightmares?", r"flashbacks?", r"panic attacks?",
)  # fmt: skip
_SHAME = (
    r"asham\w*", r"shame\w*", r"humiliat\w*", r"disgust\w*", r"worthless\w*", r"hat(?:e|ed|ing) (?:myself|my body|me)",
    r"(?:i.m|i am|you.re|you are) (?:broken|nothing|a failure|a monster|dirty|unlovable)", r"a burden",
    r"(?:never|nobody|no one) (?:\w+ )?(?:loved?|wanted) me", r"abandon\w*", r"my fault", r"unforgiv\w*",
)  # fmt: skip
_HEAVY = re.compile(rf"\b(?:{'|'.join((*_DEATH, *_HURT, *_SHAME))})\b", re.IGNORECASE)
# What weighs on the lines around it as well.
_AROUND = re.compile(rf"\b(?:{'|'.join((*_DEATH, *_HURT))})\b", re.IGNORECASE)
# Worn expressions in which nothing of it is meant.
_WORN = re.compile(
    r"\b(?:dying (?:to|of (?:laughter|boredom|curiosity|embarrassment))|dead (?:tired|end|serious|easy|right|on|set)|"
    r"kill(?:ing)? (?:time|two birds|the (?:mood|engine|lights?))|died (?:down|laughing)|to die for|killing it|"
    r"die of embarrassment|bury (?:the hatchet|my head)|what a shame|it.s a shame|shame (?:that|about))\b",
    re.IGNORECASE,
)


def is_heavy(past: Past, place: int) -> bool:
    """Whether that Moment is one to open, not to meet. By its own words, by what was said around it, and, where danger
    came up in the session, by being near it: where nobody knows how near, it is."""
    moment = past.record.moments[place]
    return weighs(moment.text) or _around(past, moment) or _near_danger(past, moment)


def weighs(text: str) -> bool:
    """Whether words of death, grief, violence or shame stand in the text, and not only in a worn expression."""
    return bool(_HEAVY.search(_WORN.sub(" ", text)))


def _around(past: Past, moment: Moment) -> bool:
    record = past.record
    lines: Iterable[Line | Passage | Moment] = (*record.overview, *record.insights, *record.recap, *record.moments)
    return any(_AROUND.search(_WORN.sub(" ", line.text)) and _near(line.source, moment.source) for line in lines)


def _near(one: Source | None, other: Source | None) -> bool:
    """Said within a minute; a line put together from several places is near none of them."""
    if one is None or other is None or one.places > 1 or (one.second == 0.0 and other.second == 0.0):
        return False
    return abs(one.second - other.second) <= NEAR_SECONDS


def _near_danger(past: Past, moment: Moment) -> bool:
    danger = past.record.safety
    if danger is None:
        return False
    if danger.source is None or moment.source is None or danger.source.places > 1:
        return True
    return abs(danger.source.second - moment.source.second) <= NEAR_DANGER_SECONDS
