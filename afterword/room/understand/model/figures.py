"""Numbers, days and names in a text, so that a line and what it cites can be held against each other."""

from __future__ import annotations

import re

from afterword.room.understand.builtin.lexicon import listed

_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_ORDINALS = (
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
)  # fmt: skip
_SIMPLE = (
    {word: n for n, word in enumerate(_UNITS)}
    | {word: n for n, word in enumerate(_ORDINALS)}
    | _TENS
    | {"twentieth": 20, "thirtieth": 30, "twice": 2, "fourty": 40, "dozen": 12}
)
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_IDLE_NEIGHBOURS = {f"<{w}" for w in ("the", "a", "and", "of", "to", "in", "or", "for", "is", "was")} | {
    f"{w}>" for w in ("and", "of", "or", "the", "to", "in", "is", "but")
}
# "one", "first" and "second" are said without counting anything.
_IDLE = listed("one first second zero")
_WORD = re.compile(r"\d+(?:st|nd|rd|th)?|[a-z]+")
_DIGITS = re.compile(r"\d[\d,]*\d|\d")
_MONTHS = (
    "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_DAYS = {
    "monday": "mon", "tuesday": "tue", "wednesday": "wed", "thursday": "thu", "friday": "fri", "saturday": "sat",
    "sunday": "sun", "tues": "tue", "weds": "wed", "thurs": "thu", "tomorrow": "tomorrow", "yesterday": "yesterday",
    "tonight": "tonight", "weekend": "weekend", "noon": "noon", "midnight": "midnight", **{m: m[:3] for m in _MONTHS},
}  # fmt: skip
_DAY = re.compile(r"\b(" + "|".join(_DAYS) + r")s?\b")
_NAME = re.compile(r"(?<![\w'\u2019])[A-Z][\w\u00c0-\u024f]+(?:[-'\u2019](?!s\b)[A-Z]?\w+)*")
_OPENS = re.compile(r"(?:^|(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bMrs)[.!?:;\u2026]\s*|[\"\u201c\u2018(]\s*|(?<!\w)'|\n)$")
_NO_NAMES = listed(
    "i i'm i'll i've i'd god christmas easter thanksgiving internet english ok okay tv gp er mr mrs ms dr doctor "
    "mum mom dad mass"
) | set(_DAYS)


def numbers(text: str) -> set[str]:
    """Those that count something, as digits: "thirty-one hundred" and "3,100" are 3100; ordinals count."""
    return {n for run in _runs(text) for n in _values(run) if n not in ("0", "1")}


def beside(text: str) -> list[tuple[str, set[str]]]:
    """Each number with the words right before and after it."""
    found = []
    words = re.findall(r"[a-z0-9']+(?:-[a-z0-9]+)*", text.lower())
    for i, word in enumerate(words):
        for number in numbers(word):
            near = {f"<{words[i - 1]}" if i else "", f"{words[i + 1]}>" if i + 1 < len(words) else ""}
            found.append((number, near - {""} - _IDLE_NEIGHBOURS))
    return found


def numbers_said(text: str) -> set[str]:
    """`numbers`, and every way in which somebody may write down what was said: parts, sums, digits in a row."""
    found = set()
    for run in _runs(text):
        values = _values(run)
        found |= set(values) | {str(v) for word in run if (v := _value(word)) is not None}
        found |= {"".join(values), "".join(str(v) for word in run if (v := _value(word)) is not None)}
    return found | {"0", "1"}


def days(text: str) -> set[str]:
    """Days, months and parts of a day that fix a time."""
    return {_DAYS[m.group(1)] for m in _DAY.finditer(text.lower().replace("to night", "tonight"))}


def names(text: str) -> set[str]:
    """Words with a capital inside a sentence, in lower case, without days and months."""
    found = set()
    for m in _NAME.finditer(text):
        word = m.group().lower().replace("\u2019", "'")
        if (
            word.removesuffix("s") not in _NO_NAMES
            and word not in _NO_NAMES
            and not _OPENS.search(text[max(0, m.start() - 6) : m.start()])
        ):
            found.add(word)
    return found


def _runs(text: str) -> list[list[str]]:
    """Number words that stand together, "and" between them included."""
    plain = _DIGITS.sub(lambda m: m.group().replace(",", ""), text.lower())
    runs: list[list[str]] = [[]]
    last = 0
    for m in _WORD.finditer(plain):
        between = plain[last : m.start()]
        last = m.end()
        joined = runs[-1] and re.fullmatch(r"[-\s,:.]{1,2}", between)
        if _value(m.group()) is None and m.group() not in _SCALES:
            if not (m.group() == "and" and runs[-1] and runs[-1][-1] in _SCALES):
                runs.append([])
            continue
        if joined:
            runs[-1].append(m.group())
        else:
            runs.append([m.group()])
    return [run for run in runs if run]


def _values(run: list[str]) -> list[str]:
    """What a run of number words counts: ["thirty", "one", "hundred"] -> 3100; ["nine", "eight"] -> 9, 8."""
    found: list[int] = []
    held: int | None = None
    for word in run:
        if word in _SCALES:
            held = (held if held is not None else 1) * _SCALES[word]
            continue
        value = _value(word)
        assert value is not None
        if held is not None and _adds(held, value):
            held += value
        else:
            if held is not None:
                found.append(held)
            held = None if word in _IDLE and len(run) == 1 else value
    return [str(n) for n in [*found, held] if n is not None]


def _adds(held: int, value: int) -> bool:
    """ "thirty" and "one" are one number, "nine" and "eight" are two."""
    if held >= 100:
        return 0 < value < (100 if held % 100 == 0 else 10 if held % 10 == 0 else 0)
    return held in _TENS.values() and 0 < value < 10


def _value(word: str) -> int | None:
    digits = re.fullmatch(r"(\d{1,9})(?:st|nd|rd|th)?", word)
    return int(digits.group(1)) if digits else _SIMPLE.get(word)
