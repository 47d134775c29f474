"""One worker at a time, one record a capture, and a worker that was frozen meanwhile changes nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update

from afterword.seal import Tampered
from afterword.store.database import now
from afterword.store.ledger import LEASE_SECONDS, SILENT_SECONDS, Aim, Claim, Ledger, Lost, NotKept, Taken
from afterword.store.segments import Segments
from afterword.store.tables import captures, objects, sessions
from afterword.vault.owner import Owner
from tests.store.fresh import a_capture, a_person


@dataclass(frozen=True)
class Words:
    """Stands for a receipt."""

    text: bytes = b"a receipt"

    def to_bytes(self) -> bytes:
        return self.text


@pytest.fixture
def ledger(engine: Engine) -> Ledger:
    return Ledger(engine)


@pytest.fixture
def owner(engine: Engine) -> Owner:
    return a_person(engine)


def _claim(ledger: Ledger, holder: str = "worker-1") -> Claim:
    claim = ledger.claim(holder)
    assert claim is not None
    return claim


def _objects(ledger: Ledger, kind: str) -> int:
    with ledger.engine.connect() as db:
        return db.execute(select(func.count()).select_from(objects).where(objects.c.kind == kind)).scalar() or 0


def _expire(ledger: Ledger, capture: bytes) -> None:
    with ledger.engine.begin() as db:
        db.execute(update(captures).where(captures.c.id == capture).values(lease=0))


def test_the_oldest_waiting_capture_is_claimed_once(ledger: Ledger, owner: Owner) -> None:
    first, _ = a_capture(ledger, owner)
    ledger.move(first, ("ended",), opened=1)
    second, _ = a_capture(ledger, owner)
    assert [_claim(ledger).capture, _claim(ledger).capture] == [first, second]
    assert ledger.claim("worker-2") is None


@pytest.mark.parametrize("state", ["new", "open", "asking", "waiting", "discarded", "destroyed"])
def test_what_is_not_waiting_for_a_worker_is_not_claimed(ledger: Ledger, owner: Owner, state: str) -> None:
    a_capture(ledger, owner, state)
    assert ledger.claim("worker-1") is None


def test_of_many_workers_at_once_one_gets_each_capture(ledger: Ledger, owner: Owner) -> None:
    wanted = {a_capture(ledger, owner)[0] for _ in range(4)}
    got: list[bytes] = []
    start = threading.Barrier(6)

    def work(name: str) -> None:
        start.wait()
        while claim := ledger.claim(name):
            got.append(claim.capture)

    threads = [threading.Thread(target=work, args=(f"worker-{i}",)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # A worker that lost a race looks no further that time, so all may stop early; but never two at one.
    assert len(got) == len(set(got))
    while claim := ledger.claim("the last"):
        got.append(claim.capture)
    assert set(got) == wanted


def test_control_a_claim_that_does_not_look_again_is_given_twice(
    ledger: Ledger, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture, _ = a_capture(ledger, owner)
    stale = ledger.row(capture)
    monkeypatch.setattr(ledger, "in_state", lambda *_: [stale])
    assert ledger.claim("worker-1") is not None
    assert ledger.claim("worker-2") is None, "the filtered update refuses what an old look still promises"


def test_an_expired_lease_lets_another_take_over(ledger: Ledger, owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    a_capture(ledger, owner)
    frozen = _claim(ledger)
    at = now()
    monkeypatch.setattr("afterword.store.ledger.now", lambda: at + LEASE_SECONDS - 1)
    assert ledger.claim("worker-2") is None
    ledger.tell(frozen, "listening", 10.0, 60.0)
    monkeypatch.setattr("afterword.store.ledger.now", lambda: at + LEASE_SECONDS + 1)
    assert ledger.claim("worker-2") is None, "telling of progress has lengthened the lease"
    monkeypatch.setattr("afterword.store.ledger.now", lambda: at + 3 * LEASE_SECONDS)
    taken = _claim(ledger, "worker-2")
    assert (taken.capture, taken.attempt) == (frozen.capture, 2)
    with pytest.raises(Lost):
        ledger.tell(frozen, "listening", 20.0, 60.0)


STALE: list[tuple[str, Callable[[Ledger, Claim], object]]] = [
    ("tell", lambda ledger, claim: ledger.tell(claim, "listening", 99.0, 100.0)),
    ("keep_question", lambda ledger, claim: ledger.keep_question(claim, b"stale")),
    ("keep_record", lambda ledger, claim: ledger.keep_record(claim, b"stale")),
    ("give_up", lambda ledger, claim: ledger.give_up(claim, "failed")),
    ("try_again", lambda ledger, claim: ledger.try_again(claim)),
    ("wait_for_unlock", lambda ledger, claim: ledger.wait_for_unlock(claim)),
    ("got_further", lambda ledger, claim: ledger.got_further(claim)),
]


@pytest.mark.parametrize(("name", "act"), STALE, ids=[name for name, _ in STALE])
@pytest.mark.parametrize("meanwhile", ["taken over", "discarded", "sealed by another"])
def test_a_stale_claim_changes_nothing(
    ledger: Ledger, owner: Owner, name: str, act: Callable[[Ledger, Claim], object], meanwhile: str
) -> None:
    capture, _ = a_capture(ledger, owner)
    stale = _claim(ledger)
    if meanwhile == "discarded":
        ledger.move(capture, ("working",), state="discarded", failure="discarded")
    else:
        _expire(ledger, capture)
        fresh = _claim(ledger, "worker-2")
        if meanwhile == "sealed by another":
            ledger.keep_record(fresh, b"the record")
    before, kept = ledger.row(capture), [_objects(ledger, kind) for kind in ("record", "question")]
    with pytest.raises(Lost):
        act(ledger, stale)
    assert ledger.row(capture) == before
    assert [_objects(ledger, kind) for kind in ("record", "question")] == kept


def test_there_is_one_record_a_capture_and_the_question_goes_with_it(ledger: Ledger, owner: Owner) -> None:
    capture, _ = a_capture(ledger, owner)
    ledger.keep_question(_claim(ledger), b"who is who?")
    assert (ledger.row(capture)["state"], _objects(ledger, "question")) == ("asking", 1)
    ledger.move(capture, ("asking",), state="ended", speakers="keep")
    claim = _claim(ledger)
    assert claim.speakers == "keep"
    ledger.keep_record(claim, b"the record")
    with pytest.raises(Lost):
        ledger.keep_record(claim, b"another")
    assert (_objects(ledger, "record"), _objects(ledger, "question")) == (1, 0)
    ledger.compare_record(claim, b"the record")
    with pytest.raises(NotKept):
        ledger.compare_record(claim, b"another")


def test_a_record_that_was_never_written_is_noticed_before_the_key_goes(ledger: Ledger, owner: Owner) -> None:
    a_capture(ledger, owner)
    with pytest.raises(NotKept):
        ledger.compare_record(_claim(ledger), b"the record")


def test_the_receipt_is_written_once_and_the_row_forgets(ledger: Ledger, owner: Owner) -> None:
    capture, session = a_capture(ledger, owner)
    claim = _claim(ledger)
    ledger.tell(claim, "listening", 3012.5, 3020.0)
    ledger.keep_record(claim, b"the record")
    claim = replace(claim, state="sealed")
    ledger.keep_receipt(claim, Words(b"first"))
    ledger.keep_receipt(claim, Words(b"second"))
    row = ledger.row(capture)
    assert (row["state"], row["fingerprint"], row["total"], row["ended"]) == ("destroyed", None, None, None)
    assert [row[name] for name in ("heard", "size", "chunks", "attempts")] == [0, 0, 0, 0]
    assert [row[name] % 3600 for name in ("opened", "sealed", "destroyed")] == [0, 0, 0]
    assert owner.open_sealed("receipt", session, 0, _sealed(ledger, "receipt")) == b"first"
    assert _objects(ledger, "receipt") == 1


def test_a_receipt_opens_for_its_owner_and_its_session_only(ledger: Ledger, owner: Owner) -> None:
    _, session = a_capture(ledger, owner)
    claim = _claim(ledger)
    ledger.give_up(claim, "failed")
    ledger.keep_receipt(claim, Words())
    sealed = _sealed(ledger, "receipt")
    with pytest.raises(Tampered):
        a_person(ledger.engine).open_sealed("receipt", session, 0, sealed)
    with pytest.raises(Tampered):
        owner.open_sealed("receipt", bytes(16), 0, sealed)


def test_the_same_file_twice_is_taken_until_the_first_is_over(ledger: Ledger, owner: Owner) -> None:
    capture, _ = a_capture(ledger, owner)
    fingerprint = ledger.row(capture)["fingerprint"]
    a_capture(ledger, owner)
    with pytest.raises(Taken):
        _open_again(ledger, ledger.row(capture), b"n" * 16, b"s" * 16)
    with ledger.engine.connect() as db:
        assert db.execute(select(func.count()).select_from(sessions)).scalar() == 2, "no session without a capture"
    found = ledger.find(owner.person, fingerprint)
    assert found is not None
    assert found["id"] == capture
    claim = _claim(ledger)
    ledger.give_up(claim, "failed")
    ledger.keep_receipt(claim, Words())
    assert ledger.find(owner.person, fingerprint) is None


def test_the_same_file_in_two_notebooks_is_two_captures(ledger: Ledger, owner: Owner) -> None:
    capture, _ = a_capture(ledger, owner)
    friend = a_person(ledger.engine)
    _open_again(ledger, {**ledger.row(capture), "person": friend.person}, b"n" * 16, b"s" * 16)
    assert ledger.find(friend.person, ledger.row(capture)["fingerprint"]) is not None


def test_a_lost_comparison_sends_the_capture_back_to_work(ledger: Ledger, owner: Owner) -> None:
    capture, _ = a_capture(ledger, owner)
    claim = _claim(ledger)
    assert not ledger.has_record(claim)
    ledger.keep_record(claim, b"the record")
    assert ledger.has_record(claim)
    ledger.redo(claim)
    assert [ledger.row(capture)[name] for name in ("state", "sealed")] == ["ended", None]
    with pytest.raises(Lost):
        ledger.redo(claim)
    again = _claim(ledger)
    ledger.keep_record(again, b"the record, again")
    assert _objects(ledger, "record") == 1
    ledger.compare_record(again, b"the record, again")


def test_a_capture_that_no_worker_opened_is_forgotten_whole(ledger: Ledger, owner: Owner) -> None:
    new, _ = a_capture(ledger, owner, "new")
    opened, _ = a_capture(ledger, owner, "open")
    assert [ledger.forget_new(capture) for capture in (new, new, opened, b"?" * 16)] == [True, False, False, False]
    with pytest.raises(Lost):
        ledger.row(new)
    assert (ledger.row(opened)["state"], _objects(ledger, "session")) == ("open", 1)


def test_a_killed_worker_finds_its_own_again_at_once(ledger: Ledger, owner: Owner) -> None:
    a_capture(ledger, owner)
    _claim(ledger, "worker-1")
    ledger.release("worker-2")
    assert ledger.claim("worker-2") is None
    ledger.release("worker-1")
    assert _claim(ledger, "worker-1").attempt == 2


def test_three_failures_make_the_next_room_careful_and_progress_clears_them(ledger: Ledger, owner: Owner) -> None:
    capture, _ = a_capture(ledger, owner)
    for failures in range(3):
        claim = _claim(ledger)
        assert (claim.failures, claim.careful) == (failures, False)
        ledger.try_again(claim)
    claim = _claim(ledger)
    assert claim.careful
    ledger.got_further(claim)
    ledger.try_again(claim)
    assert ledger.claim("worker-1") is None, "a room that keeps dying is given time"
    _expire(ledger, capture)
    assert _claim(ledger).failures == 4, "the claim counts from what it saw"


def test_an_unknown_capture_is_lost(ledger: Ledger) -> None:
    with pytest.raises(Lost):
        ledger.row(b"?" * 16)
    assert not ledger.move(b"?" * 16, ("open",), state="ended")


def _sealed(ledger: Ledger, kind: str) -> bytes:
    with ledger.engine.connect() as db:
        return bytes(db.execute(select(objects.c.sealed).where(objects.c.kind == kind)).scalar_one())


def _open_again(ledger: Ledger, row: Any, capture: bytes, session: bytes) -> None:
    person = row["person"]
    about = {"id": b"o" * 16, "person": person, "kind": "session", "about": session, "rev": 0, "sealed": b"", "hour": 0}
    ledger.open_new({**row, "id": capture, "session": session}, {"id": session, "person": person, "hour": 0}, about)


# Live captures.


def _live(ledger: Ledger, owner: Owner, **columns: Any) -> bytes:
    capture, _ = a_capture(ledger, owner, "open")
    ledger.move(capture, ("open",), **{"live": 1, "seen": now(), "ended": None, "size": 0, "chunks": 0} | columns)
    return capture


def _part(ledger: Ledger, aim: Aim = "part") -> Claim:
    claim = ledger.claim_live("worker-1", lambda _: aim)
    assert claim is not None
    return claim


def test_a_live_capture_is_claimed_for_a_part_only_when_something_is_to_be_done(ledger: Ledger, owner: Owner) -> None:
    a_capture(ledger, owner, "open")  # a file that is still being sent is not listened to
    assert ledger.claim_live("worker-1", lambda _: "part") is None
    capture = _live(ledger, owner)
    assert ledger.claim("worker-1") is None
    assert ledger.claim_live("worker-1", lambda _: None) is None
    claim = _part(ledger)
    assert (claim.capture, claim.state, claim.aim, claim.live) == (capture, "open", "part", True)
    assert ledger.claim_live("worker-2", lambda _: "part") is None, "while its lease runs"
    ledger.end_part(claim)
    assert _part(ledger).attempt == claim.attempt + 1


def test_a_part_counts_what_it_covers_and_forgets_earlier_failures(ledger: Ledger, owner: Owner) -> None:
    capture = _live(ledger, owner, unforgotten=1)
    Segments(ledger.engine).begin(capture, "aaaaaaaa", "mic")
    ledger.part_failed(_part(ledger))
    _expire(ledger, capture)
    claim = _part(ledger)
    assert claim.failures == 1
    ledger.got_further(claim, {("aaaaaaaa", "mic"): 3}, size=300, chunks=3)
    ledger.got_further(claim, {("aaaaaaaa", "mic"): 5}, size=200, chunks=2)
    row = ledger.row(capture)
    assert [row[name] for name in ("failures", "size", "chunks", "unforgotten")] == [0, 500, 5, 1]
    assert [s.done for s in Segments(ledger.engine).of(capture)] == [5]
    ledger.end_part(claim)
    assert [ledger.row(capture)[name] for name in ("unforgotten", "lease", "stage")] == [0, 0, "received"]


def test_a_part_still_counts_when_the_device_ends_meanwhile_and_not_after_another_has_taken_over(
    ledger: Ledger, owner: Owner
) -> None:
    capture = _live(ledger, owner)
    claim = _part(ledger)
    ledger.move(capture, ("open",), state="ended")
    ledger.tell(claim, "listening", 5.0, None)
    ledger.got_further(claim, {}, size=1, chunks=1)
    assert ledger.claim("worker-2") is None, "one at a time"
    ledger.end_part(claim)
    taken = _claim(ledger, "worker-2")
    assert (taken.aim, taken.chunks) == ("record", 1)
    for act in (ledger.got_further, ledger.end_part, ledger.stall, ledger.part_failed):
        with pytest.raises(Lost):
            act(claim)
    with pytest.raises(Lost):
        ledger.keep_provisional(claim, b"stale")
    assert ledger.row(capture)["state"] == "working"


def test_a_failed_part_is_tried_again_a_little_later_and_never_much_later(ledger: Ledger, owner: Owner) -> None:
    capture, waits = _live(ledger, owner), []
    for failures in range(12):
        claim = _part(ledger)
        assert (claim.failures, claim.careful) == (min(failures, 2), False)
        ledger.part_failed(claim)
        waits.append(ledger.row(capture)["lease"] - now())
        _expire(ledger, capture)
    assert waits == sorted(waits)
    assert waits[-1] <= 30


def test_a_record_of_what_is_here_that_fails_makes_no_later_room_careful(ledger: Ledger, owner: Owner) -> None:
    """Or the first window of what its device still has would be left out."""
    capture = _live(ledger, owner)
    for _ in range(6):
        ledger.part_failed(_part(ledger, "provisional"))
        _expire(ledger, capture)
    assert not _part(ledger).careful


def test_a_record_of_what_is_here_is_kept_only_if_its_device_stayed_silent(ledger: Ledger, owner: Owner) -> None:
    capture = _live(ledger, owner, seen=1)
    claim = _part(ledger, "provisional")
    ledger.heard_of(capture)
    ledger.keep_provisional(claim, b"too early")
    assert (ledger.row(capture)["state"], _objects(ledger, "record")) == ("open", 0)
    ledger.move(capture, ("open",), seen=1)
    again = _part(ledger, "provisional")
    ledger.keep_provisional(again, b"the first")
    assert (ledger.row(capture)["state"], _objects(ledger, "record")) == ("provisional", 1)
    assert ledger.claim_live("worker-1", lambda _: "part") is None
    assert ledger.claim("worker-1") is None


def test_one_that_was_taken_for_lost_goes_on_and_has_one_record_in_the_end(ledger: Ledger, owner: Owner) -> None:
    capture = _live(ledger, owner, seen=1)
    ledger.keep_provisional(_part(ledger, "provisional"), b"the first")
    ledger.heard_of(capture, "paused")
    row = ledger.row(capture)
    assert [row[name] for name in ("state", "stage", "mode")] == ["open", "received", "paused"]
    assert now() - row["seen"] < 5
    ledger.move(capture, ("open",), state="ended")
    ledger.keep_record(_claim(ledger), b"the whole")
    assert (_objects(ledger, "record"), _sealed(ledger, "record")) == (1, b"the whole")


@pytest.mark.parametrize("state", ["ended", "working", "sealed", "destroyed", "discarded", "waiting"])
def test_a_word_of_the_device_changes_nothing_once_it_is_over(ledger: Ledger, owner: Owner, state: str) -> None:
    capture = _live(ledger, owner, state=state, seen=1)
    before = ledger.row(capture)
    ledger.heard_of(capture, "recording")
    assert ledger.row(capture) == before


def test_without_the_boot_key_it_goes_on_and_is_listened_to_after_an_unlock(ledger: Ledger, owner: Owner) -> None:
    capture = _live(ledger, owner)
    ledger.stall(_part(ledger))
    assert ledger.claim_live("worker-1", lambda _: "part") is None
    assert [row["id"] for row in ledger.waiting_for_unlock()] == [capture]
    ledger.heard_of(capture, "recording")
    assert [ledger.row(capture)[name] for name in ("state", "stage")] == ["open", "waiting"]
    assert [ledger.resume(capture), ledger.resume(capture)] == [True, False]
    assert ledger.waiting_for_unlock() == []
    assert _part(ledger).capture == capture


def test_recording_now_are_those_whose_device_was_heard_of(ledger: Ledger, owner: Owner) -> None:
    a_capture(ledger, owner, "open")
    heard, silent, over = (_live(ledger, owner) for _ in range(3))
    ledger.move(silent, ("open",), seen=now() - SILENT_SECONDS - 1)
    ledger.move(over, ("open",), state="ended")
    assert [row["id"] for row in ledger.recording_now()] == [heard]
