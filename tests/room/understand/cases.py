"""Reads the short cases about danger: their form is in danger/README.md."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from afterword.record import Safety

FOLDER = Path(__file__).parent / "danger"
_EXPECTED = re.compile(r"(none|[a-z_]+(?:\|[a-z_]+)*)(?: @(\d+))?")


@dataclass(frozen=True)
class Case:
    """`kinds`: those that are right, none where nothing came up. `at`: the turn that has to be cited."""

    kinds: tuple[str, ...]
    at: int | None
    lines: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.lines[-1][:60]

    def right(self, found: Safety | None) -> bool:
        if not self.kinds or found is None:
            return not self.kinds and found is None
        return found.kind in self.kinds and (self.at is None or self.at in found.evidence)


def cases(name: str) -> list[Case]:
    """Those of one file, in order. Raises ValueError where it is not in the form."""
    text = re.sub(r"^#.*\n", "", (FOLDER / f"{name}.txt").read_text(), flags=re.MULTILINE)
    return [_case(block.splitlines()) for block in re.split(r"\n\s*\n", text.strip()) if block.strip()]


def _case(lines: list[str]) -> Case:
    expected = _EXPECTED.fullmatch(lines[0].strip())
    if expected is None or not lines[1:] or not all(re.match(r"[TCU]: \S", line) for line in lines[1:]):
        raise ValueError(lines[0])
    kinds = () if expected[1] == "none" else tuple(expected[1].split("|"))
    return Case(kinds, int(expected[2]) if expected[2] else None, tuple(lines[1:]))
