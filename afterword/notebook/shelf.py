"""The sessions of an unlocked owner: their records, corrections and receipts. AMBER: words, for one request."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.exc import IntegrityError

from afterword.capture.forms import Form, read_form
from afterword.capture.receipt import Receipt, Sent
from afterword.notebook import digest
from afterword.notebook.corrections import (
    DANGER,
    Corrections,
    Settled,
    corrected,
    holds,
    name_of,
    stands,
    with_line,
    with_mark,
    with_name,
    with_step,
    without_line,
    without_mark,
    without_name,
    without_step,
)
from afterword.record import Record
from afterword.store.database import hour, scrub
from afterword.store.tables import captures, objects, sessions
from afterword.vault.owner import Owner

_UNKNOWN = ("", "session", "")


@dataclass(frozen=True)
class Yes:
    """On whose consent a session was recorded, and since when that stood (ISO date)."""

    therapist: str = field(repr=False)
    since: str


@dataclass(frozen=True)
class Shelved:
    """One session. `day`: ISO date; `form`: what its record was made of; `record` is None until it is made; `row`: its
    capture; `therapist`: on whose yes it rests, "" where nobody else's voice was on it or no name is known."""

    id: bytes
    day: str
    form: Form
    row: Mapping[str, Any] = field(repr=False)
    record: Record | None = field(default=None, repr=False)
    corrections: Corrections = field(default_factory=Corrections)
    therapist: str = field(default="", repr=False)


class Shelf:
    """Everything of one owner. Raises KeyError for what is not there, or not theirs: nobody can tell which."""

    def __init__(self, engine: Engine, owner: Owner) -> None:
        self.engine, self.owner = engine, owner

    def sessions(self) -> list[Shelved]:
        """Newest first by the day of the session, without their records."""
        heads = self._heads(rows := self._captures())
        found = [_shelved(row["session"], facts, row) for row in rows if (facts := heads.get(row["session"]))]
        return sorted(found, key=lambda s: (s.day, s.row["opened"]), reverse=True)

    def session(self, session: bytes) -> Shelved:
        """One session as the person should see it: corrected."""
        row, corrections, record = self._row(session), self.corrections(session), self.as_made(session)
        shown = corrected(record, corrections) if record else None
        facts = self._object("session", session)
        read = self._facts(session, *facts) if facts else _UNKNOWN
        return replace(_shelved(session, read, row), record=shown, corrections=corrections)

    def receipt(self, session: bytes) -> Receipt | None:
        """None until the key is destroyed."""
        sealed = self._object("receipt", session)
        opened = self.owner.open_sealed("receipt", session, 0, sealed[1]) if sealed else None
        return Receipt.from_bytes(opened) if opened else None

    def sent(self, session: bytes) -> Sent | None:
        """Where text of it was sent, if any was."""
        sealed = self._object("sent", session)
        return Sent.from_bytes(self.owner.open_sealed("sent", session, 0, sealed[1])) if sealed else None

    def yes_of(self, session: bytes) -> Yes | None:
        """None where nobody else's voice was on it, and for the sample."""
        sealed = self._object("session", session)
        facts = json.loads(self.owner.open_own("session", session, *sealed)) if sealed else {}
        return Yes(facts["therapist"], facts["agreed_on"]) if facts.get("therapist") is not None else None

    def question(self, session: bytes) -> list[str]:
        """Two short quotes, when the room asked who is who."""
        sealed = self._object("question", session)
        return list(json.loads(self.owner.open_sealed("question", session, 0, sealed[1]))) if sealed else []

    def corrections(self, session: bytes) -> Corrections:
        """What the person changed so far."""
        return self._read_corrections(session, self._object("corrections", session))

    def correct_line(self, session: bytes, section: str, place: int, text: str | None, part: str = "") -> None:
        """A new wording, or None to delete. `part`: of what stands beside it, such as the question of a Moment. Raises
        KeyError when there is no such line; what was agreed about danger can be reworded, and not deleted."""
        self._line(session, section, place, part)
        if section == DANGER and text is None:
            raise KeyError(section)
        self._correct(session, lambda before: with_line(before, name_of(section, place, part), text))

    def undo_line(self, session: bytes, section: str, place: int, part: str = "") -> None:
        """Back to the line as it was made. Raises KeyError when there is no such line."""
        self._line(session, section, place, part)
        self._correct(session, lambda before: without_line(before, name_of(section, place, part)))

    def correct_name(self, session: bytes, heard: str, right: str) -> bool:
        """Applied to every line of the session. False when the name stands nowhere in it."""
        shown = self.session(session).record
        if shown is None or not stands(heard, shown):
            return False
        self._correct(session, lambda before: with_name(before, heard, right))
        return True

    def undo_name(self, session: bytes, heard: str) -> None:
        """The name as it was heard. Raises KeyError when it was never corrected."""
        if heard not in self.corrections(session).names:
            raise KeyError(heard)
        self._correct(session, lambda before: without_name(before, heard))

    def settle_step(self, session: bytes, place: int, settled: Settled, text: str | None) -> None:
        """Keep a step, perhaps in the person's own words. Raises KeyError when there is no such step."""
        self._line(session, "next_steps", place)
        self._correct(session, lambda before: with_step(before, place, settled, text))

    def unsettle_step(self, session: bytes, place: int) -> None:
        """Back to the step as it was made. Raises KeyError when there is no such step."""
        self._line(session, "next_steps", place)
        self._correct(session, lambda before: without_step(before, place))

    def mark(self, session: bytes, section: str, place: int, *, mattered: bool) -> None:
        """A line that mattered, or does no longer. Raises KeyError when there is no such line."""
        self._line(session, section, place)
        change = with_mark if mattered else without_mark
        self._correct(session, lambda before: change(before, f"{section}.{place}"))

    def swap_speakers(self, session: bytes) -> None:
        """The two voices were taken for each other; twice is as it was."""
        self._row(session)
        self._correct(session, lambda before: replace(before, swapped=not before.swapped))

    def call_settled(self, session: bytes) -> None:
        """The person is done with it for now."""
        self._row(session)
        self._correct(session, lambda before: replace(before, settled=True))

    def remove(self, session: bytes, also: Collection[bytes] = ()) -> None:
        """Delete a session for good, with all that is about it or one of `also`. Its capture must be over."""
        self._row(session)
        with self.engine.begin() as db:
            for about in (session, *also):
                mine = (objects.c.about == about, objects.c.person == self.owner.person)
                if db.execute(delete(objects).where(*mine)).rowcount:
                    digest.forget(db, self.owner.person, about)
            db.execute(delete(sessions).where(sessions.c.id == session, sessions.c.person == self.owner.person))
        scrub(self.engine)

    def _correct(self, session: bytes, change: Callable[[Corrections], Corrections]) -> None:
        """Two tabs may correct at once: whoever comes second reads again, so that no edit overwrites another."""
        while not self._try_correct(session, self._object("corrections", session), change):
            pass

    def _try_correct(
        self, session: bytes, before: tuple[int, bytes] | None, change: Callable[[Corrections], Corrections]
    ) -> bool:
        rev, after = (before[0] + 1 if before else 0), change(self._read_corrections(session, before))
        row = {"person": self.owner.person, "kind": "corrections", "about": session, "rev": rev, "hour": hour()}
        sealed = self.owner.seal_own("corrections", session, rev, after.to_bytes())
        mine = (
            (objects.c.about == session) & (objects.c.kind == "corrections") & (objects.c.person == self.owner.person)
        )
        try:
            with self.engine.begin() as db:
                there = db.execute(select(objects.c.rev).where(mine)).scalar()
                gone = db.execute(delete(objects).where(mine, objects.c.rev == rev - 1)).rowcount
                if (there, gone) != ((rev - 1, 1) if before else (None, 0)):
                    db.rollback()
                    return False
                db.execute(insert(objects).values(row | {"id": secrets.token_bytes(16), "sealed": sealed}))
                digest.forget(db, self.owner.person, session)
        except IntegrityError:
            return False
        return True

    def _read_corrections(self, session: bytes, sealed: tuple[int, bytes] | None) -> Corrections:
        if not sealed:
            return Corrections()
        return Corrections.from_bytes(self.owner.open_own("corrections", session, *sealed))

    def _line(self, session: bytes, section: str, place: int, part: str = "") -> None:
        self._row(session)
        record = self.as_made(session)
        if record is None or not holds(record, section, place, part):
            raise KeyError(section)

    def as_made(self, session: bytes) -> Record | None:
        """Its record without what the person changed."""
        sealed = self._object("record", session)
        return Record.from_bytes(self.owner.open_sealed("record", session, 0, sealed[1])) if sealed else None

    def _heads(self, rows: Collection[Mapping[str, Any]]) -> dict[bytes, Any]:
        """The facts of each. Only what is over lies in the digest: a capture that never opened is removed by who cannot
        open one."""
        over = {row["session"]: digest.stamp(row["facts_row"]) for row in rows if row["state"] == "destroyed"}
        read = digest.read_through(self.engine, self.owner, "heads", over, self._read_facts)
        return read | self._read_facts([row["session"] for row in rows if row["session"] not in over])

    def _captures(self) -> list[dict[str, Any]]:
        """Of every session, each with the row of its facts. (A sample of the person's voice is a capture too.) Two
        queries: by a join SQLite looks at all captures for each."""
        mine = (objects.c.person == self.owner.person, objects.c.kind == "session")
        with self.engine.connect() as db:
            facts = {row[0]: row[1] for row in db.execute(select(objects.c.about, objects.c.id).where(*mine))}
            rows = db.execute(select(captures).where(captures.c.person == self.owner.person)).mappings().all()
        return [{**row, "facts_row": facts[row["session"]]} for row in rows if row["session"] in facts]

    def _read_facts(self, wanted: Collection[bytes]) -> dict[bytes, Any]:
        if not wanted:
            return {}
        mine = (objects.c.person == self.owner.person, objects.c.kind == "session")
        query = select(objects.c.about, objects.c.rev, objects.c.sealed).where(*mine)
        query = query if len(wanted) > 500 else query.where(objects.c.about.in_(wanted))
        with self.engine.connect() as db:
            rows = [row for row in db.execute(query) if row[0] in wanted]
        return {about: self._facts(about, rev, sealed) for about, rev, sealed in rows}

    def _facts(self, session: bytes, rev: int, sealed: bytes) -> list[Any]:
        """The values of its `Head`, as JSON has them."""
        facts = json.loads(self.owner.open_own("session", session, rev, sealed))
        return [str(facts["day"]), read_form(facts.get("form", "session")), facts.get("therapist") or ""]

    def _row(self, session: bytes) -> Mapping[str, Any]:
        with self.engine.connect() as db:
            # A sample of the person's voice is a capture too, and no session.
            facts = (objects.c.about == captures.c.session) & (objects.c.kind == "session")
            query = select(captures).join(objects, facts).where(captures.c.session == session)
            row = db.execute(query.where(captures.c.person == self.owner.person)).mappings().first()
        if row is None:
            raise KeyError
        return dict(row)

    def _object(self, kind: str, about: bytes) -> tuple[int, bytes] | None:
        query = select(objects.c.rev, objects.c.sealed).where(
            objects.c.person == self.owner.person, objects.c.kind == kind, objects.c.about == about
        )
        with self.engine.connect() as db:
            row = db.execute(query).first()
        return (row[0], row[1]) if row else None


def _shelved(session: bytes, facts: Sequence[Any], row: Mapping[str, Any]) -> Shelved:
    day, form, therapist = facts
    return Shelved(session, day, form, row, therapist=therapist)
