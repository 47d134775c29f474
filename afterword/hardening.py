"""What web and worker take from themselves first: core dumps, reading eyes of other processes, open file modes."""

from __future__ import annotations

import ctypes
import os
import resource
import signal

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4


def harden() -> None:
    """No core dump, no `ptrace` or `/proc/PID/mem` for this user's other processes, new files for the owner alone.

    exec resets the first, so every process calls it for itself.
    """
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(0o077)


def die_with_parent(parent: int, sign: signal.Signals) -> None:
    """Get `sign` when the process that started this one ends, however it ends. `parent`: its pid."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(sign), 0, 0, 0)
    if os.getppid() != parent:  # it ended before the call
        os.kill(os.getpid(), sign)
