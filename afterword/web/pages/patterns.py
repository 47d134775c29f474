"""What keeps coming up: each pattern with its dates and lines, and what the person makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import Response

from afterword.notebook import pattern_changes
from afterword.notebook.coming_up import away_since, how_often
from afterword.notebook.past import Past, Ref, pasts
from afterword.notebook.pattern_changes import LONGEST, Changes
from afterword.notebook.patterns import FIRST_WITH, Pattern, dismissed, patterns
from afterword.web.ask import Ask, see_other
from afterword.web.pages.sessions import one_line

NAMING = ("themes", "recap")
FIRST, MOST, SHOWN_LINES, SHOWN_DAYS, DRAWN = 12, 36, 8, 4, 26
# From one mark of the picture to the next, in pixels: it fits a phone, and few marks are large.
FEW, WIDE, NARROW = 13, 24, 12


def page(ask: Ask) -> Response:
    """The most alive first."""
    behind, changes = _behind(ask)
    today = ask.now().date()
    found = patterns(behind, changes, today)
    listed = found[:MOST] + [one for one in found[MOST:] if one.named or one.merged]
    shown = [_shown(one, behind, changes) | {"away": away_since(one, behind, today)} for one in listed]
    left_out = [(one, _act(changes, "dismiss", one)) for one in dismissed(behind, changes, today)]
    return ask.page(
        "patterns.html", shown=shown[:FIRST], more=shown[FIRST:], others=listed, rest=len(found) - len(listed),
        dismissed=left_out, missing=FIRST_WITH - len(behind), longest=LONGEST, sessions=len(behind),
        step=_step(behind), year=today.year,
    )  # fmt: skip


def change(ask: Ask) -> Response:
    """Rename, put together, dismiss, or take one of these back. Raises KeyError for what is not there."""
    action = ask.form.get("action", "")
    if action == "undo":
        act = ask.form.get("act", "")
        pattern_changes.change(ask.house.engine, ask.owner, lambda before: before.without(act))
        return see_other("/patterns")
    behind, changes = _behind(ask)
    known = {one.id: one for one in patterns(behind, changes, ask.now().date())}
    one = known[ask.form.get("pattern", "")]
    match action:
        case "rename":
            return _rename(ask, one)
        case "merge":
            return _merge(ask, known[ask.form.get("into", "")], one)
        case "dismiss":
            _keep(ask, "dismiss", (one,))
            return see_other("/patterns#dismissed")
    raise KeyError


def _rename(ask: Ask, one: Pattern) -> Response:
    name = one_line(ask.form.get("name", ""))[:LONGEST]
    if not name:
        return ask.problem("It needs a name, however short.", 422, "/patterns", "Back")
    if name != one.label:
        _keep(ask, "rename", (one,), name)
    return see_other(f"/patterns#p-{one.id}")


def _merge(ask: Ask, into: Pattern, one: Pattern) -> Response:
    if into.id == one.id:
        raise KeyError
    _keep(ask, "merge", (into, one))
    return see_other("/patterns")


def _keep(ask: Ask, kind: pattern_changes.Kind, of: Sequence[Pattern], name: str = "") -> None:
    stand = [one.wordings[0] for one in of]
    pattern_changes.change(ask.house.engine, ask.owner, lambda before: before.with_act(kind, stand, name))


def _behind(ask: Ask) -> tuple[list[Past], Changes]:
    return pasts(ask.house.engine, ask.owner), pattern_changes.load(ask.house.engine, ask.owner)


def _shown(one: Pattern, behind: Sequence[Past], changes: Changes) -> dict[str, Any]:
    by_id = {past.id: past for past in behind}
    came = [past for past in behind if past.id in one.sessions]
    return {
        "one": one, "often": how_often(one, behind), "came": came[: -SHOWN_DAYS - 1 : -1],
        "marks": marks(one, behind), "lines": lines(one, by_id),
        "renamed": _act(changes, "rename", one), "merged": _act(changes, "merge", one),
    }  # fmt: skip


def _act(changes: Changes, kind: pattern_changes.Kind, one: Pattern) -> str:
    found = [act for wording in one.wordings if (act := changes.last(kind, wording))]
    return found[0].id if found else ""


@dataclass(frozen=True)
class Mark:
    """One session in the picture. `x`: pixels from the left."""

    x: float
    session: str
    day: str
    filled: bool


def marks(one: Pattern, behind: Sequence[Past]) -> list[Mark]:
    """The last sessions, oldest first."""
    step, drawn = _step(behind), behind[-DRAWN:]
    return [Mark(step * (n + 0.5), past.id, past.day, past.id in one.sessions) for n, past in enumerate(drawn)]


def _step(behind: Sequence[Past]) -> int:
    return WIDE if len(behind) <= FEW else NARROW


@dataclass(frozen=True)
class SaidThere:
    """A line that a pattern rests on."""

    ref: Ref
    day: str
    text: str = field(repr=False)


def lines(one: Pattern, by_id: Mapping[str, Past]) -> list[SaidThere]:
    """The latest first: what was said; of a session that only names it, the label."""
    said = {ref.session for ref in one.sources if ref.section not in NAMING}
    shown = [ref for ref in reversed(one.sources) if ref.section not in NAMING or ref.session not in said]
    return [SaidThere(ref, by_id[ref.session].day, text_of(by_id[ref.session], ref)) for ref in shown][:SHOWN_LINES]


def text_of(past: Past, ref: Ref) -> str:
    """What stands there; of a passage of the recap, its heading."""
    item = getattr(past.record, ref.section)[ref.place]
    return str(getattr(item, "label", None) or getattr(item, "heading", None) or item.text)
