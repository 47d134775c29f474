"""Everything that web and worker log at DEBUG over a whole life, failures too: no word, no token, no id."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.safety import canary
from tests.safety.browser import Browser, new_browser
from tests.safety.disk import Disk
from tests.safety.stage import Stage, canaries, new_stage, quiet, recording, rooms, wait
from tests.store.fresh import PASSPHRASE

TITLE, NOTE = "crocodile.mp3", "a spaghetti note that nobody shall read"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with new_stage(Disk(tmp_path, None)) as made:
        yield made


def test_nothing_private_is_logged_over_a_whole_life(stage: Stage) -> None:
    sound = recording()
    with new_browser(stage) as browser, stage.process("afterword", "worker", AFTERWORD_CRASH_AT="") as worker:
        _knock(browser)
        browser.unlock()
        told = [browser.add(sound), browser.add(quiet(2)), browser.add(NOTE.encode())]
        _a_room_dies(stage, worker.pid, told[0])
        wait(lambda: not stage.living(), "the end of the work")
        _read_and_ask(browser, told)
        cookies = [cookie.value or "" for cookie in browser.http.cookies.jar]
    log = logged(stage)
    assert "attempt 2" in log
    assert {"room_died", "no_speech", "not_audio"} <= set(re.findall(r"\w+", log))
    assert canary.in_bytes(log.encode(), canaries(sound) + canary.words([NOTE, TITLE, "nusopa"])) == []
    assert leaks(log, [*ids(stage), *cookies, *(opened["token"] for opened in told), PASSPHRASE]) == []


def test_an_id_in_the_log_is_caught(stage: Stage) -> None:
    with stage.opening(), stage.sending(recording(), "ids_in_log") as sender:
        assert sender.wait(60) == 0
    assert leaks(logged(stage), ids(stage))


def leaks(log: str, private: list[str]) -> list[str]:
    """What stands in the log and must not: the start of any id or token, longer than six characters; addresses with
    questions in them; any other long run of letters and digits that looks like a key."""
    found = [value for value in private if len(value) > 6 and value[:7] in log]
    keys = [run for run in re.findall(r"[A-Za-z0-9_+/=-]{24,}", log) if re.search(r"\d", run)]
    return found + keys + re.findall(r"\b[0-9a-f]{7,}\b", log) + re.findall(r"/\S*\?\S+=", log)


def logged(stage: Stage) -> str:
    """Standard error of every process, which is where they log."""
    return (stage.disk.root / "log" / "processes").read_text()


def ids(stage: Stage) -> list[str]:
    """Of all captures, sessions and people."""
    rows = stage.captures().values()
    return [row[name].hex() for row in rows for name in ("id", "session", "person")]


def _knock(browser: Browser) -> None:
    """As strangers and mistaken people do."""
    assert browser.http.get("/sessions/0123456789abcdef0123456789abcdef?word=crocodile").status_code in (303, 401, 404)
    assert browser.http.get("/crocodile/spaghetti").status_code == 404
    assert browser.http.post("/unlock", data={"passphrase": "crocodile"}).status_code == 403
    assert browser.unlock("the wrong crocodile").status_code == 403
    for host in ("crocodile.example", ""):
        assert browser.http.get("/", headers={"host": host}).status_code == 421
    browser.http.request("PROPFIND", "/", content=b"crocodile")


def _a_room_dies(stage: Stage, worker: int, opened: dict[str, str]) -> None:
    wait(lambda: bool(rooms(worker)), "a room")
    for room in rooms(worker):
        os.kill(room, signal.SIGSEGV)


def _read_and_ask(browser: Browser, told: list[dict[str, str]]) -> None:
    """Read the pages of every session, and send what no page sends."""
    ours = {"sec-fetch-site": "same-origin", "x-afterword": "1"}
    for opened in told:
        for page in ("", "/progress", "/receipt", "/delete"):
            assert browser.http.get(f"/sessions/{opened['session']}{page}").status_code < 500
        lines = f"/sessions/{opened['session']}/lines"
        for body in ({"section": "crocodile"}, {"section": "overview", "place": "crocodile", "text": NOTE}):
            assert browser.http.post(lines, data=body, headers=ours).status_code < 500
        assert browser.http.post("/captures", content=b'{"day": "crocodile"', headers=ours).status_code < 500
        assert browser.put(opened, 0, b"crocodile").status_code in (409, 410)
        assert browser.put(opened, 0, b"crocodile", token="crocodile").status_code == 404
    assert "crocodile" in browser.http.get(f"/sessions/{told[0]['session']}").text.lower()
