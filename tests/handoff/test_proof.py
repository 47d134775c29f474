"""A proof is good for one request: its method, path, body and number, under one key."""

from __future__ import annotations

import secrets
from hashlib import sha256

import pytest

from afterword.handoff import proof
from afterword.handoff.proof import Proof, is_key, is_right, message, read
from tests.laptop import Laptop
from tests.people import Visitor

ID = bytes(range(16))


@pytest.fixture
def laptop() -> Laptop:
    return Laptop(Visitor(None), shown={"id": ID.hex()})


def given(laptop: Laptop, method: str = "POST", path: str = "/handoff/x/poll", body: bytes = b"{}") -> Proof:
    headers = laptop.proof(method, path, body, 7)
    found = read(headers["authorization"], headers["proof"])
    assert found
    return found


def test_it_is_right_for_its_own_request(laptop: Laptop) -> None:
    found = given(laptop)
    assert (found.id, found.n, len(found.signature)) == (ID, 7, 64)
    assert is_right(laptop.public, found, "POST", "/handoff/x/poll", b"{}")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("PUT", "/handoff/x/poll", b"{}"), ("POST", "/handoff/x/deny", b"{}"), ("POST", "/handoff/x/poll", b"{} "),
     ("POST", "/handoff/x/poll", b"")],
)  # fmt: skip
def test_and_for_no_other(laptop: Laptop, method: str, path: str, body: bytes) -> None:
    assert not is_right(laptop.public, given(laptop), method, path, body)


def test_not_under_another_key_or_number_or_handoff(laptop: Laptop) -> None:
    found, other = given(laptop), Laptop(Visitor(None))
    about = "POST", "/handoff/x/poll", b"{}"
    assert not is_right(other.public, found, *about)
    assert not is_right(laptop.public, Proof(found.id, 8, found.signature), *about)
    assert not is_right(laptop.public, Proof(bytes(16), found.n, found.signature), *about)
    assert not is_right(laptop.public, Proof(found.id, found.n, bytes(64)), *about)
    assert not is_right(laptop.public, Proof(found.id, found.n, b"\xff" * 64), *about)
    assert not is_right(proof.NOBODY, found, *about)


@pytest.mark.parametrize(
    ("authorization", "signed"),
    [
        ("", ""), ("Handoff", "1." + "a" * 86), (f"Handoff {ID.hex()}", ""), (f"Capture {ID.hex()}", "1." + "a" * 86),
        (f"Handoff {ID.hex()}", "1." + "a" * 85), (f"Handoff {ID.hex()}", "-1." + "a" * 86),
        (f"Handoff {ID.hex()}", "1e3." + "a" * 86), (f"Handoff {ID.hex()}", f"{2**53 + 1}." + "a" * 86),
        (f"Handoff {ID.hex().upper()}", "1." + "a" * 86), (f"Handoff {ID.hex()}", "1." + "=" * 86),
    ],
)  # fmt: skip
def test_what_is_no_proof_is_none(authorization: str, signed: str) -> None:
    assert read(authorization, signed) is None


def test_a_key_is_a_point_of_the_curve(laptop: Laptop) -> None:
    assert is_key(laptop.public)
    assert is_key(proof.NOBODY)
    for wrong in (b"", laptop.public[:-1], b"\x04" + bytes(64), b"\x02" + laptop.public[1:33], bytes(65)):
        assert not is_key(wrong)


def test_the_message_is_the_one_that_is_written_down() -> None:
    """Anybody can rebuild it from the docs: each part preceded by its length."""
    parts = b"afterword/1", b"proof", ID, b"POST", b"/a", (9).to_bytes(8, "big"), sha256(b"{}").digest()
    right = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    assert message(ID, "POST", "/a", 9, b"{}") == right


def test_control_a_check_that_forgets_the_body_is_caught(laptop: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    real = message
    forgets = lambda id, method, path, n, _body: real(id, method, path, n, b"")  # noqa: E731
    monkeypatch.setattr(proof, "message", forgets)
    monkeypatch.setattr("tests.laptop.message", forgets)
    assert is_right(laptop.public, given(laptop), "POST", "/handoff/x/poll", secrets.token_bytes(8))
