"""What happens in the room, in order: sound -> listen -> who is who -> understand -> seal; or text -> understand ->
seal. RED."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from io import BufferedReader
from math import inf
from typing import TYPE_CHECKING, Any

from afterword.capture.choice import Choice
from afterword.capture.crash import crash_point
from afterword.capture.forms import MOST_TEXT, is_written
from afterword.capture.manifest import Manifest
from afterword.record import Record
from afterword.room.frames import Kind
from afterword.room.listen import Aids, Checkpoint, Heard, ListenError, Parts, follow, heard_so_far, listen, swap
from afterword.room.listen.decode import open_audio
from afterword.room.pipes import CHUNK_BYTES, Pipes, SealedSound
from afterword.room.spoken import as_note
from afterword.room.told import aids_for, sealed_print, with_right_names
from afterword.room.transcript import NotATranscript, Speaker, Transcript, Turn, read_transcript
from afterword.room.written import record_of, turns_of
from afterword.seal.context import checkpoint_place, live_place, place
from afterword.seal.errors import SealError
from afterword.written import NotWritten, Written

if TYPE_CHECKING:
    from afterword.room.ahead import Ahead
    from afterword.room.understand.model.asking import Model
    from afterword.room.understand.model.findings import Findings

# Under this confidence the person is asked which voice is theirs.
SURE = 0.6
# The share of words in a second, clearly different voice over which a recording is not one person's.
SOMEBODY_ELSE = 0.2
# The most seconds that a yes to the last two minutes can mean: what was said later is not even listened to. The page
# stops a minute earlier.
LAST_MINUTES = 300.0


def attend(pipes: Pipes, job: dict[str, Any], key: bytes, checkpoint: bytes, lent: Mapping[str, int]) -> None:
    """One capture. `key`: its manifest. `checkpoint`: sealed, or empty. `lent`: descriptors of a language model, by
    name. Raises what `reason` has a code for."""
    manifest = Manifest.from_bytes(key)
    if not manifest.may_be_read:
        raise ListenError("no_consent")
    if is_written(manifest.form):
        _leave(pipes, _sealed(manifest, read_written(pipes, job, manifest, lent)))
        return
    aids = aids_for(manifest, job)
    if manifest.sample:
        _take_sample(pipes, job, manifest, aids)
        return
    heard, found, died_listening = _listen(pipes, job, manifest, checkpoint, lent, aids)
    if heard is None:
        pipes.give(Kind.REST, b"")
        return
    heard = with_right_names(heard, manifest)
    crash_point("room-heard")
    heard = _alone(heard) if manifest.consent.voices == "mine" else heard
    if heard.client_confidence < SURE and job["speakers"] is None:
        _ask(pipes, manifest, heard)
        return
    # Here and not above: a room that only listens is ready a quarter of a second sooner.
    from afterword.room.understand import understand, understand_plainly

    pipes.give(Kind.PROGRESS, _progress("understanding", heard.heard, heard.heard))
    transcript = Transcript(manifest.day, _settled(heard, job["speakers"]).turns)
    if job["careful"] and not died_listening:
        record = understand_plainly(transcript, {})
    else:
        model = _model(pipes, job, manifest.choice, lent, heard.heard)
        record = understand(transcript, {}, model, before=_read_before(found) if model else ())
    record = as_note(record) if manifest.form == "spoken" else record
    _leave(pipes, _sealed(manifest, replace(record, heard=heard.heard, gaps=heard.gaps, heard_with=aids.heard_with)))


def read_written(pipes: Pipes, job: dict[str, Any], manifest: Manifest, lent: Mapping[str, int]) -> Record:
    """Of a text, sealed as sound is. Raises what `reason` has a code for."""
    from afterword.room.understand import understand, understand_plainly

    pipes.give(Kind.PROGRESS, _progress("understanding", 0.0, None))
    written = Written.from_bytes(_whole(pipes, job, manifest))
    turns = turns_of(manifest.form, written, manifest.consent.voices == "mine").turns
    crash_point("room-read")

    def understood(transcript: Transcript) -> Record:
        if job["careful"]:
            return understand_plainly(transcript, {})
        return understand(transcript, {}, _model(pipes, job, manifest.choice, lent, 0.0))

    return record_of(manifest.form, written, Transcript(manifest.day, turns), understood)


def _whole(pipes: Pipes, job: dict[str, Any], manifest: Manifest) -> bytes:
    if job["size"] > MOST_TEXT:
        raise ListenError("too_much_text")
    return SealedSound(pipes, manifest, job["chunks"], job["size"]).readall() or b""


def read(pipes: Pipes, job: dict[str, Any], data: bytes, lent: Mapping[str, int]) -> None:
    """A transcript that the person already has: its record leaves as JSON with the evidence, sealed to nobody."""
    from afterword.room.understand import understand

    choice = Choice.from_json(job["choice"]) if job["choice"] else None
    record = understand(read_transcript(data, job["name"]), {}, _model(pipes, job, choice, lent, 0.0))
    pipes.give(Kind.RECORD, json.dumps(record.to_json(), ensure_ascii=False).encode())


def _take_sample(pipes: Pipes, job: dict[str, Any], manifest: Manifest, aids: Aids) -> None:
    """Ten seconds of the person's own voice: a print of it leaves in the place of a record."""
    sound = BufferedReader(SealedSound(pipes, manifest, job["chunks"], job["size"]), CHUNK_BYTES)

    def tell(heard: float, total: float | None) -> None:
        pipes.give(Kind.PROGRESS, _progress("listening", heard, total))

    _leave(pipes, sealed_print(sound, manifest, aids, tell))


def _sealed(manifest: Manifest, record: Record) -> bytes:
    return manifest.notebook.seal(record.to_bytes(), place(manifest.person, "record", manifest.session, 0))


def _leave(pipes: Pipes, sealed: bytes) -> None:
    """To the notebook; nobody outside can read it but the person."""
    crash_point("room-understood")
    pipes.give(Kind.RECORD, sealed)


def reason(error: Exception) -> dict[str, Any]:
    """A code for what went wrong. Never the message of an exception raised near words."""
    if isinstance(error, ListenError):
        return {"code": error.code, "retryable": error.retryable}
    if isinstance(error, (NotATranscript, NotWritten)):
        return {"code": "not_a_transcript", "retryable": False}
    if isinstance(error, MemoryError):
        return {"code": "no_memory", "retryable": True}
    if isinstance(error, SealError):
        return {"code": "not_ours", "retryable": False}
    return {"code": "failed", "retryable": True}


def _model(
    pipes: Pipes, job: dict[str, Any], choice: Choice | None, lent: Mapping[str, int], heard: float
) -> Model | None:
    """The model that this room was lent, if any. While it thinks, the worker is told that the room lives."""
    if choice is None or not job["lent"]:
        return None
    from afterword.room.understand.model.lent import model_of

    def alive() -> None:
        pipes.give(Kind.PROGRESS, _progress("understanding", heard, heard))

    return model_of(choice, lent, job["certificates"], alive)


def _listen(
    pipes: Pipes, job: dict[str, Any], manifest: Manifest, checkpoint: bytes, lent: Mapping[str, int], aids: Aids
) -> tuple[Heard | None, tuple[bytes, ...], bool]:
    """What was heard, or None if the next room is to go on; what a language model found in it while it went on; and
    whether anything was left to listen to (then earlier rooms died of listening)."""
    info = checkpoint_place(manifest.capture)
    before = Checkpoint.from_bytes(manifest.key.open(checkpoint, info)) if checkpoint else None
    saved: list[bool] = []
    found = before.found if before else ()
    aids.heard_with = before.heard_with if before else ()
    ahead: Ahead | None = None

    def progress(heard: float, total: float | None) -> None:
        pipes.give(Kind.PROGRESS, _progress("listening", heard, total))

    def save(state: Checkpoint, covered: int = 0) -> None:
        nonlocal found, ahead
        saved.append(True)
        # Not before the first one: what was wished away since the last room is out of it by then.
        ahead = ahead or _ahead(job, manifest, lent, state.found)
        found = ahead.look(_settled_so_far(manifest, job, state, aids)) if ahead else state.found
        state = replace(state, found=found, heard_with=aids.heard_with)
        pipes.give(Kind.SAVE, covered.to_bytes(4, "big") + manifest.key.recipient.seal(state.to_bytes(), info))
        crash_point("room-saved")

    if manifest.form == "closing" and "live" not in job:  # it is recorded here and now, or it is none
        raise ListenError("no_consent")
    careful, rest = job["careful"], job["rest"]
    if "live" in job:
        heard = follow(
            _parts(pipes, job, manifest),
            before,
            progress,
            save,
            careful,
            rest,
            lambda: ahead is not None and ahead.busy,
            aids,
        )
    else:
        sound = BufferedReader(SealedSound(pipes, manifest, job["chunks"], job["size"]), CHUNK_BYTES)
        heard = listen(open_audio(sound), before, progress, save, careful, rest, aids)
    return heard, found, bool(saved)


def _ahead(job: dict[str, Any], manifest: Manifest, lent: Mapping[str, int], found: tuple[bytes, ...]) -> Ahead | None:
    """Only while the session goes on: at its end all the rest is read at once."""
    choice = manifest.choice
    if choice is None or not job["lent"] or "live" not in job or job["last"]:
        return None
    from afterword.room.ahead import Ahead
    from afterword.room.understand.model.lent import model_of

    # Listening goes on meanwhile and says that the room lives.
    return Ahead(cache(lambda: model_of(choice, lent, job["certificates"], lambda: None)), found)


def _read_before(found: tuple[bytes, ...]) -> tuple[Findings, ...]:
    from afterword.room.ahead import found_before

    return found_before(found)


def _settled_so_far(manifest: Manifest, job: dict[str, Any], state: Checkpoint, aids: Aids) -> tuple[Turn, ...]:
    """The turns as they will be at the end, if nothing changes; none while it is not certain who is who."""
    try:
        heard = with_right_names(heard_so_far(state, aids.own), manifest)
        heard = _alone(heard) if manifest.consent.voices == "mine" else heard
    except ListenError:
        return ()
    unsure = heard.client_confidence < SURE and job["speakers"] is None
    return () if unsure else _settled(heard, job["speakers"]).turns


def _parts(pipes: Pipes, job: dict[str, Any], manifest: Manifest) -> Parts:
    places = [(segment, track, seq) for segment, track, seq in job["live"]]
    forgotten = [(segment, track, first, past) for segment, track, first, past in job["forgotten"]]

    known = list(places)

    def opened(index: int) -> bytes | None:
        try:
            return manifest.key.open(pipes.chunk(index), live_place(manifest.capture, *known[index]))
        except SealError:  # not from the device that was given the key: nothing of it is believed
            return None

    def more() -> tuple[list[tuple[str, str, int]], bool] | None:
        pipes.give(Kind.MORE, b"")
        told = json.loads(pipes.take(Kind.JOB))
        if told is None:
            return None
        new = [(segment, track, seq) for segment, track, seq in told["live"]]
        known.extend(new)
        return new, told["flush"]

    agreed = LAST_MINUTES if manifest.form == "closing" else inf
    ends = job.get("closed", {}), agreed, job.get("final", True)
    return Parts(places, opened, forgotten, job["flush"], job["last"], more, *ends)


def _settled(heard: Heard, speakers: str | None) -> Heard:
    """As the person answered: 'keep', 'swap', or 'unsure' (then nobody is named)."""
    if speakers == "swap":
        return swap(heard)
    return _named(heard, "unclear") if speakers == "unsure" else heard


def _alone(heard: Heard) -> Heard:
    """What one person said who told us that nobody else is on it. Raises ListenError when somebody clearly is."""
    words = Counter({turn.speaker: 0 for turn in heard.turns})
    for turn in heard.turns:
        words[turn.speaker] += len(turn.text.split())
    if words["therapist"] > SOMEBODY_ELSE * words.total():
        raise ListenError("two_voices")
    own: dict[Speaker, Speaker] = {"client": "client", "unclear": "client", "therapist": "unclear"}
    turns = tuple(replace(turn, speaker=own[turn.speaker]) for turn in heard.turns)
    return replace(heard, turns=turns, client_confidence=1.0)


def _named(heard: Heard, speaker: Speaker) -> Heard:
    turns = tuple(Turn(turn.t, turn.start, speaker, turn.text) for turn in heard.turns)
    return replace(heard, turns=turns, client_confidence=1.0)


def _ask(pipes: Pipes, manifest: Manifest, heard: Heard) -> None:
    info = place(manifest.person, "question", manifest.session, 0)
    pipes.give(Kind.ASK, manifest.notebook.seal(json.dumps(heard.examples).encode(), info))


def _progress(stage: str, heard: float, total: float | None) -> bytes:
    return json.dumps({"stage": stage, "heard": heard, "of": total}).encode()
