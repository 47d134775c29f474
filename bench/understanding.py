"""How well sessions are understood, engine by engine, against labels; and what must not stand in a record.

python -m bench.understanding [FOLDER] [--address URL [--model NAME]] [--show PIECE] [--against SCORER]

FOLDER (or AFTERWORD_LABELLED) holds labelled sessions in JSON, as `python -m corpus --json FOLDER` writes them; without
one it is the corpus, and what was trained is judged on the hand that was left out. --show: the records of one piece.
--against: a scorer that is called as SCORER GOLD_FOLDER RECORDS_FOLDER --json, to be compared with.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from afterword.capture.choice import Choice
from afterword.command import understand as command
from afterword.record import Record
from afterword.room.transcript import Transcript, read_transcript
from afterword.room.understand import understand, understand_plainly
from afterword.room.understand.builtin import tagger
from afterword.verbatim import MOST_WORDS, words_kept
from bench.figures import ratio, show
from bench.forbidden import NEAR, Near, nearest, self_attacks
from bench.scoring import SECTIONS, Score, score, total
from corpus.reading import sessions

NO_TRAINING = """
!! scikit-learn is not installed, so nothing could be trained: THE COLUMN "hand left out" IS MISSING, and the built-in
!! engine is judged on sessions that its tagger has learnt from. `pip install scikit-learn`, then run again.
"""
_HEADS = ("wrong steps", "wrong owner", "unsupported", "overview")


@dataclass(frozen=True)
class Piece:
    """One labelled session. `held`: as in the JSON form."""

    name: str
    hand: str
    held: Mapping[str, Any] = field(repr=False)

    @property
    def said(self) -> list[str]:
        return [turn["text"] for turn in self.held["turns"]]

    @property
    def words(self) -> int:
        return sum(len(text.split()) for text in self.said)

    @property
    def as_file(self) -> bytes:
        """Without its labels."""
        return json.dumps({"date": self.held["date"], "turns": self.held["turns"]}).encode()

    def transcript(self) -> Transcript:
        return read_transcript(self.as_file, ".json")


Engine = Callable[[Sequence[Piece]], Iterator[tuple[Piece, Record]]]


@dataclass(frozen=True)
class Outcome:
    """What one engine made of all pieces."""

    records: Mapping[str, Record] = field(repr=False)
    scores: Mapping[str, Score]
    attacks: tuple[str, ...]
    near: tuple[Near, ...]

    @property
    def whole(self) -> Score:
        return total(list(self.scores.values()))

    def figures(self) -> dict[str, float]:
        """By the names of GOALS."""
        s = self.whole
        found = {f"{n}, {k}": getattr(s.sections[n], k) for n in SECTIONS for k in ("recall", "precision")}
        return found | {
            "step wording": s.step_wording, "overview recall": s.overview_recall,
            "overview, most words": s.overview_words, "wrong steps": s.wrong_steps, "wrong owner": s.wrong_owner,
            "unsupported lines, share": s.unsupported / max(1, s.sentences),
            "danger right, share": s.safety_right / s.sessions,
            "self-attack outside quotation marks, lines": len(self.attacks),
            "said that must not be said": sum(n.said for n in self.near),
            "kept word for word, most words": max(map(words_kept, self.records.values())),
        }  # fmt: skip


@dataclass(frozen=True)
class Cost:
    """`seconds` by the clock, `processor`: seconds of it; `kib`: the most that one of the processes had in memory."""

    seconds: float
    processor: float
    kib: int


# What is wanted of each figure, and whether less is better; docs/quality.md says where from.
GOALS: dict[str, tuple[float | None, bool]] = {
    "next_steps, recall": (0.80, False), "next_steps, precision": (None, False),
    "agreed_steps, recall": (None, False), "agreed_steps, precision": (0.85, False),
    "insights, recall": (0.40, False), "insights, precision": (0.50, False),
    "questions, recall": (0.60, False), "questions, precision": (0.55, False),
    "moments, recall": (0.35, False), "moments, precision": (0.35, False),
    "themes, recall": (0.72, False), "themes, precision": (0.85, False),
    "feelings, recall": (None, False), "feelings, precision": (None, False),
    "step wording": (0.45, False), "overview recall": (0.32, False), "overview, most words": (120, True),
    "wrong steps": (0, True), "wrong owner": (0, True), "unsupported lines, share": (0.01, True),
    "danger right, share": (1, False), "self-attack outside quotation marks, lines": (0, True),
    "said that must not be said": (0, True), "kept word for word, most words": (MOST_WORDS, True),
}  # fmt: skip


def main(argv: Sequence[str] = ()) -> int:
    """Print the figures. 0 unless there is nothing to read."""
    wish = _wish(argv)
    pieces = labelled(wish.folder) if wish.folder else of_the_corpus()
    if not pieces:
        print(f"no labelled session in {wish.folder}", file=sys.stderr)
        return 2
    choice = command.Engine(wish.address, wish.model, wish.key_file, None, wish.text_may_leave).choice()
    with TemporaryDirectory() as name:
        found = {name: _outcome(name, engine, pieces) for name, engine in engines(wish, choice, Path(name)).items()}
    print(f"\n{len(pieces)} pieces, {sum(p.words for p in pieces)} words; in brackets: over 1 is better than the goal")
    print(*table(found), sep="\n")
    print(*_lines_to_read(found), sep="\n")
    show_cost(max(pieces, key=lambda piece: piece.words))
    for name, outcome in found.items():
        if wish.show in outcome.records:
            print(f"\n{name}\n{json.dumps(outcome.records[wish.show].to_json(), indent=1, ensure_ascii=False)}")
        if wish.against:
            print(f"{name}: largest difference to {wish.against.name} {difference(wish.against, pieces, outcome):.4f}")
    return 0


def labelled(folder: Path) -> list[Piece]:
    """Every JSON file with turns and labels in it."""
    held = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))}
    return [Piece(name, "", one) for name, one in held.items() if "turns" in one and "gold" in one]


def of_the_corpus() -> list[Piece]:
    return [Piece(f"{s.hand}_{s.path.stem}", s.hand, s.to_json()) for s in sessions()]


def engines(wish: argparse.Namespace, choice: Choice | None, folder: Path) -> dict[str, Engine]:
    """By name. Of the corpus the tagger that ships has seen all; of another set, nothing."""
    found: dict[str, Engine] = {"plain": _each(lambda p: understand_plainly(p.transcript(), {}))}
    found["built-in"] = _each(lambda p: understand(p.transcript(), {}))
    if not wish.folder and find_spec("sklearn"):
        found["hand left out"] = lambda pieces: _hand_by_hand(pieces, folder)
    elif not wish.folder:
        print(NO_TRAINING, file=sys.stderr)
    if choice:
        found["model"] = _each(lambda p: _by_the_model(p, choice))
    return found


def table(found: Mapping[str, Outcome]) -> Iterator[str]:
    """A line for each figure: the goal, and of each engine the figure and its ratio."""
    yield f"{'':<46}{'goal':>8}" + "".join(f"{name:>20}" for name in found)
    figures = [outcome.figures() for outcome in found.values()]
    for name, (goal, less) in GOALS.items():
        wanted = "" if goal is None else f"{goal:g}" if goal in (0, 1) else f"{'<' if less else '>'} {goal:g}"
        yield f"{name:<46}{wanted:>8}" + "".join(f"{_cell(each[name], goal, less):>20}" for each in figures)


def show_cost(piece: Piece) -> None:
    """Of the longest piece, as a person would run it: `afterword understand` in a process of its own."""
    with TemporaryDirectory() as name:
        path = Path(name) / "session.json"
        path.write_bytes(piece.as_file)
        cost = cost_of([sys.executable, "-m", "afterword", "understand", str(path), "--json"])
    print()
    show(f"longest piece ({piece.words} words), built-in: to the record", cost.seconds, "s", 10)
    show(f"longest piece ({piece.words} words), built-in: processor time", cost.processor, "s", 10)
    show(f"longest piece ({piece.words} words), built-in: peak memory", cost.kib / 1024, "MB", 700)


def cost_of(process: Sequence[str]) -> Cost:
    """Of a command and its children, from its start to its end."""
    began = time.monotonic()
    with subprocess.Popen(process, stdout=subprocess.DEVNULL) as child:
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{process[0]} ended with {child.returncode}")
    return Cost(time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss)


def difference(scorer: Path, pieces: Sequence[Piece], outcome: Outcome) -> float:
    """The largest between our totals and those of another scorer, over all figures that both know."""
    with TemporaryDirectory() as name:
        for folder, held in (("gold", lambda p: p.held), ("records", lambda p: outcome.records[p.name].to_json())):
            (Path(name) / folder).mkdir()
            for piece in pieces:
                (Path(name) / folder / f"{piece.name}.json").write_text(json.dumps(held(piece)), "utf-8")
        process = [sys.executable, str(scorer), f"{name}/gold", f"{name}/records", "--json"]
        printed = subprocess.run(process, stdout=subprocess.PIPE, check=True).stdout
    theirs: dict[str, Any] = json.loads(printed)["total"]
    ours = outcome.whole
    both = [(theirs[n][k], getattr(ours.sections[n], k)) for n in SECTIONS for k in ("recall", "precision")]
    plain = ("worded", "wrong_steps", "wrong_owner", "sentences", "unsupported", "step_wording", "overview_recall",
             "overview_words", "safety_right")  # fmt: skip
    return max(abs(float(a) - float(b)) for a, b in [*both, *((theirs[n], getattr(ours, n)) for n in plain)])


@contextmanager
def tagged_with(weights: Path) -> Iterator[None]:
    """While inside, the built-in engine uses another tagger than the one that ships."""
    shipped = tagger.WEIGHTS
    try:
        tagger.WEIGHTS = weights
        tagger.the_tagger.cache_clear()
        yield
    finally:
        tagger.WEIGHTS = shipped
        tagger.the_tagger.cache_clear()


def _wish(argv: Sequence[str]) -> argparse.Namespace:
    usual = os.environ.get("AFTERWORD_LABELLED")
    parser = argparse.ArgumentParser(prog="python -m bench.understanding", description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path(usual) if usual else None)
    parser.add_argument("--address")
    parser.add_argument("--model")
    parser.add_argument("--key-file", type=Path)
    parser.add_argument("--text-may-leave", action="store_true")
    parser.add_argument("--show")
    parser.add_argument("--against", type=Path)
    return parser.parse_args(argv)


def _outcome(name: str, engine: Engine, pieces: Sequence[Piece]) -> Outcome:
    records, scores, attacks, near = {}, {}, [], []
    print(f"\n{name}: recall/precision\n{'':<28} " + " ".join(f"{head:>12}" for head in (*SECTIONS, *_HEADS)))
    for piece, record in engine(pieces):
        records[piece.name] = record
        scores[piece.name] = one = score(record, piece.said, piece.held["gold"])
        attacks += [f"{piece.name}: {line}" for line in self_attacks(record)]
        near += [nearest(never, record) for never in piece.held["gold"]["must_not_say"]]
        print(_line(piece, one), flush=True)
    return Outcome(records, scores, tuple(attacks), tuple(near))


def _each(read: Callable[[Piece], Record]) -> Engine:
    return lambda pieces: ((piece, read(piece)) for piece in pieces)


def _hand_by_hand(pieces: Sequence[Piece], folder: Path) -> Iterator[tuple[Piece, Record]]:
    from corpus import train

    samples = [train.sample(session) for session in sessions()]
    for hand in sorted({piece.hand for piece in pieces}):
        weights = folder / f"without-{hand}.npz"
        train.write(weights, [sample for sample in samples if sample.hand != hand])
        with tagged_with(weights):
            yield from ((p, understand(p.transcript(), {})) for p in pieces if p.hand == hand)


def _by_the_model(piece: Piece, choice: Choice) -> Record:
    return Record.from_json(json.loads(command.in_a_room(piece.as_file, ".json", choice).sealed))


def _line(piece: Piece, one: Score) -> str:
    found = [f"{one.sections[n].recall:.2f}/{one.sections[n].precision:.2f}" for n in SECTIONS]
    others = one.wrong_steps, one.wrong_owner, f"{one.unsupported}/{one.sentences}", f"{one.overview_recall:.2f}"
    return f"{piece.name:<28} " + " ".join(f"{cell:>12}" for cell in (*found, *others))


def _cell(value: float, goal: float | None, less: bool) -> str:
    return f"{value:.2f}       " if goal is None else f"{value:.2f} ({ratio(value, goal, less):.2f})"


def _lines_to_read(found: Mapping[str, Outcome]) -> Iterator[str]:
    """What is said, or near to it, that must not be said; and every line of self-attack."""
    for name, outcome in found.items():
        near = sorted((n for n in outcome.near if n.share >= NEAR), key=lambda n: (-n.said, -n.share))
        yield f"\n{name}: {len(outcome.near)} sentences must not be said; said, or to be read: {len(near)}"
        yield from (f"  {'SAID' if n.said else f'{n.share:.2f}'} {n.never[:70]:<70} | {n.sentence[:110]}" for n in near)
        yield from (f"  SELF-ATTACK {line}" for line in outcome.attacks)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
