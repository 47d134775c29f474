"""The room's walls: no network, no writable file, no new program, no core dump. Entered before a byte is read.

Landlock (kernel 5.13+) bounds the files, an empty network namespace and seccomp the rest. All by ctypes, because the
room must not depend on what may itself open files. Numbers: linux/landlock.h, linux/seccomp.h, asm/unistd.h.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from afterword.room.refused import syscall_filter

_LANDLOCK = (444, 445, 446)
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 4, 38, 22
_NEWUSER, _NEWNET = 0x10000000, 0x40000000
_CAPABILITY_VERSION_3 = 0x20080522
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
# Every file right of each Landlock ABI: what is handled and not granted is denied. An older kernel knows fewer.
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_NET_RIGHTS = 0b11
_SCOPES = 0b11


@dataclass(frozen=True)
class Rights:
    """Which walls stand on this machine. `powerless`: not even root's process may do what only root may."""

    undumpable: bool
    network: bool
    landlock: bool
    seccomp: bool
    powerless: bool


def enter(cpu_seconds: int, memory_bytes: int, file: int | None = None, folder: Path | None = None) -> Rights:
    """Give up every right that listening and understanding do not need, for this process and all its threads.

    Call it with one thread. `cpu_seconds`, `memory_bytes` (address space): what the job may use at most. `file`: the
    descriptor of one more file that may be read; `folder`: one more folder.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, memory_bytes),
    ):
        resource.setrlimit(limit, (value, value))
    network = libc.unshare(_NEWNET) == 0 or libc.unshare(_NEWUSER | _NEWNET) == 0
    powerless = _drop_capabilities(libc)
    undumpable = libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return Rights(undumpable, network, False, False, powerless)
    return Rights(undumpable, network, _landlock(libc, file, folder), _seccomp(libc), powerless)


def landlock_abi() -> int:
    """The version of Landlock that this kernel speaks; below 1 it has none."""
    return int(ctypes.CDLL(None, use_errno=True).syscall(_LANDLOCK[0], None, 0, 1))


def readable() -> list[Path]:
    """What the room may read: Python, its packages, system libraries, and what onnxruntime asks of the processor."""
    paths = sysconfig.get_paths()
    places = [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    places += [os.path.join(sys.base_prefix, "lib"), str(Path(__file__).parents[1])]
    places += ["/lib", "/lib64", "/usr/lib", "/usr/share/zoneinfo", "/etc/ld.so.cache", "/etc/localtime"]
    places += ["/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu", "/dev/null", "/dev/urandom"]
    return [Path(p) for p in places if Path(p).exists()]


def _drop_capabilities(libc: ctypes.CDLL) -> bool:
    # A new user namespace grants all of them inside itself; root has them everywhere.
    header, nothing = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0), bytes(24)
    return bool(libc.capset(header, nothing) == 0)


def _landlock(libc: ctypes.CDLL, file: int | None, folder: Path | None) -> bool:
    create, add, restrict = _LANDLOCK
    abi = landlock_abi()
    if abi < 1:
        return False
    files = _FILE_RIGHTS[min(abi, 5)]
    attributes = struct.pack("QQQ", files, _NET_RIGHTS if abi >= 4 else 0, _SCOPES if abi >= 6 else 0)
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    ruleset = libc.syscall(create, attributes, size, 0)
    if ruleset < 0:
        return False
    for path in [*readable(), *([folder] if folder and folder.exists() else [])]:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rights = _READ_FILE | (_READ_DIR if path.is_dir() else 0)
        libc.syscall(add, ruleset, 1, struct.pack("=Qi", rights, fd), 0)
        os.close(fd)
    if file is not None:
        libc.syscall(add, ruleset, 1, struct.pack("=Qi", _READ_FILE, file), 0)
    entered = libc.syscall(restrict, ruleset, 0) == 0
    os.close(ruleset)
    return bool(entered)


def _seccomp(libc: ctypes.CDLL) -> bool:
    program = syscall_filter(platform.machine(), os.getpid())
    if not program:
        return False
    code = ctypes.create_string_buffer(program, len(program))
    bpf = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(code))
    return bool(libc.prctl(_PR_SET_SECCOMP, 2, bpf, 0, 0) == 0)
