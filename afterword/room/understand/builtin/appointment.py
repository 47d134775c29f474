"""When they meet next: the words said, and the date read from them with care."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from afterword.record import NextAppointment
from afterword.room.understand.builtin.clauses import Sentence, Talk, stems
from afterword.room.understand.builtin.times import DAY, HOUR, MONTH, ORDINAL

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_ORDINALS = (
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth",
)  # fmt: skip

_MINUTES = {
    "fifteen": 15,
    "thirty": 30,
    "forty-five": 45,
    "forty five": 45,
    "twenty": 20,
    "ten": 10,
    "forty": 40,
    "fifty": 50,
    "oh-five": 5,
}
_WEEKDAY = re.compile(rf"\b(?P<next>next |this |a week (?:on )?)?(?P<day>{DAY})\b(?! (?:night we|last))")
_NUMBER = re.compile(
    rf"\b(?:the )?(?P<ord>{ORDINAL})\b(?! (?:time|one|thing|of all|floor|session|week|half|person|"
    rf"place|part|avenue|street))"
)
_MONTH = re.compile(
    rf"\b(?P<month>{MONTH}|may)\.?\b(?: (?:the )?(?P<num>\d{{1,2}}))?|"
    rf"\b(?P<num2>\d{{1,2}}) (?:of )?(?P<month2>{MONTH}|may)\b"
)
_WEEK_AFTER = re.compile(rf"\b(?:{DAY}) week\b")
_DAY_AND_NUMBER = re.compile(
    rf"\b(?:{DAY}),? (?P<num>[12]?\d|3[01])\b(?!:|\.\d|\s?[ap]\.?m\b|"
    r"\s?(?:o'?clock|weeks?|days?|minutes?))"
)
_APART = re.compile(
    r"\b(?:in )?(?P<n>a|one|two|three|four|\d) (?:weeks?|wks?)\b(?: (?:from|today|time|on))?|"
    r"\b(?P<next>next week|week after next|a fortnight|a week today|tomorrow)\b"
)
_CLOCK = re.compile(
    rf"\b(?P<h>\d{{1,2}})(?:[:.](?P<m>\d\d))\s?(?P<ap>[ap]\.?m\b)?|"
    rf"\b(?:at )?(?P<h2>\d{{1,2}})\s?(?P<ap2>[ap]\.?m\b)|\b(?:at )(?P<h3>\d{{1,2}})\b(?![:.]\d|"
    rf"\s?(?:[ap]\.?m\b|minutes|weeks|"
    rf"days|%))|"
    rf"\b(?P<half>half past|half|quarter past|quarter to) (?P<hw>{HOUR})\b|\b(?:at |a |or |"
    rf"got )?(?P<w>{HOUR})[- ](?P<wm>fifteen|thirty|forty-five|forty five|twenty|ten|forty|"
    rf"fifty)\b(?! minutes)|"
    rf"\b(?:at |a |or |got )?(?P<w2>{HOUR}) o'?clock\b|\b(?:at|or|got|"
    rf"a) (?P<w3>{HOUR})\b(?![- ](?:fifteen|thirty|forty|twenty|ten|fifty|o'?clock)| (?:to|weeks?|days?|"
    rf"minutes?|hours?|more|of|or so|people|times|things|and a half))|\b(?P<noon>noon|midday)\b"
)
_CUE = re.compile(
    r"\b(?:see you|next (?:one|session|appointment|time|visit)|same time|same place|i(?:'ve|"
    r" have) got|book(?:ed)?|appointment|on video|on zoom|back (?:on|in|here)|we(?:'re| are) (?:on|at|"
    r"next|back)|i'll see|meet|works for|that works|could (?:we|you) do|"
    r"can (?:you|we) do|session|from today|come (?:back|in)|our next|next tues|next wed|next thu|"
    r"next mon|next fri|so,? (?:that's|it's)|put you (?:down|in)|usual time|i can do)\b|^next\b"
)
_NOT = re.compile(
    r"\b(?:i was|last|was supposed|yesterday|every (?:week|other)|call (?:her|him|them|it)|i'll call|"
    r"due|birthday|wedding|shift|deadline|party|dinner|exam|my flight|fly|surgery|court|interview|"
    r"homework|phone|minutes|text me|text you|by (?:mon|tues|wednes|thurs|fri|satur|sun))\b"
)
_CORRECTED = re.compile(r"\b(?:no|wait|sorry|i mean|actually),? (?:\w+ \w+ \w+, )?")
_TAIL = re.compile(
    r"[ ,;(]+(?:not\b|(?:it's|its|that's) not\b|instead of\b|(?:i|he|she|they|we)(?:'d| had)? "
    r"(?:said|thought|had)\b|because\b)"
)
_WHEN_SAID = (_WEEKDAY, _NUMBER, _MONTH, _APART)
_BY_PHONE = re.compile(r"\b(?:phone you|call you|ring you|phone me|i'll phone|text you|check in by phone)\b")
_NOT_THEN = re.compile(r"^(?:\w+, )?no\b|\bcan't\b(?! wait)|\bi'm (?:away|on|up in|in)\b")
_AWAY = re.compile(
    r"\b(?:away|out of the office|off|not here|skip|closed|on (?:holiday|vacation|leave)|can't|no,|"
    r"on nights|not the|busy)\b"
)


_INSTEAD = re.compile(r"\b(?:instead of|rather than)\b.*?(?=,|[.;?!]|\bat\b|$)")
_ARRANGES = re.compile(
    r"\b(?:come|see|meet|say|says?|do|make|manage|be (?:here|back|in)|book|put|have|got|works?|suits?|then)\b"
)
_ARRANGING_WORDS = stems("book work works suit suits meet meeting session appointment visit slot time usual manage")
_OF_SOMETHING_ELSE = re.compile(r"\b(?:it|that|this|them|him|her)\b")


@dataclass(frozen=True)
class Found:
    """What one sentence says about a date. `spans`: where in it."""

    sentence: Sentence = field(repr=False)
    score: float
    spans: tuple[tuple[int, int], ...]


def appointment(talk: Talk) -> NextAppointment | None:
    """The last that was settled; None if nothing was said of one."""
    late = 0 if talk.alone or len(talk.turns) <= 40 else int(len(talk.turns) * 0.7)
    found = [f for s in talk.sentences if s.turn >= late and (f := _found(talk, s))]
    if not found:
        return None
    most = min(max(f.score for f in found), 3.5)
    best = [f for f in found if f.score >= most][-1]
    start, end = min(a for a, _ in best.spans), max(b for _, b in best.spans)
    masked = _chosen(best.sentence.masked)
    corrected = [m.end() for m in _CORRECTED.finditer(masked[start:end])]
    start += corrected[-1] if corrected else 0
    said = _without_tail(masked[start:end].partition("_")[0])
    clock = said if _CLOCK.search(said) else _clock_near(talk, best.sentence)
    return NextAppointment(best.sentence.text[start : start + len(said)], _iso(talk.date, said, clock))


def _without_tail(said: str) -> str:
    """Without what it was not, or was before: "the ninth at two (not the eighth"."""
    tail = _TAIL.search(said)
    kept = said[: tail.start()] if tail and any(p.search(said[: tail.start()]) for p in _WHEN_SAID) else said
    return kept.rstrip(" ,(;-")


def only_arranges(masked: str) -> bool:
    """Names when to meet and nothing else to do: "Could you do the tenth at three?"."""
    when = [pattern for pattern in (_WEEKDAY, _NUMBER, _MONTH, _APART) if pattern.search(masked)]
    if not when or _OF_SOMETHING_ELSE.search(masked) or not (_ARRANGES.search(masked) or _CLOCK.search(masked)):
        return False
    rest = _INSTEAD.sub(" ", masked)
    for pattern in (_CLOCK, _MONTH, _WEEKDAY, _NUMBER, _APART):
        rest = pattern.sub(" ", rest)
    return not stems(rest) - _ARRANGING_WORDS


def _chosen(masked: str) -> str:
    """With the date that another one takes the place of struck out."""
    return _INSTEAD.sub(lambda m: "_" * len(m.group()), masked)


def _found(talk: Talk, sentence: Sentence) -> Found | None:
    masked = _chosen(sentence.masked)
    day = [m.span() for m in _WEEKDAY.finditer(masked)] + [m.span() for m in _NUMBER.finditer(masked)]
    if len(day) == 1 and re.search(r"\bthe (?:first|second|third)\b(?! of)", masked) and not _WEEKDAY.search(masked):
        day = []
    day += [
        m.span()
        for m in _MONTH.finditer(masked)
        if m.group("num") or m.group("num2") or not m.group().startswith("may")
    ]
    apart = [m.span() for m in _APART.finditer(masked)]
    same = [m.span() for m in re.finditer(r"\bsame time(?: next week)?\b", masked)]
    clock = [m.span() for m in _CLOCK.finditer(masked)]
    if not (day or apart or same) or _NOT.search(masked):
        return None
    cue = bool(_CUE.search(masked))
    score = min(2, len(day)) + 0.5 * bool(apart) + 1.0 * bool(clock) + 1.0 * cue + 1.0 * bool(same)
    score += 0.5 if sentence.speaker != "client" else 0.0
    score -= 1.5 if _AWAY.search(masked) and not talk.alone else 0.0
    score -= 0.5 if sentence.question else 0.0
    score -= 1.0 if re.search(r"\bor\b", masked) else 0.0
    score -= 1.5 if _turned_down(talk, sentence) else 0.0
    score -= 1.5 if _call_meant(talk, sentence) else 0.0
    if not (day or same or clock) and (
        not re.search(r"\b(?:see you|meet|we're back)\b", masked) or re.search(r"\bif\b", masked)
    ):
        return None
    if not (cue or same or (clock and day and sentence.turn >= talk.closing)) or score < 1.5:
        return None
    return Found(sentence, score, tuple(day + apart + same + clock))


def _turned_down(talk: Talk, sentence: Sentence) -> bool:
    later = [s for s in talk.sentences[sentence.at + 1 :] if s.turn > sentence.turn][:2]
    return bool(later) and bool(_NOT_THEN.search(later[0].masked))


def _call_meant(talk: Talk, sentence: Sentence) -> bool:
    """A telephone call is being arranged, not a session."""
    near = [s.masked for s in talk.sentences[max(0, sentence.at - 4) : sentence.at + 2]]
    return any(_BY_PHONE.search(masked) for masked in near)


def _clock_near(talk: Talk, sentence: Sentence) -> str:
    """The hour, where a neighbouring line of the same arrangement has it."""
    if _CLOCK.search(_chosen(sentence.masked)):
        return _chosen(sentence.masked)
    near = [s for s in talk.sentences[sentence.at + 1 : sentence.at + 3] if s.turn - sentence.turn <= 1]
    return next((s.masked for s in near if _CLOCK.search(s.masked) and len(s.text.split()) <= 6), "")


def _iso(today: str | None, said: str, clock: str) -> str | None:
    """ISO date, with the time if one was said; None where the words do not settle a day."""
    try:
        base = date.fromisoformat((today or "")[:10])
    except ValueError:
        return None
    day = _day(base, said)
    if day is None:
        return None
    hour = _time(clock)
    return f"{day.isoformat()}T{hour}" if hour else day.isoformat()


def _day(base: date, said: str) -> date | None:
    weekdays = list(_WEEKDAY.finditer(said))
    month, number = _month_and_number(said)
    if number and month:
        return _safe(base.year + (month < base.month), month, number)
    if len({m.group("day")[:3] for m in weekdays}) > 1 and not number:
        return None
    weekday = _DAYS.index(weekdays[-1].group("day")[:3]) if weekdays else None
    if number:
        return _numbered(base, number, weekday)
    apart = _apart(said)
    if weekday is None:
        return base + timedelta(days=apart) if apart else base + timedelta(days=7) if "same time" in said else None
    return _on_weekday(base, said, weekday, apart)


def _on_weekday(base: date, said: str, weekday: int, apart: int) -> date:
    ahead = (weekday - base.weekday()) % 7 or 7
    if _WEEK_AFTER.search(said):
        return base + timedelta(days=ahead + 7)
    if apart and apart >= 7:
        week = base - timedelta(days=base.weekday()) + timedelta(days=apart)
        return week + timedelta(days=weekday)
    last = list(_WEEKDAY.finditer(said))[-1]
    if (last.group("next") or "").startswith("next") and base.weekday() < weekday:
        ahead += 7  # "next Thursday" said on a Tuesday is not the day after tomorrow
    return base + timedelta(days=ahead)


def _month_and_number(said: str) -> tuple[int | None, int | None]:
    number = next((_ordinal(m.group("ord")) for m in _NUMBER.finditer(said)), None)
    if number is None and (bare := _DAY_AND_NUMBER.search(said)):
        number = int(bare.group("num"))
    for m in _MONTH.finditer(said):
        name = m.group("month") or m.group("month2")
        digits = m.group("num") or m.group("num2")
        if name[:3] in _MONTHS and (digits or number):
            return _MONTHS.index(name[:3]) + 1, int(digits) if digits else number
    return None, number


def _ordinal(word: str) -> int | None:
    if word[0].isdigit():
        return int(re.match(r"\d+", word).group())  # type: ignore[union-attr]
    word = word.replace(" ", "-")
    if word in _ORDINALS:
        return _ORDINALS.index(word)
    if word == "thirtieth":
        return 30
    tens, _, unit = word.partition("-")
    return {"twenty": 20, "thirty": 30}[tens] + _ORDINALS.index(unit) if unit in _ORDINALS else None


def _numbered(base: date, number: int, weekday: int | None) -> date | None:
    """The next day of that number; of that weekday too, if one was named, else no date at all."""
    for ahead in range(1, 100):
        day = base + timedelta(days=ahead)
        if day.day == number:
            return day if weekday is None or day.weekday() == weekday else None
    return None


def _apart(said: str) -> int:
    m = _APART.search(said)
    if not m:
        return 0
    if m.group("next"):
        return {"next week": 7, "week after next": 14, "a fortnight": 14, "a week today": 7, "tomorrow": 1}[
            m.group("next")
        ]
    n = m.group("n")
    return 7 * (int(n) if n.isdigit() else {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4}[n])


def _time(said: str) -> str | None:
    found = list(_CLOCK.finditer(said))
    if len(found) != 1:
        return None
    m = found[0].groupdict()
    if m["noon"]:
        return "12:00"
    if m["hw"]:
        hour, minute = (
            _UNITS.index(m["hw"]),
            {"half past": 30, "half": 30, "quarter past": 15, "quarter to": -15}[m["half"]],
        )
        hour, minute = (hour - 1, 45) if minute < 0 else (hour, minute)
    else:
        word = m["w"] or m["w2"] or m["w3"]
        hour = _UNITS.index(word) if word else int(m["h"] or m["h2"] or m["h3"])
        minute = int(m["m"] or 0) if m["h"] else _MINUTES.get(m["wm"] or "", 0)
    return _of_day(hour, minute, (m["ap"] or m["ap2"] or "")[:1])


def _of_day(hour: int, minute: int, half: str) -> str | None:
    """Without am or pm, an hour from one to seven is taken as afternoon: nobody meets at two in the night."""
    if half == "p" or (not half and 1 <= hour <= 7):
        hour = hour % 12 + 12
    elif half == "a":
        hour %= 12
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
