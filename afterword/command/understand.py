"""`afterword understand`: a transcript that a person has already, read in a room like any other words."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NoReturn

import typer

from afterword.capture.choice import Choice, NotAnAddress, read_address
from afterword.door import Door, Left, RoomFailed
from afterword.hardening import harden
from afterword.lent import Lent
from afterword.outcome import why_not_by_the_model, why_nothing
from afterword.record import Record

MOST_BYTES = 4 << 20
OWNERS = {"you": "You", "therapist": "Your therapist", "both": "Both of you"}
UNSURE = {"agreed": "", "mentioned": " (mentioned, please check)"}
LEAVES = "The text of this transcript would be sent to {0}, to be read there. Add --text-may-leave if you want that."


@dataclass(frozen=True)
class Engine:
    """Whom to ask, as it was typed; nothing of it stands for the built-in engine. `key_file`: its first line is the
    server's key. `may_leave`: text may be sent to another machine."""

    address: str | None = None
    model: str | None = None
    key_file: Path | None = None
    gguf: Path | None = None
    may_leave: bool = False

    def choice(self) -> Choice | None:
        """None for the built-in engine. Exits where something is missing."""
        if not self.address and not self.gguf:
            return None
        if self.address and self.gguf:
            _stop("Say either --address or --gguf, not both.", 2)
        if self.gguf and not self.gguf.is_file():
            _stop(f"There is no file {self.gguf}.", 2)
        gguf = str(self.gguf.resolve()) if self.gguf else None
        key = read_key(self.key_file) if self.key_file else None
        try:
            address = read_address(self.address) if self.address else None
        except NotAnAddress as wrong:
            _stop(wrong.says, 2)
        agreed_on = date.today().isoformat() if self.may_leave else None
        choice = Choice(bytes(16), gguf, address, self.model, key, agreed_on)
        if not choice.agreed:
            _stop(LEAVES.format(choice.place[0]), 2)
        return choice


def read_key(file: Path) -> str | None:
    """The first line of a file. Exits when it cannot be read."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        _stop(f"The key file {file} cannot be read.", 2)
    return lines[0].strip() or None if lines else None


def understand(file: Path, as_json: bool, engine: Engine = Engine()) -> None:
    """Print the record: as JSON with the evidence, or to read. Nothing is kept."""
    harden()
    left = _in_a_room(file, engine.choice())
    data = json.loads(left.sealed)
    if why := why_not_by_the_model(data.get("fell_back"), data["engine"]):
        print(why, file=sys.stderr)
    if as_json:
        print(json.dumps(data, ensure_ascii=False, indent=1))
    else:
        show(Record.from_json(data))


def _in_a_room(file: Path, choice: Choice | None) -> Left:
    if not file.is_file():
        _stop(f"There is no file {file}.", 2)
    if file.stat().st_size > MOST_BYTES:
        _stop("This file is too long for a transcript of one session.", 1)
    try:
        return in_a_room(file.read_bytes(), file.name, choice)
    except RoomFailed as failed:
        _stop(why_nothing(failed.code), 1)


def in_a_room(words: bytes, name: str, choice: Choice | None) -> Left:
    """The record as JSON with the evidence, sealed to nobody. `name`: of the file, for its form. Raises RoomFailed."""
    with Door.to_read(words, name, Lent(choice) if choice else None) as door:
        left = door.attend(lambda _: None, lambda _, __: None)
    assert isinstance(left, Left)
    return left


def show(record: Record) -> None:
    """To read."""
    if record.safety:
        print("Something serious came up. If you are in danger now, call your local emergency number.")
        _part("Agreed about it", [line.text for line in record.safety.agreed])
        print()
    print("Session Summary\n" + "\n".join(line.text for line in record.overview))
    _part("Next steps", [f"{OWNERS[step.who]}: {step.text}{UNSURE[step.certainty]}" for step in record.next_steps])
    _part("Insights", [line.text for line in record.insights])
    _part("Questions for next time", [line.text for line in record.questions])
    _part("Themes", [label.label for label in record.themes])
    _part("Feelings", [label.label for label in record.feelings])
    _part("Moments", [f"{moment.text} ({moment.prompt})" for moment in record.moments])
    _part("Next appointment", [record.next_appointment.said] if record.next_appointment else [])
    _part("Full Recap", [f"{passage.heading}: {passage.text}" for passage in record.recap])


def _part(title: str, lines: list[str]) -> None:
    if lines:
        print(f"\n{title}\n" + "\n".join(f"- {line}" for line in lines))


def _stop(says: str, code: int) -> NoReturn:
    typer.echo(says, err=True)
    raise typer.Exit(code)
