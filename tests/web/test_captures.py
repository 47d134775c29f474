"""Adding a recording from the browser's side: consent, refusals, two tabs, and what is never made."""

from __future__ import annotations

import base64
import os
import secrets
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from afterword.capture import intake
from afterword.capture.spool import Spool
from afterword.seal.context import chunk_place
from afterword.seal.keys import CaptureRecipient
from afterword.store.tables import captures, sessions
from tests.consent.yes import THERAPIST, say_yes
from tests.people import Home, Person, Visitor

TODAY = date.today().isoformat()


def wish(**more: Any) -> dict[str, Any]:
    """What add.js sends first."""
    given = {"voices": "mine", "day": TODAY, "size": 2500}
    return given | {"fingerprint": secrets.token_hex(32)} | more


def put(visitor: Visitor, opened: dict[str, Any], index: int, sealed: bytes) -> httpx.Response:
    headers = {"authorization": f"Capture {opened['token']}", "content-type": "application/octet-stream"}
    return visitor.call("PUT", f"/captures/{opened['capture']}/chunks/{index}", content=sealed, headers=headers)


def end(visitor: Visitor, opened: dict[str, Any], chunks: object, size: object) -> httpx.Response:
    headers = {"authorization": f"Capture {opened['token']}"}
    return visitor.call(
        "POST", f"/captures/{opened['capture']}/end", json={"chunks": chunks, "bytes": size}, headers=headers
    )


def seal(opened: dict[str, Any], index: int, plain: bytes) -> bytes:
    raw = base64.urlsafe_b64decode(opened["public_key"] + "=")
    return CaptureRecipient(raw).seal(plain, chunk_place(bytes.fromhex(opened["capture"]), index))


def begin(home: Home, visitor: Visitor, **more: Any) -> dict[str, Any]:
    with home.opener():
        answer = visitor.call("POST", "/captures", json=wish(**more))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def nothing_was_made(home: Home) -> bool:
    """No row, no file."""
    with home.engine.connect() as db:
        rows = sum(db.execute(select(func.count()).select_from(t)).scalar_one() for t in (captures, sessions))
    return rows == 0 and not list(home.settings.spool.iterdir()) and not list(home.settings.keys.iterdir())


@pytest.fixture
def visitor(home: Home, owner: Person) -> Visitor:
    return home.visitor(owner)


def test_a_recording_is_received_part_by_part_and_ended(home: Home, visitor: Visitor) -> None:
    opened = begin(home, visitor)
    sealed = seal(opened, 0, b"x" * 2500)
    first, again = put(visitor, opened, 0, sealed), put(visitor, opened, 0, sealed)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert visitor.get(f"/sessions/{opened['session']}/progress").json()["count"] == "1 of 1 parts"
    assert end(visitor, opened, 1, 2500).json() == {"missing": []}
    late = put(visitor, opened, 1, sealed)
    assert late.status_code == 410
    assert "finished already" in late.json()["says"]


def test_other_bytes_at_the_same_number_are_a_conflict(home: Home, visitor: Visitor) -> None:
    opened = begin(home, visitor)
    assert put(visitor, opened, 0, seal(opened, 0, b"one")).status_code == 200
    assert put(visitor, opened, 0, seal(opened, 0, b"one")).status_code == 409


def test_a_part_that_is_too_long_or_too_far_is_refused(home: Home, visitor: Visitor) -> None:
    opened = begin(home, visitor)
    assert put(visitor, opened, 0, b"x" * (intake.SEALED_MOST + 1)).status_code == 413
    assert put(visitor, opened, 0, b"x" * (2 << 20)).status_code == 413
    assert put(visitor, opened, 999999, b"x").status_code == 413
    for index in ("-1", "1.5", "²", "9999999", "abc"):
        assert put(visitor, opened, index, b"x").status_code == 404  # type: ignore[arg-type]
    assert Spool(home.settings.spool, bytes.fromhex(opened["capture"])).have() == {}


def test_missing_parts_are_listed_and_nothing_ends(home: Home, visitor: Visitor) -> None:
    opened = begin(home, visitor, size=(2 << 20) + 5)
    put(visitor, opened, 1, b"x")
    answer = end(visitor, opened, 3, (2 << 20) + 5)
    assert (answer.status_code, answer.json()) == (409, {"missing": [0, 2]})
    assert put(visitor, opened, 0, b"x").status_code == 200


@pytest.mark.parametrize(
    ("chunks", "size"),
    [(0, 0), (-1, 5), (1, 0), (1, (1 << 20) + 1), (2, 5), (10**12, 10**18), ("1", 5), (1, 5.5), (None, None), ([], {})],
)
def test_an_end_that_cannot_be_is_refused(home: Home, visitor: Visitor, chunks: object, size: object) -> None:
    assert end(visitor, begin(home, visitor), chunks, size).status_code == 422


def test_two_tabs_adding_the_same_file_share_one_capture(home: Home, owner: Person) -> None:
    same, one, two = secrets.token_hex(32), home.visitor(owner), home.visitor(owner)
    first = begin(home, one, fingerprint=same)
    put(one, first, 0, seal(first, 0, b"x" * 2500))
    second = begin(home, two, fingerprint=same)
    assert {k: first[k] for k in ("capture", "session", "public_key", "token")} == {
        k: second[k] for k in ("capture", "session", "public_key", "token")
    }
    assert second["have"] == [0]
    assert end(one, first, 1, 2500).status_code == 200
    assert begin(home, two, fingerprint=same)["going_on"]
    assert end(two, second, 1, 2500).json() == {"missing": []}


def test_two_people_with_the_same_file_share_nothing(home: Home, owner: Person, stranger: Person) -> None:
    same = secrets.token_hex(32)
    mine, theirs = (begin(home, home.visitor(who), fingerprint=same) for who in (owner, stranger))
    assert not {mine[k] for k in ("capture", "session", "public_key", "token")} & set(map(str, theirs.values()))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"voices": "both"}, "not_asked"),
        ({"voices": "both", "agreed": True, "agreed_on": TODAY}, "not_asked"),
        ({"voices": "both", "therapist": "Ines"}, "not_asked"),
        ({"voices": "nobody"}, "whose_voices"),
        ({"voices": "none"}, "whose_voices"),
        ({"voices": "everybody"}, "whose_voices"),
        ({"voices": ["mine"]}, "incomplete"),
        ({"voices": "both", "therapist": 5}, "incomplete"),
        ({"day": (date.today() + timedelta(3)).isoformat()}, "bad_date"),
        ({"day": "soon"}, "bad_date"),
        ({"size": 0}, "empty"),
        ({"size": -1}, "empty"),
        ({"size": intake.MOST_BYTES + 1}, "too_long"),
        ({"size": "big"}, "incomplete"),
        ({"size": 1e309}, "incomplete"),
        ({"fingerprint": "zz"}, "incomplete"),
        ({"fingerprint": None}, "incomplete"),
    ],
)
def test_without_a_yes_or_with_something_wrong_nothing_is_made(
    home: Home, visitor: Visitor, more: dict[str, Any], code: str
) -> None:
    import json

    with home.opener():
        body = json.dumps(wish(**more)).encode()
        answer = visitor.call("POST", "/captures", content=body, headers={"content-type": "application/json"})
    assert answer.json()["error"] == code
    assert answer.json()["says"].endswith(".")
    assert nothing_was_made(home)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"\xff", b"[" * 60000])
def test_a_body_that_is_no_wish_is_refused_in_one_sentence(home: Home, visitor: Visitor, body: bytes) -> None:
    answer = visitor.call("POST", "/captures", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["error"]) == (422, "incomplete")
    assert nothing_was_made(home)


def test_with_a_yes_that_stands_it_opens(home: Home, owner: Person, visitor: Visitor) -> None:
    say_yes(home.settings, home.engine, owner.owner)
    assert begin(home, visitor, voices="both")["have"] == []
    assert begin(home, visitor, voices="both", therapist=THERAPIST)["have"] == []


def test_a_full_disk_refuses_at_the_start_and_makes_nothing(
    home: Home, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        f_bavail, f_frsize = 1, 4096

    with home.opener():
        monkeypatch.setattr(os, "statvfs", lambda _: Full())
        answer = visitor.call("POST", "/captures", json=wish())
    assert (answer.status_code, answer.json()["error"]) == (507, "disk_full")
    assert nothing_was_made(home)


def test_without_a_worker_that_ever_ran_nothing_is_made(home: Home, visitor: Visitor) -> None:
    answer = visitor.call("POST", "/captures", json=wish())
    assert (answer.status_code, answer.json()["error"]) == (503, "no_worker")
    assert nothing_was_made(home)


def test_with_a_worker_that_stopped_no_key_is_handed_out(
    home: Home, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with home.opener():
        pass
    monkeypatch.setattr(intake, "OPENING_SECONDS", 0.2)
    answer = visitor.call("POST", "/captures", json=wish())
    assert (answer.status_code, answer.json()["error"]) == (503, "no_worker")
    assert "public_key" not in answer.text
    assert nothing_was_made(home)
    assert "Welcome" in visitor.get("/today").text


def test_a_lock_does_not_stop_a_recording_that_is_on_its_way(home: Home, visitor: Visitor) -> None:
    opened = begin(home, visitor)
    visitor.press("/lock")
    assert visitor.get("/today").headers["location"] == "/unlock"
    assert put(visitor, opened, 0, seal(opened, 0, b"x" * 2500)).status_code == 200
    assert end(visitor, opened, 1, 2500).status_code == 200


def test_the_web_never_sees_what_was_said(home: Home, visitor: Visitor) -> None:
    opened = begin(home, visitor)
    canary = b"the canary words of the session"
    put(visitor, opened, 0, seal(opened, 0, canary))
    for path in home.settings.data.rglob("*"):
        assert path.is_dir() or canary not in path.read_bytes()


def test_control_a_part_sent_in_clear_would_be_found(home: Home, visitor: Visitor) -> None:
    opened = begin(home, visitor)
    canary = b"the canary words of the session"
    put(visitor, opened, 0, canary)
    assert any(canary in path.read_bytes() for path in home.settings.data.rglob("*") if path.is_file())
