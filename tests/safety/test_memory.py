"""Words and sound are in the memory of the room alone: never in the web process, never in the worker, and no core."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.safety import canary
from tests.safety.browser import Browser, new_browser
from tests.safety.disk import Disk
from tests.safety.stage import Stage, canaries, cores, new_stage, recording, rooms, wait

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(os.geteuid() != 0, reason="reading the memory of a process that forbids it needs root"),
]
# Root without root's powers: the same user as the processes, and no more.
POWERLESS = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
needs_setpriv = pytest.mark.skipif(
    not shutil.which("setpriv"), reason="setpriv is not installed: apt install util-linux"
)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with new_stage(Disk(tmp_path, None)) as made:
        yield made


def test_web_and_worker_never_hold_a_word_or_a_sound(stage: Stage) -> None:
    sound = recording()
    needles = canaries(sound, memory=True)
    with new_browser(stage) as browser, stage.process("afterword", "worker") as worker:
        with scanning([browser.web.pid, worker.pid], quickly(needles)) as seen:
            browser.unlock()
            capture = bytes.fromhex(browser.add(sound)["capture"])
            # However busy the machine is, both are looked at while the room certainly holds the sound.
            wait(lambda: bool(rooms(worker.pid)) and stage.row(capture)["stage"] == "listening", "a room that listens")
            [room] = rooms(worker.pid)
            os.kill(room, signal.SIGSTOP)
            done = dict(seen.scans)
            wait(
                lambda: all(seen.scans.get(pid, 0) > done.get(pid, 0) + 1 for pid in (browser.web.pid, worker.pid)),
                "scans",
            )
            os.kill(room, signal.SIGCONT)
            stage.until(capture, "destroyed")
        assert seen.hits == []
        # The room is gone, and what it knew with it.
        assert rooms(worker.pid) == []
        assert canary.in_memory(browser.web.pid, needles) + canary.in_memory(worker.pid, needles) == []
    assert stage.record(stage.row(capture)["session"]) is not None


def test_the_room_does_hold_them_and_a_scan_sees_it(stage: Stage) -> None:
    sound = recording()
    with stage.process("afterword", "worker") as worker:
        capture = stage.add(sound).capture
        wait(lambda: bool(rooms(worker.pid)) and stage.row(capture)["stage"] == "listening", "a room that listens")
        [room] = rooms(worker.pid)
        os.kill(room, signal.SIGSTOP)
        hits = canary.in_memory(room, quickly(canaries(sound)))
        os.kill(room, signal.SIGCONT)
        assert "sound" in {hit.canary.split("@")[0] for hit in hits}
        stage.until(capture, "destroyed")


def test_a_sender_that_forgets_to_seal_is_caught(stage: Stage) -> None:
    sound = recording()
    with new_browser(stage) as browser, stage.opening():
        browser.unlock()
        opened = browser.begin(sound)
        with half_sent(browser, opened["capture"], opened["token"], sound[:900_000]):
            wait(
                lambda: bool(canary.in_memory(browser.web.pid, quickly(canaries(sound)))),
                "the sound in the web process",
                10,
            )


def test_no_process_leaves_a_core(stage: Stage) -> None:
    with new_browser(stage) as browser, stage.process("afterword", "worker") as worker:
        stage.add(recording())
        wait(lambda: bool(rooms(worker.pid)), "a room")
        [room] = rooms(worker.pid)
        wait(lambda: _entered(room), "the walls of the room")
        for pid in (room, worker.pid, browser.web.pid):
            os.kill(pid, signal.SIGSEGV)
        assert [p.wait(10) for p in (worker, browser.web)] == [-signal.SIGSEGV] * 2
        wait(lambda: not rooms(worker.pid), "the end of the room", 5)
    assert cores(stage) == []


@needs_setpriv
def test_another_program_of_the_same_user_cannot_look_into_any_of_the_three(stage: Stage) -> None:
    with new_browser(stage, *POWERLESS) as browser, stage.process("afterword", "worker", before=POWERLESS) as worker:
        stage.add(recording())
        wait(lambda: bool(rooms(worker.pid)), "a room")
        [room] = rooms(worker.pid)
        wait(lambda: _entered(room), "the walls of the room")
        os.kill(room, signal.SIGSTOP)
        assert {pid for pid in (browser.web.pid, worker.pid, room) if can_look_into(pid)} == set()
        os.kill(room, signal.SIGCONT)


@needs_setpriv
def test_it_can_look_into_a_process_that_did_not_forbid_it() -> None:
    if _yama() > 0:
        pytest.skip("this machine forbids it to everybody, so there is no control")
    with subprocess.Popen([*POWERLESS, sys.executable, "-c", "print(flush=True); input()"],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:  # fmt: skip
        assert child.stdout
        child.stdout.readline()
        assert can_look_into(child.pid)
        child.kill()


def can_look_into(pid: int) -> bool:
    """True when another process of the same user may read its memory."""
    code = f"open('/proc/{pid}/mem', 'rb')"
    done = subprocess.run([*POWERLESS, sys.executable, "-c", code], stderr=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def quickly(needles: tuple[canary.Needle, ...]) -> tuple[canary.Needle, ...]:
    """As they would be while a program works with them, so that many scans fit into a second."""
    return tuple(needle for needle in needles if needle.encoding in ("utf-8", "utf-16", "raw", "float32"))


class Seen:
    """What many scans of some processes found."""

    def __init__(self) -> None:
        self.hits: list[canary.Hit] = []
        self.scans: dict[int, int] = {}


@contextmanager
def scanning(pids: list[int], needles: tuple[canary.Needle, ...]) -> Iterator[Seen]:
    """Scan them over and over."""
    seen, stop = Seen(), threading.Event()

    def scan() -> None:
        while not stop.wait(0.05):
            for pid in pids:
                seen.hits += canary.in_memory(pid, needles)
                seen.scans[pid] = seen.scans.get(pid, 0) + 1

    thread = threading.Thread(target=scan)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


@contextmanager
def half_sent(browser: Browser, capture: str, token: str, body: bytes) -> Iterator[None]:
    """A request that the web process has to hold, because its last byte does not come."""
    with socket.create_connection((browser.http.base_url.host, browser.http.base_url.port or 80)) as sock:
        head = (
            f"PUT /captures/{capture}/chunks/0 HTTP/1.1\r\nhost: localhost\r\nauthorization: Capture {token}\r\n"
            f"content-type: application/octet-stream\r\ncontent-length: {len(body) + 1}\r\n\r\n"
        )
        sock.sendall(head.encode() + body)
        yield


def _entered(pid: int) -> bool:
    return "Seccomp:\t2" in Path(f"/proc/{pid}/status").read_text()


def _yama() -> int:
    path = Path("/proc/sys/kernel/yama/ptrace_scope")
    return int(path.read_text()) if path.exists() else 0
