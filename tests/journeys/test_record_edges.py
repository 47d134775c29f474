"""A recording at its edges: a microphone that opens late, files that cannot be read, a worker that is held up, chunks
that are nowhere, a computer that knows nothing of it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from afterword.web.app import STATIC
from tests.journeys.recording import (
    NOT_KEPT,
    PLAIN,
    Room,
    check_and_start,
    in_profile,
    joined,
    kept,
    kill,
    sitting,
    stop,
)
from tests.people import Home, Person
from tests.speech import dialogue, write_wav

pytestmark = pytest.mark.browser
FOLDER = (STATIC / "record" / "folder.js").read_text()
# A browser that takes its time to open a microphone, and every microphone that it ever opened.
LATE = """
window.late = 0;
window.tracks = [];
const open = MediaDevices.prototype.getUserMedia;
MediaDevices.prototype.getUserMedia = async function (...given) {
  const stream = await open.apply(this, given);
  await new Promise((resolve) => setTimeout(resolve, window.late));
  window.tracks.push(...stream.getTracks());
  return stream;
};
"""
# The first reads of this device fail, as when another program holds the files.
HELD = """
const read = FileSystemFileHandle.prototype.getFile;
let reads = 0;
FileSystemFileHandle.prototype.getFile = function () {
  reads += 1;
  return reads <= 3 ? Promise.reject(new DOMException("", "NotReadableError")) : read.call(this);
};
"""
REMOVE = """async (name) => {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("afterword-outbox");
  await folder.removeEntry(name);
}"""


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "speech.wav"
    lines = [("slt", "I said yes at work again."), ("slt", "Next week I will say that I need to check first.")]
    write_wav(path, dialogue(lines * 12))
    return path


def instead(room: Room, script: str) -> None:
    """What every page loads for folder.js from here on."""
    room.browser.route("**/record/folder.js", lambda r: r.fulfill(body=script, content_type="text/javascript"))


def discard(room: Room) -> None:
    room.page.get_by_text("Discard all of it").click()
    room.page.get_by_role("button", name="Discard it").click()


@pytest.mark.parametrize("leave", ["stop", "discard"])
def test_a_microphone_that_opens_too_late_closes_again(
    home: Home, owner: Person, tmp_path: Path, speech: Path, leave: str
) -> None:
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        page = room.page
        page.add_init_script(LATE)
        check_and_start(page, room.address)
        for wish in ("end", "discard"):
            room.browser.route(f"**/captures/*/{wish}", lambda route: route.abort())
        page.get_by_role("button", name="Pause").click()
        page.evaluate("window.late = 1500")
        page.get_by_role("button", name="Go on recording").click()
        page.wait_for_timeout(300)
        if leave == "stop":
            stop(page)
        else:
            discard(room)
        page.wait_for_timeout(2000)
        assert page.evaluate("tracks.map((track) => track.readyState)") == ["ended"] * 3
        expect(page.locator("#title")).to_have_text("Finishing" if leave == "stop" else "Discarding")


def test_files_that_cannot_be_read_for_a_moment_are_not_lost(
    home: Home, owner: Person, tmp_path: Path, speech: Path
) -> None:
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        page = room.page
        page.on("dialog", lambda dialog: dialog.accept())
        room.browser.route("**/captures/*/segments/**", lambda route: route.abort())
        check_and_start(page, room.address)
        page.wait_for_timeout(6500)
        instead(room, HELD + FOLDER)
        page.reload()
        expect(page.locator("#title")).to_have_text("Welcome back")
        assert len([name for name in kept(page) if name.startswith("chunk-")]) == 2
        room.browser.unroute("**/captures/*/segments/**")
        page.get_by_role("button", name="Finish it").click()
        expect(page.locator("#done-says")).to_have_text(NOT_KEPT, timeout=10000)
        assert sum(joined(room.chunks()).values()) / 48000 > 6


def test_what_a_slow_device_has_not_yet_taken_at_the_stop_is_recorded(
    home: Home, owner: Person, tmp_path: Path, speech: Path
) -> None:
    write = "async write(name, bytes) {"
    slow = "for (const from = performance.now(); name.startsWith('spill') && performance.now() - from < 1500; );"
    assert FOLDER.count(write) == 1
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        instead(room, FOLDER.replace(write, f"{write} {slow}"))
        check_and_start(room.page, room.address)
        room.page.wait_for_timeout(7000)
        room.page.get_by_role("button", name="Stop", exact=True).click()
        room.page.get_by_role("button", name="Yes, stop").click()
        stopped = time.time()
        expect(room.page.locator("#done-says")).to_have_text(NOT_KEPT, timeout=20000)
        found = room.chunks()
    begun = found[0].head["wall"]
    assert stopped - begun / 1000 - sum(joined(found).values()) / 48000 < 0.5


def test_a_chunk_that_is_nowhere_does_not_keep_the_rest_from_its_notes(
    home: Home, owner: Person, tmp_path: Path, speech: Path
) -> None:
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        page = room.page
        page.on("dialog", lambda dialog: dialog.accept())
        room.browser.route("**/captures/*/segments/**", lambda route: route.abort())
        check_and_start(page, room.address)
        page.wait_for_timeout(11500)
        first = min(name for name in kept(page) if name.startswith("chunk-"))
        page.evaluate(REMOVE, first)
        page.reload()
        room.browser.unroute("**/captures/*/segments/**")
        with page.expect_request(lambda r: r.url.endswith("/end") and '"gone":true' in (r.post_data or "")):
            page.get_by_role("button", name="Finish it").click()
        expect(page.locator("#done-says")).to_contain_text("1 part never arrived. Your notes are made from the rest.")
        assert len(room.chunks()) == 2
        assert [row["state"] for row in home.ledger.in_state("open", "ended")] == ["ended"]


def test_a_computer_that_does_not_know_it_takes_nothing_away(
    home: Home, owner: Person, tmp_path: Path, speech: Path
) -> None:
    def unknown(route: Route) -> None:
        route.fulfill(status=404, json={"error": "gone", "says": "It is not here."})

    with sitting(home, owner, tmp_path / "profile", speech) as room:
        page = room.page
        check_and_start(page, room.address)
        room.browser.route("**/captures/*/**", unknown)
        expect(page.locator("#troubles")).to_contain_text("Your computer does not know this", timeout=10000)
        expect(page.locator("#title")).to_have_text("Recording")
        stop(page)
        expect(page.locator("#sending-trouble")).to_contain_text("Your computer does not know this")
        room.browser.unroute("**/captures/*/**", unknown)
        expect(page.locator("#done-says")).to_have_text(NOT_KEPT, timeout=40000)
        assert sum(joined(room.chunks()).values()) / 48000 > 3


def test_a_discard_that_came_after_the_notes_says_so(home: Home, owner: Person, tmp_path: Path, speech: Path) -> None:
    kept_already = {"error": "kept", "says": "The notes of this recording are made already."}
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        check_and_start(room.page, room.address)
        room.browser.route("**/captures/*/discard", lambda route: route.fulfill(status=410, json=kept_already))
        discard(room)
        expect(room.page.locator("#done-says")).to_contain_text("Its notes were made already")
        assert kept(room.page) == []


def test_control_sound_that_is_stored_unsealed_is_found_in_the_profile(
    home: Home, owner: Person, tmp_path: Path, speech: Path
) -> None:
    """The scan by which the other journeys show that no sound stays would see it, if nobody sealed."""
    source = (STATIC / "seal.js").read_text()
    unsealed = source.replace("(plain, info) => seal(raw, theirs, plain, info)", "async (plain) => plain.slice()")
    assert unsealed != source
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        room.browser.route("**/static/seal.js", lambda r: r.fulfill(body=unsealed, content_type="text/javascript"))
        check_and_start(room.page, room.address)
        room.browser.set_offline(True)
        room.page.wait_for_timeout(7000)
        kill(tmp_path / "profile")
    assert in_profile(tmp_path / "profile", PLAIN) != []
