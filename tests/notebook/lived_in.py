"""A notebook as it looks after some weeks: sessions carried through the real ledger, corrected, with receipts."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace

from sqlalchemy import Engine, insert

from afterword.capture.receipt import Receipt
from afterword.notebook.shelf import Shelf
from afterword.record import Label, Line, Moment, NextStep, Passage, Record
from afterword.seal.context import place
from afterword.store.database import hour
from afterword.store.ledger import Ledger
from afterword.store.tables import objects
from afterword.vault.owner import Owner
from tests.store.fresh import a_capture


def a_record(about: str) -> Record:
    """A record whose every part speaks of `about`."""
    return Record(
        overview=(Line(f"You spoke about {about} with Mya."), Line("Mya's letter came up.")),
        themes=(Label(f"{about} and Mya"),),
        insights=(Line(f"Naming {about} helped."),),
        feelings=(Label("relief"),),
        next_steps=(NextStep(f"Tell Mya about {about}.", "you", "Friday", "agreed", "I'll tell Mya on Friday."),),
        questions=(Line(f"What comes after {about}?"),),
        moments=(Moment(f"Mya, {about} and the rain.", "What would Mya say?"),),
        recap=(Passage("About Mya", f"It began with {about}; Myamoto came later."),),
    )


def a_session(engine: Engine, owner: Owner, about: str, day: str = "2026-11-20") -> bytes:
    """A session that is over: record kept, key destroyed, receipt written. Returns its id."""
    ledger = Ledger(engine)
    capture, session = a_capture(ledger, owner, day=day)
    claim = ledger.claim("worker-1")
    assert claim is not None
    assert claim.capture == capture
    sealed = owner.identity.recipient.seal(a_record(about).to_bytes(), place(owner.person, "record", session, 0))
    ledger.keep_record(claim, sealed)
    ledger.compare_record(claim, sealed)
    ledger.keep_receipt(replace(claim, state="sealed"), Receipt.of(ledger.row(capture), ["key", "sound"]))
    return session


def a_question(engine: Engine, owner: Owner, session: bytes, quotes: list[str]) -> None:
    """As a room leaves it while it asks who is who."""
    sealed = owner.identity.recipient.seal(json.dumps(quotes).encode(), place(owner.person, "question", session, 0))
    row = {"id": secrets.token_bytes(16), "person": owner.person, "kind": "question", "about": session, "rev": 0}
    with engine.begin() as db:
        db.execute(insert(objects).values(row | {"sealed": sealed, "hour": hour()}))


def correct_twice(engine: Engine, owner: Owner, session: bytes, text: str) -> None:
    """Two revisions of the corrections."""
    shelf = Shelf(engine, owner)
    shelf.correct_line(session, "overview", 0, f"{text}, first")
    shelf.correct_line(session, "overview", 0, f"{text}, then")
