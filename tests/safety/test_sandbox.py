"""The room's walls, tried from inside: all that is denied there can be done outside, by the same code and user."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from afterword.capture import bootkey
from afterword.room import refused, sandbox
from tests.safety.intruder import REACHED

# A container may be refused some of this from the start.
UNSURE_OUTSIDE = {
    "trace a process",
    "raise its limit of core dumps",
    "write a word as an attribute",
    "read the boot key",
}
FILES = (
    "write into /tmp", "write into /dev/shm", "write into the data folder", "append to a file",
    "write into the working folder", "make a temporary file", "make a file without a name",
)  # fmt: skip


@dataclass(frozen=True)
class Yard:
    """What an intruder may aim at."""

    folder: Path
    victim: int
    port: int

    def intrude(self, how: str) -> dict[str, Any]:
        """Run the attempts in a process of their own."""
        (self.folder / "cwd").mkdir(exist_ok=True)
        command = [sys.executable, "-B", "-m", "tests.safety.intruder", how, str(self.folder), str(self.victim)]
        keyring = bootkey._name(self.folder)
        done = subprocess.run(
            [*command, str(self.port), keyring], stdout=subprocess.PIPE, stdin=subprocess.PIPE, check=True,
            cwd=self.folder / "cwd", env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        )  # fmt: skip
        return dict(json.loads(done.stdout))


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    for name in ("afterword.db", "file", "spare"):
        (tmp_path / name).write_bytes(b"x" * 100)
    (tmp_path / "empty").mkdir()
    bootkey.hold(tmp_path)
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = server.getsockname()[1]
        for address in (str(tmp_path / "socket"), f"\0afterword-{port}"):
            local = stack.enter_context(socket.socket(socket.AF_UNIX))
            local.bind(address)
            local.listen()
        victim = stack.enter_context(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))
        yield Yard(tmp_path, victim.pid, port)
        victim.kill()
    bootkey.forget(tmp_path)
    for left in ("/tmp/afterword-intruder", "/dev/shm/afterword-intruder"):
        Path(left).unlink(missing_ok=True)


def test_outside_the_room_every_attempt_reaches_its_aim(yard: Yard) -> None:
    results = yard.intrude("outside")["attempts"]
    assert {name for name, outcome in results.items() if outcome != REACHED} <= UNSURE_OUTSIDE


def test_inside_the_room_every_attempt_is_denied(yard: Yard) -> None:
    told = yard.intrude("inside")
    assert [name for name, outcome in told["attempts"].items() if outcome == REACHED] == []
    assert told["rights"] == dict.fromkeys(sandbox.Rights.__annotations__, True)
    assert (yard.folder / "file").read_bytes() == b"x" * 100
    assert not (yard.folder / "new").exists()


def test_every_call_on_the_list_is_refused(yard: Yard) -> None:
    calls = yard.intrude("inside")["calls"]
    assert len(calls) > 60
    assert {name: answer for name, answer in calls.items() if answer != "EPERM"} == {}


@pytest.mark.parametrize("abi", range(1, sandbox.landlock_abi()))
def test_an_older_kernel_denies_as_much(yard: Yard, abi: int) -> None:
    told = yard.intrude(f"inside:abi={abi}")
    assert told["rights"]["landlock"]
    assert [name for name, outcome in told["attempts"].items() if outcome == REACHED] == []


def test_without_landlock_files_can_be_read_but_nothing_written_or_sent(yard: Yard) -> None:
    told = yard.intrude("inside:landlock")
    assert not told["rights"]["landlock"]
    reading = {
        "read the database",
        "list the data folder",
        "read the list of users",
        "read the environment of a process",
    }
    assert {name for name, outcome in told["attempts"].items() if outcome == REACHED} <= reading


def test_without_the_call_filter_no_file_is_written_and_no_server_reached(yard: Yard) -> None:
    told = yard.intrude("inside:seccomp")
    assert not told["rights"]["seccomp"]
    results = told["attempts"]
    held = (*FILES, "read the database", "remove a file", "rename", "make a folder", "trace a process", "mount",
            "read the memory of a process", "raise its limit of core dumps")  # fmt: skip
    assert [name for name in held if results[name] == REACHED] == []
    # An empty network namespace lets a socket be made, and reach nobody.
    assert not _connects("sandbox._seccomp = lambda libc: False; sandbox.enter(600, 3 << 30)", yard.port)
    assert _connects("", yard.port)


def _connects(walls: str, port: int) -> bool:
    code = f"""
import socket, sys
from afterword.room import sandbox
{walls}
here = socket.socket().connect_ex(("127.0.0.1", {port}))
local = socket.socket(socket.AF_UNIX).connect_ex("\\0afterword-{port}")
sys.exit(10 * (here == 0) + (local == 0))
"""
    reached = subprocess.run([sys.executable, "-c", code], check=False).returncode
    assert reached in (0, 11)
    return reached == 11


@pytest.mark.parametrize("inside", [True, False], ids=["inside", "outside"])
def test_a_room_that_breaks_leaves_no_core(tmp_path: Path, inside: bool) -> None:
    if not inside and Path("/proc/sys/kernel/core_pattern").read_text().strip() != "core":
        pytest.skip("this machine writes core dumps elsewhere, so the control cannot see them")
    enter = "from afterword.room import sandbox; sandbox.enter(600, 3 << 30);" if inside else ""
    script = 'ulimit -c unlimited; exec "$0" "$@"'
    code = f"{enter}import ctypes; w = 'crocodile'; ctypes.string_at(1)"
    done = subprocess.run(["sh", "-c", script, sys.executable, "-B", "-c", code], cwd=tmp_path, check=False)
    assert done.returncode == -signal.SIGSEGV
    assert bool(list(tmp_path.iterdir())) is not inside


def test_a_room_whose_worker_is_gone_already_does_not_start() -> None:
    command = [sys.executable, "-m", "afterword.room", str(2**22 - 1)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as room:
        assert room.wait(20) == -signal.SIGKILL


def test_a_room_dies_with_its_worker() -> None:
    code = (
        "import subprocess, sys, os, time;"
        "room = subprocess.Popen([sys.executable, '-m', 'afterword.room', str(os.getpid())], stdin=subprocess.PIPE,"
        " pass_fds=(int(sys.argv[1]),));"
        "print(room.pid, flush=True); time.sleep(60)"
    )
    # The room holds the writing end: when this pipe ends, the room has.
    ended, held = os.pipe()
    with subprocess.Popen([sys.executable, "-c", code, str(held)], stdout=subprocess.PIPE, pass_fds=(held,)) as worker:
        assert worker.stdout
        room = int(worker.stdout.readline())
        os.close(held)
        _wait_until_entered(room)
        # Somebody else holds its pipe open, so that only the death of its parent can tell the room.
        pipe = os.open(f"/proc/{room}/fd/0", os.O_WRONLY)
        worker.kill()
        assert os.read(ended, 1) == b""
    os.close(pipe)
    os.close(ended)


def _wait_until_entered(pid: int) -> None:
    while "Seccomp:\t2" not in Path(f"/proc/{pid}/status").read_text():
        pass


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="changing the user needs root and setpriv")
def test_walls_stand_for_an_ordinary_user_too() -> None:
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    if subprocess.run([*user, sys.executable, "-c", ""], check=False, stderr=subprocess.DEVNULL).returncode:
        pytest.skip("another user cannot run this Python, which lies in a private folder")
    done = subprocess.run([*user, sys.executable, "-m", "afterword.room.probe"], stdout=subprocess.PIPE, check=True)
    told = json.loads(done.stdout)
    assert told.pop("landlock_abi") == sandbox.landlock_abi()
    assert told == dict.fromkeys(sandbox.Rights.__annotations__, True)


def test_the_room_may_read_no_folder_in_which_people_keep_things() -> None:
    places = [str(path) for path in sandbox.readable()]
    assert not {"/", "/proc", "/proc/self", "/sys", "/dev", "/etc", "/usr", "/tmp", sys.prefix, str(Path.home())} & set(
        places
    )
    assert not any(Path.home() == path or path in Path.home().parents for path in sandbox.readable())


OPEN, OPENAT, CLONE, KILL, PRCTL, IOCTL = (2, -1), (257, 56), (56, 220), (62, 129), (157, 167), (16, 29)
ALLOW, EPERM, ENOSYS, DIE = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000


@pytest.mark.parametrize(("column", "machine", "arch"), [(0, "x86_64", 0xC000003E), (1, "aarch64", 0xC00000B7)])
def test_the_call_filter_decides_alike_on_both_kinds_of_processor(column: int, machine: str, arch: int) -> None:
    program = refused.syscall_filter(machine, 1234)

    def decide(numbers: tuple[int, int], *arguments: int) -> int:
        return _run(program, numbers[column], arch, arguments)

    assert decide(OPENAT, 0, 0, os.O_RDONLY | os.O_CLOEXEC) == ALLOW
    for flag in (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC, 0o20000000):
        assert decide(OPENAT, 0, 0, flag) == EPERM
    assert decide(CLONE, 0x3D0F00) == ALLOW
    assert decide(CLONE, 17) == EPERM
    assert (decide(KILL, 1234), decide(KILL, 1), decide(KILL, 2**64 - 1)) == (ALLOW, EPERM, EPERM)
    assert (decide(PRCTL, 15), decide(PRCTL, 4), decide(PRCTL, 1)) == (ALLOW, EPERM, EPERM)
    assert (decide(IOCTL, 1, 0x5413), decide(IOCTL, 1, 0x5412)) == (ALLOW, EPERM)
    assert (decide((435, 435)), decide((467, 467)), decide((0x40000001, 500))) == (ENOSYS, ENOSYS, ENOSYS)
    assert _run(program, 1, 0x40000003, ()) == DIE
    for numbers in refused._REFUSED.values():
        assert numbers[column] < 0 or decide(numbers) == EPERM
    # Reading, writing to a pipe, memory, threads.
    for numbers in ((0, 63), (1, 64), (9, 222), (10, 226), (202, 98), (218, 96)):
        assert decide(numbers) == ALLOW


def _run(program: bytes, number: int, arch: int, arguments: tuple[int, ...]) -> int:
    """A few lines of the kernel: the filter's language."""
    data = struct.pack("=IIQ6Q", number & 0xFFFFFFFF, arch, 0, *arguments, *[0] * (6 - len(arguments)))
    steps = list(struct.iter_unpack("HBBI", program))
    at, held = 0, 0
    while True:
        code, yes, no, value = steps[at]
        at += 1
        if code == 0x06:
            return int(value)
        if code == 0x20:
            held = int.from_bytes(data[value : value + 4], "little")
        else:
            true = {0x15: held == value, 0x35: held >= value, 0x45: bool(held & value)}[code]
            at += yes if true else no
