"""The person's own voice print: where it is kept, and how it is taken back.

A voice sample is a capture like any other, with a key, an end and a receipt; what its room leaves in the place of a
record is a print. A capture begun later carries a copy, which counts only while the print is there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from sqlalchemy import Engine, Select, delete, select

from afterword.capture.known import OwnVoice
from afterword.seal.errors import SealError
from afterword.store.database import scrub
from afterword.store.tables import captures, objects, sessions
from afterword.vault.owner import Owner

KIND, PRINT = "sample", "voice"


@dataclass(frozen=True)
class Sample:
    """One sample. `session`, `capture`: ids. `day`: ISO date on which it was recorded. `kept`: a print came of it."""

    session: bytes
    capture: bytes
    state: str
    failure: str | None
    day: str = field(repr=False)
    kept: bool


def samples(engine: Engine, owner: Owner) -> list[Sample]:
    """All that there are: one at most, unless two tabs recorded at once. The one with a print comes first."""
    facts = (objects.c.about == captures.c.session) & (objects.c.kind == KIND)
    query = select(captures, objects.c.sealed.label("facts")).join_from(captures, objects, facts)
    with engine.connect() as db:
        rows = list(db.execute(query.where(captures.c.person == owner.person)).mappings())
        with_print = {about for about, _ in db.execute(_prints(owner.person))}
    found = [
        Sample(
            row["session"], row["id"], row["state"], row["failure"],
            str(json.loads(owner.open_own(KIND, row["session"], 0, row["facts"]))["day"]), row["session"] in with_print,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda sample: not sample.kept)


def load(engine: Engine, owner: Owner) -> OwnVoice | None:
    """None when there is none, or when it cannot be opened: a recording begins either way."""
    with engine.connect() as db:
        row = db.execute(_prints(owner.person)).first()
    try:
        return OwnVoice(row[0], owner.open_sealed(PRINT, row[0], 0, row[1])) if row else None
    except SealError:
        return None


def stands(engine: Engine, person: bytes, voice: OwnVoice) -> bool:
    """True while the person has not deleted it."""
    with engine.connect() as db:
        return db.execute(_prints(person).where(objects.c.about == voice.sample)).first() is not None


def drop(engine: Engine, owner: Owner, session: bytes) -> None:
    """Delete a sample that is over, its print and its receipt for good."""
    with engine.begin() as db:
        db.execute(delete(objects).where(objects.c.about == session, objects.c.person == owner.person))
        db.execute(delete(sessions).where(sessions.c.id == session, sessions.c.person == owner.person))
    scrub(engine)


def _prints(person: bytes) -> Select[bytes, bytes]:
    """(session, sealed print) of each sample that has one."""
    facts = objects.alias()
    of_a_sample = (facts.c.about == objects.c.about) & (facts.c.kind == KIND) & (facts.c.person == person)
    query = select(objects.c.about, objects.c.sealed).join(facts, of_a_sample)
    return query.where(objects.c.person == person, objects.c.kind == "record")
