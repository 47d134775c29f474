"""`afterword model suggest`: language models that fit this machine, and how to get one. Fetches nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from afterword.gguf import NotAModel, available_memory, read_gguf

# A session of 50 minutes, about 8,000 words: tokens read, with what is asked of each part, and tokens written.
READ, WRITTEN = 18_000, 5_000
PACE_SECONDS = 300


@dataclass(frozen=True)
class Known:
    """A model that follows instructions. `file`: the name to look for; `size`: GB of it; `memory`: GB that it needs;
    `at_once`: GB of it that each token goes through, which decides how fast it is."""

    name: str
    file: str
    size: float
    memory: float
    at_once: float
    licence: str
    good_for: str


# Names, sizes and licences as their publishers state them, November 2026; memory by `gguf.Gguf.memory`.
# Instruct models: those that think first take several times as long.
KNOWN = (
    Known("Qwen3 4B Instruct 2507", "Qwen3-4B-Instruct-2507-Q4_K_M.gguf", 2.5, 5.0, 2.5, "Apache-2.0", "8 GB"),
    Known("Llama 3.1 8B Instruct", "Meta-Llama-3.1-8B-Instruct-Q4_K_M.gguf", 4.9, 7.2, 4.9,
          "Llama 3.1 Community", "16 GB"),
    Known("Mistral Nemo 12B Instruct 2407", "Mistral-Nemo-Instruct-2407-Q4_K_M.gguf", 7.5, 10.2, 7.5,
          "Apache-2.0", "16 GB"),
    Known("Qwen3 30B A3B Instruct 2507", "Qwen3-30B-A3B-Instruct-2507-Q4_K_M.gguf", 18.6, 20.5, 2.3, "Apache-2.0",
          "32 GB"),
)  # fmt: skip


@dataclass(frozen=True)
class Pace:
    """Tokens a second that a model of `size` GB reads and writes here."""

    size: float
    read: float
    write: float

    def minutes(self, known: Known) -> float:
        """For 50 minutes of session. Twice as large takes twice as long."""
        return (READ / self.read + WRITTEN / self.write) * known.at_once / self.size / 60


def suggest(measure: Path | None) -> None:
    """Print what fits. `measure`: a GGUF file that is here already; how fast it runs tells about the others."""
    free, pace = available_memory() / 1e9, _measured(measure) if measure else None
    table = Table("model", "file", "memory", "licence", "50 minutes take", "for machines with", box=None)
    for known in KNOWN:
        fits = not free or known.memory <= free
        took = (
            "does not fit here" if not fits else f"about {_round(pace.minutes(known))} min" if pace else "not measured"
        )
        row = (known.name, f"{known.size:.1f} GB", f"{known.memory:.1f} GB", known.licence, took, known.good_for)
        table.add_row(*row)
    Console().print(table)
    print(f"\n{free:.1f} GB of memory are free here, {os.cpu_count()} processors.")
    if pace is None:
        print("How long they take here: afterword model suggest --measure FILE, with any GGUF model that you have.")
    print("Afterword fetches nothing. Look for the file where its makers publish it, compare its checksum, then:")
    for known in KNOWN:
        print(f"  afterword model use {known.file}")
    print("A model in a file needs the extra parts: pip install 'afterword[model]'. docs/model.md says more.")


def _measured(file: Path) -> Pace | None:
    """In a room, as it will run. None where it cannot run, which is said."""
    try:
        found = read_gguf(file)
    except NotAModel as wrong:
        typer.echo(wrong.says, err=True)
        raise typer.Exit(1) from None
    with file.open("rb") as opened:
        command = [sys.executable, "-m", "afterword.room.pace", str(opened.fileno())]
        done = subprocess.run(
            command,
            capture_output=True,
            check=False,
            timeout=PACE_SECONDS,
            pass_fds=(opened.fileno(),),
            env=os.environ | {"OMP_WAIT_POLICY": "passive"},
        )
    try:
        told = json.loads(done.stdout)
        return Pace(found.size / 1e9, told["read"], told["write"])
    except (ValueError, KeyError):
        typer.echo("This file could not be run here. Is the extra there? pip install 'afterword[model]'", err=True)
        return None


def _round(minutes: float) -> int:
    return max(1, round(minutes) if minutes < 10 else 5 * round(minutes / 5))
