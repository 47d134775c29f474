"""What happens in the room, in order: sound -> listen -> who is who -> understand -> seal. RED."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BufferedReader
from typing import Any

from afterword.capture.crash import crash_point
from afterword.capture.spool import checkpoint_info
from afterword.capture.wraps import Manifest
from afterword.record import Record
from afterword.room.frames import Kind
from afterword.room.listen import Checkpoint, Heard, ListenError, listen, swap
from afterword.room.listen.decode import open_audio
from afterword.room.pipes import CHUNK_BYTES, Pipes, SealedSound
from afterword.room.transcript import Speaker, Transcript, Turn
from afterword.room.understand import understand
from afterword.seal.context import place
from afterword.seal.errors import SealError

# Under this confidence the person is asked which voice is theirs.
SURE = 0.6


def attend(pipes: Pipes, job: dict[str, Any], key: bytes, checkpoint: bytes) -> None:
    """One capture. `key`: its manifest. `checkpoint`: sealed, or empty. Raises what `reason` has a code for."""
    manifest = Manifest.from_bytes(key)
    if not manifest.consent.stands:
        raise ListenError("no_consent")
    heard = _listen(pipes, job, manifest, checkpoint)
    heard = _named(heard, "client") if manifest.consent.voices == "mine" else heard
    if manifest.consent.voices == "both" and job["speakers"] is None and heard.client_confidence < SURE:
        _ask(pipes, manifest, heard)
        return
    crash_point("room-heard")
    pipes.give(Kind.PROGRESS, _progress("understanding", heard.heard, heard.heard))
    record = _understand(_settled(heard, job["speakers"]), manifest.day)
    info = place(manifest.person, "record", manifest.session, 0)
    crash_point("room-understood")
    pipes.give(Kind.RECORD, manifest.notebook.seal(record.to_bytes(), info))


def reason(error: Exception) -> dict[str, Any]:
    """A code for what went wrong. Never the message of an exception raised near words."""
    if isinstance(error, ListenError):
        return {"code": error.code, "retryable": error.retryable}
    if isinstance(error, SealError):
        return {"code": "not_ours", "retryable": False}
    return {"code": "failed", "retryable": True}


def _listen(pipes: Pipes, job: dict[str, Any], manifest: Manifest, checkpoint: bytes) -> Heard:
    info = checkpoint_info(manifest.capture)
    before = Checkpoint.from_bytes(manifest.key.open(checkpoint, info)) if checkpoint else None

    def progress(heard: float, total: float | None) -> None:
        pipes.give(Kind.PROGRESS, _progress("listening", heard, total))

    def save(state: Checkpoint) -> None:
        pipes.give(Kind.SAVE, manifest.key.recipient.seal(state.to_bytes(), info))
        crash_point("room-saved")

    sound = BufferedReader(SealedSound(pipes, manifest, job["chunks"], job["size"]), CHUNK_BYTES)
    return listen(open_audio(sound), before, progress, save)


def _understand(heard: Heard, day: str) -> Record:
    record = understand(Transcript(day, heard.turns), {})
    return replace(record, heard=heard.heard, gaps=heard.gaps)


def _settled(heard: Heard, speakers: str | None) -> Heard:
    """As the person answered: 'keep', 'swap', or 'unsure' (then nobody is named)."""
    if speakers == "swap":
        return swap(heard)
    return _named(heard, "unclear") if speakers == "unsure" else heard


def _named(heard: Heard, speaker: Speaker) -> Heard:
    turns = tuple(Turn(turn.t, turn.start, speaker, turn.text) for turn in heard.turns)
    return replace(heard, turns=turns, client_confidence=1.0)


def _ask(pipes: Pipes, manifest: Manifest, heard: Heard) -> None:
    info = place(manifest.person, "question", manifest.session, 0)
    pipes.give(Kind.ASK, manifest.notebook.seal(json.dumps(heard.examples).encode(), info))


def _progress(stage: str, heard: float, total: float | None) -> bytes:
    return json.dumps({"stage": stage, "heard": heard, "of": total}).encode()
