"""The pages of what keeps coming up and of what the person came for, press by press."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from afterword.record import Label, Line, Record, Source
from tests.people import Home, Person, Visitor, a_record

DAYS = ("2026-09-04", "2026-10-02", "2026-10-30")


@pytest.fixture
def visitor(home: Home, owner: Person) -> Visitor:
    return home.visitor(owner)


@pytest.fixture
def three(home: Home, owner: Person) -> list[str]:
    """Sessions in which two things come up again."""
    themes = (("Mum's calls", "Theo"), ("The roof",), ("My mother ringing", "Theo"))
    said = (Line("Theo went home by himself.", source=Source(60.0, "client")),)
    records = [replace(a_record(), themes=tuple(map(Label, labels)), insights=said, recap=()) for labels in themes]
    return [home.shelve(owner, record, day).hex() for record, day in zip(records, DAYS, strict=True)]


def id_of(page: str, label: str) -> str:
    found = re.search(rf'id="p-([0-9a-f]+)">\s*<h2>{label}</h2>', page)
    assert found, label
    return found[1]


def act_of(page: str, press: str) -> str:
    found = re.search(rf'name="act" value="([0-9a-f]+)">\s*<span>[^<]*</span> <button[^>]*>{press}<', page)
    assert found, press
    return found[1]


def test_before_the_third_session_it_says_when_it_begins(home: Home, owner: Person, visitor: Visitor) -> None:
    assert "Once three sessions are here" in visitor.get("/patterns").text
    home.shelve(owner, a_record())
    home.shelve(owner, a_record())
    page = visitor.get("/patterns").text
    assert "With the next one" in page
    assert "Saying yes" not in page


def test_each_pattern_has_its_dates_a_picture_and_a_table(visitor: Visitor, three: list[str]) -> None:
    page = visitor.get("/patterns").text
    card = page[page.index("<h2>Mum&#39;s calls</h2>") :]
    card = card[: card.index('<li class="card')] if '<li class="card' in card else card
    assert "In 2 of your 3 sessions" in card
    assert card.count("<circle") == 3
    assert card.count('class="came"') == card.count("<td>came up</td>") == 2
    for session, there in zip(three, (True, False, True), strict=True):
        row = f'<th scope="row"><a href="/sessions/{session}">'
        assert row in card
        assert (f'href="/sessions/{session}#themes-0"' in card) == there
    assert "style=" not in page


def test_a_pattern_is_renamed_and_called_as_it_was(visitor: Visitor, three: list[str]) -> None:
    found = id_of(visitor.get("/patterns").text, "Theo")
    answer = visitor.press("/patterns", action="rename", pattern=found, name=" My  little brother ")
    assert answer.headers["location"] == f"/patterns#p-{found}"
    page = visitor.get("/patterns").text
    assert id_of(page, "My little brother") == found
    visitor.press("/patterns", action="undo", act=act_of(page, "As it was called"))
    assert id_of(visitor.get("/patterns").text, "Theo") == found


def test_two_are_put_together_and_split_again(visitor: Visitor, three: list[str]) -> None:
    before = visitor.get("/patterns").text
    theo, mum = id_of(before, "Theo"), id_of(before, "Mum&#39;s calls")
    visitor.press("/patterns", action="merge", pattern=mum, into=theo)
    page = visitor.get("/patterns").text
    assert "<h2>Theo</h2>" in page
    assert "<h2>Mum&#39;s calls</h2>" not in page
    visitor.press("/patterns", action="undo", act=act_of(page, "Split again"))
    assert id_of(visitor.get("/patterns").text, "Mum&#39;s calls") == mum


def test_a_dismissed_one_stands_at_the_end_and_can_come_back(visitor: Visitor, three: list[str]) -> None:
    visitor.press("/patterns", action="dismiss", pattern=id_of(visitor.get("/patterns").text, "Theo"))
    page = visitor.get("/patterns").text
    assert "<h2>Theo</h2>" not in page
    visitor.press("/patterns", action="undo", act=act_of(page, "Show it again"))
    assert "<h2>Theo</h2>" in visitor.get("/patterns").text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"action": "burn"}, 404),
        ({"action": "merge", "into": "0" * 32}, 404),
        ({"action": "rename", "name": "  "}, 422),
        ({"action": "undo", "act": "0"}, 404),
        ({"action": "dismiss", "pattern": "0" * 32}, 404),
    ],
)
def test_what_is_no_press_changes_nothing(
    visitor: Visitor, three: list[str], fields: dict[str, str], status: int
) -> None:
    before = visitor.get("/patterns").text
    given = {"pattern": id_of(before, "Theo"), **fields}
    assert visitor.press("/patterns", **given).status_code == status
    assert visitor.get("/patterns").text == before


def test_a_pattern_is_not_put_into_itself(visitor: Visitor, three: list[str]) -> None:
    theo = id_of(visitor.get("/patterns").text, "Theo")
    assert visitor.press("/patterns", action="merge", pattern=theo, into=theo).status_code == 404


def test_words_that_look_like_code_are_words(home: Home, owner: Person, visitor: Visitor) -> None:
    for day in DAYS:
        home.shelve(owner, Record(themes=(Label('"><script>x()</script>'),)), day)
    assert "<script>x" not in visitor.get("/patterns").text


def test_the_stranger_sees_nothing_of_it(home: Home, stranger: Person, three: list[str]) -> None:
    for where in ("/patterns", "/came-for", "/threads"):
        assert "Theo" not in home.visitor(stranger).get(where).text


def want_of(page: str) -> str:
    found = re.search(r'id="w-([0-9a-f]{32})"', page)
    assert found
    return found[1]


def test_what_was_wanted_stands_with_the_first_and_the_latest_line(visitor: Visitor, three: list[str]) -> None:
    assert "in your own words" in visitor.get("/came-for").text
    visitor.press("/came-for", action="add", text="Theo goes home by himself")
    page = visitor.get("/came-for").text
    assert "First, Friday 4 September 2026" in page
    assert "Latest, Friday 30 October 2026" in page
    assert f'href="/sessions/{three[2]}#insights-0"' in page


def test_a_want_is_worded_anew_put_away_and_taken_up(visitor: Visitor) -> None:
    visitor.press("/came-for", action="add", text="To sleep")
    want = want_of(visitor.get("/came-for").text)
    visitor.press("/came-for", action="reword", want=want, text="To sleep through")
    assert "<h2>To sleep through</h2>" in visitor.get("/came-for").text
    visitor.press("/came-for", action="undo", want=want)
    assert "<h2>To sleep</h2>" in visitor.get("/came-for").text
    visitor.press("/came-for", action="away", want=want)
    page = visitor.get("/came-for").text
    assert "<h2>To sleep</h2>" not in page
    assert "Put away" in page
    visitor.press("/came-for", action="back", want=want)
    assert "<h2>To sleep</h2>" in visitor.get("/came-for").text


def test_a_line_of_a_session_becomes_a_want(visitor: Visitor, three: list[str]) -> None:
    line = f"{three[2]}.insights.0"
    assert f'value="{line}"' in visitor.get("/came-for").text
    visitor.press("/came-for", action="pick", line=line)
    page = visitor.get("/came-for").text
    assert "<h2>Theo went home by himself.</h2>" in page
    assert "Picked from your session of Friday 30 October 2026" in page
    assert f'value="{line}"' not in page


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"action": "add", "text": " "}, 422),
        ({"action": "burn", "want": "0" * 32}, 404),
        ({"action": "reword", "want": "0" * 32, "text": "x"}, 404),
        ({"action": "away", "want": "zz"}, 404),
        ({"action": "pick", "line": "x.insights.0"}, 404),
        ({"action": "pick", "line": "{}.themes.0"}, 404),
        ({"action": "pick", "line": "{}.insights.99"}, 404),
    ],
)
def test_what_is_no_wish_is_not_kept(visitor: Visitor, three: list[str], fields: dict[str, str], status: int) -> None:
    given = {name: value.format(three[0]) for name, value in fields.items()}
    assert visitor.press("/came-for", **given).status_code == status
    assert 'id="w-' not in visitor.get("/came-for").text
