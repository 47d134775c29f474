"""Enters an empty room and says which walls stand on this machine: `python -m afterword.room.probe` prints JSON."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict

from afterword.hardening import harden
from afterword.room import sandbox
from afterword.room.__main__ import CPU_SECONDS, MEMORY_BYTES


def rights() -> dict[str, bool | int]:
    """The walls of `sandbox.Rights`, and Landlock's version (0: none). This process cannot leave the room again."""
    abi = max(0, sandbox.landlock_abi())
    return asdict(sandbox.enter(CPU_SECONDS, MEMORY_BYTES)) | {"landlock_abi": abi}


if __name__ == "__main__":
    harden()
    # A file could not be written any more; a pipe can.
    sys.stdout.write(json.dumps(rights()) + "\n")
    sys.stdout.flush()
    os._exit(0)
