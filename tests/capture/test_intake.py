"""How a capture begins, takes chunks in and ends; what is refused, and what is never refused."""

from __future__ import annotations

import io
import os
import threading
import time
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from afterword.capture import bootkey, intake
from afterword.capture.files import Conflict
from afterword.capture.intake import CHUNK_BYTES, MOST_BYTES, SEALED_MOST, Coming, Opened, Refused
from afterword.capture.manifest import Consent
from afterword.capture.sender import fingerprint, send
from afterword.capture.spool import Spool, chunk_name
from afterword.capture.wraps import Wraps
from afterword.consent import kept
from afterword.consent.answers import Withdrawn
from afterword.consent.gate import Voices
from afterword.seal.context import chunk_place
from afterword.seal.keys import CaptureRecipient, NotebookIdentity
from afterword.store.ledger import Lost
from afterword.store.tables import captures, objects, people, sessions
from afterword.work.sweep import end
from tests.capture.conftest import House
from tests.consent.yes import THERAPIST, say_yes
from tests.store.fresh import a_person

COMING = Coming("mine", "2026-11-20", 3_000_000, b"f" * 32)


def _open(house: House, coming: Coming = COMING) -> Opened:
    with house.opening():
        return intake.open_capture(house.settings, house.ledger, house.owner, coming)


def _rows(house: House) -> list[int]:
    with house.ledger.engine.connect() as db:
        return [db.execute(select(func.count()).select_from(t)).scalar() or 0 for t in (captures, sessions, objects)]


def _refused(code: str, house: House, coming: Coming) -> None:
    with pytest.raises(Refused) as refused:
        _open(house, coming)
    assert refused.value.code == code
    assert refused.value.says.endswith(".")
    assert (house.files(), _rows(house)) == ([], [0, 0, 0])


def test_a_capture_opens_and_its_key_is_the_one_that_both_wraps_hold(house: House) -> None:
    opened = _open(house)
    wraps = Wraps(house.settings.keys, opened.capture)
    assert wraps.open_a(house.owner) == wraps.open_b(house.worker.boot)
    assert wraps.open_a(house.owner).key.recipient.raw == opened.public_key
    row = house.ledger.row(opened.capture)
    assert (row["state"], row["recipient"], opened.have, opened.going_on) == ("open", opened.public_key, (), False)
    assert opened.token not in repr(opened)


def test_the_public_key_is_not_handed_out_before_a_worker_opened_it(house: House) -> None:
    answers: list[Opened] = []
    thread = threading.Thread(
        target=lambda: answers.append(intake.open_capture(house.settings, house.ledger, house.owner, COMING))
    )
    thread.start()
    time.sleep(0.4)
    assert (answers, _rows(house)[0]) == ([], 1)
    assert [row["state"] for row in house.ledger.in_state("new", "open")] == ["new"]
    house.worker.open_new()
    thread.join()
    assert len(answers) == 1


def test_a_worker_does_not_open_what_it_cannot_carry_through(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "OPENING_SECONDS", 0.3)
    real = Wraps.write

    def spoiled(self: Wraps, *given: object) -> None:
        real(self, *given)  # type: ignore[arg-type]
        self.b.write_bytes(b"\x01\x01" + os.urandom(300))

    monkeypatch.setattr(Wraps, "write", spoiled)
    _refused("no_worker", house, COMING)


@pytest.mark.parametrize("has_run_before", [True, False])
def test_without_a_worker_nothing_begins_and_nothing_is_left(
    house: House, monkeypatch: pytest.MonkeyPatch, has_run_before: bool
) -> None:
    monkeypatch.setattr(intake, "OPENING_SECONDS", 0.2)
    if not has_run_before:
        (house.settings.data / "boot.pub").unlink()
    with pytest.raises(Refused) as refused:
        intake.open_capture(house.settings, house.ledger, house.owner, COMING)
    assert (refused.value.code, refused.value.status) == ("no_worker", 503)
    assert (house.files(), _rows(house)) == ([], [0, 0, 0])
    bootkey.hold(house.settings.data)
    assert not _open(house).going_on, "the same file can be added as soon as there is one"


def test_what_cannot_be_taken_is_refused_at_the_start(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    _refused("empty", house, replace(COMING, size=0))
    _refused("empty", house, replace(COMING, size=-1))
    _refused("too_long", house, replace(COMING, size=MOST_BYTES + 1))
    _refused("not_asked", house, replace(COMING, voices="both"))
    _refused("whose_voices", house, replace(COMING, voices="none"))
    monkeypatch.setattr(intake, "free_bytes", lambda _: COMING.size + intake.SPARE_BYTES - 1)
    _refused("disk_full", house, COMING)


def test_another_persons_voice_needs_a_yes_that_stands_and_its_day_travels_with_it(house: House) -> None:
    say_yes(house.settings, house.ledger.engine, house.owner)
    opened = _open(house, replace(COMING, voices="both"))
    assert Wraps(house.settings.keys, opened.capture).open_a(house.owner).consent == Consent("both", "2026-11-01")


def test_the_sample_is_nobodys_and_ones_own_voice_needs_nobodys_yes(house: House) -> None:
    spoken: dict[Voices, Consent] = {"nobody": Consent("both", COMING.day), "mine": Consent("mine", None)}
    for voices, travels in spoken.items():
        opened = _open(house, replace(COMING, voices=voices, fingerprint=voices.encode() * 8))
        assert Wraps(house.settings.keys, opened.capture).open_a(house.owner).consent == travels


def test_a_yes_that_is_taken_back_just_then_starts_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    say_yes(house.settings, house.ledger.engine, house.owner)
    commit = intake._commit

    def slow(*given: Any) -> None:
        kept.append(house.settings, house.ledger.engine, house.owner, Withdrawn(THERAPIST, "2026-11-20"))
        commit(*given)

    monkeypatch.setattr(intake, "_commit", slow)
    with pytest.raises(Refused, match="withdrawn"):
        _open(house, replace(COMING, voices="both"))
    assert [row["state"] for row in house.ledger.in_state("new", "open", "discarded")] == ["discarded"]


def test_the_same_file_again_is_the_same_capture_with_the_same_key(house: House) -> None:
    first = _open(house)
    Spool(house.settings.spool, first.capture).put(chunk_name(1), b"sealed")
    again = _open(house)
    assert again == replace(first, have=(1,))
    assert _rows(house)[:2] == [1, 1]
    house.ledger.move(first.capture, ("open",), state="ended")
    assert _open(house) == replace(first, going_on=True)


BOTH = replace(COMING, voices="both")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (BOTH, COMING),
        (COMING, BOTH),
        (BOTH, replace(BOTH, day="2026-11-21")),
        (COMING, replace(COMING, form="recap")),
        (replace(COMING, sample=True), COMING),
        (COMING, replace(COMING, live=True)),
        (replace(COMING, form="transcript"), replace(BOTH, form="transcript")),
    ],
)
@pytest.mark.parametrize("state", ["open", "ended"])
def test_what_was_begun_as_something_else_does_not_go_on_as_that(
    house: House, first: Coming, second: Coming, state: str
) -> None:
    say_yes(house.settings, house.ledger.engine, house.owner, formats=("recording", "transcript"))
    begun = _open(house, first)
    house.ledger.move(begun.capture, ("open",), state=state)
    with pytest.raises(Refused) as refused:
        _open(house, second)
    assert (refused.value.code, refused.value.status) == ("begun_otherwise", 409)
    assert _open(house, first).capture == begun.capture, "answered as before it goes on"
    end(house.settings, house.ledger, begun.capture, "discarded")
    assert _open(house, second).capture != begun.capture, "with that one gone it begins anew"


def test_a_text_is_taken_up_again_on_another_day(house: House) -> None:
    note = replace(COMING, voices="none", form="note", size=0)
    assert _open(house, replace(note, day="2026-11-21")) == _open(house, note)


def take_back(house: House) -> None:
    kept.append(house.settings, house.ledger.engine, house.owner, Withdrawn(THERAPIST, "2026-11-20"))


@pytest.mark.parametrize("known", [False, True])
def test_a_yes_that_is_taken_back_while_a_worker_opens_it_starts_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    say_yes(house.settings, house.ledger.engine, house.owner)
    if known:  # another tab began it, and died
        monkeypatch.setattr(intake, "_opened_by_a_worker", lambda *_: True)
        intake.open_capture(house.settings, house.ledger, house.owner, replace(BOTH, live=True))
        monkeypatch.undo()
    opened = intake._opened_by_a_worker

    def slow(*given: Any) -> bool:
        take_back(house)
        return opened(*given)

    monkeypatch.setattr(intake, "_opened_by_a_worker", slow)
    with pytest.raises(Refused, match="withdrawn"):
        _open(house, replace(BOTH, live=True))
    assert [row["state"] for row in house.ledger.in_state("new", "open", "discarded")] == ["discarded"]


def test_a_live_capture_is_one_of_today_whatever_its_device_says(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    today, engine = date.today(), house.ledger.engine
    say_yes(house.settings, engine, house.owner, sessions="one", day="2026-11-20")
    live = replace(BOTH, live=True)
    _refused_with("other_session", house, live)
    say_yes(house.settings, engine, house.owner, on=today.isoformat(), sessions="each")
    yesterday = (today - timedelta(days=1)).isoformat()
    assert not _open(house, replace(live, day=yesterday)).going_on, "a device west of here, where it is still yesterday"
    _refused_with("before_the_yes", house, replace(BOTH, day=yesterday, fingerprint=b"g" * 32))


def _refused_with(code: str, house: House, coming: Coming) -> None:
    with pytest.raises(Refused, match=code):
        _open(house, coming)


def test_the_same_file_in_many_tabs_at_once_is_one_capture_with_one_key(house: House) -> None:
    opened: list[Opened] = []
    start = threading.Barrier(5)

    def add() -> None:
        start.wait()
        opened.append(intake.open_capture(house.settings, house.ledger, house.owner, COMING))

    threads = [threading.Thread(target=add) for _ in range(5)]
    with house.opening():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(opened) == 5
    assert len({(o.capture, o.session, o.public_key, o.token) for o in opened}) == 1
    assert _rows(house) == [1, 1, 1]
    wraps = Wraps(house.settings.keys, opened[0].capture)
    assert sorted(house.settings.keys.iterdir()) == [wraps.a, wraps.b]
    assert [p.name for p in house.settings.spool.iterdir()] == [opened[0].capture.hex()]


def test_the_same_file_of_two_people_is_two_captures(house: House) -> None:
    friend = a_person(house.ledger.engine, "the friend's passphrase")
    first = _open(house)
    with house.opening():
        second = intake.open_capture(house.settings, house.ledger, friend, COMING)
    assert first.capture != second.capture
    fingerprints = {house.ledger.row(o.capture)["fingerprint"] for o in (first, second)}
    assert len(fingerprints) == 2, "nobody can see that two people have the same recording"


def test_a_token_lets_into_its_own_capture_and_no_other(house: House) -> None:
    first, second = _open(house), _open(house, replace(COMING, fingerprint=b"g" * 32))
    assert intake.may_put(house.ledger, first.capture, first.token)
    for wrong in (second.token, "", first.token[:-1], first.token + "A", first.token.swapcase()):
        assert not intake.may_put(house.ledger, first.capture, wrong)
    with pytest.raises(Lost):
        intake.may_put(house.ledger, b"?" * 16, first.token)
    assert first.token.encode() not in house.ledger.row(first.capture)["token"]


def test_chunks_are_taken_while_the_capture_is_open(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = _open(house)

    def put(index: int, sealed: bytes) -> str:
        return intake.put_chunk(house.settings, house.ledger, opened.capture, index, sealed)

    assert put(0, b"sealed") == put(0, b"sealed")
    with pytest.raises(Conflict):
        put(0, b"other")
    for index, sealed in ((1, bytes(SEALED_MOST + 1)), (-1, b"x"), (MOST_BYTES // CHUNK_BYTES + 1, b"x")):
        with pytest.raises(Refused) as refused:
            put(index, sealed)
        assert (refused.value.code, refused.value.status) == ("too_long", 413)
    monkeypatch.setattr(intake, "free_bytes", lambda _: 1000)
    with pytest.raises(Refused) as refused:
        put(1, b"x")
    assert (refused.value.code, refused.value.status) == ("disk_full", 507)
    monkeypatch.undo()
    put(1, b"x")
    assert intake.end_capture(house.settings, house.ledger, opened.capture, 2, 7) == []
    with pytest.raises(Refused) as refused:
        put(2, b"x")
    assert (refused.value.code, refused.value.status) == ("over", 410)


def test_the_end_lists_what_is_missing_until_nothing_is(house: House) -> None:
    opened = _open(house)
    intake.put_chunk(house.settings, house.ledger, opened.capture, 1, b"x")
    assert intake.end_capture(house.settings, house.ledger, opened.capture, 3, 9) == [0, 2]
    assert house.ledger.row(opened.capture)["state"] == "open"
    for index in (0, 2):
        intake.put_chunk(house.settings, house.ledger, opened.capture, index, b"x")
    assert intake.end_capture(house.settings, house.ledger, opened.capture, 3, 9) == []
    row = house.ledger.row(opened.capture)
    assert (row["state"], row["chunks"], row["size"]) == ("ended", 3, 9)
    assert intake.end_capture(house.settings, house.ledger, opened.capture, 3, 9) == [], "asked twice, answered twice"


def test_a_file_is_sent_sealed_and_opens_again_in_the_room(house: House) -> None:
    data = os.urandom(CHUNK_BYTES + 5)
    file = io.BytesIO(data)
    told: list[int] = []
    file.seek(77)
    coming = replace(COMING, size=len(data), fingerprint=fingerprint(file))
    assert file.tell() == 0
    opened = _open(house, coming)
    send(house.settings, house.ledger, opened, file, told.append)
    spool = Spool(house.settings.spool, opened.capture)
    key = Wraps(house.settings.keys, opened.capture).open_b(house.worker.boot).key
    assert b"".join(key.open(spool.read(name), chunk_place(opened.capture, int(name))) for name in spool.have()) == data
    assert told == [CHUNK_BYTES, len(data)]
    assert not any(data[at : at + 32] in spool.read(chunk_name(0)) for at in range(0, CHUNK_BYTES, CHUNK_BYTES // 64))
    row = house.ledger.row(opened.capture)
    assert (row["state"], row["chunks"], row["size"]) == ("ended", 2, len(data))


def test_a_broken_off_sending_goes_on_where_it_was(house: House) -> None:
    data = os.urandom(2 * CHUNK_BYTES + 5)
    opened = _open(house)
    first = CaptureRecipient(opened.public_key).seal(data[:CHUNK_BYTES], chunk_place(opened.capture, 0))
    intake.put_chunk(house.settings, house.ledger, opened.capture, 0, first)
    again = _open(house)
    assert again.have == (0,)
    send(house.settings, house.ledger, again, io.BytesIO(data))
    spool = Spool(house.settings.spool, opened.capture)
    assert ([*spool.have()], spool.read(chunk_name(0))) == ([chunk_name(i) for i in range(3)], first)


def test_the_same_file_sent_from_two_tabs_arrives_once(house: House) -> None:
    data = os.urandom(2 * CHUNK_BYTES)
    opened = _open(house)
    threads = [
        threading.Thread(target=send, args=(house.settings, house.ledger, opened, io.BytesIO(data))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    key = Wraps(house.settings.keys, opened.capture).open_a(house.owner).key
    spool = Spool(house.settings.spool, opened.capture)
    assert b"".join(key.open(spool.read(name), chunk_place(opened.capture, int(name))) for name in spool.have()) == data


def test_after_a_reboot_the_next_unlock_lets_the_work_go_on(house: House) -> None:
    opened = _open(house)
    house.ledger.move(opened.capture, ("open",), state="waiting")
    bootkey.forget(house.settings.data)
    new = bootkey.hold(house.settings.data)
    assert new != house.worker.boot
    stranger = a_person(house.ledger.engine, "the stranger's passphrase")
    assert intake.resume_waiting(house.settings, house.ledger, stranger) == 0
    assert intake.resume_waiting(house.settings, house.ledger, house.owner) == 1
    assert intake.resume_waiting(house.settings, house.ledger, house.owner) == 0
    assert house.ledger.row(opened.capture)["state"] == "ended"
    assert Wraps(house.settings.keys, opened.capture).open_b(new).key.recipient.raw == opened.public_key


def test_the_boot_key_is_the_same_until_it_is_forgotten(house: House) -> None:
    data = house.settings.data
    assert bootkey.hold(data) == house.worker.boot
    assert bootkey.recipient(data) == house.worker.boot.recipient
    kept = b"".join(p.read_bytes() for p in data.rglob("*") if p.is_file())
    assert house.worker.boot.raw not in kept
    assert house.worker.boot.recipient.raw in kept, "the control: its public half is found by this search"


def test_a_public_key_that_somebody_put_into_the_row_of_the_person_catches_no_capture(house: House) -> None:
    attacker = NotebookIdentity.make().recipient.raw
    with house.ledger.engine.begin() as db:
        db.execute(update(people).values(recipient=attacker))
    opened = _open(house)
    manifest = Wraps(house.settings.keys, opened.capture).open_b(house.worker.boot)
    assert manifest.notebook == house.owner.identity.recipient


def test_only_the_three_answers_to_who_is_who_are_taken(house: House) -> None:
    opened = _open(house)
    house.ledger.move(opened.capture, ("open",), state="asking")
    with pytest.raises(Refused):
        intake.answer_speakers(house.ledger, opened.capture, "both")
    intake.answer_speakers(house.ledger, opened.capture, "swap")
    assert [house.ledger.row(opened.capture)[name] for name in ("state", "speakers")] == ["ended", "swap"]


def test_a_public_key_that_somebody_put_into_the_row_of_the_capture_is_never_handed_out(house: House) -> None:
    opened = _open(house)
    attacker = os.urandom(65)
    house.ledger.move(opened.capture, ("open",), recipient=attacker)
    try:
        assert _open(house).public_key == opened.public_key
    except Refused:
        pass
