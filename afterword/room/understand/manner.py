"""What the product never says by itself, whoever wrote the line: verdicts, praise, diagnoses, advice. As patterns."""

from __future__ import annotations

import re

from afterword.room.understand.builtin.clauses import mask
from afterword.room.understand.builtin.person import self_attack

_OWN_VERDICT = re.compile(r"\byou(?:'re| are| were|'ve been| must be| sound like| look like| feel like) ")
_DENIED = re.compile(r"\byou(?:'re| are| were) not [^,.;]*|\byou (?:aren't|weren't) [^,.;]*")
_TURNED = re.compile(r"\byou(?:'re| are)\b")
_TURNED_TOO = re.compile(r"\byou (?:were|feel like|sound like|look like)\b")
_PRAISE = re.compile(
    r"\b(?:well done|good job|great job|great work|good work|bravo|congratulations|kudos|keep it up|way to go|"
    r"you(?:'re| are) doing (?:great|so well|really well|amazing)|(?:you should|can) be proud of yourself|"
    r"(?:impressive|remarkable|admirable|courageous|brave|wonderful|inspiring)(?:ly)? (?:step|progress|of you|that you|"
    r"work|honesty|insight|growth))\b"
)
_ADVICE = re.compile(
    r"\b(?:you (?:should|must|need to|ought to|have to|had better)|try to|consider \w+ing|remember to|make sure to|"
    r"don't forget to|it (?:is|would be|may be|might be) (?:important|helpful|good|best|worth\w*) "
    r"(?:to|for you to|if you)|"
    r"we recommend|i recommend|i suggest)\b"
)
_DIAGNOSIS = re.compile(
    r"\b(?:depress(?:ion|ive)|bipolar|ptsd|post-traumatic|trauma response|adhd|autis\w+|borderline|narcissis\w+|"
    r"ocd|obsessive|disorder|syndrome|psychosis|psychotic|schizo\w+|codependen\w+|attachment style|"
    r"(?:avoidant|anxious) attachment|dissociat\w+|clinical\w*|symptom\w*|diagnos\w+|pathological|personality disorder|"
    r"suicidal ideation|alexithym\w+|enmeshed|parentif\w+|gaslight\w*|cognitive distortion\w*|maladaptive)\b"
)
_ATTRIBUTED = re.compile(
    r"\b(?:your therapist|they|she|he|[a-z]+) (?:said|suggested|asked|offered|told|wondered|thought|advised|invited|"
    r"proposed|reminded|pointed|wanted|recommended|would like|encouraged)\b|\byou (?:said|thought|told|felt|decided|"
    r"agreed|want|wanted|realised|realized|saw|noticed|feel|know|knew)\b"
)


def passes_verdict(text: str) -> bool:
    """True where the product itself would call someone names: self-attack may only be quoted."""
    outside = _DENIED.sub(" ", mask(text).replace("_", " "))
    turned = _TURNED_TOO.sub("i was", _TURNED.sub("i'm", outside))
    return bool(_OWN_VERDICT.search(outside)) and self_attack(turned)


def praises(text: str, said: str) -> bool:
    """Praise that is not a report of somebody's."""
    return _of_its_own(_PRAISE, text, said)


def diagnoses(text: str, said: str) -> bool:
    """A word of the clinic that nobody used."""
    lower = said.lower()
    return any(m.group() not in lower for m in _DIAGNOSIS.finditer(mask(text)))


def advises(text: str, said: str) -> bool:
    """An order or a piece of advice of the product's own."""
    return _of_its_own(_ADVICE, text, said)


def _of_its_own(pattern: re.Pattern[str], text: str, said: str) -> bool:
    """Nobody is said to have said it, and nobody did."""
    masked = mask(text)
    found = pattern.search(masked)
    return found is not None and not _ATTRIBUTED.search(masked[: found.start()]) and found.group() not in said.lower()
