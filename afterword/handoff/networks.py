"""Whether two devices are in one network: told from a prefix of their addresses, which is never stored in clear."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from hashlib import sha256

# Where every device is a network of its own, or looks as if it were: a prefix would say something false.
_OVERLAYS = tuple(map(ipaddress.ip_network, ("100.64.0.0/10", "fd7a:115c:a1e0::/48")))
_MARK_BYTES = 16


class Networks:
    """Marks networks under a key of this process; after a restart an older mark means nothing, and says nothing."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._name = sha256(self._key).digest()[:_MARK_BYTES]

    def mark(self, address: str) -> bytes | None:
        """32 bytes for the network of this address; None where nothing can be said of it: no address is known (behind
        a proxy), or it is this machine itself, or of an overlay network."""
        prefix = _prefix(address)
        family = prefix[:1]
        digest = hmac.digest(self._key, prefix, sha256)[: _MARK_BYTES - 1]
        return self._name + family + digest if prefix else None

    def same(self, mark: bytes | None, address: str) -> bool | None:
        """Whether the two are in one network; None where that cannot be known."""
        ours = self.mark(address)
        if mark is None or ours is None or mark[: _MARK_BYTES + 1] != ours[: _MARK_BYTES + 1]:
            return None
        return hmac.compare_digest(mark, ours)


def _prefix(address: str) -> bytes:
    """The family, then /24 or /64; empty for an address that says nothing."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return b""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if found.is_loopback or found.is_link_local or any(found in overlay for overlay in _OVERLAYS):
        return b""
    return bytes([found.version]) + found.packed[: 3 if found.version == 4 else 8]
