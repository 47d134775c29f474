"""When a live capture is listened to while it goes on, by a real worker with real rooms where it says so."""

from __future__ import annotations

import secrets
import threading
from typing import Any

import pytest
from sqlalchemy import update

from afterword.capture import bootkey, intake
from afterword.capture.intake import Opened, resume_waiting
from afterword.capture.live import QUIET_SECONDS, Live, Place
from afterword.notebook.shelf import Shelf
from afterword.store.database import now
from afterword.store.ledger import SILENT_SECONDS, TRIES, Claim, Ledger, Lost
from afterword.store.tables import captures
from afterword.work import parts as module
from afterword.work.parts import Follow
from afterword.work.sweep import PROVISIONAL_SECONDS, sweep
from afterword.work.worker import Worker
from tests.capture.conftest import House
from tests.recorder import Recorder, coming
from tests.speech import dialogue, silence

A = "aaaaaaaa"
SAID = [
    ("slt", "This week I was tired, and I know the reason. I said yes at work again when I wanted to say no."),
    ("slt", "Then I called my sister, and she was quiet on the phone. I felt guilty the whole evening."),
]


class Clock:
    """For what is tried again after a while."""

    def __init__(self) -> None:
        self.at = 1000.0

    def monotonic(self) -> float:
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(module, "time", made)
    return made


@pytest.fixture
def opened(house: House) -> Opened:
    with house.opening():
        return intake.open_capture(house.settings, house.ledger, house.owner, coming())


@pytest.fixture
def live(house: House, opened: Opened) -> Live:
    return Live(house.settings, house.ledger, opened.capture)


def put(live: Live, *seqs: int) -> None:
    for seq in seqs:
        live.put(Place(A, "mic", seq), secrets.token_bytes(64))


def changed(live: Live, **columns: Any) -> None:
    with live.ledger.engine.begin() as db:
        db.execute(update(captures).where(captures.c.id == live.capture).values(columns))


def seen_ago(live: Live, seconds: int) -> None:
    changed(live, seen=now() - seconds)


def aim(follow: Follow, live: Live) -> str | None:
    return follow.aim(live.ledger.row(live.capture))


def test_a_room_is_started_for_half_a_minute_of_sound(house: House, live: Live, clock: Clock) -> None:
    follow, enough = Follow(house.settings, house.ledger), module._ENOUGH
    put(live, *range(enough - 1))
    assert aim(follow, live) is None
    put(live, enough - 1)
    assert aim(follow, live) == "part"
    assert aim(follow, live) is None, "not again for the same, unless it is a while ago"
    clock.at += module.AGAIN_SECONDS + 1
    assert aim(follow, live) == "part"
    put(live, enough)
    assert aim(follow, live) == "part"


def test_a_hole_is_not_listened_over(house: House, live: Live, clock: Clock) -> None:
    put(live, *range(module._ENOUGH - 1), *range(module._ENOUGH, 20))
    assert aim(Follow(house.settings, house.ledger), live) is None


def test_in_a_pause_all_that_waits_is_listened_to(house: House, live: Live, clock: Clock) -> None:
    follow = Follow(house.settings, house.ledger)
    put(live, 0)
    assert aim(follow, live) is None
    seen_ago(live, QUIET_SECONDS + 1)
    assert aim(follow, live) == "part"
    put(live, 1)
    live.close(A, {"mic": 2})
    assert aim(follow, live) == "part"


def test_a_wish_is_listened_to_at_once(house: House, live: Live, clock: Clock) -> None:
    put(live, 0)
    live.forget(b"w" * 16, 2, A, {"mic": 1})
    assert [aim(Follow(house.settings, house.ledger), live) for _ in range(2)] == ["part", "part"]


def test_of_a_silent_device_a_record_is_made_once_all_that_waits_was_listened_to(
    house: House, live: Live, clock: Clock
) -> None:
    follow = Follow(house.settings, house.ledger)
    put(live, 0)
    seen_ago(live, SILENT_SECONDS + 1)
    assert aim(follow, live) == "part"
    live.spool.let_go([Place(A, "mic", 0).name])
    assert aim(follow, live) == "provisional"
    seen_ago(live, SILENT_SECONDS - 5)
    assert aim(follow, live) is None


def test_a_record_that_cannot_be_made_is_not_tried_all_the_time(house: House, live: Live, clock: Clock) -> None:
    """Nobody spoke, or nothing ever came: a room every second for a week would help nobody."""
    follow = Follow(house.settings, house.ledger)
    seen_ago(live, SILENT_SECONDS + 1)
    for failures in range(TRIES - 1):
        changed(live, failures=failures)
        assert aim(follow, live) == "provisional"
    changed(live, failures=TRIES - 1)
    assert [aim(follow, live) for _ in range(3)] == ["provisional", None, None]
    clock.at += SILENT_SECONDS + 1
    assert [aim(follow, live) for _ in range(2)] == ["provisional", None]


def test_what_a_crash_left_goes_at_the_next_look(house: House, live: Live, clock: Clock) -> None:
    put(live, *range(4))
    claim = _claimed(house.ledger)
    house.ledger.got_further(claim, {(A, "mic"): 3})
    aim(Follow(house.settings, house.ledger), live)
    assert [*live.spool.have()] == [Place(A, "mic", 3).name]


def _claimed(ledger: Ledger) -> Claim:
    claim = ledger.claim_live("worker", lambda _: "part")
    assert claim
    return claim


def _known(live: Live) -> module.Known:
    return frozenset((p.segment, p.track, p.seq) for p in live.waiting())


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A room that waits looks without a pause."""
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.0)


def test_a_room_stays_until_enough_more_waits(house: House, live: Live, at_once: None) -> None:
    follow = Follow(house.settings, house.ledger)
    put(live, *range(4))
    known, claim = _known(live), _claimed(house.ledger)
    timer = threading.Timer(0.1, put, (live, *range(4, module._ENOUGH)))
    timer.start()
    assert follow.await_more(claim, threading.Event(), live, known)
    timer.join()


def test_a_room_that_stays_ends_when_the_recording_does_and_when_it_is_wished_for(
    house: House, live: Live, at_once: None
) -> None:
    follow = Follow(house.settings, house.ledger)
    put(live, *range(4))
    claim = _claimed(house.ledger)
    live.forget(b"w" * 16, 2, A, {"mic": 4})
    with pytest.raises(Lost):
        follow.await_more(claim, threading.Event(), live, _known(live))
    again = _claimed(house.ledger)
    live.end_without_device()
    assert not follow.await_more(again, threading.Event(), live, frozenset())


def test_in_a_pause_a_room_that_stays_hears_the_rest_once_and_ends(house: House, live: Live, at_once: None) -> None:
    follow = Follow(house.settings, house.ledger)
    put(live, 0, 1)
    known, claim = _known(live), _claimed(house.ledger)
    live.close(A, {"mic": 2})
    assert [follow.await_more(claim, threading.Event(), live, known) for _ in range(2)] == [True, False]


def test_a_room_gives_its_place_to_another_recording_and_to_a_worker_that_stops(
    house: House, live: Live, at_once: None
) -> None:
    follow, stop = Follow(house.settings, house.ledger), threading.Event()
    put(live, 0)
    claim = _claimed(house.ledger)
    with house.opening():
        other = intake.open_capture(house.settings, house.ledger, house.owner, coming())
    put(Live(house.settings, house.ledger, other.capture), *range(module._ENOUGH))
    assert not follow.await_more(claim, stop, live, _known(live))
    stop.set()
    assert not follow.await_more(claim, stop, live, frozenset())


# With real rooms from here on.


def _look_again(worker: Worker) -> None:
    worker._looked = 0.0


def _state(live: Live) -> str:
    return str(live.ledger.row(live.capture)["state"])


def _work(worker: Worker, live: Live, until: str) -> None:
    for _ in range(20):
        if _state(live) == until:
            return
        _look_again(worker)
        worker.work_once()
    raise AssertionError(_state(live))


def test_a_silent_device_leaves_a_record_that_a_late_chunk_replaces(house: House, opened: Opened, live: Live) -> None:
    recorder, shelf = Recorder(opened), Shelf(house.ledger.engine, house.owner)
    sound = dialogue(SAID, pause=0.8)
    first = recorder.segment(sound[: 7 * 16000])
    for place, sealed in first:
        live.put(place, sealed)
    seen_ago(live, SILENT_SECONDS + 1)
    _work(house.worker, live, "provisional")
    record = shelf.session(opened.session).record
    assert record
    assert (round(record.heard), record.gaps, live.spool.have()) == (7, (), {})
    # The device comes back with more, and it is all one recording.
    for place, sealed in recorder.segment(sound[7 * 16000 :], "not heard", away=60):
        live.close(first[0][0].segment, {"mic": len(first)})
        live.put(place, sealed)
    assert _state(live) == "open"
    assert live.end(recorder.counts) == []
    _work(house.worker, live, "destroyed")
    record = shelf.session(opened.session).record
    assert record
    assert record.heard == pytest.approx(len(sound) / 16000 + 60, abs=0.1)
    assert [(round(gap.start), round(gap.end), gap.why) for gap in record.gaps] == [(7, 67, "not heard")]
    assert "sister" in str(record.to_json())
    assert live.spool.gone()


def test_after_three_days_the_record_is_made_of_all_that_came(house: House, opened: Opened, live: Live) -> None:
    """Also of what lies behind a chunk that never came."""
    chunks = Recorder(opened).segment(dialogue(SAID, pause=0.8))
    for place, sealed in [*chunks[:1], *chunks[2:]]:
        live.put(place, sealed)
    seen_ago(live, SILENT_SECONDS + 1)
    _work(house.worker, live, "provisional")
    assert len(live.spool.have()) == len(chunks) - 2, "behind the hole nothing is heard while it may be filled"
    sweep(house.settings, house.ledger, now() - SILENT_SECONDS + PROVISIONAL_SECONDS - 60)
    assert _state(live) == "provisional"
    sweep(house.settings, house.ledger, now() + PROVISIONAL_SECONDS)
    _work(house.worker, live, "destroyed")
    record = Shelf(house.ledger.engine, house.owner).session(opened.session).record
    assert record
    assert [(round(gap.start), round(gap.end), gap.why) for gap in record.gaps] == [(5, 10, "lost")]
    assert record.heard > 10


def test_where_nobody_spoke_the_capture_stays_open_and_ends_with_nothing_kept(
    house: House, opened: Opened, live: Live
) -> None:
    for place, sealed in Recorder(opened).segment(silence(6)):
        live.put(place, sealed)
    seen_ago(live, SILENT_SECONDS + 1)
    for _ in range(4):
        changed(live, lease=0)
        _look_again(house.worker)
        house.worker.work_once()
    row = live.ledger.row(live.capture)
    assert (row["state"], row["failures"]) == ("open", TRIES - 1)
    sweep(house.settings, house.ledger, now() + PROVISIONAL_SECONDS)
    changed(live, lease=0)
    _work(house.worker, live, "destroyed")
    assert live.ledger.row(live.capture)["failure"] == "no_speech"


def test_after_a_reboot_chunks_are_taken_and_listened_to_after_the_unlock(
    house: House, opened: Opened, live: Live
) -> None:
    chunks = Recorder(opened).segment(dialogue(SAID, pause=0.8))
    for place, sealed in chunks[:2]:
        live.put(place, sealed)
    bootkey.forget(house.settings.data)
    worker = Worker(house.settings, house.ledger.engine)
    live.close(chunks[0][0].segment, {"mic": len(chunks)})
    _look_again(worker)
    worker.work_once()
    assert (_state(live), live.ledger.row(live.capture)["stage"]) == ("open", "waiting")
    for place, sealed in chunks[2:]:
        live.put(place, sealed)
    _look_again(worker)
    assert not worker.work_once(), "nobody can open it"
    assert len(live.spool.have()) == len(chunks)
    assert resume_waiting(house.settings, house.ledger, house.owner) == 1
    _look_again(worker)
    assert worker.work_once()
    assert live.spool.have() == {}
    assert live.ledger.row(live.capture)["heard"] > 10
