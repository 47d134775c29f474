"""The consent record as it lies in the database: sealed, added to, and not to be made by whoever can write there."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from afterword.consent import kept
from afterword.consent.answers import Again, Answered, Asked, Entry, Limits, Lost, Withdrawn
from afterword.consent.gate import Standing, may_capture, rule_of
from afterword.store.database import hour
from afterword.store.tables import objects
from tests.consent.yes import THERAPIST, say_yes
from tests.people import CHEAPEST_KIB, PASSPHRASE, Home, Person
from tests.store.fresh import files_of

DAY = "2026-11-20"
YES = Answered(THERAPIST, DAY, "yes", Limits(sessions="all"))
BACK = Withdrawn(THERAPIST, DAY)
# Where a process may die that notes something.
NOTING = ("consent-noted", "withdrawal-noted")


def note(home: Home, who: Person, *entries: Entry) -> None:
    kept.append(home.settings, home.engine, who.owner, *entries)


def found(home: Home, who: Person) -> tuple[Entry, ...]:
    return kept.load(home.settings, home.engine, who.owner)


def opens(home: Home, who: Person) -> bool:
    """Whether a session may be recorded, by what lies there now."""
    entries = found(home, who)
    return isinstance(may_capture(entries, "both", "recording", DAY, rule_of(entries), THERAPIST), Standing)


def rows(home: Home) -> list[dict[str, Any]]:
    with home.engine.connect() as db:
        query = select(objects).where(objects.c.kind == kept.KIND).order_by(objects.c.rev)
        return [dict(row) for row in db.execute(query).mappings()]


def test_entries_come_back_in_their_order_and_nothing_of_them_is_changed(home: Home, owner: Person) -> None:
    assert found(home, owner) == ()
    entries: list[Entry] = [Asked(THERAPIST, DAY, "message"), YES, Again(THERAPIST, DAY), BACK]
    before: list[dict[str, Any]] = []
    for n, entry in enumerate(entries):
        note(home, owner, entry)
        assert found(home, owner) == tuple(entries[: n + 1])
        assert rows(home)[: len(before)] == before, "what stands there is never written again"
        before = rows(home)


def test_nothing_in_the_code_updates_or_deletes_an_entry() -> None:
    source = Path(kept.__file__).read_text()
    assert "update(" not in source
    assert "delete(" not in source


def test_names_and_answers_lie_there_sealed(home: Home, owner: Person) -> None:
    note(home, owner, Asked("Ines Maro", DAY, "message"), Answered("Ines Maro", DAY, "not_yet"))
    held = files_of(home.engine) + b"".join(p.read_bytes() for p in home.settings.data.iterdir() if p.is_file())
    assert not any(word in held for word in (b"Ines", b"Maro", b"not_yet", b"answered", b"2026-11-20"))


def test_a_stranger_has_a_record_of_their_own(home: Home, owner: Person, stranger: Person) -> None:
    note(home, owner, YES)
    assert found(home, stranger) == ()
    note(home, stranger, BACK)
    assert opens(home, owner)


def test_two_that_note_at_once_both_stand_in_it(home: Home, owner: Person) -> None:
    threads = [threading.Thread(target=note, args=(home, owner, Again(f"T{n}", DAY))) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(e.therapist for e in found(home, owner) if isinstance(e, Again)) == [f"T{n}" for n in range(6)]


def forge(home: Home, who: Person, sealed: bytes, rev: int) -> None:
    row = {"id": secrets.token_bytes(16), "person": who.owner.person, "kind": kept.KIND, "about": who.owner.person}
    with home.engine.begin() as db:
        db.execute(insert(objects).values(row | {"rev": rev, "sealed": sealed, "hour": hour()}))


def a_yes_in_bytes() -> bytes:
    return json.dumps(
        {"at": 1, "entry": {"kind": "answered", "therapist": THERAPIST, "on": DAY, "answer": "yes"}}
    ).encode()


# Whoever can write to the database, and has read all of it.
def the_strangers_own_yes(home: Home, owner: Person, stranger: Person) -> None:
    forge(home, owner, stranger.owner.seal_own(kept.KIND, owner.owner.person, len(rows(home)), a_yes_in_bytes()), 2)


def sealed_to_the_public_key(home: Home, owner: Person, _stranger: Person) -> None:
    from afterword.seal.context import place

    info = place(owner.owner.person, kept.KIND, owner.owner.person, 2)
    forge(home, owner, owner.owner.identity.recipient.seal(a_yes_in_bytes(), info), 2)


def the_yes_again_at_the_end(home: Home, owner: Person, _stranger: Person) -> None:
    forge(home, owner, rows(home)[0]["sealed"], 2)


def the_withdrawal_deleted(home: Home, _owner: Person, _stranger: Person) -> None:
    last = rows(home)[1]["id"]
    with home.engine.begin() as db:
        db.execute(delete(objects).where(objects.c.id == last))


def the_withdrawal_moved_away(home: Home, _owner: Person, stranger: Person) -> None:
    last = rows(home)[1]["id"]
    with home.engine.begin() as db:
        db.execute(update(objects).where(objects.c.id == last).values(person=stranger.owner.person))


def the_two_exchanged(home: Home, _owner: Person, _stranger: Person) -> None:
    first, second = rows(home)
    with home.engine.begin() as db:
        db.execute(update(objects).where(objects.c.id == first["id"]).values(sealed=second["sealed"]))
        db.execute(update(objects).where(objects.c.id == second["id"]).values(sealed=first["sealed"]))


def the_numbers_exchanged(home: Home, _owner: Person, _stranger: Person) -> None:
    first, second = rows(home)
    with home.engine.begin() as db:
        for row, rev in ((second, 9), (first, 1), (second, 0)):
            db.execute(update(objects).where(objects.c.id == row["id"]).values(rev=rev))


def the_withdrawal_replaced_by_an_old_yes(home: Home, owner: Person, _stranger: Person) -> None:
    yes, back = rows(home)
    with home.engine.begin() as db:
        db.execute(update(objects).where(objects.c.id == back["id"]).values(sealed=yes["sealed"]))


ATTACKS = [
    the_strangers_own_yes, sealed_to_the_public_key, the_yes_again_at_the_end, the_withdrawal_deleted,
    the_withdrawal_moved_away, the_two_exchanged, the_numbers_exchanged, the_withdrawal_replaced_by_an_old_yes,
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.__name__)
def test_a_database_writer_makes_no_yes(home: Home, owner: Person, stranger: Person, attack: Any) -> None:
    note(home, owner, YES)
    note(home, owner, BACK)
    attack(home, owner, stranger)
    assert not opens(home, owner)
    assert any(isinstance(e, Lost) for e in found(home, owner))
    note(home, owner, Asked(THERAPIST, DAY, "message"))
    assert not opens(home, owner), "nor does it stand again when something is added"
    note(home, owner, YES)
    assert opens(home, owner), "what the owner notes anew counts"


def test_control_without_the_file_a_dropped_withdrawal_would_make_a_yes(
    home: Home, owner: Person, stranger: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(home, owner, YES)
    note(home, owner, BACK)
    the_withdrawal_deleted(home, owner, stranger)
    assert not opens(home, owner)
    monkeypatch.setattr(kept, "_least", lambda *_: 0)
    assert opens(home, owner)


@pytest.mark.parametrize("damage", ["gone", "empty", "another's", "a wrong count"])
def test_without_the_owners_count_no_yes_stands_until_it_is_noted_anew(
    home: Home, owner: Person, stranger: Person, damage: str
) -> None:
    note(home, owner, YES)
    note(home, owner, BACK)
    last = rows(home)[1]["id"]
    note(home, stranger, YES)
    mine, theirs = (kept._file(home.settings, who.owner) for who in (owner, stranger))
    match damage:
        case "gone":
            mine.unlink()
        case "empty":
            mine.write_bytes(b"")
        case "another's":
            mine.write_bytes(theirs.read_bytes())
        case _:
            mine.write_bytes(bytes(4) + mine.read_bytes()[4:])
    with home.engine.begin() as db:
        db.execute(delete(objects).where(objects.c.id == last))
    assert not opens(home, owner)
    note(home, owner, Asked(THERAPIST, DAY, "message"))
    assert not opens(home, owner)
    note(home, owner, YES)
    assert opens(home, owner)
    assert opens(home, stranger)


@pytest.mark.parametrize("dies_at", ["the insert", "the count"])
def test_when_the_count_is_lost_a_note_that_fails_revives_no_yes(
    home: Home, owner: Person, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    note(home, owner, YES)
    kept._file(home.settings, owner.owner).unlink()
    assert not opens(home, owner)

    def fails(*_: object) -> Any:
        raise OSError("full")

    monkeypatch.setattr(kept, "_row" if dies_at == "the insert" else "crash_point", fails)
    with pytest.raises(OSError, match="full"):
        note(home, owner, Asked(THERAPIST, DAY, "message"))
    assert not opens(home, owner)
    monkeypatch.undo()
    note(home, owner, Asked(THERAPIST, DAY, "message"))
    assert not opens(home, owner)
    note(home, owner, YES)
    assert opens(home, owner)


def test_an_entry_of_a_later_release_ends_the_yes_before_it(home: Home, owner: Person) -> None:
    note(home, owner, YES)
    plain = json.dumps({"at": 1, "entry": {"kind": "narrowed", "therapist": THERAPIST}}).encode()
    forge(home, owner, owner.owner.seal_own(kept.KIND, owner.owner.person, 1, plain), 1)
    assert found(home, owner) == (YES, Lost())


def test_it_is_taken_along_whole(home: Home, owner: Person) -> None:
    say_yes(home.settings, home.engine, owner.owner, on=DAY)
    first, second = kept.exported(home.settings, home.engine, owner.owner)
    assert (first["kind"], first["therapist"], first["on"], first["how"]) == ("asked", THERAPIST, DAY, "in_session")
    assert (second["answer"], second["limits"]["sessions"]) == ("yes", "all")
    assert second["noted"] > 1_700_000_000


NOTE_AND_DIE = """
import sys
from afterword.consent import kept
from afterword.consent.answers import Answered, Limits
from afterword.settings import load
from afterword.store.database import connect
from afterword.vault.vault import only_person, open_notebook
settings = load()
engine = connect(settings.database)
owner = open_notebook(engine, only_person(engine), sys.argv[1])
kept.append(settings, engine, owner, Answered("Ines", "2026-11-20", "yes", Limits(sessions="all")))
"""


@pytest.mark.parametrize("before", [0, 1])
def test_a_kill_between_the_answer_and_the_start_keeps_the_answer(home: Home, owner: Person, before: int) -> None:
    for _ in range(before):
        note(home, owner, Asked(THERAPIST, DAY, "call"))
    environment = os.environ | {
        "AFTERWORD_DATA": str(home.settings.data), "AFTERWORD_CRASH_AT": NOTING[0],
        "AFTERWORD_ARGON_KIB": str(CHEAPEST_KIB),
    }  # fmt: skip
    died = subprocess.run([sys.executable, "-c", NOTE_AND_DIE, PASSPHRASE], env=environment, check=False)
    assert died.returncode == -signal.SIGKILL
    assert found(home, owner)[-1] == YES
    assert opens(home, owner)
    note(home, owner, BACK)
    assert not opens(home, owner)
