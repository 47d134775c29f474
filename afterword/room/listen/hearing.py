"""Listening: windows cut at pauses, each turned into lines, a checkpoint after each. RED."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from math import inf

import numpy as np

from afterword.record import Gap
from afterword.room.listen.aids import Aids
from afterword.room.listen.chunk import CALL, MIC
from afterword.room.listen.decode import RATE, Audio, Samples
from afterword.room.listen.errors import ListenError
from afterword.room.listen.heard import Heard
from afterword.room.listen.leakage import Leakage, without_repeats
from afterword.room.listen.lines import Checkpoint, Line, packed
from afterword.room.listen.speakers import told_apart
from afterword.room.listen.speech import Ear, keep_memory_even
from afterword.room.listen.voices import Stretch, VoicePrints
from afterword.room.listen.words import tidy, without_double

Progress = Callable[[float, float | None], None]
# A window is cut at the quietest spot between these, or up to the longest where nobody pauses. Seconds.
_SOONEST, _USUAL, _LONGEST = 20, 40, 60
# What counts as a pause: 13 dB under the window's mean.
_PAUSE = 0.05
# A track so much weaker than both together (20 dB) is held for weaker no more.
_FAINT = 0.01


def listen(
    audio: Audio,
    before: Checkpoint | None,
    progress: Progress,
    save: Callable[[Checkpoint], None],
    skip: bool = False,
    rest: float = inf,
    aids: Aids | None = None,
) -> Heard | None:
    """The whole recording, from `before` on if there is one, with a checkpoint saved after every window.

    `progress` is given seconds heard and the total, or None. `skip` leaves out the window after `before`, which the
    model could not bear. After `rest` seconds of sound it stops with None: go on in another process, from the last
    checkpoint, because the speech library keeps 2 MB for every minute it heard. Raises ListenError: no_speech,
    too_long, truncated, unreadable.
    """
    state, clock, aids = before or Checkpoint(), Clock(progress, audio.duration), aids or Aids()
    until = state.seconds + rest
    clock.tell(state.seconds)
    keep_memory_even()
    listener = Listener(aids.ear(), VoicePrints())
    for window in _windows(audio.samples(state.seconds), clock):
        if skip:
            state = state.on(len(window), gaps=(gap_of(state, len(window), "unreadable"),))
        else:
            state = state.on(len(window), listener.lines(window, state, clock))
        skip = False
        keep_memory_even()
        save(state)
        clock.tell(state.seconds)
        if state.seconds >= until:
            return None
    return _heard(state, audio, aids)


@dataclass
class Clock:
    """Tells progress, and not more than once a second unless asked."""

    progress: Progress
    total: float | None
    last: float = field(default_factory=time.monotonic)
    seconds: float = 0.0

    def tick(self, seconds: float | None = None) -> None:
        if time.monotonic() - self.last >= 1:
            self.tell(self.seconds if seconds is None else seconds)

    def tell(self, seconds: float) -> None:
        self.last, self.seconds = time.monotonic(), seconds
        self.progress(seconds, self.total)


@dataclass(frozen=True)
class Listener:
    """The models, and what they make of a window."""

    ear: Ear
    prints: VoicePrints
    leakage: Leakage = field(default_factory=Leakage)

    def lines(self, window: Samples, state: Checkpoint, clock: Clock) -> tuple[Line, ...]:
        """The lines of a window that follows `state`. Shape (samples,), or (samples, 2): microphone and call."""
        return self._apart(window, state, clock) if window.ndim == 2 else self._of(window, state, clock, "")

    def _apart(self, window: Samples, state: Checkpoint, clock: Clock) -> tuple[Line, ...]:
        """Each track on its own; of the microphone what the call does not explain."""
        mic, call = (np.ascontiguousarray(window[:, track]) for track in (0, 1))
        theirs = self._of(call, state, clock, CALL)
        own = self.leakage.passed_over(mic, call)
        said = self._of(own.samples, state, clock, MIC)
        kept = without_repeats(
            said, theirs, lambda line: own.share(line.start - state.seconds, line.end - state.seconds)
        )
        return tuple(sorted((*kept, *theirs), key=lambda line: line.start))

    def _of(self, sound: Samples, state: Checkpoint, clock: Clock, track: str) -> tuple[Line, ...]:
        lines: list[Line] = []
        before = [line for line in state.lines if line.track == track]
        last = before[-1] if before else None
        for stretch in self.prints.stretches(sound, self.ear.speech(sound), before):
            line = self._line(sound, stretch, state.seconds, last, track)
            lines += [line] if line.text else []
            last = line if line.text else last
            clock.tick(line.end)
        return tuple(lines)

    def _line(self, sound: Samples, stretch: Stretch, offset: float, last: Line | None, track: str) -> Line:
        span = stretch.span
        text = tidy(self.ear.words(sound[span.start : span.end]))
        start, end = offset + span.start / RATE, offset + span.end / RATE
        if last and start - last.end < 0.1:
            text = without_double(last.text, text)
        return Line(round(start, 3), round(end, 3), text, packed(stretch.voice), track)


class Cutter:
    """Windows of 20 to 40 s, or of up to 60 s where there is no pause. What they hold depends on the sound only, of
    shape (samples,) or (samples, tracks): then they are cut where all tracks pause.
    `usual`: seconds after which a pause is looked for, instead of 40."""

    def __init__(self, usual: int | None = None) -> None:
        self._held: list[Samples] = []
        self._usual = (usual or _USUAL) * RATE
        self._wanted, self.count = self._usual, 0

    def add(self, block: Samples) -> Iterator[Samples]:
        """The windows that are full with this block."""
        if len(block):  # not a skipped one: a view of it would keep all of the sound before
            self._held.append(block)
            self.count += len(block)
        while self.count >= self._wanted:
            if window := self._cut():
                yield window[0]

    def rest(self) -> Samples | None:
        """What is left, as a last window."""
        last = np.concatenate(self._held) if self.count else None
        self._held, self.count, self._wanted = [], 0, self._usual
        return last

    def _cut(self) -> tuple[Samples] | None:
        sound, longest = np.concatenate(self._held), _LONGEST * RATE
        at = _pause(sound[:longest], self._wanted >= longest)
        self._held, self.count = [sound[at:]], self.count - at
        self._wanted = self._usual if at else self._wanted + 5 * RATE
        return (sound[:at],) if at else None


def _windows(blocks: Iterator[Samples], clock: Clock) -> Iterator[Samples]:
    cutter = Cutter()
    for block in blocks:
        clock.tick()
        yield from cutter.add(block)
    if (last := cutter.rest()) is not None:
        yield last


def _pause(sound: Samples, anywhere: bool) -> int:
    """Where to cut: the middle of the quietest 0.3 s after the soonest. 0 if nobody pauses and it need not be now."""
    frame = RATE // 20
    loud = (sound[: len(sound) // frame * frame].reshape(-1, frame, *sound.shape[1:]) ** 2).mean(axis=1)
    if loud.ndim == 2:  # where all tracks pause, each beside its own mean; one that is nearly silent has no say
        loud = (loud / np.maximum(loud.mean(axis=0), max(1e-9, _FAINT * float(loud.mean())))).max(axis=1)
    smooth = np.convolve(loud, np.ones(6) / 6, "same")[: -6 or None]
    first = _SOONEST * RATE // frame
    quietest = first + int(np.argmin(smooth[first:]))
    is_pause = smooth[quietest] <= _PAUSE * float(loud.mean())
    return quietest * frame if is_pause or anywhere else 0


def gap_of(state: Checkpoint, samples: int, why: str) -> Gap:
    """The samples that follow `state`, left out."""
    return Gap(round(state.seconds, 3), round(state.seconds + samples / RATE, 3), why)


def _heard(state: Checkpoint, audio: Audio, aids: Aids) -> Heard:
    gaps = [*state.gaps, *(Gap(round(a, 3), round(b, 3), "damaged") for a, b in audio.damaged)]
    if audio.broken:
        gaps.append(Gap(round(state.seconds, 3), round(max(state.seconds, audio.duration or 0), 3), "broken off"))
    if not state.lines:
        if any(gap.why == "unreadable" for gap in state.gaps):
            raise ListenError("unreadable")
        raise ListenError("truncated" if audio.broken and not state.at else "no_speech")
    who = told_apart(state.lines, aids.own)
    gaps.sort(key=lambda gap: gap.start)
    return Heard(who.turns, round(state.seconds, 3), tuple(gaps), who.client_confidence, who.examples)
