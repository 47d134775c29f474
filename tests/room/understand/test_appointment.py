"""The next appointment: verbatim, and a date only where the words settle one."""

from __future__ import annotations

import pytest

from tests.room.understand.talks import record

CLOSING = ("T: We've got about two minutes left.", "C: Okay.")


@pytest.mark.parametrize(
    ("line", "iso"),
    [  # said on Thursday the fifth of March 2026
        ("T: Same time next week?", "2026-03-12"),
        ("T: So, next Thursday at six.", "2026-03-12T18:00"),
        ("T: I'll see you Tuesday at ten o'clock.", "2026-03-10T10:00"),
        ("T: Four-thirty, Thursday the nineteenth.", "2026-03-19T16:30"),
        ("T: See you in two weeks, same time.", "2026-03-19"),
        ("T: Our next session is on April 2nd at 9:15 am.", "2026-04-02T09:15"),
        ("T: See you Monday the 16th at half past two.", "2026-03-16T14:30"),
        ("T: So that's Wednesday at noon.", "2026-03-11T12:00"),
        ("T: See you Friday the nineteenth at five.", None),  # the nineteenth is a Thursday
    ],
)
def test_the_date_is_read_with_care(line: str, iso: str | None) -> None:
    found = record(*CLOSING, line, "C: Yes, see you then.").next_appointment
    assert found is not None
    assert found.iso == iso
    assert found.said in line


def test_next_thursday_said_on_a_tuesday_is_not_the_day_after_tomorrow() -> None:
    found = record(*CLOSING, "T: See you next Thursday at six.", date="2026-03-03").next_appointment
    assert found is not None
    assert found.iso == "2026-03-12T18:00"


def test_the_last_arrangement_wins() -> None:
    found = record(
        *CLOSING,
        "T: I've got Tuesday the seventeenth at four.",
        "C: No, I work. Thursday?",
        "T: Thursday the nineteenth at five, then.",
        "C: Good.",
    ).next_appointment
    assert found is not None
    assert found.iso == "2026-03-19T17:00"


def test_without_a_date_of_the_session_only_the_words_are_kept() -> None:
    found = record(*CLOSING, "T: See you Thursday at six.", date=None).next_appointment
    assert found is not None
    assert found.iso is None


@pytest.mark.parametrize(
    "line",
    [
        "C: I'll call the landlord on Thursday at six.",
        "C: My sister's wedding is on Saturday at two.",
        "T: Come back next week if things don't get better.",
        "C: I was here on Monday at four.",
    ],
)
def test_other_dates_are_not_taken_for_the_next_appointment(line: str) -> None:
    assert record(*CLOSING, line).next_appointment is None


def test_a_date_that_was_refused_is_not_the_appointment() -> None:
    found = record(
        *CLOSING,
        "T: Shall we say the tenth of March at half past three?",
        "C: I can't on the tenth. The eleventh would work.",
        "T: The eleventh at half past three, then.",
        "C: Yes.",
    ).next_appointment
    assert found is not None
    assert found.iso == "2026-03-11T15:30"


@pytest.mark.parametrize(
    ("line", "said", "iso"),
    [  # said on Thursday the fifth of March 2026
        ("next: fri 27 at 8am (he said thurs first, then it moved)", "fri 27 at 8am", "2026-03-27T08:00"),
        ("Next is Wednesday the eleventh, noon, I said Tuesday", "Wednesday the eleventh, noon", "2026-03-11T12:00"),
        ("next: tues 17 6pm (not 5:30, thats the old slot)", "tues 17 6pm", "2026-03-17T18:00"),
        ("Friday week, at five, he said the Thursday first", "Friday week, at five", "2026-03-13T17:00"),
    ],
)  # fmt: skip
def test_what_it_is_not_is_left_out_of_the_next_appointment(line: str, said: str, iso: str) -> None:
    found = record("C: We talked about the shed.", "C: It was a long hour.", f"C: {line}").next_appointment
    assert found is not None
    assert (found.said, found.iso) == (said, iso)
