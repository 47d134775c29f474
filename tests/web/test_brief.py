"""The Brief's page: its lock, where each point comes from, and the wall between said, written and planned."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from starlette.responses import JSONResponse

from afterword.notebook import appointments, notes, outcomes
from afterword.notebook.appointments import Arranged, Change
from afterword.notebook.briefing import briefing
from afterword.notebook.notes import Note
from afterword.notebook.outcomes import OwnStep
from afterword.notebook.past import Ref
from afterword.notebook.point import Point
from afterword.notebook.preferences import Preferences, keep
from afterword.notebook.shelf import Shelf
from afterword.web.app import create_app, unguarded
from afterword.web.ask import House, route
from afterword.web.guard import Guard
from afterword.web.pages import brief
from afterword.web.templating import make_templates
from afterword.web.turnstile import Turnstile
from tests.people import SETUP_TOKEN, Home, Person, Visitor, a_record

ZONE = "Europe/Dublin"
DAY = datetime(2026, 11, 25, 9, tzinfo=UTC)
AT = Callable[..., Visitor]


@pytest.fixture
def at(home: Home, owner: Person) -> AT:
    keep(home.engine, owner.owner, Preferences(zone=ZONE))

    def visit(when: datetime = DAY) -> Visitor:
        return home.visitor(owner, create_app(home.settings, home.engine, SETUP_TOKEN, lambda: when))

    return visit


@pytest.fixture
def session(home: Home, owner: Person) -> str:
    return home.shelve(owner, a_record()).hex()


@pytest.fixture
def thursday(home: Home, owner: Person) -> str:
    """An appointment with Ines on Thursday at 10:00: its Brief opens on Wednesday at 10:00."""
    return appointments.put_down(home.engine, owner.owner, Arranged("2026-11-26T10:00", ZONE, "Ines"))


@pytest.fixture
def composer(monkeypatch: pytest.MonkeyPatch) -> list[Point]:
    """What the tests let a Brief consist of."""
    points: list[Point] = []
    monkeypatch.setattr(brief, "briefing", lambda *_: tuple(points))
    return points


def left_off(session: str, place: int = 0) -> Point:
    return Point("where we left off", "You wanted to answer the next day.", (Ref(session, "overview", place),))


def point_in(page: str, text: str) -> str:
    """The point with that text, as it stands on the page."""
    found = [one for one in re.findall(r"<li>.*?</li>", page, re.S) if text in one]
    assert len(found) == 1
    return str(found[0])


def test_it_is_locked_until_its_time_and_says_when(at: AT, session: str, thursday: str, composer: list[Point]) -> None:
    composer.append(left_off(session))
    page = at().get("/brief").text
    assert "It opens today at 10:00, in 60 minutes." in page
    assert "Thursday 26 November 2026 at 10:00, with Ines" in page
    assert "You wanted to answer" not in page
    assert "You wanted to answer" in at(DAY + timedelta(hours=1)).get("/brief").text


def test_as_it_is_really_composed_every_point_has_its_origin(
    home: Home, owner: Person, at: AT, thursday: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Point] = []
    for day in ("2026-11-06", "2026-11-13", "2026-11-20"):
        last = home.shelve(owner, a_record(), day).hex()
    at().press("/steps/said", session=last, place="0", action="partly")
    at().press("/steps/said", session=last, place="0", action="line", line="Twice, at work.")
    at().press("/brief/raise", text="Ask about sleep.")
    monkeypatch.setattr(brief, "briefing", lambda *given: made.extend(briefing(*given)) or tuple(made))  # type: ignore[func-returns-value]
    page = at(DAY + timedelta(hours=2)).get("/brief").text
    shown = re.findall(r'<p class="said" data-say>(.*?)</p>\s*<p class="from">(.*?)</p>', page, re.S)
    assert len(shown) == len(made) > 5, "none was left out"
    assert all("<a href=" in origin for _, origin in shown)
    [went] = [origin for text, origin in shown if "Twice, at work." in text]
    assert "Said in session" in went
    assert re.search(r'I wrote</span> <a href="/steps#step-\w+-0">on Wednesday 25 November<', went)
    assert "I plan to raise" in dict(shown)["Ask about sleep."]


def test_it_can_be_opened_early_and_stays_open_for_that_appointment(
    home: Home, owner: Person, at: AT, session: str, thursday: str, composer: list[Point]
) -> None:
    composer.append(left_off(session))
    assert "Nothing is lost by it" in at().get("/brief").text
    at().press("/brief/open", appointment=thursday)
    assert "You opened it early. It may still change" in at().get("/brief").text
    moved = Change("moved", "2026-11-26T10:00", "2026-11-25", "2026-12-03T10:00")
    appointments.change(home.engine, owner.owner, thursday, moved)
    assert "You wanted to answer" in at().get("/brief").text
    appointments.change(home.engine, owner.owner, thursday, Change("cancelled", "2026-11-26T10:00", "2026-11-25"))
    appointments.put_down(home.engine, owner.owner, Arranged("2026-12-10T10:00", ZONE, "Ines"))
    later = at().get("/brief").text
    assert "It opens on Wednesday 9 December at 10:00" in later
    assert "You wanted to answer" not in later


def test_only_the_next_ones_can_be_opened(home: Home, owner: Person, stranger: Person, at: AT, thursday: str) -> None:
    assert at().press("/brief/open", appointment="0" * 32).status_code == 404
    assert home.visitor(stranger).press("/brief/open", appointment=thursday).status_code == 404
    assert at(DAY + timedelta(days=3)).press("/brief/open", appointment=thursday).status_code == 404


@pytest.mark.parametrize(("hours", "opens"), [("2", "tomorrow at 08:00"), ("12", "today at 22:00")])
def test_it_opens_at_the_chosen_time_before(at: AT, thursday: str, hours: str, opens: str) -> None:
    at().press("/settings", brief_hours=hours)
    assert f"It opens {opens}" in at().get("/brief").text


def test_each_point_says_where_it_comes_from(
    home: Home, owner: Person, at: AT, session: str, thursday: str, composer: list[Point]
) -> None:
    plan = notes.keep(home.engine, owner.owner, Note("plan", "2026-11-23T21:00", "Ask about sleep."))
    note = notes.keep(home.engine, owner.owner, Note("note", "2026-11-22T21:00", "A long walk."))
    composer += [
        left_off(session), Point("mine", "Ask about sleep.", note=plan), Point("mine", "A long walk.", note=note),
    ]  # fmt: skip
    page = at(DAY + timedelta(hours=2)).get("/brief").text
    said, planned, wrote = (point_in(page, text) for text in ("You wanted", "Ask about sleep.", "A long walk."))
    assert "Said in session" in said
    assert f"/sessions/{session}/check#overview-0" in said
    assert ">Friday 20 November<" in said
    assert "I plan to raise" in planned
    assert "Monday 23 November" in planned
    assert "I wrote" in wrote
    assert "Said in session" not in planned + wrote


def test_a_point_that_rests_on_nothing_is_not_shown(
    home: Home, owner: Person, at: AT, session: str, thursday: str, composer: list[Point]
) -> None:
    """Nothing is invented here, whatever composed it: no source, a line that was deleted, a note that is not there."""
    Shelf(home.engine, owner.owner).correct_line(bytes.fromhex(session), "overview", 1, None)
    composer += [
        Point("where we left off", "Invented without a source."),
        left_off(session, 1), left_off(session, 99), left_off("0" * 32),
        Point("mine", "Invented without a note.", note="0" * 32),
        Point("mine", "Invented with a note.", (Ref(session, "overview", 0),), note="0" * 32),
    ]  # fmt: skip
    page = at(DAY + timedelta(hours=2)).get("/brief").text
    assert "Invented" not in page
    assert "You wanted to answer" not in page


def test_control_without_that_look_an_invention_would_stand_there(
    at: AT, session: str, thursday: str, composer: list[Point], monkeypatch: pytest.MonkeyPatch
) -> None:
    def trusting(points: Any, _known: Any) -> list[tuple[str, brief.Shown]]:
        return [(point.part, brief.Shown(point.text, "said", ())) for point in points]

    monkeypatch.setattr(brief, "resting_on", trusting)
    composer.append(Point("where we left off", "Invented without a source."))
    assert "Invented" in at(DAY + timedelta(hours=2)).get("/brief").text


def test_what_i_decided_myself_stands_behind_the_wall(
    home: Home, owner: Person, at: AT, session: str, thursday: str, composer: list[Point]
) -> None:
    found = outcomes.decide(home.engine, owner.owner, OwnStep("Walk to the sea.", "2026-11-24"))
    point = point_in(at(DAY + timedelta(hours=2)).get("/brief").text, "Walk to the sea.")
    assert "I wrote" in point
    assert f"/steps#own-{found}" in point
    assert "Said in session" not in point


def test_i_want_to_raise_is_kept_as_my_plan_and_seen_before_it_opens(
    home: Home, owner: Person, at: AT, thursday: str
) -> None:
    at().press("/brief/raise", text=" My <sleep>.\r\nAnd Mya. ")
    [note] = notes.load(home.engine, owner.owner).values()
    assert (note.wall, note.at, note.text) == ("plan", "2026-11-25T09:00", "My <sleep>.\nAnd Mya.")
    assert "My &lt;sleep&gt;." in at().get("/brief").text
    assert at().press("/brief/raise", text="  ").status_code == 422


def test_what_is_written_here_is_refused_before_it_is_cut(home: Home, owner: Person, at: AT) -> None:
    assert at().press("/brief/raise", text="x" * 20_001).status_code == 422
    assert notes.load(home.engine, owner.owner) == {}
    assert at().press("/brief/raise", text="x" * 2_001).status_code == 303
    [kept] = notes.load(home.engine, owner.owner).values()
    assert len(kept.text) == 2_001


def test_it_is_composed_for_the_day_of_the_appointment_where_the_person_is(
    home: Home, owner: Person, at: AT, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    days: list[date] = []

    def composed(*given: Any) -> tuple[()]:
        days.append(given[-1])
        return ()

    monkeypatch.setattr(brief, "briefing", composed)
    visitor = at()
    keep(home.engine, owner.owner, Preferences(zone="Pacific/Auckland"))
    appointments.put_down(home.engine, owner.owner, Arranged("2026-11-26T09:00", "Pacific/Auckland", "Ines"))
    assert visitor.get("/brief").status_code == 200
    assert days == [date(2026, 11, 26)]


def test_two_therapists_have_one_each_the_nearer_first(
    home: Home, owner: Person, at: AT, session: str, thursday: str, composer: list[Point]
) -> None:
    composer.append(left_off(session))
    appointments.put_down(home.engine, owner.owner, Arranged("2026-11-25T20:00", ZONE, "Okonkwo"))
    page = at().get("/brief").text
    nearer, _, farther = page.partition("Thursday 26 November 2026 at 10:00, with Ines")
    assert "at 20:00, with Okonkwo" in nearer
    assert "You wanted to answer" in nearer
    assert "It opens today at 10:00" in farther


def test_before_the_first_session_it_says_so_kindly(at: AT, thursday: str) -> None:
    page = at(DAY + timedelta(hours=2)).get("/brief").text
    assert "Nothing lies behind you here yet, and nothing has to." in page
    assert "I want to raise" in page


def test_without_an_appointment_it_is_not_locked(at: AT, session: str, composer: list[Point]) -> None:
    composer.append(left_off(session))
    page = at().get("/brief").text
    assert "No appointment is noted, so it is not locked." in page
    assert "You wanted to answer" in page


def test_today_is_told_of_the_nearest(home: Home, owner: Person, at: AT, thursday: str) -> None:
    def told(when: datetime) -> dict[str, Any]:
        house = House(home.settings, home.engine, home.ledger, None, make_templates(), Turnstile(), lambda: when)
        app = unguarded(house)
        app.router.routes.insert(
            0, route(house, "GET", "/today", lambda ask: JSONResponse(brief.state_of(ask)), "owner")
        )
        answer: dict[str, Any] = home.visitor(owner, Guard(app, home.settings)).get("/today").json()
        return answer

    at()
    assert told(DAY) == {"appointment": "2026-11-26T10:00:00+00:00", "therapist": "Ines",
                         "opens": "2026-11-25T10:00:00+00:00", "is_open": False}  # fmt: skip
    assert told(DAY + timedelta(hours=1))["is_open"]
    assert told(DAY + timedelta(days=9)) == {"appointment": None, "therapist": "", "opens": None, "is_open": False}


def test_with_the_quieter_settings_nothing_speaks_and_nothing_tells_the_name(
    at: AT, session: str, thursday: str, composer: list[Point]
) -> None:
    composer.append(left_off(session))
    at().press("/settings", quiet="on")
    page = at(DAY + timedelta(hours=2)).get("/brief").text
    assert "You wanted to answer" in page
    assert "data-aloud" not in page
    assert "Afterword" not in page.partition("<main")[0]
