"""The consent record as a page: what stands, what was answered, asking again, taking back, and taking it along."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from starlette.responses import Response

from afterword.capture.crash import crash_point
from afterword.capture.live import Live
from afterword.consent import before, kept
from afterword.consent.answers import (
    FORMATS,
    NAMED,
    Again,
    Asked,
    Entry,
    Format,
    Withdrawn,
    called,
    from_json,
    key,
    names,
    of,
    where,
)
from afterword.consent.gate import ALOUD, Missing, may_capture, rule_of, standing_yes, taken_back
from afterword.consent.words import covered, told
from afterword.facts.consent_law import Medium, consent_law
from afterword.notebook.shelf import Shelf
from afterword.web.ask import Ask, see_other
from afterword.web.pages.noting import Unclear, entries_of, name_of
from afterword.work.sweep import end, end_unbegun

# Until then a capture can be discarded, and nothing of it is kept.
_UNDER_WAY = ("new", "open", "provisional", "ended", "working", "waiting", "asking")
_UNTICKED = {"asked_recording": "", "covers_recording": ""}
_OF_THE_DAY = ("ask_again", "before_the_yes", "other_session", "yes_ended")
# What a press says yes to again; without a name, to all that the yes covers.
_SAID_AGAIN: dict[str, tuple[Format, ...]] = {"": (), **{name: (name,) for name in FORMATS}}
_BACK = {
    "record": "/record", "add": "/sessions/new", "together": "/record/together",
    "transcript": "/instead/write/transcript", "scan": "/scan",
}  # fmt: skip


@dataclass(frozen=True)
class Theirs:
    """How one therapist's answer stands today. `says`: on what a capture would rest, or why none may start; `covers`:
    what their yes is to, and `since` its ISO date, both empty without one; `missing`: the code of the gate, or nothing.
    """

    therapist: str = field(repr=False)
    says: str = field(repr=False)
    covers: str
    since: str
    missing: str

    @property
    def called(self) -> str:
        """In a sentence."""
        return called(self.therapist)


def page(ask: Ask) -> Response:
    """What stands, in plain words, and a form for the answer."""
    end_taken_back(ask)
    return _page(ask, {})


def note(ask: Ask) -> Response:
    """What was asked and answered, added to the record."""
    try:
        new = entries_of(ask.form, date.today())
    except Unclear as unclear:
        return _page(ask, ask.form, unclear.says)
    before = _load(ask)
    _append(ask, *(entry for entry in new if not (isinstance(entry, Asked) and entry in before)))
    return see_other(_BACK.get(ask.form.get("back", ""), "/consent"))


def again(ask: Ask) -> Response:
    """They were asked again and said yes, for today or the day that is given, to what the button said. Raises KeyError
    where no yes stands."""
    on, back = ask.form.get("on") or date.today().isoformat(), _BACK.get(ask.form.get("back", ""), "/consent")
    try:
        day = date.fromisoformat(on)
    except ValueError:
        return _page(ask, {}, "A day is missing. Please write it as year-month-day.")
    if day > date.today() + timedelta(days=1):
        return _page(ask, {}, "That day lies in the future. Please check it.")
    entries, whose = _load(ask), name_of(ask.form)
    formats = _SAID_AGAIN[ask.form.get("format", "")]
    if standing_yes(of(entries, whose)) is None:
        raise KeyError
    _append(ask, Again(whose, day.isoformat(), formats))
    return see_other(back)


def withdraw(ask: Ask) -> Response:
    """At once. A recording that goes on is ended where it is; what is not notes yet may be discarded with it. Raises
    KeyError for somebody of whom the record knows nothing."""
    whose = name_of(ask.form)
    if key(whose) not in map(key, names(_load(ask))):
        raise KeyError
    _append(ask, Withdrawn(whose, date.today().isoformat(), bool(ask.form.get("discard"))))
    crash_point("withdrawal-noted")
    end_taken_back(ask)
    return see_other("/consent")


def end_taken_back(ask: Ask) -> None:
    """End what rests on a yes that was taken back: also at the next page, should a crash have come between the two.
    Idempotent."""
    settings, ledger = ask.house.settings, ask.house.ledger
    # Before the record is read: what began since then rests on a yes that this reading may not know.
    under_way = _under_way(ask)
    entries = _load(ask) if under_way else ()
    for row, therapist in under_way:
        back = taken_back(of(entries, therapist))
        if back and end_unbegun(settings, ledger, row["id"]):
            continue
        if back and (back.discard or row["state"] == "new"):  # of a new one nobody was given the key yet
            end(settings, ledger, row["id"], "discarded")
        elif back and row["live"] and row["state"] in ("open", "provisional"):
            Live(settings, ledger, row["id"]).end_without_device()


def take_along(ask: Ask) -> Response:
    """The whole record as a file."""
    found = kept.exported(ask.house.settings, ask.house.engine, ask.owner)
    text = json.dumps({"consent": found}, ensure_ascii=False, indent=1)
    headers = {"content-disposition": 'attachment; filename="record.json"'}
    return Response(text, headers=headers, media_type="application/json")


def starts(
    ask: Ask, any_day: bool = False, format: Format = "recording", medium: Medium | None = None
) -> dict[str, Any]:
    """For the pages on which a recording begins: whose yes there is, and what is missing where there is none.
    `any_day`: the session may have been on another day, for which the yes may count. `medium`: by what they meet."""
    entries = _load(ask)
    rule = rule_of(entries, medium)
    found = may_capture(entries, "both", format, date.today().isoformat(), rule)
    missing = found.says if isinstance(found, Missing) else ""
    return {
        "theirs": _theirs(entries, format),
        "missing": missing,
        "aloud": ALOUD,
        "allowed": _OF_THE_DAY if any_day else (),
        "asked_for": (format, NAMED[format]),
        "where": where(entries),
        "rule": rule,
    }


def _theirs(entries: tuple[Entry, ...], format: Format | None = None) -> list[Theirs]:
    """For a capture of that format, or whatever they said yes to. Whoever the record spoke of last comes first."""
    return [_how(entries, therapist, format) for therapist in reversed(names(entries))]


def _how(entries: tuple[Entry, ...], therapist: str, format: Format | None) -> Theirs:
    theirs = of(entries, therapist)
    yes, today = standing_yes(theirs), date.today().isoformat()
    limits = yes.limits if yes else None
    wanted: tuple[Format, ...] = (format,) if format else limits.formats if limits else ("recording",)
    each = [may_capture(entries, "both", one, today, rule_of(theirs), therapist) for one in wanted]
    found = next((one for one in each if isinstance(one, Missing)), each[0])
    code = found.code if isinstance(found, Missing) else ""
    return Theirs(therapist, found.says, covered(limits) if limits else "", yes.on if yes else "", code)


def _under_way(ask: Ask) -> list[tuple[Mapping[str, Any], str]]:
    """What rests on somebody's yes and is not notes yet, and whose yes that is."""
    shelf = Shelf(ask.house.engine, ask.owner)
    mine = [row for row in ask.house.ledger.in_state(*_UNDER_WAY) if row["person"] == ask.owner.person]
    return [(row, yes.therapist) for row in mine if (yes := shelf.yes_of(row["session"]))]


def _page(ask: Ask, typed: Mapping[str, str], error: str = "") -> Response:
    noted = kept.history(ask.house.settings, ask.house.engine, ask.owner)
    entries = tuple(n.entry for n in noted)
    theirs, resting = _theirs(entries), [key(therapist) for _, therapist in _under_way(ask)]
    return ask.page(
        "consent.html",
        422 if error else 200,
        theirs=theirs,
        under_way={t.therapist: resting.count(key(t.therapist)) for t in theirs},
        history=[told(entry) for entry in entries],
        before=[told(from_json(_said(entry))) for entry in before.load(ask.house.engine, ask.owner)],
        rule=rule_of(entries),
        typed=_typed(entries) | (_UNTICKED | dict(typed) if typed else {}),
        error=error,
        formats=[(name, NAMED[name]) for name in FORMATS],
        places=consent_law().groups(),
        today=date.today().isoformat(),
    )


def _typed(entries: tuple[Entry, ...]) -> dict[str, str]:
    """What the form begins with: the usual, and what was said the last time."""
    today, last, known = date.today().isoformat(), where(entries), names(entries)
    return {
        "therapist": known[-1] if known else "", "asked_recording": "yes", "asked_on": today, "how": "in_session",
        "answered_on": today, "answer": "", "sessions": "each", "session_day": today, "until": "",
        "covers_recording": "yes", "here": last.here, "there": last.there, "medium": last.medium,
    }  # fmt: skip


def _said(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "noted"}


def _load(ask: Ask) -> tuple[Entry, ...]:
    return kept.load(ask.house.settings, ask.house.engine, ask.owner)


def _append(ask: Ask, *entries: Entry) -> None:
    if entries:
        kept.append(ask.house.settings, ask.house.engine, ask.owner, *entries)
