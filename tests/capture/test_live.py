"""What a device may do with its live capture: nothing acknowledged is lost, nothing wished away stays."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import func, select, update

from afterword.capture import intake
from afterword.capture import live as module
from afterword.capture.files import Conflict
from afterword.capture.intake import Opened, Refused
from afterword.capture.live import CHUNK_SECONDS, LAST_BYTES, QUIET_SECONDS, Live, Place
from afterword.capture.receipt import Receipt
from afterword.notebook.shelf import Shelf
from afterword.store.database import now
from afterword.store.ledger import SILENT_SECONDS, Claim
from afterword.store.segments import Range
from afterword.store.tables import captures, forgets, segments
from afterword.work.sweep import end as end_for_good
from tests.capture.conftest import House
from tests.recorder import coming

A, B, C = "aaaaaaaa", "bbbbbbbb", "cccccccc"
WISH, OTHER = b"w" * 16, b"v" * 16


def _open(house: House) -> Opened:
    with house.opening():
        return intake.open_capture(house.settings, house.ledger, house.owner, coming())


@pytest.fixture
def live(house: House) -> Live:
    return Live(house.settings, house.ledger, _open(house).capture)


def sealed(segment: str, seq: int) -> bytes:
    """Stands for a sealed chunk: the same bytes each time."""
    return sha256(f"{segment} {seq}".encode()).digest() * 8


def put(live: Live, segment: str, *seqs: int) -> None:
    for seq in seqs:
        live.put(Place(segment, "mic", seq), sealed(segment, seq))


def whole(live: Live, segment: str, count: int) -> None:
    """A segment that came and is closed."""
    put(live, segment, *range(count))
    assert live.close(segment, {"mic": count}) == []


def listened(live: Live, segment: str, done: int) -> None:
    """As a worker leaves it: a checkpoint covers the chunks below `done`, and they are let go."""
    claim = live.ledger.claim_live("worker", lambda _: "part")
    assert claim
    live.ledger.got_further(claim, {(segment, "mic"): done})
    live.spool.let_go(name for name in live.spool.have() if _before(Place.of_name(name), segment, done))
    live.ledger.end_part(claim)


def _before(place: Place, segment: str, done: int) -> bool:
    return place.segment == segment and place.seq < done


def here(live: Live) -> list[tuple[str, int]]:
    return [(p.segment, p.seq) for p in map(Place.of_name, live.spool.have())]


def waiting(live: Live) -> list[tuple[str, int]]:
    return [(p.segment, p.seq) for p in live.waiting()]


def left(live: Live) -> list[tuple[str, int]]:
    return [(p.segment, p.seq) for p in live.left()]


def refused(code: str, act: Any, *given: Any) -> Refused:
    with pytest.raises(Refused) as found:
        act(*given)
    assert found.value.code == code
    return found.value


def seen_ago(live: Live, seconds: int) -> None:
    with live.ledger.engine.begin() as db:
        db.execute(update(captures).where(captures.c.id == live.capture).values(seen=now() - seconds))


def row(live: Live) -> Mapping[str, Any]:
    return live.ledger.row(live.capture)


def test_a_place_has_a_name_and_a_name_its_place() -> None:
    names = [Place(A, "mic", seq).name for seq in (0, 9, 10, 2259)]
    assert names == sorted(names)
    assert [Place.of_name(name).seq for name in names] == [0, 9, 10, 2259]


def test_the_same_bytes_again_are_fine_and_others_are_not(live: Live) -> None:
    place, data = Place(A, "mic", 0), sealed(A, 0)
    assert live.put(place, data) == live.put(place, data) == sha256(data).hexdigest()
    with pytest.raises(Conflict):
        live.put(place, b"other bytes")
    assert live.spool.read(place.name) == data


def test_what_was_listened_to_is_acknowledged_again_and_not_stored_again(live: Live) -> None:
    put(live, A, 0, 1, 2)
    listened(live, A, 2)
    assert live.put(Place(A, "mic", 0), sealed(A, 0)) == sha256(sealed(A, 0)).hexdigest()
    assert here(live) == [(A, 2)]


def test_what_was_wished_away_is_acknowledged_and_not_stored(live: Live) -> None:
    put(live, A, 0, 1)
    live.forget(WISH, 2, A, {"mic": 4})
    put(live, A, 0, 2, 3)
    assert here(live) == []
    refused("conflict", live.put, Place(A, "mic", 4), b"after the wish closed it")


def test_a_wish_between_looking_and_storing_still_takes_the_chunk(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    put(live, A, 0)
    real = live.spool.put

    def slow(name: str, data: bytes) -> None:
        Live.forget(live, WISH, 2, A, {"mic": 2})
        real(name, data)

    monkeypatch.setattr(live.spool, "put", slow)
    live.put(Place(A, "mic", 1), sealed(A, 1))
    assert here(live) == []


def test_a_twin_that_comes_while_its_chunk_is_listened_to_does_not_stay(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(live, A, 0, 1)
    real = live.spool.put

    def slow(name: str, data: bytes) -> None:
        listened(live, A, 2)
        real(name, data)

    monkeypatch.setattr(live.spool, "put", slow)
    live.put(Place(A, "mic", 1), sealed(A, 1))
    assert here(live) == []


def test_a_chunk_that_comes_while_somebody_ends_the_recording_is_not_acknowledged(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(live, A, 0)
    real = live.spool.put

    def slow(name: str, data: bytes) -> None:
        live.end_without_device()
        real(name, data)

    monkeypatch.setattr(live.spool, "put", slow)
    assert refused("over", live.put, Place(A, "mic", 1), b"late").status == 410


def test_a_chunk_that_comes_while_it_is_discarded_finds_nothing(
    house: House, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(live, A, 0)
    real = live.spool.put

    def slow(name: str, data: bytes) -> None:
        end_for_good(house.settings, house.ledger, live.capture, "discarded")
        real(name, data)

    monkeypatch.setattr(live.spool, "put", slow)
    with pytest.raises(Refused, match="discarded"):
        live.put(Place(A, "mic", 1), b"late")
    assert live.spool.gone()


def test_what_a_crash_left_behind_is_let_go(live: Live) -> None:
    """It came between the row that says that a chunk may go, and its going."""
    put(live, A, 0, 1, 2, 3)
    claim = live.ledger.claim_live("worker", lambda _: "part")
    assert claim
    live.ledger.got_further(claim, {(A, "mic"): 2})
    live.segments.forget(live.capture, WISH, [Range(A, "mic", 3, 4)], 2)
    assert len(here(live)) == 4
    live.tidy()
    live.tidy()
    assert here(live) == [(A, 2)]


def test_listening_waits_for_the_chunk_before(live: Live) -> None:
    put(live, A, 0, 1, 3, 4)
    assert waiting(live) == [(A, 0), (A, 1)]
    assert live.heard_of("recording")["safe"] == {A: {"mic": 2}}
    put(live, A, 2)
    assert waiting(live) == [(A, seq) for seq in range(5)]


def test_the_next_segment_waits_until_the_one_before_is_complete(live: Live) -> None:
    put(live, A, 0, 2)
    assert live.close(A, {"mic": 4}) == [("mic", 1), ("mic", 3)]
    put(live, B, 0)
    assert waiting(live) == [(A, 0)]
    put(live, A, 1, 3)
    assert waiting(live) == [(A, 0), (A, 1), (A, 2), (A, 3), (B, 0)]


def test_over_what_was_wished_away_listening_goes_on(live: Live) -> None:
    whole(live, A, 26)
    listened(live, A, 1)
    live.forget(WISH, 2, B, {"mic": 0})
    put(live, C, 0)
    assert waiting(live) == [(C, 0)]
    assert live.heard_of("recording")["safe"] == {A: {"mic": 26}, C: {"mic": 1}}


def test_while_a_hole_may_be_filled_nothing_behind_it_is_listened_to_and_at_the_end_all_is(live: Live) -> None:
    put(live, A, 0, 2)
    assert left(live) == [(A, 0)]
    live.end_without_device()
    assert left(live) == [(A, 0), (A, 2)]


def test_two_devices_do_not_record_at_once(live: Live) -> None:
    put(live, A, 0)
    assert refused("elsewhere", live.put, Place(B, "mic", 0), b"x").status == 409
    refused("elsewhere", live.close, B, {"mic": 1})
    refused("elsewhere", live.end, {B: {"mic": 1}})
    refused("elsewhere", live.forget, WISH, 2, B, {"mic": 1})
    assert (here(live), row(live)["forgotten"]) == ([(A, 0)], 0)
    live.close(A, {"mic": 1})
    put(live, B, 0)
    put(live, A, 0)
    assert [(s.name, s.number, s.closed) for s in live.segments.of(live.capture)] == [(A, 1, 1), (B, 2, None)]


def test_closing_twice_is_closing_once_and_the_first_word_stands(live: Live) -> None:
    put(live, A, 0, 1)
    assert live.close(A, {"mic": 3}) == [("mic", 2)]
    assert live.close(A, {"mic": 9}) == [("mic", 2)]
    refused("conflict", live.put, Place(A, "mic", 3), b"x")
    put(live, A, 2)
    assert live.close(A, {"mic": 3}) == []


def test_a_segment_that_sent_nothing_is_known_once_it_is_closed(live: Live) -> None:
    assert live.close(A, {"mic": 0}) == []
    assert live.segments.of(live.capture) == []
    assert live.close(A, {"mic": 2}) == [("mic", 0), ("mic", 1)]


def test_an_end_lists_what_is_missing_and_is_an_end_once_it_is_there(live: Live) -> None:
    put(live, A, 0, 2)
    counts = {A: {"mic": 4}, B: {"mic": 1}}
    assert live.end(counts) == [Place(A, "mic", 1), Place(A, "mic", 3), Place(B, "mic", 0)]
    assert row(live)["state"] == "open"
    put(live, A, 1, 3)
    assert live.end(counts) == [Place(B, "mic", 0)]
    put(live, B, 0)
    assert live.end(counts) == []
    assert row(live)["state"] == "ended"
    assert live.end(counts) == []
    for act, *given in ((live.put, Place(A, "mic", 0), b"x"), (live.close, A, {"mic": 4}), (live.heard_of, "off"),
                        (live.forget, WISH, 2, A, {"mic": 4})):  # fmt: skip
        assert refused("over", act, *given).status == 410
    assert len(here(live)) == 5


def test_an_end_misses_nothing_that_was_listened_to_or_wished_away(live: Live) -> None:
    put(live, A, *range(6))
    listened(live, A, 3)
    put(live, A, 6)
    live.forget(WISH, 2, A, {"mic": 9})
    assert live.end({A: {"mic": 9}}) == []


def test_a_recording_of_nothing_can_be_ended(live: Live) -> None:
    assert live.end({}) == []
    assert row(live)["state"] == "ended"


def test_an_end_after_a_discard_is_no_success(house: House, live: Live) -> None:
    put(live, A, 0)
    end_for_good(house.settings, house.ledger, live.capture, "discarded")
    for act, *given in ((live.end, {A: {"mic": 1}}), (live.put, Place(A, "mic", 0), b"x"), (live.heard_of, "off"),
                        (live.close, A, {"mic": 1}), (live.forget, WISH, 2, A, {"mic": 1})):  # fmt: skip
        with pytest.raises(Refused, match="discarded"):
            act(*given)


def test_after_it_expired_it_is_over(house: House, live: Live) -> None:
    end_for_good(house.settings, house.ledger, live.capture, "expired")
    refused("over", live.end, {A: {"mic": 1}})
    refused("over", live.put, Place(A, "mic", 0), b"x")


def test_without_the_device_what_never_came_is_not_waited_for(live: Live) -> None:
    whole(live, A, 2)
    put(live, B, 0, 1, 4)
    live.end_without_device()
    assert row(live)["state"] == "ended"
    assert left(live) == [(A, 0), (A, 1), (B, 0), (B, 1), (B, 4)]


# A wish, by where it is made: what is there, what is listened to, and what has to be gone.
@pytest.mark.parametrize("minutes", [2, 5, 10])
@pytest.mark.parametrize("done", [0, 3, 40])
def test_at_least_the_wished_minutes_go_over_several_segments_and_not_much_more(
    live: Live, minutes: int, done: int
) -> None:
    whole(live, A, 60)
    whole(live, B, 10)
    put(live, C, *range(7))
    if done:
        listened(live, A, done)
    ranges = live.forget(WISH, minutes, C, {"mic": 8})
    gone = {(r.segment, seq) for r in ranges for seq in range(r.first, r.past)}
    full = [place for place in gone if place not in ((A, 59), (B, 9), (C, 7))]  # the last of each may be short
    assert len(full) * CHUNK_SECONDS == min(minutes * 60, 75 * 5)
    made = [(A, n) for n in range(60)] + [(B, n) for n in range(10)] + [(C, n) for n in range(8)]
    assert gone == set(made[-len(gone) :]), "the last ones, without a hole"
    assert not gone & set(here(live))
    assert waiting(live) == [(A, n) for n in range(done, 60) if (A, n) not in gone]
    assert row(live)["unforgotten"] == 1


def test_a_wish_for_more_than_there_is_takes_all_and_waits_for_nothing(live: Live) -> None:
    whole(live, A, 5)
    put(live, B, 0)
    live.forget(WISH, 10, B, {"mic": 1})
    assert (here(live), waiting(live), live.end({A: {"mic": 5}, B: {"mic": 1}})) == ([], [], [])


def test_the_same_wish_gives_the_same_answer_and_is_counted_once(live: Live) -> None:
    whole(live, A, 30)
    put(live, B, 0, 1)
    first = live.forget(WISH, 2, B, {"mic": 2})
    put(live, C, *range(40))
    assert live.forget(WISH, 2, B, {"mic": 2}) == first == live.forget(WISH, 5, C, {"mic": 40})
    assert row(live)["forgotten"] == 2
    assert {p for p in here(live) if p[0] == C} == {(C, n) for n in range(40)}
    live.forget(OTHER, 2, C, {"mic": 40})
    assert row(live)["forgotten"] == 4


def test_one_wish_in_two_requests_at_once_is_one_wish(live: Live) -> None:
    whole(live, A, 30)
    answers: list[tuple[Range, ...]] = []
    start = threading.Barrier(4)

    def ask() -> None:
        start.wait()
        answers.append(live.forget(WISH, 2, A, {"mic": 30}))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [(Range(A, "mic", 5, 30),)] * 4
    assert row(live)["forgotten"] == 2
    with live.ledger.engine.connect() as db:
        assert db.execute(select(func.count()).select_from(forgets)).scalar() == 1


def test_a_device_that_lost_count_forgets_enough_all_the_same(live: Live) -> None:
    put(live, A, *range(30))
    listened(live, A, 28)
    assert live.forget(WISH, 2, A, {"mic": 3}) == (Range(A, "mic", 5, 30),)
    assert here(live) == []


def test_a_wish_right_after_a_new_start_reaches_into_what_was_before(live: Live) -> None:
    whole(live, A, 30)
    for counts in ({}, {"mic": 0}):
        live.forget(WISH, 2, B, counts)
        assert len(here(live)) == 5


def test_a_wish_when_there_is_nothing_takes_nothing_and_counts_nothing(live: Live) -> None:
    assert live.forget(WISH, 2, A, {"mic": 0}) == ()
    assert [row(live)[name] for name in ("forgotten", "unforgotten")] == [0, 0]


def test_a_late_wish_takes_what_was_before_it_and_nothing_after(live: Live) -> None:
    whole(live, A, 30)
    put(live, B, 0, 1)
    assert live.forget(WISH, 2, A, {"mic": 30}) == (Range(A, "mic", 5, 30),)
    assert {p for p in here(live) if p[0] == B} == {(B, 0), (B, 1)}


def test_a_wish_that_comes_while_somebody_ends_it_takes_no_sound_away_under_the_room(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(live, A, *range(5))
    real = live._last

    def slow(*given: Any) -> Any:
        found = real(*given)
        live.end_without_device()
        return found

    monkeypatch.setattr(live, "_last", slow)
    refused("over", live.forget, WISH, 2, A, {"mic": 5})
    assert (len(here(live)), len(left(live))) == (5, 5)


def test_whoever_listens_while_a_wish_comes_has_lost_the_right_to(live: Live) -> None:
    put(live, A, *range(5))
    claim = live.ledger.claim_live("worker", lambda _: "part")
    assert claim
    assert live.ledger.holds(claim)
    live.forget(WISH, 2, A, {"mic": 5})
    assert not live.ledger.holds(claim)


def test_the_receipt_says_how_many_minutes_were_forgotten(house: House, live: Live) -> None:
    whole(live, A, 100)
    live.forget(WISH, 2, A, {"mic": 100})
    live.forget(OTHER, 5, B, {"mic": 0})
    session = row(live)["session"]
    end_for_good(house.settings, house.ledger, live.capture, "discarded")
    receipt = Shelf(house.ledger.engine, house.owner).receipt(session)
    assert isinstance(receipt, Receipt)
    assert (receipt.forgotten, receipt.outcome) == (7, "discarded")
    after = row(live)
    assert [after[name] for name in ("forgotten", "unforgotten", "seen", "mode")] == [0, 0, None, "recording"]
    with live.ledger.engine.connect() as db:
        for table in (segments, forgets):
            assert db.execute(select(func.count()).select_from(table)).scalar() == 0


def test_a_full_disk_takes_no_chunk_and_loses_none(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    put(live, A, 0)
    listened(live, A, 1)
    with monkeypatch.context() as full:
        full.setattr(module, "free_bytes", lambda _: LAST_BYTES - 1)
        assert refused("disk_full", live.put, Place(A, "mic", 1), sealed(A, 1)).status == 507
        put(live, A, 0)
    put(live, A, 1)
    assert here(live) == [(A, 1)]


def test_as_many_as_fit_and_a_running_one_is_never_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MOST_AT_ONCE", 2)
    running = [Live(house.settings, house.ledger, _open(house).capture) for _ in range(2)]
    refusal = refused("full", _open, house)
    assert (refusal.status, refusal.says.endswith(".")) == (503, True)
    monkeypatch.setattr(intake, "MOST_AT_ONCE", 0)
    monkeypatch.setattr(intake, "free_bytes", lambda _: 0)
    for live in running:
        put(live, A, 0, 1)
        live.close(A, {"mic": 2})
        put(live, B, 0)
        live.heard_of("recording")


def test_one_that_is_silent_for_long_makes_room_and_an_ended_one_too(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MOST_AT_ONCE", 1)
    first = Live(house.settings, house.ledger, _open(house).capture)
    seen_ago(first, SILENT_SECONDS + 1)
    second = Live(house.settings, house.ledger, _open(house).capture)
    refused("full", _open, house)
    second.end({})
    put(first, A, 0)
    refused("full", _open, house)
    first.end_without_device()
    _open(house)


def test_the_same_start_again_is_the_same_capture_also_when_nothing_more_fits(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = coming()
    with house.opening():
        first = intake.open_capture(house.settings, house.ledger, house.owner, wanted)
        monkeypatch.setattr(intake, "MOST_AT_ONCE", 1)
        again = intake.open_capture(house.settings, house.ledger, house.owner, wanted)
    assert (first.capture, first.public_key, first.token) == (again.capture, again.public_key, again.token)
    assert (again.have, again.going_on) == ((), False)


def test_every_word_of_the_device_keeps_it_alive(live: Live) -> None:
    put(live, A, *range(3))
    for word in (
        lambda: put(live, A, 0),
        lambda: live.heard_of("recording"),
        lambda: live.forget(WISH, 2, A, {"mic": 3}),
        lambda: live.close(A, {"mic": 3}),
    ):
        seen_ago(live, 600)
        word()
        assert now() - row(live)["seen"] < 5


def test_it_pauses_when_its_segment_is_closed_or_its_device_silent(live: Live) -> None:
    assert not live.pausing()
    put(live, A, 0)
    assert not live.pausing()
    seen_ago(live, QUIET_SECONDS + 1)
    assert live.pausing()
    put(live, A, 0)
    assert not live.pausing()
    live.close(A, {"mic": 1})
    assert live.pausing()


def _provisional(live: Live) -> Claim:
    seen_ago(live, SILENT_SECONDS + 60)
    claim = live.ledger.claim_live("worker", lambda _: "provisional")
    assert claim
    live.ledger.keep_provisional(claim, b"the record of what is here")
    assert row(live)["state"] == "provisional"
    return claim


@pytest.mark.parametrize("word", ["a late chunk", "a close", "a word", "a wish", "an end"])
def test_a_word_of_a_device_that_was_taken_for_lost_opens_it_again(live: Live, word: str) -> None:
    put(live, A, 0, 1)
    claim = _provisional(live)
    acts: dict[str, Any] = {
        "a late chunk": lambda: put(live, A, 2),
        "a close": lambda: live.close(A, {"mic": 2}),
        "a word": lambda: live.heard_of("paused"),
        "a wish": lambda: live.forget(WISH, 2, A, {"mic": 2}),
        "an end": lambda: live.end({A: {"mic": 2}}),
    }
    acts[word]()
    assert row(live)["state"] == ("ended" if word == "an end" else "open")
    assert live.ledger.has_record(claim) is (word != "a wish"), "a record that knows what is forgotten goes"


def test_after_a_discard_the_record_of_what_was_here_is_gone_too(house: House, live: Live) -> None:
    put(live, A, 0)
    claim = _provisional(live)
    end_for_good(house.settings, house.ledger, live.capture, "discarded")
    assert not live.ledger.has_record(claim)


def test_nobody_elses_chunks_are_touched(house: House, live: Live) -> None:
    other = Live(house.settings, house.ledger, _open(house).capture)
    whole(other, A, 30)
    whole(live, A, 30)
    live.forget(WISH, 10, A, {"mic": 30})
    other.tidy()
    assert (len(here(other)), here(live), len(waiting(other))) == (30, [], 30)
    with pytest.raises(KeyError):
        intake.put_chunk(house.settings, house.ledger, live.capture, 0, os.urandom(9))
