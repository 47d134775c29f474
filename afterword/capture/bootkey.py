"""The boot key: lets a killed worker go on with nobody present, and is gone after a reboot. Never on a disk.

Kept in the kernel's keyring; where that is refused, in a file on a tmpfs; else in this process alone.
"""

from __future__ import annotations

import ctypes
import os
import platform
from hashlib import sha256
from pathlib import Path

from afterword.capture.files import replace
from afterword.seal.keys import BootIdentity, BootRecipient

_PUBLIC = "boot.pub"
_USER_KEYRING = -4
_SETPERM, _SEARCH, _READ, _UNLINK = 5, 10, 11, 9
_OWNER_ALL = 0x3F3F0000
_CALLS = {"x86_64": (248, 250), "aarch64": (217, 219)}


def hold(data: Path) -> BootIdentity:
    """The boot key of this installation, made if the machine was restarted. Its public half is written to `data`."""
    name = _name(data)
    identity = _from_keyring(name) or _from_tmpfs(name) or _make(name)
    if not (data / _PUBLIC).exists() or (data / _PUBLIC).read_bytes() != identity.recipient.raw:
        replace(data / _PUBLIC, identity.recipient.raw)
    return identity


def hold_here(data: Path) -> BootIdentity:
    """A boot key that ends with this process: for a notebook that is not meant to outlive it."""
    identity = BootIdentity.make()
    replace(data / _PUBLIC, identity.recipient.raw)
    return identity


def in_memory(folder: Path) -> bool:
    """True for a folder that this user may write to and that lies on a tmpfs."""
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        return False
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    inside = [m for m in mounts if str(folder) == m[1] or str(folder).startswith(m[1].rstrip("/") + "/")]
    # Of two at the same place the later one covers the other.
    deepest = max(reversed(inside), key=lambda m: len(m[1]), default=None)
    return deepest is not None and deepest[2] == "tmpfs"


def forget(data: Path) -> None:
    """Lose the boot key, as a reboot does."""
    name = _name(data)
    _drop_from_keyring(name)
    path = _tmpfs_file(name)
    if path is not None:
        path.unlink(missing_ok=True)


def recipient(data: Path) -> BootRecipient | None:
    """The public half, for the web process; None before a worker has ever run."""
    path = data / _PUBLIC
    return BootRecipient(path.read_bytes()) if path.exists() else None


def held_in() -> str:
    """'keyring', 'tmpfs' or 'memory': where this machine can hold a boot key."""
    trial = f"afterword-trial:{os.urandom(8).hex()}"
    if _to_keyring(trial, bytes(32)):
        _drop_from_keyring(trial)
        return "keyring"
    return "tmpfs" if _tmpfs_file(trial) else "memory"


def _name(data: Path) -> str:
    return f"afterword:{sha256(str(data).encode()).hexdigest()[:32]}"


def _drop_from_keyring(name: str) -> None:
    key = _keyctl(_SEARCH, _USER_KEYRING, b"user", name.encode(), 0)
    if key > 0:
        _keyctl(_UNLINK, key, _USER_KEYRING, 0, 0)


def _make(name: str) -> BootIdentity:
    identity = BootIdentity.make()
    if not _to_keyring(name, identity.raw):
        path = _tmpfs_file(name)
        if path is not None:
            replace(path, identity.raw)
    return identity


def _from_keyring(name: str) -> BootIdentity | None:
    key = _keyctl(_SEARCH, _USER_KEYRING, b"user", name.encode(), 0)
    if key <= 0:
        return None
    buffer = ctypes.create_string_buffer(32)
    return BootIdentity(buffer.raw) if _keyctl(_READ, key, buffer, 32, 0) == 32 else None


def _to_keyring(name: str, raw: bytes) -> bool:
    add_key, _ = _CALLS.get(platform.machine(), (0, 0))
    if not add_key:
        return False
    key = _libc().syscall(add_key, b"user", name.encode(), raw, len(raw), _USER_KEYRING)
    if key <= 0:
        return False
    _keyctl(_SETPERM, key, _OWNER_ALL, 0, 0)
    return _from_keyring(name) is not None


def _from_tmpfs(name: str) -> BootIdentity | None:
    path = _tmpfs_file(name)
    return BootIdentity(path.read_bytes()) if path is not None and path.exists() else None


def _tmpfs_file(name: str) -> Path | None:
    folder = Path(os.environ.get("XDG_RUNTIME_DIR") or "/dev/shm")  # noqa: S108
    return folder / name.replace(":", "-") if in_memory(folder) else None


def _keyctl(operation: int, *arguments: object) -> int:
    _, keyctl = _CALLS.get(platform.machine(), (0, 0))
    return int(_libc().syscall(keyctl, operation, *arguments)) if keyctl else -1


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
