"""Tries, from where the room is, everything that a room must not be able to do, and prints what came of it."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import json
import os
import resource
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from afterword.room import refused, sandbox

REACHED = "reached"
_DENIALS = (errno.EPERM, errno.EACCES, errno.ENOSYS)
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Target:
    """What the attempts aim at. `data`: a folder with files; `victim`: pid of another process of this user."""

    data: Path
    victim: int
    port: int
    keyring: str


def attempts(t: Target) -> dict[str, Callable[[], object]]:
    """Each raises OSError when it is denied."""
    there, new = t.data / "file", t.data / "new"
    return {
        "read the database": (t.data / "afterword.db").read_bytes,
        "list the data folder": lambda: list(t.data.iterdir()),
        "read the list of users": lambda: Path("/etc/passwd").read_bytes(),
        "write into /tmp": lambda: Path("/tmp/afterword-intruder").write_bytes(b"x"),
        "write into /dev/shm": lambda: Path("/dev/shm/afterword-intruder").write_bytes(b"x"),
        "write into the data folder": lambda: new.write_bytes(b"x"),
        "append to a file": lambda: there.open("ab").write(b"x"),
        "write into the working folder": lambda: Path("afterword-intruder").write_bytes(b"x"),
        "make a temporary file": _make_temporary_file,
        "make a file without a name": lambda: os.open(t.data, os.O_TMPFILE | os.O_RDWR),
        "make a file in memory": lambda: os.memfd_create("x"),
        "make a secret file in memory": lambda: _call(447, 0),
        "truncate": lambda: os.truncate(there, 0),
        "rename": lambda: os.rename(there, there),
        "make a folder": lambda: os.mkdir(t.data / "folder"),
        "remove a folder": lambda: os.rmdir(t.data / "empty"),
        "remove a file": lambda: os.unlink(t.data / "spare"),
        "link": lambda: os.link(there, t.data / "link"),
        "write a word as a link": lambda: os.symlink("crocodile", t.data / "symlink"),
        "make a pipe with a name": lambda: os.mkfifo(t.data / "fifo"),
        "write a word as an attribute": lambda: os.setxattr(there, "user.word", b"crocodile"),
        "write a word as a time": lambda: os.utime(there, (1, 2)),
        "write a bit as a mode": lambda: os.chmod(there, 0o640),
        "reach a server": lambda: socket.create_connection(("127.0.0.1", t.port), 5),
        "send a datagram": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9)),
        "reach a local socket": lambda: socket.socket(socket.AF_UNIX).connect(str(t.data / "socket")),
        "reach an abstract socket": lambda: socket.socket(socket.AF_UNIX).connect(f"\0afterword-{t.port}"),
        "make a pair of sockets": socket.socketpair,
        "talk to the kernel": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
        "run a program": lambda: os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {}),
        "become a program": lambda: _but(errno.ENOENT, lambda: os.execv("/nowhere", ["x"])),
        "fork": _fork,
        "trace a process": lambda: _trace(t.victim),
        "read the memory of a process": lambda: open(f"/proc/{t.victim}/mem", "rb"),
        "read the environment of a process": lambda: open(f"/proc/{t.victim}/environ", "rb").read(),
        "read the memory of a process at once": lambda: _call(_pick(310, 270), t.victim, 0, 0, 0, 0, 0),
        "write its own memory as a file": lambda: open("/proc/self/mem", "r+b"),
        "send a signal": lambda: os.kill(t.victim, 0),
        "take a handle of a process": lambda: os.pidfd_open(t.victim),
        "raise its limit of core dumps": _raise_limits,
        "become dumpable": lambda: _call(_pick(157, 167), 4, 1, 0, 0, 0),
        "outlive the worker": lambda: _call(_pick(157, 167), 1, 0, 0, 0, 0),
        "leave its namespace": lambda: _call(_pick(272, 97), 0),
        "enter another namespace": lambda: _call(_pick(308, 268), -1, 0),
        "mount": lambda: _call(_pick(165, 40), b"none", str(t.data).encode(), b"nothing", 0, 0),
        "change its root": lambda: _call(_pick(161, 51), 0),
        "read the boot key": lambda: _call(_pick(250, 219), 10, -4, b"user", t.keyring.encode(), 0),
        "use a ring of requests": lambda: _call(425, 1, 0),
        "share memory": lambda: _call(_pick(29, 194), 0, 64, 0o1600),
        "leave a message": lambda: _call(_pick(68, 186), 0, 0o600),
        "type into a terminal": lambda: _but(errno.ENOTTY, lambda: fcntl.ioctl(0, 0x5412, b"x")),
    }


def main(how: str, data: str, victim: str, port: str, keyring: str) -> None:
    """`how`: 'outside', or 'inside' with walls to leave out, as in 'inside:landlock:seccomp' or 'inside:abi=3'."""
    target = Target(Path(data), int(victim), int(port), keyring)
    inside, *missing = how.split(":")
    for wall in missing:
        _leave_out(wall)
    rights = sandbox.enter(600, 3 << 30).__dict__ if inside == "inside" else {}
    results = {name: _outcome(attempt) for name, attempt in attempts(target).items()}
    refused_calls = {name: _answer(n) for name, n in _numbers().items()} if inside == "inside" and not missing else {}
    print(json.dumps({"rights": rights, "attempts": results, "calls": refused_calls}), flush=True)
    os._exit(0)


def _leave_out(wall: str) -> None:
    if wall.startswith("abi="):
        sandbox.landlock_abi = lambda: int(wall[4:])
    elif wall == "landlock":
        sandbox._landlock = lambda libc, file, folder: False
    elif wall == "seccomp":
        sandbox._seccomp = lambda libc: False


def _outcome(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except OSError as error:
        return errno.errorcode[error.errno or 0] if error.errno in _DENIALS else REACHED
    except ValueError:  # of setrlimit
        return "EPERM"
    return REACHED


def _numbers() -> dict[str, int]:
    column = 0 if os.uname().machine == "x86_64" else 1
    return {name: numbers[column] for name, numbers in refused._REFUSED.items() if numbers[column] >= 0}


def _answer(number: int) -> str:
    try:
        _call(number, -1, -1, -1)
    except OSError as error:
        return errno.errorcode[error.errno or 0]
    return REACHED


def _call(number: int, *arguments: Any) -> int:
    result = int(_libc.syscall(number, *arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), "")
    return result


def _pick(x86_64: int, aarch64: int) -> int:
    return x86_64 if os.uname().machine == "x86_64" else aarch64


def _but(allowed: int, attempt: Callable[[], object]) -> None:
    try:
        attempt()
    except OSError as error:
        if error.errno != allowed:
            raise


def _make_temporary_file() -> None:
    try:
        with tempfile.TemporaryFile() as file:
            file.write(b"x")
    except FileNotFoundError:  # it tried every folder it knows
        raise PermissionError(errno.EACCES, "") from None


def _fork() -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def _trace(pid: int) -> None:
    attach, detach = 16, 17
    _call(_pick(101, 117), attach, pid, 0, 0)
    os.waitpid(pid, 0x40000000)
    _call(_pick(101, 117), detach, pid, 0, 0)


def _raise_limits() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (1, 1))


if __name__ == "__main__":
    main(*sys.argv[1:])
