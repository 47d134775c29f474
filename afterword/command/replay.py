"""`afterword replay`: a series of transcripts through the whole product, and what a person would have had of it. AMBER.

Each is sealed, read in a room, checked, kept and read back from a notebook, as a recording is; the notebook is thrown
away. Only the turns go in: whatever else stands in a file is left outside.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any, NoReturn

import typer

from afterword.capture import chosen
from afterword.capture.choice import Choice
from afterword.capture.intake import Refused
from afterword.command.throwaway import Throwaway, throwaway
from afterword.command.understand import MOST_BYTES, Engine, in_a_room, show
from afterword.door import RoomFailed
from afterword.hardening import harden
from afterword.notebook import notes, threads
from afterword.notebook.brief import Point
from afterword.notebook.briefing import briefing
from afterword.notebook.past import Ref, line_of, pasts
from afterword.notebook.patterns import patterns
from afterword.outcome import why_not_by_the_model, why_nothing
from afterword.record import SECTIONS, Record

_NOT_JSON = "{0} is no transcript in JSON. It has to look like this: "
_NOT_JSON += '{{"date": "2026-03-03", "turns": [{{"t": 0, "speaker": "client", "text": "..."}}]}}'
_NO_DATE = '{0} does not say of which day it is. Add "date": "2026-03-03".'
_NO_TURNS = "{0} has no turns."
_TWICE = "{0} and {1} are the same session. Please give each one once."
_UNCITED = "{0} lines of this session were written differently when it was read for its turns; they cite none here."


@dataclass(frozen=True)
class Talk:
    """One transcript. `day`: ISO date; `words`: its date and turns as JSON, and nothing else of the file."""

    file: Path
    day: str
    words: bytes = field(repr=False)


def replay(files: Sequence[Path], as_json: bool, engine: Engine) -> None:
    """Print the whole series: as JSON (see `live_through`), or to read. Nothing is kept."""
    harden()
    choice = engine.choice()
    talks = sorted((read_talk(file) for file in files), key=lambda talk: talk.day)
    _refuse_twice(talks)
    with throwaway() as notebook:
        had = live_through(notebook, talks, choice)
    if as_json:
        print(json.dumps(had, ensure_ascii=False, indent=1))
        return
    for session in had["sessions"]:
        print(f"== {session['date']} ==")
        _list("Before it", [point["text"] for point in session["brief_before"] or ()])
        show(Record.from_json(session["record"]))
        print()
    _list("What keeps coming up", [pattern["label"] for pattern in had["patterns"]])
    _list("Threads", [f"{thread['text']} ({thread['status']})" for thread in had["threads"]])


def _list(title: str, lines: Sequence[str]) -> None:
    if lines:
        print("\n".join([title, *(f"- {line}" for line in lines), ""]))


def read_talk(file: Path) -> Talk:
    """Exits where it cannot be one."""
    if not file.is_file():
        _stop(f"There is no file {file}.", 2)
    if file.stat().st_size > MOST_BYTES:
        _stop(f"{file} is too long for a transcript of one session.", 1)
    try:
        held = json.loads(file.read_bytes())
    except ValueError:
        _stop(_NOT_JSON.format(file), 1)
    if not isinstance(held, dict) or not isinstance(held.get("turns"), list):
        _stop(_NOT_JSON.format(file), 1)
    if not held["turns"]:
        _stop(_NO_TURNS.format(file), 1)
    try:
        day = date.fromisoformat(held["date"]).isoformat()
    except (KeyError, TypeError, ValueError):
        _stop(_NO_DATE.format(file), 1)
    words = json.dumps({"date": day, "turns": held["turns"]}, ensure_ascii=False).encode()
    return Talk(file, day, words)


def live_through(notebook: Throwaway, talks: Sequence[Talk], choice: Choice | None) -> dict[str, Any]:
    """What the person would have had, in order of dates: `{"sessions": [{"date", "brief_before", "record"}],
    "patterns", "threads"}`. A Brief is what stood on the day of a session before it was added, null where nothing lay
    behind; patterns and threads are as they stand after the last."""
    if choice:
        chosen.keep(notebook.engine, notebook.owner, choice)
    had: dict[str, tuple[int, Record]] = {}
    sessions = []
    for number, talk in enumerate(talks, 1):
        began = time.monotonic()
        typer.echo(f"{number} of {len(talks)}: {talk.day}, {talk.file.name}", err=True)
        before = _brief(notebook, date.fromisoformat(talk.day))
        session, record = _had_of(notebook, talk, choice)
        typer.echo(f"  in the notebook, and read back: {time.monotonic() - began:.1f} s", err=True)
        brief = [{"text": point.text, "from": cited(point.sources, had)} for point in before] or None
        had[session.hex()] = number, record
        sessions.append({"date": talk.day, "brief_before": brief, "record": record.to_json()})
    return {
        "sessions": sessions,
        "patterns": _patterns(notebook, talks[-1].day, had),
        "threads": _threads(notebook, had),
    }


def cited(refs: Iterable[Ref], had: Mapping[str, tuple[int, Record]]) -> list[dict[str, Any]]:
    """Where lines of the notebook come from, one entry a session: its number from 1, and the turns that they cite.
    `had`: of each session by its id, the number and the record with its evidence."""
    turns: dict[int, list[int]] = {}
    for ref in refs:
        number, record = had[ref.session]
        turns.setdefault(number, []).extend(line_of(record, ref).evidence)
    return [{"session": number, "evidence": list(dict.fromkeys(evidence))} for number, evidence in turns.items()]


def _brief(notebook: Throwaway, day: date) -> tuple[Point, ...]:
    """As it stands before a session of that day is there."""
    behind, noted = pasts(notebook.engine, notebook.owner), notes.load(notebook.engine, notebook.owner)
    return briefing(notebook.engine, notebook.owner, behind, noted, "", day)


def _patterns(notebook: Throwaway, day: str, had: Mapping[str, tuple[int, Record]]) -> list[dict[str, Any]]:
    found = patterns(pasts(notebook.engine, notebook.owner), today=date.fromisoformat(day))
    return [{"label": pattern.label, "from": cited(pattern.sources, had)} for pattern in found]


def _threads(notebook: Throwaway, had: Mapping[str, tuple[int, Record]]) -> list[dict[str, Any]]:
    behind = pasts(notebook.engine, notebook.owner)
    found = threads.threads(behind, threads.load(notebook.engine, notebook.owner))
    return [
        {
            "text": thread.text,
            "from": cited(thread.sources, had),
            "status": thread.status,
            "revisited_in": sorted({had[ref.session][0] for ref in thread.revisited}),
        }
        for thread in found
    ]


def with_evidence(kept: Record, read: Record) -> tuple[Record, int]:
    """The record as it came out of the notebook, each line citing the turns that the same line cites in `read`; and
    how many lines have no same line there."""
    bare = Record.from_bytes(read.to_bytes())
    if bare == kept:
        return read, 0
    cited: dict[str, Any] = {"safety": read.safety if bare.safety == kept.safety else kept.safety}
    uncited = 0
    for section in SECTIONS:
        known = {replace(line, evidence=()): line for line in getattr(read, section)}
        uncited += sum(line not in known for line in getattr(kept, section))
        cited[section] = tuple(known.get(line, line) for line in getattr(kept, section))
    return replace(kept, **cited), uncited


def _had_of(notebook: Throwaway, talk: Talk, choice: Choice | None) -> tuple[bytes, Record]:
    """The session's id and its record. Indexes of turns are dropped before a record is sealed, so they cannot come out
    of the notebook: the same turns are read in a second room, as `afterword understand` does, and its lines are laid
    beside those that were kept."""
    try:
        session = notebook.add(talk.words, talk.day)
        read = Record.from_json(json.loads(in_a_room(talk.words, "a.json", choice).sealed))
    except RoomFailed as failed:
        _stop(f"{talk.file}: {why_nothing(failed.code)}", 1)
    except Refused as refused:
        _stop(f"{talk.file}: {refused.says}", 1)
    kept = notebook.shelf.session(session).record
    assert kept is not None
    if why := why_not_by_the_model(kept.fell_back, kept.engine):
        typer.echo(why, err=True)
    record, uncited = with_evidence(kept, read)
    if uncited:
        typer.echo(_UNCITED.format(uncited), err=True)
    return session, record


def _refuse_twice(talks: Sequence[Talk]) -> None:
    for one, other in combinations(talks, 2):
        if one.words == other.words:
            _stop(_TWICE.format(one.file, other.file), 2)


def _stop(says: str, code: int) -> NoReturn:
    typer.echo(says, err=True)
    raise typer.Exit(code)
