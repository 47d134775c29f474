"""The model that a room was lent, as something that can be asked. RED."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from afterword.capture.choice import Choice
from afterword.room.understand.model.asking import AtAddress, Code, Model, ModelFailed
from afterword.room.understand.model.handed import client_of

# For all answers together; after that the built-in engine writes what is left. A person waits for this.
MOST_SECONDS = 2 * 3600.0


class NotThere:
    """A model that was chosen and is not there any more, or is none."""

    name, context = "", 8192

    def __init__(self, why: Code) -> None:
        self._why = why

    def ask(self, *_: object) -> str:
        """Raises ModelFailed."""
        raise ModelFailed(self._why)


def model_of(choice: Choice, lent: Mapping[str, int], certificates: str, alive: Callable[[], None]) -> Model:
    """`lent`: descriptors, 'connections' or 'file'. `certificates`: trusted ones (PEM). `alive`: called now and then
    while an answer is waited for."""
    ends = time.monotonic() + MOST_SECONDS
    if choice.address and "connections" in lent:
        client = client_of(lent["connections"], choice.place, certificates, alive, ends)
        return AtAddress(choice.address, model=choice.model, key=choice.key, client=client)
    if "file" in lent:
        from afterword.room.understand.model.in_room import InRoom

        try:
            return InRoom(lent["file"], alive, ends)
        except ModelFailed as failed:
            return NotThere(failed.code)
    return NotThere("unreachable")
