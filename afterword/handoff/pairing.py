"""The states of a handoff, their times, and what leads from one to the next.

created -> scanned -> approved -> confirmed; expired, denied and revoked are final. A phone that scans alone gets
nothing started, and a laptop alone gets no capture: each step needs the other side.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement

from afterword.capture import intake
from afterword.capture.intake import Coming, Refused
from afterword.capture.wraps import Wraps
from afterword.handoff import codes
from afterword.handoff.symbols import symbols
from afterword.settings import Settings
from afterword.store.handoffs import FINAL, Handoffs, Row
from afterword.store.ledger import Ledger
from afterword.store.tables import handoffs
from afterword.vault.owner import Owner
from afterword.work.sweep import end_unbegun, end_without_trace

# The code is shown so long; then so long to type the number; then so long, each, to compare and to begin.
CODE_SECONDS = 120
NUMBER_SECONDS = 300
START_SECONDS = 600
TRIES = 3
BROWSERS = {
    "chrome": "Chrome", "edge": "Edge", "brave": "Brave", "opera": "Opera", "firefox": "Firefox", "safari": "Safari",
    "other": "a browser",
}  # fmt: skip
SYSTEMS = {
    "windows": "Windows", "macos": "macOS", "linux": "Linux", "chromeos": "ChromeOS", "android": "Android",
    "ios": "iOS", "other": "another system",
}  # fmt: skip


@dataclass(frozen=True)
class Laptop:
    """What a browser says that wants to be lent the right. `key`: its public key, 65 bytes; `commitment`: SHA-256 of
    the 32 bytes that it will reveal; `network`: the mark of where it is, if that is known."""

    key: bytes
    commitment: bytes
    browser: str
    system: str
    network: bytes | None = None


@dataclass(frozen=True)
class Shown:
    """What the laptop shows: `code` to be typed, `number` that the phone will ask for."""

    id: bytes
    code: str = field(repr=False)
    number: str = field(repr=False)


def said(row: Row) -> str:
    """'Chrome / Windows': what the laptop says it is, and nobody can check."""
    return f"{BROWSERS.get(row['browser'], BROWSERS['other'])} / {SYSTEMS.get(row['system'], SYSTEMS['other'])}"


class Pairing:
    """One request's view of all handoffs. `at`: seconds since 1970. Every method that is given a row got it from the
    database just now."""

    def __init__(self, settings: Settings, ledger: Ledger, at: int) -> None:
        self.settings, self.ledger, self.at = settings, ledger, at
        self.rows = Handoffs(ledger.engine)

    def begin(self, laptop: Laptop) -> Shown:
        """A code that works for two minutes, once."""
        shown = Shown(secrets.token_bytes(16), codes.new_code(), codes.new_number())
        row = {
            "id": shown.id, "state": "created", "key": laptop.key, "commitment": laptop.commitment,
            "code": codes.hidden(shown.code), "number": shown.number, "browser": laptop.browser,
            "system": laptop.system, "network": laptop.network, "created": self.at, "until": self.at + CODE_SECONDS,
        }  # fmt: skip
        self.rows.add(row)
        return shown

    def state(self, row: Row) -> str:
        """As it is at this second, whether a sweep came by or not."""
        begun = row["state"] == "confirmed" and row["started"] is not None
        if row["state"] in FINAL:
            return str(row["state"])
        if row["until"] < self.at and not begun:
            return "expired"
        if row["capture"] and self.ledger.row(row["capture"])["failure"] in ("discarded", "expired"):
            return "revoked"
        return str(row["state"])

    def scan(self, person: bytes, given: str) -> bytes | None:
        """What a camera read or somebody typed makes it this person's, once. Returns its id; None whatever was wrong.
        Asking again for what is theirs already is no second use."""
        row = self._named(given)
        if row is None:
            return None
        if self.rows.scan(row["id"], person, self.at, self.at + NUMBER_SECONDS):
            return bytes(row["id"])
        again = row["person"] == person and self.state(row) == "scanned"
        return bytes(row["id"]) if again else None

    def row_of(self, id: bytes, person: bytes) -> Row:
        """Of this person alone. Raises KeyError."""
        row = self.rows.row(id)
        if row is None or row["person"] != person:
            raise KeyError
        return row

    def approve(self, owner: Owner, row: Row, coming: Coming, number: str, code: str | None = None) -> None:
        """The person typed the number, and the gate lets this capture in: it is opened. `code`: the letters too, where
        they are asked for. Raises Refused: what the gate says costs no try, a wrong number does."""
        if self.state(row) != "scanned":
            raise _over()
        intake.rests_on(self.settings, self.ledger.engine, owner, coming)
        if not self.rows.take_try(row["id"], owner.person, self.at, TRIES):
            raise _over()
        if not _is_right(row, number, code):
            self._wrong(row["id"])
        try:
            opened = intake.open_capture(self.settings, self.ledger, owner, coming)
        except Refused:
            self.rows.move(row["id"], ("scanned",), self.at, tries=0)
            raise
        values = {"capture": opened.capture, "salt": secrets.token_bytes(32), "until": self.at + START_SECONDS}
        if not self.rows.approve(row["id"], owner.person, self.at, **values):
            self._lost(row["id"], opened.capture)

    def reveal(self, row: Row, opening: bytes) -> bool:
        """What the laptop had committed itself to. Anything else ends it, and returns False."""
        if not codes.is_same(sha256(opening).digest(), row["commitment"]):
            self.deny(row)
            return False
        return self._step(row, None, opening=opening) or row["opening"] == opening

    def confirm(self, row: Row) -> bool:
        """The laptop says that both show the same. Twice is as once."""
        revealed = handoffs.c.opening.is_not(None)
        if self.state(row) == "approved" and self._step(
            row, revealed, state="confirmed", until=self.at + START_SECONDS
        ):
            return True
        return self.state(row) == "confirmed"

    def deny(self, row: Row) -> bool:
        """Either side says no: final, and what was opened for it is destroyed. False when it has begun already."""
        denied = self.rows.deny(row["id"])
        now = self.rows.row(row["id"])
        if now and now["state"] == "denied" and now["capture"]:
            end_unbegun(self.settings, self.ledger, now["capture"])
        return denied

    def symbols(self, owner: Owner, row: Row) -> tuple[tuple[str, str], ...]:
        """What the phone shows; nothing before the laptop has revealed its part. The capture's key comes from the wrap
        that only its owner could have made: whoever changed the row is found out by the comparison."""
        if not (row["capture"] and row["opening"]):
            return ()
        sealing = Wraps(self.settings.keys, row["capture"]).open_a(owner).key.recipient.raw
        return symbols(row["id"], row["capture"], row["key"], sealing, row["opening"], row["salt"])

    def told(self, row: Row) -> Mapping[str, Any]:
        """For the laptop: `state`, `seconds` left in it; once it is approved, the capture, its public key and our
        half of the symbols, all bytes."""
        state = self.state(row)
        found = {"state": state, "seconds": 0 if state in FINAL else max(0, row["until"] - self.at)}
        if state not in ("approved", "confirmed"):
            return found
        sealing = self.ledger.row(row["capture"])["recipient"]
        return found | {"capture": row["capture"], "public_key": sealing, "salt": row["salt"]}

    def _named(self, given: str) -> Row | None:
        if scanned := codes.scanned(given):
            row = self.rows.row(scanned.id)
            shown = codes.fingerprint(row["key"]) if row else b""
            return row if codes.is_same(shown, scanned.fingerprint) else None
        code = codes.typed(given)
        return self.rows.by_code(codes.hidden(code or ""))

    def _step(self, row: Row, also: ColumnElement[bool] | None, **values: Any) -> bool:
        more = [also] if also is not None else [handoffs.c.opening.is_(None)]
        return self.rows.move(row["id"], ("approved",), self.at, *more, **values)

    def _wrong(self, id: bytes) -> None:
        """Raises Refused."""
        row = self.rows.row(id)
        if row and row["tries"] >= TRIES:
            self.deny(row)
            raise Refused("denied", "That was the third wrong number, so nothing was lent. Please begin again there.")
        raise Refused("wrong_number", "That is not what the computer shows. Please look at it and type it again.")

    def _lost(self, id: bytes, capture: bytes) -> None:
        """Approved by two presses at once, which is as one; or it was over while the capture opened. Raises Refused."""
        row = self.rows.row(id)
        if row and row["capture"] == capture and self.state(row) in ("approved", "confirmed"):
            return
        end_without_trace(self.settings, self.ledger, capture)
        raise _over()


def fingerprint(id: bytes) -> bytes:
    """By which the capture of a handoff is found again when a request for it is repeated: 32 bytes."""
    return sha256(b"handoff capture" + id).digest()


def _is_right(row: Row, number: str, code: str | None) -> bool:
    # Both are compared in any case, so that the time tells nothing.
    digits = codes.is_same("".join(number.split()), row["number"] or "none")
    letters = code is None or codes.is_same(codes.hidden(codes.typed(code) or ""), row["code"] or b"none")
    return digits and letters


def _over() -> Refused:
    return Refused("over", "This code is over. Please begin again on the computer.", 410)
