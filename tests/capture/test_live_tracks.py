"""A live capture with two tracks: they wait for each other, are counted apart, and are wished away together."""

from __future__ import annotations

import pytest

from afterword.capture.live import MOST_BYTES, QUIET_SECONDS, TRACKS, Live, Place
from afterword.session import _closed
from afterword.store.segments import Range
from afterword.work import parts
from afterword.work.parts import Follow
from tests.capture.conftest import House
from tests.capture.test_live import WISH, A, B, C, _open, refused, seen_ago


@pytest.fixture
def live(house: House) -> Live:
    return Live(house.settings, house.ledger, _open(house).capture)


def put(live: Live, segment: str, *, mic: range | tuple[int, ...] = (), call: range | tuple[int, ...] = ()) -> None:
    for track, seqs in (("mic", mic), ("call", call)):
        for seq in seqs:
            live.put(Place(segment, track, seq), f"{segment} {track} {seq}".encode() * 8)


def whole(live: Live, segment: str, mic: int, call: int | None = None) -> None:
    """A segment that came and is closed on all its tracks."""
    put(live, segment, mic=range(mic), call=range(call or 0))
    assert live.close(segment, {"mic": mic} | ({} if call is None else {"call": call})) == []


def listened(live: Live, **done: tuple[str, int]) -> None:
    """As a worker leaves it: done={'mic': (segment, chunks)}."""
    claim = live.ledger.claim_live("worker", lambda _: "part")
    assert claim
    live.ledger.got_further(claim, {(segment, track): count for track, (segment, count) in done.items()})
    gone = {(segment, track): count for track, (segment, count) in done.items()}
    places = map(Place.of_name, live.spool.have())
    live.spool.let_go([p.name for p in places if p.seq < gone.get((p.segment, p.track), 0)])
    live.ledger.end_part(claim)


def spots(places: list[Place]) -> list[str]:
    """For short: "a mic 0"."""
    return [f"{place.segment[0]} {place.track} {place.seq}" for place in places]


def test_both_tracks_of_a_segment_wait_beside_each_other_in_the_order_in_which_they_are_sent(live: Live) -> None:
    put(live, A, call=(2, 0, 1), mic=(1, 0, 2))
    assert spots(live.waiting()) == ["a mic 0", "a call 0", "a mic 1", "a call 1", "a mic 2", "a call 2"]
    assert TRACKS == ("mic", "call")


def test_no_track_is_listened_to_beyond_a_hole_in_the_other(live: Live) -> None:
    put(live, A, mic=range(4), call=(0, 2, 3))
    assert spots(live.waiting()) == ["a mic 0", "a call 0", "a mic 1"]
    assert live.heard_of("recording")["safe"] == {A: {"mic": 4, "call": 1}}
    put(live, A, call=(1,))
    assert len(live.waiting()) == 8


def test_the_next_segment_waits_until_all_tracks_of_the_one_before_are_complete(live: Live) -> None:
    put(live, A, mic=range(2), call=(0,))
    assert live.close(A, {"mic": 2, "call": 2}) == [("call", 1)]
    put(live, B, mic=(0,))
    assert spots(live.waiting()) == ["a mic 0", "a call 0", "a mic 1"]
    put(live, A, call=(1,))
    assert spots(live.waiting())[-2:] == ["a call 1", "b mic 0"]


def test_tracks_of_different_length_are_each_complete_at_their_own_count(live: Live) -> None:
    whole(live, A, mic=3, call=1)
    whole(live, B, mic=1)
    whole(live, C, mic=1, call=2)
    assert spots(live.waiting()) == [
        "a mic 0", "a call 0", "a mic 1", "a mic 2", "b mic 0", "c mic 0", "c call 0", "c call 1",
    ]  # fmt: skip
    assert _closed(live) == {A: {"mic": 3, "call": 1}, B: {"mic": 1}, C: {"mic": 1, "call": 2}}


def test_a_track_that_is_further_than_the_other_goes_on_where_it_is(live: Live) -> None:
    put(live, A, mic=range(4), call=range(4))
    listened(live, mic=(A, 2), call=(A, 1))
    assert spots(live.waiting()) == ["a call 1", "a mic 2", "a call 2", "a mic 3", "a call 3"]


def test_a_new_segment_is_let_in_when_both_tracks_are_closed_and_not_before(live: Live) -> None:
    put(live, A, mic=range(2), call=range(2))
    live.close(A, {"mic": 2})
    refused("elsewhere", live.put, Place(B, "mic", 0), b"x")
    assert _closed(live) == {}
    live.close(A, {"call": 2})
    put(live, B, mic=(0,))


def test_it_pauses_when_all_tracks_of_the_last_segment_are_closed_or_the_device_is_silent(live: Live) -> None:
    assert not live.pausing()
    put(live, A, mic=(0,), call=(0,))
    live.close(A, {"call": 1})
    assert not live.pausing()
    live.close(A, {"mic": 1})
    assert live.pausing()
    put(live, B, mic=(0,), call=(0,))
    assert not live.pausing()
    seen_ago(live, QUIET_SECONDS + 1)
    assert live.pausing()


def test_the_end_asks_for_what_is_missing_of_each_track(live: Live) -> None:
    put(live, A, mic=(0, 2), call=(1,))
    assert spots(live.end({A: {"mic": 3, "call": 2}})) == ["a call 0", "a mic 1"]
    put(live, A, mic=(1,), call=(0,))
    assert live.end({A: {"mic": 3, "call": 2}}) == []


def test_at_the_end_what_is_left_is_in_order_over_holes(live: Live) -> None:
    put(live, A, mic=(0, 2), call=(1, 2))
    assert spots(live.left()) == ["a mic 0"]
    live.end_without_device()
    assert spots(live.left()) == ["a mic 0", "a call 1", "a mic 2", "a call 2"]


def test_a_wish_takes_the_same_minutes_of_both_tracks(live: Live) -> None:
    put(live, A, mic=range(40), call=range(40))
    ranges = live.forget(WISH, 2, A, {"mic": 40, "call": 40})
    assert set(ranges) == {Range(A, "mic", 15, 40), Range(A, "call", 15, 40)}
    assert {place.seq for place in map(Place.of_name, live.spool.have())} == set(range(15))


def test_a_wish_does_not_reach_further_back_on_a_track_that_was_away_meanwhile(live: Live) -> None:
    """Three minutes ago the call was shared, since then not: two minutes of it are two minutes of the recording."""
    whole(live, A, mic=13, call=13)
    whole(live, B, mic=37)
    put(live, C, mic=range(3))
    ranges = live.forget(WISH, 2, C, {"mic": 3})
    assert set(ranges) == {Range(C, "mic", 0, 3), Range(B, "mic", 14, 37)}
    assert {p.seq for p in map(Place.of_name, live.spool.have()) if p.segment == A and p.track == "call"} == {
        *range(13)
    }


def test_a_wish_of_which_only_one_track_was_sent_closes_both(live: Live) -> None:
    put(live, A, mic=range(2))
    live.forget(WISH, 2, A, {"mic": 3, "call": 3})
    assert live.spool.have() == {}
    assert {(s.track, s.closed) for s in live.segments.of(live.capture)} == {("mic", 3), ("call", 3)}
    put(live, B, mic=(0,), call=(0,))
    assert spots(live.waiting()) == ["b mic 0", "b call 0"]


def test_what_a_crash_left_behind_of_either_track_is_let_go(live: Live) -> None:
    put(live, A, mic=range(3), call=range(3))
    claim = live.ledger.claim_live("worker", lambda _: "part")
    assert claim
    live.ledger.got_further(claim, {(A, "mic"): 2, (A, "call"): 1})
    live.tidy()
    assert spots(sorted(map(Place.of_name, live.spool.have()), key=lambda p: (p.seq, p.track))) == [
        "a call 1", "a call 2", "a mic 2",
    ]  # fmt: skip


def test_two_tracks_of_the_same_time_do_not_start_a_room_sooner(house: House, live: Live) -> None:
    follow = Follow(house.settings, house.ledger)
    put(live, A, mic=range(4), call=range(4))
    assert follow.aim(live.ledger.row(live.capture)) is None
    put(live, A, mic=(4, 5), call=(4, 5))
    assert follow.aim(live.ledger.row(live.capture)) == "part"
    assert parts._long(live.waiting()) == 6


def test_the_largest_recording_of_two_tracks_without_an_encoder_fits() -> None:
    assert MOST_BYTES > 2 * 3 * 3600 * 16000 * 2 * 1.02
