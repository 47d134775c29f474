"""The guide for sessions by video: open to everybody, nothing private, every figure and cell from where it is kept."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from afterword.consent.installation import Times
from afterword.facts.call_sound import WHATS, call_sound
from afterword.notebook.asks import Kept, keep
from afterword.settings import Reach
from afterword.web.app import create_app
from afterword.web.pages import telehealth
from tests.people import Home, Person, Visitor
from tests.web.test_asking import words_of

WAYS = ("tab", "app", "table", "theirs")


def way(page: str, name: str) -> str:
    """What a person reads of one way."""
    (found,) = re.findall(rf'<section class="way" aria-labelledby="{name}">(.*?)</section>', page, re.S)
    return words_of(f"<main>{found}</main>")


def test_everybody_may_read_it_before_there_is_a_notebook_and_after(home: Home) -> None:
    assert home.visitor().get("/telehealth").status_code == 200
    owner = home.person()
    assert home.visitor().get("/telehealth").status_code == 200
    assert home.visitor(owner).get("/telehealth").status_code == 200


@pytest.mark.parametrize("name", WAYS)
def test_each_way_says_what_to_do_what_is_heard_what_is_kept_and_whose_yes(home: Home, name: str) -> None:
    says = way(home.visitor().get("/telehealth").text, name)
    for part in ("Choose this when", "What you do", "What is heard", "What is kept where, and until when",
                 "Whose yes it needs", "Your computer at home", "The service of the call",
                 "By video both places count"):  # fmt: skip
        assert part in says, part


def test_it_says_that_what_the_service_keeps_is_not_ours_to_destroy(home: Home) -> None:
    page = home.visitor().get("/telehealth").text
    assert "not ours to destroy" in way(page, "theirs")
    assert all("between it, your therapist and you" in way(page, name) for name in ("tab", "app", "table"))
    assert "Your own copy of the file stays where it is" in way(page, "theirs")


def test_the_way_without_a_recording_is_one_of_them(home: Home) -> None:
    page = home.visitor().get("/telehealth").text
    assert "A no costs you nothing" in way(page, "without")
    links = set(re.findall(r'href="(/[a-z/-]+)"', page))
    assert {"/handoff", "/scan", "/record", "/sessions/new", "/instead/write/transcript", "/instead", "/place",
            "/consent", "/voice", "/phone"} <= links  # fmt: skip


def figures(home: Home) -> list[str]:
    return re.findall(r"(?:\d+|half an?|one|two|four|five|six) (?:days?|hours?|minutes?|seconds?|minute)",
                      words_of(home.visitor().get("/telehealth").text))  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [("chunk", 4, "four seconds"), ("part", 60, "one minute"), ("provisional", 86400, "1 day"),
     ("longest", 4 * 86400, "4 days")],
)  # fmt: skip
def test_control_another_constant_is_another_figure(
    home: Home, monkeypatch: pytest.MonkeyPatch, name: str, value: int, says: str
) -> None:
    before = figures(home)
    assert says not in before
    changed = replace(Times(), **{name: value})  # type: ignore[arg-type]
    monkeypatch.setattr(telehealth, "Times", lambda: changed)
    assert says in figures(home)


def test_only_what_was_tried_is_said_to_be(home: Home) -> None:
    page = home.visitor().get("/telehealth").text
    rows = re.findall(r'<th scope="row">(.*?)</th>\s*(.*?)</tr>', page, re.S)
    assert len(rows) == len(call_sound().rows)
    shown = [(name, [("tried" in cell) for cell in re.findall(r"<td.*?</td>", cells, re.S)]) for name, cells in rows]
    ordered = [row for rows in call_sound().by_system().values() for row in rows]
    assert shown == [(row.name, [what in row.tried for what in WHATS]) for row in ordered]
    assert sum(sum(cells) for _, cells in shown) == 2


def test_on_this_machine_it_says_where_the_other_computer_goes_and_elsewhere_it_tells_no_name(home: Home) -> None:
    names = ("notes.home.example", "other.home.example")
    here = create_app(replace(home.settings, reach=Reach(names, proxy=True)), home.engine, None)
    assert "https://notes.home.example/handoff" in Visitor(here).get("/telehealth").text
    away = create_app(replace(home.settings, reach=Reach(names)), home.engine, None)
    elsewhere = Visitor(away, base=f"https://{names[0]}").get("/telehealth").text
    assert "home.example" not in elsewhere


def test_nothing_private_is_on_it(home: Home, owner: Person) -> None:
    keep(home.engine, owner.owner, Kept("2026-11-30T10:00", "Dear Ms Ames, may I?"))
    mine, theirs = home.visitor(owner).get("/telehealth").text, home.visitor().get("/telehealth").text
    assert "Ames" not in mine
    assert words_of(mine) == words_of(theirs)


@pytest.mark.parametrize("path", ["/record", "/instead", "/today", "/phone"])
def test_a_person_who_chooses_how_to_record_finds_it(home: Home, owner: Person, path: str) -> None:
    assert 'href="/telehealth"' in home.visitor(owner).get(path).text


def test_what_is_spoken_alone_needs_no_word_of_video(home: Home, owner: Person) -> None:
    for path in ("/record/recap", "/record/note", "/record/together"):
        assert 'href="/telehealth"' not in home.visitor(owner).get(path).text
