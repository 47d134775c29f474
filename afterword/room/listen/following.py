"""Listening to a live capture while it goes on: what waits, up to the last pause; all of it once it has ended. RED."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import inf

import numpy as np

from afterword.record import Gap
from afterword.room.listen.aids import Aids
from afterword.room.listen.chunk import MIC, SECONDS, Chunk, NotAChunk, read_chunk
from afterword.room.listen.decode import RATE, Samples
from afterword.room.listen.errors import ListenError
from afterword.room.listen.forgetting import without
from afterword.room.listen.heard import Heard
from afterword.room.listen.hearing import Clock, Cutter, Listener, Progress, gap_of
from afterword.room.listen.lines import Checkpoint, Print, Segment
from afterword.room.listen.speakers import told_apart
from afterword.room.listen.speech import keep_memory_even
from afterword.room.listen.tracks import Piece, Tracks
from afterword.room.listen.voices import VoicePrints

# Given a checkpoint and how many of the parts it covers.
Save = Callable[[Checkpoint, int], None]
# A longer break is a clock that was set, and a shorter one is none. Seconds.
_LONGEST_BREAK, _SHORTEST_BREAK = 6 * 3600, 0.3
# A pause is looked for sooner than in a file: little should wait. Seconds.
_USUAL = 30
# A chunk with so little of its own was recorded while the microphone was away.
_AWAY = 0.9
# For so much of one track without the other no room waits: that would be kept in memory. Seconds.
_WAITS = 120


@dataclass(frozen=True)
class Parts:
    """What waits: (segment, track, seq) in order, and how to open the nth of them (None: it is not ours).

    `forgotten`: (segment, track, first, past) that were wished away. `flush`: do not wait for a pause at the end,
    because nothing follows for now. `last`: nothing will follow. `more`: waits for what comes after these, and gives
    their places and `flush`; None when it is better to end. `closed`: how many chunks each track of a
    segment had, where known.
    `agreed`: second of the recording from which nothing is listened to, because nobody agreed to more. `final`: False
    when what is missing may still come, although these are the last for now.
    """

    places: list[tuple[str, str, int]]
    open: Callable[[int], bytes | None]
    forgotten: list[tuple[str, str, int, int]]
    flush: bool
    last: bool
    more: Callable[[], tuple[list[tuple[str, str, int]], bool] | None] = lambda: None
    closed: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    agreed: float = inf
    final: bool = True


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
    state = without(before or Checkpoint(), parts.forgotten)
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
        self.tracks: Tracks | None = None
        self.ends: list[tuple[str, int]] = []
        self.heard = self.reported = 0
        self._listener: Listener | None = None
        self._decoded: dict[str, tuple[Chunk, Samples]] = {}
        self._final = parts.last and parts.final
        self._latest = {(name, track): index for index, (name, track, _) in enumerate(parts.places)}

    def run(self, rest: float, stay: Callable[[], bool]) -> bool:
        """True when it came to the end; False when it rests."""
        places, flush, too_far = self.parts.places, self.parts.flush, False
        while True:
            for place in places:
                self._take(*place)
                if self.heard >= rest * RATE and not stay():
                    return False
                if too_far := self._too_far_ahead():  # the rest is for a room that has the other track as well
                    break
            if flush or self.parts.last:
                self._come_to_rest()
            if self._final:
                self._lost_end()
            if self._covered() > self.reported:  # an earlier room died between two words, or it is not ours
                self._save()
            more = None if self.parts.last or too_far else self.parts.more()
            if more is None:
                return True
            places, flush = more

    def _take(self, name: str, track: str, seq: int) -> None:
        chunk = self._opened(name, track, seq)
        if chunk is None or name in (segment.name for segment in self.state.segments[:-1]):
            self.ends.append((name, 0))  # nothing can be done with it: it must not hold up what follows
        else:
            self.ends.append((name, chunk.end))
            self._laid_beside(chunk).add(chunk)
        self._go_on(name)

    def _too_far_ahead(self) -> bool:
        return not self._final and self.tracks is not None and self.tracks.ahead > _WAITS * RATE

    def _laid_beside(self, chunk: Chunk) -> Tracks:
        """The tracks of the segment of a chunk; over the break before it if it is the first."""
        if chunk.segment not in (segment.name for segment in self.state.segments):
            self._end_segment()
            self._open_segment(chunk)
        if self.tracks is None or chunk.segment != self.tracks.name or chunk.track not in self.tracks.names:
            self._flush()
            self.tracks = Tracks(chunk.segment, chunk.tracks, self._segment.done)
        return self.tracks

    def _go_on(self, name: str) -> None:
        """As far as all tracks are known now."""
        if self.tracks is None or self.tracks.name != name:
            return
        coming = [track for track in self.tracks.names if self._latest.get((name, track), -1) >= len(self.ends)]
        if name in self.parts.closed:
            self.tracks.close(self.parts.closed[name], coming)
        if self._final:
            for track in self.tracks.names:
                if track not in coming:
                    self.tracks.end(track)
        self._give_out(self.tracks)

    def _give_out(self, tracks: Tracks) -> None:
        for piece in tracks.pieces():
            self._piece(piece)

    def _piece(self, piece: Piece) -> None:
        if not any(piece.chunks):
            self._flush()
            self._pass(piece.samples, self._why(piece))
        elif self._segment.begin + piece.end / RATE > self.parts.agreed:
            self._flush()
            self._pass(piece.samples, "not agreed to")
        else:
            for window in self.cutter.add(self._sound(piece)):
                self._window(window)

    def _why(self, piece: Piece) -> str:
        wished = (r for r in self.parts.forgotten if r[0] == self._segment.name and r[2] * SECONDS * RATE < piece.end)
        return "forgotten" if any(wished) else "lost"

    def _come_to_rest(self) -> None:
        """Nothing follows for now: up to where all tracks are."""
        if self.tracks:
            self.tracks.end_together()
            self._give_out(self.tracks)
        self._flush()

    def _end_segment(self) -> None:
        """Another one has begun: what one track has beyond the other is listened to, beside silence."""
        if self.tracks:
            for track in self.tracks.names:
                self.tracks.end(track)
            self._give_out(self.tracks)
        self._flush()
        if self._final and self.state.segments:
            self._lost_end()

    def _opened(self, name: str, track: str, seq: int) -> Chunk | None:
        plain = self.parts.open(len(self.ends))
        try:
            return read_chunk(plain, name, seq, track) if plain is not None else None
        except NotAChunk:
            return None

    def _lost_end(self) -> None:
        """What a segment had at its end, and what never came, was neither a pause nor nothing."""
        if not self.state.segments:
            return
        segment = self._segment
        have = -(-segment.done // (SECONDS * RATE))
        away = [r for r in self.parts.forgotten if r[0] == segment.name]
        lost = [
            n
            for n in range(have, max(self.parts.closed.get(segment.name, {}).values(), default=0))
            if not any(r[2] <= n < r[3] for r in away)
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

    def _sound(self, piece: Piece) -> Samples:
        """Of shape (samples,); (samples, 2) where the call has a track of its own."""
        tracks = [self._of(chunk, piece) for chunk in piece.chunks]
        if piece.lost:
            self._note(piece.start, piece.end, self._why(piece))
        return tracks[0] if len(tracks) == 1 else np.stack(tracks, axis=1)

    def _of(self, chunk: Chunk | None, piece: Piece) -> Samples:
        if chunk is None:
            return np.zeros(piece.samples, np.float32)
        kept, sound = self._decoded.pop(chunk.track, (None, np.empty(0, np.float32)))
        if kept is not chunk:
            sound = self._whole(chunk)
        if piece.end < chunk.end:
            self._decoded[chunk.track] = chunk, sound
        return sound[piece.start - chunk.start : piece.end - chunk.start]

    def _whole(self, chunk: Chunk) -> Samples:
        sound = chunk.decoded()
        away = chunk.track == MIC and chunk.zeros >= _AWAY * chunk.samples
        why = "damaged" if sound is None else "no microphone" if away else ""
        if why:
            self._note(chunk.start, chunk.end, why)
        return np.zeros(chunk.samples, np.float32) if sound is None else sound

    def _note(self, start: int, end: int, why: str) -> None:
        begin = self._segment.begin
        gap = Gap(round(begin + start / RATE, 3), round(begin + end / RATE, 3), why)
        if gap not in self.state.gaps:  # an earlier room had come to it already
            self.state = replace(self.state, gaps=(*self.state.gaps, gap))

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
