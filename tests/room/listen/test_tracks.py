"""Microphone and call are listened to beside each other: in step, each whole, and covered only where both are here."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from afterword.room.listen import Checkpoint, Line
from afterword.room.listen import following as module
from afterword.room.listen.chunk import Chunk, read_chunk
from afterword.room.listen.decode import RATE
from afterword.room.listen.hearing import Clock, Cutter
from afterword.room.listen.tracks import Tracks
from tests.recorder import CHUNK
from tests.room.listen.test_following import Device, Room, Stored, gaps, tone
from tests.speech import Samples


class TwoLevels:
    """Stands for the models: a line for each stretch of one loudness of each track, in thousandths."""

    def lines(self, window: Samples, state: Checkpoint, _clock: Clock) -> tuple[Line, ...]:
        tracks = [("", window)] if window.ndim == 1 else [("mic", window[:, 0]), ("call", window[:, 1])]
        return tuple(line for track, sound in tracks for line in self._of(sound, state, track))

    def _of(self, sound: Samples, state: Checkpoint, track: str) -> list[Line]:
        level = np.round(sound * 1000).astype(int)
        edges = [0, *(np.flatnonzero(np.diff(level)) + 1), len(level)]
        at = [state.seconds + edge / RATE for edge in edges]
        spans = zip(pairwise(at), edges, strict=False)
        return [Line(a, b, str(level[i]), bytes([1]) * 512, track) for (a, b), i in spans if level[i]]


@pytest.fixture(autouse=True)
def level_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module._Follower, "_listen", lambda _: TwoLevels())


@pytest.fixture
def room() -> Room:
    return Room(Device())


def both(room: Room, mic: Samples, call: Samples, **how: Any) -> list[Stored]:
    return room.device.say(mic, call=call, **how)


def levels(room: Room, track: str) -> list[int]:
    """Each once, in order: a window may end in the middle of one."""
    heard = [int(line.text) for line in room.state.lines if line.track == track]
    return [level for before, level in pairwise([0, *heard]) if level != before]


def only(chunks: list[Stored], track: str) -> list[Stored]:
    return [chunk for chunk in chunks if chunk[0].track == track]


def test_both_are_heard_each_on_its_own_and_known_by_their_track(room: Room) -> None:
    room.waiting = both(room, tone(*range(1, 21)), tone(*range(101, 121)))
    room.work(last=True)
    assert (levels(room, "mic"), levels(room, "call")) == ([*range(1, 21)], [*range(101, 121)])
    assert Checkpoint.from_bytes(room.state.to_bytes()) == room.state
    assert (room.state.gaps, room.waiting, room.state.seconds) == ((), [], 100.0)


def test_nothing_is_covered_that_only_one_track_has(room: Room) -> None:
    chunks = both(room, tone(1, 2, 3, 4), tone(101, 102, 103, 104))
    room.waiting = chunks[:4] + only(chunks[4:], "mic")
    room.work(flush=True)
    assert (levels(room, "mic"), levels(room, "call")) == ([1, 2], [101, 102])
    assert [(p.track, p.seq) for p, _ in room.waiting] == [("mic", 2), ("mic", 3)]
    room.waiting += only(chunks[4:], "call")
    room.work(flush=True)
    assert (levels(room, "mic"), levels(room, "call")) == ([1, 2, 3, 4], [101, 102, 103, 104])
    assert room.waiting == []


def test_for_a_record_of_a_silent_device_what_may_still_come_is_waited_for(room: Room) -> None:
    chunks = both(room, tone(1, 2, 3), tone(101, 102, 103))
    room.waiting = chunks[:5]
    room.work(last=True, final=False)
    assert [(p.track, p.seq) for p, _ in room.waiting] == [("mic", 2)]
    room.waiting += chunks[5:]
    room.work(last=True)
    assert levels(room, "call") == [101, 102, 103]


def test_control_at_the_end_it_is_not_waited_for(room: Room) -> None:
    chunks = both(room, tone(1, 2, 3), tone(101, 102, 103))
    room.waiting = chunks[:5]
    heard = room.work(last=True)
    assert (levels(room, "mic"), levels(room, "call"), room.waiting) == ([1, 2, 3], [101, 102], [])
    assert gaps(heard) == [(10.0, 15.0, "lost")]


def test_for_a_record_of_a_silent_device_a_lost_end_may_still_come_on_one_track_too(room: Room) -> None:
    chunks = room.device.say(tone(1, 2, 3))
    name = chunks[0][0].segment
    room.waiting = chunks[:2]
    room.work(last=True, final=False, closed={name: {"mic": 3}})
    room.waiting = chunks[2:]
    heard = room.work(last=True, closed={name: {"mic": 3}})
    assert (levels(room, ""), gaps(heard)) == ([1, 2, 3], [])


@pytest.mark.parametrize("track", ["mic", "call"])
@pytest.mark.parametrize("lost", [0, 1, 3])
def test_a_lost_chunk_of_one_track_is_silence_there_and_a_gap(room: Room, track: str, lost: int) -> None:
    chunks = both(room, tone(1, 2, 3, 4), tone(101, 102, 103, 104))
    room.waiting = [chunk for chunk in chunks if (chunk[0].track, chunk[0].seq) != (track, lost)]
    heard = room.work(last=True)
    assert gaps(heard) == [(5.0 * lost, 5.0 * lost + 5, "lost")]
    there = {"mic": [1, 2, 3, 4], "call": [101, 102, 103, 104]}
    there[track].pop(lost)
    assert {name: levels(room, name) for name in there} == there
    starts = {int(line.text): line.start for line in room.state.lines}
    assert all(start == pytest.approx(5 * (level % 100 - 1)) for level, start in starts.items())


def test_what_both_lost_is_one_hole_that_costs_no_memory(room: Room) -> None:
    chunks = both(room, tone(*[1] * 200), tone(*[101] * 200))
    room.waiting = [chunk for chunk in chunks if not 2 <= chunk[0].seq < 198]
    heard = room.work(last=True)
    assert gaps(heard) == [(10.0, 990.0, "lost")]
    assert room.state.seconds == 1000.0


def test_a_microphone_that_was_away_is_a_gap_and_a_call_in_silence_is_none(room: Room) -> None:
    room.waiting = both(room, tone(0, 0), tone(101, 0), zeros=True)
    assert gaps(room.work(last=True)) == [(0.0, 10.0, "no microphone")]
    assert levels(room, "call") == [101]


def test_a_call_of_which_nothing_ever_comes_holds_nothing_up_at_the_end(room: Room) -> None:
    chunks = both(room, tone(*range(1, 61)), tone(*range(101, 161)))
    room.waiting = only(chunks, "mic")
    room.work(flush=True)
    assert len(room.waiting) == 60, "while it goes on it may still come"
    heard = room.work(last=True)
    assert levels(room, "mic") == [*range(1, 61)]
    assert gaps(heard) == [(0.0, 300.0, "lost")]


def test_a_pause_leaves_nothing_waiting_although_one_track_ended_a_little_later(room: Room) -> None:
    chunks = both(room, tone(1, 2, seconds=4), tone(101, 102, seconds=3.9))
    room.waiting = list(chunks)
    room.work(flush=True)
    assert (room.waiting, levels(room, "call")) == ([], [101, 102])


def test_what_one_track_has_in_a_chunk_of_its_own_is_heard_once_all_counts_are_known(room: Room) -> None:
    chunks = both(room, tone(1, 2, seconds=5.1), tone(101, 102, seconds=5.0))
    name = chunks[0][0].segment
    room.waiting = list(chunks)
    room.work(flush=True)
    assert [(p.track, p.seq) for p, _ in room.waiting] == [("mic", 2)]
    room.work(flush=True, closed={name: {"mic": 3, "call": 2}})
    assert (room.waiting, levels(room, "mic"), room.state.gaps) == ([], [1, 2], ())


def test_a_room_that_goes_on_within_the_last_chunk_hears_both_tracks_to_their_end(room: Room) -> None:
    mic, call = tone(1, seconds=35), tone(101, seconds=35)
    for sound in (mic, call):
        sound[32 * RATE : 33 * RATE] = 0  # where the first room's window ends
    room.waiting = both(room, mic, call)
    closed = {room.waiting[0][0].segment: {"mic": 7, "call": 7}}
    room.work(rest=30, closed=closed)
    assert [(p.track, p.seq) for p, _ in room.waiting] == [("mic", 6), ("call", 6)]
    heard = room.work(last=True, closed=closed)
    assert {line.track: line.end for line in room.state.lines} == {"mic": 35.0, "call": 35.0}
    assert gaps(heard) == []


def test_a_room_that_was_left_alone_with_one_track_does_not_take_its_chunks_for_the_others(room: Room) -> None:
    chunks = both(room, tone(*range(1, 41)), tone(*range(101, 141)))
    room.waiting = only(chunks, "mic")
    room.work(later=[(only(chunks, "call"), True)])
    assert room.waiting == only(chunks, "mic"), "it ends without asking for more: 16 of these were not taken"
    room.waiting = chunks
    room.work(last=True)
    assert (levels(room, "mic"), levels(room, "call")) == ([*range(1, 41)], [*range(101, 141)])


def test_a_share_that_ends_and_comes_again_keeps_the_microphone_without_a_break(room: Room) -> None:
    room.waiting = both(room, tone(1, 2, seconds=7), tone(101, 102, seconds=7))
    room.waiting += room.device.say(tone(3, 4, seconds=6))
    room.waiting += both(room, tone(5, 6), tone(105, 106))
    heard = room.work(last=True)
    assert (levels(room, "mic"), levels(room, ""), levels(room, "call")) == ([1, 2, 5, 6], [3, 4], [101, 102, 105, 106])
    assert gaps(heard) == []
    ends = [line.end for line in room.state.lines if line.text in ("2", "4")]
    assert ends == pytest.approx([14, 26], abs=0.002)


def test_chunks_in_any_order_of_the_tracks_come_to_the_same(room: Room) -> None:
    chunks = both(room, tone(*range(1, 13)), tone(*range(101, 113)))
    late = Room(room.device)
    room.waiting = list(chunks)
    late.waiting = only(chunks[:12], "mic") + only(chunks[:12], "call") + only(chunks[12:], "call")
    late.waiting += only(chunks[12:], "mic")
    room.work(flush=True)
    late.work(flush=True)
    assert sorted(room.state.lines, key=str) == sorted(late.state.lines, key=str)
    assert (room.waiting, late.waiting) == ([], [])


@pytest.mark.parametrize("seed", range(8))
def test_however_rooms_end_and_chunks_come_everything_is_heard_once(seed: int) -> None:
    """Rooms that rest, stay, die after a checkpoint, or find one track only: at the end each level is there, in
    place."""
    chance, room = random.Random(seed), Room(Device())
    arriving: list[Stored] = []
    for part in range(3):
        with_call = chance.random() < 0.7
        count = chance.randint(1, 9)
        mic = tone(*range(10 * part + 1, 10 * part + 1 + count))
        call = tone(*range(10 * part + 101, 10 * part + 101 + count))
        arriving += room.device.say(mic, call=call if with_call else None)
    expected = {chunk[0]: chunk for chunk in arriving}
    while arriving:
        more = [arriving.pop(0) for _ in range(min(len(arriving), chance.randint(1, 5)))]
        room.waiting += more
        how = chance.choice(("flush", "rest", "plain", "dies"))
        before = room.checkpoint, list(room.waiting)
        room.work(flush=how == "flush", rest=10 if how == "rest" else float("inf"))
        if how == "dies":
            room.checkpoint, room.waiting = before
    room.work(last=True)
    for track in ("mic", "call"):
        alone = {"", "mic"} if track == "mic" else {"call"}
        heard = sorted({int(line.text) for line in room.state.lines if line.track in alone})
        spans = [line.end - line.start for line in room.state.lines if line.track in alone]
        count = sum(place.track == track for place in expected)
        assert len(heard) == count
        assert sum(spans) == pytest.approx(5 * count, abs=0.01), "once, and whole"
    assert room.state.gaps == ()


def test_a_line_of_either_track_that_reaches_into_forgotten_minutes_goes(room: Room) -> None:
    chunks = both(room, tone(*range(1, 9)), tone(*range(101, 109)))
    room.waiting = list(chunks)
    room.work(flush=True)
    name = chunks[0][0].segment
    wishes = [(name, "mic", 5, 8), (name, "call", 5, 8)]
    heard = room.work(last=True, forgotten=wishes)
    assert (levels(room, "mic"), levels(room, "call")) == ([*range(1, 6)], [*range(101, 106)])
    assert gaps(heard) == [(25.0, 40.0, "forgotten")]


def test_a_checkpoint_from_before_there_were_tracks_is_gone_on_from() -> None:
    old = b'{"version":3,"at":16000,"lines":[[0.0,1.0,"Hello.","AQID"]],"gaps":[],"segments":[],"found":[]}'
    assert Checkpoint.from_bytes(old).lines == (Line(0.0, 1.0, "Hello.", b"\x01\x02\x03", ""),)


def test_a_window_is_cut_where_both_pause_and_not_where_one_does() -> None:
    loud = np.random.default_rng(1).standard_normal(60 * RATE).astype(np.float32) * 0.1
    mic, call = loud.copy(), loud[::-1] * 0.3
    mic[22 * RATE : 24 * RATE] = 0
    call[25 * RATE : 27 * RATE] = 0
    mic[27 * RATE + 8000 : 29 * RATE] = call[27 * RATE + 8000 : 29 * RATE] = 0
    window = next(iter(Cutter(30).add(np.stack([mic, call], axis=1))))
    assert 27.5 < len(window) / RATE < 29
    alone = next(iter(Cutter(30).add(mic)))
    assert not 27.5 < len(alone) / RATE < 29, "the control: one of them pauses sooner"


def test_a_track_that_is_nearly_silent_has_no_say_where_a_window_is_cut() -> None:
    loud = np.random.default_rng(1).standard_normal(60 * RATE).astype(np.float32) * 0.1
    loud[25 * RATE : 26 * RATE] = 0
    hiss = np.random.default_rng(2).standard_normal(60 * RATE).astype(np.float32) * 1e-4
    window = next(iter(Cutter(30).add(np.stack([hiss, loud], axis=1))))
    assert 25 < len(window) / RATE < 26


# Fifty minutes, in sample positions alone.


def _chunk(track: str, seq: int, start: int, samples: int) -> Chunk:
    tracks = ("mic", "call")
    return Chunk("0a0b0c0d", seq, start, samples, 0, 0, "", "wav", b"", track, tracks)


def test_over_fifty_minutes_with_gaps_both_tracks_stay_where_their_samples_are() -> None:
    """Each piece pairs the same sample positions of both, so that being in step is the device's care alone; and what
    is lost of one moves nothing of the other."""
    chance, tracks = random.Random(3), Tracks("0a0b0c0d", ("mic", "call"))
    at, given = 0, 0
    for seq in range(600):
        for track in ("mic", "call"):
            if chance.random() > 0.1:
                tracks.add(_chunk(track, seq, seq * CHUNK, CHUNK))
        for piece in tracks.pieces():
            assert piece.start == at
            at = piece.end
            for chunk in piece.chunks:
                assert chunk is None or chunk.start <= piece.start < piece.end <= chunk.end
            given += sum(chunk is not None for chunk in piece.chunks) * piece.samples
        assert tracks.ahead <= 20 * CHUNK
    assert at >= 590 * CHUNK
    assert given == pytest.approx(2 * at * 0.9, rel=0.03)


def test_segments_after_a_reload_begin_where_the_wall_clock_has_them(room: Room) -> None:
    room.waiting = both(room, tone(1, 2), tone(101, 102))
    room.waiting += both(room, tone(3), tone(103), after="not heard", away=4.25)
    heard = room.work(last=True)
    assert gaps(heard) == [(10.0, 14.25, "not heard")]
    starts = {line.text: line.start for line in room.state.lines}
    assert starts["3"] == starts["103"] == pytest.approx(14.25)


def test_control_a_track_that_is_out_of_step_is_seen_to_be(room: Room) -> None:
    chunks = both(room, tone(1, 2), tone(101, 102))
    real = read_chunk

    def late(*given: Any) -> Chunk:
        chunk = real(*given)
        return replace(chunk, start=chunk.start + 3200) if chunk.track == "call" else chunk

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "read_chunk", late)
        room.waiting = list(chunks)
        room.work(last=True)
    starts = {line.text: line.start for line in room.state.lines}
    assert starts["101"] - starts["1"] == pytest.approx(0.2)
