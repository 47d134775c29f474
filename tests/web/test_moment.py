"""The pages of the Moment of today, pressed as a person presses them, on a clock that is set by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from afterword.notebook import moments, notes, preferences
from afterword.record import Moment, Record, Source
from afterword.web.app import create_app
from afterword.web.ask import Ask, House
from afterword.web.pages.moment import of_today
from afterword.web.templating import make_templates
from afterword.web.turnstile import Turnstile
from tests.people import SETUP_TOKEN, Home, Person, Visitor

LIGHT, HEAVY = "A quick yes kept the house warm.", "I was ashamed at the funeral."


@dataclass
class Days:
    """The owner, and the time."""

    home: Home
    owner: Person
    now: datetime = datetime(2026, 11, 21, 9, tzinfo=UTC)

    def visitor(self) -> Visitor:
        app = create_app(self.home.settings, self.home.engine, SETUP_TOKEN, lambda: self.now)
        return self.home.visitor(self.owner, app)

    def session(self, *texts: str, day: str = "2026-11-20") -> str:
        lines = (Moment(text, "And now?", source=Source(900.0 * n, "client")) for n, text in enumerate(texts))
        return self.home.shelve(self.owner, Record(moments=tuple(lines)), day).hex()

    def today(self) -> dict[str, object] | None:
        """What the Today page is told."""
        home = self.home
        house = House(home.settings, home.engine, home.ledger, None, make_templates(), Turnstile(), lambda: self.now)
        return of_today(Ask(house, {}, False, "", "", {}, b"", self.owner.owner))

    def notes(self) -> list[tuple[str, str]]:
        return [(note.wall, note.text) for note in notes.load(self.home.engine, self.owner.owner).values()]


@pytest.fixture
def days(home: Home, owner: Person) -> Days:
    preferences.keep(home.engine, owner.owner, replace(preferences.Preferences(), zone="Europe/Berlin"))
    return Days(home, owner)


def test_it_asks_first_then_shows_then_says_one_kind_sentence(days: Days) -> None:
    session, visitor = days.session(LIGHT, "Another line."), days.visitor()
    assert days.today() == {"heavy": False, "asked": False, "day": "2026-11-20"}
    first = visitor.get("/moment").text
    assert "What stayed with you from Friday?" in first
    assert LIGHT not in first
    visitor.press("/moment", action="show", stayed="The warm kitchen.")
    assert days.today() == {"heavy": False, "asked": True, "day": "2026-11-20"}
    shown = visitor.get("/moment").text
    assert LIGHT in shown
    assert "Another line." not in shown
    visitor.press("/moment", action="keep", moment=f"{session}.0", line="Still true.")
    done = visitor.get("/moment").text
    assert "It is kept." in done
    assert "Another line." not in done
    assert days.today() is None
    assert days.notes() == [("note", "The warm kitchen.")]
    kept = visitor.get("/moments").text
    assert LIGHT in kept
    assert "Still true." in kept


def test_reading_changes_nothing_and_pressing_twice_changes_nothing_more(days: Days) -> None:
    session, visitor = days.session(LIGHT), days.visitor()
    for _ in range(3):
        visitor.get("/moment")
    state = moments.load(days.home.engine, days.owner.owner)
    assert state == moments.State()
    for _ in range(2):
        visitor.press("/moment", action="show")
    told = moments.load(days.home.engine, days.owner.owner).told
    assert [len(one.shown) for one in told.values()] == [1]
    assert session


def test_a_heavy_one_waits_for_one_more_tap(days: Days) -> None:
    session, visitor = days.session(HEAVY), days.visitor()
    assert days.today() == {"heavy": True, "asked": False, "day": "2026-11-20"}
    visitor.press("/moment", action="show")
    waits = visitor.get("/moment").text
    assert HEAVY not in waits
    assert "may be heavy" in waits
    visitor.press("/moment", action="open", moment=f"{session}.0")
    assert HEAVY in visitor.get("/moment").text
    visitor.press("/moment", action="not today", moment=f"{session}.0")
    assert "It will come another day." in visitor.get("/moment").text
    days.now += timedelta(days=7)
    visitor.press("/moment", action="show")
    assert HEAVY not in visitor.get("/moment").text


def test_the_next_comes_another_day_and_never_the_same_day(days: Days) -> None:
    session, visitor = days.session("One.", "Two."), days.visitor()
    visitor.press("/moment", action="show")
    visitor.press("/moment", action="let go", moment=f"{session}.0")
    for hours in (1, 5, 9):
        days.now = datetime(2026, 11, 21, 9 + hours, tzinfo=UTC)
        visitor.press("/moment", action="show")
        assert "Two." not in visitor.get("/moment").text
    days.now = datetime(2026, 11, 27, 9, tzinfo=UTC)
    visitor.press("/moment", action="show")
    assert "Two." in visitor.get("/moment").text


def test_a_line_to_bring_is_a_plan_and_no_line_is_none(days: Days) -> None:
    session, visitor = days.session(LIGHT, "Two."), days.visitor()
    visitor.press("/moment", action="show")
    visitor.press("/moment", action="bring", moment=f"{session}.0", line="Ask about the kitchen.")
    assert days.notes() == [("plan", "Ask about the kitchen.")]
    days.now += timedelta(days=6)
    visitor.press("/moment", action="show")
    visitor.press("/moment", action="bring", moment=f"{session}.1", line="  ")
    assert len(days.notes()) == 1
    assert "To bring to your session" in visitor.get("/moments").text


def test_a_page_left_open_over_the_next_day_still_keeps_its_answer(days: Days) -> None:
    session, visitor = days.session(LIGHT), days.visitor()
    visitor.press("/moment", action="show")
    days.now += timedelta(days=2)
    visitor.press("/moment", action="keep", moment=f"{session}.0", line="Later.")
    assert "Later." in visitor.get("/moments").text


def test_what_rests_is_on_the_sessions_page_and_can_be_kept_and_taken_back(days: Days) -> None:
    session, visitor = days.session(LIGHT), days.visitor()
    days.session("New.", day="2026-11-27")
    assert "Rested." not in visitor.get(f"/sessions/{session}").text
    days.now = datetime(2026, 11, 28, 9, tzinfo=UTC)
    assert "Rested." in visitor.get(f"/sessions/{session}").text
    assert "Resting" in visitor.get("/moments").text
    visitor.press("/moments", action="keep", moment=f"{session}.0")
    assert "Resting" not in visitor.get("/moments").text
    assert "Rested." not in visitor.get(f"/sessions/{session}").text
    visitor.press("/moments", action="", moment=f"{session}.0")
    assert "Resting" in visitor.get("/moments").text


def test_old_ones_are_a_tap_away_and_can_still_be_answered(days: Days) -> None:
    session, visitor = days.session(LIGHT, day="2019-03-01"), days.visitor()
    assert LIGHT not in visitor.get("/moments").text
    assert LIGHT in visitor.get("/moments/all").text
    assert "Rested." in visitor.get(f"/sessions/{session}").text
    visitor.press("/moments", action="keep", moment=f"{session}.0")
    assert "Resting" not in visitor.get("/moments/all").text


def test_a_deleted_line_is_gone_from_every_page(days: Days) -> None:
    session, visitor = days.session(LIGHT, "Two."), days.visitor()
    visitor.press("/moment", action="show")
    line = {"section": "moments", "place": "0", "action": "delete"}
    visitor.press(f"/sessions/{session}/lines", **line)
    assert LIGHT not in visitor.get("/moment").text
    assert visitor.press("/moment", action="keep", moment=f"{session}.0").status_code == 404
    assert LIGHT not in visitor.get("/moments").text


def test_nobody_answers_for_another(days: Days, stranger: Person) -> None:
    session = days.session(LIGHT)
    other = days.home.visitor(stranger)
    for where, action in (("/moment", "keep"), ("/moment", "open"), ("/moments", "keep")):
        assert other.press(where, action=action, moment=f"{session}.0").status_code == 404
    for wrong in ("", "x.0", f"{session}.9", f"{session}.-1"):
        assert days.visitor().press("/moment", action="keep", moment=wrong).status_code == 404
