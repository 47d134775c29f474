"""How a capture begins, takes chunks in and ends: for the web and the command line. It sees ciphertext, and the
capture's private key only between making it and wrapping it."""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine

from afterword.capture import bootkey, chosen, names, own_voice
from afterword.capture.crash import crash_point
from afterword.capture.forms import MOST_TEXT, OWN_VOICE, WITHOUT_VOICES, Form, is_written
from afterword.capture.known import Known
from afterword.capture.manifest import Consent, Manifest
from afterword.capture.spool import Spool, chunk_name, free_bytes
from afterword.capture.wraps import Wraps
from afterword.consent import kept
from afterword.consent.answers import Format
from afterword.consent.gate import Missing, Standing, Voices, may_capture, rule_of
from afterword.facts.consent_law import Medium
from afterword.seal.context import context
from afterword.seal.errors import SealError
from afterword.seal.keys import CaptureIdentity
from afterword.seal.wrap import derive
from afterword.settings import Settings
from afterword.store.database import hour, now
from afterword.store.ledger import Ledger, Taken
from afterword.vault.owner import Owner

CHUNK_BYTES = 1 << 20
SEALED_MOST = CHUNK_BYTES + 256
# Three hours of 48 kHz stereo WAV.
MOST_BYTES = 2_200_000_000
SPARE_BYTES = 400_000_000
# What three hours of live sound may take if nothing is listened to meanwhile.
LIVE_BYTES = 50_000_000
# Eight at once on two processors keep up (python -m bench.live).
MOST_AT_ONCE = 4 * (os.cpu_count() or 1)
OPENING_SECONDS = 8.0
# What a form is called in the consent record; any other with voices counts as the most that can be asked for.
_FORMATS: dict[Form, Format] = {"closing": "last_minutes", "transcript": "transcript"}


class Refused(Exception):
    """Not accepted. `code` is for programs, `says` for the person: what is wrong, and what to do next."""

    def __init__(self, code: str, says: str, status: int = 422) -> None:
        super().__init__(code)
        self.code, self.says, self.status = code, says, status


@dataclass(frozen=True)
class Coming:
    """A recording about to be added, or made. `size`: bytes of sound; `fingerprint`: 32 bytes that the same file gives
    again. `live`: it is made now, so nobody knows its size; its fingerprint is random, and the same in every retry. So
    it is with a text, which is begun with its first word. `form`: what it is made of. `therapist`: whose voice is on it
    too, where the consent record speaks of several. `sample`: it is ten seconds of the person's own voice. `medium`:
    by what they meet, where the way in tells."""

    voices: Voices
    day: str
    size: int
    fingerprint: bytes = field(repr=False)
    live: bool = False
    form: Form = "session"
    therapist: str | None = field(default=None, repr=False)
    sample: bool = False
    medium: Medium | None = None


@dataclass(frozen=True)
class Opened:
    """What the sealing side needs. `token`: the right to put chunks into this capture, and nothing else. `have`: the
    chunks that are here already. `going_on`: nothing is left to send. `draft`: 32 bytes under which its owner's browser
    keeps a text that is not finished; it comes from the capture's key, so what is left of a draft dies with that."""

    capture: bytes
    session: bytes
    public_key: bytes
    token: str = field(repr=False)
    have: tuple[int, ...] = ()
    going_on: bool = False
    draft: bytes = field(default=b"", repr=False)


def open_capture(settings: Settings, ledger: Ledger, owner: Owner, coming: Coming) -> Opened:
    """Begin a capture, or go on with the one that this file began. Refusals happen here, first that of the gate;
    an open capture is never refused. Returns when a worker, too, has opened the key. Raises Refused."""
    standing = rests_on(settings, ledger.engine, owner, coming)
    if coming.form == "closing" and not coming.live:
        raise Refused("not_live", "The last two minutes are recorded here and now, with a yes for these alone.")
    fingerprint = fingerprint_of(owner, coming)
    known = ledger.find(owner.person, fingerprint)
    if known and (opened := _known(settings, ledger, owner, known, coming)):
        return opened
    boot = bootkey.recipient(settings.data)
    _admit(settings, ledger, coming)
    if boot is None:
        raise _no_worker()
    manifest = _new_manifest(ledger, owner, coming, consent_for(coming, standing))
    Spool(settings.spool, manifest.capture).make()
    wraps = Wraps(settings.keys, manifest.capture)
    wraps.write(manifest, owner, boot)
    try:
        _commit(ledger, owner, manifest, coming, fingerprint, standing)
    except Taken:
        wraps.destroy()
        Spool(settings.spool, manifest.capture).remove()
        return open_capture(settings, ledger, owner, coming)
    crash_point("capture-committed")
    if not _opened_by_a_worker(settings, ledger, manifest.capture):
        raise _no_worker()
    _still_stands(settings, ledger, owner, manifest.capture, coming)
    token, key = token_of(owner, manifest.capture), manifest.key.recipient.raw
    return Opened(manifest.capture, manifest.session, key, token, draft=_draft(manifest))


def rests_on(settings: Settings, engine: Engine, owner: Owner, coming: Coming) -> Standing:
    """What the gate says to it: every way in asks here. Raises Refused with what is missing. A live capture is one of
    today, by this computer's clock, which is also that of the pages; what day its device has decides nothing."""
    if (coming.voices == "none") != (coming.form in WITHOUT_VOICES):
        raise Refused("whose_voices", "Please say whose voices are on the recording.")
    if coming.form in OWN_VOICE and coming.voices != "mine":
        raise Refused("own_voice", "A note is spoken in your own voice alone. What both of you say is a session.")
    entries = kept.load(settings, engine, owner)
    format, rule = _FORMATS.get(coming.form, "recording"), rule_of(entries, coming.medium)
    day = date.today().isoformat() if coming.live else coming.day
    found = may_capture(entries, coming.voices, format, day, rule, coming.therapist)
    if isinstance(found, Missing):
        raise Refused(found.code, found.says, 403)
    return found


def fingerprint_of(owner: Owner, coming: Coming) -> bytes:
    """By which the row of its capture is found again."""
    return owner.mac(context("fingerprint", coming.fingerprint))


def may_put(ledger: Ledger, capture: bytes, token: str) -> bool:
    """True for the token of this capture."""
    return hmac.compare_digest(ledger.row(capture)["token"], _hash(token))


def put_chunk(settings: Settings, ledger: Ledger, capture: bytes, index: int, sealed: bytes) -> str:
    """Durable before it returns the SHA-256 (hex) of what was stored. Raises Refused, Conflict."""
    row = ledger.row(capture)
    if row["live"]:
        raise KeyError
    if row["state"] != "open":
        raise Refused("over", "This recording has been finished already.", 410)
    if len(sealed) > SEALED_MOST or not 0 <= index < MOST_BYTES // CHUNK_BYTES + 1:
        raise Refused("too_long", "A recording can be 3 hours long at most.", 413)
    if free_bytes(settings.spool) < SPARE_BYTES // 2:
        raise Refused("disk_full", "The disk of this computer is nearly full. Make room; the upload goes on then.", 507)
    try:
        Spool(settings.spool, capture).put(chunk_name(index), sealed)
    except FileNotFoundError:
        raise Refused("over", "This recording is over already.", 410) from None
    return sha256(sealed).hexdigest()


def end_capture(settings: Settings, ledger: Ledger, capture: bytes, chunks: int, size: int) -> list[int]:
    """Everything was sent. Returns the numbers that are missing; when there are none, the work begins."""
    if ledger.row(capture)["state"] != "open":
        return []
    here = Spool(settings.spool, capture).have()
    missing = [index for index in range(chunks) if chunk_name(index) not in here]
    if not missing:
        crash_point("end-before-commit")
        ledger.move(capture, ("open",), state="ended", chunks=chunks, size=size, ended=now())
        crash_point("end-committed")
    return missing


def resume_waiting(settings: Settings, ledger: Ledger, owner: Owner) -> int:
    """After a reboot, at the next unlock: seal the waiting keys to the new boot key. Returns how many."""
    boot = bootkey.recipient(settings.data)
    waiting = [row for row in ledger.waiting_for_unlock() if row["person"] == owner.person]
    resumed = 0
    for row in waiting if boot else []:
        assert boot is not None
        try:
            Wraps(settings.keys, row["id"]).renew_b(owner, boot)
        except (SealError, FileNotFoundError):
            continue
        resumed += ledger.resume(row["id"])
    return resumed


def answer_speakers(ledger: Ledger, capture: bytes, answer: str) -> None:
    """'keep', 'swap' or 'unsure'. Raises Refused for anything else."""
    if answer not in ("keep", "swap", "unsure"):
        raise Refused("who", "Please choose which of the two is you.")
    ledger.move(capture, ("asking",), state="ended", speakers=answer, lease=0)


def _still_stands(settings: Settings, ledger: Ledger, owner: Owner, capture: bytes, coming: Coming) -> None:
    """Asked once a worker has opened it, before anybody is given its key: whoever takes a yes back ends what is open
    by then, and what opens later finds the yes gone here. Raises Refused."""
    try:
        rests_on(settings, ledger.engine, owner, coming)
    except Refused:
        ledger.move(capture, ("new", "open"), state="discarded", failure="discarded", fingerprint=None)
        raise


def consent_for(coming: Coming, standing: Standing) -> Consent:
    """As it travels in the manifest. The sample, which nobody spoke, is listened to as a session."""
    if coming.voices == "nobody":
        return Consent(_heard_as(coming), coming.day)
    return Consent(_heard_as(coming), standing.yes.on if standing.yes else None)


def _heard_as(coming: Coming) -> str:
    return "both" if coming.voices == "nobody" else coming.voices


def _new_manifest(ledger: Ledger, owner: Owner, coming: Coming, consent: Consent) -> Manifest:
    ids = secrets.token_bytes(16), owner.person, secrets.token_bytes(16)
    facts = consent, coming.day, CaptureIdentity.make()
    made = Manifest(*ids, owner.identity.recipient, *facts, form=coming.form, sample=coming.sample)
    if coming.sample:  # it is compared with nothing, and no language model reads it
        return made
    known = Known(own_voice.load(ledger.engine, owner), names.load(ledger.engine, owner))
    return replace(made, choice=chosen.load(ledger.engine, owner), known=known)


def _commit(
    ledger: Ledger, owner: Owner, manifest: Manifest, coming: Coming, fingerprint: bytes, standing: Standing
) -> None:
    capture, session, consent = manifest.capture, manifest.session, manifest.consent
    row = {
        "id": capture, "person": owner.person, "session": session, "state": "new", "fingerprint": fingerprint,
        "recipient": manifest.key.recipient.raw, "token": _hash(token_of(owner, capture)), "size": coming.size,
        "opened": now(), "live": int(coming.live), "seen": now() if coming.live else None,
    }  # fmt: skip
    about_yes = {"agreed_on": consent.agreed_on, "therapist": standing.yes.therapist if standing.yes else None}
    facts = json.dumps({"day": manifest.day, "voices": consent.voices, "form": manifest.form} | about_yes).encode()
    kind = own_voice.KIND if manifest.sample else "session"
    about = {
        "id": secrets.token_bytes(16), "person": owner.person, "kind": kind, "about": session, "rev": 0,
        "sealed": owner.seal_own(kind, session, 0, facts), "hour": hour(),
    }  # fmt: skip
    ledger.open_new(row, {"id": session, "person": owner.person, "hour": hour()}, about)


def _known(settings: Settings, ledger: Ledger, owner: Owner, row: Mapping[str, Any], coming: Coming) -> Opened | None:
    """Never a second key: the same file gets the same capture. None when no worker can open it, because the machine was
    restarted just then: nobody was given its key, so it may be forgotten and begun anew. Raises Refused when it was
    begun as something else: it would be listened to as that, whatever the gate said to this."""
    token, open_now = token_of(owner, row["id"]), row["state"] in ("new", "open")
    if open_now and not _opened_by_a_worker(settings, ledger, row["id"]):
        return None
    if row["state"] == "new":
        _still_stands(settings, ledger, owner, row["id"], coming)
    # From wrap A, which nobody else can make; whoever writes to the database could put a key of theirs into the row.
    wraps = Wraps(settings.keys, row["id"])
    manifest = wraps.open_a(owner) if open_now or wraps.a.exists() else None
    if manifest and not _begun_as(manifest, bool(row["live"]), coming):
        raise _begun_otherwise()
    here = Spool(settings.spool, row["id"]).have() if open_now and not row["live"] else {}
    have = tuple(int(name) for name in here)
    key, draft = (manifest.key.recipient.raw, _draft(manifest)) if manifest else (row["recipient"], b"")
    return Opened(row["id"], row["session"], key, token, have, not open_now, draft if open_now else b"")


def _begun_as(manifest: Manifest, live: bool, coming: Coming) -> bool:
    """True when it is the same wish. The gate asks nobody about the day of a text or of a live capture: a draft is
    taken up again on another day, and a device may ask again after midnight."""
    begun = manifest.consent.voices, manifest.form, manifest.sample, live
    same = begun == (_heard_as(coming), coming.form, coming.sample, coming.live)
    return same and (manifest.day == coming.day or coming.live or coming.voices == "none")


def _draft(manifest: Manifest) -> bytes:
    return derive(manifest.key.raw, "draft") if is_written(manifest.form) else b""


def token_of(owner: Owner, capture: bytes) -> str:
    """The right to put chunks into this capture, to end and to discard it; its owner's device always finds it again."""
    return base64.urlsafe_b64encode(owner.mac(context("capture-token", capture))).decode().rstrip("=")


def _admit(settings: Settings, ledger: Ledger, coming: Coming) -> None:
    size = LIVE_BYTES if coming.live else MOST_TEXT if is_written(coming.form) else coming.size
    if size <= 0:
        raise Refused("empty", "This file is empty. Please choose another.")
    if size > MOST_BYTES:
        raise Refused("too_long", "A recording can be 3 hours long at most. Please cut it into parts.", 413)
    if free_bytes(settings.spool) < size + SPARE_BYTES:
        raise Refused("disk_full", "The disk of this computer is nearly full. Please make room and try again.", 507)
    if coming.live and len(ledger.recording_now()) >= MOST_AT_ONCE:
        raise _full()


def _opened_by_a_worker(settings: Settings, ledger: Ledger, capture: bytes) -> bool:
    """False when none came in time; the capture has left nothing then."""
    until = time.monotonic() + OPENING_SECONDS
    while time.monotonic() < until:
        if ledger.row(capture)["state"] != "new":
            return True
        time.sleep(0.05)
    if not ledger.forget_new(capture):
        return True
    Wraps(settings.keys, capture).destroy()
    Spool(settings.spool, capture).remove()
    return False


def _full() -> Refused:
    says = "This computer follows as many recordings as it can. Please try later, or record elsewhere and add the file."
    return Refused("full", says, 503)


def _begun_otherwise() -> Refused:
    says = (
        "This is on its way already with other answers: its day, or whose voices are on it. Please answer as before, "
    )
    return Refused("begun_otherwise", says + "or discard that one first: it is under Today.", 409)


def _no_worker() -> Refused:
    return Refused("no_worker", "The listening part of Afterword is not running. Please restart it and try again.", 503)


def _hash(token: str) -> bytes:
    return sha256(b"capture" + token.encode()).digest()
