"""A note by voice, read in the room: every line stays, and none claims a session that there was not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from afterword.record import Line, Moment, NextAppointment, NextStep, Record, lines_of
from afterword.room.spoken import as_note
from afterword.room.transcript import Transcript, Turn
from afterword.room.understand import understand

TOLD = (
    "So this is a thought I had while washing up.",
    "When Tom looks at his phone I feel like I am not there.",
    "It is the same feeling as at dinner when I was small.",
    "Maybe I should ask Ines about it.",
    "I'll ring the dentist on Monday.",
    "I see Ines on Thursday at four.",
)


def read(*lines: str) -> Record:
    turns = tuple(Turn(i, 5.0 * i, "client", line) for i, line in enumerate(lines))
    return understand(Transcript("2026-11-27", turns), {})


def told(record: Record) -> str:
    return " ".join(getattr(line, "text", "") for _, _, line in lines_of(record))


def test_a_note_has_no_moments_no_steps_and_no_appointment_and_tells_nobody_of_a_therapist() -> None:
    session, note = read(*TOLD), as_note(read(*TOLD))
    assert session.next_steps, "in a session there would be some"
    assert session.moments
    assert (note.next_steps, note.moments, note.next_appointment) == ((), (), None)
    assert "therapist" in told(session)
    assert "therapist" not in told(note)
    assert "You took on" not in told(note)


def test_what_was_read_as_a_step_or_a_moment_stays_as_what_the_person_said() -> None:
    step = NextStep("Ring the dentist.", "you", "Monday", "agreed", "I'll ring the dentist")
    moment = Moment("It is like dinner.", "What is?")
    found = Record(next_steps=(step,), moments=(moment,), next_appointment=NextAppointment("Thursday at four", None))
    said = [line.text for line in as_note(found).insights]
    assert said == [
        'You said: "I\'ll ring the dentist"', 'You said: "It is like dinner."', 'You said: "Thursday at four"',
    ]  # fmt: skip
    once = replace(found, overview=(Line('You said: "I\'ll ring the dentist, it is like dinner. Thursday at four"'),))
    assert as_note(once).insights == ()


@pytest.mark.parametrize("line", [*TOLD[1:3], TOLD[4]])
def test_nothing_that_a_session_would_show_is_lost(line: str) -> None:
    words = line.removesuffix(".").split()[-3:]
    assert " ".join(words) in told(read(*TOLD))
    assert " ".join(words) in told(as_note(read(*TOLD)))


def test_danger_is_not_left_out_of_a_note() -> None:
    found = as_note(read(*TOLD, "Sometimes I want to die."))
    assert found.safety
    assert found.safety.kind == "suicide"


def test_a_quotation_stays_as_it_was_said() -> None:
    line = Line('You told your therapist: "I told you: you took on too much." You took on: "I will rest."')
    (found,) = as_note(Record(overview=(line,))).overview
    assert found.text == 'You said: "I told you: you took on too much." You said: "I will rest."'
