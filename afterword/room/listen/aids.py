"""What helps to listen, beyond the sound: the person's own voice print, a speech model in a folder. RED."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from afterword.room.listen.lines import Print
from afterword.room.listen.speech import Ear


@dataclass
class Aids:
    """`own`: the print, of length 1, shape (512,). `folder`: the speech model. `heard_with`: which models listened."""

    own: Print | None = field(default=None, repr=False)
    folder: Path | None = None
    heard_with: tuple[str, ...] = ()

    def ear(self) -> Ear:
        """The models, loaded; noted in `heard_with`."""
        ear = Ear(self.folder)
        self.heard_with = tuple(dict.fromkeys((*self.heard_with, ear.model)))
        return ear
