"""Their yes as a page: noted in one form, asked again with one press, taken back at once, taken along."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from afterword.capture.wraps import Wraps
from afterword.consent import kept
from afterword.consent.answers import Again, Answered, Asked, Entry, Limits, Where, Withdrawn
from afterword.consent.gate import ALOUD
from tests.consent.yes import THERAPIST, say_yes
from tests.people import CHEAPEST_KIB, PASSPHRASE, Home, Person, Visitor, a_record

TODAY, TOMORROW = date.today().isoformat(), (date.today() + timedelta(days=1)).isoformat()
FIRST = "2026-11-01"


def typed(**more: str) -> dict[str, str]:
    """The form as it is sent when nothing but the answer is touched."""
    given = {
        "therapist": THERAPIST, "asked_recording": "yes", "answer": "yes", "covers_recording": "yes",
        "sessions": "each", "session_day": TODAY, "until": "", "asked_on": TODAY, "answered_on": TODAY,
        "how": "in_session", "here": "", "there": "", "medium": "in_person",
    }  # fmt: skip
    return given | more


def noted(home: Home, owner: Person) -> tuple[Entry, ...]:
    return kept.load(home.settings, home.engine, owner.owner)


@pytest.fixture
def visitor(home: Home, owner: Person) -> Visitor:
    return home.visitor(owner)


def test_it_begins_with_nothing_noted_and_ways_to_ask(visitor: Visitor) -> None:
    shown = visitor.get("/consent").text
    assert "Nothing is noted yet" in shown
    assert 'href="/ask"' in shown
    assert 'href="/instead"' in shown


@pytest.mark.parametrize(
    ("more", "entry"),
    [
        ({}, Answered(THERAPIST, TODAY, "yes", Limits())),
        ({"sessions": "all"}, Answered(THERAPIST, TODAY, "yes", Limits(sessions="all"))),
        ({"asked_transcript": "yes"}, Answered(THERAPIST, TODAY, "yes", Limits(("recording", "transcript")))),
        ({"answer": "not_this"}, Answered(THERAPIST, TODAY, "not_this")),
        ({"answer": "not_yet"}, Answered(THERAPIST, TODAY, "not_yet")),
        (
            {"answer": "limits", "covers_recording": "", "covers_last_minutes": "yes", "sessions": "all",
             "until": TOMORROW},
            Answered(THERAPIST, TODAY, "limits", Limits(("last_minutes",), "all", until=TOMORROW)),
        ),
        (
            {"answer": "limits", "sessions": "one", "session_day": TOMORROW, "until": TOMORROW},
            Answered(THERAPIST, TODAY, "limits", Limits(sessions="one", day=TOMORROW)),
        ),
        (
            {"here": "US-TX", "there": "nowhere", "medium": "video"},
            Answered(THERAPIST, TODAY, "yes", Limits(), Where("US-TX", "", "video")),
        ),
        ({"therapist": "  the   one\tI see "}, Answered("the one I see", TODAY, "yes", Limits())),
    ],
)  # fmt: skip
def test_an_answer_is_kept_as_it_was_given(
    home: Home, owner: Person, visitor: Visitor, more: dict[str, str], entry: Entry
) -> None:
    assert visitor.press("/consent/answer", **typed(**more)).status_code == 303
    asked, answered = noted(home, owner)
    assert isinstance(asked, Asked)
    assert answered == entry


def test_a_question_without_an_answer_is_kept_and_not_twice(home: Home, owner: Person, visitor: Visitor) -> None:
    visitor.press("/consent/answer", **typed(answer="none"))
    assert noted(home, owner) == (Asked(THERAPIST, TODAY, "in_session"),)
    assert "no answer is noted yet" in visitor.get("/consent").text
    visitor.press("/consent/answer", **typed())
    assert len(noted(home, owner)) == 2


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"answer": ""}, "choose what they said"),
        ({"answer": "perhaps"}, "choose what they said"),
        ({"asked_recording": ""}, "what it is about"),
        ({"answer": "limits", "covers_recording": ""}, "what it is about"),
        ({"asked_on": TOMORROW}, "in the future"),
        ({"answered_on": TOMORROW}, "in the future"),
        ({"answered_on": "yesterday"}, "A day is missing"),
        ({"asked_on": TODAY, "answered_on": FIRST}, "before the question"),
        ({"sessions": "one", "session_day": FIRST}, "does not reach back"),
        ({"answer": "limits", "until": FIRST}, "ended before it began"),
    ],
)
def test_what_is_unclear_is_asked_for_and_nothing_is_kept(
    home: Home, owner: Person, visitor: Visitor, more: dict[str, str], says: str
) -> None:
    answer = visitor.press("/consent/answer", **typed(**more))
    assert answer.status_code == 422
    assert says in answer.text
    assert f'value="{THERAPIST}"' in answer.text, "what was typed stays"
    ticked = re.search(r'name="asked_recording" value="yes" checked', answer.text)
    assert bool(ticked) == bool(typed(**more)["asked_recording"])
    assert noted(home, owner) == ()


def test_what_stands_is_said_in_plain_words(home: Home, owner: Person, visitor: Visitor) -> None:
    say_yes(home.settings, home.engine, owner.owner, sessions="each", until=TOMORROW)
    shown = visitor.get("/consent").text
    assert (
        "Said yes on Sunday 1 November 2026: recording the session, to be asked again for each session, until" in shown
    )
    assert "They said yes again today" in shown
    assert "They said yes again today" not in press_again(visitor).text


def press_again(visitor: Visitor, **more: str) -> Any:
    assert visitor.press("/consent/again", therapist=THERAPIST, **more).status_code == 303
    return visitor.get("/consent")


def test_one_press_notes_that_they_said_yes_again(home: Home, owner: Person, visitor: Visitor) -> None:
    say_yes(home.settings, home.engine, owner.owner, sessions="each")
    record = visitor.get("/record").text
    assert "wants to be asked each time" in record
    assert "data-therapist" not in record, "it cannot be chosen before"
    answer = visitor.press("/consent/again", therapist=THERAPIST, back="record")
    assert answer.headers["location"] == "/record"
    assert noted(home, owner)[-1] == Again(THERAPIST, TODAY)
    assert f'data-therapist="{THERAPIST}"' in visitor.get("/record").text
    assert visitor.press("/consent/again", therapist=THERAPIST, back="https://x").headers["location"] == "/consent"


def test_it_can_be_noted_for_a_day_that_was(home: Home, owner: Person, visitor: Visitor) -> None:
    say_yes(home.settings, home.engine, owner.owner, sessions="each")
    press_again(visitor, on="2026-11-08")
    assert noted(home, owner)[-1] == Again(THERAPIST, "2026-11-08")
    for on in ("2999-01-01", "soon"):
        assert visitor.press("/consent/again", therapist=THERAPIST, on=on).status_code == 422


@pytest.mark.parametrize("path", ["/consent/again", "/consent/withdraw"])
def test_of_somebody_who_never_answered_there_is_nothing_to_say_again(home: Home, visitor: Visitor, path: str) -> None:
    assert visitor.press(path, therapist="Somebody").status_code == 404


def begin(home: Home, visitor: Visitor, **more: Any) -> dict[str, Any]:
    wish = {"voices": "both", "day": TODAY, "size": 2500, "fingerprint": secrets.token_hex(32)} | more
    with home.opener():
        answer = visitor.call("POST", "/captures", json=wish)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def state(home: Home, opened: dict[str, Any]) -> str:
    return str(home.ledger.row(bytes.fromhex(opened["capture"]))["state"])


def test_it_is_taken_back_at_once(home: Home, owner: Person, visitor: Visitor) -> None:
    say_yes(home.settings, home.engine, owner.owner)
    assert visitor.press("/consent/withdraw", therapist=THERAPIST).status_code == 303
    assert noted(home, owner)[-1] == Withdrawn(THERAPIST, TODAY)
    assert "was taken back on" in visitor.get("/consent").text
    assert "data-therapist" not in visitor.get("/record").text


def test_a_recording_that_goes_on_ends_there_and_then(home: Home, owner: Person, visitor: Visitor) -> None:
    say_yes(home.settings, home.engine, owner.owner)
    live, file, own = (
        begin(home, visitor, live=True),
        begin(home, visitor),
        begin(home, visitor, live=True, voices="mine"),
    )
    assert "2 recordings that rest on it are not notes yet" in visitor.get("/consent").text
    visitor.press("/consent/withdraw", therapist=THERAPIST)
    assert [state(home, o) for o in (live, file, own)] == ["ended", "open", "open"]
    headers = {"authorization": f"Capture {live['token']}", "content-type": "application/octet-stream"}
    late = visitor.call("PUT", f"/captures/{live['capture']}/segments/0123abcd/mic/0", content=b"x", headers=headers)
    assert late.status_code == 410, "nothing more of that voice is taken"


def test_what_is_not_notes_yet_is_discarded_with_it(home: Home, owner: Person, visitor: Visitor) -> None:
    say_yes(home.settings, home.engine, owner.owner)
    live, file, own = begin(home, visitor, live=True), begin(home, visitor), begin(home, visitor, voices="mine")
    kept_notes = home.shelve(owner, a_record()).hex()
    visitor.press("/consent/withdraw", therapist=THERAPIST, discard="yes")
    assert [state(home, o) for o in (live, file, own)] == ["destroyed", "destroyed", "open"]
    assert Wraps(home.settings.keys, bytes.fromhex(live["capture"])).gone()
    assert visitor.get(f"/sessions/{kept_notes}").status_code == 200, "notes that are made stay"


WITHDRAW_AND_DIE = """
import sys
from afterword.settings import load
from afterword.store.database import connect
from afterword.vault import vault
from afterword.web.app import create_app
from tests.people import Visitor
settings = load()
engine = connect(settings.database)
owner = vault.open_notebook(engine, vault.only_person(engine), sys.argv[1])
visitor = Visitor(create_app(settings, engine, "token"), vault.unlock(engine, owner))
visitor.press("/consent/withdraw", therapist=sys.argv[2], **dict.fromkeys(sys.argv[3:], "yes"))
"""


@pytest.mark.parametrize(
    ("path", "discard", "found"),
    [
        ("/today", [], ["ended", "open", "open"]),
        ("/consent", [], ["ended", "open", "open"]),
        ("/today", ["discard"], ["destroyed", "destroyed", "open"]),
    ],
)
def test_a_kill_right_after_it_was_taken_back_leaves_nothing_going_on(
    home: Home, owner: Person, visitor: Visitor, path: str, discard: list[str], found: list[str]
) -> None:
    say_yes(home.settings, home.engine, owner.owner)
    all_three = (
        begin(home, visitor, live=True),
        begin(home, visitor),
        begin(home, visitor, live=True, voices="mine"),
    )
    environment = os.environ | {
        "AFTERWORD_DATA": str(home.settings.data), "AFTERWORD_CRASH_AT": "withdrawal-noted",
        "AFTERWORD_ARGON_KIB": str(CHEAPEST_KIB),
    }  # fmt: skip
    command = [sys.executable, "-c", WITHDRAW_AND_DIE, PASSPHRASE, THERAPIST, *discard]
    died = subprocess.run(command, env=environment, cwd=Path(__file__).parents[2], check=False)
    assert died.returncode == -signal.SIGKILL
    assert [state(home, o) for o in all_three] == ["open"] * 3
    assert noted(home, owner)[-1] == Withdrawn(THERAPIST, TODAY, bool(discard))
    for _ in range(2):
        assert visitor.get(path).status_code == 200
        assert [state(home, o) for o in all_three] == found


def test_one_that_no_worker_has_opened_yet_is_gone_when_it_is_taken_back(
    home: Home, owner: Person, visitor: Visitor
) -> None:
    say_yes(home.settings, home.engine, owner.owner)
    opened = begin(home, visitor, live=True)
    home.ledger.move(bytes.fromhex(opened["capture"]), ("open",), state="new")
    visitor.press("/consent/withdraw", therapist=THERAPIST)
    assert state(home, opened) == "destroyed"
    assert Wraps(home.settings.keys, bytes.fromhex(opened["capture"])).gone()


def test_a_new_yes_ends_nothing(home: Home, owner: Person, visitor: Visitor) -> None:
    for _ in range(2):
        say_yes(home.settings, home.engine, owner.owner)
        opened = begin(home, visitor, live=True)
        assert visitor.get("/today").status_code == visitor.get("/consent").status_code == 200
        assert state(home, opened) == "open"
        visitor.press("/consent/withdraw", therapist=THERAPIST)
        assert state(home, opened) == "ended"


@pytest.mark.parametrize(
    ("path", "format", "button", "then"),
    [
        ("/record/together", "last_minutes", "said yes again to these two minutes, today", "ask_again"),
        ("/record", "recording", "They said yes again today to recording the session", ""),
    ],
)
def test_a_press_says_yes_again_to_what_its_button_says(
    home: Home, owner: Person, visitor: Visitor, path: str, format: str, button: str, then: str
) -> None:
    say_yes(home.settings, home.engine, owner.owner, sessions="each")
    shown = visitor.get(path).text
    assert button in shown
    assert f'form="yes-again" name="format" value="{format}"' in shown
    visitor.press("/consent/again", therapist=THERAPIST, format=format)
    assert noted(home, owner)[-1] == Again(THERAPIST, TODAY, (format,))  # type: ignore[arg-type]
    begin(home, visitor, live=True, form="closing")
    wish = {"voices": "both", "day": TODAY, "live": True, "fingerprint": secrets.token_hex(32)}
    with home.opener():
        assert visitor.call("POST", "/captures", json=wish).json().get("error", "") == then
    assert ("They said yes again today" in visitor.get("/consent").text) == bool(then)
    assert visitor.press("/consent/again", therapist=THERAPIST, format="all of it").status_code == 404


def test_nobody_elses_recordings_are_touched(home: Home, owner: Person, stranger: Person) -> None:
    for who in (owner, stranger):
        say_yes(home.settings, home.engine, who.owner)
    theirs = begin(home, home.visitor(stranger), live=True)
    home.visitor(owner).press("/consent/withdraw", therapist=THERAPIST, discard="yes")
    assert state(home, theirs) == "open"
    assert THERAPIST not in home.visitor(owner).get("/today").text


def test_two_therapists_each_have_their_own_answer(home: Home, owner: Person, visitor: Visitor) -> None:
    for name in (THERAPIST, "Bo"):
        say_yes(home.settings, home.engine, owner.owner, therapist=name)
    begin(home, visitor, therapist="Bo")
    visitor.press("/consent/withdraw", therapist=THERAPIST)
    record = visitor.get("/record").text
    assert 'data-therapist="Bo"' in record
    assert f'data-therapist="{THERAPIST}"' not in record
    begin(home, visitor, therapist="bo")


@pytest.mark.parametrize("path", ["/record", "/sessions/new"])
def test_a_start_shows_on_whose_yes_it_rests_and_the_sentence_to_say(
    home: Home, owner: Person, visitor: Visitor, path: str
) -> None:
    nothing = visitor.get(path).text
    assert "data-therapist" not in nothing
    assert "none is noted" in nothing
    for way in ("/ask", "/consent", "/instead"):
        assert f'href="{way}"' in nothing
    say_yes(home.settings, home.engine, owner.owner)
    shown = visitor.get(path).text
    assert f"Rests on {THERAPIST}’s yes of 1 November 2026, for recording the session." in shown
    assert ALOUD in shown
    assert "Either of you can stop at any time" in shown


def test_a_locked_page_names_nobody(home: Home, owner: Person) -> None:
    say_yes(home.settings, home.engine, owner.owner)
    assert THERAPIST not in home.visitor().get("/record").text


def test_the_receipt_says_whose_yes_it_rested_on(home: Home, owner: Person, visitor: Visitor) -> None:
    say_yes(home.settings, home.engine, owner.owner)
    opened = begin(home, visitor)
    visitor.press(f"/sessions/{opened['session']}/discard")
    shown = visitor.get(f"/sessions/{opened['session']}/receipt").text
    assert f"{THERAPIST}, since Sunday 1 November 2026" in shown


def test_it_is_taken_along_as_a_file(home: Home, owner: Person, visitor: Visitor) -> None:
    visitor.press("/consent/answer", **typed(answer="not_yet"))
    answer = visitor.get("/consent/record")
    assert answer.headers["content-disposition"] == 'attachment; filename="record.json"'
    asked, answered = answer.json()["consent"]
    assert (asked["kind"], answered["answer"], answered["therapist"]) == ("asked", "not_yet", THERAPIST)


def test_names_are_text_and_nothing_else(visitor: Visitor) -> None:
    visitor.press("/consent/answer", **typed(therapist='<b>"Ines'))
    for path in ("/consent", "/record", "/sessions/new"):
        assert "<b>" not in visitor.get(path).text
