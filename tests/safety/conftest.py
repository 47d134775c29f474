"""Says at the end what was searched, and loudly where this machine could not show everything."""

from __future__ import annotations

from typing import Any

from tests.safety.disk import can_mount
from tests.safety.stage import TALLY


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line for a person who reads the run."""
    if not TALLY["processes killed"]:
        return
    terminalreporter.write_line("safety: " + ", ".join(f"{count} {what}" for what, count in TALLY.items()))
    if not can_mount():
        terminalreporter.write_line(
            "safety: NO LOOP MOUNTS HERE. Files were searched, but not freed blocks of the disk; run as root for that.",
            red=True,
        )
