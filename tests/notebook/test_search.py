"""Search: everything that the owner has, by words and their stems, with whose words they are."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from afterword.notebook import asks, notes
from afterword.notebook.drawer import Drawer
from afterword.notebook.notes import Note
from afterword.notebook.outcomes import Outcome, say
from afterword.notebook.past import Ref
from afterword.notebook.search import AT_ONCE, Wanted, search
from afterword.notebook.shelf import Shelf
from afterword.vault.owner import Owner
from tests.notebook.lived_in import a_session
from tests.store.fresh import a_person


@pytest.fixture
def owner(engine: Engine) -> Owner:
    return a_person(engine)


def lines(engine: Engine, owner: Owner, typed: str) -> list[str]:
    return ["".join(text for text, _ in one.parts) for one in search(engine, owner, typed).found]


def a_note(engine: Engine, owner: Owner, text: str, day: str = "2026-11-21", wall: str = "note") -> str:
    return notes.keep(engine, owner, Note(wall, f"{day}T10:00", text))  # type: ignore[arg-type]


def test_every_word_must_be_there_or_one_of_its_stem(engine: Engine, owner: Owner) -> None:
    a_note(engine, owner, "I was hoping for rain.")
    a_note(engine, owner, "Hoped for nothing.")
    assert lines(engine, owner, "hope rain") == ["I was hoping for rain."]
    assert len(lines(engine, owner, "hoping")) == 2
    assert lines(engine, owner, "rain snow") == []
    assert lines(engine, owner, "ain") == [], "no piece of a word"


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("cafe", "We met in the Café."), ("CAFÉ", "we met in the cafe"), ("mum's", "Mum’s calls"),
        ("mums", "Mum called. Mums do."), ("don't", "I don’t know"), ("dying", "He was dying."), ("happy", "Happiness"),
        ("straße", "In der STRASSE"),
    ],
)  # fmt: skip
def test_capitals_accents_and_apostrophes_do_not_matter(engine: Engine, owner: Owner, typed: str, text: str) -> None:
    a_note(engine, owner, text)
    assert lines(engine, owner, typed) == [text]


def test_the_very_words_in_a_row_come_first_then_the_words_then_their_stems_newest_first(
    engine: Engine, owner: Owner
) -> None:
    a_note(engine, owner, "Letters to my sisters", "2026-11-25")
    a_note(engine, owner, "A letter for her, my sister", "2026-11-24")
    a_note(engine, owner, "sister letter, older", "2026-11-01")
    a_note(engine, owner, "sister letter, newer", "2026-11-02")
    found = ["sister letter, newer", "sister letter, older", "A letter for her, my sister", "Letters to my sisters"]
    assert lines(engine, owner, "sister letter") == found


def test_a_session_is_found_as_it_was_corrected_and_by_no_deleted_line(engine: Engine, owner: Owner) -> None:
    session = a_session(engine, owner, "the move", "2026-11-03")
    assert "You spoke about the move with Mya." in lines(engine, owner, "spoke")
    shelf = Shelf(engine, owner)
    shelf.correct_line(session, "overview", 0, "We planned the crossing.")
    shelf.correct_line(session, "insights", 0, None)
    assert lines(engine, owner, "spoke") == []
    assert lines(engine, owner, "naming") == []
    (found,) = search(engine, owner, "crossing").found
    assert (found.day, found.whose) == ("2026-11-03", "said in the session")
    assert found.href == f"/sessions/{session.hex()}#overview-0"
    assert found.parts == (("We planned the ", False), ("crossing", True), (".", False))


def test_it_says_whose_words_they_are(engine: Engine, owner: Owner) -> None:
    session = a_session(engine, owner, "penguin matters")
    note = a_note(engine, owner, "a penguin of mine")
    a_note(engine, owner, "raise the penguin", wall="plan")
    asks.keep(engine, owner, asks.Kept("2026-11-02T10:00", "May I record the penguin?"))
    say(engine, owner, Ref(session.hex(), "next_steps", 0), Outcome("partly", "2026-11-23", "the penguin came"))
    Drawer(engine, owner, "appointments").add({"first": "2026-12-01T17:00", "zone": "", "therapist": "Penguin"})
    Drawer(engine, owner, "kept by a later slice").add({"what": {"text": "a penguin again"}, "on": "2026-10-01"})
    found = {one.whose: (one.day, one.href) for one in search(engine, owner, "penguin").found}
    assert found == {
        "said in the session": ("2026-11-20", found["said in the session"][1]),
        "I wrote": ("2026-11-21", f"/notes/{note}"),
        "I plan to raise": ("2026-11-21", found["I plan to raise"][1]),
        "an ask that I kept": ("2026-11-02", "/ask"),
        "how a step went": ("2026-11-23", f"/sessions/{session.hex()}"),
        "an appointment": ("2026-12-01", "/appointments"),
        "I kept": ("2026-10-01", "/today"),
    }


def test_fifty_at_a_time(engine: Engine, owner: Owner) -> None:
    for n in range(AT_ONCE + 5):
        a_note(engine, owner, f"penguin {n}", f"2026-{n % 12 + 1:02}-01")
    first = search(engine, owner, "penguin")
    rest = search(engine, owner, "penguin", first.next)
    assert (len(first.found), first.total, first.next) == (AT_ONCE, AT_ONCE + 5, AT_ONCE)
    assert (len(rest.found), rest.next) == (5, 0)
    assert not {one.href for one in first.found} & {one.href for one in rest.found}


def test_of_a_long_note_the_part_around_the_word_is_shown(engine: Engine, owner: Owner) -> None:
    a_note(engine, owner, "one " * 300 + "penguin" + " two" * 300)
    (line,) = lines(engine, owner, "penguin")
    assert "penguin" in line
    assert line.startswith("…")
    assert len(line) < 600
    (found,) = search(engine, owner, "penguin").found
    assert [text for text, marked in found.parts if marked] == ["penguin"]


def test_nothing_of_somebody_elses_is_found(engine: Engine, owner: Owner) -> None:
    other = a_person(engine, "another passphrase of somebody")
    a_note(engine, owner, "penguin")
    a_session(engine, owner, "the penguin")
    assert search(engine, other, "penguin").total == 0


@pytest.mark.parametrize("typed", ["", "   ", "?!", "\0"])
def test_no_word_finds_nothing(engine: Engine, owner: Owner, typed: str) -> None:
    a_note(engine, owner, "anything at all?!")
    assert search(engine, owner, typed).total == 0


def test_the_quick_look_misses_nothing_that_the_slow_one_finds() -> None:
    for word in ("hoped", "dying", "skies", "tying", "happier", "running", "studies", "lies", "news", "gently"):
        assert Wanted.of(word).rank(f"and {word} again") == 3
