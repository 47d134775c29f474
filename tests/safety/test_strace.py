"""Every system call of one whole job: the room opens nothing for writing, the worker writes below its folder alone."""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.safety.disk import Disk
from tests.safety.stage import Stage, assert_over, new_stage, recording

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(os.geteuid() != 0, reason="tracing processes that forbid it needs root"),
    pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed: apt install strace"),
]
CALLS = (
    "open,openat,openat2,creat,socket,socketpair,connect,bind,unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,"
    "link,linkat,symlink,symlinkat,truncate,ftruncate,memfd_create,execve,execveat,clone,clone3,fork,vfork,prctl,seccomp"
)
_LINE = re.compile(r"(\d+) +(\w+)\((.*)\) += (-?\d+|\?)")
_WRITES = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_TMPFILE|O_APPEND")
_CHANGES = re.compile(r"(unlink|rename|mkdir|link|symlink|truncate|creat|open)")


@dataclass(frozen=True)
class Call:
    """One system call. `result`: negative when it was refused."""

    pid: int
    name: str
    arguments: str
    result: int

    @property
    def writes(self) -> bool:
        """It would change a file, or make one."""
        if self.name.startswith("open"):
            return bool(_WRITES.search(self.arguments))
        return bool(_CHANGES.match(self.name)) or self.name == "memfd_create"

    @property
    def paths(self) -> list[str]:
        """Every path it names."""
        return re.findall(r'"([^"]*)"', self.arguments)


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, list[Call]]]:
    root = tmp_path_factory.mktemp("traced")
    # A quoted path must not be cut short.
    before = ("strace", "-f", "-qq", "-s", "400", "-e", f"trace={CALLS}", "-o", str(root / "trace"))
    with new_stage(Disk(root, None)) as stage:
        with stage.process("afterword", "worker", before=before) as worker:
            opened = stage.add(recording())
            stage.until(opened.capture, "destroyed")
            # The worker is told to stop as `serve` does it; strace would not pass it on.
            [child] = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
            os.kill(int(child), signal.SIGTERM)
            assert worker.wait(20) == 0
        assert_over(stage, opened.capture)
        lines = _joined((root / "trace").read_text().splitlines())
        yield stage, [_call(match) for line in lines if (match := _LINE.match(line))]


def test_once_it_has_entered_the_room_opens_nothing_for_writing_and_makes_no_socket(
    traced: tuple[Stage, list[Call]],
) -> None:
    _, calls = traced
    [room] = {call.pid for call in calls if call.name == "execve" and "afterword.room" in call.arguments}
    threads = _with_threads(room, calls)
    entered = next(i for i, call in enumerate(calls) if call.pid == room and "PR_SET_SECCOMP" in call.arguments)
    inside = [call for call in calls[entered + 1 :] if call.pid in threads]
    assert len(inside) > 100  # it read its libraries and its model in there
    assert [call for call in inside if call.writes] == []
    # A library asks for one while it is loaded, to see whether there is a network. It gets none.
    assert [call for call in inside if call.name in ("socket", "socketpair") and call.result >= 0] == []
    assert [call for call in inside if call.name in ("connect", "bind")] == []
    assert [call for call in inside if "exec" in call.name or call.name in ("fork", "vfork")] == []
    # Before that it opens files for reading only, and no socket either.
    outside = [call for call in calls[:entered] if call.pid in threads and call.result >= 0]
    assert [call for call in outside if call.writes] == []
    assert [call for call in outside if call.name in ("socket", "socketpair", "connect", "bind")] == []


def test_the_worker_writes_below_its_own_folder_only(traced: tuple[Stage, list[Call]]) -> None:
    stage, calls = traced
    [room] = {call.pid for call in calls if call.name == "execve" and "afterword.room" in call.arguments}
    others = [call for call in calls if call.pid not in _with_threads(room, calls) and call.result >= 0]
    writing = [call for call in others if call.writes and call.name != "ftruncate"]
    assert writing
    elsewhere = {path for call in writing for path in call.paths if not path.startswith(f"{stage.settings.data}/")}
    # shutil.rmtree names what it removes from an open folder.
    assert {path for path in elsewhere if not re.fullmatch(r"[0-9]{6}|checkpoint-[0-9]{8}|/dev/null", path)} == set()
    assert [call for call in others if call.name in ("connect", "bind")] == []


def _joined(lines: list[str]) -> Iterator[str]:
    """A call that another thread interrupted stands on two lines."""
    begun: dict[str, str] = {}
    for line in lines:
        pid, _, rest = line.partition(" ")
        if line.endswith("<unfinished ...>"):
            begun[pid] = line.removesuffix("<unfinished ...>").rstrip()
        elif "resumed>" in rest and pid in begun:
            yield begun.pop(pid) + rest.split("resumed>", 1)[1].replace(" <unfinished ...>)", ")")
        else:
            yield line


def _call(match: re.Match[str]) -> Call:
    return Call(int(match[1]), match[2], match[3], -1 if match[4] == "?" else int(match[4]))


def _with_threads(pid: int, calls: list[Call]) -> set[int]:
    """The process, and all that it cloned."""
    found = {pid}
    for call in calls:
        if call.pid in found and call.name.startswith("clone") and call.result > 0:
            found.add(call.result)
    return found
