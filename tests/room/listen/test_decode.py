"""Every common kind of file gives the same samples, and every bad one its own code."""

from __future__ import annotations

import io

import numpy as np
import pytest

from afterword.room.listen import ListenError, decode
from afterword.room.listen.decode import RATE, Audio, open_audio
from tests.speech import Samples, encode, only_video, say, silence


@pytest.fixture(scope="module")
def spoken() -> Samples:
    return np.concatenate(
        [say("slt", "How was your week?"), silence(0.5), say("kal16", "It was long, and I slept badly.")]
    )


def samples(data: bytes, start: float = 0.0) -> tuple[Audio, Samples]:
    audio = open_audio(io.BytesIO(data))
    return audio, np.concatenate(list(audio.samples(start)))


def code(data: bytes) -> str:
    with pytest.raises(ListenError) as error:
        samples(data)
    assert not error.value.retryable
    return error.value.code


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "m4a", "ogg", "webm", "mp4"])
def test_every_common_kind_is_read_whole(spoken: Samples, kind: str) -> None:
    audio, heard = samples(encode(spoken, kind, video=kind == "mp4"))
    assert abs(len(heard) - len(spoken)) < 0.1 * RATE
    assert audio.duration == pytest.approx(len(spoken) / RATE, abs=0.1)
    assert not audio.broken
    assert not audio.damaged


@pytest.mark.parametrize(("rate", "layout"), [(8000, "mono"), (48000, "stereo"), (44100, "stereo"), (48000, "5.1")])
def test_rates_and_channels_become_one_channel_at_16_khz(spoken: Samples, rate: int, layout: str) -> None:
    _, heard = samples(encode(spoken, "wav", rate=rate, layout=layout))
    assert abs(len(heard) - len(spoken)) < 0.01 * RATE
    assert float(np.abs(heard).max()) > 0.2


def test_samples_go_on_exactly_where_they_stopped(spoken: Samples) -> None:
    data = encode(spoken, "ogg")
    _, whole = samples(data)
    _, rest = samples(data, 12345 / RATE)
    assert np.array_equal(rest, whole[12345:])


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "empty"),
        (b"Dear diary, this is text with another name. " * 200, "not_audio"),
        (bytes(50000), "not_audio"),
        (np.random.default_rng(3).bytes(50000), "not_audio"),
    ],
)
def test_what_is_no_recording_says_so(data: bytes, expected: str) -> None:
    assert code(data) == expected


def test_a_playlist_opens_no_other_file() -> None:
    assert code(b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n") == "not_audio"
    assert code(b"ffconcat version 1.0\nfile '/etc/hostname'\n") == "not_audio"


def test_a_video_without_sound_says_so() -> None:
    assert code(only_video()) == "no_sound"


def test_an_unknown_codec_says_so(spoken: Samples) -> None:
    assert code(encode(spoken, "webm").replace(b"A_OPUS", b"A_NONE")) == "unsupported"


def test_an_m4a_without_its_index_is_truncated(spoken: Samples) -> None:
    data = encode(spoken, "m4a")
    assert code(data[: len(data) // 2]) == "truncated"


@pytest.mark.parametrize("kind", ["ogg", "webm", "flac", "wav"])
def test_a_recording_that_breaks_off_is_read_as_far_as_it_goes(spoken: Samples, kind: str) -> None:
    long = np.concatenate([spoken, spoken])
    data = encode(long, kind)
    audio, heard = samples(data[: len(data) // 2])
    assert audio.broken
    assert 0.2 * len(long) < len(heard) < 0.7 * len(long)


@pytest.mark.parametrize("kind", ["ogg", "webm"])
def test_a_damaged_stretch_is_silence_and_is_known(spoken: Samples, kind: str) -> None:
    data = bytearray(encode(np.concatenate([spoken, spoken]), kind))
    middle = len(data) // 2
    data[middle : middle + 400] = bytes(400)
    audio, heard = samples(bytes(data))
    assert audio.damaged
    # The times after it stay true.
    assert abs(len(heard) - 2 * len(spoken)) < 0.2 * RATE


def test_over_three_hours_is_refused_at_once(monkeypatch: pytest.MonkeyPatch, spoken: Samples) -> None:
    monkeypatch.setattr(decode, "LONGEST_SECONDS", 3)
    with pytest.raises(ListenError, match="too_long"):
        open_audio(io.BytesIO(encode(spoken, "m4a")))


def test_over_three_hours_is_refused_when_nothing_is_stated(monkeypatch: pytest.MonkeyPatch, spoken: Samples) -> None:
    monkeypatch.setattr(decode, "LONGEST_SECONDS", 3)
    monkeypatch.setattr(decode, "_stated", lambda _container, _file: None)
    with pytest.raises(ListenError, match="too_long"):
        open_audio(io.BytesIO(encode(spoken, "webm")))


def test_over_three_hours_is_refused_when_the_stated_length_is_wrong(
    monkeypatch: pytest.MonkeyPatch, spoken: Samples
) -> None:
    monkeypatch.setattr(decode, "LONGEST_SECONDS", 3)
    monkeypatch.setattr(decode, "_stated", lambda _container, _file: 1.0)
    audio = open_audio(io.BytesIO(encode(spoken, "ogg")))
    with pytest.raises(ListenError, match="too_long"):
        list(audio.samples())


def test_a_length_that_the_file_is_too_small_for_is_not_believed(spoken: Samples) -> None:
    data = bytearray(encode(spoken, "ogg"))
    last = data.rindex(b"OggS")
    data[last + 6 : last + 14] = (48000 * 9 * 3600).to_bytes(8, "little")  # claims nine hours
    audio = decode.Audio(decode._opened(io.BytesIO(bytes(data))), None)
    assert (decode._stated(audio.container, io.BytesIO(bytes(data))) or 0) < 9 * 3600
