"""A file of everything, brought into a notebook: what is there stays, what is missing is added, in one transaction.

AMBER. Nothing of it is believed: each value is read as what it has to be before a row is written. A consent in it is
history, and opens nothing (consent/before.py); a choice of a language model, which would let words leave, is not taken.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NoReturn

from sqlalchemy import Connection, Engine, insert, select

from afterword.capture import names
from afterword.capture.forms import Form
from afterword.capture.known import names_from_json
from afterword.capture.receipt import Receipt, Sent
from afterword.consent import before, kept
from afterword.consent.answers import from_json
from afterword.consent.words import told
from afterword.notebook import kinds, preferences, values
from afterword.notebook.corrections import Corrections
from afterword.notebook.shape import NotReadable, fits
from afterword.notebook.takeout import SELF, VERSION, shown
from afterword.record import Record
from afterword.seal.context import place
from afterword.settings import Settings
from afterword.store.database import hour
from afterword.store.tables import captures, objects, sessions
from afterword.vault.owner import Owner

_ID, _KIND, _CODE = re.compile("[0-9a-f]{32}"), re.compile("[a-z][a-z ]{0,22}[a-z]"), re.compile("[a-z_]{1,32}")
_LATEST = 1 << 40
_MOST_HOURS = 24 * 28


@dataclass(frozen=True)
class Facts:
    """What was noted of a session when it began."""

    day: str
    form: Form = "session"
    voices: str = "mine"
    therapist: str | None = field(default=None, repr=False)
    agreed_on: str | None = None


@dataclass(frozen=True)
class Brought:
    """How many were added, and how many were there already."""

    sessions: int
    things: int
    there: int


@dataclass(frozen=True)
class _Thing:
    """One row to be. `to_notebook`: sealed to its public key, as a room seals."""

    kind: str
    about: bytes
    plain: bytes = field(repr=False)
    to_notebook: bool = False


@dataclass(frozen=True)
class _Session:
    """A session and what belongs to it."""

    id: bytes
    row: Mapping[str, Any] = field(repr=False)
    things: tuple[_Thing, ...] = field(repr=False)


def bring_in(settings: Settings, engine: Engine, owner: Owner, data: bytes) -> Brought:
    """Raises NotReadable, and then nothing was changed. Brought in twice, a file changes nothing the second time."""
    read = _read(data)
    come = [_session(n, one) for n, one in enumerate(_list(read, "sessions"), 1)]
    if len({one.id for one in come}) < len(come):
        raise NotReadable("Two sessions of the file have one id.")
    things = [*_consent(settings, engine, owner, read), *_kept(owner, read), *_settings(owner, read)]
    rows = {(thing.kind, thing.about): _row(owner, thing) for thing in things}
    of_sessions = {one.id: [_row(owner, thing) for thing in one.things] for one in come}
    with engine.begin() as db:
        new = _new_sessions(db, owner, come)
        there = _there(db, owner)
        added = [row for key, row in rows.items() if key not in there]
        if new:
            db.execute(insert(sessions), [{"id": s.id, "person": owner.person, "hour": s.row["opened"]} for s in new])
            db.execute(insert(captures), [dict(s.row) | {"person": owner.person} for s in new])
        if every := [*added, *(row for s in new for row in of_sessions[s.id] if (row["kind"], s.id) not in there)]:
            db.execute(insert(objects), every)
    return Brought(len(new), len(added), len(come) - len(new) + len(rows) - len(added))


def _read(data: bytes) -> dict[str, Any]:
    try:
        read = json.loads(data, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise NotReadable("This is not a file that Afterword made: it is no JSON.") from None
    if not isinstance(read, dict) or not isinstance(read.get("afterword"), int):
        raise NotReadable("This is not a file that Afterword made: its version is missing.")
    if read["afterword"] != VERSION:
        raise NotReadable(f"This file is of version {read['afterword']}; this Afterword reads version {VERSION}.")
    return read


def _no_number(_: str) -> NoReturn:
    raise ValueError


def _list(read: Mapping[str, Any], name: str) -> list[Any]:
    found = read.get(name, [])
    if not isinstance(found, list):
        raise NotReadable(f"{name}: a list is needed there.")
    return found


def _session(n: int, one: Any) -> _Session:
    where = f"Session {n}"
    if not isinstance(one, dict):
        raise NotReadable(f"{where}: that is no session.")
    found = _id(one.get("id"), where)
    fits(one.get("facts"), Facts, f"{where}, facts")
    _day(one["facts"]["day"], f"{where}, day")
    parts = [_part(one, kind, shape, where, found) for kind, shape in _OF_A_SESSION.items()]
    _can_be_shown(one, where)
    facts = _Thing("session", found, _bytes(one["facts"]))
    return _Session(found, _capture(one, where, found), (facts, *(part for part in parts if part)))


_OF_A_SESSION: dict[str, Any] = {"record": Record, "corrections": Corrections, "receipt": Receipt, "sent": Sent}


def _part(one: Mapping[str, Any], kind: str, shape: Any, where: str, session: bytes) -> _Thing | None:
    if (value := one.get(kind)) is None:
        return None
    fits(value, shape, f"{where}, {kind}")
    plain = Record.from_json(value).to_bytes() if kind == "record" else _bytes(value)
    return _Thing(kind, session, plain, to_notebook=kind != "corrections")


def _can_be_shown(one: Mapping[str, Any], where: str) -> None:
    """Read as every page will read it."""
    try:
        read = shown(one.get("record"), one.get("corrections"))
        for key in (one.get("corrections") or {}).get("mattered", ()):
            section, _, n = key.partition(".")
            read[section][int(n)]["text"]
        for kind, reader in (("receipt", Receipt.from_bytes), ("sent", Sent.from_bytes)):
            if one.get(kind) is not None:
                reader(_bytes(one[kind]))
    except (AttributeError, KeyError, IndexError, TypeError, ValueError):
        raise NotReadable(f"{where}: one of its parts is not what it should be.") from None


def _capture(one: Mapping[str, Any], where: str, session: bytes) -> dict[str, Any]:
    """Of a capture that is over. Its key was destroyed long ago, and elsewhere."""
    times = {name: _time(one.get(name), f"{where}, {name}") for name in ("opened", "sealed", "destroyed")}
    failure = one.get("failure")
    if failure is not None and not (isinstance(failure, str) and _CODE.fullmatch(failure)):
        raise NotReadable(f"{where}, failure: that is no code.")
    return {
        "id": secrets.token_bytes(16), "session": session, "state": "destroyed", "stage": "destroyed",
        "recipient": secrets.token_bytes(65), "token": secrets.token_bytes(32), "size": 0, "failure": failure,
        "live": int(bool(one.get("live"))), **times, "opened": times["opened"] or 0,
    }  # fmt: skip


def _time(value: Any, where: str) -> int | None:
    if value is not None and not (type(value) is int and 0 <= value < _LATEST):
        raise NotReadable(f"{where}: that is no time.")
    return hour(value) if value is not None else None


def _consent(settings: Settings, engine: Engine, owner: Owner, read: Mapping[str, Any]) -> Iterator[_Thing]:
    """Entries that this notebook noted itself are known to it."""
    own = [json.dumps(entry, sort_keys=True) for entry in kept.exported(settings, engine, owner)]
    seen: dict[str, int] = {}
    for n, entry in enumerate(_list(read, "consent")):
        _fits_consent(entry, f"Consent {n + 1}")
        plain = json.dumps(entry, sort_keys=True)
        seen[plain] = seen.get(plain, 0) + 1
        if seen[plain] > own.count(plain):
            about = before.name_of(owner, seen[plain], entry)
            yield _Thing(before.KIND, about, _bytes([n, entry]))


def _fits_consent(entry: Any, where: str) -> None:
    fits(entry, dict[str, Any], where)
    try:
        read = from_json({name: value for name, value in entry.items() if name != "noted"})
        told(read)
    except (AssertionError, AttributeError, KeyError, TypeError, ValueError):
        raise NotReadable(f"{where}: that is no entry of a consent record.") from None
    fits({name: value for name, value in entry.items() if name not in ("kind", "noted")}, type(read), where)
    if _time(entry.get("noted"), where) is None:
        raise NotReadable(f"{where}: when it was noted is missing.")


def _kept(owner: Owner, read: Mapping[str, Any]) -> Iterator[_Thing]:
    found = read.get("kept", {})
    fits(found, dict[str, tuple[Any, ...]], "kept")
    for n, (kind, things) in enumerate(found.items(), 1):
        if not _KIND.fullmatch(kind) or not kinds.is_drawer(kind):
            raise NotReadable(f"kept, part {n}: such things are not brought in from a file.")
        for m, thing in enumerate(things, 1):
            yield _thing(owner, kind, thing, f"kept, {kind} {m}")


def _thing(owner: Owner, kind: str, thing: Any, where: str) -> _Thing:
    if not isinstance(thing, dict) or not isinstance(thing.get("value"), (dict, list)):
        raise NotReadable(f"{where}: it has no value.")
    about = owner.person if thing.get("id") == SELF else _id(thing.get("id"), where)
    values.check(kind, thing["value"], where, about_self=about == owner.person)
    return _Thing(kind, about, _bytes(thing["value"]))


def _settings(owner: Owner, read: Mapping[str, Any]) -> Iterator[_Thing]:
    if (wished := read.get("preferences")) is not None:
        fits(wished, preferences.Preferences, "preferences")
        if not 0 <= wished.get("brief_hours", 0) <= _MOST_HOURS:
            raise NotReadable("preferences, brief_hours: that is no time before an appointment.")
        yield _Thing(preferences.KIND, owner.person, _bytes(wished))
    if listed := _list(read, "names"):
        fits(listed, tuple[tuple[str, ...], ...], "names")
        try:
            names_from_json(listed)
        except ValueError:
            raise NotReadable("names: one of them is empty.") from None
        yield _Thing(names.KIND, owner.person, _bytes(listed))


def _row(owner: Owner, thing: _Thing) -> dict[str, Any]:
    info = place(owner.person, thing.kind, thing.about, 0)
    to_notebook = owner.identity.recipient.seal
    sealed = (
        to_notebook(thing.plain, info) if thing.to_notebook else owner.seal_own(thing.kind, thing.about, 0, thing.plain)
    )
    row = {"id": secrets.token_bytes(16), "person": owner.person, "kind": thing.kind, "about": thing.about, "rev": 0}
    return row | {"sealed": sealed, "hour": hour()}


def _new_sessions(db: Connection, owner: Owner, come: list[_Session]) -> list[_Session]:
    whose = {row[0]: row[1] for row in db.execute(select(sessions.c.id, sessions.c.person))}
    if any(whose.get(one.id, owner.person) != owner.person for one in come):
        raise NotReadable("This file belongs to another notebook of the same database.")
    return [one for one in come if one.id not in whose]


def _there(db: Connection, owner: Owner) -> set[tuple[str, bytes]]:
    rows = db.execute(select(objects.c.kind, objects.c.about).where(objects.c.person == owner.person))
    return {(row[0], row[1]) for row in rows}


def _id(value: Any, where: str) -> bytes:
    if not (isinstance(value, str) and _ID.fullmatch(value)):
        raise NotReadable(f"{where}: its id is missing, or is none.")
    return bytes.fromhex(value)


def _day(value: str, where: str) -> None:
    try:
        right = date.fromisoformat(value).isoformat() == value
    except ValueError:
        right = False
    if not right:
        raise NotReadable(f"{where}: that is no date (year-month-day).")


def _bytes(value: Any) -> bytes:
    return json.dumps(value).encode()
