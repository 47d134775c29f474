"""How well the notebook keeps the thread over a series of sessions: Briefs, patterns and threads against labels.

python -m bench.series [FOLDER] [--show]

FOLDER (or AFTERWORD_LABELLED) holds series as SERIES_gold.json and SERIES_session1.json, ...; each goes through the
whole product (`afterword replay`). --show: every Brief as the person would read it, and the points that it lacks.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from bench.figures import ratio
from bench.forbidden import NEAR, Near, nearest_of
from bench.scoring import says_of

Place = tuple[int, int]
Item = Mapping[str, Any]
Talks = Mapping[int, Sequence[str]]
# A label of what recurs is short: a tenth of an item's words, from two sessions at least, is enough.
_OF_A_PATTERN, _SESSIONS, _MOST_CITED = 0.1, 2, 4


@dataclass(frozen=True)
class Tally:
    """Of one series, or summed over some. `points` of Briefs, `covered` of them; `forbidden`: sentences said that must
    not be; `longest`: words of a Brief; `themes` that recur, `found` of them; patterns `shown`, `good` of them;
    `threads`, `met` of them, with the right `status`."""

    points: int = 0
    covered: int = 0
    forbidden: int = 0
    longest: int = 0
    themes: int = 0
    found: int = 0
    shown: int = 0
    good: int = 0
    threads: int = 0
    met: int = 0
    status: int = 0

    def __add__(self, other: Tally) -> Tally:
        summed = {f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        return Tally(**summed | {"longest": max(self.longest, other.longest)})

    def figures(self) -> dict[str, float]:
        """By the names of GOALS."""
        return {
            "points of the Briefs covered, share": _share(self.covered, self.points),
            "said in a Brief that must not be said": self.forbidden,
            "longest Brief, words": self.longest,
            "recurring themes, recall": _share(self.found, self.themes),
            "recurring themes, precision": _share(self.good, self.shown),
            "threads met, share": _share(self.met, self.threads),
            "threads' status right, share": _share(self.status, self.threads),
        }


# What is wanted, and whether less is better.
GOALS: dict[str, tuple[float | None, bool]] = {
    "points of the Briefs covered, share": (0.8, False),
    "said in a Brief that must not be said": (0, True),
    "longest Brief, words": (250, True),
    "recurring themes, recall": (0.7, False),
    "recurring themes, precision": (0.7, False),
    "threads met, share": (None, False),
    "threads' status right, share": (0.8, False),
}


@dataclass(frozen=True)
class Series:
    """One, with its labels. `talks`: what was said, by number of the session from 1 and index of the turn."""

    name: str
    files: tuple[Path, ...]
    gold: Mapping[str, Any] = field(repr=False)
    talks: Talks = field(repr=False)


@dataclass(frozen=True)
class Brief:
    """One, and what a careful reader wanted of it. `before`: the number of the session that it stands before."""

    before: int
    items: Sequence[Item] = field(repr=False)
    points: Sequence[Item] = field(repr=False)
    never: Sequence[str] = field(repr=False)

    @property
    def words(self) -> int:
        return sum(len(item["text"].split()) for item in self.items)

    def lacks(self, talks: Talks) -> list[Item]:
        """The points that it does not cover."""
        return [point for point in self.points if not any(covers(item, point, talks) for item in self.items)]

    def near(self) -> list[Near]:
        """For each sentence that must not be said, what is nearest to it. Quotations count: they stand there too."""
        return [nearest_of(never, (item["text"] for item in self.items)) for never in self.never]


def main(argv: Sequence[str] = ()) -> int:
    """Print the figures. 0 unless there is nothing to read."""
    wish = _wish(argv)
    found = list(series_in(wish.folder)) if wish.folder else []
    if not found:
        print(f"no series with labels in {wish.folder or 'AFTERWORD_LABELLED, which is not set'}", file=sys.stderr)
        return 2
    tallies, near = {}, []
    for series in found:
        replay = replayed(series)
        tallies[series.name] = tally(series, replay)
        near += [one for brief in briefs(series.gold, replay) for one in brief.near()]
        if wish.show:
            print(*shown(series, replay), sep="\n")
    print(*table(tallies), sep="\n")
    print(*(f"  {'SAID' if n.said else f'{n.share:.2f}'} {n.never} | {n.sentence}" for n in near if n.share >= NEAR))
    return 0


def series_in(folder: Path) -> Iterator[Series]:
    """Every series with labels."""
    for path in sorted(folder.glob("*_gold.json")):
        name = path.stem.removesuffix("_gold")
        files = tuple(sorted(folder.glob(f"{name}_session*.json")))
        turns = [json.loads(file.read_text("utf-8"))["turns"] for file in files]
        talks = {number: [turn["text"] for turn in one] for number, one in enumerate(turns, 1)}
        yield Series(name, files, json.loads(path.read_text("utf-8")), talks)


def replayed(series: Series) -> dict[str, Any]:
    """As a person would have had it: `afterword replay` in a process of its own."""
    command = [sys.executable, "-m", "afterword", "replay", *map(str, series.files), "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return dict(json.loads(done.stdout))


def tally(series: Series, replay: Mapping[str, Any]) -> Tally:
    """One series against its labels."""
    return _briefs(series, replay) + _themes(series, replay) + _threads(series, replay)


def briefs(gold: Mapping[str, Any], replay: Mapping[str, Any]) -> Iterator[Brief]:
    """Each Brief that has labels."""
    labelled = gold.get("pre_session_briefs") or [
        {"before_session": int(key.rpartition("_")[2]), "points": points} for key, points in gold["briefs"].items()
    ]
    for one in labelled:
        items = replay["sessions"][one["before_session"] - 1].get("brief_before") or []
        yield Brief(one["before_session"], items, one["points"], one.get("must_not_contain", []))


def covers(item: Item, label: Item, talks: Talks, share: float | None = None) -> bool:
    """It cites a turn of the label, and enough of its words are the label's, or were said there."""
    there = places_of(label)
    basis = [label.get("text") or label.get("label") or label.get("point") or ""]
    basis += [talks[session][turn] for session, turn in there if session in talks]
    return bool(cited(item) & there) and says_of(item.get("text") or item.get("label") or "", basis, share)


def cited(item: Item) -> set[Place]:
    """Session and turn, of each source the first four."""
    return {(one["session"], turn) for one in item.get("from", []) for turn in one["evidence"][:_MOST_CITED]}


def places_of(label: Item) -> set[Place]:
    """Of a label in any of its forms."""
    if "source_session" in label:
        return {(label["source_session"], turn) for turn in label["turns"]}
    if "raised_in" in label:
        return {(label["raised_in"], turn) for turn in label["raised_turns"]}
    rows = label.get("sources") or label.get("evidence") or label.get("raised") or []
    return {(row["session"], turn) for row in (rows if isinstance(rows, list) else [rows]) for turn in row["turns"]}


def table(tallies: Mapping[str, Tally]) -> Iterator[str]:
    """A line for each figure: the goal, each series, and all together with its ratio."""
    whole = sum(tallies.values(), Tally())
    yield f"{'':<42}{'goal':>8}" + "".join(f"{name:>10}" for name in tallies) + f"{'all':>16}"
    for name, (goal, less) in GOALS.items():
        wanted = "" if goal is None else f"{goal:g}" if goal == 0 else f"{'<' if less else '>'} {goal:g}"
        each = "".join(f"{one.figures()[name]:>10.2f}" for one in tallies.values())
        value = whole.figures()[name]
        beside = "" if goal is None else f" ({ratio(value, goal, less):.2f})" if goal else ""
        yield f"{name:<42}{wanted:>8}{each}{f'{value:.2f}{beside}':>16}"


def shown(series: Series, replay: Mapping[str, Any]) -> Iterator[str]:
    """To read."""
    for brief in briefs(series.gold, replay):
        yield f"\n{series.name}, before session {brief.before}: {brief.words} words"
        yield from (f"  {item['text']}" for item in brief.items)
        yield from (f"  LACKS {_text(point)}" for point in brief.lacks(series.talks))
    yield from (f"  PATTERN {pattern['label']}" for pattern in replay["patterns"])
    yield from (f"  THREAD {thread['status']}: {thread['text']}" for thread in replay["threads"])


def _briefs(series: Series, replay: Mapping[str, Any]) -> Tally:
    read = list(briefs(series.gold, replay))
    return Tally(
        points=sum(len(brief.points) for brief in read),
        covered=sum(len(brief.points) - len(brief.lacks(series.talks)) for brief in read),
        forbidden=sum(near.said for brief in read for near in brief.near()),
        longest=max((brief.words for brief in read), default=0),
    )


def _themes(series: Series, replay: Mapping[str, Any]) -> Tally:
    labels, items = series.gold["recurring_themes"], replay["patterns"]

    def stands(item: Item, label: Item) -> bool:
        both = {session for session, _ in cited(item)} & {session for session, _ in places_of(label)}
        return len(both) >= _SESSIONS and covers(item, label, series.talks, _OF_A_PATTERN)

    found = sum(any(stands(item, label) for item in items) for label in labels)
    good = sum(any(stands(item, label) for label in labels) for item in items)
    return Tally(themes=len(labels), found=found, shown=len(items), good=good)


def _threads(series: Series, replay: Mapping[str, Any]) -> Tally:
    met = right = 0
    for label in series.gold["threads"]:
        there = [thread for thread in replay["threads"] if cited(thread) & places_of(label)]
        again = bool(label.get("revisited"))
        met += bool(there)
        right += any((thread["status"] == "revisited") == again for thread in there)
    return Tally(threads=len(series.gold["threads"]), met=met, status=right)


def _text(point: Item) -> str:
    return str(point.get("text") or point.get("point") or "")


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _wish(argv: Sequence[str]) -> argparse.Namespace:
    usual = os.environ.get("AFTERWORD_LABELLED")
    parser = argparse.ArgumentParser(prog="python -m bench.series", description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path(usual) if usual else None)
    parser.add_argument("--show", action="store_true")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
