"""The form in which somebody notes what they asked and what was answered: read once, into entries of the record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeVar, get_args

from afterword.consent.answers import FORMATS, Answer, Answered, Asked, Entry, Format, How, Limits, Sessions, Where
from afterword.facts.consent_law import MEDIA, Medium, consent_law

_LONGEST_NAME = 80
_T = TypeVar("_T", bound=str)
_ANSWERS: tuple[Answer, ...] = get_args(Answer)
_HOW: tuple[How, ...] = get_args(How)
_SESSIONS: tuple[Sessions, ...] = get_args(Sessions)


class Unclear(ValueError):
    """`says`: what is missing in the form, or cannot be."""

    def __init__(self, says: str) -> None:
        super().__init__("unclear")
        self.says = says


def entries_of(form: Mapping[str, str], today: date) -> tuple[Entry, ...]:
    """That it was asked, and the answer if there is one. Raises Unclear."""
    whose = name_of(form)
    asked = Asked(whose, _past(form, "asked_on", today), _one(form, "how", _HOW), _formats(form, "asked"))
    if form.get("answer") == "none":
        return (asked,)
    if form.get("answer") not in _ANSWERS:
        raise Unclear("Please choose what they said.")
    answer, on = _one(form, "answer", _ANSWERS), _past(form, "answered_on", today)
    if on < asked.on:
        raise Unclear("The answer lies before the question. Please check the two days.")
    limits = _limits(form, asked.formats, on) if answer in ("yes", "limits") else None
    return asked, Answered(whose, on, answer, limits, _where(form))


def name_of(form: Mapping[str, str]) -> str:
    """A name, or a word, or nothing."""
    return " ".join(form.get("therapist", "").split())[:_LONGEST_NAME]


def _limits(form: Mapping[str, str], asked: tuple[Format, ...], on: str) -> Limits:
    sessions = _one(form, "sessions", _SESSIONS)
    day = _day(form, "session_day") if sessions == "one" else ""
    if sessions == "one" and day < on:
        raise Unclear("That session was before their yes. A yes does not reach back.")
    if form.get("answer") == "yes":
        return Limits(asked, sessions, day)
    until = _day(form, "until") if form.get("until") and sessions != "one" else ""
    if until and until < on:
        raise Unclear("Their yes would have ended before it began. Please check the last day.")
    return Limits(_formats(form, "covers"), sessions, day, until)


def _formats(form: Mapping[str, str], before: str) -> tuple[Format, ...]:
    found = tuple(name for name in FORMATS if form.get(f"{before}_{name}"))
    if not found:
        raise Unclear("Please say what it is about: a recording, the last two minutes, or a transcript.")
    return found


def _where(form: Mapping[str, str]) -> Where:
    known = consent_law().places
    here, there = (form.get(name, "") for name in ("here", "there"))
    medium: Medium = _one(form, "medium", MEDIA)
    return Where(here if here in known else "", there if there in known else "", medium)


def _past(form: Mapping[str, str], name: str, today: date) -> str:
    day = _day(form, name)
    if day > today.isoformat():
        raise Unclear("That day lies in the future. Please check it.")
    return day


def _day(form: Mapping[str, str], name: str) -> str:
    try:
        return date.fromisoformat(form.get(name, "")).isoformat()
    except ValueError:
        raise Unclear("A day is missing. Please write it as year-month-day.") from None


def _one(form: Mapping[str, str], name: str, among: tuple[_T, ...]) -> _T:
    """Raises KeyError for what no page of ours sends."""
    return {str(one): one for one in among}[form.get(name, "")]
