"""How well listening hears and tells two voices apart, on recordings with a reference. Prints figures, never words.

    AFTERWORD_EVAL=FOLDER python -m bench.listening

FOLDER holds `audio/` with NAME.flac or NAME.wav beside NAME.json, NAME.txt or NAME.stm (words) and NAME.rttm (who spoke
when). Without the variable `../shared/eval` beside the repository is taken, if it is there.
Word error: words to insert, delete or change, in per cent of the reference's. Diarization error: share of speech time
missed, false, or given to the wrong voice (under the better of the two namings), 0.25 s around each change left out, as
NIST does; `unclear` is counted on its own and is not in the error.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from afterword.room.listen import Checkpoint, Heard, listen
from afterword.room.listen.decode import open_audio
from afterword.room.listen.speakers import sides_of
from bench.alignment import word_error
from bench.alignment import words as words_of

STEP, COLLAR = 0.01, 0.25
COLUMNS = ("words %", "voices %", "confused", "unclear", "naming")
Speech = list[tuple[float, float, str]]


@dataclass(frozen=True)
class Error:
    """Shares of the reference's speech time, in per cent."""

    missed: float
    false: float
    confused: float
    unclear: float

    @property
    def total(self) -> float:
        return self.missed + self.false + self.confused


def main() -> None:
    """One line a recording, then the means."""
    folder = eval_folder()
    if folder is None:
        print("listening: no recordings with a reference (set AFTERWORD_EVAL to a folder)")
        return
    print(f"{'recording':28}{'s':>6}{'x real':>8}" + "".join(f"{name:>10}" for name in COLUMNS))
    rows = [_row(path) for path in recordings(folder / "audio")]
    words = [row[0] for row in rows if row[0] is not None]
    voices = [row[1].total for row in rows if row[1] is not None]
    print(f"{'mean':28}{'':14}{np.mean(words):10.1f}{np.mean(voices):10.1f}")


def eval_folder() -> Path | None:
    """The folder of recordings, if this machine has one."""
    beside = Path(__file__).parents[2] / "shared" / "eval"
    folder = Path(os.environ.get("AFTERWORD_EVAL") or beside)
    return folder if (folder / "audio").is_dir() else None


def recordings(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix in (".flac", ".wav"))


def _row(path: Path) -> tuple[float | None, Error | None]:
    began = time.monotonic()
    last, heard = heard_with_lines(path)
    speed = heard.heard / (time.monotonic() - began)
    reference = reference_words(path)
    given = words_of(" ".join(turn.text for turn in heard.turns))
    words = 100 * word_error(words_of(reference), given) if reference else None
    voices = voice_error(reference_voices(path), _spoken(last)) if path.with_suffix(".rttm").exists() else None
    figures = [words, *((voices.total, voices.confused, voices.unclear) if voices else (None,) * 3)]
    cells = [f"{figure:10.1f}" if figure is not None else f"{'-':>10}" for figure in figures]
    print(f"{path.stem:28}{heard.heard:6.0f}{speed:8.1f}{''.join(cells)}{heard.client_confidence:10.2f}", flush=True)
    return words, voices


def heard_with_lines(path: Path) -> tuple[Checkpoint, Heard]:
    """A recording listened to: the last checkpoint, which has the lines with their times, and the result."""
    saved = [Checkpoint()]
    with path.open("rb") as file:
        heard = listen(open_audio(file), None, lambda _heard, _total: None, saved.append)
        assert heard
    return saved[-1], heard


def _spoken(checkpoint: Checkpoint) -> list[tuple[float, float, int]]:
    sides = sides_of(checkpoint.lines)
    return [(line.start, line.end, int(side)) for line, side in zip(checkpoint.lines, sides, strict=True)]


def reference_words(path: Path) -> str:
    """The words of a recording: from .json (turns), .txt, or .stm (the sixth field on). Empty if there are none."""
    if path.with_suffix(".json").exists():
        return " ".join(turn[3] for turn in json.loads(path.with_suffix(".json").read_text())["turns"]).strip()
    if path.with_suffix(".txt").exists():
        return path.with_suffix(".txt").read_text()
    if path.with_suffix(".stm").exists():
        return " ".join(line.split(None, 5)[5] for line in path.with_suffix(".stm").read_text().splitlines() if line)
    return ""


def reference_voices(path: Path) -> Speech:
    """(start, end, name) in seconds, from the NIST .rttm beside a recording."""
    fields = [line.split() for line in path.with_suffix(".rttm").read_text().splitlines() if line.startswith("SPEAKER")]
    return [(float(f[3]), float(f[3]) + float(f[4]), f[7]) for f in fields]


def voice_error(
    reference: Speech, heard: list[tuple[float, float, int]], named: tuple[str, str] | None = None
) -> Error:
    """`heard`: (start, end, side) with side 1, -1, or 0 for unclear. `named`: who sides 1 and -1 are; without it, under
    the better of all namings."""
    length = int(max([end for _, end, _ in reference] + [end for _, end, _ in heard]) / STEP) + 1
    names = sorted({name for _, _, name in reference})
    said, count = _grid(reference, names, length)
    sides: NDArray[np.int64] = np.full(length, 9)
    for start, end, side in heard:
        sides[int(start / STEP) : int(end / STEP)] = side
    said, sides = said[:, count], sides[count]
    someone, silent, total = said.any(axis=0), sides == 9, max(1, said.sum())
    pairs = [(names.index(named[0]), names.index(named[1]))] if named else permutations(range(len(names)), 2)
    right = max(((sides == 1) & said[a]).sum() + ((sides == -1) & said[b]).sum() for a, b in pairs)
    missed = (someone & silent).sum() + np.clip(said.sum(axis=0) - 1, 0, None).sum()
    confused = (someone & (np.abs(sides) == 1)).sum() - right
    parts = (missed, (~someone & ~silent).sum(), confused, (someone & (sides == 0)).sum())
    return Error(*(100 * float(part) / float(total) for part in parts))


def _grid(reference: Speech, names: list[str], length: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Who speaks at each step, shape (names, steps), and which steps count."""
    said, count = np.zeros((len(names), length), bool), np.ones(length, bool)
    for start, end, name in reference:
        said[names.index(name), int(start / STEP) : int(end / STEP)] = True
        for edge in (start, end):
            count[max(0, int((edge - COLLAR) / STEP)) : int((edge + COLLAR) / STEP)] = False
    return said, count


if __name__ == "__main__":
    main()
