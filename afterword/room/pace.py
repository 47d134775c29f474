"""Enters an empty room and measures a model there: `python -m afterword.room.pace FD` prints tokens a second."""

from __future__ import annotations

import json
import os
import sys
import time

from afterword.hardening import harden
from afterword.room import sandbox
from afterword.room.__main__ import cpu_for, memory_for

READ, WRITE = 256, 32
MOST_SECONDS = 240.0


def main() -> None:
    """This process cannot leave the room again."""
    file = int(sys.argv[1])
    out = os.dup(1)
    sandbox.enter(cpu_for(file), memory_for(file), file)
    from afterword.room.understand.model.asking import ModelFailed
    from afterword.room.understand.model.in_room import InRoom

    try:
        read, write = InRoom(file, lambda: None, time.monotonic() + MOST_SECONDS).pace(READ, WRITE)
        os.write(out, json.dumps({"read": read, "write": write}).encode())
    except ModelFailed as failed:
        os.write(out, json.dumps({"failed": failed.code}).encode())
    os._exit(0)


if __name__ == "__main__":
    harden()
    main()
