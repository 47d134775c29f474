"""A yes for the last two minutes is none for an hour: what was said later is not even listened to."""

from __future__ import annotations

import json
import secrets
from typing import Any, cast

import pytest

from afterword.capture.forms import Form
from afterword.capture.manifest import Consent, Manifest
from afterword.record import Record
from afterword.room import attend as module
from afterword.room.attend import attend
from afterword.room.frames import Kind
from afterword.room.listen import Checkpoint, ListenError, following
from afterword.room.pipes import Pipes
from afterword.seal.context import checkpoint_place, place
from afterword.seal.keys import NotebookIdentity
from tests.room.listen.test_following import Device, LevelReader, Stored, tone
from tests.room.test_ahead import Worker

AGREED = 20.0


@pytest.fixture(autouse=True)
def _twenty_seconds_by_levels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LAST_MINUTES", AGREED)
    monkeypatch.setattr(following._Follower, "_listen", lambda _: LevelReader())


class Sitting:
    """A live capture whose rooms are run here, one after another, up to what leaves them."""

    def __init__(self, form: Form) -> None:
        self.device, self.notebook, self.checkpoint = Device(), NotebookIdentity.make(), b""
        ids = self.device.capture, secrets.token_bytes(16), secrets.token_bytes(16)
        facts = Consent("both", "2026-11-20"), "2026-11-20", self.device.key
        self.manifest = Manifest(*ids, self.notebook.recipient, *facts, form=form)

    def room(self, stored: list[Stored], last: bool = False, speakers: str | None = "keep") -> dict[Kind, bytes]:
        """What it gave last, of each kind."""
        worker = Worker(stored)
        job = {
            "live": worker.places(0), "forgotten": [], "flush": True, "last": last, "closed": {},
            "speakers": speakers, "careful": False, "rest": 360.0, "lent": False, "certificates": "",
        }  # fmt: skip
        attend(cast(Pipes, worker), job, self.manifest.to_bytes(), self.checkpoint, {})
        given = dict(worker.given)
        self.checkpoint = given[Kind.SAVE][4:] if Kind.SAVE in given else self.checkpoint
        return given

    def heard(self) -> list[str]:
        opened = self.device.key.open(self.checkpoint, checkpoint_place(self.device.capture))
        return [line.text for line in Checkpoint.from_bytes(opened).lines]

    def opened(self, kind: str, payload: bytes) -> bytes:
        return self.notebook.open(payload, place(self.manifest.person, kind, self.manifest.session, 0))


def covered(given: dict[Kind, bytes]) -> int:
    return int.from_bytes(given[Kind.SAVE][:4], "big")


@pytest.mark.parametrize(("form", "heard"), [("closing", 4), ("session", 7)])
def test_what_was_said_after_it_is_not_listened_to_and_the_record_says_so(form: Form, heard: int) -> None:
    """The last chunk of the yes ends with it. `session`: the control."""
    sitting = Sitting(form)
    first = sitting.room(sitting.device.say(tone(1, 2, 3)))
    assert covered(first) == 3
    then = sitting.room(sitting.device.say(tone(4, 5, 6, 7)), last=True)
    assert sitting.heard() == [str(n + 1) for n in range(heard)]
    assert covered(then) == 4, "none is kept waiting"
    record = Record.from_bytes(sitting.opened("record", then[Kind.RECORD]))
    left_out = [(AGREED, 35.0, "not agreed to")] if form == "closing" else []
    assert [(gap.start, gap.end, gap.why) for gap in record.gaps] == left_out


@pytest.mark.parametrize(("form", "later"), [("closing", False), ("session", True)])
def test_a_break_counts_too(form: Form, later: bool) -> None:
    sitting = Sitting(form)
    stored = [*sitting.device.say(tone(1, 2)), *sitting.device.say(tone(3), "paused", away=30)]
    sitting.room(stored, last=True)
    assert ("3" in sitting.heard()) is later


@pytest.mark.parametrize(("form", "later"), [("closing", False), ("session", True)])
def test_who_is_who_is_asked_with_words_from_within_it(
    form: Form, later: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SURE", 2.0)
    sitting = Sitting(form)
    given = sitting.room(sitting.device.say(tone(1, 2, 3, 4, 900)), last=True, speakers=None)
    quotes = json.loads(sitting.opened("question", given[Kind.ASK]))
    assert any("900" in quote for quote in quotes) is later


def test_a_file_is_no_closing() -> None:
    sitting = Sitting("closing")
    job: dict[str, Any] = {"careful": True, "rest": 360.0, "speakers": "keep", "chunks": 1, "size": 1}
    with pytest.raises(ListenError) as refused:
        attend(cast(Pipes, Worker([])), job, sitting.manifest.to_bytes(), b"", {})
    assert refused.value.code == "no_consent"
