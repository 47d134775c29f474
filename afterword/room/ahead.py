"""While a session goes on: what is final of it is read by the person's language model, beside the listening. RED.

What it found stands in the checkpoint, sealed. So little is left to read after the end, and a room that dies loses one
part at most. Listening never waits for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from afterword.room.transcript import Turn
from afterword.room.understand.model.asking import Model
from afterword.room.understand.model.engine import still_true
from afterword.room.understand.model.findings import Findings
from afterword.room.understand.model.parts import Part, next_part
from afterword.room.understand.model.reading import read_part, size_for


class Ahead:
    """One room's reading. `before`: what earlier rooms found. It gives up at the first failure: the end is soon enough
    to try again."""

    def __init__(self, model: Callable[[], Model], before: Sequence[bytes]) -> None:
        self._model = model
        self._found = list(found_before(before))
        self._new: list[Findings] = []
        self._thread: threading.Thread | None = None
        self._size: int | None = None
        self._given_up = False

    @property
    def busy(self) -> bool:
        """True while a part is being read: a room that rests then would have to read it again."""
        return self._thread is not None and self._thread.is_alive()

    def look(self, turns: Sequence[Turn]) -> tuple[bytes, ...]:
        """What was found so far of these turns, as they are said to be now; what was read of words that have changed
        since, or were wished away, is gone. Begins with the next part when there is enough of it."""
        if not self.busy:
            self._found, self._new = [*self._found, *self._new], []
        self._found = still_true(self._found, [turn for turn in turns if turn.text.strip()])
        if not self.busy and not self._given_up:
            self._begin(turns)
        return tuple(found.to_bytes() for found in self._found)

    def _begin(self, turns: Sequence[Turn]) -> None:
        read_to = max((last for found in self._found for _, last in found.read), default=-1)
        # Before the model is known, the size that most have room for: asking for it takes time as well.
        part = next_part(turns, read_to, self._size or 1 << 20, len(self._found) + 1)
        if part is not None:
            self._thread = threading.Thread(target=self._read, args=(part, turns, read_to), daemon=True)
            self._thread.start()

    def _read(self, part: Part, turns: Sequence[Turn], read_to: int) -> None:
        try:
            model = self._model()
            if self._size is None:
                self._size = size_for(model.context)
                part = next_part(turns, read_to, self._size, part.at) or part
            self._new = [read_part(part, model)]
        except Exception:  # ModelFailed, or what nobody foresaw: the end will tell what is wrong
            self._given_up = True


def found_before(data: Sequence[bytes]) -> tuple[Findings, ...]:
    """As a checkpoint holds it. What cannot be read is read again from the words."""
    try:
        return tuple(Findings.from_bytes(one) for one in data)
    except ValueError:
        return ()
