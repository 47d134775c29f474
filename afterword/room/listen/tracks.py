"""The tracks of one segment laid beside each other: what all of them have becomes pieces, in order. RED."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from afterword.room.listen.chunk import MIC, SECONDS, TRACKS, Chunk
from afterword.room.listen.decode import RATE

_CHUNK = SECONDS * RATE
# A track that ends so much sooner than the other has lost something. Samples.
_SHORT = RATE


@dataclass(frozen=True)
class Piece:
    """`start`, `end`: samples of the segment. `chunks`: where each track has its sound, None for silence; none at all
    is a hole. `lost`: whether any track should have sound here and has none."""

    start: int
    end: int
    chunks: tuple[Chunk | None, ...]
    lost: bool

    @property
    def samples(self) -> int:
        return self.end - self.start


class Tracks:
    """What came of one segment and was not given out yet. `names`: the microphone, and the call where it is apart.
    `done`: samples that were given out."""

    def __init__(self, name: str, names: tuple[str, ...], done: int = 0) -> None:
        self.name, self.done = name, done
        self.names = tuple(track for track in TRACKS if track in names or track == MIC)
        self._held: dict[str, list[Chunk]] = {track: [] for track in self.names}
        self._ends = dict.fromkeys(self.names, done)
        self._last = dict.fromkeys(self.names, -1)
        self._over: set[str] = set()

    def add(self, chunk: Chunk) -> None:
        """The next one of its track. What came before is not taken twice."""
        self._last[chunk.track] = max(self._last[chunk.track], chunk.seq)
        if chunk.end > self._ends[chunk.track]:
            self._held[chunk.track].append(chunk)
            self._ends[chunk.track] = chunk.end

    def close(self, counts: Mapping[str, int], coming: Collection[str]) -> None:
        """How many chunks each track has: one of which the last is here has nothing more, and is silence from there.
        So has one that an earlier room heard to its end. It may have left in the middle of the last chunk: then that
        is still to be taken, and its track is among those that are `coming`."""
        for track in self.names:
            last = counts.get(track, 0) - 1
            if self._last[track] >= last or (track not in coming and self.done > last * _CHUNK):
                self.end(track)

    def end(self, track: str) -> None:
        """Nothing more of it will come."""
        self._over.add(track)

    def end_together(self) -> None:
        """For now nothing more comes. Only the last chunk of a segment is shorter than another track's of its number:
        where all have come to one number, what is shorter is over."""
        if len(set(self._last.values())) == 1:
            self._over |= {track for track in self.names if self._ends[track] < max(self._ends.values())}

    @property
    def ahead(self) -> int:
        """Samples that one track has and the other still waits for."""
        return max(self._ends.values()) - self._known

    @property
    def _known(self) -> int:
        going_on = [self._ends[track] for track in self.names if track not in self._over]
        return max(self.done, min(going_on) if going_on else max(self._ends.values()))

    def pieces(self) -> Iterator[Piece]:
        """All up to where every track is known."""
        upto = self._known
        edges = {edge for held in self._held.values() for chunk in held for edge in (chunk.start, chunk.end)}
        for end in sorted({edge for edge in edges if self.done < edge < upto} | {upto}):
            if end > self.done:
                piece = Piece(self.done, end, tuple(map(self._at_done, self.names)), self._lost())
                self.done = end
                yield piece
        for held in self._held.values():
            held[:] = [chunk for chunk in held if chunk.end > self.done]

    def _at_done(self, track: str) -> Chunk | None:
        return next((chunk for chunk in self._held[track] if chunk.start <= self.done < chunk.end), None)

    def _lost(self) -> bool:
        longest = max(self._ends.values())
        return any(
            self._at_done(track) is None and (self._ends[track] > self.done or longest - self._ends[track] >= _SHORT)
            for track in self.names
        )
