"""Reading a session, correcting it, its receipt, deleting it."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, datetime
from html import escape
from typing import Any

import pytest
from sqlalchemy import func, select

from afterword.notebook.shelf import Shelf
from afterword.record import (
    SECTIONS,
    Label,
    Line,
    Moment,
    NextAppointment,
    NextStep,
    Passage,
    Record,
    Safety,
    Source,
)
from afterword.store.database import now
from afterword.store.tables import captures, objects, sessions
from afterword.web.templating import clock, day, origin, size, when
from afterword.work.sweep import LONGEST_SECONDS, sweep
from tests.people import Home, Person, Visitor, a_record

ATTACKS = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' autofocus onfocus=alert(1) '",
    "</textarea><svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7 * 1234567 }}{% raw %}",
    "](http://evil.example) ![x](http://evil.example/a.png)",
    "\u202ereversed\u0000\ufeff",
)  # fmt: skip


@pytest.fixture
def session(home: Home, owner: Person) -> str:
    return home.shelve(owner, a_record()).hex()


@pytest.fixture
def visitor(home: Home, owner: Person) -> Visitor:
    return home.visitor(owner)


def change(visitor: Visitor, session: str, action: str, section: str, place: int, **more: str) -> int:
    fields = {"section": section, "place": str(place), "action": action} | more
    return visitor.press(f"/sessions/{session}/lines", **fields).status_code


def test_a_session_shows_every_part_with_whose_it_is_and_where_it_comes_from(visitor: Visitor, session: str) -> None:
    page = visitor.get(f"/sessions/{session}/check").text
    for heading in ("Themes", "Insights", "Feelings", "Next steps", "Questions for next time", "Moments", "Full Recap"):
        assert f">{heading}<" in page
    for words in (
        "Friday 20 November 2026", "minute 12, you said", "minute 13, your therapist said",
        "minute 2, put together from three places", ">You<", ">Your therapist<", "mentioned, please check", ">agreed<",
        "this week", "These notes cover 0:00 to 50:12; 14 s missing at 31:40", "the built-in engine",
    ):  # fmt: skip
        assert words in page, words
    assert page.index('<details class="recap" open>') < page.index("You came in tired")
    assert "<title>Afterword</title>" in page


@pytest.mark.parametrize("section", SECTIONS)
def test_every_line_of_every_section_can_be_changed_deleted_and_brought_back(
    visitor: Visitor, session: str, section: str
) -> None:
    before = visitor.get(f"/sessions/{session}").text
    item = getattr(a_record(), section)[0]
    words = escape(getattr(item, "text", None) or item.label, quote=False)
    assert words in before
    assert change(visitor, session, "save", section, 0, text="  Words \n of my own. ") == 303
    page = visitor.get(f"/sessions/{session}").text
    assert "Words of my own." in page
    assert "changed by you" in page
    assert words not in page
    page = visitor.get(f"/sessions/{session}/check").text
    assert "Words of my own." in page
    assert words not in page
    assert change(visitor, session, "delete", section, 0) == 303
    page = visitor.get(f"/sessions/{session}/check").text
    assert "Words of my own." not in page
    assert words not in page
    assert page.count("A line you deleted.") == 1
    page = visitor.get(f"/sessions/{session}").text
    assert words not in page
    assert "A line you deleted." not in page
    assert change(visitor, session, "undo", section, 0) == 303
    assert words in visitor.get(f"/sessions/{session}").text


@pytest.mark.parametrize(
    ("action", "section", "place", "text", "status"),
    [("save", "overview", 99, "x", 404), ("save", "secrets", 0, "x", 404), ("burn", "overview", 0, "x", 404),
     ("save", "overview", -1, "x", 404), ("undo", "overview", 99, "", 404), ("save", "overview", 0, "  ", 422)],
)  # fmt: skip
def test_a_line_that_is_not_there_cannot_be_changed(
    visitor: Visitor, session: str, action: str, section: str, place: int, text: str, status: int
) -> None:
    assert change(visitor, session, action, section, place, text=text) == status


def test_a_name_is_corrected_once_and_everywhere_also_in_lines_of_ones_own(visitor: Visitor, session: str) -> None:
    change(visitor, session, "save", "insights", 0, text="Mya matters. Myanmar does not.")
    assert visitor.press(f"/sessions/{session}/names", heard="Mya", right="Maya").status_code == 303
    page = visitor.get(f"/sessions/{session}").text
    assert "Maya was quiet" in page
    assert "Maya had expected you" in page
    assert "Maya matters. Myanmar does not." in page
    assert "Mya was" not in page
    assert "Maya, not Mya" in page
    assert visitor.press(f"/sessions/{session}/names", heard="Mya", action="undo").status_code == 303
    assert "Mya was quiet" in visitor.get(f"/sessions/{session}").text


def test_a_name_that_stands_nowhere_is_said_so(visitor: Visitor, session: str) -> None:
    answer = visitor.press(f"/sessions/{session}/names", heard="Nobody", right="Somebody")
    assert answer.status_code == 422
    assert "does not stand in this session" in answer.text
    assert f'href="/sessions/{session}/check">Back to the session' in answer.text
    assert visitor.press(f"/sessions/{session}/names", heard="", right="Maya").status_code == 422
    assert visitor.press(f"/sessions/{session}/names", heard="Nobody", action="undo").status_code == 404


def test_two_corrections_at_once_both_stay(home: Home, owner: Person, session: str) -> None:
    shelf, found = Shelf(home.engine, owner.owner), bytes.fromhex(session)
    threads = [
        threading.Thread(target=shelf.correct_line, args=(found, "overview", place, f"line {place}"))
        for place in (0, 1, 2) * 3
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shelf.corrections(found).lines == {f"overview.{n}": f"line {n}" for n in range(3)}


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_becomes_a_command_of_the_page(home: Home, owner: Person, visitor: Visitor, attack: str) -> None:
    said = Source(1.0, "client")
    record = Record(
        overview=(Line(attack, source=said),), themes=(Label(attack),), insights=(Line(attack),),
        feelings=(Label(attack),), next_steps=(NextStep(attack, "you", attack, "mentioned", attack),),
        questions=(Line(attack),), moments=(Moment(attack, attack),), recap=(Passage(attack, attack),),
        next_appointment=NextAppointment(attack, attack), engine=attack,
    )  # fmt: skip
    session = home.shelve(owner, record, day=attack).hex()
    change(visitor, session, "save", "insights", 0, text=attack)
    visitor.press(f"/sessions/{session}/names", heard="alert", right=attack)
    for path in ("", "/check", "/receipt", "/delete", "/wait"):
        page = visitor.get(f"/sessions/{session}{path}").text
        for raw in ("<script>alert", "<img", "<svg onload", "8641969", "onfocus=alert(1) '\"", 'href="javascript'):
            assert raw not in page.replace('<img src="/static/mark.svg" alt=""', ""), (path, raw)
    question = home.shelve(owner, None, state="asking", destroyed=None)
    home.ask_who(owner, question, [attack, attack])
    assert "<script>alert" not in visitor.get(f"/sessions/{question.hex()}").text
    refused = visitor.press(f"/sessions/{session}/names", heard=attack + "?", right="x")
    assert "<script>alert" not in refused.text


def test_control_an_unescaped_template_is_caught(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    session = home.shelve(owner, Record(overview=(Line(ATTACKS[0]),))).hex()
    assert "<script>alert" not in visitor.get(f"/sessions/{session}").text
    visitor.app.app.router.routes[0]  # the pages behind the guard
    from afterword.web.templating import make_templates

    loose = make_templates()
    loose.autoescape = False
    values = {"unlocked": False, "form_token": "", "idle_seconds": 0, "next_href": "/", "next_label": ATTACKS[0]}
    assert "<script>alert" in loose.get_template("problem.html").render(says="", **values)


def test_something_serious_is_said_calmly_and_on_top(home: Home, owner: Person, visitor: Visitor) -> None:
    record = replace(a_record(), safety=Safety("suicide", source=Source(725.0, "client")))
    page = visitor.get(f"/sessions/{home.shelve(owner, record).hex()}").text
    assert page.index("Something serious came up") < page.index("Session Summary")
    assert "please call your local emergency number, or somebody you trust." in page
    assert "Something serious" not in visitor.get(f"/sessions/{home.shelve(owner, a_record()).hex()}").text


def test_an_almost_empty_record_still_makes_a_page(home: Home, owner: Person, visitor: Visitor) -> None:
    answer = visitor.get(f"/sessions/{home.shelve(owner, Record(overview=(Line('Little.'),))).hex()}")
    assert answer.status_code == 200
    assert "Moments" not in answer.text


def test_the_receipt_says_what_existed_and_when_it_was_destroyed(visitor: Visitor, session: str) -> None:
    page = visitor.get(f"/sessions/{session}/receipt").text
    for words in (
        "2.9 MB, in 3 locked parts",
        "4:11; 14 s missing at 31:40",
        "the key, the locked recording",
        "The key was overwritten and deleted, then the recording was deleted.",
        "Your own copy of the file stays where it is.",
    ):
        assert words in page
    assert "saying yes" not in page


def test_there_is_no_receipt_before_the_key_is_destroyed(home: Home, owner: Person, visitor: Visitor) -> None:
    session = home.shelve(owner, None, state="working", destroyed=None).hex()
    assert visitor.get(f"/sessions/{session}/receipt").status_code == 404


def test_deleting_a_session_leaves_nothing_of_it(home: Home, owner: Person, visitor: Visitor, session: str) -> None:
    change(visitor, session, "save", "overview", 0, text="Mine.")
    kept = home.shelve(owner, a_record(), "2026-10-01")
    assert "cannot be brought back" in visitor.get(f"/sessions/{session}/delete").text
    assert visitor.press(f"/sessions/{session}/delete").headers["location"] == "/today"
    assert visitor.get(f"/sessions/{session}").status_code == 404
    with home.engine.connect() as db:
        for table, column in ((objects, objects.c.about), (captures, captures.c.session), (sessions, sessions.c.id)):
            found = select(func.count()).select_from(table).where(column == bytes.fromhex(session))
            assert db.execute(found).scalar() == 0
            assert db.execute(select(func.count()).select_from(table).where(column == kept)).scalar()


def test_deleting_what_is_still_worked_on_destroys_it_first(home: Home, owner: Person, visitor: Visitor) -> None:
    session = home.shelve(owner, None, state="ended", destroyed=None)
    assert visitor.press(f"/sessions/{session.hex()}/delete").headers["location"] == "/today"
    sealed = home.shelve(owner, a_record(), state="sealed", destroyed=None)
    assert visitor.press(f"/sessions/{sealed.hex()}/delete").status_code == 409


def test_discarding_leaves_a_receipt_and_says_so(home: Home, owner: Person, visitor: Visitor) -> None:
    session = home.shelve(owner, None, state="ended", destroyed=None).hex()
    assert visitor.press(f"/sessions/{session}/discard").status_code == 303
    assert "You discarded this recording" in visitor.get(f"/sessions/{session}").text
    assert visitor.get(f"/sessions/{session}/receipt").status_code == 200


def test_the_list_is_newest_first_and_an_empty_one_welcomes(home: Home, owner: Person, visitor: Visitor) -> None:
    assert "Welcome" in visitor.get("/today").text
    for on in ("2026-11-06", "2026-11-20", "2025-12-31"):
        home.shelve(owner, a_record(), on)
    home.shelve(owner, None, "2026-11-24", state="open", destroyed=None)
    page = visitor.get("/today").text
    places = [page.index(d) for d in ("24 November", "20 November 2026", "6 November 2026", "31 December 2025")]
    assert places == sorted(places)
    assert "not fully received: choose the same file again to go on" in page


def test_whoever_waits_is_told_by_when_the_recording_is_destroyed(home: Home, owner: Person, visitor: Visitor) -> None:
    opened = int(datetime(2026, 11, 20, 12).timestamp())
    session = home.shelve(owner, None, "2026-11-19", state="waiting", destroyed=None, opened=opened).hex()
    done = home.shelve(owner, a_record(), "2026-11-18").hex()
    assert "Friday 27 November 2026" in visitor.get("/today").text
    assert "Friday 27 November 2026" in visitor.get(f"/sessions/{session}").text
    assert "destroyed by" not in visitor.get(f"/sessions/{done}").text


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"state": "open", "size": 3 << 20}, "0 of 3 parts"),
        ({"state": "working", "stage": "listening", "heard": 750.0, "total": 3000.0}, "12:30 of 50:00"),
        ({"state": "working", "stage": "listening", "heard": 750.0}, "12:30 so far"),
        ({"state": "working", "stage": "understanding"}, "Putting your notes together"),
        ({"state": "sealed"}, "The recording is being destroyed"),
        ({"state": "waiting"}, "This computer was restarted"),
    ],
)
def test_progress_is_honest(home: Home, owner: Person, visitor: Visitor, columns: dict[str, Any], words: str) -> None:
    session = home.shelve(owner, None, destroyed=None, **columns).hex()
    page = visitor.get(f"/sessions/{session}").text
    told = visitor.get(f"/sessions/{session}/progress").json()
    assert words in page
    assert words in f"{told['says']} {told['count']}"
    assert f'content="5; url=/sessions/{session}/wait"' in page


def test_the_question_who_is_who_is_answered_with_one_press(home: Home, owner: Person, visitor: Visitor) -> None:
    session = home.shelve(owner, None, state="asking", destroyed=None)
    home.ask_who(owner, session, ["I said yes.", "What happened?"])
    page = visitor.get(f"/sessions/{session.hex()}").text
    assert "<q>I said yes.</q>" in page
    assert "http-equiv" not in page
    assert visitor.press(f"/sessions/{session.hex()}/speakers", value="nonsense").status_code == 422
    assert visitor.press(f"/sessions/{session.hex()}/speakers", value="second").status_code == 303
    with home.engine.connect() as db:
        row = db.execute(select(captures).where(captures.c.session == session)).mappings().one()
    assert (row["state"], row["speakers"]) == ("ended", "swap")


def test_words_for_values() -> None:
    assert clock(3725) == "1:02:05"
    assert day("nonsense") == "nonsense"
    assert when("2026-12-03T16:00:00") == "Thursday 3 December 2026 at 16:00"
    assert when("2026-12-03") == "Thursday 3 December 2026"
    assert size(950) == "950 bytes"
    assert size(12_345) == "12 kB"
    assert origin(Source(60.0, "unclear")) == "minute 1, it is unclear who said it"
    assert origin(Source(60.0, "client", 12)) == "minute 1, put together from 12 places"
    assert origin(Source(59.0, "client")) == "in the first minute, you said"
    assert origin(Source(0.0, "client"), "transcript") == "you said", "it has no times"
    assert origin(Source(60.0, "client"), "transcript") == "minute 1, you said"
    assert origin(None) == ""


def test_where_a_script_is_needed_its_absence_is_explained(home: Home, owner: Person, visitor: Visitor) -> None:
    page = visitor.get("/sessions/new").text
    assert "<noscript>" in page
    assert "Locking a recording needs JavaScript" in page
    assert 'id="send" disabled' in page


def test_where_only_one_voice_was_found_the_question_does_not_speak_of_two(
    home: Home, owner: Person, visitor: Visitor
) -> None:
    session = home.shelve(owner, None, state="asking", destroyed=None)
    home.ask_who(owner, session, ["I said yes.", ""])
    page = visitor.get(f"/sessions/{session.hex()}").text
    assert "Who said this?" in page
    assert "I said yes." in page
    assert "Two voices" not in page


def test_reading_comes_first_and_checking_is_one_link_away(visitor: Visitor, session: str) -> None:
    page = visitor.get(f"/sessions/{session}").text
    order = ("Next steps", "Insights", "Questions for next time", "Themes", "Feelings", "Moments", "Full Recap")
    places = [page.index(f">{heading}</h") for heading in order]
    assert places == sorted(places)
    assert page.count(f'href="/sessions/{session}/check"') == 1
    assert "mentioned, please check" in page
    assert "minute 12, you said" not in page
    assert "<textarea" not in page
    saved = {"section": "overview", "place": "0", "action": "save", "text": "Mine."}
    assert visitor.press(f"/sessions/{session}/lines", **saved).headers["location"].endswith("/check#overview-0")


def test_before_there_is_a_record_there_is_nothing_to_check(home: Home, owner: Person, visitor: Visitor) -> None:
    session = home.shelve(owner, None, state="ended", destroyed=None).hex()
    assert visitor.get(f"/sessions/{session}/check").headers["location"] == f"/sessions/{session}"


def test_what_failed_says_why_in_few_words(home: Home, owner: Person, visitor: Visitor) -> None:
    session = home.shelve(owner, None, failure="no_speech").hex()
    home.shelve(owner, None, failure="of another time")
    page = visitor.get("/today").text
    assert "nothing kept: no speech" in page
    assert "nothing kept<" in page
    assert "of sound" not in visitor.get(f"/sessions/{session}/receipt").text
    assert "summary" not in visitor.get(f"/sessions/{session}/delete").text


# Live captures.


def live(home: Home, owner: Person, record: Record | None = None, silent: int = 0, **columns: Any) -> str:
    """A session that is recorded now, or broke off. `silent`: seconds since its device was heard of."""
    at = now()
    given: dict[str, Any] = {
        "state": "open",
        "live": 1,
        "seen": at - silent,
        "opened": at,
        "destroyed": None,
        "stage": "received",
    }
    return home.shelve(owner, record, **given | columns).hex()


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({}, "Being recorded now"),
        ({"mode": "paused"}, "Paused"),
        ({"mode": "off"}, "Off the record"),
        ({"silent": 59}, "Being recorded now"),
        ({"silent": 65}, "No word from your device for 1 minute"),
        ({"silent": 605, "mode": "paused"}, "No word from your device for 10 minutes"),
        ({"heard": 750.0}, "listened to up to 12:30"),
        ({"stage": "waiting"}, "Being recorded now"),
    ],
)
def test_while_it_is_recorded_the_page_looks_on(
    home: Home, owner: Person, visitor: Visitor, columns: dict[str, Any], words: str
) -> None:
    session = live(home, owner, **columns)
    page = visitor.get(f"/sessions/{session}").text
    told = visitor.get(f"/sessions/{session}/progress").json()
    assert words in page
    assert words in f"{told['says']} {told['count']}"
    for part in ("This page only looks on", "Finish it now", "Discard it", "the recording is destroyed by"):
        assert part in page
    assert "choose the same file again" not in page
    if "heard" not in columns:
        assert words[0].lower() + words[1:] in visitor.get("/today").text


def test_what_broke_off_can_be_read_and_not_corrected_and_says_until_when(
    home: Home, owner: Person, visitor: Visitor
) -> None:
    session = live(home, owner, a_record(), silent=3600, state="provisional", stage="sealed")
    page = visitor.get(f"/sessions/{session}").text
    until = day(date.fromtimestamp(now() - 3600 + 72 * 3600).isoformat())
    for words in ("The recording broke off at 50:12", "These notes are made of what is here", until,
                  "Nothing more will come: finish it now", "Discard it all", "Mya was quiet on the phone"):  # fmt: skip
        assert words in page, words
    for words in ("Correct a name", "<textarea", "Check and change", "What happened to the recording"):
        assert words not in page, words
    assert visitor.get(f"/sessions/{session}/check").headers["location"] == f"/sessions/{session}"
    assert change(visitor, session, "save", "overview", 0, text="Mine.") == 404
    assert change(visitor, session, "delete", "overview", 0) == 404
    assert visitor.press(f"/sessions/{session}/names", heard="Mya", right="Maya").status_code == 404
    assert visitor.get(f"/sessions/{session}/receipt").status_code == 404
    assert "broke off" in visitor.get("/today").text


@pytest.mark.parametrize("state", ["open", "provisional"])
def test_it_can_be_finished_without_its_device_once(home: Home, owner: Person, visitor: Visitor, state: str) -> None:
    session = live(home, owner, a_record() if state == "provisional" else None, state=state)
    for _ in range(2):
        assert visitor.press(f"/sessions/{session}/finish").headers["location"] == f"/sessions/{session}"
    told = visitor.get(f"/sessions/{session}/progress").json()
    assert (told["state"], told["says"]) == ("ended", "Received. It will be listened to in a moment")


def test_a_file_cannot_be_finished_half_sent_and_a_stranger_finishes_nothing(
    home: Home, owner: Person, stranger: Person, visitor: Visitor
) -> None:
    file, recording = home.shelve(owner, None, state="open", destroyed=None, size=5).hex(), live(home, owner)
    visitor.press(f"/sessions/{file}/finish")
    assert home.visitor(stranger).press(f"/sessions/{recording}/finish").status_code == 404
    for session in (file, recording):
        assert visitor.get(f"/sessions/{session}/progress").json()["state"] == "open"


def test_what_broke_off_can_be_discarded_with_its_notes(home: Home, owner: Person, visitor: Visitor) -> None:
    session = live(home, owner, a_record(), state="provisional")
    assert visitor.press(f"/sessions/{session}/discard").status_code == 303
    page = visitor.get(f"/sessions/{session}").text
    assert "You discarded this recording" in page
    assert "Mya was quiet" not in page


def test_a_broken_off_recording_that_goes_on_shows_that_it_does(home: Home, owner: Person, visitor: Visitor) -> None:
    session = live(home, owner, a_record(), silent=3600, state="provisional")
    with home.engine.connect() as db:
        capture = db.execute(select(captures.c.id).where(captures.c.session == bytes.fromhex(session))).scalar_one()
    home.ledger.heard_of(capture, "recording")
    page = visitor.get(f"/sessions/{session}").text
    assert "Being recorded now" in page
    assert "Mya was quiet" not in page


def test_a_recording_that_expired_says_so_and_keeps_the_notes_it_had(
    home: Home, owner: Person, visitor: Visitor
) -> None:
    without = live(home, owner)
    with_notes = live(home, owner, a_record(), state="provisional")
    for minutes in (0, 1):  # ended at the first, so that there is time for its notes, and destroyed at the next
        sweep(home.settings, home.ledger, now() + LONGEST_SECONDS + 3600 + minutes * 60)
    assert "nothing kept: waited too long" in visitor.get("/today").text
    assert "Session Summary" not in visitor.get(f"/sessions/{without}").text
    assert "Mya was quiet on the phone" in visitor.get(f"/sessions/{with_notes}").text
    for session in (without, with_notes):
        assert visitor.get(f"/sessions/{session}/receipt").status_code == 200


def test_the_receipt_of_a_recording_says_how_much_was_forgotten(home: Home, owner: Person, visitor: Visitor) -> None:
    session = live(home, owner, forgotten=7)
    visitor.press(f"/sessions/{session}/discard")
    assert "7 minutes" in visitor.get(f"/sessions/{session}/receipt").text
