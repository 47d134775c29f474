"""What the owner sees: corrected, never overwritten; and after a deletion nothing, nowhere."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from afterword.notebook.corrections import Corrections, corrected
from afterword.notebook.shelf import Shelf
from afterword.record import SECTIONS, Line, Record
from afterword.store.ledger import Ledger
from afterword.store.tables import captures, metadata, objects, sessions
from afterword.vault.owner import Owner
from tests.notebook.lived_in import a_question, a_record, a_session
from tests.store.fresh import a_capture, a_person, files_of


@pytest.fixture
def owner(engine: Engine) -> Owner:
    return a_person(engine)


@pytest.fixture
def shelf(engine: Engine, owner: Owner) -> Shelf:
    return Shelf(engine, owner)


def _record(shelf: Shelf, session: bytes) -> Record:
    record = shelf.session(session).record
    assert record is not None
    return record


def test_a_session_is_shown_with_its_day_record_and_receipt(engine: Engine, owner: Owner, shelf: Shelf) -> None:
    session = a_session(engine, owner, "the move", "2026-11-20")
    found = shelf.session(session)
    assert (found.day, found.row["state"], _record(shelf, session)) == ("2026-11-20", "destroyed", _kept("the move"))
    receipt = shelf.receipt(session)
    assert receipt is not None
    assert (receipt.outcome, receipt.chunks, receipt.size, receipt.checked) == ("kept", 3, 3_000_000, ("key", "sound"))


def test_sessions_come_newest_first_and_only_ones_own(engine: Engine, owner: Owner, shelf: Shelf) -> None:
    first = a_session(engine, owner, "one", "2026-11-06")
    Ledger(engine).move(shelf.session(first).row["id"], ("destroyed",), opened=1)
    second = a_session(engine, owner, "two", "2026-11-13")
    a_session(engine, a_person(engine), "a stranger's")
    assert [(s.id, s.day, s.record) for s in shelf.sessions()] == [
        (second, "2026-11-13", None), (first, "2026-11-06", None),
    ]  # fmt: skip


def test_before_there_is_a_record_there_is_none(engine: Engine, owner: Owner, shelf: Shelf) -> None:
    _, session = a_capture(Ledger(engine), owner)
    assert (shelf.session(session).record, shelf.receipt(session), shelf.question(session)) == (None, None, [])
    a_question(engine, owner, session, ["one quote", "another"])
    assert shelf.question(session) == ["one quote", "another"]


def test_a_line_can_be_changed_deleted_and_brought_back(engine: Engine, owner: Owner, shelf: Shelf) -> None:
    session = a_session(engine, owner, "the move")
    shelf.correct_line(session, "overview", 0, "In my own words.")
    shelf.correct_line(session, "themes", 0, None)
    assert _record(shelf, session).overview[0].text == "In my own words."
    assert _record(shelf, session).themes[0].label == ""
    assert shelf.session(session).corrections.lines == {"overview.0": "In my own words.", "themes.0": None}
    shelf.undo_line(session, "overview", 0)
    shelf.undo_line(session, "themes", 0)
    assert _record(shelf, session) == _kept("the move")


def test_the_record_as_it_was_made_stays_beneath(engine: Engine, owner: Owner, shelf: Shelf) -> None:
    session = a_session(engine, owner, "the move")
    before = _sealed(engine, "record")
    for place in range(2):
        shelf.correct_line(session, "overview", place, None)
    assert _sealed(engine, "record") == before
    with engine.connect() as db:
        kept = db.execute(select(objects.c.rev).where(objects.c.kind == "corrections")).scalars().all()
    assert kept == [1], "one row, and its revision counts"


@pytest.mark.parametrize(("section", "place"), [("overview", 2), ("overview", -1), ("gaps", 0), ("engine", 0), ("", 0)])
def test_there_is_no_correcting_a_line_that_is_not_there(
    engine: Engine, owner: Owner, shelf: Shelf, section: str, place: int
) -> None:
    session = a_session(engine, owner, "the move")
    with pytest.raises(KeyError):
        shelf.correct_line(session, section, place, "anything")


def test_a_name_is_corrected_everywhere_in_the_session(engine: Engine, owner: Owner, shelf: Shelf) -> None:
    session = a_session(engine, owner, "the move")
    shelf.correct_line(session, "overview", 1, "I call her Mya here.")
    shelf.correct_name(session, "Mya", "Maya")
    record = _record(shelf, session)
    assert record.overview[0].text == "You spoke about the move with Maya."
    assert record.overview[1].text == "I call her Maya here."
    assert record.themes[0].label == "the move and Maya"
    assert (record.next_steps[0].text, record.next_steps[0].quote) == (
        "Tell Maya about the move.",
        "I'll tell Maya on Friday.",
    )
    assert (record.moments[0].text, record.moments[0].prompt) == (
        "Maya, the move and the rain.",
        "What would Maya say?",
    )
    assert record.recap[0].heading == "About Maya"
    assert record.recap[0].text == "It began with the move; Myamoto came later.", "whole words only"
    shelf.undo_name(session, "Mya")
    assert _record(shelf, session).overview[1].text == "I call her Mya here.", "what was written is kept as written"


def test_a_name_that_stands_nowhere_changes_nothing(engine: Engine, owner: Owner, shelf: Shelf) -> None:
    session = a_session(engine, owner, "the move")
    assert not shelf.correct_name(session, "Myam", "Maya")
    assert shelf.session(session).corrections == Corrections()


def test_a_correction_from_a_stale_look_is_not_taken(engine: Engine, owner: Owner, shelf: Shelf) -> None:
    session = a_session(engine, owner, "the move")
    for place in range(2):
        shelf.correct_line(session, "overview", place, "mine")
    assert not shelf._try_correct(session, None, lambda before: replace(before, lines={"themes.0": "late"}))


def test_two_tabs_that_correct_at_once_lose_nothing(engine: Engine, owner: Owner, shelf: Shelf) -> None:
    session = a_session(engine, owner, "the move")
    places = [(section, 0) for section in SECTIONS] + [("overview", 1)]
    threads = [threading.Thread(target=shelf.correct_line, args=(session, *where, "mine")) for where in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(shelf.session(session).corrections.lines) == len(places)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Mya's letter", "Maya's letter"),
        ("Mya’s letter, (Mya)", "Maya’s letter, (Maya)"),
        ("MYA, mya and Myas", "MYA, mya and Myas"),
        ("“Mya”—Mya/Mya.", "“Maya”—Maya/Maya."),
        ("Annamya", "Annamya"),
    ],
)
def test_a_name_is_a_whole_word(text: str, shown: str) -> None:
    record = corrected(Record(overview=(Line(text),)), Corrections(names={"Mya": "Maya"}))
    assert record.overview[0].text == shown


def test_a_right_name_is_taken_as_it_is_written() -> None:
    for right in (r"\1", r"\g<0>", "Ma\\ya", "M.*"):
        record = corrected(Record(overview=(Line("Mya came."),)), Corrections(names={"Mya": right}))
        assert record.overview[0].text == f"{right} came."
    record = corrected(Record(overview=(Line("M.a or Mya"),)), Corrections(names={"M.a": "Maya"}))
    assert record.overview[0].text == "Maya or Mya"


@pytest.mark.parametrize(
    ("names", "text", "shown"),
    [
        ({"Mya": "Maya", "Maya": "Maia"}, "Mya and Maya", "Maia and Maia"),
        ({"Dr. Lee": "Dr. Leigh", "Lee": "Li"}, "Dr. Lee and Lee", "Dr. Leigh and Li"),
        ({"J.": "Jo"}, "J. said so to J.", "Jo said so to Jo"),
    ],
)
def test_names_are_corrected_in_the_order_they_were_given(names: dict[str, str], text: str, shown: str) -> None:
    assert corrected(Record(overview=(Line(text),)), Corrections(names=names)).overview[0].text == shown


@given(st.text(max_size=40))
def test_without_corrections_a_record_is_shown_as_it_is(text: str) -> None:
    record = Record(overview=(Line(text),))
    assert corrected(record, Corrections()) == record


WAYS: list[tuple[str, Callable[[Shelf, bytes], object]]] = [
    ("session", lambda shelf, session: shelf.session(session)),
    ("correct_line", lambda shelf, session: shelf.correct_line(session, "overview", 0, "mine now")),
    ("remove", lambda shelf, session: shelf.remove(session)),
    ("undo_line", lambda shelf, session: shelf.undo_line(session, "overview", 0)),
    ("correct_name", lambda shelf, session: shelf.correct_name(session, "Mya", "Eve")),
    ("undo_name", lambda shelf, session: shelf.undo_name(session, "Mya")),
]


@pytest.mark.parametrize(
    ("name", "act"),
    WAYS,
)
def test_a_stranger_reaches_nothing_and_changes_nothing(
    engine: Engine, owner: Owner, shelf: Shelf, name: str, act: Callable[[Shelf, bytes], object]
) -> None:
    session = a_session(engine, owner, "the move")
    shelf.correct_line(session, "overview", 0, "In my own words.")
    before, kept = _record(shelf, session), _rows(engine)
    stranger = Shelf(engine, a_person(engine, "the stranger's passphrase"))
    for wanted in (session, b"?" * 16, b""):
        with pytest.raises(KeyError):
            act(stranger, wanted)
    assert (_record(shelf, session), _rows(engine)) == (before, kept)


def test_a_stranger_sees_no_trace_of_a_session(engine: Engine, owner: Owner) -> None:
    session = a_session(engine, owner, "the move")
    stranger = Shelf(engine, a_person(engine, "the stranger's passphrase"))
    assert (stranger.sessions(), stranger.receipt(session), stranger.question(session)) == ([], None, [])
    assert stranger.corrections(session) == Corrections()


def test_a_deleted_session_leaves_nothing_in_the_files(engine: Engine, owner: Owner, shelf: Shelf) -> None:
    session, other = a_session(engine, owner, "the move"), a_session(engine, owner, "the other one")
    shelf.correct_line(session, "overview", 0, "In my own words.")
    shelf.correct_name(session, "Mya", "Maya")
    a_question(engine, owner, session, ["one", "two"])
    capture = shelf.session(session).row["id"]
    sealed = _sealed_about(engine, session)
    assert len(sealed) == 5
    assert all(piece in files_of(engine) for piece in (session, capture, *sealed)), "the control: it is found before"
    shelf.remove(session)
    kept = files_of(engine)
    for piece in (session, capture, *sealed, *(s[at : at + 48] for s in sealed for at in range(0, len(s) - 48, 48))):
        assert piece not in kept
    with pytest.raises(KeyError):
        shelf.session(session)
    assert [s.id for s in shelf.sessions()] == [other]
    assert _record(shelf, other) == _kept("the other one")
    with engine.connect() as db:
        for table in (sessions, captures):
            assert db.execute(select(func.count()).select_from(table)).scalar() == 1


def test_no_word_of_a_record_is_in_the_files(engine: Engine, owner: Owner, shelf: Shelf) -> None:
    session = a_session(engine, owner, "zanzibar")
    shelf.correct_line(session, "overview", 0, "quetzalcoatl")
    shelf.correct_name(session, "Mya", "Nebuchadnezzar")
    kept = files_of(engine)
    for word in ("zanzibar", "quetzalcoatl", "Nebuchadnezzar", "Friday", "2026-11-20", "2026-11-01"):
        assert word.encode() not in kept
        assert word.encode("utf-16-le") not in kept


def test_what_is_shelved_does_not_print_its_words(engine: Engine, owner: Owner, shelf: Shelf) -> None:
    session = a_session(engine, owner, "zanzibar")
    shelf.correct_line(session, "overview", 0, "quetzalcoatl")
    assert not any(word in repr(shelf.session(session)) for word in ("zanzibar", "quetzalcoatl"))


def test_every_section_of_a_record_can_be_corrected(engine: Engine, owner: Owner, shelf: Shelf) -> None:
    session = a_session(engine, owner, "the move")
    for section in SECTIONS:
        shelf.correct_line(session, section, 0, f"my {section}")
    record = _record(shelf, session)
    for section in SECTIONS:
        line = getattr(record, section)[0]
        assert (line.label if section in ("themes", "feelings") else line.text) == f"my {section}"


def _kept(about: str) -> Record:
    return replace(Record.from_bytes(a_record(about).to_bytes()))


def _sealed(engine: Engine, kind: str) -> bytes:
    with engine.connect() as db:
        return bytes(db.execute(select(objects.c.sealed).where(objects.c.kind == kind)).scalar_one())


def _sealed_about(engine: Engine, session: bytes) -> list[bytes]:
    with engine.connect() as db:
        return [bytes(s) for s in db.execute(select(objects.c.sealed).where(objects.c.about == session)).scalars()]


def _rows(engine: Engine) -> list[object]:
    tables = [metadata.tables[name] for name in ("objects", "sessions", "captures")]
    with engine.connect() as db:
        return [tuple(row) for table in tables for row in db.execute(select(table).order_by(table.c.id))]
