"""The wall, all the way through a real worker: notes never reach a record, and a note by voice is no session."""

from __future__ import annotations

import io
import secrets
from datetime import UTC, datetime

from afterword.capture import intake
from afterword.capture.forms import Form
from afterword.capture.intake import Coming
from afterword.capture.sender import send
from afterword.capture.wraps import Wraps
from afterword.notebook import notes
from afterword.notebook.past import is_session, pasts, pasts_and_readings
from afterword.notebook.shelf import Shelf
from afterword.record import Record
from tests.capture.conftest import House
from tests.safety import canary
from tests.speech import dialogue, encode

CANARIES = ("marzipan", "barometer", "chimneysweep", "zeppelin")
SAID = (
    "I said yes at work again, and I was angry all evening.",
    "Next week I will say that I need to check first.",
    "I will ring the dentist on Monday.",
    "I want to talk about my father the next time we meet.",
)


def made_of(house: House, form: Form) -> tuple[bytes, Record]:
    """What a real worker and its room make of four sentences in one voice. Returns the session, and its record."""
    data = encode(dialogue([("slt", line) for line in SAID], pause=0.5), "wav")
    coming = Coming("mine", "2026-11-27", len(data), secrets.token_bytes(32), form=form)
    with house.opening():
        opened = intake.open_capture(house.settings, house.ledger, house.owner, coming)
    send(house.settings, house.ledger, opened, io.BytesIO(data))
    assert house.worker.work_once()
    assert Wraps(house.settings.keys, opened.capture).gone()
    record = Shelf(house.ledger.engine, house.owner).session(opened.session).record
    assert record
    return opened.session, record


def test_no_word_of_a_note_reaches_a_record(house: House) -> None:
    mine, now = (house.ledger.engine, house.owner), datetime(2026, 11, 26, tzinfo=UTC)
    for word in CANARIES:
        notes.keep(*mine, notes.written("note", now, f"I said that the {word} was angry.", [word]))
        notes.keep(*mine, notes.written("plan", now, f"I will talk about the {word} next time."))
    _, record = made_of(house, "session")
    assert "angry" in record.to_bytes().decode(), "the session itself is in it"
    assert canary.in_bytes(record.to_bytes(), canary.words(CANARIES)) == []
    note = notes.load(*mine)
    assert len(note) == 2 * len(CANARIES), "and every note is where it was"
    assert canary.in_bytes(repr([one.text for one in note.values()]).encode(), canary.words(CANARIES))


def test_a_note_by_voice_is_made_like_a_recap_and_is_never_of_a_session(house: House) -> None:
    session, record = made_of(house, "spoken")
    words = record.to_bytes().decode()
    assert "angry" in words
    assert "check first" in words, "what would be a step in a session is there as what was said"
    assert (record.next_steps, record.moments, record.next_appointment) == ((), (), None)
    assert pasts(house.ledger.engine, house.owner) == []
    (told,) = (one for one in pasts_and_readings(house.ledger.engine, house.owner)[0] if not is_session(one))
    assert (told.id, told.form) == (session.hex(), "spoken")


def test_control_the_same_words_as_a_recap_are_of_a_session_and_have_steps(house: House) -> None:
    session, record = made_of(house, "recap")
    assert record.next_steps
    assert [past.id for past in pasts(house.ledger.engine, house.owner)] == [session.hex()]
