"""Making a notebook, unlocking, locking, recovering; and what no longer opens anything."""

from __future__ import annotations

import re
import threading

import pytest
from sqlalchemy import select, update

from afterword.seal import WrongKey
from afterword.store.database import now
from afterword.store.tables import slots, unlocks
from afterword.vault import vault
from afterword.web.app import create_app
from afterword.web.turnstile import Turnstile
from tests.people import PASSPHRASE, SETUP_TOKEN, Home, Person, Visitor

NEW = "another five words entirely"


def set_up(visitor: Visitor, **fields: str) -> tuple[int, str]:
    """Status and page."""
    given = {"token": SETUP_TOKEN, "passphrase": PASSPHRASE, "again": PASSPHRASE} | fields
    answer = visitor.press("/setup", **given)
    return answer.status_code, answer.text


def code_on(page: str) -> list[str]:
    """The eight groups that are shown."""
    return re.findall(r"<li>([0-9A-Z]{4})</li>", page)


def groups_asked(page: str) -> list[int]:
    """Which two are typed back."""
    return [int(n) for n in re.findall(r">Group (\d)</label>", page)]


def test_a_new_person_makes_a_notebook_and_types_two_groups_back(home: Home) -> None:
    visitor = home.visitor()
    assert visitor.get("/").headers["location"] == "/setup"
    status, page = set_up(visitor)
    groups = code_on(page)
    assert (status, len(groups)) == (200, 8)
    assert visitor.get("/today").headers["location"] == "/setup/code"
    again = visitor.get("/setup/code").text
    assert not code_on(again)
    first, second = groups_asked(page)
    wrong = visitor.press("/setup/code", group1="AAAA", group2="AAAA")
    assert wrong.status_code == 422
    assert not code_on(wrong.text)
    right = visitor.press("/setup/code", group1=groups[first - 1].lower(), group2=f" {groups[second - 1]} ")
    assert right.headers["location"] == "/today"
    assert visitor.get("/today").status_code == 200


def test_a_code_that_was_not_written_down_is_replaced_and_the_first_opens_nothing(home: Home) -> None:
    visitor = home.visitor()
    first = "-".join(code_on(set_up(visitor)[1]))
    second = "-".join(code_on(visitor.press("/setup/code/new").text))
    assert first != second
    person = vault.only_person(home.engine)
    assert person
    assert vault.open_notebook(home.engine, person, second, "recovery").person == person
    with pytest.raises(WrongKey):
        vault.open_notebook(home.engine, person, first, "recovery")


def test_once_set_up_is_finished_an_open_notebook_gives_no_new_code(home: Home, owner: Person) -> None:
    assert home.visitor(owner).press("/setup/code/new").status_code == 404
    assert vault.open_notebook(home.engine, owner.owner.person, owner.code, "recovery")


def test_a_crash_before_the_question_leaves_a_way_on(home: Home) -> None:
    visitor = home.visitor(home.person(ready=False))
    assert "Make a new one" in visitor.get("/setup/code").text
    assert len(code_on(visitor.press("/setup/code/new").text)) == 8


def test_a_worn_out_set_up_token_opens_nothing(home: Home) -> None:
    assert set_up(home.visitor())[0] == 200
    status, page = set_up(home.visitor(), passphrase=NEW, again=NEW)
    assert status == 410
    assert "has been used already" in page
    person = vault.only_person(home.engine)
    with pytest.raises(WrongKey):
        vault.open_notebook(home.engine, person or b"", NEW)


@pytest.mark.parametrize("token", ["", "wrong", SETUP_TOKEN[:-1], "é"])
def test_a_wrong_set_up_token_makes_nothing_and_keeps_the_suggestion(home: Home, token: str) -> None:
    status, page = set_up(home.visitor(), token=token, suggested="bado kegi lemu nofa pizo")
    assert status == 422
    assert "not the set-up token" in page
    assert "bado kegi lemu nofa pizo" in page
    assert vault.only_person(home.engine) is None


def test_without_a_token_nobody_sets_up(home: Home) -> None:
    visitor = home.visitor(app=create_app(home.settings, home.engine, None))
    assert set_up(visitor, token="")[0] == 422
    assert vault.only_person(home.engine) is None


@pytest.mark.parametrize(("passphrase", "again"), [("short", "short"), ("a b" + " " * 20, "a b"), (PASSPHRASE, NEW)])
def test_a_short_or_mistyped_passphrase_is_said_kindly(home: Home, passphrase: str, again: str) -> None:
    assert set_up(home.visitor(), passphrase=passphrase, again=again)[0] == 422
    assert vault.only_person(home.engine) is None


def test_two_set_ups_at_once_make_one_notebook(home: Home) -> None:
    visitors, statuses = [home.visitor() for _ in range(4)], []
    for visitor in visitors:
        assert visitor.form_token
    threads = [threading.Thread(target=lambda v=v: statuses.append(set_up(v)[0])) for v in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 410, 410, 410]


def test_a_wrong_passphrase_gets_one_kind_sentence(home: Home, owner: Person) -> None:
    visitor = home.visitor()
    answer = visitor.press("/unlock", passphrase="not this one at all")
    assert answer.status_code == 403
    assert "does not open it" in answer.text
    assert "not this one at all" not in answer.text
    assert visitor.get("/today").headers["location"] == "/unlock"


def test_unlocking_gives_a_fresh_cookie_and_the_one_before_opens_nothing(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    before = visitor.cookie
    assert visitor.press("/unlock", passphrase=f"  {PASSPHRASE.replace(' ', '   ')} ").headers["location"] == "/today"
    assert visitor.cookie != before
    assert vault.owner_of(home.engine, before) is None
    assert visitor.get("/today").status_code == 200


def test_the_cookie_of_the_unlock_page_never_becomes_an_unlock(home: Home, owner: Person) -> None:
    visitor = home.visitor()
    visitor.get("/unlock")
    planted = visitor.cookie
    visitor.press("/unlock", passphrase=PASSPHRASE)
    assert planted
    assert visitor.cookie != planted
    assert vault.owner_of(home.engine, planted) is None


def test_a_cookie_without_its_row_and_a_row_without_its_cookie_open_nothing(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    cookie = visitor.cookie
    with home.engine.connect() as db:
        row = db.execute(select(unlocks)).mappings().one()
    assert cookie.encode() not in b"".join(v for v in row.values() if isinstance(v, bytes))
    vault.lock(home.engine, cookie)
    assert visitor.get("/today").headers["location"] == "/unlock"
    assert home.visitor().get("/today").headers["location"] == "/unlock"


def test_a_replayed_cookie_is_refused_after_the_lock(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    stolen = Visitor(visitor.app, visitor.cookie)
    answer = visitor.press("/lock")
    assert answer.headers["location"] == "/unlock"
    assert answer.headers["clear-site-data"] == '"cache"'
    assert stolen.get("/today").headers["location"] == "/unlock"
    assert stolen.call("POST", "/captures", json={}).status_code == 401


def test_locking_everywhere_ends_every_unlock_of_this_person_only(home: Home, owner: Person, stranger: Person) -> None:
    here, there, theirs = home.visitor(owner), home.visitor(owner), home.visitor(stranger)
    assert here.press("/lock/everywhere").headers["location"] == "/unlock"
    assert there.get("/today").headers["location"] == "/unlock"
    assert theirs.get("/today").status_code == 200


def test_a_notebook_that_nobody_reads_locks_itself(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    rewind(home, vault.IDLE_SECONDS - 30)
    assert visitor.get("/today").status_code == 200
    rewind(home, vault.IDLE_SECONDS + 1)
    assert visitor.get("/today").headers["location"] == "/unlock"
    assert visitor.call("POST", "/here").status_code == 401


def test_watching_progress_does_not_keep_a_notebook_open_and_reading_does(home: Home, owner: Person) -> None:
    session = home.shelve(owner, None, state="ended", destroyed=None).hex()
    visitor = home.visitor(owner)
    rewind(home, 300)
    before = seen(home)
    for path in ("progress", "wait"):
        assert visitor.get(f"/sessions/{session}/{path}").status_code == 200
        assert seen(home) == before, path
    assert visitor.call("POST", "/here").status_code == 204
    assert seen(home) > before


def test_an_unlock_ends_after_twelve_hours_even_when_it_is_used(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    with home.engine.begin() as db:
        db.execute(update(unlocks).values(until=unlocks.c.until - vault.LONGEST_SECONDS - 1))
    assert visitor.get("/today").headers["location"] == "/unlock"


def test_a_recovery_replaces_both_ways_in_and_ends_every_unlock(home: Home, owner: Person) -> None:
    elsewhere, visitor = home.visitor(owner), home.visitor()
    answer = visitor.press("/recover", code=owner.code.lower(), passphrase=NEW, again=NEW)
    fresh = "-".join(code_on(answer.text))
    assert (answer.status_code, len(fresh)) == (200, 39)
    assert elsewhere.get("/today").headers["location"] == "/unlock"
    for secret, kind in ((owner.passphrase, "passphrase"), (owner.code, "recovery")):
        with pytest.raises(WrongKey):
            vault.open_notebook(home.engine, owner.owner.person, secret, kind)  # type: ignore[arg-type]
    assert vault.open_notebook(home.engine, owner.owner.person, NEW).master == owner.owner.master
    assert vault.open_notebook(home.engine, owner.owner.person, fresh, "recovery").master == owner.owner.master
    assert visitor.get("/today").headers["location"] == "/setup/code"


def test_a_wrong_code_changes_nothing(home: Home, owner: Person) -> None:
    answer = home.visitor().press("/recover", code="AAAA-BBBB", passphrase=NEW, again=NEW)
    assert answer.status_code == 403
    assert vault.open_notebook(home.engine, owner.owner.person, owner.passphrase)
    with home.engine.connect() as db:
        assert len(db.execute(select(slots)).all()) == 2


def test_a_form_sent_after_the_lock_says_so_and_shows_the_way(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    vault.lock(home.engine, visitor.cookie)
    answer = visitor.press("/sessions/sample")
    assert answer.status_code == 401
    assert "Your notebook is locked" in answer.text


def test_too_many_at_the_turnstile_are_asked_to_come_back(home: Home, owner: Person) -> None:
    turnstile = Turnstile(most=1)
    with turnstile, pytest.raises(Exception, match="busy"):
        turnstile.__enter__()
    with turnstile:
        pass


def test_reloading_the_page_with_the_code_says_that_it_is_shown_only_once(home: Home) -> None:
    visitor = home.visitor()
    before = visitor.form_token
    set_up(visitor)
    for path in ("/setup", "/setup/code/new", "/recover"):
        answer = visitor.press(path, form_token=before)
        assert answer.headers["location"] == "/setup/code"
    page = visitor.get("/setup/code").text
    assert "The code is shown only once. If you have not written it down, make a new one." in page
    assert page.count('action="/setup/code/new"') == 1


def test_the_first_wrong_field_has_the_cursor_and_a_typed_code_comes_back(home: Home, owner: Person) -> None:
    page = home.visitor().press("/recover", code="AAAA-BBBB", passphrase=NEW, again=PASSPHRASE).text
    assert re.search('id="passphrase"[^>]* autofocus', page)
    assert 'value="AAAA-BBBB"' in page
    page = home.visitor().press("/recover", code="AAAA-BBBB", passphrase=NEW, again=NEW).text
    assert re.search('id="code"[^>]* autofocus', page)
    assert page.count("autofocus") == 1
    assert NEW not in page


def rewind(home: Home, seconds: int) -> None:
    """As if nobody had been here for so long."""
    with home.engine.begin() as db:
        db.execute(update(unlocks).values(seen=now() - seconds))


def seen(home: Home) -> int:
    with home.engine.connect() as db:
        return int(db.execute(select(unlocks.c.seen)).scalar_one())
