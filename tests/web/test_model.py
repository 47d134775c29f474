"""Who writes the notes, as a page: nothing leaves this computer without a yes that names where to."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import insert

from afterword.capture import chosen
from afterword.capture.choice import Choice
from afterword.capture.receipt import Sent
from afterword.seal.context import place
from afterword.store.database import hour
from afterword.store.tables import objects
from tests.people import Home, Person, a_record

HERE, THERE = "http://127.0.0.1:8080", "https://models.example/v1"


def use(address: str, **more: str) -> dict[str, str]:
    return {"action": "use", "address": address, "model": "", "key": ""} | more


def test_it_begins_with_the_built_in_engine_and_has_a_link_in_the_settings(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    assert "The engine that comes with Afterword" in visitor.get("/model").text
    assert 'href="/model"' in visitor.get("/settings").text


def test_an_address_on_this_computer_is_used_at_once(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    assert visitor.press("/model", **use(HERE, model="some-model")).status_code == 303
    kept = chosen.load(home.engine, owner.owner)
    assert kept is not None
    assert (kept.address, kept.model, kept.agreed_on) == (HERE, "some-model", None)
    assert "on this computer. Nothing leaves it" in visitor.get("/model").text


def test_elsewhere_needs_a_yes_that_names_where_to(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    asked = visitor.press("/model", **use(THERE))
    assert asked.status_code == 422
    assert "would be sent to <strong>models.example</strong>" in asked.text
    assert "your therapist" in asked.text
    assert chosen.load(home.engine, owner.owner) is None
    # A yes for another place is none for this.
    assert visitor.press("/model", **use(THERE, agree="other.example")).status_code == 422
    assert chosen.load(home.engine, owner.owner) is None
    assert visitor.press("/model", **use(THERE, agree="models.example")).status_code == 303
    kept = chosen.load(home.engine, owner.owner)
    assert kept is not None
    assert (kept.address, kept.agreed_on) == (THERE, date.today().isoformat())


@pytest.mark.parametrize(("address", "warned"), [("http://models.example", True), (THERE, False)])
def test_that_the_way_is_open_is_said(home: Home, owner: Person, address: str, warned: bool) -> None:
    asked = home.visitor(owner).press("/model", **use(address))
    assert ("not encrypted" in asked.text) is warned


def test_it_is_taken_back_with_one_press(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    visitor.press("/model", **use(THERE, agree="models.example"))
    kept = chosen.load(home.engine, owner.owner)
    assert kept is not None
    assert visitor.press("/model", action="off").status_code == 303
    assert not chosen.stands(home.engine, owner.owner.person, kept)
    assert "The engine that comes with Afterword" in visitor.get("/model").text


def test_a_key_is_never_shown_again_and_goes_nowhere_else(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    visitor.press("/model", **use(HERE, key="a very secret key"))
    shown = visitor.get("/model").text
    assert "a very secret key" not in shown
    assert "A key is kept" in shown
    visitor.press("/model", **use(HERE, model="another"))
    kept = chosen.load(home.engine, owner.owner)
    assert kept is not None
    assert (kept.model, kept.key) == ("another", "a very secret key")
    visitor.press("/model", **use("http://127.0.0.1:9090"))
    kept = chosen.load(home.engine, owner.owner)
    assert kept is not None
    assert kept.key is None


def test_what_is_no_address_is_explained_beside_its_field(home: Home, owner: Person) -> None:
    answer = home.visitor(owner).press("/model", **use("http://u:p@127.0.0.1"))
    assert answer.status_code == 422
    assert re.search(r'role="alert" id="address-error">Please leave passwords', answer.text)


def test_a_file_is_shown_and_can_be_left(home: Home, owner: Person) -> None:
    chosen.keep(home.engine, owner.owner, Choice(bytes(16), file="/models/small.gguf", model="Small"))
    shown = home.visitor(owner).get("/model").text
    assert "Small, a language model in a file on this computer" in shown
    assert "/models/small.gguf" not in shown


def _sent(home: Home, owner: Person, session: bytes, sent: Sent) -> None:
    info = place(owner.owner.person, "sent", session, 0)
    row = {"id": secrets.token_bytes(16), "person": owner.owner.person, "kind": "sent", "about": session, "rev": 0}
    sealed = owner.owner.identity.recipient.seal(sent.to_bytes(), info)
    with home.engine.begin() as db:
        db.execute(insert(objects).values(row | {"sealed": sealed, "hour": hour()}))


def test_the_receipt_says_who_wrote_and_where_text_went(home: Home, owner: Person) -> None:
    made = replace(a_record(), engine="language model: small")
    session = home.shelve(owner, made)
    _sent(home, owner, session, Sent("models.example", False, "2026-11-01", 1_795_200_000))
    shown = home.visitor(owner).get(f"/sessions/{session.hex()}/receipt").text
    assert "your language model: small" in shown
    assert re.search(r"sent to models\.example from .* on, without encryption; you agreed to that on", shown)


def test_the_receipt_says_that_nothing_left(home: Home, owner: Person) -> None:
    session = home.shelve(owner, a_record())
    shown = home.visitor(owner).get(f"/sessions/{session.hex()}/receipt").text
    assert re.search(r"Text that left this computer</dt><dd>none", shown)
    assert "the built-in engine" in shown


def test_a_record_says_why_a_model_has_not_written_it(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    fallen = home.shelve(owner, replace(a_record(), engine="built-in", fell_back="slow"))
    assert "took too long, so these notes are by the built-in engine" in visitor.get(f"/sessions/{fallen.hex()}").text
    partly = home.shelve(
        owner, replace(a_record(), engine="language model: small", fell_back="unreachable", covered=0.8)
    )
    shown = visitor.get(f"/sessions/{partly.hex()}").text
    assert "Made by your language model: small" in shown
    assert "could not be reached before it had read everything" in shown
    whole = home.shelve(owner, a_record())
    assert "Your language model" not in visitor.get(f"/sessions/{whole.hex()}").text
