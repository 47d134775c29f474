"""Unlocking and locking: neither the cookie nor the row opens anything alone, and nothing opens after a lock."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select, update

from afterword.seal import Tampered, WrongKey, context
from afterword.seal.errors import SealError
from afterword.seal.keys import NotebookIdentity
from afterword.seal.wrap import derive, unwrap
from afterword.store.database import connect
from afterword.store.tables import people, slots, unlocks
from afterword.vault import vault
from afterword.vault.owner import Owner
from afterword.vault.slots import LEAST_KIB
from afterword.vault.vault import LONGEST_SECONDS, open_notebook, owner_of
from tests.store.fresh import PASSPHRASE, a_person, files_of

START = 1_795_200_000


class Clock:
    """The only thing that is faked here."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> int:
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(vault, "now", made)
    return made


@pytest.fixture
def owner(engine: Engine) -> Owner:
    return a_person(engine)


def test_a_notebook_opens_with_its_passphrase_and_its_code(engine: Engine) -> None:
    made = vault.make_notebook(engine, PASSPHRASE, LEAST_KIB)
    assert open_notebook(engine, made.owner.person, PASSPHRASE) == made.owner
    looks_alike = made.recovery_code.replace("0", "o").replace("1", "L").replace("-", "  ").lower()
    assert open_notebook(engine, made.owner.person, looks_alike, "recovery") == made.owner
    assert not vault.is_ready(engine, made.owner.person)
    vault.confirm_code(engine, made.owner.person)
    assert vault.is_ready(engine, made.owner.person)
    assert vault.only_person(engine) == made.owner.person


def test_a_wrong_passphrase_opens_nothing(engine: Engine, owner: Owner) -> None:
    stranger = a_person(engine, "a passphrase of the stranger")
    for person, secret, kind in (
        (owner.person, "not the passphrase", "passphrase"),
        (owner.person, PASSPHRASE, "recovery"),
        (stranger.person, PASSPHRASE, "passphrase"),
        (b"?" * 16, PASSPHRASE, "passphrase"),
        (owner.person, "", "recovery"),
    ):
        with pytest.raises(WrongKey):
            open_notebook(engine, person, secret, kind)  # type: ignore[arg-type]


def test_nothing_secret_is_in_the_files_or_prints_itself(engine: Engine) -> None:
    made = vault.make_notebook(engine, PASSPHRASE, LEAST_KIB)
    cookie = vault.unlock(engine, made.owner)
    kept = files_of(engine)
    owner = made.owner
    for canary in (
        PASSPHRASE.encode(), made.recovery_code.encode(), made.recovery_code.replace("-", "").encode(), owner.master,
        owner.identity.raw, owner.identity.raw[:64], owner.identity.raw[64:], cookie.encode(),
    ):  # fmt: skip
        assert canary not in kept
        assert canary.hex().encode() not in kept
    assert owner.identity.recipient.raw in kept, "the control: what should be there is found by this search"
    for shown in (repr(made), repr(owner), str(owner)):
        assert made.recovery_code not in shown
        assert repr(owner.master) not in shown


def test_the_cookie_opens_and_the_same_cookie_opens_nothing_after_a_lock(engine: Engine, owner: Owner) -> None:
    cookie = vault.unlock(engine, owner)
    row = _unlock_rows(engine)[0]
    assert owner_of(engine, cookie) == owner
    vault.lock(engine, cookie)
    assert owner_of(engine, cookie) is None
    with engine.begin() as db:  # put back by somebody who kept the row, but never had the cookie
        db.execute(unlocks.insert().values(row))
    for guess in ("", cookie[:-1], cookie + "A", cookie.swapcase(), row["id"].hex()):
        assert owner_of(engine, guess) is None


def test_the_cookie_alone_opens_nothing_and_the_row_alone_opens_nothing(engine: Engine, owner: Owner) -> None:
    cookie = vault.unlock(engine, owner)
    row = _unlock_rows(engine)[0]
    assert cookie.encode() not in b"".join(v for v in row.values() if isinstance(v, bytes))
    for key in (
        row["id"],
        derive(row["id"], "unlock"),
        derive(b"", "unlock"),
        derive(row["id"].hex().encode(), "unlock"),
    ):
        with pytest.raises(SealError):
            unwrap(key, context("unlock", owner.person, row["id"]), row["sealed"])
    with engine.begin() as db:
        db.execute(unlocks.delete())
    assert owner_of(engine, cookie) is None


def test_each_unlock_has_a_cookie_of_its_own(engine: Engine, owner: Owner) -> None:
    cookies = [vault.unlock(engine, owner) for _ in range(5)]
    assert len(set(cookies)) == 5
    vault.lock(engine, cookies[0])
    assert [owner_of(engine, cookie) is not None for cookie in cookies] == [False, True, True, True, True]
    vault.lock_everywhere(engine, owner.person)
    assert [owner_of(engine, cookie) for cookie in cookies] == [None] * 5


def test_locking_everywhere_leaves_other_people_unlocked(engine: Engine, owner: Owner) -> None:
    friend = a_person(engine)
    theirs, mine = vault.unlock(engine, friend), vault.unlock(engine, owner)
    vault.lock_everywhere(engine, owner.person)
    assert (owner_of(engine, theirs), owner_of(engine, mine)) == (friend, None)


def test_an_unlock_ends_when_nobody_was_there_for_long(engine: Engine, owner: Owner, clock: Clock) -> None:
    cookie = vault.unlock(engine, owner, idle=300)
    for _ in range(5):
        clock.at += 300
        assert owner_of(engine, cookie) is not None, "being there starts the count anew"
    clock.at += 301
    assert owner_of(engine, cookie) is None
    clock.at -= 301
    assert owner_of(engine, cookie) is None, "it ended for good"
    assert not _unlock_rows(engine)


def test_an_unlock_ends_after_the_longest_time_however_busy(engine: Engine, owner: Owner, clock: Clock) -> None:
    cookie = vault.unlock(engine, owner)
    while clock.at < START + LONGEST_SECONDS:
        assert owner_of(engine, cookie) is not None
        clock.at += 500
    assert owner_of(engine, cookie) is None


def test_setting_the_clock_back_does_not_keep_a_notebook_open(engine: Engine, owner: Owner, clock: Clock) -> None:
    cookie = vault.unlock(engine, owner, idle=300)
    clock.at -= 3600
    assert owner_of(engine, cookie) is None
    clock.at += 3600
    assert owner_of(engine, cookie) is None


def test_the_next_unlock_removes_what_is_over(engine: Engine, owner: Owner, clock: Clock) -> None:
    vault.unlock(engine, owner, idle=300)
    vault.unlock(engine, owner, idle=2000)
    clock.at += 1000
    vault.unlock(engine, owner)
    assert sorted(row["idle"] for row in _unlock_rows(engine)) == [600, 2000]


@pytest.mark.parametrize("how", ["lock", "lock_everywhere", "replace_ways"])
def test_nothing_of_a_locked_unlock_remains_in_the_files(engine: Engine, owner: Owner, how: str) -> None:
    cookie = vault.unlock(engine, owner)
    row = _unlock_rows(engine)[0]
    assert row["sealed"] in files_of(engine)
    if how == "lock":
        vault.lock(engine, cookie)
    elif how == "lock_everywhere":
        vault.lock_everywhere(engine, owner.person)
    else:
        vault.replace_ways(engine, owner, "another passphrase", LEAST_KIB)
    kept = files_of(engine)
    assert [row[name] in kept for name in ("sealed", "id")] == [False, False]
    for at in range(0, len(row["sealed"]) - 32, 32):
        assert row["sealed"][at : at + 32] not in kept


def test_control_a_lock_without_the_scrub_leaves_the_row(
    engine: Engine, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault, "scrub", lambda _: True)
    cookie = vault.unlock(engine, owner)
    row = _unlock_rows(engine)[0]
    vault.lock(engine, cookie)
    assert row["sealed"] in files_of(engine)


def test_after_a_recovery_only_the_new_ways_open(engine: Engine) -> None:
    made = vault.make_notebook(engine, PASSPHRASE, LEAST_KIB)
    owner, old = made.owner, _slot_rows(engine)
    cookie = vault.unlock(engine, owner)
    code = vault.replace_ways(engine, owner, "another passphrase", LEAST_KIB)
    assert open_notebook(engine, owner.person, "another passphrase") == owner
    assert open_notebook(engine, owner.person, code, "recovery") == owner
    for secret, kind in ((PASSPHRASE, "passphrase"), (made.recovery_code, "recovery")):
        with pytest.raises(WrongKey):
            open_notebook(engine, owner.person, secret, kind)  # type: ignore[arg-type]
    assert owner_of(engine, cookie) is None
    assert not vault.is_ready(engine, owner.person)
    kept = files_of(engine)
    assert not any(row["sealed"] in kept or row["salt"] in kept for row in old), "the old slots are gone from the file"


def test_a_new_code_ends_the_old_one_and_keeps_the_passphrase(engine: Engine) -> None:
    made = vault.make_notebook(engine, PASSPHRASE, LEAST_KIB)
    person, friend = made.owner.person, vault.make_notebook(engine, PASSPHRASE, LEAST_KIB)
    code = vault.replace_code(engine, made.owner, LEAST_KIB)
    assert open_notebook(engine, person, code, "recovery") == open_notebook(engine, person, PASSPHRASE) == made.owner
    with pytest.raises(WrongKey):
        open_notebook(engine, person, made.recovery_code, "recovery")
    assert open_notebook(engine, friend.owner.person, friend.recovery_code, "recovery") == friend.owner


def test_a_slot_that_comes_back_changed_from_the_disk_keeps_the_old_ways(engine: Engine, owner: Owner) -> None:
    def corrupt(_conn: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO slots"):
            cursor.execute("UPDATE slots SET sealed = zeroblob(330) WHERE rowid = (SELECT max(rowid) FROM slots)")

    event.listen(engine, "after_cursor_execute", corrupt)
    with pytest.raises(WrongKey):
        vault.replace_code(engine, owner, LEAST_KIB)
    with pytest.raises(WrongKey):
        vault.replace_ways(engine, owner, "another passphrase", LEAST_KIB)
    event.remove(engine, "after_cursor_execute", corrupt)
    assert open_notebook(engine, owner.person, PASSPHRASE) == owner
    assert len(_slot_rows(engine)) == 2


CODE = "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ"
NEW = "another passphrase"
CHANGES: list[tuple[str, Callable[[Engine, Owner], object]]] = [
    ("replace_ways", lambda engine, owner: vault.replace_ways(engine, owner, NEW, LEAST_KIB)),
    ("replace_code", lambda engine, owner: vault.replace_code(engine, owner, LEAST_KIB)),
]


@pytest.mark.parametrize(("name", "change"), CHANGES, ids=[name for name, _ in CHANGES])
def test_killed_anywhere_in_a_change_either_the_old_ways_open_or_the_new(
    engine: Engine, name: str, change: Callable[[Engine, Owner], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = vault.make_notebook(engine, PASSPHRASE, LEAST_KIB)
    monkeypatch.setattr(vault, "make_code", lambda: CODE)
    passphrase = NEW if name == "replace_ways" else PASSPHRASE
    seen, step = set(), 0
    while True:
        killed = _killed_at(engine, step, lambda own: change(own, made.owner))
        passphrases = [_opens(engine, made.owner, secret, "passphrase") for secret in (PASSPHRASE, passphrase)]
        codes = [_opens(engine, made.owner, secret, "recovery") for secret in (made.recovery_code, CODE)]
        state = (*passphrases, *codes)
        seen.add(state)
        assert len(_slot_rows(engine)) == 2
        if not killed:
            break
        step += 1
    assert step >= 4, "there were places to be killed at"
    old = (True, name == "replace_code", True, False)
    new = (name == "replace_code", True, False, True)
    assert seen == {old, new}
    assert state == new


def test_somebody_elses_public_key_in_the_row_is_noticed_at_the_next_unlock(engine: Engine, owner: Owner) -> None:
    cookie = vault.unlock(engine, owner)
    _set_recipient(engine, owner.person, NotebookIdentity.make().recipient.raw)
    assert owner_of(engine, cookie) is None
    for attacker in (NotebookIdentity.make().recipient.raw, b"", owner.identity.recipient.raw[:-1]):
        _set_recipient(engine, owner.person, attacker)
        with pytest.raises(Tampered):
            open_notebook(engine, owner.person, PASSPHRASE)
    _set_recipient(engine, owner.person, owner.identity.recipient.raw)
    assert owner_of(engine, cookie) == open_notebook(engine, owner.person, PASSPHRASE) == owner


def test_a_whole_identity_of_the_attackers_is_refused(engine: Engine, owner: Owner) -> None:
    attacker = a_person(engine, "the attackers passphrase")
    with engine.begin() as db:
        theirs = db.execute(select(people).where(people.c.id == attacker.person)).mappings().one()
        mine = update(people).where(people.c.id == owner.person)
        db.execute(mine.values(identity=theirs["identity"], recipient=theirs["recipient"]))
    with pytest.raises(SealError):
        open_notebook(engine, owner.person, PASSPHRASE)


def test_a_planted_slot_opens_nothing(engine: Engine, owner: Owner) -> None:
    attacker = a_person(engine, "the attackers passphrase")
    with engine.begin() as db:
        db.execute(update(slots).where(slots.c.person == attacker.person).values(person=owner.person))
    with pytest.raises(WrongKey):
        open_notebook(engine, owner.person, "the attackers passphrase")
    assert open_notebook(engine, owner.person, PASSPHRASE) == owner


@pytest.mark.parametrize("weaker", [{"kib": 8}, {"passes": 1}, {"kib": 8, "passes": 1}, {"kib": "few"}, {"salt": b""}])
def test_weakened_costs_in_the_row_are_refused(engine: Engine, owner: Owner, weaker: dict[str, Any]) -> None:
    raw = engine.raw_connection()
    for name, value in weaker.items():
        raw.cursor().execute(f"UPDATE slots SET {name} = ?", (value,))
    raw.commit()
    raw.close()
    with pytest.raises(WrongKey):
        open_notebook(engine, owner.person, PASSPHRASE)


def _killed_at(engine: Engine, step: int, change: Callable[[Engine], object]) -> bool:
    """Run `change` in a child that dies by SIGKILL before its statement `step`. False when it had fewer."""
    child = os.fork()
    if child == 0:
        own, count = connect(str(engine.url)), [0]

        def die(*_: Any) -> None:
            if count[0] == step:
                os.kill(os.getpid(), signal.SIGKILL)
            count[0] += 1

        event.listen(own, "before_cursor_execute", die)
        event.listen(own, "commit", die)
        change(own)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def _opens(engine: Engine, owner: Owner, secret: str, kind: Any) -> bool:
    try:
        return open_notebook(engine, owner.person, secret, kind) == owner
    except WrongKey:
        return False


def _unlock_rows(engine: Engine) -> list[dict[str, Any]]:
    with engine.connect() as db:
        return [dict(row) for row in db.execute(select(unlocks)).mappings()]


def _slot_rows(engine: Engine) -> list[dict[str, Any]]:
    with engine.connect() as db:
        return [dict(row) for row in db.execute(select(slots)).mappings()]


def _set_recipient(engine: Engine, person: bytes, raw: bytes) -> None:
    with engine.begin() as db:
        db.execute(update(people).where(people.c.id == person).values(recipient=raw))
        assert db.execute(select(func.count()).select_from(people).where(people.c.recipient == raw)).scalar()
