"""What a value of each kind has to be before it is taken from a file: as every page will read it. AMBER.

A value that no page can read would shut Today until somebody deleted everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from afterword.notebook import appointments, asks, moments, outcomes, pattern_changes, threads, wants
from afterword.notebook.appointments import Arranged
from afterword.notebook.notes import WALLS, Note
from afterword.notebook.past import Ref
from afterword.notebook.shape import NotReadable, fits

_NOT_TO_BE_READ = (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError)


def check(kind: str, value: Any, where: str, *, about_self: bool) -> None:
    """Raises NotReadable. `about_self`: it is about the notebook, not about a thing with an id."""
    if kind in WALLS:
        return _note(kind, value, where)
    shape = _OF_SELF.get(kind) if about_self else _SHAPES.get(kind)
    if shape is None and (kind in _OF_SELF or kind in _SHAPES):
        raise NotReadable(f"{where}: such a thing is kept under another id.")
    fits(value, shape or Any, where)
    try:
        _READ.get((kind, about_self), lambda _: None)(value)
    except NotReadable:
        raise
    except _NOT_TO_BE_READ:
        raise NotReadable(f"{where}: a part of it is not what it should be.") from None


def _note(wall: str, value: Any, where: str) -> None:
    fits(value, dict[str, Any], where)
    fits(value | {"wall": wall}, Note, where)
    if not {"tags", "raised", "before"} <= value.keys():
        raise NotReadable(f"{where}: a part of it is missing.")


def _appointment(value: Mapping[str, Any]) -> None:
    arranged = appointments.read(value)
    if not 0 <= arranged.weeks <= 520 or not 0 < arranged.minutes <= 1440:
        raise ValueError
    for one in appointments.meetings({"": arranged}, datetime.now(UTC)):
        if one.ends <= one.starts:
            raise ValueError
    for at in (*(made.meant for made in arranged.changes), *(made.to for made in arranged.changes if made.to)):
        datetime.fromisoformat(at)


def _places(value: Mapping[str, Any]) -> None:
    for place in value:
        int(place)


def _moments(value: Mapping[str, Any]) -> None:
    _places(value)
    for told in value.values():
        _aware(told["shown"])
        if {"open", "opened", "answers"} - told.keys() or (told["open"] and not told["shown"]):
            raise KeyError


def _came(value: Mapping[str, Any]) -> None:
    _aware(one["at"] for one in value["shown"])


def _aware(times: Any) -> None:
    if any(datetime.fromisoformat(at).tzinfo is None for at in times):
        raise ValueError


def _thread(value: Mapping[str, Any]) -> None:
    if {"status", "text", "before"} - value.keys():
        raise KeyError


def _acts(value: Any) -> None:
    for found, kind, of, name in value:
        fits({"id": found, "kind": kind, "of": of, "name": name}, pattern_changes.Act, "")
        if not of:
            raise ValueError


def _want(value: Mapping[str, Any]) -> None:
    if value["source"]:
        Ref.from_json(value["source"])
    fits({**value, "source": None}, wants.Want, "")
    if {"before", "away"} - value.keys():
        raise KeyError


def _own_step(value: Mapping[str, Any]) -> None:
    if {"due", "outcome", "removed", "before"} - value.keys():
        raise KeyError


# Dictionaries have no declared shape of their own: what each of these holds.
_SHAPES: dict[str, Any] = {
    asks.KIND: asks.Kept,
    outcomes.KIND: dict[str, outcomes.Outcome],
    outcomes.OWN_KIND: outcomes.OwnStep,
    appointments.KIND: Arranged,
    moments.KIND: dict[str, moments.Told],
    threads.KIND: threads.Change,
    wants.KIND: dict[str, Any],
    "offers": dict[str, str],
}
_OF_SELF: dict[str, Any] = {
    moments.KIND: dict[str, tuple[moments.Shown, ...]],
    pattern_changes.KIND: tuple[tuple[Any, ...], ...],
    "brief": dict[str, str],
}
_READ: dict[tuple[str, bool], Callable[[Any], None]] = {
    (outcomes.KIND, False): _places,
    (outcomes.OWN_KIND, False): _own_step,
    (appointments.KIND, False): _appointment,
    (moments.KIND, False): _moments,
    (moments.KIND, True): _came,
    (pattern_changes.KIND, True): _acts,
    (threads.KIND, False): _thread,
    (wants.KIND, False): _want,
}
