"""Reminders: off by default, without content, revoked at once, and nothing to be found by guessing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import delete, text

from afterword.notebook import appointments
from afterword.notebook.appointments import Arranged
from afterword.notebook.preferences import Preferences, keep
from afterword.store import releases
from afterword.store.releases import hash_of
from afterword.store.tables import feeds, people, pushes
from afterword.vault import vault
from afterword.web.app import create_app
from afterword.web.pages import reminders
from tests.people import SETUP_TOKEN, Home, Person, Visitor, a_record
from tests.store.fresh import files_of

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ENDPOINT = "https://push.example.org/wake/abc"


@pytest.fixture
def visitor(home: Home, owner: Person) -> Visitor:
    keep(home.engine, owner.owner, Preferences(zone="Europe/Dublin"))
    appointments.put_down(
        home.engine, owner.owner, Arranged("2026-11-26T17:20", "Europe/Dublin", "Kanariengelb", weeks=1)
    )
    return home.visitor(owner, create_app(home.settings, home.engine, SETUP_TOKEN, lambda: NOW))


def make(visitor: Visitor, **fields: str) -> str:
    """The path of a new feed, as the page shows it once."""
    shown = visitor.press("/reminders/feed", action="make", **fields).text
    found = re.search(r"http://localhost:\d+(/feed/[\w-]+\.ics)", shown)
    assert found is not None
    return found[1]


def anybody(home: Home, path: str) -> tuple[int, bytes, dict[str, str]]:
    """As a calendar asks: without a cookie."""
    answer = home.visitor().get(path)
    return answer.status_code, answer.content, dict(answer.headers)


ALLOWED = {
    "BEGIN", "END", "VERSION", "PRODID", "X-WR-CALNAME", "UID", "DTSTAMP", "DTSTART", "SUMMARY", "CLASS", "TRANSP",
    "ACTION", "DESCRIPTION", "TRIGGER",
}  # fmt: skip
SENTENCES = {"Afterword has something for you", "Notes: there is something new"}


def told_too_much(calendar: bytes) -> list[str]:
    """Lines that say more than an hour and one fixed sentence."""
    lines = [line.partition(":") for line in calendar.decode().split("\r\n") if line]
    found = [name for name, _, _ in lines if name not in ALLOWED]
    found += [value for name, _, value in lines if name in ("SUMMARY", "DESCRIPTION") and value not in SENTENCES]
    found += [value for name, _, value in lines if name == "UID" and not re.fullmatch(r"[0-9a-f]{32}", value)]
    return found + [v for n, _, v in lines if n in ("DTSTART", "DTSTAMP") and not re.fullmatch(r"\d{8}T\d\d0000Z", v)]


def test_they_are_off_by_default(home: Home, owner: Person, visitor: Visitor) -> None:
    visitor.press("/reminders", brief="yes", moments="yes", quiet_from="21", quiet_until="8")
    assert releases.times_of(home.engine, owner.owner.person) == []
    assert not releases.is_on(home.engine, owner.owner.person)


def test_the_feed_tells_hours_and_one_sentence_while_the_notebook_is_locked(
    home: Home, owner: Person, visitor: Visitor
) -> None:
    path = make(visitor)
    vault.lock(home.engine, visitor.cookie)
    status, body, headers = anybody(home, path)
    assert (status, headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert "set-cookie" not in headers
    assert headers["cache-control"] == "no-store"
    events = Calendar.from_ical(body).walk("VEVENT")
    assert b"DTSTART:20261125T200000Z" in body, "it opened at 17:20"
    assert len(events) == 8
    assert told_too_much(body) == []
    assert b"Kanariengelb" not in body + files_of(home.engine)


def test_control_a_feed_that_told_the_therapists_name_is_caught(
    home: Home, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(reminders.SAYS, False, "Kanariengelb at 17:20")
    assert "Kanariengelb at 17:20" in told_too_much(anybody(home, make(visitor))[1])


def test_with_the_other_sentence_the_feed_never_says_the_name(home: Home, visitor: Visitor) -> None:
    body = anybody(home, make(visitor, neutral="yes"))[1]
    assert b"there is something new" in body
    assert b"fterword" not in body


def test_a_wrong_or_revoked_address_gives_the_same_bytes_as_nothing_there(
    home: Home, visitor: Visitor, owner: Person
) -> None:
    first = make(visitor)
    second = make(visitor)
    visitor.press("/reminders/feed", action="off")
    nothing = anybody(home, "/nothing-there")
    assert nothing[0] == 404
    for path in (first, second, f"/feed/{'A' * 43}.ics", "/feed/x.ics", "/feed/.ics", "/feed/%00.ics", "/feed/"):
        assert anybody(home, path) == nothing, path


def test_control_an_answer_that_differs_is_noticed(home: Home, visitor: Visitor) -> None:
    path, nothing = make(visitor), anybody(home, "/nothing-there")
    assert anybody(home, path) != nothing
    assert anybody(home, path.replace("/feed/", "/sessions/")) != nothing


def test_a_new_address_ends_the_one_before(home: Home, visitor: Visitor) -> None:
    first, second = make(visitor), make(visitor)
    assert (anybody(home, first)[0], anybody(home, second)[0]) == (404, 200)


def test_only_a_hash_of_the_address_is_kept(home: Home, owner: Person, visitor: Visitor) -> None:
    token = make(visitor)[6:-4]
    assert len(token) == 43
    assert token.encode() not in files_of(home.engine)
    assert hash_of(token) in files_of(home.engine)
    assert token not in visitor.get("/reminders").text


def test_quieter_settings_end_every_reminder_at_once(home: Home, owner: Person, visitor: Visitor) -> None:
    path = make(visitor)
    visitor.call("POST", "/reminders/push", json={"endpoint": ENDPOINT})
    visitor.press("/settings", quiet="on")
    assert anybody(home, path) == anybody(home, "/nothing-there")
    assert releases.times_of(home.engine, owner.owner.person) == []
    with home.engine.connect() as db:
        assert not db.execute(text("SELECT 1 FROM pushes UNION SELECT 1 FROM feeds")).all()
    assert ENDPOINT.encode() not in files_of(home.engine)
    page = visitor.get("/reminders").text
    assert "Afterword" not in page.partition("<footer")[0]
    assert 'name="action"' not in page


def test_with_the_quieter_settings_none_can_be_turned_on(home: Home, owner: Person, visitor: Visitor) -> None:
    visitor.press("/settings", quiet="on")
    visitor.press("/reminders/feed", action="make")
    assert visitor.call("POST", "/reminders/push", json={"endpoint": ENDPOINT}).status_code == 422
    assert not releases.is_on(home.engine, owner.owner.person)


def test_control_without_the_revocation_they_would_go_on(
    home: Home, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(visitor)
    monkeypatch.setattr("afterword.notebook.preferences.revoke", lambda *_: None)
    visitor.press("/settings", quiet="on")
    assert anybody(home, path)[0] == 200


def test_a_push_is_asked_for_and_given_up(home: Home, owner: Person, visitor: Visitor) -> None:
    assert visitor.call("POST", "/reminders/push", json={"endpoint": ENDPOINT}).status_code == 200
    assert "woken through push.example.org" in visitor.get("/reminders").text
    [push] = releases.woken(home.engine, owner.owner.person)
    visitor.press("/reminders/push", push=push.id.hex())
    assert releases.times_of(home.engine, owner.owner.person) == []
    assert not releases.is_on(home.engine, owner.owner.person)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.org/x", "https://localhost/x", "https://10.0.0.1/x", "https://[::1]/x", "https://nas.local/x",
        "https://a:b@push.example.org/x", "https://push.example.org:8443/x", "file:///x", "", "https://[", 7,
        f"https://push.example.org/{'x' * 1024}", "https://127.1/x", "https://127.0.0.1./x", "https://0x7f.0.0.1/x",
        "https://nas.local./x", "https://nas.lan/x", "https://push.example.org/\nx", "https://push..org/x",
    ],
)  # fmt: skip
def test_this_machine_is_never_asked_to_knock_at_its_own_network(
    home: Home, owner: Person, visitor: Visitor, endpoint: object
) -> None:
    assert visitor.call("POST", "/reminders/push", json={"endpoint": endpoint}).status_code == 422
    assert not releases.is_on(home.engine, owner.owner.person)


def test_a_stranger_ends_nothing_of_the_owner(home: Home, owner: Person, stranger: Person, visitor: Visitor) -> None:
    path = make(visitor)
    visitor.call("POST", "/reminders/push", json={"endpoint": ENDPOINT})
    [push] = releases.woken(home.engine, owner.owner.person)
    theirs = home.visitor(stranger)
    theirs.press("/reminders/push", push=push.id.hex())
    theirs.press("/reminders/feed", action="off")
    assert anybody(home, path)[0] == 200
    assert releases.woken(home.engine, owner.owner.person) == [push]


def test_the_time_before_and_quiet_hours_change_the_times(home: Home, owner: Person, visitor: Visitor) -> None:
    make(visitor)

    def first() -> str:
        return f"{datetime.fromtimestamp(releases.times_of(home.engine, owner.owner.person)[0], UTC):%a %H:%M}"

    assert first() == "Wed 20:00"
    visitor.press("/reminders", brief="yes", quiet_from="19", quiet_until="9")
    assert first() == "Thu 09:00"
    visitor.press("/settings", brief_hours="48")
    assert first() == "Wed 09:00"
    visitor.press("/reminders", quiet_from="19", quiet_until="9")
    assert releases.times_of(home.engine, owner.owner.person) == []


def test_an_unlock_knows_the_times_anew(home: Home, owner: Person, visitor: Visitor) -> None:
    make(visitor)
    releases.write(home.engine, owner.owner.person, [], int(NOW.timestamp()))
    visitor.press("/unlock", passphrase=owner.passphrase)
    assert len(releases.times_of(home.engine, owner.owner.person)) == 8


def test_a_moment_is_told_of_in_the_morning_and_never_twice_a_day(home: Home, owner: Person, visitor: Visitor) -> None:
    home.shelve(owner, a_record(), "2026-11-20")
    make(visitor)
    told = [datetime.fromtimestamp(at, UTC) for at in releases.times_of(home.engine, owner.owner.person)]
    assert len({at.date() for at in told}) == len(told)
    assert {f"{at:%H:%M}" for at in told} == {"08:00", "20:00"}
    visitor.press("/reminders", brief="yes", quiet_from="21", quiet_until="8")
    assert len(releases.times_of(home.engine, owner.owner.person)) == 8 < len(told)


@pytest.mark.parametrize("fields", [{"quiet_from": "3"}, {"quiet_until": "x"}, {"quiet_until": "23"}])
def test_hours_that_no_page_sends_are_refused(visitor: Visitor, fields: dict[str, str]) -> None:
    assert visitor.press("/reminders", **({"quiet_from": "21", "quiet_until": "8"} | fields)).status_code == 404
    assert visitor.press("/settings", brief_hours="1").status_code == 404


def test_with_the_person_everything_of_it_goes(home: Home, owner: Person, visitor: Visitor) -> None:
    make(visitor)
    visitor.call("POST", "/reminders/push", json={"endpoint": ENDPOINT})
    with home.engine.begin() as db:
        db.execute(delete(people).where(people.c.id == owner.owner.person))
    with home.engine.connect() as db:
        assert not db.execute(feeds.select()).all()
        assert not db.execute(pushes.select()).all()


def test_a_release_that_is_over_stays_for_a_day_for_calendars_that_ask_rarely(
    home: Home, owner: Person, visitor: Visitor
) -> None:
    make(visitor)
    [first, *_] = releases.times_of(home.engine, owner.owner.person)
    later = NOW + timedelta(days=2)
    home.visitor(owner, create_app(home.settings, home.engine, SETUP_TOKEN, lambda: later)).press("/settings")
    assert releases.times_of(home.engine, owner.owner.person)[0] == first


def test_a_session_that_is_deleted_is_told_of_no_more(home: Home, owner: Person, visitor: Visitor) -> None:
    session = home.shelve(owner, a_record(), "2026-11-24").hex()
    make(visitor)
    before = releases.times_of(home.engine, owner.owner.person)
    visitor.press(f"/sessions/{session}/delete")
    after = releases.times_of(home.engine, owner.owner.person)
    assert len(after) < len(before)
