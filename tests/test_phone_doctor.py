"""What `afterword doctor` says about the way from a phone to this machine: real TLS, a real proxy, a CA of the test."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from afterword.command import phone
from afterword.command.finding import Finding
from afterword.settings import Reach, Settings
from tests.journeys.stage import serving
from tests.people import Home, close_home, make_home
from tests.tls import NAME, Authority, Manners, Pair, listening, proxy


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    folder = tmp_path / "ca"
    folder.mkdir()
    return Authority(folder)


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """This machine trusts the CA, and finds every name of the tests on itself."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.root))
    found = socket.getaddrinfo

    def here(host: Any, *more: Any, **named: Any) -> Any:
        return found("127.0.0.1" if str(host).endswith(".example") else host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", here)
    return authority


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Afterword behind a proxy that asks for NAME."""
    home = make_home(tmp_path / "home")
    yield from _served(replace(home, settings=replace(home.settings, reach=Reach((NAME,), proxy=True))))
    close_home(home)


def _served(home: Home) -> Iterator[int]:
    with serving(home) as address:
        yield int(address.rsplit(":", 1)[1])


def findings(at: int, host: str = NAME) -> dict[str, Finding]:
    """By what was looked at."""
    reach = Reach((f"{host}:{at}",), proxy=True)
    return {f.name.rpartition(": ")[2]: f for f in phone.phone(Settings(Path("nowhere"), "sqlite://", reach=reach))}


def verdicts(found: dict[str, Finding]) -> dict[str, str]:
    return {name: finding.verdict for name, finding in found.items()}


def test_without_a_name_it_says_that_a_phone_cannot_record_yet() -> None:
    (finding,) = phone.phone(Settings(Path("nowhere"), "sqlite://"))
    assert finding.verdict == "less"
    assert "docs/phone.md" in finding.says


def test_a_way_that_works_is_good_to_its_end(trusted: Authority, port: int) -> None:
    with proxy(trusted.issue(NAME), port) as at:
        found = findings(at)
    assert verdicts(found) == {"name": "less", "certificate": "good", "answer": "good"}
    assert "to itself" in found["name"].says  # on loopback, where a phone would not look
    assert "valid for 89 days" in found["certificate"].says
    assert "A CA at home" in found["certificate"].says
    assert "a phone can record" in found["answer"].says


def test_a_name_that_leads_out_of_this_machine_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    assert phone._resolved(NAME, ["192.168.1.20", "192.168.1.20", "fe80::1%eth0"]).verdict == "good"
    monkeypatch.setattr(socket, "getaddrinfo", _no_address)
    assert verdicts(findings(443)) == {"name": "bad"}


def _no_address(*_: Any, **__: Any) -> Any:
    raise socket.gaierror


def test_where_nothing_answers_it_says_so(trusted: Authority) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found = findings(free.getsockname()[1])
    assert verdicts(found) == {"name": "less", "https": "bad"}
    assert "nothing answers" in found["https"].says


def test_where_plain_http_answers_it_says_so(trusted: Authority, port: int) -> None:
    found = findings(port)
    assert verdicts(found) == {"name": "less", "https": "bad"}
    assert "does not speak https" in found["https"].says


def test_a_certificate_that_a_phone_would_refuse_is_bad(trusted: Authority, port: int, tmp_path: Path) -> None:
    (tmp_path / "another").mkdir()
    for pair, says in (
        (Authority(tmp_path / "another").issue(NAME), "does not know who issued it"),
        (trusted.issue(NAME, days=-0.5), "has ended"),
        (trusted.issue(NAME, since=2), "not valid yet"),
        (trusted.issue("other.example"), "for another name"),
    ):
        with proxy(pair, port) as at:
            found = findings(at)
        assert verdicts(found) == {"name": "less", "certificate": "bad"}, says
        assert says in found["certificate"].says


@pytest.mark.parametrize(("days", "verdict"), [(13.5, "less"), (15.5, "good")])
def test_a_certificate_that_ends_soon_is_less(trusted: Authority, port: int, days: float, verdict: str) -> None:
    with proxy(trusted.issue(NAME, days=days), port) as at:
        found = findings(at)
    assert verdicts(found) == {"name": "less", "certificate": verdict, "answer": "good"}
    assert ("renew it soon" in found["certificate"].says) == (verdict == "less")


@pytest.mark.parametrize(
    ("manners", "says"),
    [
        (Manners(host=False), "hides the name"),
        (Manners(says=False), "let it set X-Forwarded-Proto"),
        (Manners(host=False, says=False), "hides the name"),
    ],
)
def test_a_proxy_with_bad_manners_is_told_apart(trusted: Authority, port: int, manners: Manners, says: str) -> None:
    with proxy(trusted.issue(NAME), port, manners) as at:
        found = findings(at)
    assert verdicts(found) == {"name": "less", "certificate": "good", "answer": "bad"}
    assert says in found["answer"].says


def test_an_afterword_that_was_not_told_of_the_proxy_or_the_name_is_told_apart(
    trusted: Authority, tmp_path: Path
) -> None:
    home = make_home(tmp_path / "home")
    pair = trusted.issue(NAME)
    for reach, says in (
        (Reach((NAME,)), "AFTERWORD_PROXY=1"),
        (Reach(), "AFTERWORD_NAMES"),
        (Reach(("other.example",), proxy=True), "AFTERWORD_NAMES"),
    ):
        for port in _served(replace(home, settings=replace(home.settings, reach=reach))):
            with proxy(pair, port) as at:
                found = findings(at)
        assert found["answer"].verdict == "bad"
        assert says in found["answer"].says
    close_home(home)


@pytest.mark.parametrize(
    "said", [b"<h1>It works!</h1>", b"[]", b'"afterword"', b'{"afterword": 1}', b"", b"\xff" * 9000]
)
def test_somebody_else_is_not_taken_for_afterword(trusted: Authority, said: bytes) -> None:
    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(200)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: Any) -> None:
            pass

    with listening(Other, trusted.issue(NAME)) as at:
        found = findings(at)
    assert found["answer"].verdict == "bad"
    assert "is not Afterword" in found["answer"].says


def test_a_contradiction_is_said_before_anything_is_asked(authority: Authority) -> None:
    pair = authority.issue("other.example")
    reach = Reach((NAME,), False, pair.certificate, pair.key)
    (finding,) = phone.phone(Settings(Path("nowhere"), "sqlite://", reach=reach))
    assert finding.verdict == "bad"
    assert f"not for {NAME}" in finding.says


def test_a_key_that_others_may_read_is_less(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _no_address)
    pair = authority.issue(NAME)
    settings = Settings(Path("nowhere"), "sqlite://", reach=Reach((NAME,), False, pair.certificate, pair.key))
    assert next(phone.phone(settings)).verdict == "good"
    pair.key.chmod(0o640)
    found = next(phone.phone(settings))
    assert found.verdict == "less"
    assert "chmod 600" in found.says


def test_the_doctor_makes_no_folder(tmp_path: Path) -> None:
    data = tmp_path / "not" / "there"
    command = [sys.executable, "-m", "afterword", "doctor", "--data", str(data), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    names = [f["name"] for f in json.loads(done.stdout)]
    assert {"free space", "file system", "disk encryption", "phone"} <= set(names)
    assert not (tmp_path / "not").exists()


def test_the_doctor_takes_what_serve_takes(authority: Authority) -> None:
    pair: Pair = authority.issue("other.example")
    given = ["--name", NAME, "--certificate", str(pair.certificate), "--key", str(pair.key), "--host", "0.0.0.0"]
    command = [sys.executable, "-m", "afterword", "doctor", "--json", *given]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 1
    (found,) = (f for f in json.loads(done.stdout) if f["name"] == "phone")
    assert f"not for {NAME}" in found["says"]
