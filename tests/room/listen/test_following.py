"""A live capture is listened to in parts while it goes on: every break is a gap, nothing is heard twice, nothing that
was wished away comes back. Words by the real speech model; where only the order matters, by one that reads levels."""

from __future__ import annotations

import difflib
import json
import re
import secrets
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, cast

import numpy as np
import pytest

from afterword.capture.intake import Opened
from afterword.capture.live import Place
from afterword.capture.manifest import Consent, Manifest
from afterword.record import Gap
from afterword.room.attend import _parts
from afterword.room.frames import Kind
from afterword.room.listen import Checkpoint, Heard, Line, ListenError, Parts, follow
from afterword.room.listen import following as module
from afterword.room.listen.chunk import Chunk, write_chunk
from afterword.room.listen.decode import RATE
from afterword.room.listen.hearing import Clock
from afterword.room.pipes import Pipes
from afterword.seal.context import live_place
from afterword.seal.keys import CaptureIdentity, CaptureRecipient, NotebookIdentity
from tests.recorder import CHUNK, Recorder
from tests.room.listen.test_listen import SESSION
from tests.speech import Samples, dialogue

MORE = [
    ("kal16", "On Monday I called my sister, and we talked about the house for an hour."),
    ("slt", "How was it to hear her voice again?"),
    ("kal16", "It was warm. I noticed that I was not afraid of her questions."),
    ("slt", "That is new. Last month you did not want to answer the phone."),
]
PART = 9
WALL = 1_795_200_000_000
Stored = tuple[Place, bytes]


@dataclass
class Device:
    """A recorder whose capture's key is known here, as it is in the room."""

    key: CaptureIdentity = field(default_factory=CaptureIdentity.make)
    capture: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    kind: str = "wav"

    def __post_init__(self) -> None:
        opened = Opened(self.capture, bytes(16), self.key.recipient.raw, "")
        self.recorder = Recorder(opened, self.kind, wall=WALL)

    def say(
        self, sound: Samples, after: str = "", away: float = 0.0, zeros: bool = False, call: Samples | None = None
    ) -> list[Stored]:
        return self.recorder.segment(sound, after, away, zeros, call)

    def parts(self, drawer: Drawer, forgotten: list[Any] | None = None, **how: Any) -> Parts:
        """As the room makes them of its job and its pipe."""
        job = {"live": drawer.places(0), "forgotten": forgotten or [], **how}
        ids = self.capture, bytes(16), bytes(16)
        manifest = Manifest(*ids, NotebookIdentity.make().recipient, Consent("mine", None), "2026-11-20", self.key)
        return _parts(cast(Pipes, drawer), job, manifest)


@dataclass
class Drawer:
    """The worker's end: gives the sealed chunk that is asked for; and while the room stays, `later` with its flush."""

    stored: list[Stored]
    later: list[tuple[list[Stored], bool]] = field(default_factory=list)

    def places(self, first: int) -> list[tuple[str, str, int]]:
        return [(p.segment, p.track, p.seq) for p, _ in self.stored[first:]]

    def chunk(self, index: int) -> bytes:
        return self.stored[index][1]

    def give(self, kind: Kind, _payload: bytes) -> None:
        assert kind is Kind.MORE

    def take(self, _kind: Kind) -> bytes:
        if not self.later:
            return b"null"
        first, (more, flush) = len(self.stored), self.later.pop(0)
        self.stored += more
        return json.dumps({"live": self.places(first), "flush": flush}).encode()


@dataclass
class Room:
    """One room after another, each beginning at the bytes that the last one saved; what is covered is let go."""

    device: Device
    waiting: list[Stored] = field(default_factory=list)
    checkpoint: bytes = b""
    saves: list[int] = field(default_factory=list)

    def work(self, flush: bool = False, last: bool = False, **how: Any) -> Heard | None:
        """A room. The worker lets go what a saved checkpoint covers."""
        covered = 0

        def save(state: Checkpoint, count: int) -> None:
            nonlocal covered
            self.checkpoint, covered = state.to_bytes(), count
            self.saves.append(count)

        rest, skip = how.pop("rest", float("inf")), how.pop("skip", False)
        drawer = Drawer([*self.waiting], how.pop("later", []))
        told = {name: how.pop(name) for name in ("closed", "final") if name in how}
        parts = self.device.parts(drawer, how.pop("forgotten", None), flush=flush, last=last, **told)
        before = Checkpoint.from_bytes(self.checkpoint) if self.checkpoint else None
        try:
            return follow(parts, before, lambda _heard, _total: None, save, skip, rest)
        finally:
            self.waiting = drawer.stored[covered:]

    @property
    def state(self) -> Checkpoint:
        return Checkpoint.from_bytes(self.checkpoint)

    @property
    def levels(self) -> list[int]:
        """What the listener of `level_reader` heard, in order."""
        return [int(line.text) for line in self.state.lines]


class LevelReader:
    """Stands for the models: a line for each stretch of one loudness, in thousandths."""

    def lines(self, window: Samples, state: Checkpoint, _clock: Clock) -> tuple[Line, ...]:
        level = np.round(window * 1000).astype(int)
        edges = [0, *(np.flatnonzero(np.diff(level)) + 1), len(level)]
        return tuple(
            Line(state.seconds + a / RATE, state.seconds + b / RATE, str(level[a]), bytes([1]) * 512)
            for a, b in pairwise(edges)
            if level[a]
        )


@pytest.fixture
def level_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module._Follower, "_listen", lambda _: LevelReader())


@pytest.fixture
def room() -> Room:
    return Room(Device())


def tone(*levels: int, seconds: float = 5.0) -> Samples:
    """One chunk of each level, which the level reader reads back."""
    return np.repeat(np.array(levels, np.float32) / 1000, round(seconds * RATE))


def words(heard: Heard | None) -> list[str]:
    assert heard
    return re.findall(r"[a-z']+", " ".join(turn.text for turn in heard.turns).lower())


def away(first: list[str], second: list[str]) -> float:
    """The share of words that are not in both, in order: 0 for the same, 1 for nothing in common."""
    same = sum(block.size for block in difflib.SequenceMatcher(None, first, second, False).get_matching_blocks())
    return 1 - 2 * same / (len(first) + len(second))


def gaps(heard: Heard | None) -> list[tuple[float, float, str]]:
    assert heard
    return [(round(gap.start, 2), round(gap.end, 2), gap.why) for gap in heard.gaps]


@pytest.fixture(scope="module")
def spoken() -> Samples:
    """More than a minute by two voices."""
    return dialogue(SESSION + MORE)


@pytest.fixture(scope="module")
def in_one_go(spoken: Samples) -> Heard:
    whole = Room(Device())
    whole.waiting = whole.device.say(spoken)
    heard = whole.work(last=True)
    assert heard
    return heard


@pytest.mark.parametrize("kind", ["wav", "ogg"])
def test_in_parts_the_same_is_heard_as_in_one_go(spoken: Samples, in_one_go: Heard, kind: str) -> None:
    """Compared by the share of words that differ: windows are cut elsewhere, so a word at a cut may."""
    room = Room(Device(kind=kind))
    chunks = room.device.say(spoken)
    for at in range(0, len(chunks), PART):
        room.waiting += chunks[at : at + PART]
        if at + PART < len(chunks):
            assert room.work() is None
    heard = room.work(last=True)
    assert heard
    assert away(words(heard), words(in_one_go)) <= 0.05
    assert away(words(heard)[: len(words(heard)) // 2], words(in_one_go)) > 0.2, "the control: a half is far away"
    assert [turn.speaker for turn in heard.turns] == [turn.speaker for turn in in_one_go.turns]
    assert heard.heard == pytest.approx(len(spoken) / RATE, abs=0.05)
    assert (heard.gaps, room.waiting) == ((), [])


def test_a_part_keeps_what_follows_the_last_pause_for_the_next_room(room: Room, level_reader: None) -> None:
    room.waiting = room.device.say(tone(*range(1, 9)))
    assert room.work() is None
    assert (room.saves, len(room.waiting)) == ([], 8)
    room.work(flush=True)
    assert (room.levels, room.waiting) == ([*range(1, 9)], [])
    assert Checkpoint.from_bytes(room.state.to_bytes()) == room.state


def test_a_room_that_stays_hears_what_comes_later_and_keeps_none_of_it_waiting(room: Room, level_reader: None) -> None:
    chunks = room.device.say(tone(*range(1, 21)))
    after = room.device.say(tone(21, 22), "paused", away=30)
    room.waiting = chunks[:6]
    room.work(later=[(chunks[6:13], False), (chunks[13:], True), (after[:1], False), (after[1:], True)])
    assert (room.levels, room.waiting) == ([*range(1, 23)], [])
    assert [(gap.start, gap.end, gap.why) for gap in room.state.gaps] == [(100.0, 130.0, "paused")]
    assert room.saves == sorted(room.saves), "nothing that was covered is not covered later"


def test_a_room_that_stays_and_dies_is_followed_by_one_that_hears_the_rest(room: Room, level_reader: None) -> None:
    chunks = room.device.say(tone(*range(1, 21)))
    room.waiting = chunks[:6]
    room.work(later=[(chunks[6:14], False)])
    heard = len(room.levels)
    assert 0 < heard < 14
    assert [place.seq for place, _ in room.waiting][-1] == 13
    room.waiting += chunks[14:]
    room.work(last=True)
    assert room.levels == [*range(1, 21)]


@pytest.mark.parametrize(
    ("after", "why"),
    [("paused", "paused"), ("off the record", "off the record"), ("not heard", "not heard"), ("", "not heard"),
     ("<b>because</b>", "not heard")],
)  # fmt: skip
def test_a_break_is_a_gap_with_its_place_length_and_reason(
    room: Room, level_reader: None, after: str, why: str
) -> None:
    room.waiting = room.device.say(tone(1, 2)) + room.device.say(tone(3, seconds=4), after, away=37.5)
    heard = room.work(last=True)
    assert gaps(heard) == [(10.0, 47.5, why)]
    assert heard
    assert heard.heard == pytest.approx(51.5)
    assert [(line.text, round(line.start, 2)) for line in room.state.lines] == [("1", 0), ("2", 5), ("3", 47.5)]


@pytest.mark.parametrize("hours", [-30, -3, 7, 9000])
def test_a_clock_that_is_set_meanwhile_does_no_harm(room: Room, level_reader: None, hours: int) -> None:
    room.waiting = room.device.say(tone(1, 2)) + room.device.say(tone(3), "paused", away=3600 * hours)
    room.waiting += room.device.say(tone(4), "paused", away=20)
    heard = room.work(last=True)
    assert (room.levels, gaps(heard)) == ([1, 2, 3, 4], [(15.0, 35.0, "paused")])


def test_segments_of_another_order_by_the_clock_stay_in_the_order_in_which_they_came(
    room: Room, level_reader: None
) -> None:
    first, second = room.device.say(tone(1)), room.device.say(tone(2), "not heard", away=-7200)
    room.waiting = first + second
    room.work(last=True)
    assert room.levels == [1, 2]


@pytest.mark.parametrize("lost", [0, 2, 3])
def test_a_chunk_that_never_came_is_a_gap_and_the_rest_stays_where_it_was(
    room: Room, level_reader: None, lost: int
) -> None:
    chunks = room.device.say(tone(1, 2, 3, 4, 5))
    room.waiting = chunks[:lost] + chunks[lost + 1 :]
    heard = room.work(last=True)
    assert gaps(heard) == [(5.0 * lost, 5.0 * lost + 5, "lost")]
    assert [round(line.start) for line in room.state.lines] == [5 * n for n in range(5) if n != lost]


def _another_key(device: Device, plain: bytes, place: Place) -> bytes:
    info = live_place(device.capture, place.segment, place.track, place.seq)
    return CaptureIdentity.make().recipient.seal(plain, info)


def _another_place(device: Device, plain: bytes, place: Place) -> bytes:
    return device.key.recipient.seal(plain, live_place(device.capture, place.segment, place.track, place.seq + 1))


def _another_capture(device: Device, plain: bytes, place: Place) -> bytes:
    return device.key.recipient.seal(plain, live_place(bytes(16), place.segment, place.track, place.seq))


def _garbage(device: Device, _: bytes, place: Place) -> bytes:
    info = live_place(device.capture, place.segment, place.track, place.seq)
    return CaptureRecipient(device.key.recipient.raw).seal(secrets.token_bytes(4096), info)


def _no_ciphertext(_device: Device, _plain: bytes, _place: Place) -> bytes:
    return b""


@pytest.mark.parametrize("spoil", [_another_key, _another_place, _another_capture, _garbage, _no_ciphertext])
def test_a_chunk_that_is_not_ours_is_left_out_and_holds_nothing_up(
    room: Room, level_reader: None, spoil: Callable[[Device, bytes, Place], bytes]
) -> None:
    chunks = room.device.say(tone(1, 2, 3))
    place, sealed = chunks[1]
    plain = room.device.key.open(sealed, live_place(room.device.capture, place.segment, place.track, place.seq))
    chunks[1] = (place, spoil(room.device, plain, place))
    room.waiting = chunks
    room.work(flush=True)
    assert (room.levels, room.waiting) == ([1, 3], [])
    assert [gap.why for gap in room.state.gaps] == ["lost"]


def test_when_nothing_that_waits_is_ours_it_is_let_go_all_the_same(room: Room, level_reader: None) -> None:
    strange = Device(capture=room.device.capture)
    room.waiting = strange.say(tone(1, 2))
    room.work()
    assert (room.waiting, room.saves) == ([], [2])
    with pytest.raises(ListenError, match="no_speech"):
        room.work(last=True)


def test_sound_that_cannot_be_decoded_is_a_gap(room: Room, level_reader: None) -> None:
    chunks = room.device.say(tone(1, 2, 3))
    place, _ = chunks[1]
    head = {"v": 1, "type": "ogg", "start": CHUNK, "samples": CHUNK, "rate": RATE, "wall": WALL, "after": "",
            "zeros": 0}  # fmt: skip
    info = live_place(room.device.capture, place.segment, place.track, place.seq)
    chunks[1] = (place, room.device.key.recipient.seal(write_chunk(head, b"OggS no sound"), info))
    room.waiting = chunks
    assert gaps(room.work(last=True)) == [(5.0, 10.0, "damaged")]
    assert room.levels == [1, 3]


def test_a_microphone_that_was_taken_away_is_a_gap(room: Room, level_reader: None) -> None:
    room.waiting = room.device.say(tone(1, 2)) + room.device.say(tone(0, 0), "", zeros=True)
    room.waiting += room.device.say(tone(3))
    assert gaps(room.work(last=True)) == [(10.0, 20.0, "no microphone")]
    assert room.levels == [1, 2, 3]


def test_what_a_dead_room_had_covered_is_skipped_and_reported_as_covered(room: Room, level_reader: None) -> None:
    """It died after its checkpoint was durable and before the chunks were let go."""
    chunks = room.device.say(tone(1, 2, 3, 4))
    room.waiting = list(chunks)
    room.work(flush=True)
    before = room.checkpoint
    room.waiting, room.saves = list(chunks), []
    room.work()
    assert (room.saves, room.waiting, room.checkpoint) == ([4], [], before)
    room.waiting = chunks[2:] + room.device.say(tone(5), "paused", away=10)
    room.work(flush=True)
    assert (room.levels, room.waiting) == ([1, 2, 3, 4, 5], [])


def test_a_late_chunk_of_a_segment_that_is_behind_holds_nothing_up(room: Room, level_reader: None) -> None:
    first, second = room.device.say(tone(1, 2)), room.device.say(tone(3))
    room.waiting = first[:1] + second
    room.work(flush=True)
    room.waiting = first[1:] + room.device.say(tone(4))
    room.work(flush=True)
    assert (room.levels, room.waiting) == ([1, 3, 4], [])


def test_a_room_rests_and_the_next_one_goes_on(room: Room, level_reader: None) -> None:
    room.waiting = room.device.say(tone(*range(1, 41)))
    rooms = 0
    while True:
        rooms += 1
        if heard := room.work(last=True, rest=61):
            break
    assert rooms == 3
    assert (room.levels, heard.heard, heard.gaps) == ([*range(1, 41)], 200.0, ())


def test_a_careful_room_leaves_out_one_window_and_says_so(room: Room, level_reader: None) -> None:
    room.waiting = room.device.say(tone(1, 2)) + room.device.say(tone(3))
    heard = room.work(last=True, skip=True)
    assert (room.levels, gaps(heard)) == ([3], [(0.0, 10.0, "unreadable")])
    alone = Room(Device())
    alone.waiting = alone.device.say(tone(1))
    with pytest.raises(ListenError, match="unreadable"):
        alone.work(last=True, skip=True)


def test_nothing_at_all_is_no_speech(room: Room) -> None:
    with pytest.raises(ListenError, match="no_speech"):
        room.work(last=True)


def _wish(stored: list[Stored], first: int, past: int) -> tuple[str, str, int, int]:
    return (stored[0][0].segment, "mic", first, past)


def test_what_was_heard_and_is_wished_away_is_gone_with_its_prints(room: Room, level_reader: None) -> None:
    chunks = room.device.say(tone(*range(1, 11)))
    room.waiting = list(chunks)
    room.work(flush=True)
    assert b'"7"' in room.checkpoint
    wish = _wish(chunks, 6, 10)
    room.work(forgotten=[wish])
    assert room.levels == [1, 2, 3, 4, 5, 6]
    assert len(room.state.lines) == 6, "a print is part of its line"
    assert room.state.gaps == (Gap(30.0, 50.0, "forgotten"),)
    room.saves = []
    room.work(forgotten=[wish])
    assert room.saves == [], "done once, it is done"
    room.waiting = room.device.say(tone(11), "forgotten", away=3)
    heard = room.work(last=True, forgotten=[wish])
    assert gaps(heard) == [(30.0, 53.0, "forgotten")]


def test_a_wish_that_reaches_over_what_was_heard_and_what_was_not(room: Room, level_reader: None) -> None:
    chunks = room.device.say(tone(*range(1, 11)))
    room.waiting = chunks[:8]
    room.work(flush=True)
    wish = _wish(chunks, 6, 10)
    room.waiting = room.device.say(tone(11), "forgotten", away=2)
    heard = room.work(last=True, forgotten=[wish])
    assert room.levels == [1, 2, 3, 4, 5, 6, 11]
    assert gaps(heard) == [(30.0, 52.0, "forgotten")]


def test_a_wish_reaches_into_earlier_segments(room: Room, level_reader: None) -> None:
    first, second, third = (room.device.say(tone(*levels), "paused", away=1) for levels in ((1, 2, 3), (4, 5), (6,)))
    room.waiting = first + second + third
    room.work(flush=True)
    wishes = [_wish(first, 2, 3), _wish(second, 0, 2)]
    assert gaps(room.work(last=True, forgotten=wishes)) == [
        (10.0, 15.0, "forgotten"), (15.0, 16.0, "paused"), (16.0, 26.0, "forgotten"), (26.0, 27.0, "paused"),
    ]  # fmt: skip
    assert room.levels == [1, 2, 6]


def test_a_wish_takes_the_gaps_in_it_as_well_and_a_line_that_reaches_into_it_whole(
    room: Room, level_reader: None
) -> None:
    chunks = room.device.say(tone(1, 2, 2, 3))
    room.waiting = chunks[:3]
    room.work(flush=True)
    room.waiting = room.device.say(tone(0, 0), "forgotten", zeros=True)
    silent = list(room.waiting)
    room.work(flush=True)
    heard = room.work(last=True, forgotten=[_wish(chunks, 2, 4), _wish(silent, 0, 2)])
    assert gaps(heard) == [(5.0, 30.0, "forgotten")]
    assert room.levels == [1]


def test_control_without_the_wish_the_words_would_stay(room: Room, level_reader: None) -> None:
    room.waiting = room.device.say(tone(1, 2, 3))
    room.work(flush=True)
    room.work()
    assert room.levels == [1, 2, 3]


def test_when_all_of_it_is_wished_away_there_is_no_speech(room: Room, level_reader: None) -> None:
    chunks = room.device.say(tone(1, 2, 3))
    room.waiting = list(chunks)
    room.work(flush=True)
    with pytest.raises(ListenError, match="no_speech"):
        room.work(last=True, forgotten=[_wish(chunks, 0, 3)])
    assert room.state.lines == ()


def test_of_twenty_minutes_no_more_sound_is_kept_than_a_window_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The models' own memory is measured by the benchmarks; this is what following holds of the sound, in chunks."""
    decoded: list[weakref.ref[Samples]] = []
    kept: list[int] = []

    def sound(chunk: Chunk) -> Samples:
        made = np.full(chunk.samples, 0.1, np.float32)
        decoded.append(weakref.ref(made))
        kept.append(sum(ref() is not None for ref in decoded))
        return made

    class Deaf:
        def lines(self, window: Samples, _state: Checkpoint, _clock: Clock) -> tuple[Line, ...]:
            assert len(window) <= 65 * RATE
            return ()

    monkeypatch.setattr(module._Follower, "_listen", lambda _: Deaf())
    monkeypatch.setattr(Chunk, "decoded", sound)
    room = Room(Device())
    room.waiting = room.device.say(np.zeros(20 * 60 * RATE, np.float32))
    room.work(flush=True)
    assert (len(decoded), room.waiting) == (240, [])
    assert max(kept) <= 65 // 5
