"""Run-ons: where a stretch that speech left without a full stop may be cut without changing what it says."""

from __future__ import annotations

import re

_SUBJECT = r"(?:i|we|you|he|she|they|it|that|this|there)"
_CLAUSE = re.compile(rf"\b{_SUBJECT}(?:'\w+|\s+[a-z])", re.IGNORECASE)
_UNDER = re.compile(
    r"\b(?:if|when|whenever|because|while|although|though|since|unless|until|till|once|after|before|as|every time)\b",
    re.IGNORECASE,
)
# A question after a statement; a parting word after an arrangement; a second offer after the first.
_SPLICE = re.compile(
    r",\s+(?=shall we\b|(?:what|how|when|where|which|who|why) (?:would|do|did|is|are|was|were|might|could|will|can)\b|"
    r"(?:did|do|would|could|can|have|are|will) you\b|before we (?:stop|finish|go|end)\b|"
    r"i (?:could|can|might|will|would) (?!not\b)\w+)",
    re.IGNORECASE,
)
# "We have no time left today I would like to ...": a stop was not heard.
_UNSTOPPED = re.compile(r"\b(?:today|anyway|right now)(?P<cut>\s+)(?=I (?:would like|want|will|am going|think)\b)")
# "That feels possible when he asks me, I will say no": what comes before "when" stood alone.
_HEAD = re.compile(
    r"^(?:(?:yes|yeah|no|okay|well|and|so),? )*(?:(?:that|this) (?:feels|sounds|seems|looks|is|makes)\b[^,]{2,30}?|"
    r"[^,]{3,60}? like (?:that|this))(?P<cut>\s+)(?=(?:when|if|whenever|every time|each time) [^,]+, "
    r"(?:i|you|we|he|she|they|it|the|my)\b)",
    re.IGNORECASE,
)


def cut(piece: str) -> list[str]:
    """`piece` in contiguous parts, each of which can stand alone; mostly just itself."""
    if '"' in piece or "\u201c" in piece or len(piece.split()) < 9:
        return [piece]
    places = [m.span("cut") for m in (_HEAD.search(piece), _UNSTOPPED.search(piece)) if m]
    places += [m.span() for m in _SPLICE.finditer(piece)]
    parts, start = [], 0
    for a, b in sorted(places):
        left = piece[start:a]
        if len(left.split()) >= 3 and _CLAUSE.search(left) and (_stops(left) or piece[a] != ","):
            parts.append(left.strip())
            start = b
    return [*parts, piece[start:].strip()]


def _stops(left: str) -> bool:
    """A whole clause that leads on to nothing: no "if", no "I said" at its end."""
    return not _UNDER.search(left) and not re.search(r"\b(?:say|said|think|thought|know|like|mean|so)$", left.lower())
