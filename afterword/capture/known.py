"""What a person told of themselves, as it travels with a capture: their voice print and the names that come up. Pure
values; it opens nothing."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class OwnVoice:
    """A voice print. `sample`: 16 bytes, the session under which it is kept; it counts only while that is there.
    `print`: a version byte and 512 signed bytes, as `room/listen/own_voice.py` made it."""

    sample: bytes
    print: bytes = field(repr=False)


@dataclass(frozen=True)
class Name:
    """A name as it is written, and how it was misheard before."""

    name: str = field(repr=False)
    heard: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Known:
    """Nothing, unless the person said so."""

    voice: OwnVoice | None = None
    names: tuple[Name, ...] = field(default=(), repr=False)

    def to_json(self) -> dict[str, Any]:
        """Values that JSON knows."""
        voice = self.voice and [self.voice.sample.hex(), base64.b64encode(self.voice.print).decode()]
        return {"voice": voice, "names": names_to_json(self.names)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Known:
        """Undo `to_json`."""
        voice = values["voice"]
        own = OwnVoice(bytes.fromhex(voice[0]), base64.b64decode(voice[1])) if voice else None
        return cls(own, names_from_json(values["names"]))


def names_to_json(names: tuple[Name, ...]) -> list[list[str]]:
    """Each name with how it was misheard behind it."""
    return [[name.name, *name.heard] for name in names]


def names_from_json(values: list[list[str]]) -> tuple[Name, ...]:
    """Undo `names_to_json`."""
    return tuple(Name(name, tuple(heard)) for name, *heard in values)
