"""The ways without a recording: the pages, what a text may begin with, and what is said of it everywhere after."""

from __future__ import annotations

import base64
from datetime import date
from typing import Any

import pytest

from afterword.capture.forms import MOST_TEXT, WITHOUT_VOICES, WRITTEN
from afterword.capture.wraps import Wraps
from afterword.consent import kept
from afterword.notebook.shelf import Shelf
from afterword.record import Record
from afterword.seal.wrap import derive
from afterword.store.tables import objects
from tests.people import Home, Person, Visitor, a_record
from tests.web.test_captures import begin, end, nothing_was_made, put, seal, wish


@pytest.fixture
def visitor(home: Home, owner: Person) -> Visitor:
    return home.visitor(owner)


def text(**more: Any) -> dict[str, Any]:
    """What write.js sends first."""
    given = {name: value for name, value in wish(**more).items() if name not in ("voices", "size", "therapist")}
    return given | more


def write(home: Home, visitor: Visitor, **more: Any) -> dict[str, Any]:
    with home.opener():
        answer = visitor.call("POST", "/captures", json=text(**more))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_no_is_met_kindly_and_every_way_leads_to_a_page(visitor: Visitor) -> None:
    page = visitor.get("/instead").text
    assert "A no is a fair answer" in page
    ways = [
        part.split('"')[0]
        for part in page.split('<ul class="sessions instead">')[1].split("</ul>")[0].split('href="')[1:]
    ]
    assert len(ways) == 6
    for way in ways:
        answer = visitor.get(way)
        assert answer.status_code == 200, way
        assert "<noscript>" in answer.text, way


@pytest.mark.parametrize("form", WRITTEN)
def test_every_form_has_a_page_that_no_browser_remembers(visitor: Visitor, form: str) -> None:
    answer = visitor.get(f"/instead/write/{form}")
    assert answer.headers["cache-control"] == "no-store"
    fields = [part.split(">")[0] for part in answer.text.split('<form id="write"')[1].split("</form>")[0].split("<")]
    typed = [field for field in fields if field.startswith(("input", "textarea", "select"))]
    typed = [field for field in typed if 'type="radio"' not in field and 'name="therapist"' not in field]
    assert typed
    assert all('autocomplete="off"' in field for field in typed)


@pytest.mark.parametrize("form", ["session", "recap", "closing", "diary", ""])
def test_there_is_no_page_for_what_is_not_written(visitor: Visitor, form: str) -> None:
    assert visitor.get(f"/instead/write/{form}").status_code == 404


@pytest.mark.parametrize("form", WITHOUT_VOICES)
def test_a_text_of_ones_own_begins_without_a_yes(home: Home, owner: Person, visitor: Visitor, form: str) -> None:
    opened = write(home, visitor, form=form)
    manifest = Wraps(home.settings.keys, bytes.fromhex(opened["capture"])).open_a(owner.owner)
    assert (manifest.form, manifest.consent.voices, manifest.may_be_read) == (form, "none", True)
    assert Shelf(home.engine, owner.owner).session(bytes.fromhex(opened["session"])).form == form


@pytest.mark.parametrize("more", [{"voices": "mine"}, {"voices": "both"}, {"live": True}, {"size": 99}])
def test_what_else_is_claimed_of_a_text_changes_nothing(
    home: Home, owner: Person, visitor: Visitor, more: dict[str, Any]
) -> None:
    opened = write(home, visitor, form="note", **more)
    manifest = Wraps(home.settings.keys, bytes.fromhex(opened["capture"])).open_a(owner.owner)
    assert (manifest.consent.voices, home.ledger.row(manifest.capture)["live"]) == ("none", 0)


@pytest.mark.parametrize("form", ["diary", None, 3, ["note"]])
def test_an_unknown_form_is_refused(home: Home, visitor: Visitor, form: object) -> None:
    assert visitor.call("POST", "/captures", json=text(form=form)).status_code == 422
    assert nothing_was_made(home)


def test_a_transcript_of_two_needs_a_yes_and_one_of_my_own_words_does_not(home: Home, visitor: Visitor) -> None:
    assert visitor.call("POST", "/captures", json=text(form="transcript")).status_code == 422
    refused = visitor.call("POST", "/captures", json=text(form="transcript", voices="both"))
    assert refused.status_code == 403
    assert nothing_was_made(home)
    assert write(home, visitor, form="transcript", voices="mine")["draft"]


def test_a_yes_to_the_last_two_minutes_is_noted_on_the_card_and_is_for_these_alone(
    home: Home, owner: Person, visitor: Visitor
) -> None:
    page = visitor.get("/record/together").text
    narrow = page.split('<form id="narrow"')[1].split("</form>")[0].split('<input type="hidden" name="')[1:]
    fields = {part.split('"')[0]: part.split('value="')[1].split('"')[0] for part in narrow}
    del fields["form_token"]
    answer = visitor.press("/consent/answer", therapist="M", **fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/record/together")
    assert 'value="both" data-therapist="M" checked' in visitor.get("/record/together").text
    assert len(kept.load(home.settings, home.engine, owner.owner)) == 2
    live = {"live": True, "voices": "both", "therapist": "M"}
    assert visitor.call("POST", "/captures", json=text(**live)).status_code == 403
    begin(home, visitor, form="closing", **live)


def test_the_key_of_a_draft_comes_from_the_captures_own_and_only_its_owner_has_it(
    home: Home, owner: Person, stranger: Person, visitor: Visitor
) -> None:
    given = text(form="note")
    opened = write(home, visitor, **given)
    key = Wraps(home.settings.keys, bytes.fromhex(opened["capture"])).open_a(owner.owner).key
    assert base64.urlsafe_b64decode(opened["draft"] + "=") == derive(key.raw, "draft")
    assert write(home, visitor, **given) == opened, "the same after the page was loaded again"
    other = write(home, home.visitor(stranger), **given)
    assert (other["capture"] != opened["capture"], other["draft"] != opened["draft"]) == (True, True)
    assert begin(home, visitor)["draft"] == "", "sound has none"
    thrown = {"authorization": f"Capture {opened['token']}"}
    visitor.call("POST", f"/captures/{opened['capture']}/discard", json={}, headers=thrown)
    assert write(home, visitor, **given)["draft"] != opened["draft"], "it is gone with its key"


def test_a_text_that_is_begun_says_how_to_go_on_and_never_speaks_of_a_recording(home: Home, visitor: Visitor) -> None:
    opened = write(home, visitor, form="steps")
    assert "begun: open it to go on" in visitor.get("/today").text
    page = visitor.get(f"/sessions/{opened['session']}").text
    assert 'href="/instead/write/steps"' in page
    assert "recording" not in page.split("<main")[1].split("</main>")[0]
    told = visitor.get(f"/sessions/{opened['session']}/progress").json()
    assert (told["says"], told["count"]) == ("Begun, and not sent yet", "")
    assert put(visitor, opened, 0, seal(opened, 0, b"x" * 4096)).status_code == 200
    assert end(visitor, opened, 1, 4096).json() == {"missing": []}
    assert "will be read" in visitor.get(f"/sessions/{opened['session']}/progress").json()["says"]


def test_control_a_recording_is_still_called_one(home: Home, visitor: Visitor) -> None:
    opened = begin(home, visitor)
    assert "recording" in visitor.get(f"/sessions/{opened['session']}").text.split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize(
    ("form", "by", "of"),
    [("note", "you wrote", "what you wrote"), ("given", "your therapist wrote", "what your therapist wrote"),
     ("together", "you both wrote", "what you both wrote")],
)  # fmt: skip
def test_where_a_line_comes_from_is_said_as_it_was(
    home: Home, owner: Person, visitor: Visitor, form: str, by: str, of: str
) -> None:
    session = shelved(home, owner, form, a_record())
    page = visitor.get(f"/sessions/{session.hex()}/check").text
    assert f"<span>{by}</span>" in page
    assert "minute 12" not in page.split('<section class="about"')[0]
    assert f"made of {of}" in page
    assert "Who said what" not in visitor.get(f"/sessions/{session.hex()}/settle").text
    receipt = visitor.get(f"/sessions/{session.hex()}/receipt").text.split("<main")[1]
    assert "Key and text destroyed" in receipt
    assert "recording" not in receipt.split("</main>")[0]


def shelved(home: Home, owner: Person, form: str, record: Record | None) -> bytes:
    """As `Home.shelve`, of another form."""
    session = home.shelve(owner, record)
    facts = b'{"day": "2026-11-20", "voices": "none", "agreed_on": null, "form": "%s"}' % form.encode()
    mine = (objects.c.about == session) & (objects.c.kind == "session")
    with home.engine.begin() as db:
        sealed = owner.owner.seal_own("session", session, 0, facts)
        db.execute(objects.update().where(mine).values(sealed=sealed))
    return session


def test_a_text_that_cannot_be_read_says_so_and_leads_back(home: Home, owner: Person, visitor: Visitor) -> None:
    session = shelved(home, owner, "given", None)
    page = visitor.get(f"/sessions/{session.hex()}").text
    assert "made of this text" in page
    assert 'href="/instead/write/given"' in page


def test_the_pages_know_how_long_a_text_may_be(visitor: Visitor) -> None:
    assert f'data-most="{MOST_TEXT}"' in visitor.get("/instead/write/note").text
    assert f'value="{date.today().isoformat()}"' in visitor.get("/instead/write/note").text
