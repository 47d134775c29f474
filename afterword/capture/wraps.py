"""The two wraps of a capture's private key: A opens with the notebook, B with the boot key. Small files of their own,
never a database, because a freed database page still holds what it held."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import dataclass, field
from pathlib import Path

from afterword.capture.crash import crash_point
from afterword.capture.files import destroy, replace
from afterword.seal import Tampered, context
from afterword.seal.keys import BootIdentity, BootRecipient, CaptureIdentity, NotebookRecipient
from afterword.vault.owner import Owner


@dataclass(frozen=True)
class Consent:
    """Whose voices are on it, and when the therapist agreed (ISO date), as the person said before anything began."""

    voices: str
    agreed_on: str | None

    @property
    def stands(self) -> bool:
        """True when it may be listened to."""
        return self.voices == "mine" or (self.voices == "both" and bool(self.agreed_on))


@dataclass(frozen=True)
class Manifest:
    """All that a room needs, inside the wrap so that nobody who can write to the database can change it."""

    capture: bytes
    person: bytes
    session: bytes
    notebook: NotebookRecipient
    consent: Consent
    day: str
    key: CaptureIdentity = field(repr=False)

    def to_bytes(self) -> bytes:
        """JSON."""
        values = {
            "capture": self.capture.hex(),
            "person": self.person.hex(),
            "session": self.session.hex(),
            "notebook": base64.b64encode(self.notebook.raw).decode(),
            "voices": self.consent.voices,
            "agreed_on": self.consent.agreed_on,
            "day": self.day,
            "key": self.key.raw.hex(),
        }
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
        )


class Wraps:
    """The wraps of one capture. `root`: the folder of all wraps."""

    def __init__(self, root: Path, capture: bytes) -> None:
        self.capture = capture
        self.a, self.b = root / f"{capture.hex()}.a", root / f"{capture.hex()}.b"

    def write(self, manifest: Manifest, owner: Owner, boot: BootRecipient) -> None:
        """Both, durable; A read back and opened. (Only the worker can open B: it does so before the capture opens.)"""
        plain = manifest.to_bytes()
        crash_point("wraps-before")
        replace(self.a, owner.identity.recipient.seal(owner.mac(plain) + plain, self._info("a")))
        crash_point("wrap-a-durable")
        replace(self.b, boot.seal(plain, self._info("b")))
        if self.open_a(owner).to_bytes() != plain:
            raise Tampered
        crash_point("wraps-durable")

    def open_a(self, owner: Owner) -> Manifest:
        """Raises Tampered, also for a wrap that somebody else sealed; FileNotFoundError after destruction."""
        opened = owner.identity.open(self.a.read_bytes(), self._info("a"))
        if not hmac.compare_digest(opened[:32], owner.mac(opened[32:])):
            raise Tampered
        return Manifest.from_bytes(opened[32:])

    def open_b(self, boot: BootIdentity) -> Manifest:
        """Raises SealError when the machine was restarted since; FileNotFoundError after destruction."""
        return Manifest.from_bytes(boot.open(self.b.read_bytes(), self._info("b")))

    def renew_b(self, owner: Owner, boot: BootRecipient) -> None:
        """After a reboot: seal what A holds to the new boot key."""
        replace(self.b, boot.seal(self.open_a(owner).to_bytes(), self._info("b")))

    def destroy(self) -> None:
        """B first, then A: until A is gone too, the next unlock could still finish the work. Idempotent."""
        crash_point("key-before-destroy")
        destroy(self.b)
        crash_point("key-b-destroyed")
        destroy(self.a)
        crash_point("key-destroyed")

    def gone(self) -> bool:
        """True when no wrap is left."""
        return not self.a.exists() and not self.b.exists()

    def _info(self, which: str) -> bytes:
        return context(f"wrap-{which}", self.capture)
