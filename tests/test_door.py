"""The door of the room, with a real room behind it: resting, refusing, and what comes out."""

from __future__ import annotations

import json
import secrets

import pytest

from afterword.capture.manifest import Consent, Manifest
from afterword.door import Door, Left, Rested, RoomFailed, Sound
from afterword.record import Record
from afterword.seal.context import chunk_place, place
from afterword.seal.keys import CaptureIdentity, NotebookIdentity
from tests.speech import dialogue, encode

LINES = [
    ("slt", "This week I was tired, and I know the reason. I said yes at work again when I wanted to say no."),
    ("slt", "Then I called my sister, and she was quiet on the phone. I felt guilty the whole evening."),
    ("slt", "My therapist asked what I could really do. I will wait one day before I answer my manager."),
    ("slt", "I also want to write my list down before I go to bed, so that I do not wake up at three."),
]


class OneRecording:
    """A recording with keys of its own, handed to rooms from memory."""

    def __init__(self, data: bytes, consent: Consent) -> None:
        self.key, self.notebook = CaptureIdentity.make(), NotebookIdentity.make()
        ids = secrets.token_bytes(16), secrets.token_bytes(16), secrets.token_bytes(16)
        self.manifest = Manifest(*ids, self.notebook.recipient, consent, "2026-11-20", self.key)
        chunk = self.key.recipient.seal(data, chunk_place(self.manifest.capture, 0))
        self.sound = Sound(1, len(data), lambda _: chunk)

    def listen(self, rest: float) -> tuple[Record, int]:
        """The record, and how many rooms it took."""
        kept, rooms = [b""], 0
        while True:
            rooms += 1
            with Door.to_listen(self.manifest, self.sound, kept[-1], None, rest=rest) as door:
                left = door.attend(lambda _: None, lambda checkpoint, _: kept.append(checkpoint))
            if isinstance(left, Left):
                info = place(self.manifest.person, "record", self.manifest.session, 0)
                return Record.from_bytes(self.notebook.open(left.sealed, info)), rooms
            assert isinstance(left, Rested)


def test_a_long_recording_has_several_rooms_and_the_same_record() -> None:
    data = encode(dialogue(LINES * 3, pause=0.8), "ogg")
    recording = OneRecording(data, Consent("mine", None))
    whole, one = recording.listen(rest=3600)
    parts, several = recording.listen(rest=1)
    assert one == 1
    assert several >= 3
    assert parts == whole
    assert "sister" in json.dumps(whole.to_json())


def test_a_room_does_not_listen_to_another_voice_without_a_yes() -> None:
    recording = OneRecording(encode(dialogue(LINES[:1]), "ogg"), Consent("both", None))
    with pytest.raises(RoomFailed) as failed:
        recording.listen(rest=3600)
    assert (failed.value.code, failed.value.retryable) == ("no_consent", False)


def test_two_voices_are_not_one_persons_recording() -> None:
    lines = [(("slt", "kal16")[place % 2], text) for place, (_, text) in enumerate(LINES)]
    recording = OneRecording(encode(dialogue(lines, pause=0.8), "ogg"), Consent("mine", None))
    with pytest.raises(RoomFailed) as failed:
        recording.listen(rest=3600)
    assert (failed.value.code, failed.value.retryable) == ("two_voices", False)


def test_a_room_refuses_a_chunk_that_belongs_elsewhere() -> None:
    recording = OneRecording(encode(dialogue(LINES[:1]), "ogg"), Consent("mine", None))
    other = recording.key.recipient.seal(b"sound", chunk_place(recording.manifest.capture, 1))
    recording.sound = Sound(1, recording.sound.size, lambda _: other)
    with pytest.raises(RoomFailed) as failed:
        recording.listen(rest=3600)
    assert failed.value.code == "not_ours"
