"""To come back to: what was left open, where it was raised and come back to, and what the person says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from starlette.responses import Response

from afterword.notebook import threads
from afterword.notebook.past import Past, Ref
from afterword.notebook.threads import Status, Thread
from afterword.web.ask import Ask, see_other
from afterword.web.pages.patterns import SaidThere, text_of
from afterword.web.pages.sessions import one_line

LONGEST = 300
# What a press says of it.
SAYS: Mapping[str, Status] = {"open": "open", "did": "revisited", "let go": "let go"}
FIRST, MOST_SHOWN = 12, 4
MOST_SESSIONS = 52


def page(ask: Ask) -> Response:
    """The open ones first, newest first; then those come back to; then those let go."""
    engine, owner = ask.house.engine, ask.owner
    behind, changes = _lately(ask), threads.load(engine, owner)
    by_id = {past.id: past for past in behind}
    found = [_shown(one, by_id, changes) for one in reversed(threads.threads(behind, changes))]
    parts = {status: [entry for entry in found if entry["one"].status == status] for status in SAYS.values()}
    return ask.page("threads.html", parts=parts, sessions=len(behind), longest=LONGEST, first=FIRST)


def change(ask: Ask) -> Response:
    """Come back to it, we did, let go, other words, or take the last of these back. Raises KeyError."""
    engine, owner, action = ask.house.engine, ask.owner, ask.form.get("action", "")
    found = _known(ask)
    if action == "word":
        text = one_line(ask.form.get("text", ""))[:LONGEST]
        if not text:
            return ask.problem("It needs a few words.", 422, "/threads", "Back")
        threads.word(engine, owner, found, text)
    elif action == "undo":
        threads.undo(engine, owner, found)
    else:
        threads.say(engine, owner, found, SAYS[action])
    return see_other(f"/threads#t-{found}")


def _lately(ask: Ask) -> list[Past]:
    """Of ten years the last: what an older session left is found in it."""
    return ask.behind[-MOST_SESSIONS:]


def _known(ask: Ask) -> str:
    found = ask.form.get("thread", "")
    changes = threads.load(ask.house.engine, ask.owner)
    if found not in {one.id for one in threads.threads(_lately(ask), changes)}:
        raise KeyError
    return found


def _shown(one: Thread, by_id: Mapping[str, Past], changes: threads.Changes) -> dict[str, Any]:
    change = changes.get(one.id)
    return {
        "one": one, "raised": _there(one.sources, by_id), "again": _there(one.revisited, by_id),
        "undo": bool(change and change.before),
    }  # fmt: skip


def _there(refs: Iterable[Ref], by_id: Mapping[str, Past]) -> list[SaidThere]:
    return [SaidThere(ref, by_id[ref.session].day, text_of(by_id[ref.session], ref)) for ref in refs][:MOST_SHOWN]
