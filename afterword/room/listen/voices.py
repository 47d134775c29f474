"""What a voice sounds like, as 512 numbers, and cutting speech into stretches of one voice. RED: a print is a person.

The numbers come from the speaker model (pyannote's x-vector, MIT) inside the speech library. The library's own online
clusters are not used: ids differ from call to call, and it cannot be told that there are two people.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from moonshine_voice.moonshine_api import _MoonshineLib

from afterword.room.listen.decode import RATE, Samples
from afterword.room.listen.lines import Line, Print, unpacked
from afterword.room.listen.pair import ONE_VOICE, leanings
from afterword.room.listen.speech import Span

# Prints of one voice are 0.4 alike (cosine), of two voices 0.05, on read speech and flite alike; but one of half a
# second is 0.08 to 0.5 like the next of its own voice, and two voices may be 0.25 alike. Beside the middle of both it
# says more: so 422 of 425 pairs of one voice were joined and 2 of 208 of two; by a likeness of 0.3, 297 and 4.
_SAME, _SAME_OF_ONE = 0.3, 0.2
# With fewer prints of either voice, its middle is not known: that of a single one is the print itself.
_KNOWN = 3
_CHANGED = 0.25
_LOOK, _STEP = int(1.5 * RATE), 3 * RATE // 4
_PAUSE, _LONGEST = int(0.6 * RATE), 14 * RATE


@dataclass(frozen=True)
class Stretch:
    """One voice without a long pause. `span`: where in the window. `voice`: its print, of length 1, shape (512,)."""

    span: Span
    voice: Print = field(repr=False)


class VoicePrints:
    """The speaker model inside the speech library, called by its C++ names: the package gives no other way to it.

    The wheel is pinned, and a test fails should another version drop these names.
    """

    def __init__(self) -> None:
        lib = _MoonshineLib().lib
        self._model = ctypes.create_string_buffer(1024)  # the object is 104 bytes
        self._out = (ctypes.c_void_p * 3)()  # a std::vector<float>: begin, end, end of storage
        lib._ZN21SpeakerEmbeddingModelC1Eb(self._model, ctypes.c_bool(False))
        size = ctypes.c_size_t.in_dll(lib, "speaker_embedding_model_ort_byte_count").value
        weights = ctypes.addressof((ctypes.c_ubyte * size).in_dll(lib, "speaker_embedding_model_ort_bytes"))
        load = lib._ZN21SpeakerEmbeddingModel16load_from_memoryEPKhm
        if load(self._model, ctypes.c_void_p(weights), ctypes.c_size_t(size)) != 0:
            raise RuntimeError("speaker model")
        self._run = lib._ZN21SpeakerEmbeddingModel19calculate_embeddingEPKfmPSt6vectorIfSaIfEE

    def of(self, samples: Samples) -> Print:
        """The print of some speech (a second or more says most), of length 1, shape (512,). Takes 20 ms."""
        data = np.ascontiguousarray(samples, dtype=np.float32)
        at = ctypes.c_void_p(data.ctypes.data)
        if not len(data) or self._run(self._model, at, ctypes.c_size_t(len(data)), ctypes.byref(self._out)) != 0:
            raise RuntimeError("speaker model")
        count = ((self._out[1] or 0) - (self._out[0] or 0)) // 4
        found = np.ctypeslib.as_array(ctypes.cast(self._out[0] or 0, ctypes.POINTER(ctypes.c_float)), (count,))
        return _unit(found)

    def stretches(self, window: Samples, speech: list[Span], before: Sequence[Line] = ()) -> list[Stretch]:
        """Speech as the pauses cut it, cut again where the voice changes, and joined where it goes on. `before`: lines
        of the same recording, from which the two voices are known."""
        pieces = [piece for span in speech for piece in self._split(window, span)]
        joined: list[Stretch] = []
        for new, same in zip(pieces, _same_as_last(pieces, before), strict=True):
            if joined and same and _near(joined[-1], new):
                joined[-1] = _join(joined[-1], new)
            else:
                joined.append(new)
        return joined

    def _split(self, window: Samples, span: Span) -> list[Stretch]:
        """At the places where the 1.5 s before and after are least alike, moved to the quietest spot nearby."""
        starts = range(span.start, span.end - _LOOK + 1, _STEP)
        if span.end - span.start < 2 * _LOOK:
            return [Stretch(span, self.of(window[span.start : span.end]))]
        prints = np.array([self.of(window[at : at + _LOOK]) for at in starts])
        far = _LOOK // _STEP
        alike = (prints[:-far] * prints[far:]).sum(axis=1)
        cuts: list[int] = []
        for index in np.argsort(alike):
            at = starts[int(index)] + _LOOK
            if alike[index] < _CHANGED and all(abs(at - cut) > _LOOK * 2 // 3 for cut in cuts):
                cuts.append(at)
        edges = [span.start, *sorted(_quietest(window, at) for at in cuts), span.end]
        return [self._piece(window, Span(a, b), starts, prints) for a, b in pairwise(edges) if b > a]

    def _piece(self, window: Samples, piece: Span, starts: range, prints: Print) -> Stretch:
        """Its print is put together from those that lie in it, if any do: to make one costs much."""
        inside = [one for at, one in zip(starts, prints, strict=True) if _within(at, piece)]
        return Stretch(piece, _unit(np.sum(inside, axis=0)) if inside else self.of(window[piece.start : piece.end]))


def _within(at: int, piece: Span) -> bool:
    return piece.start <= at and at + _LOOK <= piece.end


def _same_as_last(pieces: Sequence[Stretch], before: Sequence[Line]) -> list[bool]:
    """For each piece, whether the one before it is of the same voice."""
    if len(pieces) < 2:
        return [False] * len(pieces)
    voices = np.array([piece.voice for piece in pieces])
    likeness = (voices[1:] * voices[:-1]).sum(axis=1)
    known = unpacked([line.voice for line in before]) if before else voices[:0]
    seconds = [line.end - line.start for line in before] + [(p.span.end - p.span.start) / RATE for p in pieces]
    odds, alike = leanings(np.concatenate([known, voices]), np.array(seconds))
    if alike > ONE_VOICE:
        return [False, *(likeness > _SAME_OF_ONE)]
    if min((odds > 0).sum(), (odds < 0).sum()) < _KNOWN:
        return [False, *(likeness > _SAME)]
    second = 1 / (1 + np.exp(-odds[-len(pieces) :]))
    same = second[1:] * second[:-1] + (1 - second[1:]) * (1 - second[:-1])
    return [False, *(same > 0.5)]


def _near(before: Stretch, after: Stretch) -> bool:
    return after.span.start - before.span.end < _PAUSE and after.span.end - before.span.start <= _LONGEST


def _join(before: Stretch, after: Stretch) -> Stretch:
    weights = (before.span.end - before.span.start, after.span.end - after.span.start)
    return Stretch(Span(before.span.start, after.span.end), _unit(weights[0] * before.voice + weights[1] * after.voice))


def _quietest(window: Samples, at: int, reach: int = 3 * RATE // 10, frame: int = RATE // 40) -> int:
    near = window[at - reach : at + reach]
    loud = (near[: len(near) // frame * frame].reshape(-1, frame) ** 2).mean(axis=1)
    return at - reach + int(np.argmin(np.convolve(loud, np.ones(3), "same"))) * frame + frame // 2


def _unit(voice: Print) -> Print:
    unit: Print = (voice / max(float(np.linalg.norm(voice)), 1e-9)).astype(np.float32)
    return unit
