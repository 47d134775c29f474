"""The gate: what a yes covers, from when and until when; what the refusal says; and that nothing goes around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.consent import gate
from afterword.consent.answers import (
    FORMATS,
    Again,
    Answered,
    Asked,
    Entry,
    Format,
    Limits,
    Lost,
    Sessions,
    Where,
    Withdrawn,
    from_json,
    names,
    to_json,
)
from afterword.consent.gate import Missing, Standing, may_capture, rule_of, taken_back
from afterword.consent.places import rule_for
from afterword.consent.words import told

FRIDAY, NEXT, LATER = "2026-11-20", "2026-11-27", "2026-12-04"
ASKED = Asked("Ines", "2026-11-18", "message")


def yes(
    sessions: Sessions = "all", on: str = FRIDAY, therapist: str = "Ines", **limits: str | tuple[Format, ...]
) -> Answered:
    return Answered(therapist, on, "limits", Limits(**{"sessions": sessions} | limits))  # type: ignore[arg-type]


def asked(*entries: Entry, format: Format = "recording", day: str = FRIDAY, whose: str | None = None) -> str:
    """Of a session with both voices: 'standing', or the code of what is missing."""
    found = may_capture(entries, "both", format, day, rule_of(entries), whose)
    return found.code if isinstance(found, Missing) else "standing"


NO, LATER_THEN = Answered("Ines", FRIDAY, "not_this"), Answered("Ines", FRIDAY, "not_yet")
BACK = Withdrawn("Ines", FRIDAY)


@pytest.mark.parametrize(
    ("entries", "format", "day", "found"),
    [
        ((), "recording", FRIDAY, "not_asked"),
        ((ASKED,), "recording", FRIDAY, "not_answered"),
        ((ASKED, LATER_THEN), "recording", FRIDAY, "not_yet"),
        ((ASKED, NO), "recording", FRIDAY, "not_this"),
        ((ASKED, yes()), "recording", FRIDAY, "standing"),
        ((yes(), ASKED), "recording", FRIDAY, "standing"),
        ((yes(), NO), "recording", FRIDAY, "not_this"),
        ((NO, yes()), "recording", FRIDAY, "standing"),
        ((yes(), BACK), "recording", FRIDAY, "withdrawn"),
        ((yes(), BACK, ASKED), "recording", FRIDAY, "not_answered"),
        ((yes(), BACK, Again("Ines", NEXT)), "recording", NEXT, "withdrawn"),
        ((yes(), BACK, yes()), "recording", FRIDAY, "standing"),
        ((yes(), Lost()), "recording", FRIDAY, "record_changed"),
        ((Lost(), yes()), "recording", FRIDAY, "standing"),
        # What it is to.
        ((yes(),), "last_minutes", FRIDAY, "standing"),
        ((yes(),), "transcript", FRIDAY, "other_format"),
        ((yes(formats=("last_minutes",)),), "recording", FRIDAY, "other_format"),
        ((yes(formats=("last_minutes",)),), "last_minutes", FRIDAY, "standing"),
        ((yes(formats=("transcript",)),), "last_minutes", FRIDAY, "other_format"),
        ((yes(formats=FORMATS),), "transcript", FRIDAY, "standing"),
        # From when, and until when.
        ((yes(),), "recording", "2026-11-19", "before_the_yes"),
        ((yes(until=NEXT),), "recording", NEXT, "standing"),
        ((yes(until=NEXT),), "recording", "2026-11-28", "yes_ended"),
        ((yes("each", until=NEXT), Again("Ines", LATER)), "recording", LATER, "yes_ended"),
        # For which sessions.
        ((yes("one", day=NEXT),), "recording", NEXT, "standing"),
        ((yes("one", day=NEXT),), "recording", FRIDAY, "other_session"),
        ((yes("one", day=NEXT), Again("Ines", LATER)), "recording", LATER, "other_session"),
        ((yes("each"),), "recording", FRIDAY, "standing"),
        ((yes("each"),), "recording", NEXT, "ask_again"),
        ((yes("each"), Again("Ines", NEXT)), "recording", NEXT, "standing"),
        ((yes("each"), Again("Ines", NEXT)), "recording", LATER, "ask_again"),
        ((yes("each"), Again("Ines", NEXT, ("last_minutes",))), "recording", NEXT, "ask_again"),
        ((yes("each"), Again("Ines", NEXT, ("last_minutes",))), "last_minutes", NEXT, "standing"),
        ((yes("each"), Again("Ines", NEXT, ("recording",))), "last_minutes", NEXT, "standing"),
        ((yes("each", formats=FORMATS), Again("Ines", NEXT, ("transcript",))), "recording", NEXT, "ask_again"),
        ((yes("each", formats=("last_minutes",)), Again("Ines", NEXT, FORMATS)), "recording", NEXT, "other_format"),
        ((Again("Ines", NEXT), yes("each")), "recording", NEXT, "ask_again"),
        ((yes("each"), Again("Ines", NEXT), BACK, yes("each")), "recording", NEXT, "ask_again"),
    ],
)
def test_what_a_record_allows(entries: tuple[Entry, ...], format: Format, day: str, found: str) -> None:
    assert asked(*entries, format=format, day=day) == found
    theirs = may_capture(entries, "both", format, day, rule_of(entries), "  INES ")
    if entries:
        assert (theirs.code if isinstance(theirs, Missing) else "standing") == found
    assert may_capture(entries, "mine", format, day, rule_of(entries)) == Standing(), "one's own voice needs nobody's"


def test_with_several_people_it_has_to_be_said_whose_voice_it_is() -> None:
    bo = Answered("Bo", FRIDAY, "not_yet")
    assert asked(yes(), bo) == "whose_yes"
    assert (asked(yes(), bo, whose="Ines"), asked(yes(), bo, whose="Bo")) == ("standing", "not_yet")
    assert asked(yes(), bo, whose="Somebody") == "not_asked"
    assert asked(yes(), Withdrawn("Bo", FRIDAY), whose="Ines") == "standing", "Bo takes back their own alone"
    assert asked(yes(), bo, Lost(), whose="Ines") == "record_changed", "whatever was lost may have been about Ines"


def test_a_name_is_the_same_however_it_is_typed() -> None:
    assert asked(yes(therapist="Dr. Ines  Maro"), Withdrawn(" dr. ines maro", NEXT)) == "withdrawn"
    assert names((yes(), ASKED, Answered("Bo", FRIDAY, "not_yet"), Again("INES", NEXT))) == ("Bo", "INES")


def test_a_start_says_whose_yes_since_when_and_for_what() -> None:
    found = may_capture((yes(until=LATER),), "both", "recording", NEXT, rule_of(()))
    assert found.says == "Rests on Ines’s yes of 20 November 2026, for recording the session, until 4 December 2026."
    assert may_capture((), "mine", "recording", NEXT, rule_of(())).says == ""


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ((), "none is noted"),
        ((ASKED,), "You asked Ines on 18 November 2026"),
        ((Answered("", FRIDAY, "not_yet"),), "your therapist said: not yet"),
        ((yes("each"),), "Ines wants to be asked each time"),
        ((yes(), Withdrawn("Ines", NEXT)), "taken back on 27 November 2026"),
    ],
)
def test_a_refusal_says_in_a_sentence_what_is_missing(entries: tuple[Entry, ...], says: str) -> None:
    found = may_capture(entries, "both", "recording", LATER, rule_of(entries))
    assert says in found.says
    assert found.says.endswith(".")


@pytest.mark.parametrize(("here", "there"), [("", ""), ("US-TX", "US-TX"), ("US-CA", "US-NY"), ("nowhere", "DE")])
def test_no_place_opens_the_gate(here: str, there: str) -> None:
    """The rule of a place is words: where the law asks for less, their yes is needed all the same."""
    entries = (Answered("Ines", FRIDAY, "not_yet", None, Where(here, there, "video")),)
    assert asked(*entries) == "not_yet"
    nothing = may_capture((), "both", "recording", FRIDAY, rule_of(entries))
    assert isinstance(nothing, Missing)
    assert rule_of(entries).ask_first in nothing.says


DAYS = [(date(2026, 11, 1) + timedelta(days)).isoformat() for days in range(40)]
_day, _who = st.sampled_from(DAYS), st.sampled_from(["Ines", "Bo", ""])
_limits = st.builds(
    Limits, st.lists(st.sampled_from(FORMATS), min_size=1, unique=True).map(tuple),
    st.sampled_from(["one", "each", "all"]), _day, st.one_of(st.just(""), _day),
)  # fmt: skip
_entry: st.SearchStrategy[Entry] = st.one_of(
    st.builds(Asked, _who, _day, st.sampled_from(["in_session", "call", "message"])),
    st.builds(Answered, _who, _day, st.sampled_from(["yes", "limits"]), _limits),
    st.builds(Answered, _who, _day, st.sampled_from(["not_this", "not_yet"])),
    st.builds(Again, _who, _day, st.lists(st.sampled_from(FORMATS), unique=True).map(tuple)),
    st.builds(Withdrawn, _who, _day, st.booleans()),
    st.builds(Lost),
)
_record = st.lists(_entry, max_size=12).map(tuple)
Gate = Callable[[tuple[Entry, ...], Format, str, str], bool]


def real(entries: tuple[Entry, ...], format: Format, day: str, whose: str) -> bool:
    return isinstance(may_capture(entries, "both", format, day, rule_of(entries), whose), Standing)


def deaf(entries: tuple[Entry, ...], format: Format, day: str, whose: str) -> bool:
    """A broken gate: it looks for a yes and overlooks that it was taken back."""
    return real(tuple(e for e in entries if not isinstance(e, Withdrawn)), format, day, whose)


def nothing_after_a_withdrawal(opens: Gate, entries: tuple[Entry, ...], format: Format, day: str, whose: str) -> bool:
    return not opens((*entries, Withdrawn(whose, FRIDAY)), format, day, whose)


@given(_record, st.sampled_from(FORMATS), _day, _who)
def test_nothing_starts_when_the_last_word_is_a_withdrawal(
    entries: tuple[Entry, ...], format: Format, day: str, whose: str
) -> None:
    assert nothing_after_a_withdrawal(real, entries, format, day, whose)
    assert not real((*entries, Lost()), format, day, whose)
    assert not real((*entries, Answered(whose, day, "not_this")), format, day, whose)


def test_control_a_gate_that_overlooks_withdrawals_is_caught() -> None:
    assert not nothing_after_a_withdrawal(deaf, (yes(),), "recording", FRIDAY, "Ines")


@given(_record, st.sampled_from(FORMATS), _day, _who)
def test_what_starts_rests_on_a_yes_of_theirs_that_covers_it(
    entries: tuple[Entry, ...], format: Format, day: str, whose: str
) -> None:
    found = may_capture(entries, "both", format, day, rule_of(entries), whose)
    if isinstance(found, Missing):
        assert found.says.endswith(".")
        return
    assert found.yes in entries
    assert found.yes is not None
    assert found.yes.limits is not None
    limits = found.yes.limits
    assert found.yes.therapist == whose
    assert found.yes.on <= day
    assert not limits.until or day <= limits.until
    assert format in limits.formats or (format == "last_minutes" and "recording" in limits.formats)
    assert limits.sessions != "one" or day == limits.day
    again = [e for e in entries if isinstance(e, Again) and e.on == day]
    to_this = [
        e
        for e in again
        if not e.formats or format in e.formats or (format == "last_minutes" and "recording" in e.formats)
    ]
    assert limits.sessions != "each" or day == found.yes.on or to_this


@given(_record)
def test_every_entry_comes_back_as_it_was_and_has_words(entries: tuple[Entry, ...]) -> None:
    assert tuple(from_json(to_json(entry)) for entry in entries) == entries
    assert all(told(entry).endswith(".") for entry in entries)


def test_entries_of_an_earlier_release_say_what_they_said() -> None:
    old = {"kind": "again", "therapist": "Ines", "on": NEXT}
    assert asked(yes("each", formats=FORMATS), from_json(old), format="transcript", day=NEXT) == "standing"
    assert from_json(old | {"kind": "withdrawn"}) == Withdrawn("Ines", NEXT)


def test_what_was_taken_back_is_so_until_they_say_yes() -> None:
    assert taken_back((yes(), BACK, ASKED, LATER_THEN, Again("Ines", NEXT), Lost())) == BACK
    for entries in ((), (yes(),), (NO,), (yes(), Lost()), (yes(), BACK, yes())):
        assert taken_back(entries) is None


def test_names_never_print_themselves() -> None:
    for entry in (ASKED, yes(), Again("Ines", FRIDAY), BACK):
        assert "Ines" not in repr(entry)


def test_voices_that_nobody_knows_are_somebodys() -> None:
    """The gate fails closed."""
    found = may_capture((), "everybody", "recording", FRIDAY, rule_of(()))  # type: ignore[arg-type]
    assert isinstance(found, Missing)


def test_what_is_said_aloud_says_that_it_is_recorded_and_destroyed() -> None:
    assert "recorded" in gate.ALOUD
    assert "destroyed" in gate.ALOUD
    assert gate.ALOUD.endswith("?")


def test_by_what_they_meet_this_time_goes_before_what_was_noted() -> None:
    entries = (replace(yes(), where=Where("US-CA", "US-CA", "in_person")),)
    assert rule_of(entries).medium == "in_person"
    assert rule_of(entries, "video").medium == "video"
    assert rule_of(entries, "video").result == rule_for("US-CA", "US-CA", "video").result
