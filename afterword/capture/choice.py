"""Which language model a person chose, as it travels with a capture: where it is, and what they agreed to. Pure values.

It may hold the password of a server. It opens nothing; who may use it is decided in `capture/chosen.py`.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

_HOST = re.compile(r"[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9])?")
_PORTS = {"http": 80, "https": 443}


class NotAnAddress(ValueError):
    """`says`: what is wrong with it, and how to write it."""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


@dataclass(frozen=True)
class Choice:
    """A GGUF `file` (absolute path), or an `address` (http or https) with the `model`'s name and a `key` where the
    server wants them.

    `id`: 16 bytes, of the row that says that it still stands. `agreed_on`: ISO date on which the person agreed that
    text leaves this machine for that address.
    """

    id: bytes
    file: str | None = None
    address: str | None = None
    model: str | None = None
    key: str | None = field(default=None, repr=False)
    agreed_on: str | None = None

    @property
    def place(self) -> tuple[str, int]:
        """Host and port of the address."""
        parts = urlsplit(self.address or "")
        return parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)

    @property
    def encrypted(self) -> bool:
        """True when it is asked over https."""
        return (self.address or "").startswith("https:")

    @property
    def leaves(self) -> bool:
        """True when asking it sends text to another machine."""
        return self.address is not None and not _is_here(self.place[0])

    @property
    def agreed(self) -> bool:
        """True when it may be asked: nothing leaves this machine, or the person agreed that it does."""
        return not self.leaves or bool(self.agreed_on)

    def to_json(self) -> dict[str, Any]:
        """Values that JSON knows."""
        return asdict(self) | {"id": self.id.hex()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Choice:
        """Undo `to_json`."""
        return cls(**(dict(values) | {"id": bytes.fromhex(values["id"])}))


def read_address(typed: str) -> str:
    """An address as it is kept. Raises NotAnAddress."""
    address = typed.strip()
    if not address.isprintable() or " " in address:  # `urlsplit` would leave some of it out
        raise _unclear()
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _unclear() from None
    if parts.scheme not in _PORTS or not _is_host(host) or port == 0:
        raise _unclear()
    if parts.username or parts.password or parts.query or parts.fragment:
        raise NotAnAddress("Please leave passwords and questions out of the address. A key has a field of its own.")
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{f':{port}' if port else ''}{parts.path.rstrip('/')}"


def _is_host(host: str) -> bool:
    return bool(_HOST.fullmatch(host)) or _address(host) is not None


def _is_here(host: str) -> bool:
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _unclear() -> NotAnAddress:
    return NotAnAddress("This is no address of a server. Write it like this: http://127.0.0.1:8080")
