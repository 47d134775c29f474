"""Appointments out of an .ics file: their times, and what they are called, which is asked about. AMBER: kept nowhere.

Whatever cannot be read for certain is left out and counted, never guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import islice
from typing import Any
from zoneinfo import available_timezones

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from icalendar import Calendar
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from afterword.notebook.appointments import (
    AHEAD,
    USUAL_MINUTES,
    Arranged,
    Change,
    meetings,
    name_of,
    zone_of,
)

Entry = Any  # a VEVENT of icalendar: its properties are of some twenty types
MOST = 60
OLDEST = 1990
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_RULE = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
_WEEKLY = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"}
_ZONES = re.compile(r"^BEGIN:VTIMEZONE\s.*?^END:VTIMEZONE\s*", re.DOTALL | re.MULTILINE | re.IGNORECASE)


class NotACalendar(ValueError):
    """What was given is no calendar file. `says`: for the person."""

    def __init__(self, says: str) -> None:
        super().__init__()
        self.says = says


class _LeftOut(ValueError):
    """One entry that is not taken, and why."""


@dataclass(frozen=True)
class Found:
    """One entry. `place`: which of the file; `called`: its title, which is kept only if the person wants it as a name;
    `part`: it holds only the next 400 days, because its rule cannot be kept."""

    place: int
    arranged: Arranged
    called: str = field(repr=False)
    part: bool = False


@dataclass(frozen=True)
class Read:
    """What stands in a file: the entries still to come, and how many were left out, by why."""

    found: tuple[Found, ...]
    left_out: Mapping[str, int]


def read_calendar(text: str, now: datetime) -> Read:
    """Every entry that is still to come, at most 60. `now`: where the person is; its zone is that of times without one.
    Raises NotACalendar."""
    entries = _entries(text)
    if not entries:
        raise NotACalendar("There is no appointment in this file. Please export it from your calendar once more.")
    changed = [one for one in entries if "RECURRENCE-ID" in one]
    masters = {str(one.get("UID", "")) for one in entries if one not in changed}
    found, left = list[Found](), Counter[str]()
    for place, entry in enumerate(entries):
        if entry in changed and str(entry.get("UID", "")) in masters:
            continue
        theirs = [one for one in changed if one is not entry and one.get("UID") == entry.get("UID")]
        try:
            found.append(_found(place, entry, theirs, now))
        except _LeftOut as why:
            left[str(why)] += 1
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
            left["could not be read"] += 1
    if len(found) > MOST:
        left[f"did not fit: {MOST} are shown at most"] += len(found) - MOST
    return Read(tuple(found[:MOST]), dict(left))


def _entries(text: str) -> list[Entry]:
    """Zones as the file describes them are not read: those that have a name are known here, and better."""
    try:
        calendars = Calendar.from_ical(_ZONES.sub("", text), multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise NotACalendar(
            "This is no calendar file that can be read. It should begin with BEGIN:VCALENDAR and be whole."
        ) from None
    return [entry for calendar in calendars for entry in calendar.walk("VEVENT")]


def _found(place: int, entry: Entry, changed: list[Entry], now: datetime) -> Found:
    if str(entry.get("STATUS", "")).upper() == "CANCELLED":
        raise _LeftOut("was cancelled")
    rule = _rule(entry)
    first, zone = _local(entry["DTSTART"], now, bool(rule))
    arranged, part = _arranged(first, zone, entry, rule, now)
    arranged = _with_exceptions(arranged, entry, changed, now)
    ahead = [one for one in meetings({"": arranged}, now) if not one.cancelled and one.ends > now]
    if not ahead:
        raise _LeftOut("is over already")
    return Found(place, arranged, " ".join(str(entry.get("SUMMARY", "")).split())[:100], part)


def _arranged(
    first: datetime, zone: str, entry: Entry, rule: dict[str, list[Any]], now: datetime
) -> tuple[Arranged, bool]:
    """With whether only the next 400 days of it could be taken."""
    minutes, more = _minutes(entry), [at for at, _ in _times(entry, "RDATE", zone)]
    if not rule and not more:
        return Arranged(_at(first), zone, minutes=minutes), False
    if first.year < OLDEST:
        raise _LeftOut("begins too long ago")
    if _is_weekly(rule, first) and not more:
        weeks = int(rule.get("INTERVAL", [1])[0])
        return Arranged(_at(first), zone, weeks=weeks, until=_until(first, weeks, rule, zone), minutes=minutes), False
    days = [day for day in sorted({*_expanded(first, rule, zone, now), *more}) if day.date() >= now.date()]
    if not days:
        raise _LeftOut("is over already")
    endless = bool(rule) and "COUNT" not in rule and "UNTIL" not in rule
    return Arranged(_at(days[0]), zone, days=tuple(map(_at, days[1:])), minutes=minutes), endless


def _rule(entry: Entry) -> dict[str, list[Any]]:
    rule = entry.get("RRULE")
    if rule is None:
        return {}
    if isinstance(rule, list):
        raise _LeftOut("repeats in a way that is not known here")
    read = {str(key).upper(): list(value) for key, value in rule.items()}
    often = str(read["FREQ"][0]).upper() in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
    if set(read) - _RULE or not often or int(read.get("INTERVAL", [1])[0]) < 1:
        raise _LeftOut("repeats in a way that is not known here")
    return read


def _is_weekly(rule: dict[str, list[Any]], first: datetime) -> bool:
    days = [str(day).upper() for day in rule.get("BYDAY", [])]
    known = not set(rule) - _WEEKLY and str(rule.get("FREQ", [""])[0]).upper() == "WEEKLY"
    return known and days in ([], [_DAYS[first.weekday()]])


def _until(first: datetime, weeks: int, rule: dict[str, list[Any]], zone: str) -> str:
    if "COUNT" in rule:
        return (first + timedelta(weeks=weeks * (int(rule["COUNT"][0]) - 1))).date().isoformat()
    if "UNTIL" not in rule:
        return ""
    last = _wall(rule["UNTIL"][0], zone)
    return (last.date() if last.time() >= first.time() else last.date() - timedelta(days=1)).isoformat()


def _expanded(first: datetime, rule: dict[str, list[Any]], zone: str, now: datetime) -> list[datetime]:
    """Every time of the rule up to 400 days ahead. It always has an end, so that no rule can go on for ever."""
    if not rule:
        return [first]
    end = (now + AHEAD).replace(tzinfo=None)
    end = min(end, _wall(rule["UNTIL"][0], zone)) if "UNTIL" in rule else end
    bounded = {key: value for key, value in rule.items() if key not in ("UNTIL", "COUNT")}
    text = ";".join(f"{key}={','.join(map(str, value))}" for key, value in bounded.items())
    every = rrulestr(f"{text};UNTIL={end:%Y%m%dT%H%M%S}", dtstart=first)
    return list(islice(every, int(rule["COUNT"][0]) if "COUNT" in rule else None))


def _with_exceptions(arranged: Arranged, entry: Entry, changed: list[Entry], now: datetime) -> Arranged:
    """Left-out days and moved ones, as if the person had said so today."""
    today = now.date().isoformat()
    out = {_at(at) if has_time else _at(at)[:10] for at, has_time in _times(entry, "EXDATE", arranged.zone)}
    meant = [one.at for one in meetings({"": arranged}, now) if one.at >= today]
    changes = [Change("cancelled", at, today) for at in meant if at in out or at[:10] in out]
    for one in changed:
        if "RANGE" in one["RECURRENCE-ID"].params:
            raise _LeftOut("was changed for all later times: please put it down by hand")
        was = _at(_wall(one["RECURRENCE-ID"].dt, arranged.zone))
        gone = str(one.get("STATUS", "")).upper() == "CANCELLED"
        to = "" if gone else _at(_wall_of(one["DTSTART"], arranged.zone, now))
        changes.append(Change("cancelled" if gone else "moved", was, today, to))
    return replace(arranged, changes=tuple(changes))


def _times(entry: Entry, name: str, zone: str) -> Iterator[tuple[datetime, bool]]:
    """Each on the wall of `zone`, and whether it has a time of day."""
    lists = entry.get(name, [])
    for some in lists if isinstance(lists, list) else [lists]:
        for one in some.dts:
            given = one.dt[0] if isinstance(one.dt, tuple) else one.dt
            yield _wall(given, zone), isinstance(given, datetime)


def _minutes(entry: Entry) -> int:
    long = entry.duration if "DURATION" in entry or "DTEND" in entry else timedelta(minutes=USUAL_MINUTES)
    return min(max(int(long.total_seconds() // 60), 5), 600)


def _local(stamp: Any, now: datetime, repeats: bool = False) -> tuple[datetime, str]:
    """The time on the wall, and the name of the wall's zone. A moment in UTC, and a time without a zone, are put where
    the person is; what repeats in UTC stays there, because a summer would move it."""
    given = stamp.dt
    if not isinstance(given, datetime):
        raise _LeftOut("has no time of day")
    if zone := _zone_named(stamp.params.get("TZID")):
        return given.replace(tzinfo=None, fold=0), zone
    if given.tzinfo is not None and repeats:
        return given.astimezone(UTC).replace(tzinfo=None), "UTC"
    if given.tzinfo is not None:
        given = given.astimezone(now.tzinfo)
    return given.replace(tzinfo=None, fold=0), name_of(now.tzinfo or UTC)


def _wall_of(stamp: Any, zone: str, now: datetime) -> datetime:
    """A stamp on the wall of another zone."""
    local, its = _local(stamp, now)
    return _wall(local.replace(tzinfo=zone_of(its)), zone)


def _zone_named(name: Any) -> str:
    """Its IANA name; "" where none is given."""
    if not name:
        return ""
    name = str(name)
    known = [name, WINDOWS_TO_OLSON.get(name, ""), "/".join(name.split("/")[-2:]), "/".join(name.split("/")[-3:])]
    found = next((one for one in known if one in zone_names()), None)
    if found is None:
        raise _LeftOut("is in a time zone that is not known here: please put it down by hand")
    return str(found)


@cache
def zone_names() -> frozenset[str]:
    """Every IANA name that this computer knows."""
    return frozenset(available_timezones())


def _wall(given: date | datetime, zone: str) -> datetime:
    """On the wall there: a moment is moved to it, a day is its midnight."""
    if not isinstance(given, datetime):
        return datetime.combine(given, time())
    return (given.astimezone(zone_of(zone)) if given.tzinfo else given).replace(tzinfo=None, fold=0)


def _at(wall: datetime) -> str:
    return wall.strftime("%Y-%m-%dT%H:%M")
