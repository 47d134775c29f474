"""What the sessions that lie behind leave for the next one: for the Pre-Session Brief. AMBER.

Only what was said in a session stands here, as its record tells it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from afterword.notebook.likeness import Measure
from afterword.notebook.meant import is_meant, is_supposed, shortly
from afterword.notebook.moments import Kept
from afterword.notebook.outcomes import Outcome, Step, Went, steps
from afterword.notebook.past import Past, Ref, line_of
from afterword.notebook.point import Point
from afterword.notebook.threads import Thread
from afterword.notebook.told import Told, cut, sentences, stopped, unquoted, words
from afterword.record import CAME_UP, Who

# Words at most: of a line, of a thread, of what was agreed about a danger, of what the person wrote beside something.
A_LINE, _A_THREAD, _AGREED, _BESIDE = 40, 26, 60, 20
_LONG_AGO_DAYS = 21
# A question is named by a theme that it says so much of.
_NAMED = 0.75
# Lines of an overview that only point to other parts of the record, where the built-in engine wrote it.
_POINTS = re.compile(
    r"^(?:Mentioned, please check|Kept for next time|You took on|You both took on|Your therapist (?:will|promised)"
    r"|About this|Thoughts of|You meet again|(?:Hurting|Harm|Violence)\b)"
)
# What does not stand alone: it begins with somebody or something that was named before, or says nothing.
_VAGUE = re.compile(
    r"(?:that |said: [\"\u201c](?:and |but |so |then )?)(?:it|that|this|he|she|they|him|her|them|there)(?:'\w+)?\b"
    r"|\byeah\W*$",
    re.IGNORECASE,
)
# A sentence that stands alone has so many words; so many are taken from the passages.
_LEAST, _PASSAGES = 7, 3
_HOW: dict[Went, str] = {"done": "Done.", "partly": "Partly done.", "not": "Not done.", "not now": "Not now."}


@dataclass(frozen=True)
class Behind:
    """The sessions that count, oldest first, and what was said of them since. `today`: of the next one."""

    pasts: tuple[Past, ...] = field(repr=False)
    outcomes: Mapping[Ref, Outcome] = field(repr=False)
    answered: tuple[Kept, ...] = field(repr=False)
    today: date | None

    @property
    def since(self) -> str:
        """The day of the last session, ISO, or "" """
        return self.pasts[-1].day if self.pasts else ""

    @property
    def last(self) -> tuple[Past, ...]:
        """What there is of the last day: a session, perhaps with a recap of it."""
        return tuple(past for past in self.pasts if past.day == self.since)

    def danger(self) -> list[Point]:
        """What came up in the last session or the one before, and what was agreed."""
        days = sorted({past.day for past in self.pasts})[-2:]
        came = [past for past in self.pasts if past.day in days and past.record.safety]
        return _danger(came[-1], came[-1].day == self.since) if came else []

    def gap(self) -> list[Point]:
        """How long ago that was, where it was long."""
        days = (self.today - date.fromisoformat(self.since)).days if self.today and self.pasts else 0
        if days <= _LONG_AGO_DAYS:
            return []
        text = f"You last met on {day_named(self.since)}, {round(days / 7)} weeks ago."
        return [Point("where we left off", text, (self.last[-1].ref("overview", 0),))]

    def promised(self) -> list[Point]:
        """What was kept for this time."""
        return [
            Point("where we left off", cut(question.text, A_LINE), (past.ref("questions", place),))
            for past in self.last
            for place, question in enumerate(past.record.questions)
            if question.text
        ]

    def steps(self) -> list[Point]:
        """Of the last session all, of earlier ones those of which the person said: partly, or: not now."""
        found = [step for step in steps(self.pasts, dict(self.outcomes)) if is_meant(step.step)]
        new = [step for step in found if step.day == self.since]
        old = [step for step in found if step.day < self.since and step.outcome and step.is_open]
        new.sort(key=lambda step: step.step.certainty != "agreed")
        return [Point("steps", _step(step, self._of(step.ref).therapist), (step.ref,)) for step in (*new, *old)]

    def open(self, threads: Sequence[Thread]) -> list[Point]:
        """Not come back to; those that were kept for a next time come first. What was promised in the last session
        stands in other parts already."""
        ids = {past.id for past in self.pasts}
        found = [t for t in threads if t.status == "open" and t.sources and {r.session for r in t.sources} <= ids]
        found = [t for t in found if t.by_hand or (self._is_before(t) and self._is_meant(t.sources[0]))]
        found.sort(key=lambda t: (t.sources[0].section == "next_steps", t.sources[0].section != "questions"))
        return [Point("threads", self._thread(thread), thread.sources) for thread in found]

    def kept(self) -> list[Point]:
        """Moments of the last session that were kept, those to bring first; then the lines that mattered."""
        ids = {past.id for past in self.last}
        moments = [kept for kept in self.answered if kept.answer != "let go" and kept.ref.session in ids]
        moments.sort(key=lambda kept: kept.answer != "bring")
        points = [Point("kept", _beside(f'"{self._line(kept.ref)}"', kept.line), (kept.ref,)) for kept in moments]
        points += [Point("kept", self._line(ref), (ref,)) for past in self.last for ref in past.mattered()]
        return [point for point in points if self._line(point.sources[0])]

    def told(self) -> list[Point]:
        """What the last session told, most telling first."""
        return [Point("where we left off", line.text, (line.ref,)) for past in self.last for line in _telling(past)]

    def topic(self, question: Point) -> str:
        """The theme that names what was kept, or "" """
        measure, themes = Measure(), self._of(question.sources[0]).record.themes
        return next((t.label for t in themes if measure.share(t.label, question.text) > _NAMED), "")

    def _of(self, ref: Ref) -> Past:
        return next(past for past in self.pasts if past.id == ref.session)

    def _line(self, ref: Ref) -> str:
        line = line_of(self._of(ref).record, ref)
        return cut(unquoted(getattr(line, "text", "") or getattr(line, "label", "")), A_LINE)

    def _is_before(self, thread: Thread) -> bool:
        return thread.day < self.since or thread.sources[0].section in ("insights", "recap")

    def _is_meant(self, ref: Ref) -> bool:
        """A thread that is a step counts while that is meant, and nothing was said of it."""
        if ref.section != "next_steps":
            return True
        return is_meant(self._of(ref).record.next_steps[ref.place]) and ref not in self.outcomes

    def _thread(self, thread: Thread) -> str:
        ref, past = thread.sources[0], self._of(thread.sources[0])
        text = cut(thread.text, _A_THREAD)
        if ref.section == "next_steps" and thread.text == shortly(past.record.next_steps[ref.place]):
            text = _step(Step(ref, past.day, past.record.next_steps[ref.place]), past.therapist)
        last = thread.day == self.since
        return f"{stopped(text)} {'Left open last time.' if last else f'Open since {day_named(thread.day)}.'}"


def day_named(day: str) -> str:
    """As one says it. `day`: ISO."""
    read = date.fromisoformat(day)
    return f"{read.day} {read:%B}"


def _danger(past: Past, is_last: bool) -> list[Point]:
    safety = past.record.safety
    assert safety is not None
    named = " and ".join(CAME_UP[kind] for kind in (safety.kind, *safety.also))
    when = "last time" if is_last else f"on {day_named(past.day)}"
    came_up = Point("where we left off", f"Something serious came up {when}: {named}.", (past.ref("safety", 0),))
    text, sources = "Agreed about it.", list[Ref]()
    for place, line in enumerate(safety.agreed, 1):
        by = "Your therapist" if line.source and line.source.said_by == "therapist" else "You"
        longer = f'{text} {by} said: "{line.text}"'
        if line.text and words(longer) <= _AGREED:
            text, sources = longer, [*sources, past.ref("safety", place)]
    return [came_up, *([Point("where we left off", text, tuple(sources))] if sources else [])]


def _telling(past: Past) -> list[Told]:
    """Its sentences that stand alone: the overview, the insights, and of the passages those that name a theme, the
    later ones first: a session ends with what it came to."""
    measure, themes = Measure(), " ".join(label.label for label in past.record.themes)

    def about(line: Told) -> tuple[float, int]:
        return measure.share(line.text, themes), line.ref.place

    insights = sorted(_alone(past, "insights"), key=lambda line: about(line)[0], reverse=True)
    passages = sorted(_alone(past, "recap"), key=about, reverse=True)[:_PASSAGES]
    return [*_alone(past, "overview"), *insights, *passages]


def _alone(past: Past, section: str) -> Iterator[Told]:
    for place, line in enumerate(getattr(past.record, section)):
        if section == "overview" and _POINTS.match(line.text):
            continue
        for text in sentences(line.text):
            if _LEAST <= words(text) <= A_LINE and not _VAGUE.search(text) and not is_supposed(text):
                yield Told(past.ref(section, place), text)


def _step(step: Step, therapist: str) -> str:
    """Whose it is, how sure, what, when, and how it went."""
    text, due = shortly(step.step).removeprefix("Your therapist will "), step.step.due
    when = f" ({due})" if due and due.lower() not in text.lower() else ""
    sure = ", mentioned" if step.step.certainty == "mentioned" else ""
    went = f" {_HOW[step.outcome.went]}" if step.outcome else ""
    said = f"{_owner(step.step.who, therapist)}{sure}: {stopped(text.rstrip('.') + when)}{went}"
    return _beside(said, step.outcome.line if step.outcome else "")


def _owner(who: Who, therapist: str) -> str:
    theirs = f"{therapist}'s" if therapist else "Your therapist's"
    return {"you": "Yours", "therapist": theirs, "both": "For both of you"}[who]


def _beside(text: str, written: str) -> str:
    return f'{text} You wrote: "{cut(written, _BESIDE)}"' if written else text
