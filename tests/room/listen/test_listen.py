"""A recording becomes turns: with the real speech model, on real (synthetic) speech, interrupted and whole."""

from __future__ import annotations

import io
import weakref
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from afterword.record import Gap
from afterword.room.listen import Checkpoint, Heard, Line, ListenError, hearing, listen, swap
from afterword.room.listen.decode import RATE, open_audio
from afterword.room.listen.speakers import told_apart
from afterword.room.listen.speech import Ear
from tests.speech import Samples, dialogue, encode, silence

SESSION = [
    ("slt", "Come in and sit down. How has your week been?"),
    ("kal16", "It was a long week. I was tired, and my boss asked me to stay late again."),
    ("slt", "What did you tell him?"),
    ("kal16", "I said yes, and then I was angry with myself all evening."),
    ("slt", "It sounds like you wanted to say no."),
    ("kal16", "Yes. I want to ask for one free evening this week."),
    ("slt", "Good. I will send you the page, and we will meet next week."),
    ("kal16", "Thank you. I feel a little better than when I came in."),
]


@pytest.fixture(scope="module")
def spoken() -> Samples:
    return dialogue(SESSION)


@pytest.fixture(autouse=True)
def short_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a minute of speech has several windows in these tests."""
    module = "afterword.room.listen.hearing"
    for name, seconds in (("_SOONEST", 5), ("_USUAL", 10), ("_LONGEST", 15)):
        monkeypatch.setattr(f"{module}.{name}", seconds)


class Watch:
    """Keeps what `listen` tells; `stop_after` windows it fails as a killed process would."""

    def __init__(self, stop_after: int = 999) -> None:
        self.told: list[tuple[float, float | None]] = []
        self.saved: list[bytes] = []
        self._stop_after = stop_after

    def progress(self, heard: float, total: float | None) -> None:
        self.told.append((heard, total))

    def save(self, state: Checkpoint) -> None:
        self.saved.append(state.to_bytes())
        if len(self.saved) == self._stop_after:
            raise KeyboardInterrupt


def hear(data: bytes, watch: Watch | None = None, before: bytes | None = None, skip: bool = False) -> Heard:
    watch = watch or Watch()
    state = Checkpoint.from_bytes(before) if before else None
    heard = listen(open_audio(io.BytesIO(data)), state, watch.progress, watch.save, skip=skip)
    assert heard
    return heard


def test_a_session_is_heard_and_told_apart_and_an_interruption_changes_nothing(spoken: Samples) -> None:
    data, watch = encode(spoken, "ogg"), Watch()
    whole = hear(data, watch)
    assert [turn.speaker for turn in whole.turns] == ["therapist", "client"] * 4
    assert whole.client_confidence >= 0.8
    assert whole.heard == pytest.approx(len(spoken) / RATE, abs=0.1)
    assert whole.gaps == ()
    assert "boss asked me" in whole.turns[1].text
    assert [heard for heard, _ in watch.told] == sorted(heard for heard, _ in watch.told)
    assert len(watch.told) > len(watch.saved) >= 3
    cut = Watch(stop_after=2)
    with pytest.raises(KeyboardInterrupt):
        hear(data, cut)
    assert hear(data, before=cut.saved[-1]) == whole
    # Control: from another place the result is another.
    assert hear(data, before=Checkpoint(at=3 * RATE).to_bytes()) != whole


def test_a_window_that_cannot_be_borne_is_left_out_and_said(spoken: Samples) -> None:
    data, watch = encode(spoken, "wav"), Watch()
    heard = hear(data, watch, skip=True)
    assert [gap.why for gap in heard.gaps] == ["unreadable"]
    assert heard.gaps[0].start == 0
    assert heard.gaps[0].end == pytest.approx(Checkpoint.from_bytes(watch.saved[0]).seconds, abs=0.01)
    assert all(turn.start >= heard.gaps[0].end for turn in heard.turns)


@pytest.mark.parametrize("level", [0.0, 1e-4, 0.02, 0.2])
def test_silence_and_noise_give_no_text(level: float) -> None:
    with pytest.raises(ListenError, match="no_speech"):
        hear(encode(silence(12, level), "wav"))


def test_a_hum_gives_no_text() -> None:
    hum = 0.3 * np.sin(2 * np.pi * 50 * np.arange(12 * RATE) / RATE)
    with pytest.raises(ListenError, match="no_speech"):
        hear(encode(hum.astype(np.float32), "wav"))


def test_speech_after_silence_is_heard() -> None:
    """The control of the tests on silence: the same gate lets speech through."""
    heard = hear(encode(np.concatenate([silence(12), dialogue(SESSION[:1])]), "wav"))
    assert "week" in heard.turns[-1].text
    assert heard.turns[0].start > 11


def test_a_recording_that_breaks_off_is_a_record_with_a_gap(spoken: Samples) -> None:
    data = encode(spoken, "webm")
    heard = hear(data[: len(data) // 3])
    assert heard.turns
    assert heard.gaps[-1].why == "broken off"
    assert heard.gaps[-1].start == heard.heard
    assert heard.gaps[-1].end == pytest.approx(len(spoken) / RATE, abs=0.2)


def test_windows_are_cut_in_pauses(spoken: Samples) -> None:
    watch = Watch()
    hear(encode(spoken, "wav"), watch)
    for saved in watch.saved[:-1]:
        at = Checkpoint.from_bytes(saved).at
        assert float(np.abs(spoken[at - 800 : at + 800]).max()) < 0.05


def test_hearing_a_window_does_not_depend_on_what_was_heard_before(spoken: Samples) -> None:
    ear = Ear()
    fresh = ear.speech(spoken[: 10 * RATE])
    ear.speech(spoken[7 * RATE : 16 * RATE])
    assert ear.speech(spoken[: 10 * RATE]) == fresh


def test_a_checkpoint_survives_its_bytes() -> None:
    state = Checkpoint(160001, (Line(0.5, 2.25, "Ça va — yes.", bytes(range(256)) * 2),), (Gap(1.0, 2.0, "damaged"),))
    assert Checkpoint.from_bytes(state.to_bytes()) == state


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"version": 1, "at": 0, "lines": [], "gaps": []}'])
def test_another_checkpoint_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Checkpoint.from_bytes(data)


def test_nothing_prints_its_words(spoken: Samples) -> None:
    state = Checkpoint(1, (Line(0, 1, "secret", b"secret"),))
    heard = hear(encode(dialogue(SESSION[:2]), "wav"))
    for value in (state, state.lines[0], heard, heard.turns[0]):
        assert "secret" not in repr(value)
        assert "week" not in repr(value)


def test_swapping_twice_changes_nothing() -> None:
    heard = hear(encode(dialogue(SESSION[:4]), "wav"))
    other = swap(heard)
    assert [turn.speaker for turn in other.turns] != [turn.speaker for turn in heard.turns]
    assert other.examples == heard.examples[::-1]
    assert swap(other) == heard


def test_the_sample_session_is_told_apart_with_confidence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first minute."""
    monkeypatch.setattr("afterword.room.listen.hearing._USUAL", 20)
    folder = Path(__file__).parents[3] / "afterword" / "sample"
    watch = Watch(stop_after=3)
    with pytest.raises(KeyboardInterrupt):
        hear((folder / "session.ogg").read_bytes(), watch)
    lines = Checkpoint.from_bytes(watch.saved[-1]).lines
    who = told_apart(lines)
    expected = [line.split(":")[0] for line in (folder / "dialogue.txt").read_text().splitlines()]
    assert [turn.speaker for turn in who.turns] == expected[: len(who.turns)]
    assert who.client_confidence > 0.9


def test_sound_that_was_skipped_is_not_kept_in_memory() -> None:
    skipped: list[weakref.ref[Samples]] = []

    def blocks() -> Iterator[Samples]:
        for _ in range(20):
            block = np.zeros(RATE, np.float32)
            skipped.append(weakref.ref(block))
            yield block[len(block) :]
        yield np.zeros(RATE, np.float32)

    windows = hearing._windows(blocks(), hearing.Clock(lambda _heard, _total: None, None))
    assert len(next(windows)) == RATE
    assert sum(ref() is not None for ref in skipped) <= 1
