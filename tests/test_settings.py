"""What may stand in the settings, and what is refused with one sentence that says where."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterword.settings import Reach, environment, load


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HOST", "PORT", "NAMES", "PROXY", "CERTIFICATE", "KEY"):
        monkeypatch.delenv(f"AFTERWORD_{name}", raising=False)
    monkeypatch.setenv("AFTERWORD_DATA", str(tmp_path))


def test_without_a_setting_only_this_machine_gets_here() -> None:
    settings = load()
    assert (settings.host, settings.port, settings.reach) == ("127.0.0.1", 8420, Reach())
    assert settings.addresses() == ()


def test_names_are_read_from_the_environment_and_a_flag_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERWORD_NAMES", " Notes.Example.ts.net, other.example:8443 ,,notes.example.ts.net.")
    monkeypatch.setenv("AFTERWORD_PROXY", "1")
    settings = load()
    assert settings.reach.names == ("notes.example.ts.net", "other.example:8443")
    assert settings.reach.hosts == ("notes.example.ts.net", "other.example")
    assert settings.addresses() == ("https://notes.example.ts.net/", "https://other.example:8443/")
    assert settings.reach.proxy
    assert load(reach=Reach(("third.example",))).reach.names == ("third.example",)


def test_with_a_certificate_the_address_has_our_own_port(tmp_path: Path) -> None:
    own = Reach(("a.example", "b.example:443"), False, tmp_path / "a.pem", tmp_path / "a.key")
    assert load(reach=own).addresses() == ("https://a.example:8420/", "https://b.example:443/")
    assert load(port=443, reach=own).addresses() == ("https://a.example/", "https://b.example:443/")


@pytest.mark.parametrize(
    "name",
    ["https://notes.example.org/", "notes example", "*.example.org", "notes.example.org/x", "a..b", "-a.example",
     "notes.example:0", "notes.example:port", "a@b", "münze.example", "x" * 64, "[::1]", "."],
)  # fmt: skip
def test_what_is_no_name_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("AFTERWORD_NAMES", name)
    with pytest.raises(SystemExit, match=r"Write it like this: notes\.example\.org$"):
        load()


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "127.0.0.2:443", "0.0.0.0", "0"])
def test_a_name_of_this_machine_alone_is_refused(name: str) -> None:
    with pytest.raises(SystemExit, match="cannot reach"):
        load(reach=Reach((name,)))


def test_an_address_to_listen_on_is_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(host="::1").host == "::1"
    monkeypatch.setenv("AFTERWORD_HOST", "notes.example.org")
    with pytest.raises(SystemExit, match="no address of this machine"):
        load()


@pytest.mark.parametrize("given", ["yes", "true", "2", " 1"])
def test_a_switch_is_1_or_0(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("AFTERWORD_PROXY", given)
    with pytest.raises(SystemExit, match="AFTERWORD_PROXY"):
        load()


def test_a_child_reads_the_same_settings_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for reach in (
        Reach(),
        Reach(("a.example", "b.example:8443"), proxy=True),
        Reach(("a.example",), False, tmp_path / "a.pem", tmp_path / "a.key"),
    ):
        settings = load(tmp_path / "data", 8421, "192.168.1.20", reach)
        for name, value in environment(settings).items():
            monkeypatch.setenv(name, value)
        assert load() == settings
