"""Listening to a live capture while it goes on: what waits, up to the last pause; all of it once it has ended. RED."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import inf

import numpy as np

from afterword.record import Gap
from afterword.room.listen.aids import Aids
from afterword.room.listen.chunk import SECONDS, Chunk, NotAChunk, read_chunk
from afterword.room.listen.decode import RATE, Samples
from afterword.room.listen.errors import ListenError
from afterword.room.listen.heard import Heard
from afterword.room.listen.hearing import Clock, Cutter, Listener, Progress, gap_of
from afterword.room.listen.lines import Checkpoint, Print, Segment
from afterword.room.listen.speakers import told_apart
from afterword.room.listen.speech import keep_memory_even
from afterword.room.listen.voices import VoicePrints

# Given a checkpoint and how many of the parts it covers.
Save = Callable[[Checkpoint, int], None]
# A longer break is a clock that was set, and a shorter one is none. Seconds.
_LONGEST_BREAK, _SHORTEST_BREAK = 6 * 3600, 0.3
# A pause is looked for sooner than in a file: little should wait. Seconds.
_USUAL = 30
# A chunk with so little of its own was recorded while the microphone was away.
_AWAY = 0.9


@dataclass(frozen=True)
class Parts:
    """What waits: (segment, track, seq) in order, and how to open the nth of them (None: it is not ours).

    `forgotten`: (segment, track, first, past) that were wished away. `flush`: do not wait for a pause at the end,
    because nothing follows for now. `last`: nothing will follow. `more`: waits for what comes after these, and gives
    their places and `flush`; None when it is better to end. `closed`: how many chunks each segment had, where known.
    `agreed`: second of the recording from which nothing is listened to, because nobody agreed to more.
    """

    places: list[tuple[str, str, int]]
    open: Callable[[int], bytes | None]
    forgotten: list[tuple[str, str, int, int]]
    flush: bool
    last: bool
    more: Callable[[], tuple[list[tuple[str, str, int]], bool] | None] = lambda: None
    closed: Mapping[str, int] = field(default_factory=dict)
    agreed: float = inf


def follow(
    parts: Parts,
    before: Checkpoint | None,
    progress: Progress,
    save: Save,
    skip: bool = False,
    rest: float = inf,
    stay: Callable[[], bool] = lambda: False,
    aids: Aids | None = None,
) -> Heard | None:
    """Go on from `before` through `parts`. None unless they are the last.

    `skip` leaves out the next window, which the model could not bear. After `rest` seconds of sound it stops with None,
    unless `stay` says that it should go on. Raises ListenError: no_speech.
    """
    state = _without(before or Checkpoint(), parts.forgotten)
    aids = aids or Aids()
    follower = _Follower(parts, state, Clock(progress, None), save, skip, aids)
    if before and state != before:
        save(state, 0)
    if not follower.run(rest, stay):
        return None
    return heard_so_far(follower.state, aids.own) if parts.last else None


class _Follower:
    def __init__(self, parts: Parts, state: Checkpoint, clock: Clock, save: Save, skip: bool, aids: Aids) -> None:
        self.parts, self.state, self.clock, self.save, self.skip = parts, state, clock, save, skip
        self.aids = aids
        self.cutter = Cutter(_USUAL)
        self.ends: list[tuple[str, int]] = []
        self.heard = self.reported = 0
        self._listener: Listener | None = None

    def run(self, rest: float, stay: Callable[[], bool]) -> bool:
        """True when it came to the end; False when it rests."""
        places, flush = self.parts.places, self.parts.flush
        while True:
            for place in places:
                self._take(*place)
                if self.heard >= rest * RATE and not stay():
                    return False
            if flush or self.parts.last:
                self._flush()
            if self.parts.last:
                self._lost_end()
            if self._covered() > self.reported:  # an earlier room died between two words, or it is not ours
                self._save()
            more = None if self.parts.last else self.parts.more()
            if more is None:
                return True
            places, flush = more

    def _take(self, name: str, _track: str, seq: int) -> None:
        chunk = self._opened(name, seq)
        if chunk is None or name in (segment.name for segment in self.state.segments[:-1]):
            self.ends.append((name, 0))  # nothing can be done with it: it must not hold up what follows
            return
        self.ends.append((name, chunk.end))
        self._reach(chunk)
        done = self._segment.done + self.cutter.count
        if chunk.end <= done:
            return
        if self._segment.begin + chunk.end / RATE > self.parts.agreed:
            self._flush()
            self._pass(chunk.end - self._segment.done, "not agreed to")
            return
        for window in self.cutter.add(self._sound(chunk)[done - chunk.start :]):
            self._window(window)

    def _opened(self, name: str, seq: int) -> Chunk | None:
        plain = self.parts.open(len(self.ends))
        try:
            return read_chunk(plain, name, seq) if plain is not None else None
        except NotAChunk:
            return None

    def _reach(self, chunk: Chunk) -> None:
        """Come to where a chunk begins: over the break before its segment, or over a hole in it."""
        if chunk.segment not in (s.name for s in self.state.segments):
            self._flush()
            self._lost_end()
            self._open_segment(chunk)
        hole = chunk.start - self._segment.done - self.cutter.count
        if hole > 0:
            self._flush()
            away = [r for r in self.parts.forgotten if r[0] == chunk.segment and r[2] < chunk.seq]
            self._pass(hole, "forgotten" if away else "lost")

    def _lost_end(self) -> None:
        """What a segment had at its end, and what never came, was neither a pause nor nothing."""
        if not self.state.segments or not self.parts.last:
            return
        segment = self._segment
        have = -(-segment.done // (SECONDS * RATE))
        away = [r for r in self.parts.forgotten if r[0] == segment.name]
        lost = [
            n for n in range(have, self.parts.closed.get(segment.name, 0)) if not any(r[2] <= n < r[3] for r in away)
        ]
        if lost:
            self._pass(len(lost) * SECONDS * RATE, "lost")

    def _open_segment(self, chunk: Chunk) -> None:
        begin = self.state.seconds
        if self.state.segments:
            last = self.state.segments[-1]
            broke = (chunk.wall - last.wall) / 1000 - last.done / RATE
            broke = broke if 0 < broke < _LONGEST_BREAK else 0.0
            if broke >= _SHORTEST_BREAK:
                gap = Gap(round(begin, 3), round(begin + broke, 3), chunk.after or "not heard")
                self.state = replace(self.state, at=self.state.at + round(broke * RATE), gaps=(*self.state.gaps, gap))
        new = Segment(chunk.segment, round(self.state.seconds, 3), chunk.wall)
        self.state = replace(self.state, segments=(*self.state.segments, new))

    def _sound(self, chunk: Chunk) -> Samples:
        sound = chunk.decoded()
        why = "damaged" if sound is None else "no microphone" if chunk.zeros >= _AWAY * chunk.samples else ""
        if why:
            begin = self._segment.begin + chunk.start / RATE
            gap = Gap(round(begin, 3), round(begin + chunk.samples / RATE, 3), why)
            if gap not in self.state.gaps:  # an earlier room had come to it already
                self.state = replace(self.state, gaps=(*self.state.gaps, gap))
        return np.zeros(chunk.samples, np.float32) if sound is None else sound

    def _flush(self) -> None:
        if (last := self.cutter.rest()) is not None:
            self._window(last)

    def _window(self, window: Samples) -> None:
        if self.skip:
            self.skip = False
            self._pass(len(window), "unreadable")
        else:
            self.state = self.state.on(len(window), self._listen().lines(window, self.state, self.clock))
            self._advance(len(window))
        self.heard += len(window)
        keep_memory_even()
        self._save()
        self.clock.tell(self.state.seconds)

    def _save(self) -> None:
        self.reported = self._covered()
        self.save(self.state, self.reported)

    def _pass(self, samples: int, why: str) -> None:
        self.state = self.state.on(samples, gaps=(gap_of(self.state, samples, why),))
        self._advance(samples)

    def _advance(self, samples: int) -> None:
        now = replace(self._segment, done=self._segment.done + samples)
        self.state = replace(self.state, segments=(*self.state.segments[:-1], now))

    def _covered(self) -> int:
        done = {segment.name: segment.done for segment in self.state.segments}
        count = 0
        for name, end in self.ends:
            if end > done.get(name, 0):
                break
            count += 1
        return count

    def _listen(self) -> Listener:
        if self._listener is None:
            keep_memory_even()
            self._listener = Listener(self.aids.ear(), VoicePrints())
        return self._listener

    @property
    def _segment(self) -> Segment:
        return self.state.segments[-1]


def _without(state: Checkpoint, forgotten: list[tuple[str, str, int, int]]) -> Checkpoint:
    """Nothing that was said in a forgotten minute, and no print of a voice in it."""
    for name, _, first, past in forgotten:
        for segment in state.segments:
            begin = segment.begin + first * SECONDS
            end = min(segment.begin + past * SECONDS, segment.end)
            if segment.name == name and end > begin:
                state = _cut_out(state, begin, end)
    return state


def _cut_out(state: Checkpoint, begin: float, end: float) -> Checkpoint:
    """A line that reaches into it goes whole, and the gap says so."""
    kept = tuple(line for line in state.lines if line.end <= begin or line.start >= end)
    gone = [line for line in state.lines if line not in kept]
    start = round(min([begin, *(line.start for line in gone)]), 3)
    stop = round(max([end, *(line.end for line in gone)]), 3)
    if not gone and any(g.why == "forgotten" and g.start <= start and stop <= g.end for g in state.gaps):
        return state
    gaps = tuple(gap for gap in state.gaps if not (start <= gap.start and gap.end <= stop))
    return replace(state, lines=kept, gaps=(*gaps, Gap(start, stop, "forgotten")), found=())


def heard_so_far(state: Checkpoint, own: Print | None = None) -> Heard:
    """Who said what, as far as it can be told now. `own`: as for `told_apart`. Raises ListenError."""
    if not state.lines:
        raise ListenError("unreadable" if any(gap.why == "unreadable" for gap in state.gaps) else "no_speech")
    who = told_apart(state.lines, own)
    return Heard(who.turns, round(state.seconds, 3), _joined(state.gaps), who.client_confidence, who.examples)


def _joined(gaps: tuple[Gap, ...]) -> tuple[Gap, ...]:
    """In order, and those of one reason that touch made one."""
    found: list[Gap] = []
    for gap in sorted(gaps, key=lambda gap: (gap.start, gap.end)):
        if found and gap.why == found[-1].why and gap.start - found[-1].end < _SHORTEST_BREAK:
            found[-1] = replace(found[-1], end=max(gap.end, found[-1].end))
        else:
            found.append(gap)
    return tuple(found)
