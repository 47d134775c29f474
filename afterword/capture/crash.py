"""Named points at which the tests kill this process, to show that nothing is lost there. Off unless a test asks."""

from __future__ import annotations

import os
import signal


def crash_point(name: str) -> None:
    """Die here by SIGKILL when AFTERWORD_CRASH_AT names this point; otherwise nothing happens."""
    if os.environ.get("AFTERWORD_CRASH_AT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
