"""Whether a capture may start: the only place that decides. There is no other way in and no override. Pure.

A yes counts from the day on which it was said, for what it was said to, until it is taken back. The rule of a place
never opens anything; it only puts into words what the law there asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from afterword.consent.answers import (
    NAMED,
    Again,
    Answered,
    Asked,
    Entry,
    Format,
    Lost,
    Withdrawn,
    called,
    joined,
    names,
    of,
    said_day,
    where,
)
from afterword.consent.places import Rule, rule_for
from afterword.facts.consent_law import Medium

# "none": it is a text. "nobody": nobody's voice is caught, as in the sample session, which nobody ever spoke, or in a
# transcript that `afterword replay` reads and keeps nothing of. No way in from outside may claim it.
Voices = Literal["mine", "both", "none", "nobody"]
Code = Literal[
    "not_asked", "not_answered", "not_yet", "not_this", "withdrawn", "other_format", "other_session", "before_the_yes",
    "ask_again", "yes_ended", "whose_yes", "record_changed",
]  # fmt: skip
# To be said aloud when a recording begins, so that the notice is on it.
ALOUD = (
    "This is being recorded now, for my own notes, and destroyed once they are made. Is that still all right with you?"
)


@dataclass(frozen=True)
class Standing:
    """It may start. `yes`: the answer that it rests on; None when nobody else's voice is on it."""

    yes: Answered | None = None

    @property
    def says(self) -> str:
        """Whose yes, since when and for what; nothing for one's own voice."""
        if self.yes is None or self.yes.limits is None:
            return ""
        limits = self.yes.limits
        for_what = joined(limits.formats)
        until = f", until {said_day(limits.until)}" if limits.until else ""
        return f"Rests on {called(self.yes.therapist)}’s yes of {said_day(self.yes.on)}, for {for_what}{until}."


@dataclass(frozen=True)
class Missing:
    """It may not. `code` is for programs; `says` tells the person what is missing."""

    code: Code
    says: str


def may_capture(
    entries: tuple[Entry, ...],
    voices: Voices,
    format: Format,
    day: str,
    rule: Rule,
    therapist: str | None = None,
) -> Standing | Missing:
    """`entries`: the whole record, oldest first. `day`: ISO date of the session. `therapist`: whose voice is on it; may
    be left out while the record speaks of one only."""
    if voices in ("mine", "none", "nobody"):
        return Standing()
    known = names(entries)
    if therapist is None and len(known) > 1:
        return Missing("whose_yes", "Your consent record speaks of several people. Please say whose voice is on it.")
    whose = therapist if therapist is not None else known[0] if known else ""
    theirs = of(entries, whose)
    yes = standing_yes(theirs)
    if yes is None:
        return _why_none(theirs, whose, rule)
    return _why_not(theirs, yes, format, day) or Standing(yes)


def rule_of(entries: tuple[Entry, ...], medium: Medium | None = None) -> Rule:
    """The stricter rule of the two places in the last answer; an unknown place needs everybody's agreement. `medium`:
    by what they meet this time, where that is known, whatever they met by then."""
    last = where(entries)
    return rule_for(last.here, last.there, medium or last.medium)


def standing_yes(entries: tuple[Entry, ...]) -> Answered | None:
    """The yes that stands among the entries of one therapist: their last answer, if it was one and was not taken
    back."""
    found: Answered | None = None
    for entry in entries:
        if isinstance(entry, Answered):
            found = entry if entry.answer in ("yes", "limits") and entry.limits else None
        elif isinstance(entry, Withdrawn | Lost):
            found = None
    return found


def taken_back(entries: tuple[Entry, ...]) -> Withdrawn | None:
    """How the yes of one therapist was taken back, unless they have said yes since."""
    for entry in reversed(entries):
        if isinstance(entry, Withdrawn):
            return entry
        if isinstance(entry, Answered) and entry.limits:
            return None
    return None


def _why_not(theirs: tuple[Entry, ...], yes: Answered, format: Format, day: str) -> Missing | None:
    """What a standing yes does not cover; None when it covers this."""
    limits = yes.limits
    assert limits is not None
    their_yes = f"{yes.therapist or 'Your therapist'}’s yes"
    if format not in _covered(limits.formats):
        return Missing("other_format", f"{their_yes} is to {joined(limits.formats)}. This is {NAMED[format]}.")
    if day < yes.on:
        return Missing("before_the_yes", f"{their_yes} is of {said_day(yes.on)}, and this session was before it.")
    if limits.until and day > limits.until:
        return Missing("yes_ended", f"{their_yes} held until {said_day(limits.until)}. Please ask them again.")
    if limits.sessions == "one" and day != limits.day:
        return Missing("other_session", f"{their_yes} is for the session of {said_day(limits.day)} alone.")
    if limits.sessions == "each" and day not in _said_again(theirs, yes, format):
        who = yes.therapist or "Your therapist"
        none = f"No yes to {NAMED[format]} is noted for {said_day(day)}."
        return Missing("ask_again", f"{who} wants to be asked each time. {none}")
    return None


def _covered(formats: tuple[Format, ...]) -> tuple[Format, ...]:
    """Who agreed to a recording of the whole session agreed to its last two minutes."""
    return (*formats, "last_minutes") if "recording" in formats else formats


def _said_again(theirs: tuple[Entry, ...], yes: Answered, format: Format) -> set[str]:
    """The days for which somebody who is asked each time said yes to that format."""
    since = theirs[len(theirs) - theirs[::-1].index(yes) :]
    again = (entry for entry in since if isinstance(entry, Again))
    return {yes.on, *(entry.on for entry in again if not entry.formats or format in _covered(entry.formats))}


def _why_none(theirs: tuple[Entry, ...], whose: str, rule: Rule) -> Missing:
    """Why no yes stands."""
    who = called(whose)
    last = next((e for e in reversed(theirs) if not isinstance(e, Again)), None)
    match last:
        case None:
            return Missing(
                "not_asked", f"Another person’s voice needs their yes first, and none is noted. {rule.ask_first}"
            )
        case Asked():
            return Missing("not_answered", f"You asked {who} on {said_day(last.on)}, and no answer is noted yet.")
        case Answered(answer="not_yet"):
            return Missing("not_yet", f"On {said_day(last.on)} {who} said: not yet.")
        case Answered():
            return Missing("not_this", f"On {said_day(last.on)} {who} said no to this.")
        case Withdrawn():
            return Missing("withdrawn", f"The yes of {who} was taken back on {said_day(last.on)}.")
        case Lost():
            says = "Your consent record was changed outside of Afterword, so no yes in it counts. Please note it anew."
            return Missing("record_changed", says)
