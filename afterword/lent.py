"""The language model that a room is lent: connections to its address, or its file, open for reading. No word."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from afterword.capture.choice import Choice
from afterword.connections import Connections

# Where systems keep the certificates of the authorities they trust, if Python's own idea of it is not there.
_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----")


@dataclass(frozen=True)
class Lent:
    """`stands`: False once the person has taken it back. `before`: called once, before a first word could leave this
    machine; never for a model that is here."""

    choice: Choice
    stands: Callable[[], bool] = lambda: True
    before: Callable[[], None] = lambda: None


class Lending:
    """What one room is started with. `lent`: whether it has a language model. `descriptors`: to be inherited, by the
    names the room knows them by. `certificates`: the trusted ones (PEM), where it is asked over https."""

    def __init__(self, lent: Lent | None) -> None:
        self._connections: Connections | None = None
        self.descriptors: dict[str, int] = {}
        self.certificates = ""
        self.lent = lent is not None and lent.choice.agreed and lent.stands()
        if lent is None or not self.lent:
            return
        choice = lent.choice
        if choice.address:
            before = lent.before if choice.leaves else lambda: None
            self._connections = Connections(choice.place, not choice.leaves, lent.stands, before)
            self.descriptors["connections"] = self._connections.begin()
            self.certificates = trusted() if choice.encrypted else ""
        elif choice.file:
            try:
                self.descriptors["file"] = os.open(choice.file, os.O_RDONLY | os.O_CLOEXEC)
            except OSError:  # moved or deleted: the room is told that it has one, finds none, and the record says so
                pass

    def started(self) -> None:
        """The room has what it was given."""
        if self._connections:
            self._connections.started()
        self._close_file()

    def close(self) -> None:
        """The room is over. Idempotent."""
        if self._connections:
            self._connections.close()
        self._close_file()

    def _close_file(self) -> None:
        if (fd := self.descriptors.pop("file", None)) is not None:
            os.close(fd)


def trusted() -> str:
    """The certificates of the authorities that this system trusts (PEM); else those that come with httpx."""
    named = (ssl.get_default_verify_paths().cafile, *_BUNDLES)
    path = next((Path(p) for p in named if p and Path(p).is_file()), None)
    if path is None:
        import certifi

        path = Path(certifi.where())
    return "\n".join(_CERTIFICATE.findall(path.read_text("ascii", "replace")))
