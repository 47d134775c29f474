"""The data flow of one capture on one screen: capture -> listen -> understand -> seal -> destroy.

The worker runs this. It holds ciphertext and, for as long as a room lives, the capture's key; never a word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from afterword.capture import chosen, own_voice
from afterword.capture.crash import crash_point
from afterword.capture.live import Live, Place
from afterword.capture.manifest import Manifest
from afterword.capture.receipt import Receipt, Sent
from afterword.capture.spool import Spool, chunk_name
from afterword.capture.wraps import Wraps
from afterword.door import Asked, Door, Left, Parts, Progress, Rested, Sound
from afterword.lent import Lent
from afterword.store.ledger import Claim, Ledger

# Rooms that die again and again may have died of a language model: after so many the next ones have none.
WITHOUT_MODEL = 2
AwaitMore = Callable[[Live, frozenset[tuple[str, str, int]]], bool]


@dataclass(frozen=True)
class Capture:
    """What the worker has of one capture: sealed chunks, wraps, and its row, claimed. `speech`: the folder of another
    speech model than the bundled one."""

    claim: Claim
    spool: Spool
    wraps: Wraps
    live: Live | None = None
    speech: Path | None = None


def carry_through(capture: Capture, manifest: Manifest, ledger: Ledger, tell: Callable[[Progress], None]) -> None:
    """From sealed chunks to a kept record and a destroyed key. Raises RoomFailed when the room could not."""
    left = listen_and_understand(capture, manifest, ledger, tell)
    if isinstance(left, Asked):
        ledger.keep_question(capture.claim, left.sealed)
        crash_point("question-kept")
        return
    seal_into_notebook(capture, ledger, left)
    destroy(capture, ledger)


def keep_up(
    capture: Capture, manifest: Manifest, ledger: Ledger, tell: Callable[[Progress], None], await_more: AwaitMore
) -> None:
    """While a live capture goes on: listen to what waits, and let the sound of it go. `await_more`: returns once
    enough waits beyond the places that are known; False when the room should end. Raises RoomFailed."""
    assert capture.live is not None
    live, parts = capture.live, _parts(capture, last=False)

    def more() -> tuple[list[tuple[str, str, int]], bool] | None:
        if not await_more(live, frozenset(parts.places)):
            return None
        pausing = live.pausing()
        known = set(parts.places)
        new = [place for place in map(astuple, live.waiting()) if place not in known]
        parts.places.extend(new)
        return new, pausing

    lent = lend(capture, manifest, ledger)
    known = as_it_stands(manifest, ledger)
    room = _room_to_follow(capture, known, replace(parts, more=more), capture.claim.careful, lent)
    _attend(capture, ledger, tell, room, parts)
    ledger.end_part(capture.claim)


def make_provisional(capture: Capture, manifest: Manifest, ledger: Ledger, tell: Callable[[Progress], None]) -> None:
    """Its device has been silent for long: a record of what is here. The key stays for what may still come. Raises
    RoomFailed."""
    left = listen_and_understand(capture, manifest, ledger, tell)
    if isinstance(left, Left):
        crash_point("provisional-before-keep")
        ledger.keep_provisional(capture.claim, left.sealed)
        crash_point("provisional-kept")


def listen_and_understand(
    capture: Capture, manifest: Manifest, ledger: Ledger, tell: Callable[[Progress], None]
) -> Left | Asked:
    """A child process without network or files, which ends with what it leaves. Long recordings have some in turn."""
    careful, lent = capture.claim.careful, lend(capture, manifest, ledger)
    while True:
        parts, known = _parts(capture, last=True) if capture.live else None, as_it_stands(manifest, ledger)
        room = _room_to_follow(capture, known, parts, careful, lent) if parts else _room(capture, known, careful, lent)
        left = _attend(capture, ledger, tell, room, parts)
        if not isinstance(left, Rested):
            return left
        careful = False


def seal_into_notebook(capture: Capture, ledger: Ledger, left: Left) -> None:
    """The record, sealed by the room to the notebook, durable; then read back by another connection and compared."""
    crash_point("record-before-keep")
    ledger.keep_record(capture.claim, left.sealed)
    crash_point("record-kept")
    ledger.compare_record(capture.claim, left.sealed)


def destroy(capture: Capture, ledger: Ledger) -> None:
    """Key, then chunks, then the receipt. Every step may be repeated after a crash."""
    capture.wraps.destroy()
    capture.spool.remove()
    crash_point("spool-removed")
    checked = [name for name, gone in (("key", capture.wraps.gone()), ("sound", capture.spool.gone())) if gone]
    ledger.keep_receipt(capture.claim, Receipt.of(ledger.row(capture.claim.capture), checked))
    crash_point("receipt-kept")
    ledger.scrub()


def lend(capture: Capture, manifest: Manifest, ledger: Ledger) -> Lent | None:
    """The language model that the person had chosen when the capture began, if that choice still stands. Before a word
    can leave this machine for it, the notebook has a note of where to."""
    choice, claim = manifest.choice, capture.claim
    if choice is None or claim.failures >= WITHOUT_MODEL:
        return None

    def stands() -> bool:
        return chosen.stands(ledger.engine, claim.person, choice) and ledger.holds(claim)

    def before() -> None:
        ledger.keep_sent(claim, Sent.to(choice))
        crash_point("sent-kept")

    return Lent(choice, stands, before) if stands() else None


def as_it_stands(manifest: Manifest, ledger: Ledger) -> Manifest:
    """For a room: without a voice print that the person has deleted since."""
    voice = manifest.known.voice
    if voice is None or own_voice.stands(ledger.engine, manifest.person, voice):
        return manifest
    return replace(manifest, known=replace(manifest.known, voice=None))


def _attend(
    capture: Capture, ledger: Ledger, tell: Callable[[Progress], None], room: Door, parts: Parts | None
) -> Left | Asked | Rested:
    def save(checkpoint: bytes, covered: int) -> None:
        _keep_checkpoint(capture, ledger, parts, checkpoint, covered)

    with room as door:
        door.close_unless(lambda: ledger.holds(capture.claim))
        return door.attend(tell, save)


def _room(capture: Capture, manifest: Manifest, careful: bool, lent: Lent | None) -> Door:
    claim, spool = capture.claim, capture.spool
    sound = Sound(claim.chunks, claim.size, lambda index: spool.read(chunk_name(index)))
    given = manifest, sound, spool.checkpoint(), claim.speakers, careful
    return Door.to_listen(*given, lent=lent, speech=capture.speech)


def _room_to_follow(
    capture: Capture, manifest: Manifest, parts: Parts, careful: bool, lent: Lent | None = None
) -> Door:
    # Nobody can be asked while nobody knows whether it is over.
    speakers = "unsure" if capture.claim.aim == "provisional" else capture.claim.speakers
    given = manifest, parts, capture.spool.checkpoint(), speakers, careful
    return Door.to_follow(*given, lent=lent, speech=capture.speech)


def _parts(capture: Capture, last: bool) -> Parts:
    live = capture.live
    assert live is not None
    # In this order: what comes between the two looks is left for the next time, and does not fall behind a pause.
    pausing = live.pausing()
    waiting = live.left() if last else live.waiting()
    forgotten = [(r.segment, r.track, r.first, r.past) for r in live.segments.forgotten(live.capture)]
    closed = _closed(live)
    places = [astuple(place) for place in waiting]
    # Of a device that is silent, what is missing may still come.
    final = capture.claim.aim != "provisional"
    return Parts(
        places,
        lambda index: capture.spool.read(Place(*places[index]).name),
        forgotten,
        pausing,
        last,
        closed=closed,
        final=final,
    )


def _closed(live: Live) -> dict[str, dict[str, int]]:
    """How many chunks each track has, of the segments that are closed on all of them."""
    there = live.segments.of(live.capture)
    going_on = {segment.name for segment in there if segment.closed is None}
    closed: dict[str, dict[str, int]] = {}
    for segment in there:
        if segment.closed is not None and segment.name not in going_on:
            closed.setdefault(segment.name, {})[segment.track] = segment.closed
    return closed


def _keep_checkpoint(capture: Capture, ledger: Ledger, parts: Parts | None, checkpoint: bytes, covered: int) -> None:
    """The checkpoint first, then the sound that it covers may go."""
    claim = capture.claim
    capture.spool.save_checkpoint(checkpoint, claim.attempt)
    if parts is None:
        ledger.got_further(claim)
        return
    here = capture.spool.have()
    names = [Place(*place).name for place in parts.places[:covered]]
    done = {(segment, track): seq + 1 for segment, track, seq in parts.places[:covered]}
    ledger.got_further(claim, done, sum(here.get(name, 0) for name in names), sum(name in here for name in names))
    crash_point("parts-covered")
    capture.spool.let_go(names)
