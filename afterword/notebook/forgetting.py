"""A session is deleted, with what lies elsewhere of its words: what was said by hand of its threads and its patterns.
AMBER.

What the person took over into words of their own (a note, a plan, a want, a step of their own) stays: the page says so.
"""

from __future__ import annotations

from sqlalchemy import Engine

from afterword.capture.forms import OF_A_SESSION
from afterword.notebook import pattern_changes, threads
from afterword.notebook.past import Past, pasts
from afterword.notebook.shelf import Shelf, Shelved
from afterword.notebook.topics import topics
from afterword.record import Record
from afterword.vault.owner import Owner


def forget(engine: Engine, owner: Owner, session: bytes) -> None:
    """Its capture must be over. Raises KeyError. Patterns come first: killed in between, the session stands and can be
    deleted again, and no word of it is left without it."""
    shelf = Shelf(engine, owner)
    found, made = shelf.session(session), shelf.as_made(session)
    if found.record is None or made is None:
        shelf.remove(session)
        return
    here = [_past(found, found.record), _past(found, made)]
    if found.form in OF_A_SESSION and pattern_changes.load(engine, owner).acts:
        others = [past for past in pasts(engine, owner) if past.id != session.hex()]
        gone = _wordings(here) - _wordings(others)
        pattern_changes.change(engine, owner, lambda before: before.less(gone))
    shelf.remove(session, threads.ids_in(here[1]))


def _past(found: Shelved, record: Record) -> Past:
    return Past(found.id.hex(), found.day, found.form, found.therapist, record)


def _wordings(of: list[Past]) -> frozenset[str]:
    return frozenset(topic.wording for topic in topics(of))
