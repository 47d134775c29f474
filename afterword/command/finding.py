"""One line of what `afterword doctor` says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["good", "less", "bad"]


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `says`: what was found, and what is lost if it is not good."""

    name: str
    verdict: Verdict
    says: str
