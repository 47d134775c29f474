"""The page of notes: write, find, change, flag, delete; and a note by voice among them."""

from __future__ import annotations

import json
import re
import secrets
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from afterword.capture.wraps import Wraps
from afterword.notebook import notes
from afterword.notebook.past import is_session, pasts, pasts_and_readings
from afterword.record import Line, Record, Safety, Source
from afterword.store.database import hour
from afterword.store.tables import objects
from afterword.web.pages.notes import PAGE, quick_form, tag_id
from afterword.web.templating import make_templates
from tests.consent.yes import say_yes
from tests.people import Home, Person, Visitor, a_record
from tests.web.test_captures import begin, nothing_was_made, wish

NOW = datetime(2026, 11, 27, 21, 30, tzinfo=UTC)
SAID = 'You said: "I was not there at dinner."'
SPOKEN = Record(overview=(Line("You talked about Tom."), Line(SAID, source=Source(4, "client"))), heard=61.0)


@pytest.fixture
def visitor(home: Home, owner: Person) -> Visitor:
    return home.visitor(owner)


def the_note(home: Home, owner: Person) -> tuple[str, notes.Note]:
    ((name, note),) = notes.load(home.engine, owner.owner).items()
    return name, note


def fill(home: Home, owner: Person, count: int) -> None:
    """Many at once, as years of writing leave them."""
    rows: list[dict[str, Any]] = []
    for n in range(count):
        about, note = secrets.token_bytes(16), notes.written("note", NOW + timedelta(minutes=n), f"thought {n}.")
        sealed = owner.owner.seal_own("note", about, 0, json.dumps(notes.to_json(note)).encode())
        row = {"id": secrets.token_bytes(16), "person": owner.owner.person, "kind": "note", "about": about}
        rows.append(row | {"rev": 0, "sealed": sealed, "hour": hour()})
    with home.engine.begin() as db:
        db.execute(insert(objects), rows)


def test_an_empty_page_helps_and_asks_for_nothing(visitor: Visitor) -> None:
    page = visitor.get("/notes").text
    assert "Half a sentence is enough" in page
    assert 'href="/record/note"' in page
    assert "By tag" not in page


def test_a_note_is_kept_with_its_tags_and_stands_on_the_page(home: Home, owner: Person, visitor: Visitor) -> None:
    answer = visitor.press("/notes", text="Dreamt of <b>the</b> train.\nAgain.", tags="Dreams, sleep", plan="on")
    assert (answer.status_code, answer.headers["location"]) == (303, "/notes")
    page = visitor.get("/notes").text
    assert "Dreamt of &lt;b&gt;the&lt;/b&gt; train.\nAgain." in page
    assert "to bring up" in page
    _, note = the_note(home, owner)
    assert (note.wall, note.tags) == ("plan", ("dreams", "sleep"))
    box = tag_id(owner.owner, "sleep")
    visitor.press("/notes", text="And slept.", **{f"tag_{box}": "sleep"})
    assert sorted(n.tags for n in notes.load(home.engine, owner.owner).values()) == [("dreams", "sleep"), ("sleep",)]


@pytest.mark.parametrize(
    ("given", "back"), [("today", "/today"), ("notes", "/notes"), ("//evil.example", "/notes"), ("", "/notes")]
)
def test_it_leads_back_where_it_came_from_and_nowhere_else(visitor: Visitor, given: str, back: str) -> None:
    assert visitor.press("/notes", **{"text": "x", "from": given}).headers["location"] == back


@pytest.mark.parametrize("fields", [{"text": "  \n"}, {"text": "x" * 20_001}, {"text": "x", "tags": "y" * 41}])
def test_what_cannot_be_kept_is_refused_with_a_sentence(home: Home, visitor: Visitor, fields: dict[str, str]) -> None:
    answer = visitor.press("/notes", **fields)
    assert answer.status_code == 422
    assert len(fields["text"]) < 100 or fields["text"][:100] not in answer.text


def test_one_thing_of_a_note_is_changed_at_a_time_and_can_be_undone(
    home: Home, owner: Person, visitor: Visitor
) -> None:
    visitor.press("/notes", text="first words", tags="work")
    name, _ = the_note(home, owner)
    page = f"/notes/{name}"
    visitor.press(page, action="save", text="other words")
    assert the_note(home, owner)[1].tags == (), "a tag that is unticked is taken away"
    shown = visitor.get(page).text
    assert "edited" in shown
    assert "first words" in shown
    visitor.press(page, action="put_back", place="0")
    assert the_note(home, owner)[1].text == "first words"
    visitor.press(page, action="plan")
    visitor.press(page, action="raised", on="2026-11-20")
    assert "You raised it on Friday 20 November 2026" in visitor.get(page).text
    visitor.press(page, action="not_raised")
    assert visitor.press(page, action="note", **{"from": "notes"}).headers["location"] == "/notes"
    assert (the_note(home, owner)[1].wall, the_note(home, owner)[1].raised) == ("note", "")
    assert visitor.press(page, action="save", text=" ").status_code == 422
    assert visitor.press(page, action="raised", on="tomorrow").status_code == 422
    assert visitor.press(page, action="anything").status_code == 404
    assert visitor.press(page, action="put_back", place="9").status_code == 404
    assert "first words" in visitor.get(f"{page}/delete").text
    visitor.press(f"{page}/delete")
    assert visitor.get(page).status_code == 404


def test_two_thousand_notes_are_listed_fast_fifty_at_a_time_and_none_is_left_out(
    home: Home, owner: Person, visitor: Visitor
) -> None:
    fill(home, owner, 2000)
    visitor.get("/notes")
    began = time.perf_counter()
    page = visitor.get("/notes").text
    took = time.perf_counter() - began
    print(f"2000 notes: the page of notes in {took * 1000:.0f} ms")
    assert took < 2, "a shared machine is slow, but not so slow"
    seen: list[str] = []
    while True:
        shown = re.findall(r"thought (\d+)\.", page)
        assert len(shown) == PAGE
        seen += shown
        if not (found := re.search(r'href="(/notes/older/[0-9a-f]{32})"', page)) or len(seen) >= 4 * PAGE:
            break
        page = visitor.get(found[1]).text
    assert seen == [str(n) for n in range(1999, 1999 - 4 * PAGE, -1)]


def test_a_tag_is_found_by_an_address_that_does_not_tell_it(home: Home, owner: Person, visitor: Visitor) -> None:
    visitor.press("/notes", text="about the exam", tags="marzipan")
    visitor.press("/notes", text="about the bus", tags="bus")
    page = visitor.get("/notes").text
    addresses = re.findall(r'href="([^"]+)"', page)
    assert not any("marzipan" in address for address in addresses)
    found = visitor.get(f"/notes/tagged/{tag_id(owner.owner, 'marzipan')}").text
    assert "about the exam" in found
    assert "about the bus" not in found
    assert "<title>Afterword</title>" in found


def test_the_key_of_a_draft_is_its_owners_and_goes_with_the_note(
    home: Home, owner: Person, stranger: Person, visitor: Visitor
) -> None:
    opened = visitor.call("POST", "/notes/draft", json={}).json()
    draft = {"draft": opened["capture"]}
    assert visitor.call("POST", "/notes/draft", json=draft).json() == opened
    assert home.visitor(stranger).call("POST", "/notes/draft", json=draft).json() == {"gone": True}
    assert home.visitor(stranger).call("POST", "/notes/draft/drop", json=draft).status_code == 404
    for _ in range(2):  # the answer was lost, and the form is sent again
        assert visitor.press("/notes", text="typed", **draft).status_code == 303
    assert the_note(home, owner)[0] == opened["capture"]
    assert visitor.call("POST", "/notes/draft", json=draft).json() == {"gone": True}
    other = visitor.call("POST", "/notes/draft", json={}).json()["capture"]
    assert visitor.call("POST", "/notes/draft/drop", json={"draft": other}).status_code == 200
    assert visitor.call("POST", "/notes/draft", json={"draft": other}).json() == {"gone": True}
    assert visitor.call("POST", "/notes/draft", json={"draft": "../x"}).status_code == 200


def test_a_note_by_voice_stands_among_the_notes_and_among_no_sessions(
    home: Home, owner: Person, visitor: Visitor
) -> None:
    spoken = home.shelve(owner, SPOKEN, form="spoken", live=1)
    session = home.shelve(owner, a_record())
    page, name = visitor.get("/notes").text, spoken.hex()
    assert "by voice" in page
    assert "I was not there at dinner." in page
    assert session.hex() not in page
    today = visitor.get("/today").text
    assert name not in today
    assert session.hex() in today
    assert [past.id for past in pasts(home.engine, owner.owner)] == [session.hex()]
    (told,) = (one for one in pasts_and_readings(home.engine, owner.owner)[0] if not is_session(one))
    assert (told.id, is_session(told)) == (name, False)
    assert visitor.get(f"/sessions/{name}/settle").status_code == 303


def test_a_note_by_voice_is_read_corrected_flagged_and_deleted(home: Home, owner: Person, visitor: Visitor) -> None:
    spoken = home.shelve(owner, SPOKEN, form="spoken", live=1).hex()
    page = visitor.get(f"/sessions/{spoken}").text
    assert "It counts as what you wrote." in page
    assert "Settle" not in page
    assert "Session Summary" not in page
    visitor.press(f"/sessions/{spoken}/lines", section="overview", place="1", action="save", text='I said: "I left."')
    assert "I left." in visitor.get("/notes").text
    where = visitor.press(f"/notes/voice/{spoken}/plan").headers["location"]
    assert visitor.press(f"/notes/voice/{spoken}/plan").headers["location"] == where
    name, plan = the_note(home, owner)
    assert (where, plan.wall, plan.text, plan.cites) == (f"/notes/{name}", "plan", "I left.", spoken)
    assert f'href="/sessions/{spoken}"' in visitor.get(where).text
    assert f'href="{where}"' in visitor.get(f"/sessions/{spoken}").text
    assert "It stays until you delete it too." in visitor.get(f"/sessions/{spoken}/delete").text
    assert visitor.press(f"/sessions/{spoken}/delete").headers["location"] == "/notes"
    assert visitor.get(f"/sessions/{spoken}").status_code == 404
    assert f'href="/sessions/{spoken}"' not in visitor.get(where).text
    session = home.shelve(owner, a_record()).hex()
    assert visitor.press(f"/notes/voice/{session}/plan").status_code == 404


def test_what_is_serious_in_a_note_by_voice_is_said_and_leads_to_whom_one_can_call(
    home: Home, owner: Person, visitor: Visitor
) -> None:
    spoken = home.shelve(owner, replace(SPOKEN, safety=Safety("suicide")), form="spoken").hex()
    assert "Whom you can call" in visitor.get("/notes").text
    assert 'class="care"' in visitor.get(f"/sessions/{spoken}").text


@pytest.mark.parametrize(
    ("failure", "says"), [("no_speech", "say it once more"), ("two_voices", "by you alone"), ("failed", "or write it")]
)
def test_a_note_by_voice_that_could_not_be_made_says_why(
    home: Home, owner: Person, visitor: Visitor, failure: str, says: str
) -> None:
    spoken = home.shelve(owner, None, form="spoken", failure=failure).hex()
    assert "Nothing kept" in visitor.get("/notes").text
    page = visitor.get(f"/sessions/{spoken}").text
    assert says in page
    assert 'href="/record/note"' in page


def test_a_note_by_voice_needs_nobodys_yes_and_is_of_one_voice_whatever_is_agreed(
    home: Home, owner: Person, visitor: Visitor
) -> None:
    say_yes(home.settings, home.engine, owner.owner)
    refused = visitor.call("POST", "/captures", json=wish(form="spoken", live=True, voices="both"))
    assert (refused.status_code, refused.json()["error"]) == (422, "own_voice")
    assert nothing_was_made(home)
    opened = begin(home, visitor, form="spoken", live=True)
    manifest = Wraps(home.settings.keys, bytes.fromhex(opened["capture"])).open_a(owner.owner)
    assert (manifest.form, manifest.consent.voices, manifest.may_be_read) == ("spoken", "mine", True)
    both = replace(manifest.consent, voices="both", agreed_on="2026-11-01")
    assert not replace(manifest, consent=both).may_be_read, "the room does not take anybody's word for it"
    assert replace(manifest, consent=both, form="session").may_be_read
    assert opened["session"] in visitor.get("/notes").text


def test_the_key_of_a_change_goes_with_the_change_and_with_the_note(
    home: Home, owner: Person, stranger: Person, visitor: Visitor
) -> None:
    visitor.press("/notes", text="as it was")
    name, _ = the_note(home, owner)
    asked = {"note": name}
    opened = visitor.call("POST", "/notes/draft", json=asked).json()
    assert visitor.call("POST", "/notes/draft", json=asked).json() == opened
    assert home.visitor(stranger).call("POST", "/notes/draft", json=asked).json() == {"gone": True}
    draft = asked | {"draft": opened["capture"]}
    visitor.press(f"/notes/{name}", action="save", text="as it is")
    assert visitor.call("POST", "/notes/draft", json=draft).json() == {"gone": True}
    other = visitor.call("POST", "/notes/draft", json=asked).json()
    assert other["draft"] != opened["draft"]
    visitor.press(f"/notes/{name}/delete")
    assert visitor.call("POST", "/notes/draft", json=draft).json() == {"gone": True}
    assert visitor.call("POST", "/notes/draft", json=asked).json() == {"gone": True}


def test_the_small_box_for_today_has_no_tags_and_leads_back_there() -> None:
    box = make_templates().get_template("_jot.html").render(jot=quick_form(), form_token="x")
    assert '<input type="hidden" name="from" value="today">' in box
    assert 'href="/record/note"' in box
    assert 'name="tags"' not in box
    assert "style=" not in box
