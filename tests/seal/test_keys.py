"""A Recipient seals, an Identity opens; secrets do not print themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.seal import Tampered, UnknownVersion, WrongKey
from afterword.seal.errors import SealError
from afterword.seal.keys import BootIdentity, CaptureIdentity, NotebookIdentity
from afterword.seal.wrap import unwrap, wrap

Identity = BootIdentity | NotebookIdentity | CaptureIdentity
KINDS: list[Callable[[], Identity]] = [BootIdentity.make, NotebookIdentity.make, CaptureIdentity.make]
INFO = b"a place"


@pytest.mark.parametrize("make", KINDS)
def test_only_the_identity_opens_and_only_in_the_right_place(make: Callable[[], Identity]) -> None:
    identity, stranger = make(), make()
    sealed = identity.recipient.seal(b"for one only", INFO)
    assert identity.open(sealed, INFO) == b"for one only"
    with pytest.raises(Tampered):
        stranger.open(sealed, INFO)
    with pytest.raises(Tampered):
        identity.open(sealed, b"another place")


@pytest.mark.parametrize("make", KINDS)
def test_the_same_text_never_gives_the_same_bytes(make: Callable[[], Identity]) -> None:
    recipient = make().recipient
    assert len({recipient.seal(b"again", INFO) for _ in range(20)}) == 20


@pytest.mark.parametrize("make", KINDS)
def test_the_text_is_not_in_the_sealed_bytes(make: Callable[[], Identity]) -> None:
    assert b"canary" not in make().recipient.seal(b"a canary sat here", INFO)


def test_a_suite_is_refused_by_the_key_of_another() -> None:
    identities = [make() for make in KINDS]
    for one in identities:
        for other in identities:
            if one is not other:
                with pytest.raises(UnknownVersion):
                    one.open(other.recipient.seal(b"x", INFO), INFO)


@pytest.mark.parametrize("make", KINDS)
def test_no_private_key_prints_itself(make: Callable[[], Identity]) -> None:
    identity = make()
    for shown in (repr(identity), str(identity), f"{identity}"):
        assert identity.raw.hex() not in shown
        assert repr(identity.raw) not in shown


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"\x01\x01", b"\x01\x02", b"\x01\x03", b"\x01\x04"]))
def test_any_bytes_are_refused_with_one_kind_of_error(noise: bytes, header: bytes) -> None:
    for make in KINDS:
        with pytest.raises(SealError):
            make().open(header + noise, INFO)
    with pytest.raises(SealError):
        unwrap(bytes(32), INFO, header + noise)


def test_a_wrap_opens_with_its_key_and_place_only() -> None:
    sealed = wrap(b"k" * 32, INFO, b"kept")
    assert unwrap(b"k" * 32, INFO, sealed) == b"kept"
    with pytest.raises(WrongKey):
        unwrap(b"j" * 32, INFO, sealed)
    with pytest.raises(Tampered):
        unwrap(b"k" * 32, b"elsewhere", sealed)
