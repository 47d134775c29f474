"""A notebook after ten years: how soon its pages are there. 520 sessions, 2,000 notes.

Times are of a warm process: the first line is of the very first page after an upgrade, which makes the digest.
"""

from __future__ import annotations

import json
import random
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from afterword.notebook import notes
from afterword.notebook.corrections import Corrections
from afterword.notebook.past import pasts
from afterword.notebook.shelf import Shelf
from afterword.record import SECTIONS, Record
from afterword.room.transcript import read_transcript
from afterword.room.understand import understand
from afterword.seal.context import place
from afterword.store.database import hour
from afterword.store.tables import captures, objects, sessions
from bench.figures import show
from corpus.reading import sessions as written
from tests.people import Home, Person, a_receipt, close_home, make_home

SESSIONS, NOTES = 520, 2000
GOAL_MS = 150
_FIRST = date(2016, 12, 2)
_TRIES = 7
_NAMES = ("Maya", "Ines", "Tomas", "Ruth", "Sunniva", "Bela", "Okon", "Wren")
_MATTERS = ("the boiler", "the move", "my sister’s letter", "the night shift", "the garden", "the inheritance")


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        home = make_home(Path(name))
        person = home.person()
        fill(home, person)
        _times(home, person)
        close_home(home)


def fill(home: Home, person: Person, sessions_: int = SESSIONS, notes_: int = NOTES) -> None:
    """Records of the built-in engine on sessions of the corpus, each told a little differently."""
    chance, made = random.Random(1), _records()
    days = [(_FIRST + timedelta(weeks=week)).isoformat() for week in range(sessions_)]
    for at in range(0, sessions_, 52):
        _shelve(home, person, [(day, _varied(chance.choice(made), chance)) for day in days[at : at + 52]])
    with home.engine.begin() as db:
        db.execute(insert(objects), [_note(person, chance, n) for n in range(notes_)])


def _records() -> list[Record]:
    """Of a few sessions; with the engine that ships, read once."""
    whole = [one for one in written() if len(one.turns) > 60][:12]
    return [understand(read_transcript(json.dumps(one.to_json()).encode(), ".json"), {}) for one in whole]


def _varied(record: Record, chance: random.Random) -> Record:
    """Other names and matters, so that no two are alike."""
    end = f" It was about {chance.choice(_MATTERS)}, with {chance.choice(_NAMES)}."
    lines = {name: getattr(record, name) for name in SECTIONS}
    lines["overview"] = tuple(replace(line, text=line.text + end) for line in record.overview)
    lines["recap"] = tuple(replace(line, text=line.text + end) for line in record.recap)
    return replace(record, **lines)


def _shelve(home: Home, person: Person, year: list[tuple[str, Record]]) -> None:
    owner, rows, captured, things = person.owner, list[dict[str, Any]](), list[dict[str, Any]](), list[dict[str, Any]]()
    for n, (day, record) in enumerate(year):
        session, capture, at = secrets.token_bytes(16), secrets.token_bytes(16), hour()
        rows.append({"id": session, "person": owner.person, "hour": at})
        captured.append({
            "id": capture, "person": owner.person, "session": session, "state": "destroyed", "stage": "destroyed",
            "recipient": bytes(65), "token": bytes(32), "size": 0, "opened": at, "sealed": at, "destroyed": at,
        })  # fmt: skip
        facts = json.dumps({"day": day, "voices": "both", "therapist": "Ines", "agreed_on": "2016-11-01"}).encode()
        things.append(_row(person, "session", session, owner.seal_own("session", session, 0, facts)))
        for kind, plain in (("record", record.to_bytes()), ("receipt", a_receipt(capture).to_bytes())):
            info = place(owner.person, kind, session, 0)
            things.append(_row(person, kind, session, owner.identity.recipient.seal(plain, info)))
        if n % 3 == 0:
            made = Corrections(lines={"overview.0": f"In my own words: {_NAMES[n % 8]} rang."}, mattered=("moments.0",))
            sealed = owner.seal_own("corrections", session, 0, made.to_bytes())
            things.append(_row(person, "corrections", session, sealed))
    with home.engine.begin() as db:
        db.execute(insert(sessions), rows)
        db.execute(insert(captures), captured)
        db.execute(insert(objects), things)


def _note(person: Person, chance: random.Random, n: int) -> dict[str, Any]:
    wall, about, name = ("plan" if n % 5 == 0 else "note"), secrets.token_bytes(16), chance.choice(_NAMES)
    text = (
        f"Thought about {chance.choice(_MATTERS)} again. {name} said nothing, and I was angrier than I had expected. "
        * 3
    )
    at = (_FIRST + timedelta(days=n * 364 // 200)).isoformat()
    value = {"at": f"{at}T21:10", "text": text.strip(), "tags": ["evening"], "raised": "", "before": []}
    return _row(person, wall, about, person.owner.seal_own(wall, about, 0, json.dumps(value).encode()))


def _row(person: Person, kind: str, about: bytes, sealed: bytes) -> dict[str, Any]:
    row = {"id": secrets.token_bytes(16), "person": person.owner.person, "kind": kind, "about": about, "rev": 0}
    return row | {"sealed": sealed, "hour": hour()}


def _times(home: Home, person: Person) -> None:
    owner, visitor = person.owner, home.visitor(person)
    shelf = Shelf(home.engine, owner)
    began = time.perf_counter()
    assert sum(bool(past.record.overview) for past in pasts(home.engine, owner)) == SESSIONS
    show("ten years: the first page ever, which makes the digest", (time.perf_counter() - began) * 1000, "ms", 3000)
    pieces: dict[str, Callable[[], object]] = {
        "the list of all sessions": shelf.sessions,
        "all that lies behind, no record opened": lambda: pasts(home.engine, owner),
        "the records of the last six": lambda: [past.record for past in pasts(home.engine, owner)[-6:]],
        "every record (what no page does)": lambda: [past.record for past in pasts(home.engine, owner)],
        "all notes": lambda: notes.load(home.engine, owner),
        "GET /today": lambda: _whole(visitor.get("/today")),
        "POST /search, two words": lambda: _whole(visitor.press("/search", words="sister letter")),
        "POST /search, a word of every line": lambda: _whole(visitor.press("/search", words="you")),
    }
    for what, piece in pieces.items():
        clock, processor = _median(piece)
        show(f"ten years: {what}", clock, "ms", GOAL_MS)
        show("    of that, processor time", processor, "ms", GOAL_MS)


def _whole(answer: Any) -> None:
    assert answer.status_code == 200, answer.status_code


def _median(piece: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the clock, and of processor time: on a busy machine the first tells how busy it is."""
    piece()
    clock, processor = zip(*_each(piece), strict=True)
    return statistics.median(clock) * 1000, statistics.median(processor) * 1000


def _each(piece: Callable[[], object]) -> Iterator[tuple[float, float]]:
    for _ in range(_TRIES):
        began, worked = time.perf_counter(), time.process_time()
        piece()
        yield time.perf_counter() - began, time.process_time() - worked


if __name__ == "__main__":
    main()
