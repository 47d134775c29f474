"""docs/telehealth.md says what the code does: its table, its times and rates, and every request of a laptop."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

from afterword.facts.call_sound import WHATS, call_sound
from afterword.handoff import codes, pairing, symbols
from afterword.handoff.limits import Limits
from afterword.handoff.proof import message
from afterword.seal.context import context
from afterword.store.handoffs import LIFE_SECONDS
from afterword.web.routes import SITEMAP

PAGE = (Path(__file__).parents[1] / "docs/telehealth.md").read_text()
ONE_LINE = " ".join(PAGE.split())
SHORT = {"newer": "new"}


def shown() -> list[str]:
    """The rows of the table of browsers, as the page has to have them."""
    rows = []
    for system, found in call_sound().by_system().items():
        for row in found:
            name = f"{row.name} (tried: Chromium)" if row.tried else row.name
            cells = ["**tried**" if what in row.tried else SHORT.get(row.can(what), row.can(what)) for what in WHATS]
            rows.append(f"| {' | '.join([system, name, *cells])} |")
    return rows


def test_its_table_is_that_of_the_facts() -> None:
    systems = {row.split(" | ")[0] for row in shown()}
    assert [line for line in PAGE.splitlines() if line.split(" | ")[0] in systems] == shown()


def test_every_source_of_the_facts_is_named() -> None:
    assert "MDN browser-compat-data of 2026-08-07" in ONE_LINE
    assert {"47493", "49717", "181849"} <= set(re.findall(r"\d{5,6}", ONE_LINE))
    assert call_sound().tried_on.split(",")[0] in ONE_LINE


def test_its_times_are_those_of_the_code() -> None:
    assert f"| {pairing.CODE_SECONDS} s, one scan |" in PAGE
    assert f"| {pairing.NUMBER_SECONDS // 60} min, three tries |" in PAGE
    assert pairing.TRIES == 3
    assert f"| {pairing.START_SECONDS // 60} min |" in PAGE
    assert f"L's right ends {LIFE_SECONDS // 3600} h after" in PAGE


def test_its_rates_are_those_of_the_code() -> None:
    limits = Limits()
    assert (limits.create.most, limits.create.within, limits.create_anywhere.most) == (10, 60, 60)
    assert "10 a minute and 3 shown at a time for one address" in ONE_LINE
    assert len(limits.made("192.0.2.1", b"0")) == 0
    assert (limits.poll.most, limits.poll.within) == (1, 1.5)
    wrong = limits.wrong_codes
    assert (wrong.most, wrong.within, wrong.pause) == (5, 600, 900)
    assert "5 in 10 minutes for a notebook, then 15 minutes of waiting" in ONE_LINE
    assert (limits.approvals.most, limits.approvals.within) == (10, 3600)


def test_every_request_that_a_proof_is_good_for_is_named_and_no_other() -> None:
    said = PAGE.split("A proof is good for")[1].split("### Pairing")[0]
    for method, path, _, who in SITEMAP:
        last = path.rsplit("/", 1)[-1]
        if who in ("handoff", "device"):
            assert last in said or path in said, (method, path)
    assert sum(who in ("handoff", "device") for *_, who in SITEMAP) == 9
    assert "good for nine requests" in ONE_LINE
    refused = {path.rsplit("/", 1)[-1] for _, path, _, who in SITEMAP if who == "capture"}
    assert {"forget", "discard"} <= refused


def test_what_is_signed_and_what_the_symbols_come_from_is_as_it_says() -> None:
    body = b'{"opening": "00"}'
    wanted = context("proof", b"i" * 16, b"POST", b"/handoff/x/reveal", (7).to_bytes(8, "big"), sha256(body).digest())
    assert message(b"i" * 16, "POST", "/handoff/x/reveal", 7, body) == wanted
    assert f"`{codes.LETTERS}`" in PAGE
    assert len(symbols.table()) == 64


@pytest.mark.parametrize("name", ["README.md", "docs/architecture.md", "docs/consent.md", "docs/live-capture.md"])
def test_it_can_be_found(name: str) -> None:
    assert "telehealth.md" in (Path(__file__).parents[1] / name).read_text()
