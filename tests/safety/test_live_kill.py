"""A session is recorded, and web, worker or room are killed on the way, with the boot key and without it: one whole
record, a destroyed key, nothing else left; what was wished away is nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import numpy as np
import pytest

from afterword.notebook.shelf import Shelf
from afterword.store.database import now
from afterword.store.ledger import SILENT_SECONDS
from afterword.work.sweep import LONGEST_SECONDS, PROVISIONAL_SECONDS, sweep
from tests.safety import canary
from tests.safety.browser import Browser, new_browser
from tests.safety.disk import new_disk
from tests.safety.live import DEVICE, Device, Step, go_on
from tests.safety.stage import (
    SENTENCES,
    WORDS,
    Secrets,
    Stage,
    assert_over,
    canaries,
    killed,
    new_stage,
    recording,
    rooms,
    wait,
    watched,
)
from tests.speech import RATE, Samples, dialogue, silence

SENDING = ("chunk-before-write", "chunk-durable", "live-end-before-commit", "live-end-committed")
WORKING = (
    "room-started", "room-has-key", "room-saved", "checkpoint-before-write", "checkpoint-durable", "parts-covered",
    "room-heard", "record-before-keep", "record-kept", "key-b-destroyed",
)  # fmt: skip
# With the boot key lost as well: not where it is not needed any more, nor where the point before is the same case.
WITH_KEY_LOST = [
    point for point in WORKING
    if point not in ("record-kept", "key-b-destroyed", "room-started", "checkpoint-before-write")
]  # fmt: skip
IN_ROOM = ("room-has-key", "room-saved", "room-heard")
UNWANTED = ("trumpet", "museum")
# With two tracks: where what is sent, listened to, covered and left out has to hold for both.
WITH_CALL = (
    ("room-saved", False), ("checkpoint-durable", False), ("parts-covered", False), ("parts-covered", True),
    ("record-before-keep", False),
)  # fmt: skip
_FIRST, _SECOND = (dialogue([("awb", sentence)], pause=0.4) for sentence in SENTENCES)


def far_side(beside: Samples) -> Samples:
    """The track of a call, as long as the microphone's: somebody who listens, and says so little that the recording is
    still one person's own."""
    said = dialogue([("slt", "Yes.")], pause=0.4)
    return np.concatenate([said, silence(len(beside) / RATE)])[: len(beside)]


def unwanted() -> Samples:
    """What will be wished away."""
    return dialogue([("awb", "My uncle plays the trumpet in the museum every Sunday.")], pause=0.4)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with new_disk(tmp_path_factory.mktemp("disk")) as disk, new_stage(disk) as made:
        yield made


def test_every_point_of_a_device_is_tried() -> None:
    assert set(DEVICE) == {p for p in SENDING if p.startswith("live")} | {"forget-before-commit", "forget-committed"}


@pytest.mark.parametrize("two", [False, True], ids=["mic", "mic and call"])
@pytest.mark.parametrize("point", SENDING)
def test_the_web_process_dies_and_the_session_comes_through(stage: Stage, point: str, two: bool) -> None:
    secrets = Secrets()
    with watched(stage, recording(), secrets), stage.process("afterword", "worker"):
        with new_browser(stage, crash_at=point) as browser:
            device, steps = begin(stage, browser, secrets, two)
            with pytest.raises(httpx.TransportError):
                go_on(browser, steps)
            assert killed(browser.web)
        assert stage.search(spoken_canaries()) == []
        with new_browser(stage) as browser:
            go_on(browser, steps)
        stage.until(device.capture, "destroyed")
    assert len(set(device.acknowledged)) == (4 if two else 2)


@pytest.mark.parametrize(
    ("point", "lose_key", "two"),
    [
        *((p, False, False) for p in WORKING),
        *((p, True, False) for p in WITH_KEY_LOST),
        *((*case, True) for case in WITH_CALL),
    ],
)
def test_worker_or_room_dies_and_the_session_comes_through(stage: Stage, point: str, lose_key: bool, two: bool) -> None:
    secrets = Secrets()
    with watched(stage, recording(), secrets), ExitStack() as stack:
        with stage.process("afterword", "worker", AFTERWORD_CRASH_AT=point) as worker:
            browser = stack.enter_context(new_browser(stage))
            device, steps = begin(stage, browser, secrets, two)
            go_on(browser, steps)
            if point in IN_ROOM:
                wait(lambda: stage.row(device.capture)["failures"] > 0, f"a room that died at {point}")
                worker.kill()
            assert killed(worker)
            wait(lambda: not rooms(worker.pid), "the end of the room", 5)
        assert stage.search(spoken_canaries()) == []
        if lose_key:
            stage.lose_boot_key()
        stack.enter_context(stage.working())
        if lose_key:
            stage.until(device.capture, "waiting")
            assert stage.resume() == 1
        stage.until(device.capture, "destroyed")


@pytest.mark.parametrize(
    ("point", "two"), [("", False), *((p, two) for p in DEVICE if p.startswith("forget") for two in (False, True))]
)
def test_what_was_wished_away_is_nowhere_even_if_the_wish_was_cut_off(stage: Stage, point: str, two: bool) -> None:
    secrets = Secrets()
    with watched_without_record(stage, secrets), stage.process("afterword", "worker"):
        with new_browser(stage, crash_at=point) as browser:
            device = unlocked(stage, browser, secrets)
            # On either track: where there are two, the microphone has no more than a hum.
            said = unwanted()
            tracks = (silence(len(said) / RATE), said) if two else (said, None)
            go_on(browser, list(device.record(tracks[0], call=tracks[1])))
            wait(lambda: stage.row(device.capture)["heard"] > 3, "that it was listened to")
            # Told before it is saved: what is wished away sooner was never heard, and leaves no gap.
            wait(lambda: not list(stage.settings.spool.glob("*/*.??????")), "that its sound was let go")
            steps = [device.forget(2), *device.record(_FIRST, after="forgotten", away=3), device.end()]
            if point:
                with pytest.raises(httpx.TransportError):
                    go_on(browser, steps)
                assert killed(browser.web)
            else:
                go_on(browser, steps)
        with new_browser(stage) as browser:
            go_on(browser, steps)
        row = stage.until(device.capture, "destroyed")
    record, receipt = stage.record(row["session"]), Shelf(stage.engine, stage.owner).receipt(row["session"])
    assert record is not None
    assert receipt is not None
    text = record.to_bytes().decode().lower()
    assert [word for word in ("penguin", "volcano") if word not in text] == []
    assert [word for word in UNWANTED if word in text] == []
    assert [gap.why for gap in record.gaps] == ["forgotten"]
    assert receipt.forgotten == 2


def test_a_wish_while_a_room_is_listening_to_it_takes_it_all(stage: Stage) -> None:
    secrets = Secrets()
    with watched_without_record(stage, secrets), stage.process("afterword", "worker") as worker:
        with new_browser(stage) as browser:
            device = unlocked(stage, browser, secrets)
            go_on(browser, list(device.record(unwanted())))
            wait(lambda: bool(rooms(worker.pid)), "a room")
            go_on(browser, [device.forget(2)])
            assert not list(stage.settings.spool.glob("*/*.mic.*"))
            wait(lambda: not stage.row(device.capture)["unforgotten"], "that the wish is fulfilled")
            go_on(browser, [*device.record(_FIRST, after="forgotten", away=3), device.end()])
        row = stage.until(device.capture, "destroyed")
    record = stage.record(row["session"])
    assert record is not None
    assert [word for word in UNWANTED if word in record.to_bytes().decode().lower()] == []


@pytest.mark.parametrize(
    ("point", "two"),
    [("", False), ("provisional-before-keep", False), ("provisional-kept", False), ("provisional-kept", True)],
)
def test_a_device_that_falls_silent_has_a_record_and_what_comes_late_is_in_the_last_one(
    stage: Stage, point: str, two: bool
) -> None:
    secrets = Secrets()
    with watched(stage, recording(), secrets), ExitStack() as stack:
        browser = stack.enter_context(new_browser(stage))
        with stage.opening():
            device = unlocked(stage, browser, secrets)
        go_on(browser, list(device.record(_FIRST, call=far_side(_FIRST) if two else None)))
        stage.ledger.move(device.capture, ("open",), seen=now() - SILENT_SECONDS - 5)
        if point:
            with stage.process("afterword", "worker", AFTERWORD_CRASH_AT=point) as worker:
                assert killed(worker)
            assert stage.search(spoken_canaries()) == []
        stack.enter_context(stage.working())
        row = stage.until(device.capture, "provisional")
        record = stage.record(row["session"])
        assert record is not None
        assert b"penguin" in record.to_bytes()
        assert b"crocodile" not in record.to_bytes()
        go_on(browser, [*device.record(_SECOND, call=far_side(_SECOND) if two else None), device.end()])
        stage.until(device.capture, "destroyed")


def test_what_is_provisional_is_final_after_three_days_and_not_before(stage: Stage) -> None:
    secrets = Secrets()
    with watched_without_record(stage, secrets), stage.working():
        with new_browser(stage) as browser:
            device = unlocked(stage, browser, secrets)
            go_on(browser, list(device.record(_FIRST)))
        stage.ledger.move(device.capture, ("open",), seen=now() - SILENT_SECONDS - 5)
        seen = stage.until(device.capture, "provisional")["seen"]
        sweep(stage.settings, stage.ledger, seen + PROVISIONAL_SECONDS - 10)
        assert stage.row(device.capture)["state"] == "provisional"
        sweep(stage.settings, stage.ledger, seen + PROVISIONAL_SECONDS + 10)
        row = stage.until(device.capture, "destroyed")
    assert stage.record(row["session"]) is not None


def test_a_session_that_is_discarded_is_gone_in_a_second(stage: Stage) -> None:
    secrets = Secrets()
    with (
        watched(stage, recording(), secrets, kept=False),
        stage.process("afterword", "worker") as worker,
        new_browser(stage) as browser,
    ):
        device = unlocked(stage, browser, secrets)
        go_on(browser, list(device.record(_FIRST)))
        wait(lambda: bool(rooms(worker.pid)), "a room")
        before = now()
        assert device.ask(browser, "discard", {}).status_code == 200
        assert now() - before <= 1
        assert_over(stage, device.capture, kept=False)
        wait(lambda: not rooms(worker.pid), "the end of the room", 2)
        assert device.ask(browser, "status", {"state": "recording"}).status_code == 404


def test_a_live_session_is_destroyed_after_a_week_whatever_happens(stage: Stage) -> None:
    secrets = Secrets()
    with watched(stage, recording(), secrets, kept=False):
        with stage.opening(), new_browser(stage) as browser:
            device = unlocked(stage, browser, secrets)
            go_on(browser, list(device.record(_FIRST)))
        sweep(stage.settings, stage.ledger, now() + LONGEST_SECONDS - 60)
        assert stage.row(device.capture)["state"] == "ended"  # three days without a word are the end
        sweep(stage.settings, stage.ledger, now() + LONGEST_SECONDS + 60)
        assert stage.row(device.capture)["failure"] == "expired"


def unlocked(stage: Stage, browser: Browser, secrets: Secrets) -> Device:
    """A device whose owner has just begun."""
    assert browser.unlock().status_code == 303
    device = Device.begin(browser)
    secrets.note(stage, device.capture)
    return device


def begin(stage: Stage, browser: Browser, secrets: Secrets, two: bool = False) -> tuple[Device, list[Step]]:
    """A device, and all that it will say: two segments, and the end. `two`: with a track of the call."""
    device = unlocked(stage, browser, secrets)

    def steps() -> Iterator[Step]:
        for sound in (_FIRST, _SECOND):
            yield from device.record(sound, call=far_side(sound) if two else None)
        yield device.end()

    return device, list(steps())


def spoken_canaries() -> tuple[canary.Needle, ...]:
    """What must be nowhere: the words, and the sound as the device had it."""
    return canary.words((*WORDS, *UNWANTED)) + canaries(recording(_FIRST)) + canaries(recording(far_side(_FIRST)))


@contextmanager
def watched_without_record(stage: Stage, secrets: Secrets) -> Iterator[None]:
    """As `watched`, where the record is another one than the whole of it."""
    yield
    assert stage.search(spoken_canaries() + secrets.needles()) == []
    assert not list(stage.settings.keys.iterdir())
    assert not list(stage.settings.spool.iterdir())
