"""The child's entry: takes its rights away, then opens sealed chunks, listens, understands, and leaves a sealed record.

RED: audio and words exist here, in memory, until this process ends. It writes to its one pipe only.
"""

from __future__ import annotations

import json
import os
import sys

from afterword.room import sandbox


def main() -> None:
    """One job, then the end of the process."""
    out = os.fdopen(os.dup(1), "wb")
    # Nothing that a library prints may reach the pipe.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 1)
    sandbox.enter(cpu_seconds=4 * 3600, memory_bytes=3 << 30)
    from afterword.capture.crash import crash_point
    from afterword.room.attend import attend, reason
    from afterword.room.frames import Kind
    from afterword.room.pipes import Pipes

    pipes = Pipes(sys.stdin.buffer, out)
    job = json.loads(pipes.take(Kind.JOB))
    key, checkpoint = pipes.take(Kind.KEY), pipes.take(Kind.CHECKPOINT)
    crash_point("room-has-key")
    try:
        attend(pipes, job, key, checkpoint)
    except Exception as error:  # its message may hold words: only a code leaves
        pipes.give(Kind.FAIL, json.dumps(reason(error)).encode())


if __name__ == "__main__":
    main()
