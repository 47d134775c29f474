"""The templates, and the few words that turn values into what a person reads."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from afterword.record import Gap, Source

_PLACES = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_GAPS = {
    "paused": "paused", "off the record": "off the record", "forgotten": "forgotten at your wish",
    "no microphone": "without a microphone", "not heard": "not heard",
    "not agreed to": "left out, because the yes was for the last two minutes,",
}  # fmt: skip
_SAID = {"client": "you said", "therapist": "your therapist said", "unclear": "it is unclear who said it"}

_WROTE = {"note": "you wrote", "steps": "you wrote", "given": "your therapist wrote", "together": "you both wrote"}


def make_templates() -> Environment:
    """Escapes everything; an unknown variable is an error, not an empty word."""
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters.update(
        day=day,
        short_day=short_day,
        clock=clock,
        moment=moment,
        when=when,
        origin=origin,
        minute=minute,
        size=size,
        gap=gap,
    )
    return made


def day(iso: str) -> str:
    """'2026-11-20' as 'Friday 20 November 2026'; anything else as it stands."""
    try:
        return f"{date.fromisoformat(iso):%A %-d %B %Y}"
    except ValueError:
        return iso


def short_day(iso: str, this_year: int) -> str:
    """'2026-11-20' as '20 Nov', in another year '20 Nov 2026'; anything else as it stands."""
    try:
        at = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{at:%-d %b}" if at.year == this_year else f"{at:%-d %b %Y}"


def clock(seconds: float | None) -> str:
    """Seconds as '12:30' or '1:02:30'."""
    whole = int(seconds or 0)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def moment(at: int | None) -> str:
    """Seconds since 1970 in the time of this computer: 'Friday 20 November 2026, 17:04:09 UTC'."""
    return f"{datetime.fromtimestamp(at).astimezone():%A %-d %B %Y, %H:%M:%S %Z}" if at else ""


def when(iso: str) -> str:
    """A date, or a date with a time, as it is said; anything else as it stands."""
    at, _, hours = iso.partition("T")
    return f"{day(at)} at {hours[:5]}" if hours and day(at) != at else day(iso)


def origin(source: Source | None, form: str = "session") -> str:
    """Where a line comes from: 'minute 12, you said'; 'in the first minute' before that; 'you wrote' in a text.
    A transcript at second 0 has no times, or none that is worth telling."""
    if source is None:
        return ""
    if form in _WROTE:
        return _WROTE[form]
    places = _PLACES[source.places] if 0 <= source.places < len(_PLACES) else str(source.places)
    how = f"put together from {places} places" if source.places > 1 else _SAID[source.said_by]
    return how if form == "transcript" and not source.second else f"{minute(source.second)}, {how}"


def minute(second: float) -> str:
    """Seconds as 'minute 12'; 'in the first minute' before that."""
    return f"minute {int(second // 60)}" if second >= 60 else "in the first minute"


def gap(found: Gap) -> str:
    """A stretch that is not in the notes, how long and where, and why: '14 s missing at 31:40'."""
    seconds = max(1, round(found.end - found.start))
    long = f"{seconds} s" if seconds < 90 else f"{round(seconds / 60)} minutes"
    return f"{long} {_GAPS.get(found.why, 'missing')} at {clock(found.start)}"


def size(count: int) -> str:
    """Bytes as '11.6 MB'."""
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.0f} kB"
