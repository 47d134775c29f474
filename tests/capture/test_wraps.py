"""Two wraps of one key: each opens for its own holder, neither for anybody else, and both can be destroyed."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from afterword.capture.manifest import Consent, Manifest
from afterword.capture.wraps import Wraps
from afterword.seal import Tampered, context
from afterword.seal.errors import SealError
from afterword.seal.keys import BootIdentity, CaptureIdentity, NotebookIdentity
from afterword.vault.owner import Owner

CAPTURE, OTHER = bytes(16), b"o" * 16
BOOT = BootIdentity.make()


def _person(letter: bytes = b"p") -> Owner:
    return Owner(letter * 16, os.urandom(32), NotebookIdentity.make())


def _manifest(owner: Owner, capture: bytes = CAPTURE) -> Manifest:
    consent = Consent("both", "2026-11-01")
    recipient, key = owner.identity.recipient, CaptureIdentity.make()
    return Manifest(capture, owner.person, b"s" * 16, recipient, consent, "2026-11-20", key)


@pytest.fixture
def owner() -> Owner:
    return _person()


@pytest.fixture
def manifest(owner: Owner) -> Manifest:
    return _manifest(owner)


@pytest.fixture
def wraps(tmp_path: Path, owner: Owner, manifest: Manifest) -> Wraps:
    made = Wraps(tmp_path, CAPTURE)
    made.write(manifest, owner, BOOT.recipient)
    return made


def test_each_wrap_opens_for_its_holder(wraps: Wraps, owner: Owner, manifest: Manifest) -> None:
    assert wraps.open_a(owner) == wraps.open_b(BOOT) == manifest


def test_no_wrap_opens_for_anybody_else(wraps: Wraps, owner: Owner) -> None:
    for stranger in (_person(), replace(owner, identity=NotebookIdentity.make()), replace(owner, master=bytes(32))):
        with pytest.raises(SealError):
            wraps.open_a(stranger)
    with pytest.raises(SealError):
        wraps.open_b(BootIdentity.make())


def test_a_wrap_that_somebody_else_sealed_to_the_notebook_is_refused(
    wraps: Wraps, owner: Owner, manifest: Manifest
) -> None:
    attacker = _person(b"a")
    forged = replace(manifest, notebook=attacker.identity.recipient, key=CaptureIdentity.make()).to_bytes()
    info = context("wrap-a", CAPTURE)
    true = owner.identity.open(wraps.a.read_bytes(), info)
    for mac in (bytes(32), os.urandom(32), attacker.mac(forged), true[:32], b""):
        wraps.a.write_bytes(owner.identity.recipient.seal(mac + forged, info))
        with pytest.raises(Tampered):
            wraps.open_a(owner)
    wraps.a.write_bytes(owner.identity.recipient.seal(true, info))
    assert wraps.open_a(owner) == manifest, "the control: the true one, sealed by the same hand, opens"


def test_wraps_cannot_be_exchanged(tmp_path: Path, wraps: Wraps, owner: Owner) -> None:
    other = Wraps(tmp_path, OTHER)
    other.write(_manifest(owner, OTHER), owner, BOOT.recipient)
    files = {path: path.read_bytes() for path in (wraps.a, wraps.b, other.a, other.b)}
    for here, sealed in files.items():
        for there in files.values():
            here.write_bytes(there)
            which = wraps if here in (wraps.a, wraps.b) else other
            if there != sealed:
                with pytest.raises(SealError):
                    which.open_a(owner) if here.suffix == ".a" else which.open_b(BOOT)
        here.write_bytes(sealed)


@pytest.mark.parametrize("damage", [b"", b"\x01", b"\x01\x02", b"\x01\x01", bytes(500)])
def test_a_damaged_wrap_is_refused_and_not_more(wraps: Wraps, owner: Owner, damage: bytes) -> None:
    wraps.a.write_bytes(damage)
    wraps.b.write_bytes(damage)
    with pytest.raises(SealError):
        wraps.open_a(owner)
    with pytest.raises(SealError):
        wraps.open_b(BOOT)


def test_after_a_reboot_the_person_renews_wrap_b(wraps: Wraps, owner: Owner, manifest: Manifest) -> None:
    new = BootIdentity.make()
    with pytest.raises(SealError):
        wraps.open_b(new)
    os.link(wraps.b, old := wraps.b.with_name("the old one on the disk"))
    wraps.renew_b(owner, new.recipient)
    assert not any(old.read_bytes())
    assert wraps.open_b(new) == manifest
    with pytest.raises(SealError):
        wraps.open_b(BOOT)


def test_destroyed_wraps_are_overwritten_and_gone(tmp_path: Path, wraps: Wraps, owner: Owner) -> None:
    sizes = []
    for path in (wraps.a, wraps.b):
        os.link(path, tmp_path / f"disk{path.suffix}")
        sizes.append(path.stat().st_size)
    assert not wraps.gone()
    wraps.destroy()
    wraps.destroy()
    assert wraps.gone()
    for suffix, size in zip((".a", ".b"), sizes, strict=True):
        assert (tmp_path / f"disk{suffix}").read_bytes() == bytes(size)
    with pytest.raises(FileNotFoundError):
        wraps.open_a(owner)
    with pytest.raises(FileNotFoundError):
        wraps.open_b(BOOT)


def test_what_a_crash_left_half_written_goes_with_the_key(tmp_path: Path, wraps: Wraps) -> None:
    half = tmp_path / f".{wraps.a.name}.77.abcd"
    half.write_bytes(b"the whole of it")
    wraps.a.unlink()
    wraps.b.unlink()
    assert not wraps.gone()
    wraps.destroy()
    assert wraps.gone()
    assert list(tmp_path.iterdir()) == []


def test_the_key_is_in_neither_file_and_does_not_print(wraps: Wraps, manifest: Manifest) -> None:
    for sealed in (wraps.a.read_bytes(), wraps.b.read_bytes()):
        for form in (manifest.key.raw, manifest.key.raw.hex().encode(), b"2026-11-01"):
            assert form not in sealed
    assert manifest.key.raw.hex() not in repr(manifest)
    assert repr(manifest.key.raw) not in repr(manifest)


@pytest.mark.parametrize(
    ("consent", "stands"),
    [
        (Consent("mine", None), True),
        (Consent("both", "2026-11-01"), True),
        (Consent("both", None), False),
        (Consent("both", ""), False),
        (Consent("", "2026-11-01"), False),
        (Consent("theirs", "2026-11-01"), False),
    ],
)
def test_consent_stands_only_as_it_was_given(consent: Consent, stands: bool, owner: Owner) -> None:
    assert consent.stands is stands
    made = replace(_manifest(owner), consent=consent)
    assert Manifest.from_bytes(made.to_bytes()) == made
