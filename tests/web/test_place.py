"""Where are you? The page is for everybody, asks first, keeps no place and puts none into an address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest
from sqlalchemy import text

from afterword.consent import places
from afterword.consent.places import RECHECK_AFTER
from afterword.facts.consent_law import consent_law
from afterword.notebook.preferences import Preferences, keep
from afterword.web.routes import SITEMAP
from tests.people import Home, Person, Visitor


def look_up(visitor: Visitor, client: str, therapist: str, medium: str = "video") -> str:
    answer = visitor.press("/place", client=client, therapist=therapist, medium=medium)
    assert answer.status_code == 200, answer.text[:200]
    return unescape(answer.text)


def chosen(page: str) -> list[str]:
    return re.findall(r'<option value="([^"]+)" selected>', page)


def rows(home: Home) -> Iterator[str]:
    """Every row of the database but the unlocks, which note when somebody was here."""
    with home.engine.connect() as db:
        tables = db.execute(text("select name from sqlite_master where type = 'table'")).scalars().all()
        for table in sorted(set(tables) - {"unlocks"}):
            yield f"{table}: {db.execute(text(f'select * from {table}')).all()}"


def test_asking_comes_first_and_details_wait(home: Home, owner: Person) -> None:
    page = look_up(home.visitor(), "US-TX", "US-CA")
    assert "Ask first. Where your therapist is, everyone has to agree." in page
    plain = page.split("<details")[0]
    assert "Penal Code" not in plain
    details = page.split("<details")[1]
    for part in ("Texas, by video", "California, by video", "Cal. Penal Code § 632", "CAMFT", "<strong>high</strong>"):
        assert part in details
    assert "General information, not legal advice." in page
    assert chosen(page) == ["US-TX", "US-CA"]
    assert re.search(r'value="video" required checked', page)


def test_the_way_on_is_the_words_to_ask_with(home: Home, owner: Person) -> None:
    for answer in (look_up(home.visitor(), "US-TX", "US-NY"), look_up(home.visitor(), "DE", "same", "in_person")):
        assert 'href="/ask"' in answer
    assert ("GET", "/ask") in {(method, path) for method, path, _, _ in SITEMAP}


@pytest.mark.parametrize(
    ("client", "therapist", "says"),
    [
        ("US-CA", "same", "Where the two of you are, everyone has to agree."),
        ("US-TX", "same", "Where the two of you are, the law asks for one yes. Trust asks for both."),
        ("US-TX", "other", "Where your therapist is, we do not know the rule, so everyone has to agree."),
        ("other", "same", "Where the two of you are, we do not know the rule, so everyone has to agree."),
        ("other", "other", "Where the two of you are, we do not know the rule, so everyone has to agree."),
        ("", "", "Where the two of you are, we do not know the rule, so everyone has to agree."),
    ],
)
def test_every_choice_gets_an_answer(home: Home, owner: Person, client: str, therapist: str, says: str) -> None:
    assert f"Ask first. {says}" in look_up(home.visitor(), client, therapist)


def test_every_place_that_is_offered_gets_an_answer(home: Home, owner: Person) -> None:
    visitor = home.visitor()
    offered = re.findall(r'<option value="([A-Z-]+)"', visitor.get("/place").text)
    assert len(offered) == 2 * (len(consent_law().places) - 2)
    for code in sorted(set(offered))[::9]:
        assert consent_law().place(code).note in look_up(visitor, code, "same", "phone")


def test_one_room_is_in_one_place(home: Home, owner: Person) -> None:
    says = "One room is in one place."
    assert says in look_up(home.visitor(), "US-TX", "US-CA", "in_person")
    assert says not in look_up(home.visitor(), "US-TX", "same", "in_person")
    assert "Your video service" not in look_up(home.visitor(), "US-TX", "same", "in_person")


def test_a_province_names_the_privacy_law_of_the_therapists_side(home: Home, owner: Person) -> None:
    assert "Personal Information Protection Act (PIPA), S.A. 2003" in look_up(home.visitor(), "CA-AB", "same")
    assert "PIPEDA" not in look_up(home.visitor(), "US-TX", "same")


def test_platforms_say_what_to_check(home: Home) -> None:
    page = home.visitor().get("/place").text
    for name in ("Zoom: check", "Doxy.me: check", "SimplePractice: check"):
        assert name in page


def test_a_year_later_the_page_warns(home: Home, owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    warning = "and laws change. Look it up, or take it that everyone has to agree."
    assert warning not in look_up(home.visitor(), "US-TX", "US-NY")

    class Later(date):
        @classmethod
        def today(cls) -> Later:
            day = consent_law().checked + 2 * RECHECK_AFTER
            return cls(day.year, day.month, day.day)

    monkeypatch.setattr(places, "date", Later)
    assert warning in look_up(home.visitor(), "US-TX", "US-NY")


def test_nothing_is_kept_and_the_address_tells_nothing(home: Home, owner: Person) -> None:
    for visitor in (home.visitor(), home.visitor(owner)):
        before = list(rows(home))
        answer = visitor.press("/place", client="US-TX", therapist="US-CA", medium="video")
        assert list(rows(home)) == before
        assert "location" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
        assert str(answer.url).endswith("/place")
        assert chosen(visitor.get("/place").text) == []


def test_control_a_place_that_was_kept_is_noticed(home: Home, owner: Person) -> None:
    before = list(rows(home))
    keep(home.engine, owner.owner, Preferences("IE"))
    assert list(rows(home)) != before


def test_a_place_in_the_address_changes_nothing(home: Home) -> None:
    assert chosen(home.visitor().get("/place?client=US-TX&therapist=US-CA&medium=video").text) == []


@pytest.mark.parametrize(("kept", "first"), [("GB-SCT", ["GB"]), ("IE", ["IE"]), ("US", []), ("CA", []), ("FR", [])])
def test_a_country_of_the_settings_is_chosen_already_for_an_unlocked_owner(
    home: Home, owner: Person, kept: str, first: list[str]
) -> None:
    keep(home.engine, owner.owner, Preferences(kept))
    assert chosen(home.visitor(owner).get("/place").text) == first
    assert chosen(home.visitor().get("/place").text) == []


@pytest.mark.parametrize(
    "fields", [{}, {"client": "US-TX", "therapist": "US-CA"}, {"client": "US-TX", "therapist": "DE", "medium": "fax"}]
)
def test_what_no_page_of_ours_sends_is_not_there(home: Home, owner: Person, fields: dict[str, str]) -> None:
    assert home.visitor().press("/place", **fields).status_code == 404


def test_what_was_sent_is_not_shown_again(home: Home, owner: Person) -> None:
    assert "Xanadu" not in look_up(home.visitor(), "Xanadu", "<b>Xanadu</b>")


def test_a_form_without_its_token_is_turned_away(home: Home, owner: Person) -> None:
    wrong = home.visitor().ask(
        "POST", "/place", data={"client": "US-TX"}, headers={"sec-fetch-site": "same-origin", "origin": "null"}
    )
    assert wrong.status_code == 403
