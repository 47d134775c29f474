"""Enters an empty room and says which walls stand on this machine: `python -m afterword.room.probe` prints JSON. With
`speech`, or `speech=FOLDER`, it loads the speech model there as well, as a room for a recording does."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from afterword.hardening import harden
from afterword.room import sandbox
from afterword.room.__main__ import CPU_SECONDS, MEMORY_BYTES, memory_for, size_of


def rights() -> dict[str, bool | int]:
    """The walls of `sandbox.Rights`, and Landlock's version (0: none). This process cannot leave the room again."""
    abi = max(0, sandbox.landlock_abi())
    return asdict(sandbox.enter(CPU_SECONDS, MEMORY_BYTES)) | {"landlock_abi": abi}


def speech(folder: Path | None) -> dict[str, str | int | bool]:
    """`model`: as `Record.heard_with` has it; `size`: bytes of its files; `loads`: whether it wrote down a second of
    noise, behind the walls."""
    sandbox.enter(CPU_SECONDS, memory_for(None, folder), None, folder)
    from afterword.room.listen.speech import NOT_LOADED, Ear
    from afterword.room.listen.speech_model import bundled

    try:
        model = Ear(folder).model
    except Exception:  # whatever its library raises: it does not load
        model = NOT_LOADED
    return {"model": model, "size": size_of(folder or Path(bundled())), "loads": model != NOT_LOADED}


if __name__ == "__main__":
    harden()
    # What a library prints is no answer.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    asked, _, place = (sys.argv[1] if len(sys.argv) > 1 else "").partition("=")
    found = speech(Path(place) if place else None) if asked == "speech" else rights()
    # A file could not be written any more; a pipe can.
    out.write(json.dumps(found) + "\n")
    out.flush()
    os._exit(0)
