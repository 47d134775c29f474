"""Notes: behind their wall, never lost, never mixed, and gone when they are deleted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update

from afterword.notebook import notes
from afterword.notebook.drawer import Drawer
from afterword.notebook.notes import DRAFT, WALLS, Note, Wall
from afterword.store.tables import objects
from afterword.vault.owner import Owner
from tests.safety import canary
from tests.store.fresh import a_person, files_of

NOW = datetime(2026, 11, 27, 21, 30, 5, tzinfo=UTC)
WORDS = ("marzipan", "barometer", "chimneysweep")
# Dies in a process of its own, in the middle of what `does`.
DIES = """
import sys
from afterword.capture.crash import crash_point
from afterword.notebook import notes
from afterword.notebook.drawer import Drawer
from afterword.seal.keys import NotebookIdentity
from afterword.store.database import connect
from afterword.vault.owner import Owner
address, person, master, identity, note, does = sys.argv[1:]
owner = Owner(bytes.fromhex(person), bytes.fromhex(master), NotebookIdentity(bytes.fromhex(identity)))
engine = connect(address)
exec(does)
"""


@pytest.fixture
def owner(engine: Engine) -> Owner:
    return a_person(engine)


def write(engine: Engine, owner: Owner, text: str, wall: Wall = "note", minutes: int = 0, *tags: str) -> str:
    return notes.keep(engine, owner, notes.written(wall, NOW + timedelta(minutes=minutes), text, tags))


def kinds(engine: Engine) -> list[str]:
    """Of all rows that a note can stand in."""
    with engine.connect() as db:
        query = select(objects.c.kind).where(objects.c.kind.in_((*WALLS, DRAFT)))
        return sorted(db.execute(query).scalars())


def sealed(engine: Engine, note: str) -> bytes:
    with engine.connect() as db:
        return bytes(db.execute(select(objects.c.sealed).where(objects.c.about == bytes.fromhex(note))).scalar_one())


def die(engine: Engine, owner: Owner, note: str, does: str) -> None:
    given = str(engine.url), owner.person.hex(), owner.master.hex(), owner.identity.raw.hex(), note, does
    environment = os.environ | {"AFTERWORD_CRASH_AT": "drawer-between"}
    died = subprocess.run([sys.executable, "-c", DIES, *given], env=environment, capture_output=True, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()[-500:]


def test_the_newest_stands_first_also_within_a_minute_and_one_persons_are_nobody_elses(
    engine: Engine, owner: Owner
) -> None:
    second = notes.keep(engine, owner, notes.written("note", NOW + timedelta(seconds=9), "second"))
    first = write(engine, owner, "first")
    third = write(engine, owner, "third", "plan", 3)
    write(engine, a_person(engine), "a stranger's")
    assert list(notes.load(engine, owner)) == [third, second, first]
    assert [note.wall for note in notes.load(engine, owner).values()] == ["plan", "note", "note"]


def test_an_edit_is_marked_and_no_wording_is_ever_lost(engine: Engine, owner: Owner) -> None:
    note = write(engine, owner, "as it was", "note", 0, "Sleep", "sleep ", "#work")
    notes.edit(engine, owner, note, "as it is\r\nnow", ["work", "mum"])
    notes.edit(engine, owner, note, "as it is\nnow", ["work", "mum"])
    found = notes.get(engine, owner, note)
    assert (found.text, found.before, found.tags) == ("as it is\nnow", ("as it was",), ("work", "mum"))
    notes.put_back(engine, owner, note, 0)
    found = notes.get(engine, owner, note)
    assert (found.text, found.before) == ("as it was", ("as it is\nnow",))
    with pytest.raises(KeyError):
        notes.put_back(engine, owner, note, 1)
    notes.forget_before(engine, owner, note)
    assert notes.get(engine, owner, note).before == ()


def test_a_note_that_is_flagged_goes_behind_the_other_wall_whole_and_comes_back_whole(
    engine: Engine, owner: Owner
) -> None:
    note = write(engine, owner, "ask about August", "note", 0, "summer")
    notes.edit(engine, owner, note, "ask about September", ["summer"])
    before = notes.get(engine, owner, note)
    for wall in ("plan", "plan", "note"):
        notes.flag(engine, owner, note, wall)
        found = notes.get(engine, owner, note)
        assert (found.wall, found.text, found.before, found.tags, found.at) == (
            wall, before.text, before.before, before.tags, before.at,
        )  # fmt: skip
        assert kinds(engine) == [wall]
    notes.say_raised(engine, owner, note, "2026-11-28")
    notes.flag(engine, owner, note, "plan")
    assert notes.get(engine, owner, note).raised == "2026-11-28"
    with pytest.raises(KeyError):
        notes.flag(engine, owner, "ab" * 16, "plan")


def test_killed_while_it_is_flagged_a_note_is_on_one_side_and_whole(engine: Engine, owner: Owner) -> None:
    note = write(engine, owner, "ask about August", "note", 0, "summer")
    before = notes.get(engine, owner, note)
    die(engine, owner, note, "notes.flag(engine, owner, note, 'plan')")
    assert notes.get(engine, owner, note) == before
    assert kinds(engine) == ["note"]


def test_control_a_flag_in_two_transactions_loses_the_note(engine: Engine, owner: Owner) -> None:
    note = write(engine, owner, "ask about August")
    in_two = "Drawer(engine, owner, 'note').remove(bytes.fromhex(note)); crash_point('drawer-between')"
    die(engine, owner, note, in_two)
    assert kinds(engine) == []


@pytest.mark.parametrize("wall", WALLS)
def test_a_note_cannot_be_passed_off_as_the_other_kind(engine: Engine, owner: Owner, wall: Wall) -> None:
    note = write(engine, owner, "only written", wall)
    other = WALLS[1 - WALLS.index(wall)]
    with engine.begin() as db:
        db.execute(update(objects).where(objects.c.about == bytes.fromhex(note)).values(kind=other))
    assert notes.load(engine, owner) == {}, "what was moved by another hand is not believed"
    with engine.begin() as db:
        db.execute(update(objects).where(objects.c.about == bytes.fromhex(note)).values(kind=wall))
    assert notes.get(engine, owner, note).wall == wall, "back in its place it opens"


def test_what_is_kept_twice_is_one_note_and_no_wording_of_it_is_lost(engine: Engine, owner: Owner) -> None:
    draft, key = notes.draft_key(engine, owner)
    assert notes.draft_key(engine, owner, draft) == (draft, key)
    made = notes.written("note", NOW, "typed once")
    assert [notes.keep(engine, owner, made, draft) for _ in range(2)] == [draft, draft]
    later = notes.written("plan", NOW, "typed once, and on")
    assert notes.keep(engine, owner, later, draft) == draft
    (found,) = notes.load(engine, owner).values()
    assert (found.wall, found.text, found.before) == ("plan", "typed once, and on", ("typed once",))


def test_the_key_of_a_draft_dies_in_the_moment_in_which_the_note_is_kept(engine: Engine, owner: Owner) -> None:
    draft, _ = notes.draft_key(engine, owner)
    made = "notes.keep(engine, owner, notes.Note('note', '2026-11-27T21:30', 'x'), note)"
    die(engine, owner, draft, made)
    assert kinds(engine) == [DRAFT], "not kept, and the draft can still be read"
    notes.keep(engine, owner, notes.written("note", NOW, "x"), draft)
    assert kinds(engine) == ["note"]
    with pytest.raises(KeyError):
        notes.draft_key(engine, owner, draft)


def test_a_draft_that_was_thrown_away_elsewhere_is_still_kept_when_it_is_sent(engine: Engine, owner: Owner) -> None:
    draft, _ = notes.draft_key(engine, owner)
    notes.drop_draft(engine, owner, draft)
    note = notes.keep(engine, owner, notes.written("note", NOW, "typed all the same"), draft)
    assert notes.get(engine, owner, note).text == "typed all the same"


def test_no_byte_of_a_note_is_on_the_disk_in_clear_and_once_deleted_its_ciphertext_is_gone(
    engine: Engine, owner: Owner
) -> None:
    needles = canary.words(WORDS)
    note = write(engine, owner, f"{WORDS[0]} in the morning", "note", 0, WORDS[2])
    was = [sealed(engine, note)]
    changes: tuple[Callable[[], None], ...] = (
        lambda: notes.edit(engine, owner, note, f"{WORDS[1]} at night", [WORDS[2]]),
        lambda: notes.flag(engine, owner, note, "plan"),
        lambda: notes.say_raised(engine, owner, note, "2026-11-28"),
    )
    for change in changes:
        change()
        was.append(sealed(engine, note))
        assert canary.in_bytes(files_of(engine), needles) == []
    assert was[-1] in files_of(engine), "the search can see what is there"
    notes.remove(engine, owner, note)
    left = files_of(engine)
    assert [one for one in was if one in left or one[-48:] in left] == []
    assert canary.in_bytes(left, needles) == []
    with pytest.raises(KeyError):
        notes.remove(engine, owner, note)


def test_control_a_note_in_clear_is_found(engine: Engine, owner: Owner) -> None:
    note = write(engine, owner, "x")
    with engine.begin() as db:
        db.execute(update(objects).where(objects.c.about == bytes.fromhex(note)).values(sealed=WORDS[0].encode()))
    assert canary.in_bytes(files_of(engine), canary.words(WORDS))


def test_forgotten_wordings_leave_no_ciphertext_either(engine: Engine, owner: Owner) -> None:
    note = write(engine, owner, "a name that should not stand here")
    notes.edit(engine, owner, note, "somebody", [])
    was = sealed(engine, note)
    notes.forget_before(engine, owner, note)
    assert was not in files_of(engine)


def test_a_note_by_voice_has_one_plan_however_often_it_is_flagged(engine: Engine, owner: Owner) -> None:
    session = b"s" * 16
    first = notes.plan_of(engine, owner, session, notes.written("plan", NOW, "my own words"))
    notes.edit(engine, owner, first, "in other words", [])
    notes.flag(engine, owner, first, "note")
    assert notes.plan_citing(engine, owner, session) == ""
    again = notes.plan_of(engine, owner, session, notes.written("plan", NOW, "my own words"))
    (found,) = notes.load(engine, owner).values()
    assert (again, found.wall, found.text, found.cites) == (first, "plan", "in other words", session.hex())
    assert notes.plan_citing(engine, owner, session) == first


def test_notes_of_before_there_were_seconds_still_open(engine: Engine, owner: Owner) -> None:
    old = {"at": "2026-11-27T21:30", "text": "x", "tags": [], "raised": "", "before": []}
    note = Drawer(engine, owner, "note").add(old).hex()
    assert notes.get(engine, owner, note) == Note("note", "2026-11-27T21:30", "x")
