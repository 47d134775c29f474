"""Everything is taken along and brought in again: nothing lost, nothing overwritten, no yes made by a file."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from afterword.capture import names
from afterword.capture.known import Name
from afterword.consent import before, kept
from afterword.consent.gate import Missing, may_capture, rule_of
from afterword.notebook import (
    appointments,
    asks,
    kinds,
    moments,
    notes,
    opening,
    outcomes,
    pattern_changes,
    preferences,
    said,
    threads,
    wants,
)
from afterword.notebook.appointments import Arranged, Change
from afterword.notebook.bringing_in import bring_in
from afterword.notebook.corrections import Settled
from afterword.notebook.drawer import Drawer
from afterword.notebook.notes import Note
from afterword.notebook.outcomes import Outcome, say
from afterword.notebook.past import Ref, pasts
from afterword.notebook.preferences import Preferences
from afterword.notebook.shape import NotReadable
from afterword.notebook.shelf import Shelf
from afterword.notebook.takeout import as_json, taken_out
from afterword.record import Moment
from afterword.store.tables import objects, sessions
from tests.consent.yes import say_yes
from tests.people import Home, Person, a_record, close_home, make_home

ON = "2026-12-01"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Home]:
    made = make_home(tmp_path / "elsewhere")
    yield made
    close_home(made)


def live_in(home: Home, person: Person) -> bytes:
    """Something of every kind. Returns the id of a session."""
    owner, engine = person.owner, home.engine
    session, other = home.shelve(person, a_record()), home.shelve(person, None, "2026-11-13", failure="no_speech")
    shelf = Shelf(engine, owner)
    shelf.correct_line(session, "overview", 0, "In my own words.")
    shelf.correct_name(session, "Mya", "Maya")
    shelf.settle_step(session, 0, Settled("you", "Friday"), None)
    shelf.mark(session, "moments", 1, mattered=True)
    say(engine, owner, Ref(session.hex(), "next_steps", 0), Outcome("partly", "2026-11-25", "Half of it."))
    notes.keep(engine, owner, Note("note", "2026-11-21T10:00", "Slept badly.", ("night",)))
    notes.keep(engine, owner, Note("plan", "2026-11-22T10:00", "Ask about June.", before=("Ask.",)))
    asks.keep(engine, owner, asks.Kept("2026-11-02T10:00", "May I record?", {"why": "to remember"}))
    Drawer(engine, owner, "of a later slice").add({"text": "a line", "deep": [{"on": "2026-11-23"}]})
    pattern_changes.change(engine, owner, lambda before: before.with_act("rename", ["a"], "b"))
    put_down = Arranged("2026-11-27T10:00", "Europe/Dublin", "Ines", 1)
    appointment = appointments.put_down(engine, owner, put_down)
    appointments.change(engine, owner, appointment, Change("moved", "2026-12-04T10:00", ON, "2026-12-05T11:00"))
    at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    came = moments.OfToday(Ref(session.hex(), "moments", 0), "2026-11-20", Moment("A line.", ""), False, False, True)
    moments.show(engine, owner, came, at)
    moments.answer(engine, owner, came.ref, moments.Answered("keep", "2026-11-22", "Mine."))
    threads.say(engine, owner, "ab" * 16, "let go")
    wants.keep(engine, owner, wants.Want("2026-11-23", "To sleep.", Ref(session.hex(), "insights", 0)))
    outcomes.decide(engine, owner, outcomes.OwnStep("Walk.", "2026-11-23", "2026-11-30", Outcome("done", ON)))
    said.settle(engine, owner, session, ON)
    opening.open_early(engine, owner, appointment, at)
    names.keep(engine, owner, (Name("Maya", ("Mya",)),))
    preferences.keep(engine, owner, Preferences("IE", zone="Europe/Dublin"))
    say_yes(home.settings, engine, owner)
    assert other
    return session


def take(home: Home, person: Person) -> dict[str, Any]:
    return taken_out(home.settings, home.engine, person.owner, ON)


def bring(home: Home, person: Person, everything: Any) -> Any:
    data = everything if isinstance(everything, bytes) else as_json(everything)
    return bring_in(home.settings, home.engine, person.owner, data)


def rows(home: Home) -> int:
    with home.engine.connect() as db:
        return sum(db.execute(select(func.count()).select_from(table)).scalar() or 0 for table in (objects, sessions))


def test_what_is_taken_out_and_brought_into_a_new_notebook_is_the_same_again(home: Home, elsewhere: Home) -> None:
    person, other = home.person(), elsewhere.person("another passphrase of mine")
    session = live_in(home, person)
    everything = take(home, person)
    bring(elsewhere, other, everything)
    assert take(elsewhere, other) == everything
    (there,) = pasts(elsewhere.engine, other.owner)
    (here,) = pasts(home.engine, person.owner)
    assert (there.record, there.made, there.id) == (here.record, here.made, session.hex())
    assert Shelf(elsewhere.engine, other.owner).receipt(session) == Shelf(home.engine, person.owner).receipt(session)
    assert elsewhere.visitor(other).get(f"/sessions/{session.hex()}/receipt").status_code == 200


def test_a_record_stands_in_the_file_as_it_was_made_and_as_it_is_shown(home: Home) -> None:
    person = home.person()
    live_in(home, person)
    one = take(home, person)["sessions"][1]
    assert one["record"]["overview"][0]["text"].startswith("You talked about saying yes")
    assert one["shown"]["overview"][0]["text"] == "In my own words."
    assert one["corrections"]["names"] == {"Mya": "Maya"}
    assert one["receipt"]["outcome"] == "kept"


def test_no_key_no_print_and_no_address_is_taken_along(home: Home) -> None:
    person = home.person()
    live_in(home, person)
    pasts(home.engine, person.owner)[0].record  # noqa: B018
    for kind in kinds.STAYS:
        Drawer(home.engine, person.owner, kind).add({"text": f"canary of {kind}"})
    everything = as_json(take(home, person)).decode()
    assert "canary of" not in everything
    assert person.owner.master.hex() not in everything


def test_brought_in_twice_it_changes_nothing(home: Home, elsewhere: Home) -> None:
    person, other = home.person(), elsewhere.person("another passphrase of mine")
    live_in(home, person)
    everything = take(home, person)
    first = bring(elsewhere, other, everything)
    assert (first.sessions, first.there) == (2, 0)
    before_, count = take(elsewhere, other), rows(elsewhere)
    again = bring(elsewhere, other, everything)
    assert (again.sessions, again.things) == (0, 0)
    assert (take(elsewhere, other), rows(elsewhere)) == (before_, count)
    count = rows(home)
    assert bring(home, person, everything).things == 0
    assert rows(home) == count


def test_what_is_there_stays_and_an_edit_outranks_the_file(home: Home, elsewhere: Home) -> None:
    person, other = home.person(), elsewhere.person("another passphrase of mine")
    session = live_in(home, person)
    everything = take(home, person)
    bring(elsewhere, other, everything)
    Shelf(elsewhere.engine, other.owner).correct_line(session, "overview", 0, "Changed over there.")
    preferences.keep(elsewhere.engine, other.owner, Preferences("GB"))
    bring(elsewhere, other, everything)
    assert pasts(elsewhere.engine, other.owner)[0].record.overview[0].text == "Changed over there."
    assert preferences.load(elsewhere.engine, other.owner).place == "GB"


def test_a_consent_that_is_brought_in_is_history_and_never_a_yes(home: Home, elsewhere: Home) -> None:
    person, other = home.person(), elsewhere.person("another passphrase of mine")
    say_yes(home.settings, home.engine, person.owner)
    mine = kept.load(home.settings, home.engine, person.owner)
    assert not isinstance(may_capture(mine, "both", "recording", "2026-11-20", rule_of(mine)), Missing)
    bring(elsewhere, other, take(home, person))
    theirs = kept.load(elsewhere.settings, elsewhere.engine, other.owner)
    gate = may_capture(theirs, "both", "recording", "2026-11-20", rule_of(theirs))
    assert isinstance(gate, Missing)
    assert gate.code == "not_asked"
    assert len(before.load(elsewhere.engine, other.owner)) == len(mine)
    page = elsewhere.visitor(other).get("/consent").text
    assert "From a file" in page
    assert "It is taken back" not in page


def test_control_rows_of_the_live_kind_would_open_the_gate(home: Home) -> None:
    """Why they are of a kind of their own."""
    assert not kinds.is_drawer(kinds.CONSENT)
    assert not kinds.is_drawer(kinds.CONSENT_BEFORE)
    assert before.KIND == kinds.CONSENT_BEFORE != kept.KIND


def _set(*path: Any, to: Any) -> Callable[[Any], None]:
    def change(everything: Any) -> None:
        for step in path[:-1]:
            everything = everything[step]
        everything[path[-1]] = to

    return change


SPOILED = {
    "version 2": _set("afterword", to=2),
    "its version is missing": _set("afterword", to="1"),
    "sessions: a list": _set("sessions", to={}),
    "Session 2: its id": _set("sessions", 1, "id", to="../../etc"),
    "Session 2, day: that is no date": _set("sessions", 1, "facts", "day", to="yesterday"),
    "Session 2, record, overview 1": _set("sessions", 1, "record", "overview", 0, to="words"),
    "Session 2, record, overview 1, text": _set("sessions", 1, "record", "overview", 0, "text", to=7),
    "Session 2, record, next_steps 1, who": _set("sessions", 1, "record", "next_steps", 0, "who", to="nobody"),
    "Session 2, corrections, swapped": _set("sessions", 1, "corrections", "swapped", to="yes"),
    "Session 2: one of its parts": _set("sessions", 1, "corrections", "mattered", to=["moments.99"]),
    "Session 2, receipt, chunks": _set("sessions", 1, "receipt", "chunks", to=None),
    "Session 2, opened": _set("sessions", 1, "opened", to=-5),
    "Session 2, failure": _set("sessions", 1, "failure", to="<b>"),
    "Consent 1: that is no entry": _set("consent", 0, to={"kind": "yes for ever"}),
    "Consent 1: that is no time": _set("consent", 0, "noted", to="today"),
    "such things are not brought in": _set("kept", "model", to=[{"id": "self", "value": {}}]),
    "kept, note 1": _set("kept", "note", 0, "value", "text", to=None),
    "kept, plan 1: it has no value": _set("kept", "plan", 0, "value", to=None),
    "kept, appointments 1: its first": _set("kept", "appointments", 0, "value", to={"day": "Thursday"}),
    "kept, appointments 1: a part": _set("kept", "appointments", 0, "value", "first", to="Thursday"),
    "kept, moments 2": _set("kept", "moments", 1, "value", to={"first": {}}),
    "kept, moments 1": _set("kept", "moments", 0, "value", "0", "shown", to=["2026-11-22T09:00"]),
    "kept, threads 1": _set("kept", "threads", 0, "value", to={"status": "open"}),
    "kept, patterns 1": _set("kept", "patterns", 0, "value", to=[["a", "rename", [], "b"]]),
    "kept, wants 1": _set("kept", "wants", 0, "value", "source", to=["a"]),
    "kept, own step 1": _set("kept", "own step", 0, "value", to={"text": "Walk.", "on": "2026-11-23"}),
    "kept, brief 1": _set("kept", "brief", 0, "value", to=["a"]),
    "preferences, brief_hours": _set("preferences", "brief_hours", to=10**12),
    "preferences, quiet": _set("preferences", "quiet", to=1),
    "names 1": _set("names", to=[7]),
}


@pytest.mark.parametrize("says", SPOILED)
def test_a_file_that_is_not_right_says_where_and_changes_nothing(home: Home, elsewhere: Home, says: str) -> None:
    person, other = home.person(), elsewhere.person("another passphrase of mine")
    live_in(home, person)
    everything = copy.deepcopy(take(home, person))
    SPOILED[says](everything)
    count = rows(elsewhere)
    with pytest.raises(NotReadable) as caught:
        bring(elsewhere, other, everything)
    assert says in caught.value.says
    assert "Slept badly" not in caught.value.says
    assert rows(elsewhere) == count


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"[]", b"[" * 100_000, b'{"afterword": NaN}', b"\xff\xfe"])
def test_what_is_no_file_of_ours_is_refused(home: Home, data: bytes) -> None:
    with pytest.raises(NotReadable, match="not readable"):
        bring(home, home.person(), data)


def test_a_file_does_not_take_over_what_is_somebody_elses(home: Home) -> None:
    person, other = home.person(), home.person("zuna mofi tela bivo kuda")
    live_in(home, person)
    with pytest.raises(NotReadable):
        bring(home, other, take(home, person))
    assert pasts(home.engine, other.owner) == []


def test_nothing_is_brought_in_when_the_last_row_fails(home: Home, elsewhere: Home) -> None:
    person, other = home.person(), elsewhere.person("another passphrase of mine")
    live_in(home, person)
    everything, count = take(home, person), rows(elsewhere)
    one = copy.deepcopy(everything["sessions"][1])
    everything["sessions"].append(one)
    with pytest.raises(NotReadable, match="not readable"):
        bring(elsewhere, other, everything)
    assert rows(elsewhere) == count


def test_the_file_is_plain_json(home: Home) -> None:
    person = home.person()
    live_in(home, person)
    read = json.loads(as_json(take(home, person)))
    assert list(read) == ["afterword", "made", "sessions", "consent", "kept", "preferences", "names"]
    assert (read["afterword"], read["made"]) == (1, ON)
