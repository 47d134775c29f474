"""Same network, another one, or not known: never a false word."""

from __future__ import annotations

import pytest

from afterword.handoff.networks import Networks


@pytest.mark.parametrize(
    ("laptop", "phone", "same"),
    [
        ("192.168.1.20", "192.168.1.77", True),
        ("192.168.1.20", "192.168.2.20", False),
        ("::ffff:192.168.1.20", "192.168.1.77", True),
        ("2001:db8:1:2::5", "2001:db8:1:2:aaaa::1", True),
        ("2001:db8:1:2::5", "2001:db8:1:3::5", False),
        ("192.168.1.20", "2001:db8:1:2::5", None),  # one device can have both
        ("127.0.0.1", "192.168.1.20", None),  # this machine is in every network that it is in
        ("192.168.1.20", "::1", None),
        ("100.101.1.1", "100.70.9.9", None),  # an overlay network
        ("192.168.1.20", "100.70.9.9", None),
        ("fe80::1", "fe80::2", None),
        ("", "192.168.1.20", None),  # behind a proxy
        ("192.168.1.20", "", None),
        ("testclient", "192.168.1.20", None),
    ],
)
def test_two_addresses(laptop: str, phone: str, same: bool | None) -> None:
    networks = Networks()
    assert networks.same(networks.mark(laptop), phone) is same


def test_after_a_restart_an_older_mark_says_nothing() -> None:
    assert Networks().same(Networks().mark("192.168.1.20"), "192.168.1.20") is None
    assert Networks().same(Networks().mark("192.168.1.20"), "10.0.0.1") is None


def test_a_mark_does_not_show_the_address() -> None:
    mark = Networks().mark("192.168.1.20")
    assert mark is not None
    assert len(mark) == 32
    assert bytes([192, 168, 1]) not in mark
