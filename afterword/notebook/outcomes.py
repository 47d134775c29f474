"""How the next steps went: what the person said of each, in one tap and perhaps a line. AMBER."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from sqlalchemy import Engine

from afterword.notebook.drawer import Drawer
from afterword.notebook.past import Past, Ref
from afterword.record import NextStep
from afterword.vault.owner import Owner

KIND = "outcomes"
Went = Literal["done", "partly", "not", "not now"]


@dataclass(frozen=True)
class Outcome:
    """`on`: ISO date on which it was said; `line`: the person's own words, or "" """

    went: Went
    on: str
    line: str = field(default="", repr=False)


@dataclass(frozen=True)
class Step:
    """One next step of one session, and what became of it. `day`: of the session, ISO."""

    ref: Ref
    day: str
    step: NextStep = field(repr=False)
    outcome: Outcome | None = field(default=None, repr=False)

    @property
    def is_open(self) -> bool:
        """Nothing was said of it yet, or: not now, or: partly."""
        return self.outcome is None or self.outcome.went in ("partly", "not now")


def load(engine: Engine, owner: Owner) -> dict[Ref, Outcome]:
    """Everything that was said of steps."""
    kept = Drawer(engine, owner, KIND).all()
    return {
        Ref(session.hex(), "next_steps", int(place)): Outcome(**said)
        for session, places in kept.items()
        for place, said in places.items()
    }


def say(engine: Engine, owner: Owner, ref: Ref, outcome: Outcome | None) -> None:
    """How it went; None: nothing was said. The last word counts."""

    def change(before: Any) -> Any:
        others = {place: said for place, said in (before or {}).items() if place != str(ref.place)}
        return others | ({str(ref.place): asdict(outcome)} if outcome else {})

    Drawer(engine, owner, KIND).change(bytes.fromhex(ref.session), change)


def steps(pasts: Sequence[Past], outcomes: dict[Ref, Outcome], since: date | None = None) -> list[Step]:
    """Every step of these sessions, oldest first; dropped ones are left out."""
    return [
        Step(past.ref("next_steps", place), past.day, step, outcomes.get(past.ref("next_steps", place)))
        for past in pasts
        if since is None or past.day >= since.isoformat()
        for place, step in enumerate(past.record.next_steps)
        if step.text
    ]
