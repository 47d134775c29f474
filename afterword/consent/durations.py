"""Lengths of time as a person says or prints them."""

from __future__ import annotations

_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_HALVES = {30: "half a minute", 1800: "half an hour"}


def in_figures(seconds: int) -> str:
    """In the largest unit that leaves no rest: '30 seconds', '7 days'."""
    size, unit = next(found for found in _UNITS if seconds % found[0] == 0)
    count = seconds // size
    return f"{count} {unit}{'' if count == 1 else 's'}"


def in_words(seconds: int) -> str:
    """As it is said: 'half a minute', 'seven days'; figures from thirteen on."""
    if seconds in _HALVES:
        return _HALVES[seconds]
    count, unit = in_figures(seconds).split()
    return f"{_SMALL[int(count)] if int(count) < len(_SMALL) else count} {unit}"
