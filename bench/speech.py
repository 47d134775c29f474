"""How well a session is understood when it is heard instead of read.

python -m bench.speech [FOLDER] [--only CONDITION] [--pieces A,B] [--keep HEARD]

FOLDER: labelled sessions, as for bench.understanding; without one, those of the corpus. Two of flite's voices speak
each session (bench/spoken.py), and a room listens: two minutes of processor time for a session of 900 s, each time.
--keep: what was heard is kept there, and nothing is listened to twice; empty it when listening has changed. These
sessions are invented: never keep what a real person said.

For each session: `words`: word error, per cent. `wrong`: per cent of the speech time that was given to the wrong
person, 0.25 s around each change left out; `unclear`: per cent that was given to nobody. `naming`: how sure it is who
is the client, or "asked" where the product asks the person, who then says it rightly. `cpu`: seconds of processor time
for a minute of sound. Then how each score falls from text to speech, with a star where it falls by more than 0.10.

**How turns are compared.** The labels cite written turns and the record cites heard ones. The words of both are laid
beside each other (bench/alignment.py), so that each heard turn holds words of one or more written turns. What cites a
heard turn then cites, of these, the one with most of the content words of the item, and any other that has at least
half as many: to hear two people as one turn gains nothing. Whether a line is supported is judged by what was really
said, so that a mishearing which is shown counts against it.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from afterword.record import Record
from afterword.room.attend import SURE
from afterword.room.listen import Checkpoint, Heard, heard_so_far, listen, swap
from afterword.room.listen.decode import open_audio
from afterword.room.listen.speakers import sides_of
from afterword.room.transcript import Transcript, Turn
from afterword.room.understand import understand
from bench.alignment import turns_for, word_error, words
from bench.listening import voice_error
from bench.scoring import SECTIONS, Score, content, score, total
from bench.spoken import CONDITIONS, Condition, Spoken, read_out, spoken
from bench.understanding import Piece, labelled, of_the_corpus
from tests.speech import encode

_CITING = ("overview", "themes", "insights", "feelings", "next_steps", "questions", "moments", "recap")
_COUNTED = ("wrong_steps", "wrong_owner", "unsupported", "safety_right")
_MOST = 0.10


@dataclass(frozen=True)
class Listened:
    """`state`: the last checkpoint, with the lines. `cpu`: seconds of processor time; 0 where it was kept."""

    state: Checkpoint
    cpu: float


def main(argv: Sequence[str] = ()) -> int:
    """Print the figures. 0 unless there is nothing to speak."""
    wish = _wish(argv)
    given = labelled(wish.folder) if wish.folder else of_the_corpus()
    pieces = [piece for piece in given if not wish.pieces or piece.name in wish.pieces]
    if not pieces:
        print(f"speech: no labelled session in {wish.folder or 'the corpus'}")
        return 2
    for condition in CONDITIONS:
        if wish.only in ("", condition.name):
            _compare(condition, pieces, wish.keep)
    return 0


def _wish(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.speech")
    folder = os.environ.get("AFTERWORD_LABELLED")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(folder) if folder else None)
    parser.add_argument("--only", default="", choices=["", *(condition.name for condition in CONDITIONS)])
    parser.add_argument("--pieces", type=lambda names: names.split(","))
    parser.add_argument("--keep", type=Path)
    return parser.parse_args(argv)


def _compare(condition: Condition, pieces: Sequence[Piece], keep: Path | None) -> None:
    print(f"\n{condition.name:26}{'s':>6}{'words':>8}{'wrong':>8}{'unclear':>8}{'naming':>8}{'cpu':>6}")
    from_text, from_speech = [], []
    for piece in pieces:
        said = spoken(piece.held, condition)
        listened = _listened(said, keep)
        heard = as_answered(listened.state, said)
        print(f"{piece.name:26}{said.seconds:6.0f}{_errors(piece, said, listened, heard)}", flush=True)
        gold, turns = piece.held["gold"], [read_out(text) for text in piece.said]
        from_text.append(score(understand(piece.transcript(), {}), turns, gold))
        record = understand(Transcript(piece.held["date"], heard.turns), {})
        from_speech.append(score(in_written_turns(record, turns, heard.turns), turns, gold))
    print(*_falls(total(from_text), total(from_speech)), sep="\n", flush=True)


def _listened(said: Spoken, keep: Path | None) -> Listened:
    kept = keep / f"{hashlib.sha256(said.samples.tobytes()).hexdigest()[:16]}.lines" if keep else None
    if kept and kept.exists():
        return Listened(Checkpoint.from_bytes(kept.read_bytes()), 0.0)
    saved, began = [Checkpoint()], time.process_time()
    listen(open_audio(io.BytesIO(encode(said.samples, "wav"))), None, lambda *_: None, saved.append)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(saved[-1].to_bytes())
    return Listened(saved[-1], time.process_time() - began)


def as_answered(state: Checkpoint, said: Spoken) -> Heard:
    """As the product would have it: a recap is the person's own, and who is asked says it rightly."""
    heard = heard_so_far(state)
    if said.alone:
        own = tuple(replace(turn, speaker="client") for turn in heard.turns if turn.speaker != "therapist")
        return replace(heard, turns=tuple(replace(turn, t=at) for at, turn in enumerate(own)), client_confidence=1.0)
    return swap(heard) if heard.client_confidence < SURE and _turned_round(state, said) else heard


def _turned_round(state: Checkpoint, said: Spoken) -> bool:
    """Whether less speech would be given to the wrong person if client and therapist were exchanged."""
    balance = 0.0
    for line, side in zip(state.lines, sides_of(state.lines), strict=True):
        for start, end, who in said.speech:
            both = max(0.0, min(end, line.end) - max(start, line.start))
            balance += both * int(side) * (1 if who == "therapist" else -1)
    return balance < 0


def _errors(piece: Piece, said: Spoken, listened: Listened, heard: Heard) -> str:
    right = [word for text in piece.said for word in words(read_out(text))]
    error = 100 * word_error(right, [word for turn in heard.turns for word in words(turn.text)])
    voices = f"{'-':>8}" * 3 if said.alone else _voices(listened.state, said, heard)
    return f"{error:8.1f}{voices}" + (f"{60 * listened.cpu / said.seconds:6.1f}" if listened.cpu else "")


def _voices(state: Checkpoint, said: Spoken, heard: Heard) -> str:
    before = heard_so_far(state)
    named = 1 if heard == before else -1
    lines = [(x.start, x.end, named * int(side)) for x, side in zip(state.lines, sides_of(state.lines), strict=True)]
    found = voice_error(list(said.speech), lines, ("therapist", "client"))
    naming = "asked" if before.client_confidence < SURE else f"{heard.client_confidence:.2f}"
    return f"{found.confused:8.1f}{found.unclear:8.1f}{naming:>8}"


def in_written_turns(record: Record, written: Sequence[str], heard: Sequence[Turn]) -> Record:
    """The record with the evidence of written turns (how: see the top of this file)."""
    place = {turn.t: held for turn, held in zip(heard, turns_for(written, [t.text for t in heard]), strict=True)}
    contents = [content(text) for text in written]

    def moved(item: Any) -> Any:
        about = content(" ".join(str(getattr(item, name, None) or "") for name in ("text", "label", "quote")))
        cited = [turn for t in item.evidence for turn in _meant(place[t], contents, about)]
        return replace(item, evidence=tuple(dict.fromkeys(cited)))

    citing: dict[str, Any] = {name: tuple(map(moved, getattr(record, name))) for name in _CITING}
    return replace(record, **citing)


def _meant(held: Mapping[int, int], contents: Sequence[set[str]], about: set[str]) -> list[int]:
    common = Counter({turn: len(contents[turn] & about) for turn in held})
    best = max(held, key=lambda turn: (common[turn], held[turn]))
    return [best, *(turn for turn in sorted(held) if turn != best and common[turn] >= max(1, common[best] / 2))]


def _falls(text: Score, speech: Score) -> Iterator[str]:
    """Recall / precision, or one figure, from text and from speech."""
    yield f"{'':26}{'text':>14}{'speech':>14}{'falls by':>16}"
    for name, pairs in _rows(text, speech):
        falls = [before - after for before, after in pairs]
        shown = ["/".join(f"{side:.2f}" for side in sides) for sides in zip(*pairs, strict=True)]
        fell, star = "/".join(f"{fall:+.2f}" for fall in falls), " *" if max(falls) > _MOST else ""
        yield f"{name:26}{shown[0]:>14}{shown[1]:>14}{fell:>16}{star}"
    for name in _COUNTED:
        yield f"{name:26}{getattr(text, name):14}{getattr(speech, name):14}"


def _rows(text: Score, speech: Score) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    for name in SECTIONS:
        before, after = text.sections[name], speech.sections[name]
        yield name, [(before.recall, after.recall), (before.precision, after.precision)]
    for name in ("step_wording", "overview_recall"):
        yield name, [(getattr(text, name), getattr(speech, name))]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
