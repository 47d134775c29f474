"""Settings that contradict themselves, and certificates that no phone takes: one sentence, which says what to do."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from afterword.command.reach import fault
from afterword.settings import Reach, Settings
from tests.tls import NAME, Authority, Pair, pem


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def settings(reach: Reach, host: str = "127.0.0.1") -> Settings:
    return Settings(Path("nowhere"), "sqlite://", host=host, reach=reach)


def own(pair: Pair, *names: str) -> Settings:
    return settings(Reach(names or (NAME,), False, pair.certificate, pair.key), "0.0.0.0")


def test_what_fits_together_has_no_fault(authority: Authority) -> None:
    assert fault(settings(Reach())) == ""
    assert fault(settings(Reach((NAME,), proxy=True))) == ""
    assert fault(own(authority.issue(NAME))) == ""
    assert fault(own(authority.issue("*.home.example", "192.168.1.20"), f"{NAME}:8443", "192.168.1.20")) == ""


def test_contradictions_are_named(authority: Authority) -> None:
    pair = authority.issue(NAME)
    for reach, host, says in (
        (Reach((NAME,)), "127.0.0.1", "A name alone gives no encryption"),
        (Reach((), proxy=True), "127.0.0.1", "Under which name"),
        (Reach((), False, pair.certificate, pair.key), "0.0.0.0", "Under which name"),
        (Reach((NAME,), False, pair.certificate), "0.0.0.0", "AFTERWORD_KEY"),
        (Reach((NAME,), False, None, pair.key), "0.0.0.0", "AFTERWORD_CERTIFICATE"),
        (Reach((NAME,), True, pair.certificate, pair.key), "0.0.0.0", "Either a proxy"),
        (Reach(), "0.0.0.0", "without encryption"),
        (Reach((NAME,), proxy=True), "192.168.1.20", "without encryption"),
        (Reach(), "::", "without encryption"),
    ):
        found = fault(settings(reach, host))
        assert says in found, (reach, found)
        assert one_sentence(found)


def test_a_certificate_that_no_phone_takes_is_refused(authority: Authority, tmp_path: Path) -> None:
    good, other = authority.issue(NAME), authority.issue(NAME)
    letter, locked = tmp_path / "letter.txt", tmp_path / "locked.key"
    letter.write_text("Dear diary")
    locked.write_bytes(pem(ec.generate_private_key(ec.SECP256R1()), b"a password"))
    for pair, says in (
        (authority.issue(NAME, days=-0.5), "ended on"),
        (authority.issue(NAME, since=2), "begins on"),
        (authority.issue("other.home.example"), f"not for {NAME}"),
        (authority.issue("*.example"), f"not for {NAME}"),
        (replace(good, key=other.key), "does not belong to"),
        (replace(good, certificate=letter), "holds no certificate"),
        (replace(good, key=letter), "holds no private key"),
        (replace(good, key=good.certificate), "holds no private key"),
        (replace(good, key=locked), "locked with a password"),
        (replace(good, certificate=tmp_path / "nowhere.pem"), "There is no file"),
        (replace(good, key=tmp_path), "cannot be read"),
    ):
        found = fault(own(pair))
        assert says in found, (says, found)
        assert one_sentence(found)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_key_of_somebody_else_is_named(authority: Authority) -> None:
    pair = authority.issue(NAME)
    pair.key.chmod(0)
    assert "may not be read by this user" in fault(own(pair))


def test_what_may_not_be_read_says_so(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for root, who may read everything."""
    pair, read = authority.issue(NAME), Path.read_bytes

    def refused(path: Path) -> bytes:
        if path == pair.key:
            raise PermissionError
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refused)
    assert "may not be read by this user" in fault(own(pair))


def one_sentence(text: str) -> bool:
    return text.endswith((".", "?", "--name.")) and "\n" not in text and "Traceback" not in text
