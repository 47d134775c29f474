"""docs/phone.md, done: its commands make a CA that does what the page says, and its settings are ours."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from afterword.command.reach import fault
from afterword.settings import Reach, Settings

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/phone.md").read_text()
NAME = "box.home.arpa"


def commands() -> str:
    """The block that makes the CA."""
    (block,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    return str(block)


def run(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    return subprocess.run(["bash", "-euc", script], cwd=folder, capture_output=True, text=True, check=False, timeout=60)


def test_the_commands_make_a_certificate_that_afterword_takes(tmp_path: Path) -> None:
    done = run(tmp_path, commands())
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "ca.key").exists()
    reach = Reach((NAME,), False, tmp_path / "box.pem", tmp_path / "box.key")
    assert fault(Settings(tmp_path, "sqlite://", host="192.168.1.20", reach=reach)) == ""
    assert run(tmp_path, "openssl verify -CAfile ca.pem -verify_hostname box.home.arpa box.pem").returncode == 0


def test_the_commands_work_for_an_address_too(tmp_path: Path) -> None:
    script = commands().replace("permitted;DNS:box.home.arpa", "permitted;IP:192.168.1.20/255.255.255.255")
    script = script.replace("subjectAltName=DNS:box.home.arpa", "subjectAltName=IP:192.168.1.20")
    script = script.replace(NAME, "192.168.1.20")
    done = run(tmp_path, script)
    assert done.returncode == 0, done.stderr
    reach = Reach(("192.168.1.20",), False, tmp_path / "box.pem", tmp_path / "box.key")
    assert fault(Settings(tmp_path, "sqlite://", host="192.168.1.20", reach=reach)) == ""
    assert run(tmp_path, "openssl verify -CAfile ca.pem -verify_ip 192.168.1.20 box.pem").returncode == 0


def test_such_a_ca_cannot_sign_for_another_name(tmp_path: Path) -> None:
    kept = commands().replace("shred -u ca.key", "")
    other = kept.replace("subjectAltName=DNS:box.home.arpa", "subjectAltName=DNS:bank.example")
    assert run(tmp_path, other).returncode == 0
    done = run(tmp_path, "openssl verify -CAfile ca.pem box.pem")
    assert done.returncode != 0
    assert "permitted subtree violation" in done.stdout + done.stderr


def test_control_a_ca_without_the_constraint_signs_for_any_name(tmp_path: Path) -> None:
    loose = re.sub(r" \\\n\s+-addext \"nameConstraints[^\n]*", "", commands()).replace("shred -u ca.key", "")
    other = loose.replace("subjectAltName=DNS:box.home.arpa", "subjectAltName=DNS:bank.example")
    assert run(tmp_path, other).returncode == 0
    assert run(tmp_path, "openssl verify -CAfile ca.pem box.pem").returncode == 0


def test_the_ca_is_one_that_a_system_can_take(tmp_path: Path) -> None:
    assert run(tmp_path, commands()).returncode == 0
    context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
    assert context.cert_store_stats()["x509_ca"] >= 1


def test_the_settings_on_the_page_are_ours() -> None:
    known = (ROOT / "docs/architecture.md").read_text()
    assert {name for name in re.findall(r"AFTERWORD_[A-Z]+", PAGE) if f"`{name}`" not in known} == set()


def test_every_flag_is_documented() -> None:
    flags = set(re.findall(r'"(--[a-z-]+)"', (ROOT / "afterword/cli.py").read_text()))
    said = "".join(p.read_text() for p in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
    assert {flag for flag in flags if flag not in said} == set()
