"""Settle: two minutes while it is fresh. Every press is kept at once, so it can be left at any moment."""

from __future__ import annotations

import re
from typing import Any

from starlette.responses import Response

from afterword.capture.forms import OWN_VOICE
from afterword.notebook.corrections import Settled, owner_named
from afterword.notebook.shelf import Shelf, Shelved
from afterword.record import NextStep
from afterword.web.ask import Ask, see_other
from afterword.web.pages.sessions import finished, head, one_line, refuse, unknown

MARKABLE = ("insights", "moments")


def settle_form(ask: Ask) -> Response:
    """The steps, the lines that could have mattered, names, and who is who."""
    shelved = Shelf(ask.house.engine, ask.owner).session(ask.id())
    if shelved.row["state"] != "destroyed" or shelved.record is None or shelved.form in OWN_VOICE:
        return see_other(f"/sessions/{shelved.id.hex()}")
    return ask.page(
        "settle.html", session=head(shelved), **_shown(shelved), unknown=unknown(ask, shelved.corrections.names)
    )


def settle_step(ask: Ask) -> Response:
    """Keep, change or drop one step, or have it as it was."""
    shelf, found = finished(ask), ask.id()
    place = _place(ask)
    record = shelf.session(found).record
    step = record.next_steps[place] if record and place < len(record.next_steps) else None
    if step is None:
        raise KeyError
    match ask.form.get("action"):
        case "keep":
            shelf.settle_step(found, place, Settled(step.who, step.due or ""), None)
        case "change":
            text = one_line(ask.form.get("text", ""))
            if not text:
                return refuse(ask, found, "An empty step cannot be kept. You can drop it instead.")
            who, due = owner_named(ask.form.get("who", "")), one_line(ask.form.get("due", ""))[:200]
            shelf.settle_step(found, place, Settled(who, due), text if text != step.text else None)
        case "drop":
            shelf.correct_line(found, "next_steps", place, None)
        case "undo":
            shelf.unsettle_step(found, place)
        case _:
            raise KeyError
    return _back(found, f"step-{place}")


def mark(ask: Ask) -> Response:
    """This mattered; at most two do."""
    shelf, found = finished(ask), ask.id()
    section, place = ask.form.get("section", ""), _place(ask)
    if section not in MARKABLE:
        raise KeyError
    shelf.mark(found, section, place, mattered=ask.form.get("action") == "mark")
    return _back(found, f"{section}-{place}")


def swap(ask: Ask) -> Response:
    """The voices were taken for each other; pressed again, as it was."""
    finished(ask).swap_speakers(ask.id())
    return _back(ask.id(), "voices")


def done(ask: Ask) -> Response:
    """Back to the summary, which no longer asks."""
    finished(ask).call_settled(ask.id())
    return see_other(f"/sessions/{ask.id().hex()}")


def _shown(shelved: Shelved) -> dict[str, Any]:
    """Steps with what became of each, and the lines to choose from."""
    record, made = shelved.record, shelved.corrections
    assert record is not None
    steps = [(place, step, _became(shelved, place, step)) for place, step in enumerate(record.next_steps)]
    lines = [
        (section, place, item.text, f"{section}.{place}" in made.mattered)
        for section in MARKABLE
        for place, item in enumerate(getattr(record, section))
        if item.text
    ]
    return {"steps": steps, "lines": lines, "swapped": made.swapped, "names": made.names,
            "left": sum(1 for _, _, became in steps if not became)}  # fmt: skip


def _became(shelved: Shelved, place: int, step: NextStep) -> str:
    """'kept', 'dropped', or nothing yet."""
    if not step.text:
        return "dropped"
    return "kept" if str(place) in shelved.corrections.steps else ""


def _place(ask: Ask) -> int:
    place = ask.form.get("place", "")
    if not re.fullmatch(r"[0-9]{1,4}", place):
        raise KeyError
    return int(place)


def _back(session: bytes, anchor: str) -> Response:
    return see_other(f"/sessions/{session.hex()}/settle#{anchor}")
