"""Steps, press by press: what was said, what was only mentioned, what the person decided alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from starlette.responses import Response

from afterword.notebook import outcomes
from afterword.notebook.outcomes import OwnStep
from afterword.notebook.past import Ref
from afterword.notebook.shelf import Shelf
from afterword.web.app import create_app, unguarded
from afterword.web.ask import Ask, House, route
from afterword.web.guard import Guard
from afterword.web.pages import steps
from afterword.web.templating import make_templates
from afterword.web.turnstile import Turnstile
from tests.people import SETUP_TOKEN, Home, Person, Visitor, a_record

DAY = datetime(2026, 11, 24, 9, tzinfo=UTC)


def at(home: Home, person: Person, when: datetime = DAY) -> Visitor:
    """A browser of the person at that time."""
    return home.visitor(person, create_app(home.settings, home.engine, SETUP_TOKEN, lambda: when))


@pytest.fixture
def session(home: Home, owner: Person) -> str:
    return home.shelve(owner, a_record()).hex()


@pytest.fixture
def visitor(home: Home, owner: Person) -> Visitor:
    return at(home, owner)


def went(home: Home, owner: Person, session: str, place: int) -> str:
    said = outcomes.load(home.engine, owner.owner).get(Ref(session, "next_steps", place))
    return said.went if said else ""


def in_sight(page: str) -> str:
    """Without what is folded away."""
    return page.partition('id="older"')[0]


def test_an_empty_page_helps(visitor: Visitor) -> None:
    page = visitor.get("/steps").text
    assert "Nothing yet" in page
    assert "I decided myself" in page


@pytest.mark.parametrize("answer", ["done", "partly", "not", "not now"])
def test_one_press_is_kept_and_leads_back_to_its_place(
    home: Home, owner: Person, visitor: Visitor, session: str, answer: str
) -> None:
    pressed = visitor.press("/steps/said", session=session, place="0", action=answer)
    assert pressed.headers["location"] == f"/steps#step-{session}-0"
    assert went(home, owner, session, 0) == answer
    assert f'id="step-{session}-0"' in in_sight(visitor.get("/steps").text), "it stays where the finger is"
    visitor.press("/steps/said", session=session, place="0", action="undo")
    assert went(home, owner, session, 0) == ""


def test_a_line_is_kept_with_the_answer(home: Home, owner: Person, visitor: Visitor, session: str) -> None:
    visitor.press("/steps/said", session=session, place="0", action="line", line="Nothing was said yet.")
    assert went(home, owner, session, 0) == ""
    visitor.press("/steps/said", session=session, place="0", action="partly")
    visitor.press("/steps/said", session=session, place="0", action="line", line="Twice <b>at</b> work.")
    assert "Twice &lt;b&gt;at&lt;/b&gt; work." in visitor.get("/steps").text


def test_answered_ones_are_folded_away_from_the_next_day_on(
    home: Home, owner: Person, visitor: Visitor, session: str
) -> None:
    visitor.press("/steps/said", session=session, place="0", action="done")
    visitor.press("/steps/said", session=session, place="1", action="not now")
    later = at(home, owner, DAY + timedelta(days=1)).get("/steps").text
    assert f"step-{session}-0" not in in_sight(later)
    assert f"step-{session}-0" in later
    assert f'id="step-{session}-1"' in in_sight(later)


def test_whose_it_is_and_where_it_comes_from_is_said(visitor: Visitor, session: str) -> None:
    page = visitor.get("/steps").text
    yours, _, theirs = page.partition(">Theirs<")
    assert "Say “let me check” and answer the next day." in yours
    assert "Send the page about the breathing exercise." in theirs
    assert f"/sessions/{session}/check#next_steps-0" in page
    assert "Friday 20 November 2026" in page


def test_what_was_only_mentioned_stands_apart_and_can_be_agreed(
    home: Home, owner: Person, visitor: Visitor, session: str
) -> None:
    apart = visitor.get("/steps").text.partition("Mentioned, please check")[2]
    assert "Put the notebook back beside the bed." in apart
    visitor.press("/steps/check", session=session, place="2", action="keep")
    assert "Mentioned, please check" not in visitor.get("/steps").text
    visitor.press("/steps/check", session=session, place="2", action="undo")
    assert "Mentioned, please check" in visitor.get("/steps").text


def test_a_dropped_one_can_be_brought_back(home: Home, owner: Person, visitor: Visitor, session: str) -> None:
    visitor.press("/steps/check", session=session, place="2", action="drop")
    page = visitor.get("/steps").text
    assert "Put the notebook back" not in page
    assert "A step you dropped." in page
    visitor.press("/steps/check", session=session, place="2", action="undo")
    assert "Put the notebook back" in visitor.get("/steps").text


def test_what_i_decided_myself_never_stands_as_said(home: Home, owner: Person, visitor: Visitor) -> None:
    where = visitor.press("/steps/own", text="Walk to the sea.", due="2026-11-30").headers["location"]
    card = re.search(rf'<li id="{where.partition("#")[2]}".*?</li>', visitor.get("/steps").text, re.S)
    assert card is not None
    assert "I wrote" in card[0]
    assert "Said in session" not in card[0]
    assert "Monday 30 November 2026" in card[0]


def test_ones_own_is_answered_reworded_removed_and_brought_back(home: Home, owner: Person, visitor: Visitor) -> None:
    found = outcomes.decide(home.engine, owner.owner, OwnStep("Walk.", "2026-11-24"))
    own = f"/steps/own/{found}"

    def step() -> OwnStep:
        return outcomes.own_steps(home.engine, owner.owner)[found]

    visitor.press(own, action="partly")
    visitor.press(own, action="save", text="Walk to the sea.", due="")
    said = step().outcome
    assert said is not None
    assert (step().text, said.went) == ("Walk to the sea.", "partly")
    visitor.press(own, action="as it was")
    assert step().text == "Walk."
    visitor.press(own, action="remove")
    assert "that you removed: Walk." in visitor.get("/steps").text
    visitor.press(own, action="bring back")
    assert step().removed == ""
    visitor.press(own, action="remove")
    visitor.press(own, action="delete")
    assert outcomes.own_steps(home.engine, owner.owner) == {}


@pytest.mark.parametrize(
    ("where", "fields", "status"),
    [
        ("said", {"place": "0", "action": "burn"}, 404),
        ("said", {"place": "99", "action": "done"}, 404),
        ("said", {"place": "-1", "action": "done"}, 404),
        ("said", {"session": "x", "place": "0", "action": "done"}, 404),
        ("check", {"place": "99", "action": "keep"}, 404),
        ("check", {"place": "0", "action": "burn"}, 404),
        ("own", {"text": "  "}, 422),
        ("own", {"text": "Walk.", "due": "soon"}, 422),
    ],
)
def test_what_is_no_press_changes_nothing(
    home: Home, owner: Person, visitor: Visitor, session: str, where: str, fields: dict[str, str], status: int
) -> None:
    assert visitor.press(f"/steps/{where}", **({"session": session} | fields)).status_code == status
    assert outcomes.load(home.engine, owner.owner) == {}
    assert outcomes.own_steps(home.engine, owner.owner) == {}


def test_a_stranger_answers_nothing_of_the_owner(home: Home, owner: Person, stranger: Person, session: str) -> None:
    found = outcomes.decide(home.engine, owner.owner, OwnStep("Walk.", "2026-11-24"))
    theirs = at(home, stranger)
    assert theirs.press("/steps/said", session=session, place="0", action="done").status_code == 404
    assert theirs.press("/steps/check", session=session, place="2", action="drop").status_code == 404
    assert theirs.press(f"/steps/own/{found}", action="delete").status_code == 404
    assert "Walk." not in theirs.get("/steps").text
    record = Shelf(home.engine, owner.owner).session(bytes.fromhex(session)).record
    assert record
    assert record.next_steps[2].text


def test_ten_years_of_steps_are_no_page_of_ten_years(home: Home, owner: Person, visitor: Visitor) -> None:
    for year in range(8):
        home.shelve(owner, a_record(), f"20{10 + year}-03-01")
    page = visitor.get("/steps").text
    assert "Nothing is open." in page
    assert page.count("Say “let me check”") <= 60 * 6


def test_with_the_quieter_settings_the_page_tells_no_name(home: Home, owner: Person, visitor: Visitor) -> None:
    visitor.press("/settings", quiet="on")
    page = visitor.get("/steps").text
    assert "Afterword" not in page.partition("<main")[0]


def test_today_is_given_what_is_mine_and_open_newest_first(home: Home, owner: Person, visitor: Visitor) -> None:
    for day in ("2026-11-13", "2026-11-20"):
        home.shelve(owner, a_record(), day)
    outcomes.decide(home.engine, owner.owner, OwnStep("Walk.", "2026-11-24"))
    house = House(home.settings, home.engine, home.ledger, None, make_templates(), Turnstile(), lambda: DAY)
    app, told = unguarded(house), []

    def today(ask: Ask) -> Response:
        told.extend(steps.open_steps(ask))
        return Response()

    app.router.routes.insert(0, route(house, "GET", "/today", today, "owner"))
    home.visitor(owner, Guard(app, home.settings)).get("/today")
    assert [(card.who, card.day) for card in told] == [
        ("you", "2026-11-24"),
        ("you", "2026-11-20"),
        ("you", "2026-11-13"),
    ]
    assert told[1].href.endswith("/check#next_steps-0")
