"""How steps went: the last word counts, one step back, and the wall around what the person decided alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from secrets import token_bytes

import pytest
from sqlalchemy import Engine

from afterword.notebook import outcomes
from afterword.notebook.drawer import Drawer
from afterword.notebook.outcomes import Outcome, OwnStep, Step, Went, answered
from afterword.notebook.past import Ref, pasts
from afterword.notebook.shelf import Shelf
from tests.notebook.lived_in import a_session
from tests.store.fresh import a_person, files_of

DAY = date(2026, 11, 24)


def press(engine: Engine, owner: object, ref: Ref, went: Went) -> None:
    outcomes.alter(engine, owner, ref, lambda before: answered(before, went, DAY))  # type: ignore[arg-type]


def test_the_last_word_counts_and_one_step_back_leads_to_the_word_before(engine: Engine) -> None:
    owner = a_person(engine)
    ref = Ref(a_session(engine, owner, "sleep").hex(), "next_steps", 0)
    press(engine, owner, ref, "partly")
    outcomes.alter(engine, owner, ref, lambda before: replace(before, line="Half of it.") if before else None)
    press(engine, owner, ref, "done")
    said = outcomes.load(engine, owner)[ref]
    assert (said.went, said.line) == ("done", "Half of it."), "a press loses no line"
    outcomes.alter(engine, owner, ref, lambda before: before.before if before else None)
    assert outcomes.load(engine, owner)[ref] == Outcome("partly", "2026-11-24", "Half of it.")
    outcomes.alter(engine, owner, ref, lambda before: before.before if before else None)
    assert outcomes.load(engine, owner) == {}


def test_what_was_said_of_one_step_changes_no_other(engine: Engine) -> None:
    owner = a_person(engine)
    session = a_session(engine, owner, "sleep").hex()
    for place in (0, 3):
        press(engine, owner, Ref(session, "next_steps", place), "done")
    outcomes.say(engine, owner, Ref(session, "next_steps", 3), None)
    assert list(outcomes.load(engine, owner)) == [Ref(session, "next_steps", 0)]


@pytest.mark.parametrize(("went", "is_open"), [("done", False), ("not", False), ("partly", True), ("not now", True)])
def test_partly_and_not_now_stay_open(engine: Engine, went: Went, is_open: bool) -> None:
    owner = a_person(engine)
    a_session(engine, owner, "sleep")
    step = outcomes.steps(pasts(engine, owner), {})[0]
    assert step.is_open
    assert Step(step.ref, step.day, step.step, Outcome(went, "2026-11-24")).is_open == is_open


def test_a_dropped_step_is_none(engine: Engine) -> None:
    owner = a_person(engine)
    session = a_session(engine, owner, "sleep")
    Shelf(engine, owner).correct_line(session, "next_steps", 0, None)
    assert outcomes.steps(pasts(engine, owner), {}) == []


def test_what_was_said_goes_with_its_session(engine: Engine) -> None:
    owner = a_person(engine)
    session = a_session(engine, owner, "sleep")
    press(engine, owner, Ref(session.hex(), "next_steps", 0), "done")
    Shelf(engine, owner).remove(session)
    assert outcomes.load(engine, owner) == {}


def test_what_was_kept_before_there_was_a_step_back_is_read(engine: Engine) -> None:
    owner, session = a_person(engine), token_bytes(16)
    old = {"0": {"went": "done", "on": "2026-11-24", "line": ""}}
    Drawer(engine, owner, outcomes.KIND).change(session, lambda _: old)
    assert outcomes.load(engine, owner)[Ref(session.hex(), "next_steps", 0)] == Outcome("done", "2026-11-24")


def test_a_step_of_ones_own_is_worded_anew_and_as_it_was(engine: Engine) -> None:
    owner = a_person(engine)
    found = bytes.fromhex(outcomes.decide(engine, owner, OwnStep("Walk.", "2026-11-24", "2026-11-30")))
    outcomes.alter_own(engine, owner, found, lambda step: outcomes.reworded(step, "Walk to the sea.", ""))
    assert outcomes.own_steps(engine, owner)[found.hex()].before == ("Walk.",)
    outcomes.alter_own(engine, owner, found, outcomes.as_worded)
    assert outcomes.own_steps(engine, owner)[found.hex()].text == "Walk."
    outcomes.forget_own(engine, owner, found)
    assert outcomes.own_steps(engine, owner) == {}


def test_a_step_of_ones_own_is_no_step_of_a_session(engine: Engine) -> None:
    owner = a_person(engine)
    outcomes.decide(engine, owner, OwnStep("Walk.", "2026-11-24"))
    assert outcomes.steps(pasts(engine, owner), outcomes.load(engine, owner)) == []


def test_a_stranger_changes_nothing_and_the_files_tell_nothing(engine: Engine, tmp_path: Path) -> None:
    owner, stranger = a_person(engine), a_person(engine)
    found = bytes.fromhex(outcomes.decide(engine, owner, OwnStep("Kanariengelb walk.", "2026-11-24")))
    for change in (partial(outcomes.alter_own, change=outcomes.as_worded), outcomes.forget_own):
        with pytest.raises(KeyError):
            change(engine, stranger, found)
    assert outcomes.own_steps(engine, owner)[found.hex()].text == "Kanariengelb walk."
    assert b"Kanariengelb" not in files_of(engine)
