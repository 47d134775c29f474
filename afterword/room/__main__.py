"""The child's entry: takes its rights away, then opens sealed chunks, listens, understands, and leaves a sealed record.

RED: audio and words exist here, in memory, until this process ends. It writes to its one pipe only.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from afterword.hardening import die_with_parent
from afterword.room import sandbox

CPU_SECONDS = 4 * 3600
MEMORY_BYTES = 3 << 30
MODEL_MEMORY_BYTES = 6 << 30
SPEECH_UNFOLDS = 4


def main() -> None:
    """One job, then the end of the process."""
    out = os.fdopen(os.dup(1), "wb")
    # Nothing that a library prints may reach the pipe.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 1)
    # Whoever kills the worker ends the room as well.
    die_with_parent(int(sys.argv[1]), signal.SIGKILL)
    given = {name: value for name, _, value in (argument.partition("=") for argument in sys.argv[2:])}
    speech = Path(given.pop("speech")) if "speech" in given else None
    lent = {name: int(fd) for name, fd in given.items()}
    file = lent.get("file")
    sandbox.enter(cpu_for(file), memory_for(file, speech), file, speech)
    from afterword.capture.crash import crash_point
    from afterword.room.attend import attend, read, reason
    from afterword.room.frames import Kind
    from afterword.room.pipes import Pipes

    pipes = Pipes(sys.stdin.buffer, out)
    job = json.loads(pipes.take(Kind.JOB))
    try:
        if "name" in job:
            read(pipes, job, pipes.take(Kind.TRANSCRIPT), lent)
            return
        key, checkpoint = pipes.take(Kind.KEY), pipes.take(Kind.CHECKPOINT)
        crash_point("room-has-key")
        attend(pipes, job, key, checkpoint, lent)
    except Exception as error:  # its message may hold words: only a code leaves
        pipes.give(Kind.FAIL, json.dumps(reason(error)).encode())


def cpu_for(file: int | None) -> int:
    """Seconds of all processors together. A model uses every one of them, and its own limit is by the clock."""
    return CPU_SECONDS * (1 + (os.cpu_count() or 1)) if file is not None else CPU_SECONDS


def memory_for(file: int | None, speech: Path | None = None) -> int:
    """Address space. A model's `file` is mapped into it, and what the model has read stands beside it. A `speech` model
    in a folder is read into it, and unfolds there."""
    of_a_model = os.fstat(file).st_size + MODEL_MEMORY_BYTES if file is not None else 0
    return MEMORY_BYTES + of_a_model + (SPEECH_UNFOLDS * size_of(speech) if speech else 0)


def size_of(folder: Path) -> int:
    """Bytes of the files in it; 0 where there is no folder."""
    return sum(path.stat().st_size for path in folder.glob("*") if path.is_file())


if __name__ == "__main__":
    main()
