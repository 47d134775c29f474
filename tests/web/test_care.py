"""What stands beside a session when something serious came up, and the settings that go with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from afterword.facts.crisis_lines import crisis_lines
from afterword.notebook.preferences import Preferences, keep, load
from afterword.record import Danger, Line, Record, Safety, Source
from afterword.store.tables import unlocks
from afterword.web.pages.care import care_for
from tests.people import Home, Person, Visitor, a_record

YOU, THEM = Source(730.0, "client"), Source(742.0, "therapist")
AGREED = (Line("I'll ring Mya, and then the line.", source=YOU), Line("I'll phone you on Saturday.", source=THEM))
LIFE = Safety("suicide", source=YOU, agreed=AGREED)
HOME = Safety("violence", source=YOU)
TODAY = date(2026, 12, 1)


@pytest.fixture
def visitor(home: Home, owner: Person) -> Visitor:
    return home.visitor(owner)


def shown(home: Home, owner: Person, visitor: Visitor, safety: Safety) -> str:
    session = home.shelve(owner, replace(a_record(), safety=safety)).hex()
    return visitor.get(f"/sessions/{session}").text


def set_to(home: Home, owner: Person, place: str = "", quiet: bool = False) -> None:
    keep(home.engine, owner.owner, Preferences(place, quiet))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("suicide", "not wanting to live"),
        ("self_harm", "hurting yourself"),
        ("harm_to_others", "harm to somebody else"),
        ("violence", "violence or control by somebody close to you"),
    ],
)
def test_each_kind_is_said_plainly(home: Home, owner: Person, visitor: Visitor, kind: Danger, words: str) -> None:
    page = shown(home, owner, visitor, Safety(kind, source=YOU))
    assert f"You talked about {words}." in page
    assert "It came up in minute 12." in page
    assert "This is no crisis service" in page


def test_what_was_agreed_is_quoted_with_who_said_it(home: Home, owner: Person, visitor: Visitor) -> None:
    page = shown(home, owner, visitor, LIFE)
    assert "You said: <q>I&#39;ll ring Mya, and then the line.</q>" in page
    assert "Your therapist said: <q>I&#39;ll phone you on Saturday.</q>" in page
    assert "found nothing that was agreed" in shown(home, owner, visitor, Safety("suicide"))


def test_a_corrected_name_and_swapped_voices_reach_what_was_agreed(home: Home, owner: Person, visitor: Visitor) -> None:
    session = home.shelve(owner, replace(a_record(), safety=LIFE)).hex()
    visitor.press(f"/sessions/{session}/names", heard="Mya", right="Maya")
    visitor.press(f"/sessions/{session}/settle/swap")
    page = visitor.get(f"/sessions/{session}").text
    assert "Your therapist said: <q>I&#39;ll ring Maya, and then the line.</q>" in page


def test_with_no_place_it_says_how_to_choose_and_names_the_directory(
    home: Home, owner: Person, visitor: Visitor
) -> None:
    page = shown(home, owner, visitor, LIFE)
    assert 'href="/settings"' in page
    assert "findahelpline.com" in page
    assert "988" not in page


def test_the_lines_are_those_of_the_place(home: Home, owner: Person, visitor: Visitor) -> None:
    set_to(home, owner, "IE")
    page = shown(home, owner, visitor, LIFE)
    assert '<a class="number" href="tel:116123">116 123</a>' in page
    assert 'HELLO to <a class="number" href="sms:50808">50808</a>' in page
    assert "1800 341 900" not in page
    assert "findahelpline.com" not in page
    set_to(home, owner, "US")
    assert 'href="tel:988"' in shown(home, owner, visitor, LIFE)


def test_violence_at_home_has_its_own_lines_first() -> None:
    ireland = Preferences("IE")
    both = care_for(replace(LIFE, also=("violence",)), ireland, TODAY)
    home = care_for(HOME, ireland, TODAY)
    assert both is not None
    assert home is not None
    assert [line.name for line in home.lines] == ["Women's Aid"]
    assert {line.of for line in both.lines} == {"life", "home"}
    assert both.lines[0].of == "life"
    assert both.at_home
    assert both.came_up == "not wanting to live and violence or control by somebody close to you"
    assert care_for(None, ireland, TODAY) is None


def test_an_old_table_says_so() -> None:
    later = crisis_lines().checked + timedelta(days=400)
    fresh, old = (care_for(LIFE, Preferences("US"), day) for day in (TODAY, later))
    assert fresh is not None
    assert old is not None
    assert (fresh.old, old.old) == (False, True)


def test_the_quieter_settings_are_offered_for_control_at_home_and_only_then(
    home: Home, owner: Person, visitor: Visitor
) -> None:
    page = shown(home, owner, visitor, HOME)
    offer = page[page.index("</aside>") :]
    assert 'href="/settings#quieter"' in offer
    assert not [word for word in ("violen", "abus", "danger", "escape", "afraid") if word in offer[:300].lower()]
    assert "settings#quieter" not in shown(home, owner, visitor, LIFE)
    assert "settings#quieter" in shown(home, owner, visitor, replace(LIFE, also=("violence",)))


def test_a_quiet_page_keeps_it_folded_away_under_plain_words(home: Home, owner: Person, visitor: Visitor) -> None:
    set_to(home, owner, "IE", quiet=True)
    page = shown(home, owner, visitor, HOME)
    assert page.index("<summary>More about this day</summary>") < page.index("You talked about violence")
    assert "Something serious" not in page
    assert "settings#quieter" not in page


def test_the_settings_are_kept_and_each_form_leaves_the_other_alone(
    home: Home, owner: Person, visitor: Visitor
) -> None:
    assert visitor.press("/settings", place="GB-SCT").headers["location"] == "/settings"
    visitor.press("/settings", quiet="on")
    assert load(home.engine, owner.owner) == Preferences("GB-SCT", True)
    assert '<option value="GB-SCT" selected>Scotland</option>' in visitor.get("/settings").text
    visitor.press("/settings", place="")
    assert load(home.engine, owner.owner) == Preferences("", True)
    for wrong in ({"place": "XX"}, {"quiet": "perhaps"}):
        assert visitor.press("/settings", **wrong).status_code == 404
    assert load(home.engine, owner.owner) == Preferences("", True)


def rewind(home: Home, seconds: int) -> None:
    with home.engine.begin() as db:
        db.execute(update(unlocks).values(seen=unlocks.c.seen - seconds))


def test_a_quiet_notebook_locks_after_a_minute_where_it_is_open_already(home: Home, owner: Person) -> None:
    here, there = home.visitor(owner), home.visitor(owner)
    here.press("/settings", quiet="on")
    rewind(home, 50)
    assert 'data-idle-seconds="60"' in there.get("/today").text
    rewind(home, 65)
    assert there.get("/today").headers["location"] == "/unlock"


def test_a_new_unlock_of_a_quiet_notebook_is_a_short_one(home: Home, owner: Person) -> None:
    set_to(home, owner, quiet=True)
    assert home.visitor().press("/unlock", passphrase=owner.passphrase).headers["location"] == "/today"
    with home.engine.connect() as db:
        assert db.execute(select(unlocks.c.idle)).scalar_one() == 60


def test_control_the_usual_notebook_stays_open_for_that_long(home: Home, owner: Person, visitor: Visitor) -> None:
    rewind(home, 65)
    assert visitor.get("/today").status_code == 200


def test_locking_a_quiet_notebook_leaves_an_ordinary_page(home: Home, owner: Person) -> None:
    for path in ("/lock", "/lock/everywhere"):
        set_to(home, owner, quiet=True)
        visitor = home.visitor(owner)
        assert visitor.press(path).headers["location"] == "/calendar"
        assert visitor.get("/today").headers["location"] == "/unlock"
        set_to(home, owner)
        assert home.visitor(owner).press(path).headers["location"] == "/unlock"


def test_the_ordinary_page_names_nothing_of_ours(home: Home) -> None:
    page = home.visitor().get("/calendar").text.lower()
    assert f"{date.today():%B %Y}".lower() in page
    assert not [word for word in ("afterword", "session", "notebook", "lock", "mark.svg", "manifest") if word in page]


def test_a_quiet_notebook_is_called_notes_and_shows_no_sample(home: Home, owner: Person, visitor: Visitor) -> None:
    assert "Try the sample session" in visitor.get("/today").text
    set_to(home, owner, quiet=True)
    for path in ("/today", "/settings", "/lock", "/sessions/new", "/voice", "/consent", "/instead", "/record"):
        page = visitor.get(path).text
        assert "<title>Notes</title>" in page, path
        assert "Afterword" not in page, path
        assert "manifest.webmanifest" not in page, path
    assert "Try the sample session" not in visitor.get("/today").text


def test_a_record_without_any_danger_shows_no_numbers(home: Home, owner: Person, visitor: Visitor) -> None:
    set_to(home, owner, "US")
    session = home.shelve(owner, Record(overview=(Line("Little."),))).hex()
    assert "tel:" not in visitor.get(f"/sessions/{session}").text
