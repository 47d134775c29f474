"""The consent record in plain words, for a page and for paper. Names stand in them: they are never logged."""

from __future__ import annotations

from afterword.consent.answers import Again, Answered, Asked, Entry, Limits, Withdrawn, called, joined, said_day

_HOW = {"in_session": "in a session", "call": "on the phone or by video", "message": "in a message"}
_NO = {"not_this": "no to this", "not_yet": "not yet"}


def told(entry: Entry) -> str:
    """One entry as a sentence."""
    match entry:
        case Asked():
            asked = f"You asked {called(entry.therapist)} {_HOW[entry.how]}, on {said_day(entry.on)}"
            return f"{asked}, about {joined(entry.formats)}."
        case Answered(limits=Limits()):
            assert entry.limits is not None
            return f"{_who(entry.therapist)} said yes on {said_day(entry.on)}: {covered(entry.limits)}"
        case Answered():
            return f"{_who(entry.therapist)} said on {said_day(entry.on)}: {_NO[entry.answer]}."
        case Again():
            to = f" to {joined(entry.formats)}," if entry.formats else ""
            return f"{_who(entry.therapist)} was asked again, and said yes{to} for {said_day(entry.on)}."
        case Withdrawn():
            return f"The yes of {called(entry.therapist)} was taken back on {said_day(entry.on)}."
        case _:
            return "Something stood here that is gone, or that was not written by you. No yes before it counts."


def covered(limits: Limits) -> str:
    """What a yes is to."""
    until = f", until {said_day(limits.until)}" if limits.until else ""
    sessions = {
        "one": f"for the session of {said_day(limits.day) if limits.day else ''} alone",
        "each": f"to be asked again for each session{until}",
        "all": f"for every session{until or ', until it is taken back'}",
    }
    return f"{joined(limits.formats)}, {sessions[limits.sessions]}."


def _who(therapist: str) -> str:
    return therapist or "Your therapist"
