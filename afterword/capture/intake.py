"""How a capture begins, takes chunks in and ends: for the web and the command line. It sees ciphertext, and the
capture's private key only between making it and wrapping it."""

from __future__ import annotations

import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from afterword.capture import bootkey
from afterword.capture.crash import crash_point
from afterword.capture.spool import Spool, free_bytes
from afterword.capture.wraps import Consent, Manifest, Wraps
from afterword.seal.errors import SealError
from afterword.seal.keys import CaptureIdentity
from afterword.settings import Settings
from afterword.store.database import hour, now
from afterword.store.ledger import Ledger
from afterword.vault.owner import Owner

CHUNK_BYTES = 1 << 20
SEALED_MOST = CHUNK_BYTES + 256
# Three hours of 48 kHz stereo WAV.
MOST_BYTES = 2_200_000_000
SPARE_BYTES = 400_000_000


class Refused(Exception):
    """Not accepted. `code` is for programs, `says` for the person: what is wrong, and what to do next."""

    def __init__(self, code: str, says: str, status: int = 422) -> None:
        super().__init__(code)
        self.code, self.says, self.status = code, says, status


@dataclass(frozen=True)
class Opened:
    """What the sealing side needs. `token`: the right to put chunks into this capture, and nothing else."""

    capture: bytes
    session: bytes
    public_key: bytes
    token: str = field(repr=False)


def check_consent(voices: str, agreed: bool, agreed_on: str | None, today: date) -> Consent:
    """Raises Refused unless the voices may be listened to."""
    if voices == "mine":
        return Consent("mine", None)
    if voices != "both":
        raise Refused("whose_voices", "Please say whose voices are on the recording.")
    if not agreed or not agreed_on:
        raise Refused("no_consent", "Your therapist's voice needs their yes first, and the day they gave it.")
    try:
        day = date.fromisoformat(agreed_on)
    except ValueError:
        raise Refused("bad_date", "Please give the day of their yes as year-month-day.") from None
    if day > today:
        raise Refused("bad_date", "The day of their yes lies in the future. Please check it.")
    return Consent("both", day.isoformat())


def open_capture(settings: Settings, ledger: Ledger, owner: Owner, consent: Consent, day: str, size: int) -> Opened:
    """All refusals happen here; an open capture is never refused. Waits until a worker could open the key too."""
    boot = bootkey.recipient(settings.data)
    _admit(settings, consent, size)
    if boot is None:
        raise _no_worker()
    capture, session, token = secrets.token_bytes(16), secrets.token_bytes(16), secrets.token_urlsafe(32)
    key = CaptureIdentity.make()
    Spool(settings.spool, capture).make()
    wraps = Wraps(settings.keys, capture)
    wraps.write(Manifest(capture, owner.person, session, owner.identity.recipient, consent, day, key), owner, boot)
    row = {
        "id": capture, "person": owner.person, "session": session, "state": "new", "recipient": key.recipient.raw,
        "token": _hash(token), "size": size, "opened": now(),
    }  # fmt: skip
    facts = json.dumps({"day": day, "voices": consent.voices, "agreed_on": consent.agreed_on}).encode()
    about = {
        "id": secrets.token_bytes(16), "person": owner.person, "kind": "session", "about": session, "rev": 0,
        "sealed": owner.seal_own("session", session, 0, facts), "hour": hour(),
    }  # fmt: skip
    ledger.open_new(row, {"id": session, "person": owner.person, "hour": hour()}, about)
    crash_point("capture-committed")
    _wait_until_open(ledger, capture)
    return Opened(capture, session, key.recipient.raw, token)


def may_put(ledger: Ledger, capture: bytes, token: str) -> bool:
    """True for the token of this capture."""
    return hmac.compare_digest(ledger.row(capture)["token"], _hash(token))


def put_chunk(settings: Settings, ledger: Ledger, capture: bytes, index: int, sealed: bytes) -> str:
    """Durable before it returns the SHA-256 (hex) of what was stored. Raises Refused, Conflict."""
    if ledger.row(capture)["state"] != "open":
        raise Refused("over", "This recording has been finished already.", 410)
    if len(sealed) > SEALED_MOST or not 0 <= index < MOST_BYTES // CHUNK_BYTES + 1:
        raise Refused("too_long", "A recording can be 3 hours long at most.", 413)
    if free_bytes(settings.spool) < SPARE_BYTES // 2:
        raise Refused("disk_full", "The disk of this computer is nearly full. Make room; the upload goes on then.", 507)
    Spool(settings.spool, capture).put(index, sealed)
    return sha256(sealed).hexdigest()


def end_capture(settings: Settings, ledger: Ledger, capture: bytes, chunks: int, size: int) -> list[int]:
    """Everything was sent. Returns the numbers that are missing; when there are none, the work begins."""
    if ledger.row(capture)["state"] != "open":
        return []
    missing = Spool(settings.spool, capture).missing(chunks)
    if not missing:
        crash_point("end-before-commit")
        ledger.move(capture, ("open",), state="ended", chunks=chunks, size=size, ended=now())
        crash_point("end-committed")
    return missing


def resume_waiting(settings: Settings, ledger: Ledger, owner: Owner) -> int:
    """After a reboot, at the next unlock: seal the waiting keys to the new boot key. Returns how many."""
    boot = bootkey.recipient(settings.data)
    waiting = [row for row in ledger.in_state("waiting") if row["person"] == owner.person]
    resumed = 0
    for row in waiting if boot else []:
        assert boot is not None
        try:
            Wraps(settings.keys, row["id"]).renew_b(owner, boot)
        except (SealError, FileNotFoundError):
            continue
        resumed += ledger.move(row["id"], ("waiting",), state="ended", stage="received", lease=0)
    return resumed


def answer_speakers(ledger: Ledger, capture: bytes, answer: str) -> None:
    """'keep', 'swap' or 'unsure'. Raises Refused for anything else."""
    if answer not in ("keep", "swap", "unsure"):
        raise Refused("who", "Please choose which of the two is you.")
    ledger.move(capture, ("asking",), state="ended", speakers=answer, lease=0)


def _admit(settings: Settings, consent: Consent, size: int) -> None:
    if not consent.stands:
        raise Refused("no_consent", "Your therapist's voice needs their yes first, and the day they gave it.")
    if size <= 0:
        raise Refused("empty", "This file is empty. Please choose another.")
    if size > MOST_BYTES:
        raise Refused("too_long", "A recording can be 3 hours long at most. Please cut it into parts.", 413)
    if free_bytes(settings.spool) < size + SPARE_BYTES:
        raise Refused("disk_full", "The disk of this computer is nearly full. Please make room and try again.", 507)


def _wait_until_open(ledger: Ledger, capture: bytes, seconds: float = 8.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if ledger.row(capture)["state"] == "open":
            return
        time.sleep(0.05)
    ledger.move(capture, ("new",), state="discarded", failure="no_worker")
    raise _no_worker()


def _no_worker() -> Refused:
    return Refused("no_worker", "The listening part of Afterword is not running. Please restart it and try again.", 503)


def _hash(token: str) -> bytes:
    return sha256(b"capture" + token.encode()).digest()
