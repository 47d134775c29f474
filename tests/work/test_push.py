"""Waking a browser: an empty push, signed for its service alone, once, and never late."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from sqlalchemy import update

from afterword.store import releases
from afterword.store.database import now
from afterword.store.releases import LATE_SECONDS
from afterword.store.tables import pushes
from afterword.work.push import remind, vapid
from afterword.work.worker import Worker
from tests.people import Home, Person, close_home, make_home
from tests.push_server import PushServer, pushing

AT = 1795600800


@pytest.fixture
def server() -> Iterator[PushServer]:
    with pushing() as made:
        yield made


@pytest.fixture
def person(home: Home, server: PushServer) -> Person:
    """Somebody whose browser waits for a release at AT."""
    made = home.person()
    releases.wake(home.engine, made.owner.person, f"{server.origin}/wake/abc", AT - 7200)
    releases.write(home.engine, made.owner.person, [AT], AT - 7200)
    return made


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def claims_of(header: str, public: str) -> dict[str, object]:
    """What a push service does with it (RFC 8292). Raises InvalidSignature."""
    scheme, _, rest = header.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    head, body, signature = parts["t"].split(".")
    assert (scheme, json.loads(raw(head)), parts["k"]) == ("vapid", {"typ": "JWT", "alg": "ES256"}, public)
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(public))
    r, s = (int.from_bytes(half, "big") for half in (raw(signature)[:32], raw(signature)[32:]))
    key.verify(encode_dss_signature(r, s), f"{head}.{body}".encode(), ec.ECDSA(SHA256()))
    claims: dict[str, object] = json.loads(raw(body))
    return claims


def test_it_is_woken_once_with_nothing_in_it(home: Home, server: PushServer, person: Person) -> None:
    assert remind(home.settings, home.engine, AT - 1) == 0
    assert remind(home.settings, home.engine, AT + 60) == 1
    assert remind(home.settings, home.engine, AT + 120) == 0
    [(path, headers, body)] = server.asked
    assert (path, body, headers["ttl"]) == ("/wake/abc", b"", str(LATE_SECONDS))
    claims = claims_of(headers["authorization"], vapid(home.settings).public)
    assert claims["aud"] == server.origin
    assert AT < int(str(claims["exp"])) <= AT + 86400


def test_control_a_signature_of_somebody_else_is_none(home: Home, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = make_home(tmp_path / "other" / "home")
    header = vapid(home.settings).header("https://push.example.org/x", AT)
    theirs = vapid(other.settings).public
    with pytest.raises(InvalidSignature):
        claims_of(header.replace(vapid(home.settings).public, theirs), theirs)
    close_home(other)


def test_the_key_stays_and_is_readable_for_its_owner_alone(home: Home) -> None:
    assert vapid(home.settings).public == vapid(home.settings).public
    assert (home.settings.data / "push.pem").stat().st_mode & 0o777 == 0o600
    assert not list(home.settings.data.glob(".push*"))


@pytest.mark.parametrize("answer", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(home: Home, server: PushServer, person: Person, answer: int) -> None:
    server.answers = [answer]
    remind(home.settings, home.engine, AT)
    assert releases.woken(home.engine, person.owner.person) == []


@pytest.mark.parametrize("answer", [429, 500, 503])
def test_a_service_that_cannot_now_is_asked_again(home: Home, server: PushServer, person: Person, answer: int) -> None:
    server.answers = [answer, 201]
    assert remind(home.settings, home.engine, AT) == 0
    assert remind(home.settings, home.engine, AT + 60) == 1
    assert remind(home.settings, home.engine, AT + 120) == 0


def test_a_service_that_is_not_there_costs_nothing(home: Home, person: Person) -> None:
    releases.let_sleep(home.engine, person.owner.person)
    releases.wake(home.engine, person.owner.person, "http://127.0.0.1:9/wake", AT - 7200)
    releases.write(home.engine, person.owner.person, [AT], AT - 7200)
    assert remind(home.settings, home.engine, AT) == 0


def test_an_address_that_is_none_keeps_nobody_else_from_being_woken(
    home: Home, server: PushServer, person: Person
) -> None:
    releases.wake(home.engine, person.owner.person, "https://a..b\x01/wake", AT - 7200)
    assert remind(home.settings, home.engine, AT) == 1
    assert len(server.asked) == 1
    assert [push.endpoint for push in releases.woken(home.engine, person.owner.person)] == [f"{server.origin}/wake/abc"]


def test_what_would_be_late_is_not_sent(home: Home, server: PushServer, person: Person) -> None:
    assert remind(home.settings, home.engine, AT + LATE_SECONDS) == 0
    assert server.asked == []


def test_two_workers_wake_it_once(home: Home, server: PushServer, person: Person) -> None:
    [push] = releases.due(home.engine, AT)
    assert [releases.claim(home.engine, push), releases.claim(home.engine, push)] == [True, False]


def test_the_worker_looks_by_itself(home: Home, server: PushServer, person: Person) -> None:
    releases.write(home.engine, person.owner.person, [now() - 60], now() - 3600)
    with home.engine.begin() as db:
        db.execute(update(pushes).values(sent=0))
    worker = Worker(home.settings, home.engine)
    worker.stop.set()
    assert not worker.remind_once()
    assert [path for path, _, _ in server.asked] == ["/wake/abc"]


def test_times_that_are_over_do_not_stay(home: Home, person: Person) -> None:
    remind(home.settings, home.engine, AT + 86400)
    assert releases.times_of(home.engine, person.owner.person) == [AT]
    remind(home.settings, home.engine, AT + 86401)
    assert releases.times_of(home.engine, person.owner.person) == []
