"""The rows of handoffs: of many at once one wins, on SQLite and on PostgreSQL."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from afterword.store.handoffs import AFTER_SECONDS, LIFE_SECONDS, Handoffs
from afterword.store.ledger import Ledger
from afterword.store.tables import handoffs
from afterword.vault.owner import Owner
from tests.store.fresh import a_capture, a_person

AT = 1_800_000_000


@pytest.fixture
def rows(engine: Engine) -> Handoffs:
    return Handoffs(engine)


@pytest.fixture
def owner(engine: Engine) -> Owner:
    return a_person(engine)


def add(rows: Handoffs, **changed: Any) -> bytes:
    """A new one, or as if it had come further."""
    row: dict[str, Any] = {
        "id": secrets.token_bytes(16), "state": "created", "key": secrets.token_bytes(65),
        "commitment": secrets.token_bytes(32), "code": secrets.token_bytes(32), "number": "042", "browser": "chrome",
        "system": "windows", "network": secrets.token_bytes(32), "created": AT, "until": AT + 120,
    } | changed  # fmt: skip
    rows.add(row)
    return bytes(row["id"])


def lent(rows: Handoffs, engine: Engine, owner: Owner, **changed: Any) -> tuple[bytes, bytes]:
    """A confirmed one and its capture."""
    capture, _ = a_capture(Ledger(engine), owner, "open")
    about = {"state": "confirmed", "person": owner.person, "capture": capture, "until": AT + 600} | changed
    return add(rows, **about), capture


def at_once(do: Any, many: int = 8) -> list[Any]:
    with ThreadPoolExecutor(many) as pool:
        return [found.result() for found in [pool.submit(do, n) for n in range(many)]]


def test_two_persons_cannot_have_the_same(rows: Handoffs, engine: Engine, owner: Owner) -> None:
    id, people = add(rows), [owner.person, a_person(engine).person]
    won = at_once(lambda n: rows.scan(id, people[n % 2], AT, AT + 300))
    assert won.count(True) == 1
    row = rows.row(id)
    assert row
    assert row["person"] == people[won.index(True) % 2]


def test_a_number_of_a_proof_counts_once(rows: Handoffs) -> None:
    id = add(rows)
    assert at_once(lambda _: rows.heard(id, 7)).count(True) == 1
    assert [rows.heard(id, n) for n in (7, 6, 8, 8)] == [False, False, True, False]


def test_so_it_does_for_its_capture(rows: Handoffs, engine: Engine, owner: Owner) -> None:
    id, capture = lent(rows, engine, owner)
    assert at_once(lambda _: rows.used(id, 7, capture, AT)).count(True) == 1
    assert not rows.used(id, 7, capture, AT)
    assert not rows.used(id, 8, secrets.token_bytes(16), AT)


@pytest.mark.parametrize("state", ["created", "scanned", "approved", "expired", "denied"])
def test_only_what_is_confirmed_may_use_a_capture(rows: Handoffs, engine: Engine, owner: Owner, state: str) -> None:
    id, capture = lent(rows, engine, owner, state=state)
    assert not rows.used(id, 1, capture, AT)


def test_it_begins_with_the_first_use_and_lives_seventy_six_hours_from_then(
    rows: Handoffs, engine: Engine, owner: Owner
) -> None:
    id, capture = lent(rows, engine, owner)
    late = lent(rows, engine, owner)
    assert not rows.used(late[0], 1, late[1], AT + 601), "ten minutes to begin"
    assert rows.used(id, 1, capture, AT + 600)
    assert rows.used(id, 2, capture, AT + 700)
    assert rows.used(id, 3, capture, AT + 600 + LIFE_SECONDS)
    assert not rows.used(id, 4, capture, AT + 601 + LIFE_SECONDS)
    row = rows.row(id)
    assert row
    assert (row["started"], row["counter"]) == (AT + 600, 3)


def test_guesses_at_once_use_up_three_tries(rows: Handoffs, owner: Owner) -> None:
    id = add(rows, state="scanned", person=owner.person)
    assert at_once(lambda _: rows.take_try(id, owner.person, AT, 3)).count(True) == 3


def test_a_stranger_uses_up_no_try(rows: Handoffs, engine: Engine, owner: Owner) -> None:
    id = add(rows, state="scanned", person=owner.person)
    assert not rows.take_try(id, a_person(engine).person, AT, 3)


def test_approving_twice_at_once_is_done_once_and_forgets_what_led_there(
    rows: Handoffs, engine: Engine, owner: Owner
) -> None:
    id, (capture, _) = add(rows, state="scanned", person=owner.person), a_capture(Ledger(engine), owner, "open")
    values = {"capture": capture, "salt": bytes(32), "until": AT + 600}
    assert at_once(lambda _: rows.approve(id, owner.person, AT, **values)).count(True) == 1
    row = rows.row(id)
    assert row
    assert (row["code"], row["number"], row["network"]) == (None, None, None)


def test_a_denial_is_final_until_it_has_begun(rows: Handoffs, engine: Engine, owner: Owner) -> None:
    id, capture = lent(rows, engine, owner)
    assert rows.deny(id)
    assert not rows.used(id, 1, capture, AT)
    id, capture = lent(rows, engine, owner)
    assert rows.used(id, 1, capture, AT)
    assert not rows.deny(id)


def test_the_first_press_on_stop_counts(rows: Handoffs, engine: Engine, owner: Owner) -> None:
    id, capture = lent(rows, engine, owner)
    assert not rows.stop(capture, 1000), "nothing was begun"
    rows.used(id, 1, capture, AT)
    assert rows.stop(capture, 2000)
    assert rows.stop(capture, 3000)
    row = rows.of_capture(capture)
    assert row
    assert row["stopped"] == 2000


def test_what_is_over_its_time_ends_and_its_capture_is_named(rows: Handoffs, engine: Engine, owner: Owner) -> None:
    alone, (id, capture), (begun, other) = add(rows), lent(rows, engine, owner), lent(rows, engine, owner)
    rows.used(begun, 1, other, AT)
    assert rows.expire(AT + 120) == []
    assert rows.expire(AT + 601) == [capture]
    assert [rows.row(one)["state"] for one in (alone, id, begun)] == ["expired", "expired", "confirmed"]  # type: ignore[index]


def test_rows_go_when_nobody_can_use_them_any_more(rows: Handoffs, engine: Engine, owner: Owner) -> None:
    over, (begun, capture) = add(rows), lent(rows, engine, owner)
    rows.used(begun, 1, capture, AT)
    rows.expire(AT + 121)
    rows.remove_old(AT + 120 + AFTER_SECONDS)
    assert rows.row(over)
    rows.remove_old(AT + 121 + AFTER_SECONDS)
    assert rows.row(over) is None
    rows.remove_old(AT + LIFE_SECONDS)
    assert rows.row(begun)
    rows.remove_old(AT + LIFE_SECONDS + 1)
    assert rows.row(begun) is None


def test_they_hold_no_words(rows: Handoffs) -> None:
    """Only these columns are text, and each is a code from a short list or three digits."""
    add(rows)
    with rows.engine.connect() as db:
        row = dict(db.execute(select(handoffs)).mappings().one())
    texts = {name: value for name, value in row.items() if isinstance(value, str)}
    assert texts == {"state": "created", "number": "042", "browser": "chrome", "system": "windows"}


def test_control_a_counter_that_is_read_first_and_written_later_lets_two_through(rows: Handoffs) -> None:
    """What the one UPDATE is for."""
    id, waiting = add(rows), []

    def careless(n: int) -> bool:
        row = rows.row(id)
        waiting.append(n)
        while len(waiting) < 2:
            pass
        fresh = bool(row and row["counter"] < 7)
        with rows.engine.begin() as db:
            db.execute(update(handoffs).where(handoffs.c.id == id).values(counter=7))
        return fresh

    assert at_once(careless, 2) == [True, True]
