"""The digest is a cache: never wrong, never in the way, and nothing of a deleted session stays in it."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, select, update
from sqlalchemy.exc import OperationalError

from afterword.notebook import digest, notes
from afterword.notebook.drawer import Drawer
from afterword.notebook.notes import Note
from afterword.notebook.past import Past, pasts
from afterword.notebook.shelf import Shelf
from afterword.store.tables import objects
from afterword.vault.owner import Owner
from tests.notebook.lived_in import a_session
from tests.store.fresh import a_person, files_of


def the_slow_way(engine: Engine, owner: Owner) -> list[Past]:
    """As it was before there was a digest: every record opened, every correction applied."""
    shelf = Shelf(engine, owner)
    over = [shelved for shelved in reversed(shelf.sessions()) if shelved.row["state"] == "destroyed"]
    read = [(shelf.session(shelved.id), shelf.yes_of(shelved.id)) for shelved in over]
    return [
        Past(one.id.hex(), one.day, one.form, yes.therapist if yes else "", one.record, one.corrections)
        for one, yes in read
        if one.record is not None
    ]


def values(found: list[Past]) -> list[tuple[object, ...]]:
    return [tuple(getattr(past, f.name) for f in fields(Past)) for past in found]


def opened_notes(engine: Engine, owner: Owner) -> dict[bytes, object]:
    """Each note by itself."""
    with engine.connect() as db:
        query = select(objects.c.about).where(objects.c.kind == "note", objects.c.person == owner.person)
        ids = db.execute(query).scalars().all()
    return {about: Drawer(engine, owner, "note").get(about) for about in ids}


def a_note(text: str) -> Note:
    return Note("note", "2026-11-20T10:00", text)


def _reworded(text: str) -> Callable[[Any], Any]:
    return lambda before: before | {"text": text}


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_done_in_whatever_order_the_digest_says_what_the_slow_way_says(engine: Engine, seed: int) -> None:
    chance, owner = random.Random(seed), a_person(engine)
    shelf, drawer = Shelf(engine, owner), Drawer(engine, owner, "note")
    there = [a_session(engine, owner, f"matter {n}", f"2026-0{n % 9 + 1}-03") for n in range(3)]
    kept = [bytes.fromhex(notes.keep(engine, owner, a_note(f"written {n}"))) for n in range(40)]
    for n in range(40):
        match chance.randrange(8):
            case 0:
                there.append(a_session(engine, owner, f"matter {n + 3}", f"2026-1{n % 3}-0{n % 7 + 1}"))
            case 1 if len(there) > 1:
                shelf.remove(there.pop(chance.randrange(len(there))))
            case 2 | 3:
                shelf.correct_line(chance.choice(there), "overview", 0, chance.choice([f"changed {n}", None]))
            case 4:
                shelf.correct_name(chance.choice(there), "Mya", f"Maya{n}")
            case 5:
                kept.append(bytes.fromhex(notes.keep(engine, owner, a_note(f"written {n + 40}"))))
            case 6 if len(kept) > 34:
                drawer.remove(kept.pop(chance.randrange(len(kept))))
            case 7:
                drawer.change(chance.choice(kept), _reworded(f"anew {n}"))
        if chance.random() < 0.4:
            assert values(pasts(engine, owner)) == values(the_slow_way(engine, owner))
            assert drawer.all() == opened_notes(engine, owner)
    assert values(pasts(engine, owner)) == values(the_slow_way(engine, owner))
    assert drawer.all() == opened_notes(engine, owner)


def test_what_was_read_once_is_not_opened_the_slow_way_again(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = a_person(engine)
    for n in range(3):
        a_session(engine, owner, f"matter {n}")
    first = [past.record for past in pasts(engine, owner)]
    monkeypatch.setattr(Owner, "open_sealed", None)
    assert [past.record for past in pasts(engine, owner)] == first


def test_a_page_that_needs_no_record_opens_none(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = a_person(engine)
    a_session(engine, owner, "the move", "2026-11-03")
    monkeypatch.setattr(Owner, "open_sealed", None)
    assert [past.day for past in pasts(engine, owner)] == ["2026-11-03"]


def test_nothing_of_a_deleted_session_or_note_stays_in_a_digest_or_in_the_file(engine: Engine) -> None:
    owner = a_person(engine)
    kept, gone = a_session(engine, owner, "the move"), a_session(engine, owner, "the canary")
    ids = [notes.keep(engine, owner, a_note(f"of the canary {n}")) for n in range(40)]
    assert [past.record.overview for past in pasts(engine, owner)]
    notes.load(engine, owner)
    before = _digests(engine, owner, gone, bytes.fromhex(ids[0]))
    assert all(any(word in plain for _, plain in before) for word in (gone.hex(), "canary with Mya", "of the canary 0"))
    Shelf(engine, owner).remove(gone)
    Drawer(engine, owner, "note").remove(bytes.fromhex(ids[0]))
    on_disk = files_of(engine)
    for sealed, plain in before:
        if gone.hex() in plain or "canary with Mya" in plain or ids[0] in plain:
            assert sealed[100:160] not in on_disk
    after = [plain for _, plain in _digests(engine, owner, gone, kept)]
    assert not any(gone.hex() in plain or ids[0] in plain or "canary with Mya" in plain for plain in after)
    assert len(pasts(engine, owner)) == 1


def test_control_a_digest_that_is_not_forgotten_keeps_the_canary(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = a_person(engine)
    gone = a_session(engine, owner, "the canary")
    assert pasts(engine, owner)
    monkeypatch.setattr(digest, "forget", lambda *_: None)
    Shelf(engine, owner).remove(gone)
    assert any(gone.hex() in plain for _, plain in _digests(engine, owner, gone))


def test_a_stale_shard_that_a_killed_process_left_is_noticed(engine: Engine) -> None:
    owner = a_person(engine)
    session = a_session(engine, owner, "the move")
    assert pasts(engine, owner)[0].record
    old = _rows(engine)
    Shelf(engine, owner).correct_line(session, "overview", 0, "in my own words")
    with engine.begin() as db:  # as if the shard had been written after all
        db.execute(insert(objects), old)
    assert pasts(engine, owner)[0].record.overview[0].text == "in my own words"
    assert values(pasts(engine, owner)) == values(the_slow_way(engine, owner))


def test_a_digest_by_another_hand_is_not_believed(engine: Engine) -> None:
    owner = a_person(engine)
    a_session(engine, owner, "the move")
    right = values(pasts(engine, owner))
    with engine.begin() as db:
        kinds = objects.c.kind.in_((digest.KIND, digest.READING))
        db.execute(update(objects).where(kinds).values(sealed=b"\0" * 300))
    assert values(pasts(engine, owner)) == right


def test_a_digest_that_cannot_be_written_fails_no_page(engine: Engine) -> None:
    owner = a_person(engine)
    a_session(engine, owner, "the move")
    with _nothing_is_inserted(engine):
        assert pasts(engine, owner)[0].record.overview
        assert _rows(engine) == []
    assert pasts(engine, owner)[0].record.overview
    assert _rows(engine)


def test_two_tabs_at_once_both_read(engine: Engine) -> None:
    owner, seen = a_person(engine), list[int]()
    for n in range(4):
        a_session(engine, owner, f"matter {n}")

    def read() -> None:
        seen.append(sum(bool(past.record.overview) for past in pasts(engine, owner)))

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [4] * 6


def test_what_was_deleted_while_a_page_read_it_is_not_written_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = a_person(engine)
    gone = a_session(engine, owner, "the canary")
    found, write = pasts(engine, owner), digest.write

    def late(*given: object) -> None:
        Shelf(engine, owner).remove(gone)
        write(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(digest, "write", late)
    assert found[0].record.overview
    assert _digests(engine, owner, gone) == []


def test_somebody_else_has_a_digest_of_their_own(engine: Engine) -> None:
    owner, other = a_person(engine), a_person(engine, "another passphrase of somebody")
    a_session(engine, owner, "the move")
    assert len(pasts(engine, owner)) == 1
    assert pasts(engine, other) == []
    with engine.begin() as db:
        digest.forget(db, other.person, bytes(16))
    assert _rows(engine)


class _nothing_is_inserted:
    """A database in which the digest cannot be written."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def __enter__(self) -> None:
        event.listen(self.engine, "before_cursor_execute", self._refuse)

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._refuse)

    @staticmethod
    def _refuse(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT"):
            raise OperationalError("", None, Exception("attempt to write a readonly database"))


def _rows(engine: Engine) -> list[dict[str, object]]:
    with engine.connect() as db:
        rows = db.execute(select(objects).where(objects.c.kind.in_((digest.KIND, digest.READING)))).mappings()
        return [dict(row) for row in rows]


def _digests(engine: Engine, owner: Owner, *_: bytes) -> list[tuple[bytes, str]]:
    """Every row of the digest, as it lies there and opened."""
    return [
        (row["sealed"], owner.open_own(row["kind"], row["about"], 0, row["sealed"]).decode())  # type: ignore[arg-type, misc]
        for row in _rows(engine)
    ]
