"""Patterns: what keeps coming up: arithmetic with dates, from the third session on. No diagnosis, no score. AMBER."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b

from afterword.notebook.alike import group
from afterword.notebook.past import Past, Ref
from afterword.notebook.pattern_changes import UNTOUCHED, Changes
from afterword.notebook.topics import Topic, by_first_word, mentions, topics

FIRST_WITH = 3
# After so many sessions, twice is chance: it takes three times, and two labels.
_MANY = 12
_FADES = 0.85
# A year of weekly sessions is read line by line; before that, labels tell.
_READ = 52


@dataclass(frozen=True)
class Pattern:
    """`id`: stable while its first source stands; `days`: ISO dates of the sessions it came up in, oldest first;
    `sources`: the lines that say so; `named`: the person gave it this label; `wordings`: how the records name it, of
    which the first stands for it in what the person changes; `merged`: the person put several into one."""

    id: str
    label: str = field(repr=False)
    days: tuple[str, ...]
    sources: tuple[Ref, ...]
    named: bool = False
    wordings: tuple[str, ...] = field(default=(), repr=False)
    merged: bool = False

    @property
    def sessions(self) -> frozenset[str]:
        """The ids of those it came up in, hex."""
        return frozenset(source.session for source in self.sources)


def patterns(pasts: Sequence[Past], changes: Changes = UNTOUCHED, today: date | None = None) -> list[Pattern]:
    """The most alive first: what came up often, and lately. None before the third session. `today`: sessions after it
    are not read. What the person dismissed is left out."""
    return [one for one in _found(pasts, changes, today) if one.wordings[0] not in changes.dismissed]


def dismissed(pasts: Sequence[Past], changes: Changes, today: date | None = None) -> list[Pattern]:
    """What the person does not want among them."""
    return [one for one in _found(pasts, changes, today) if one.wordings[0] in changes.dismissed]


def _found(pasts: Sequence[Past], changes: Changes, today: date | None) -> list[Pattern]:
    behind = [past for past in pasts if today is None or past.day <= today.isoformat()]
    if len(behind) < FIRST_WITH:
        return []
    seen = _Seen.of(behind, changes)
    made = [_pattern(wordings, seen, changes) for wordings in seen.groups]
    counts = [one for one in made if _counts(one, seen, changes)]
    ago = {past.id: n for n, past in enumerate(reversed(behind))}
    return sorted(counts, key=lambda one: (-sum(_FADES ** ago[session] for session in one.sessions), one.label))


@dataclass(frozen=True)
class _Seen:
    """What the sessions name. `named`: topics by wording; `said`: lines by wording; `order`: of sessions, by id."""

    days: Mapping[str, str]
    order: Mapping[str, int]
    named: Mapping[str, Sequence[Topic]] = field(repr=False)
    groups: Sequence[Sequence[str]] = field(repr=False)
    said: Mapping[str, Sequence[Ref]] = field(repr=False)

    @classmethod
    def of(cls, behind: Sequence[Past], changes: Changes) -> _Seen:
        named: dict[str, list[Topic]] = {}
        for topic in topics(behind):
            named.setdefault(topic.wording, []).append(topic)
        groups = group(_usual_first(named), changes.groups)
        days, order = {past.id: past.day for past in behind}, {past.id: n for n, past in enumerate(behind)}
        return cls(days, order, named, groups, _said(behind[-_READ:], groups))

    def labels(self, wordings: Iterable[str]) -> list[Topic]:
        return [topic for one in wordings for topic in self.named.get(one, ())]


def _usual_first(named: Mapping[str, Sequence[Topic]]) -> list[str]:
    return sorted(named, key=lambda one: (-len({topic.ref.session for topic in named[one]}), len(one.split())))


def _said(pasts: Sequence[Past], groups: Sequence[Sequence[str]]) -> dict[str, list[Ref]]:
    """By wording, the lines it stands in."""
    wanted = by_first_word(one for wordings in groups for one in wordings)
    found: dict[str, list[Ref]] = {}
    for past in pasts:
        for one, ref in mentions(past, wanted):
            found.setdefault(one, []).append(ref)
    return found


def _pattern(wordings: Sequence[str], seen: _Seen, changes: Changes) -> Pattern:
    labels = seen.labels(wordings)
    sources = dict.fromkeys(
        [*(topic.ref for topic in labels), *(ref for one in wordings for ref in seen.said.get(one, ()))]
    )
    came = sorted({ref.session for ref in sources}, key=lambda session: seen.order[session])
    name = next((changes.names[one] for one in wordings if one in changes.names), "")
    merged = any(wordings[0] == into[0] for into in changes.merged)
    usual = seen.labels(wordings[:1]) if merged else labels
    return Pattern(
        _id(labels, seen.order, wordings[0]),
        name or _clearest(usual, wordings[0]),
        tuple(seen.days[session] for session in came),
        tuple(sorted(sources, key=lambda ref: seen.order[ref.session])),
        bool(name),
        tuple(wordings),
        merged,
    )


def _clearest(labels: Sequence[Topic], otherwise: str) -> str:
    """The label most used; of two, the one used first."""
    used = Counter(topic.text for topic in labels)
    label = max(used, key=lambda text: used[text]) if used else otherwise
    return label[:1].upper() + label[1:]


def _id(labels: Sequence[Topic], order: Mapping[str, int], otherwise: str) -> str:
    first = min(labels, key=lambda topic: order[topic.ref.session], default=None)
    stands = f"{first.ref.to_json()}.{first.part}" if first else otherwise
    return blake2b(stands.encode(), digest_size=16).hexdigest()


def _counts(one: Pattern, seen: _Seen, changes: Changes) -> bool:
    """Named in two sessions, or named once and spoken of in two more. What the person touched stays in any case."""
    if one.wordings[0] in changes.touched:
        return bool(one.sources)
    labelled = len({topic.ref.session for topic in seen.labels(one.wordings)})
    if len(seen.days) > _MANY:
        return labelled >= 2 and len(one.sessions) >= 3
    return labelled >= 2 or (labelled == 1 and len(one.sessions) >= 3)
