"""One's own voice as a page: what it says, one at a time, and deleted with one press."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from afterword.capture import intake, own_voice
from afterword.capture.own_voice import PRINT
from afterword.seal.context import place
from afterword.store.database import hour
from afterword.store.tables import captures, objects, sessions
from tests.people import Home, Person
from tests.web.test_captures import TODAY, begin, end, put, seal, wish


def keep_print(home: Home, person: Person, opened: dict[str, Any], **columns: Any) -> None:
    """As the room and the worker leave a sample."""
    session, capture = bytes.fromhex(opened["session"]), bytes.fromhex(opened["capture"])
    with home.engine.begin() as db:
        db.execute(update(captures).where(captures.c.id == capture).values({"state": "destroyed"} | columns))
        if not columns:
            info = place(person.owner.person, PRINT, session, 0)
            sealed = person.owner.identity.recipient.seal(b"\x01" + bytes(512), info)
            row = {"id": secrets.token_bytes(16), "person": person.owner.person, "kind": "record", "about": session}
            db.execute(insert(objects).values(row | {"rev": 0, "sealed": sealed, "hour": hour()}))


def rows(home: Home) -> int:
    with home.engine.connect() as db:
        return sum(db.execute(select(func.count()).select_from(t)).scalar_one() for t in (captures, sessions, objects))


def test_it_says_what_a_print_is_and_is_found_from_the_settings(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    page = visitor.get("/voice").text
    assert "can recognise you, as a fingerprint can" in page
    assert "Delete it here whenever you like" in page
    assert 'href="/voice"' in visitor.get("/settings").text


def test_a_sample_is_taken_kept_and_deleted_with_one_press(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    opened = begin(home, visitor, sample=True, size=100)
    assert visitor.call("GET", "/voice/progress").json() == {"shown": "broken"}
    assert put(visitor, opened, 0, seal(opened, 0, b"x" * 100)).status_code == 200
    assert end(visitor, opened, 1, 100).status_code == 200
    assert visitor.call("GET", "/voice/progress").json() == {"shown": "waiting"}
    assert "Listening to your ten seconds" in visitor.get("/voice").text
    assert opened["session"] not in visitor.get("/today").text
    assert visitor.get(f"/sessions/{opened['session']}").status_code == 404
    keep_print(home, owner, opened)
    assert "A voice print is kept since" in visitor.get("/voice").text
    assert visitor.press("/voice").status_code == 303
    assert "Record ten seconds" in visitor.get("/voice").text
    assert own_voice.load(home.engine, owner.owner) is None
    assert rows(home) == 0


def test_one_that_is_on_its_way_is_destroyed_by_the_same_press(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    begin(home, visitor, sample=True)
    assert list(home.settings.keys.iterdir())
    assert visitor.press("/voice").status_code == 303
    assert not list(home.settings.keys.iterdir())
    assert rows(home) == 0


def test_the_old_print_stays_until_the_new_sample_is_admitted(
    home: Home, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = home.visitor(owner)
    keep_print(home, owner, begin(home, visitor, sample=True))
    monkeypatch.setattr(intake, "free_bytes", lambda _: 0)
    assert visitor.call("POST", "/captures", json=wish(sample=True)).status_code == 507
    assert own_voice.load(home.engine, owner.owner) is not None


def test_a_new_one_takes_the_place_of_the_old_one_and_a_repeated_question_does_not(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    keep_print(home, owner, begin(home, visitor, sample=True))
    print_ = secrets.token_hex(32)
    opened = [begin(home, visitor, sample=True, fingerprint=print_)["capture"] for _ in range(2)]
    assert opened[0] == opened[1]
    assert [s.capture.hex() for s in own_voice.samples(home.engine, owner.owner)] == opened[:1]
    assert own_voice.load(home.engine, owner.owner) is None


@pytest.mark.parametrize(
    "more", [{"voices": "both", "agreed": True, "agreed_on": TODAY}, {"live": True}, {"size": 9**9}]
)
def test_nothing_but_a_little_of_ones_own_voice_is_a_sample(home: Home, owner: Person, more: dict[str, Any]) -> None:
    answer = home.visitor(owner).call("POST", "/captures", json=wish(sample=True, **more))
    assert answer.status_code == 422
    assert rows(home) == 0


def test_a_sample_that_gave_nothing_says_why(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    keep_print(home, owner, begin(home, visitor, sample=True), failure="mixed_sample")
    page = visitor.get("/voice").text
    assert "More than one voice was heard" in page
    assert "Start" in page


def test_a_stranger_sees_and_deletes_only_their_own(home: Home, owner: Person, stranger: Person) -> None:
    visitor = home.visitor(owner)
    keep_print(home, owner, begin(home, visitor, sample=True))
    assert "is kept since" not in home.visitor(stranger).get("/voice").text
    home.visitor(stranger).press("/voice")
    assert own_voice.load(home.engine, owner.owner)
