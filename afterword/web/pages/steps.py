"""What you both said you would do, and how it went. Every press is kept at once and comes back to the same place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from starlette.responses import Response

from afterword.notebook import outcomes
from afterword.notebook.corrections import Settled
from afterword.notebook.outcomes import Outcome, OwnStep, Step
from afterword.notebook.past import Past, Ref
from afterword.notebook.shelf import Shelf
from afterword.record import NextStep, Who
from afterword.web.ask import Ask, see_other
from afterword.web.pages.sessions import one_line

# Of steps that nobody answered: what is older waits folded away, so that the page stays a page.
RECENT_DAYS = 90
MOST_SESSIONS = 40
MOST_FOLDED = 60
LONGEST_LINE = 500


@dataclass(frozen=True)
class Card:
    """One step as it stands on the page. `id`: its place there; `session`, `place`: of a step that was said, `own`: the
    id of one that the person decided alone; `day`: ISO, of the session or of the writing; `due`: as it was said, or an
    ISO date."""

    id: str
    text: str = field(repr=False)
    who: Who
    due: str = field(repr=False)
    day: str
    outcome: Outcome | None = field(repr=False)
    is_open: bool
    session: str = ""
    place: int = 0
    own: str = ""
    quote: str = field(default="", repr=False)
    agreed: bool = True
    changed: bool = False
    removed: bool = False

    @property
    def href(self) -> str:
        """Where it comes from."""
        return f"/sessions/{self.session}/check#next_steps-{self.place}" if self.session else f"/steps#{self.id}"


def steps_form(ask: Ask) -> Response:
    """Open ones first, by whose they are; what was only mentioned apart; the rest folded away."""
    behind, today = _lately(ask), ask.now().date()
    cards = _cards(ask, behind)
    here = [card for card in cards if _stays(card, today)]
    return ask.page(
        "steps.html",
        groups=_by_whose([card for card in here if card.agreed or card.outcome]),
        mentioned=[card for card in here if not card.agreed and not card.outcome],
        folded=[card for card in reversed(cards) if not _stays(card, today)][:MOST_FOLDED],
        dropped=_dropped(behind)[:MOST_FOLDED],
        today=today.isoformat(),
        nothing=not cards,
    )


def answer_said(ask: Ask) -> Response:
    """How a step went that was said in a session."""
    ref, _ = _said(ask)
    outcomes.alter(ask.house.engine, ask.owner, ref, _change_of(ask))
    return see_other(f"/steps#step-{ref.session}-{ref.place}")


def check_said(ask: Ask) -> Response:
    """A step that was only mentioned: yes, we agreed; or it was none. Both as in Settle, and undone as there."""
    found, place = ask.form.get("session", ""), _place(ask)
    if not re.fullmatch(r"[0-9a-f]{32}", found):
        raise KeyError
    shelf, session = Shelf(ask.house.engine, ask.owner), bytes.fromhex(found)
    match ask.form.get("action"):
        case "keep":
            _, step = _said(ask)
            shelf.settle_step(session, place, Settled(step.who, step.due or ""), None)
        case "drop":
            shelf.correct_line(session, "next_steps", place, None)
        case "undo":
            shelf.unsettle_step(session, place)
        case _:
            raise KeyError
    return see_other(f"/steps#step-{found}-{place}")


def add_own(ask: Ask) -> Response:
    """Something that the person decided alone. It was never said, and no page will say so."""
    text, due = one_line(ask.form.get("text", "")), _due(ask)
    if not text:
        return _refuse(ask, "An empty step cannot be kept.")
    if due is None:
        return _refuse(ask, "Please write the day as year-month-day, or leave it empty.")
    made = outcomes.decide(ask.house.engine, ask.owner, OwnStep(text, ask.now().date().isoformat(), due))
    return see_other(f"/steps#own-{made}")


def change_own(ask: Ask) -> Response:
    """Answer one, word it anew, take it away, or bring it back."""
    found, engine, owner = ask.id(), ask.house.engine, ask.owner
    match ask.form.get("action", ""):
        case "save":
            text, due = one_line(ask.form.get("text", "")), _due(ask)
            if not text or due is None:
                return _refuse(ask, "Please write what it is, and the day as year-month-day or not at all.")
            outcomes.alter_own(engine, owner, found, lambda step: outcomes.reworded(step, text, due))
        case "as it was":
            outcomes.alter_own(engine, owner, found, outcomes.as_worded)
        case "remove":
            on = ask.now().date().isoformat()
            outcomes.alter_own(engine, owner, found, lambda step: replace(step, removed=on))
        case "bring back":
            outcomes.alter_own(engine, owner, found, lambda step: replace(step, removed=""))
        case "delete":
            outcomes.forget_own(engine, owner, found)
            return see_other("/steps")
        case _:
            change = _change_of(ask)
            outcomes.alter_own(engine, owner, found, lambda step: replace(step, outcome=change(step.outcome)))
    return see_other(f"/steps#own-{found.hex()}")


def open_steps(ask: Ask, most: int = 3) -> list[Card]:
    """For Today: what the person said or decided they would do and nobody answered yet, newest first. What was only
    mentioned, and what only the therapist promised, is left out."""
    today = ask.now().date()
    cards = _cards(ask, _lately(ask))
    mine = [c for c in cards if c.is_open and c.agreed and c.who != "therapist" and _stays(c, today)]
    return list(reversed(mine))[:most]


def _lately(ask: Ask) -> list[Past]:
    """Of ten years the last: older steps stand in their sessions."""
    return ask.behind[-MOST_SESSIONS:]


def _cards(ask: Ask, behind: Sequence[Past]) -> list[Card]:
    """All of them, oldest first."""
    settled = {past.id: past.made.steps for past in behind}
    said = [_of_said(s, settled) for s in outcomes.steps(behind, outcomes.load(ask.house.engine, ask.owner))]
    own = [_of_own(found, step) for found, step in outcomes.own_steps(ask.house.engine, ask.owner).items()]
    return sorted([*said, *own], key=lambda card: card.day)


def _of_said(step: Step, settled: dict[str, dict[str, Settled]]) -> Card:
    ref, words = step.ref, step.step
    return Card(
        f"step-{ref.session}-{ref.place}", words.text, words.who, words.due or "", step.day, step.outcome, step.is_open,
        session=ref.session, place=ref.place, quote=words.quote, agreed=words.certainty == "agreed",
        changed=str(ref.place) in settled[ref.session],
    )  # fmt: skip


def _of_own(found: str, step: OwnStep) -> Card:
    return Card(
        f"own-{found}", step.text, "you", step.due, step.on, step.outcome, step.is_open, own=found,
        changed=bool(step.before), removed=bool(step.removed),
    )  # fmt: skip


def _stays(card: Card, today: date) -> bool:
    """In sight: open and not old, or answered today, so that a press moves nothing under the finger."""
    on = card.outcome.on if card.outcome else card.day
    recent = on >= (today - timedelta(days=RECENT_DAYS)).isoformat() or (bool(card.own) and card.is_open)
    return card.removed is False and ((card.is_open and recent) or (bool(card.outcome) and on == today.isoformat()))


def _by_whose(cards: Sequence[Card]) -> list[tuple[str, list[Card]]]:
    whose: tuple[tuple[str, Who], ...] = (("Yours", "you"), ("For both of you", "both"), ("Theirs", "therapist"))
    groups = [(title, [card for card in reversed(cards) if card.who == who]) for title, who in whose]
    return [(title, found) for title, found in groups if found]


def _dropped(behind: Sequence[Past]) -> list[tuple[str, int, str]]:
    """Session, place and day of the steps that the person dropped, newest first."""
    return [
        (past.id, place, past.day)
        for past in reversed(behind)
        for place, step in enumerate(past.record.next_steps)
        if not step.text and past.made.lines.get(f"next_steps.{place}", "") is None
    ]


def _said(ask: Ask) -> tuple[Ref, NextStep]:
    """The step that the form names. Raises KeyError when there is none, or it was dropped."""
    found, place = ask.form.get("session", ""), _place(ask)
    if not re.fullmatch(r"[0-9a-f]{32}", found):
        raise KeyError
    record = Shelf(ask.house.engine, ask.owner).session(bytes.fromhex(found)).record
    if record is None or place >= len(record.next_steps) or not record.next_steps[place].text:
        raise KeyError
    return Ref(found, "next_steps", place), record.next_steps[place]


def _change_of(ask: Ask) -> outcomes.Change:
    """What one press makes of the answer before. Raises KeyError for what no page of ours sends."""
    action, on, line = ask.form.get("action", ""), ask.now().date(), one_line(ask.form.get("line", ""))[:LONGEST_LINE]
    if action == "undo":
        return lambda before: before.before if before else None
    if action == "line":
        return lambda before: replace(before, line=line) if before else None
    went = outcomes.went_named(action)
    return lambda before: outcomes.answered(before, went, on)


def _place(ask: Ask) -> int:
    place = ask.form.get("place", "")
    if not re.fullmatch(r"[0-9]{1,4}", place):
        raise KeyError
    return int(place)


def _due(ask: Ask) -> str | None:
    """An ISO date, "" for none, None for what is neither."""
    given = ask.form.get("due", "").strip()
    try:
        return date.fromisoformat(given).isoformat() if given else ""
    except ValueError:
        return None


def _refuse(ask: Ask, says: str) -> Response:
    return ask.problem(says, 422, "/steps", "Back to the steps")
