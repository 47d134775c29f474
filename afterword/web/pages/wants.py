"""What you came for: in the person's words, and the lines that came close to it, first and latest. No verdict."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from afterword.notebook import notes, wants
from afterword.notebook.past import Past, Ref, pasts
from afterword.notebook.wants import LONGEST, Near, Want
from afterword.web.ask import Ask, see_other
from afterword.web.pages.patterns import text_of
from afterword.web.pages.sessions import one_line

# Lines to choose from: of so many sessions, and only what can be wished.
RECENT, CHOOSABLE, MOST = 3, ("insights", "moments", "questions"), 12
WHERE = "/came-for"


def page(ask: Ask) -> Response:
    """Those that count, then those put away."""
    engine, owner = ask.house.engine, ask.owner
    behind, kept = pasts(engine, owner), wants.load(engine, owner)
    days = {past.id: past.day for past in behind}
    close = wants.near((one.text for one in kept.values() if not one.away), behind, notes.load(engine, owner))
    shown = [_shown(found, one, close[one.text], days) for found, one in kept.items() if not one.away]
    away = [(found, one) for found, one in kept.items() if one.away]
    return ask.page("wants.html", shown=shown, away=away, lines=_choosable(behind, kept), longest=LONGEST)


def change(ask: Ask) -> Response:
    """One more, another wording, away or back. Raises KeyError for what is not there."""
    engine, owner, action = ask.house.engine, ask.owner, ask.form.get("action", "")
    text = one_line(ask.form.get("text", ""))[:LONGEST]
    if action in ("add", "reword") and not text:
        return ask.problem("It needs a few words.", 422, WHERE, "Back")
    if action == "add":
        return _to(wants.keep(engine, owner, Want(_today(ask), text)))
    if action == "pick":
        return _to(_pick(ask))
    found = _id(ask)
    match action:
        case "reword":
            wants.reword(engine, owner, found, text)
        case "undo":
            wants.as_it_was(engine, owner, found)
        case "away" | "back":
            wants.put_away(engine, owner, found, away=action == "away")
        case "delete":
            wants.remove(engine, owner, found)
        case _:
            raise KeyError
    return _to(found)


def _pick(ask: Ask) -> str:
    """A line of a record becomes a want; it stays what it is there."""
    session, _, rest = ask.form.get("line", "").partition(".")
    section, _, place = rest.partition(".")
    by_id = {past.id: past for past in pasts(ask.house.engine, ask.owner)}
    if section not in CHOOSABLE or not re.fullmatch("[0-9]{1,4}", place):
        raise KeyError
    past, ref = by_id[session], Ref(session, section, int(place))
    if ref.place >= len(getattr(past.record, section)) or not text_of(past, ref):
        raise KeyError
    return wants.keep(ask.house.engine, ask.owner, Want(_today(ask), text_of(past, ref)[:LONGEST], ref))


def _shown(found: str, one: Want, close: Sequence[Near], days: dict[str, str]) -> dict[str, Any]:
    came = [line for line in close if line.ref is None or line.ref != one.source]
    between = came[1:-1]
    taken = days.get(one.source.session, "") if one.source else ""
    return {"id": found, "one": one, "came": came, "first": came[:1], "latest": came[1:][-1:],
            "between": between, "taken": taken, "days": len({line.day for line in came})}  # fmt: skip


def _choosable(behind: Sequence[Past], kept: dict[str, Want]) -> list[tuple[str, str, str]]:
    """Lines of the last sessions that the person said, newest first, as (address, day, text)."""
    taken = {one.source for one in kept.values()}
    return [
        (f"{past.id}.{section}.{place}", past.day, item.text)
        for past in reversed(behind[-RECENT:])
        for section in CHOOSABLE
        for place, item in enumerate(getattr(past.record, section))
        if item.text and past.ref(section, place) not in taken
        and (item.source is None or item.source.said_by == "client")
    ][:MOST]  # fmt: skip


def _today(ask: Ask) -> str:
    return ask.now().date().isoformat()


def _id(ask: Ask) -> str:
    found = ask.form.get("want", "")
    if not re.fullmatch("[0-9a-f]{32}", found):
        raise KeyError
    return found


def _to(found: str) -> Response:
    return see_other(f"{WHERE}#w-{found}")
