"""What a capture's two wraps hold: its key and all that a room must know. Pure values; it opens no file."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from afterword.capture.choice import Choice
from afterword.capture.forms import OWN_VOICE, WITHOUT_VOICES, Form, read_form
from afterword.capture.known import Known
from afterword.seal.keys import CaptureIdentity, NotebookRecipient


@dataclass(frozen=True)
class Consent:
    """Whose voices are on it (`none`: it is a text), and when the therapist agreed (ISO date), as the person said
    before anything began."""

    voices: str
    agreed_on: str | None

    @property
    def stands(self) -> bool:
        """True when it may be listened to."""
        return self.voices == "mine" or (self.voices == "both" and bool(self.agreed_on))


@dataclass(frozen=True)
class Manifest:
    """All that a room needs, inside the wrap so that nobody who can write to the database can change it.

    `capture`, `person`, `session`: 16 bytes each. `day`: ISO date of the session. `choice`: the language model that the
    person had chosen when it began. `form`: what it is made of. `sample`: it is ten seconds of the person's own voice.
    `known`: what they had told of themselves when it began.
    """

    capture: bytes
    person: bytes
    session: bytes
    notebook: NotebookRecipient
    consent: Consent
    day: str
    key: CaptureIdentity = field(repr=False)
    choice: Choice | None = None
    form: Form = "session"
    sample: bool = False
    known: Known = field(default_factory=Known)

    @property
    def may_be_read(self) -> bool:
        """True when the consent is one for what it is made of."""
        if self.form in OWN_VOICE:
            return self.consent.voices == "mine"
        return self.consent.voices == "none" if self.form in WITHOUT_VOICES else self.consent.stands

    def to_bytes(self) -> bytes:
        """JSON."""
        values: dict[str, Any] = {
            "capture": self.capture.hex(),
            "person": self.person.hex(),
            "session": self.session.hex(),
            "notebook": base64.b64encode(self.notebook.raw).decode(),
            "voices": self.consent.voices,
            "agreed_on": self.consent.agreed_on,
            "day": self.day,
            "key": self.key.raw.hex(),
        }
        values |= {"choice": self.choice.to_json()} if self.choice else {}
        values |= {"form": self.form} if self.form != "session" else {}  # as it was before there were others
        values |= {"sample": True} if self.sample else {}
        values |= {"known": self.known.to_json()} if self.known != Known() else {}
        return json.dumps(values, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """Undo `to_bytes`."""
        values = json.loads(data)
        return cls(
            bytes.fromhex(values["capture"]),
            bytes.fromhex(values["person"]),
            bytes.fromhex(values["session"]),
            NotebookRecipient(base64.b64decode(values["notebook"])),
            Consent(values["voices"], values["agreed_on"]),
            values["day"],
            CaptureIdentity(bytes.fromhex(values["key"])),
            Choice.from_json(values["choice"]) if values.get("choice") else None,
            read_form(values.get("form", "session")),
            bool(values.get("sample")),
            Known.from_json(values["known"]) if values.get("known") else Known(),
        )
