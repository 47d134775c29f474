"""The search page: words in a body, matches marked, nothing kept of what was looked for."""

from __future__ import annotations

import re

from sqlalchemy import func, select

from afterword.notebook import notes
from afterword.notebook.notes import Note
from afterword.store.tables import objects
from tests.people import Home, Person, a_record


def test_a_line_is_found_marked_and_leads_to_its_place(home: Home, owner: Person) -> None:
    session = home.shelve(owner, a_record()).hex()
    page = home.visitor(owner).press("/search", words="alarm manager")
    assert page.status_code == 200
    assert "The <mark>alarm</mark> with your <mark>manager</mark>" in page.text
    href = re.search(r'href="(/sessions/[^"#]+)#([a-z-]+[0-9])"', page.text)
    assert href
    assert href[1] == f"/sessions/{session}"
    assert f'id="{href[2]}"' in home.visitor(owner).get(href[1]).text
    assert "said in the session, Friday 20 November 2026" in page.text


def test_words_stand_in_no_address_and_nothing_of_them_is_kept(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    form = re.search(r'<form method="(\w+)" action="([^"]+)" class="search"', visitor.get("/search").text)
    assert form
    assert form.groups() == ("post", "/search")
    with home.engine.connect() as db:
        before = db.execute(select(func.count()).select_from(objects)).scalar()
    answer = visitor.press("/search", words="crocodile")
    assert answer.headers["cache-control"] == "no-store"
    assert "location" not in answer.headers
    with home.engine.connect() as db:
        assert db.execute(select(func.count()).select_from(objects)).scalar() == before


def test_what_is_found_cannot_become_markup(home: Home, owner: Person) -> None:
    notes.keep(home.engine, owner.owner, Note("note", "2026-11-20T10:00", "<script>penguin</script>"))
    page = home.visitor(owner).press("/search", words="penguin").text
    assert "&lt;script&gt;<mark>penguin</mark>&lt;/script&gt;" in page


def test_the_next_fifty_are_one_press_away(home: Home, owner: Person) -> None:
    for n in range(60):
        notes.keep(home.engine, owner.owner, Note("note", "2026-11-20T10:00", f"penguin {n}"))
    visitor = home.visitor(owner)
    page = visitor.press("/search", words="penguin").text
    assert "60 lines; these are 1 to 50" in page
    (first,) = re.findall(r'name="first" value="(\d+)"', page)
    rest = visitor.press("/search", words="penguin", first=first).text
    assert "these are 51 to 60" in rest
    assert "Show the next ones" not in rest
    assert visitor.press("/search", words="penguin", first="-1").status_code == 404


def test_nothing_found_and_nothing_asked_say_what_helps(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    assert "What you search for is not kept" in visitor.get("/search").text
    assert "Another word for it may find more" in visitor.press("/search", words="crocodile").text
    assert "One of them alone finds more" in visitor.press("/search", words="crocodile tears").text
    assert "What you search for is not kept" in visitor.press("/search", words=" ").text
