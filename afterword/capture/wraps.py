"""The two wraps of a capture's private key: A opens with the notebook, B with the boot key. Small files of their own,
never a database, because a freed database page still holds what it held."""

from __future__ import annotations

import hmac
from pathlib import Path

from afterword.capture.crash import crash_point
from afterword.capture.files import destroy, replace
from afterword.capture.manifest import Manifest
from afterword.seal import Tampered, context
from afterword.seal.keys import BootIdentity, BootRecipient
from afterword.vault.owner import Owner


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
        """After a reboot: seal what A holds to the new boot key. The old B is overwritten, not just replaced."""
        plain = self.open_a(owner).to_bytes()
        destroy(self.b)
        replace(self.b, boot.seal(plain, self._info("b")))

    def destroy(self) -> None:
        """B first, then A: until A is gone too, the next unlock could still finish the work. Idempotent."""
        crash_point("key-before-destroy")
        for half_written in self._half_written():
            destroy(half_written)
        destroy(self.b)
        crash_point("key-b-destroyed")
        destroy(self.a)
        crash_point("key-destroyed")

    def gone(self) -> bool:
        """True when no wrap is left."""
        return not self.a.exists() and not self.b.exists() and not self._half_written()

    def _half_written(self) -> list[Path]:
        """What a crash left of writing a wrap: it may hold the whole of it."""
        return list(self.a.parent.glob(f".{self.capture.hex()}.*"))

    def _info(self, which: str) -> bytes:
        return context(f"wrap-{which}", self.capture)
