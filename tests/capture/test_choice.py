"""What a person typed as the address of a model, and whether it is this machine."""

from __future__ import annotations

import json

import pytest

from afterword.capture.choice import Choice, NotAnAddress, read_address
from afterword.capture.manifest import Consent, Manifest
from afterword.seal.keys import CaptureIdentity, NotebookIdentity

ID = bytes(range(16))


@pytest.mark.parametrize(
    ("typed", "kept", "place", "leaves"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", ("127.0.0.1", 8080), False),
        (" localhost:11434/ ", "http://localhost:11434", ("localhost", 11434), False),
        ("http://[::1]:1234/v1/", "http://[::1]:1234/v1", ("::1", 1234), False),
        ("http://127.9.9.9", "http://127.9.9.9", ("127.9.9.9", 80), False),
        ("https://Models.Example/v1", "https://models.example/v1", ("models.example", 443), True),
        ("http://192.168.1.20:8080", "http://192.168.1.20:8080", ("192.168.1.20", 8080), True),
        # Only what is certainly this machine counts as this machine.
        ("http://localhost.example:8080", "http://localhost.example:8080", ("localhost.example", 8080), True),
        ("http://127.0.0.1.example", "http://127.0.0.1.example", ("127.0.0.1.example", 80), True),
        ("http://127.1:8080", "http://127.1:8080", ("127.1", 8080), True),
        ("http://0.0.0.0:8080", "http://0.0.0.0:8080", ("0.0.0.0", 8080), True),
    ],
)
def test_an_address_is_read_and_known_as_here_or_elsewhere(
    typed: str, kept: str, place: tuple[str, int], leaves: bool
) -> None:
    choice = Choice(ID, address=read_address(typed))
    assert (choice.address, choice.place, choice.leaves, choice.agreed) == (kept, place, leaves, not leaves)


@pytest.mark.parametrize(
    "typed",
    ["", "  ", "http://", "ftp://models.example", "file:///etc/passwd", "http://a b", "http://a:0", "http://a:99999",
     "http://a:port", "http://münze.example", "http://127.0.0.1@models.example", "http://u:p@127.0.0.1",
     "http://127.0.0.1?key=1", "http://127.0.0.1#x", "http://127.0.0.1\\@models.example", "http://models.example%2f@x",
     "javascript:alert(1)", "http://[::1", "http://a\nb"],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(NotAnAddress):
        read_address(typed)


def test_a_yes_is_needed_where_text_leaves_and_nowhere_else() -> None:
    there = Choice(ID, address="http://models.example", agreed_on="2026-11-20")
    assert (there.leaves, there.agreed) == (True, True)
    assert Choice(ID, file="/models/a.gguf").agreed
    assert not Choice(ID, address="http://models.example", agreed_on="").agreed


def test_it_travels_in_the_manifest_and_one_without_it_is_as_it_always_was() -> None:
    ids = b"c" * 16, b"p" * 16, b"s" * 16
    notebook, key, consent = NotebookIdentity.make().recipient, CaptureIdentity.make(), Consent("mine", None)
    choice = Choice(ID, None, "https://models.example/v1", "some-model", "a key", "2026-11-20")
    assert Manifest.from_bytes(Manifest(*ids, notebook, consent, "2026-11-20", key, choice).to_bytes()).choice == choice
    without = Manifest(*ids, notebook, consent, "2026-11-20", key)
    assert "choice" not in json.loads(without.to_bytes())
    assert Manifest.from_bytes(without.to_bytes()).choice is None


def test_its_key_does_not_print_itself() -> None:
    assert "a key" not in repr(Choice(ID, address="http://127.0.0.1", key="a key"))
