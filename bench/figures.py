"""One line a figure: what, how much, the goal, and how the two compare."""

from __future__ import annotations

import os
from pathlib import Path


def show(what: str, value: float, unit: str, goal: float, less_is_better: bool = True) -> None:
    """One figure, its goal and the ratio of the two."""
    sign, better = ("<" if less_is_better else ">"), ratio(value, goal, less_is_better)
    print(f"{what:<58} {value:9.2f} {unit:<6} goal {sign} {goal:<7g} ratio {better:5.2f}", flush=True)


def ratio(value: float, goal: float, less_is_better: bool = True) -> float:
    """Over 1 means better than the goal."""
    if less_is_better:
        return goal / value if value else float("inf")
    return value / goal


def peak_kib(pid: int) -> int:
    """Highest resident memory of a process so far (VmHWM), KiB; 0 when it is gone."""
    return _status(pid, "VmHWM")


def resident_kib(pid: int) -> int:
    """Resident memory of a process now (VmRSS), KiB."""
    return _status(pid, "VmRSS")


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and of all that it has started and seen end (user and system), seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _status(pid: int, name: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)
