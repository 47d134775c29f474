"""How the next steps went: what the person said of each, in one tap and perhaps a line. AMBER."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, Literal, get_args

from sqlalchemy import Engine

from afterword.notebook.drawer import Drawer
from afterword.notebook.past import Past, Ref
from afterword.record import NextStep
from afterword.vault.owner import Owner

KIND = "outcomes"
OWN_KIND = "own step"
Went = Literal["done", "partly", "not", "not now"]
STILL_OPEN: tuple[Went, ...] = ("partly", "not now")


@dataclass(frozen=True)
class Outcome:
    """`on`: ISO date on which it was said; `line`: the person's own words, or ""; `before`: the answer before it, for
    one step back."""

    went: Went
    on: str
    line: str = field(default="", repr=False)
    before: Outcome | None = field(default=None, repr=False)


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
        return self.outcome is None or self.outcome.went in STILL_OPEN


@dataclass(frozen=True)
class OwnStep:
    """A step that the person decided alone, in their words: never said in a session. `on`, `due`: ISO dates, `due` may
    be ""; `removed`: ISO date, or ""; `before`: earlier wordings, newest last."""

    text: str = field(repr=False)
    on: str
    due: str = ""
    outcome: Outcome | None = field(default=None, repr=False)
    removed: str = ""
    before: tuple[str, ...] = field(default=(), repr=False)

    @property
    def is_open(self) -> bool:
        """As of a step that was said."""
        return not self.removed and (self.outcome is None or self.outcome.went in STILL_OPEN)


# What a press makes of the answer before.
Change = Callable[[Outcome | None], Outcome | None]


def load(engine: Engine, owner: Owner) -> dict[Ref, Outcome]:
    """Everything that was said of steps."""
    kept = Drawer(engine, owner, KIND).all()
    return {
        Ref(session.hex(), "next_steps", int(place)): _outcome(said)
        for session, places in kept.items()
        for place, said in places.items()
    }


def say(engine: Engine, owner: Owner, ref: Ref, outcome: Outcome | None) -> None:
    """How it went; None: nothing was said. The last word counts."""
    alter(engine, owner, ref, lambda _before: outcome)


def alter(engine: Engine, owner: Owner, ref: Ref, change: Change) -> None:
    """`say`, by what was said before."""

    def changed(before: Any) -> Any:
        places: dict[str, Any] = before or {}
        said = places.get(str(ref.place))
        after = change(_outcome(said) if said else None)
        others = {place: value for place, value in places.items() if place != str(ref.place)}
        return others | ({str(ref.place): asdict(after)} if after else {})

    Drawer(engine, owner, KIND).change(bytes.fromhex(ref.session), changed)


def answered(before: Outcome | None, went: Went, on: date) -> Outcome:
    """A press. A line that stands there already stays; the answer before is kept for one step back."""
    line = before.line if before else ""
    return Outcome(went, on.isoformat(), line, replace(before, before=None) if before else None)


def went_named(text: str) -> Went:
    """The answer that a form sent. Raises KeyError."""
    if text not in get_args(Went):
        raise KeyError(text)
    return text  # type: ignore[return-value]


def steps(pasts: Sequence[Past], outcomes: dict[Ref, Outcome], since: date | None = None) -> list[Step]:
    """Every step of these sessions, oldest first; dropped ones are left out."""
    return [
        Step(past.ref("next_steps", place), past.day, step, outcomes.get(past.ref("next_steps", place)))
        for past in pasts
        if since is None or past.day >= since.isoformat()
        for place, step in enumerate(past.record.next_steps)
        if step.text
    ]


def own_steps(engine: Engine, owner: Owner) -> dict[str, OwnStep]:
    """What the person decided alone, by id (hex), oldest first; removed ones too."""
    read = {about.hex(): _own(kept) for about, kept in Drawer(engine, owner, OWN_KIND).all().items()}
    return dict(sorted(read.items(), key=lambda pair: (pair[1].on, pair[0])))


def decide(engine: Engine, owner: Owner, step: OwnStep) -> str:
    """One more of these. Returns its id."""
    return Drawer(engine, owner, OWN_KIND).add(asdict(step)).hex()


def alter_own(engine: Engine, owner: Owner, found: bytes, change: Callable[[OwnStep], OwnStep]) -> None:
    """Change one. Raises KeyError when it is not there, or somebody else's."""

    def changed(before: Any) -> Any:
        if before is None:
            raise KeyError
        return asdict(change(_own(before)))

    Drawer(engine, owner, OWN_KIND).change(found, changed)


def forget_own(engine: Engine, owner: Owner, found: bytes) -> None:
    """Delete one for good. Raises KeyError when it is not there, or somebody else's."""
    Drawer(engine, owner, OWN_KIND).remove(found)


def reworded(step: OwnStep, text: str, due: str) -> OwnStep:
    """In other words; the earlier ones are kept."""
    before = step.before if text == step.text else (*step.before, step.text)
    return replace(step, text=text, due=due, before=before)


def as_worded(step: OwnStep) -> OwnStep:
    """The wording before the last change."""
    return replace(step, text=step.before[-1], before=step.before[:-1]) if step.before else step


def _outcome(said: Mapping[str, Any]) -> Outcome:
    before = said.get("before")
    return Outcome(said["went"], said["on"], said.get("line", ""), _outcome(before) if before else None)


def _own(kept: Mapping[str, Any]) -> OwnStep:
    said = kept["outcome"]
    return OwnStep(
        kept["text"], kept["on"], kept["due"], _outcome(said) if said else None, kept["removed"], tuple(kept["before"])
    )
