"""Expressions of time, found as they were said."""

from __future__ import annotations

import re

DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tues?|weds?|thurs?|thu|fri|sat|sun"
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|tues|weds|thurs"
MONTH = (
    r"january|february|march|april|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|"
    r"sept|sep|oct|nov|dec|may(?= \d)"
)
ORDINAL = (
    r"(?:twenty|thirty)-(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|(?:twenty|thirty) "
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|first|second|third|fourth|fifth|sixth|seventh|"
    r"eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|"
    r"twentieth|thirtieth|\d{1,2}(?:st|nd|rd|th)"
)
HOUR = r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_PART = r"(?: (?:morning|afternoon|evening|night|lunchtime|after \w+))?"
_WHEN = re.compile(
    rf"(?:\b(?:on|by|before|after|until|till|this|next|every|each|come|first thing) )*\b(?:{_DAY})\b{_PART}"
    rf"(?:,? the (?:{ORDINAL}))?(?: at (?:{HOUR})(?:-\w+)?\b)?"
    rf"|\b(?:by |on |until |before )?the (?:{ORDINAL})\b(?! (?:time|one|thing|of all|part|day|week|person|place|two|"
    r"half|floor|night|year|session|few))"
    rf"|\b(?:{MONTH}) (?:the )?(?:\d{{1,2}}(?:st|nd|rd|th)?|(?:{ORDINAL}))\b"
    r"|\b(?:by |before )?(?:tonight|tomorrow)(?: (?:morning|afternoon|evening|night))?\b"
    r"|\b(?:later |by the end of |before the end of )?(?:today|this (?:week|weekend|evening|afternoon|month))\b"
    r"|\b(?:by |before |until |over )?(?:next (?:week|time|month|session)|the weekend)\b"
    r"|\bbefore (?:we meet|i see you|you see me|our next|the next session|our next session)\b"
    r"|\b(?:every|each) (?:other )?(?:day|night|morning|evening|week|time)\b(?: (?:this week|for a week))?"
    r"|\b(?:once|twice|three times|\d+ times|one time) (?:a|per) (?:day|week)\b"
    rf"|\bby (?:{HOUR}|noon|midnight|lunch)\b(?! of)|\bin (?:a|two|three|\d) (?:days?|weeks?)\b|"
    rf"\btwo weeks from today\b"
)


def times_in(text: str) -> list[tuple[int, int]]:
    """Where in `text` a time is named, as spans, in order. `text`: masked or plain."""
    return [m.span() for m in _WHEN.finditer(text.lower())]


def last_time(text: str, masked: str) -> str | None:
    """The time that stands at the end: the later of two, unless the later one is refused."""
    spans = times_in(masked)
    while spans:
        start, end = spans.pop()
        before = masked[max(0, start - 14) : start]
        after = masked[end : end + 14]
        if re.match(r"\s*[,.]?\s*(?:no\b|not\b|wait\b|sorry\b|i mean\b|actually\b)", after) and spans_after(
            masked, end
        ):
            continue
        if re.search(r"\b(?:not|work|since|last|was|were)\b[^,.]*$", before):
            continue
        if text[start:end].endswith("days") and any(not text[a:b].endswith("days") for a, b in spans):
            continue
        if before.endswith("the ") and re.match(r" (?:one|group|class|thing|session|meeting group)\b", after):
            continue
        start = _start_of_list(masked, spans, start, end)
        return re.sub(r"^(?:on|come) ", "", text[start:end].strip(), flags=re.IGNORECASE)
    return None


def _start_of_list(masked: str, earlier: list[tuple[int, int]], start: int, end: int) -> int:
    """Where "Tuesday and Thursday" begins: neither day alone would be what was said."""
    if re.match(r"\s+(?:i|we|you|he|she|they)\b", masked[end:]):
        return start  # "on Monday, and on Tuesday I": the later day begins a clause of its own
    for a, b in reversed(earlier):
        if not re.fullmatch(r",? (?:and|or) |, ", masked[b:start]):
            break
        start = a
    return start


def spans_after(masked: str, end: int) -> bool:
    return any(start > end for start, _ in times_in(masked))
