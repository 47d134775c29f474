"""Taking everything along: whole, in clear and said so, under names without a word, and nothing left behind."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace

from sqlalchemy import func, select

from afterword.notebook import notes
from afterword.notebook.notes import Note
from afterword.notebook.shelf import Shelf
from afterword.record import Line, Safety
from afterword.store.tables import objects
from tests.consent.yes import say_yes
from tests.people import Home, Person, a_record


def fill(home: Home, owner: Person) -> bytes:
    session = home.shelve(owner, a_record())
    home.shelve(owner, a_record())
    Shelf(home.engine, owner.owner).correct_line(session, "overview", 0, "In my own words.")
    Shelf(home.engine, owner.owner).correct_line(session, "insights", 1, None)
    notes.keep(home.engine, owner.owner, Note("note", "2026-11-21T10:00", "Slept badly."))
    notes.keep(home.engine, owner.owner, Note("plan", "2026-12-02T10:00", "Ask about June."))
    say_yes(home.settings, home.engine, owner.owner)
    return session


def test_the_page_says_that_it_is_in_clear_and_where_it_lands(home: Home, owner: Person) -> None:
    page = home.visitor(owner).get("/take-out").text
    assert "whoever opens it can read it" in page
    assert "where your browser puts downloads" in page


def test_the_folder_has_every_session_and_note_and_no_word_in_its_names(home: Home, owner: Person) -> None:
    fill(home, owner)
    answer = home.visitor(owner).press("/take-out/text")
    assert answer.headers["cache-control"] == "no-store"
    assert re.fullmatch(r'attachment; filename="[0-9-]{10}\.zip"', answer.headers["content-disposition"])
    folder = zipfile.ZipFile(io.BytesIO(answer.content))
    names = set(folder.namelist())
    assert all(re.fullmatch(r"[0-9/-]+\.md", name) for name in names)
    both = {"1/2026/2026-11-20.md", "1/2026/2026-11-20-2.md"}
    assert names == {"0.md", "4.md", "2/2026-11.md", "2/2026-12.md", *both}
    text = {name: folder.read(name).decode() for name in names}
    mine = next(text[name] for name in both if "In my own words." in text[name])
    assert "belong to your father" not in mine
    assert "**Your therapist**: Send the page about the breathing exercise. (tonight)" in mine
    assert "I wrote\n\nSlept badly." in text["2/2026-11.md"]
    assert "I plan to raise\n\nAsk about June." in text["2/2026-12.md"]
    assert "said yes" in text["4.md"]


def test_the_json_is_all_of_it_and_leaves_nothing_here(home: Home, owner: Person) -> None:
    fill(home, owner)
    files = sorted(path.name for path in home.settings.data.rglob("*"))
    answer = home.visitor(owner).press("/take-out/all")
    read = json.loads(answer.content)
    assert (len(read["sessions"]), len(read["kept"]["note"]), read["afterword"]) == (2, 1, 1)
    assert answer.headers["cache-control"] == "no-store"
    assert sorted(path.name for path in home.settings.data.rglob("*")) == files


def test_a_stranger_takes_only_what_is_theirs(home: Home, owner: Person, stranger: Person) -> None:
    fill(home, owner)
    assert json.loads(home.visitor(stranger).press("/take-out/all").content)["sessions"] == []
    assert "In my own words" not in home.visitor(stranger).get("/take-out/pages").text


def test_all_of_it_and_one_session_can_be_printed(home: Home, owner: Person) -> None:
    session, visitor = fill(home, owner).hex(), home.visitor(owner)
    page = visitor.get("/take-out/pages").text
    assert page.count("<article>") == 3
    assert "I plan to raise" in page
    assert "In my own words." in page
    assert "belong to your father" in page, "the other session has that line still"
    one = visitor.get(f"/sessions/{session}/print").text
    assert one.count("<article>") == 1
    assert "belong to your father" not in one
    assert f'href="/sessions/{session}/print"' in visitor.get(f"/sessions/{session}").text


def test_that_something_serious_came_up_is_never_left_out(home: Home, owner: Person) -> None:
    danger = Safety("suicide", agreed=(Line("I will ring Jo first."),), also=("violence",))
    session = home.shelve(owner, replace(a_record(), safety=danger)).hex()
    visitor = home.visitor(owner)
    folder = zipfile.ZipFile(io.BytesIO(visitor.press("/take-out/text").content))
    for text in (
        visitor.get(f"/sessions/{session}/print").text,
        visitor.get("/take-out/pages").text,
        folder.read("1/2026/2026-11-20.md").decode(),
    ):
        assert "ot wanting to live, violence or control" in text
        assert "I will ring Jo first." in text


def test_an_empty_notebook_can_be_taken_too(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    assert json.loads(visitor.press("/take-out/all").content)["sessions"] == []
    assert zipfile.ZipFile(io.BytesIO(visitor.press("/take-out/text").content)).namelist() == ["0.md"]
    assert "nothing to print yet" in visitor.get("/take-out/pages").text


def test_reading_is_all_that_it_does(home: Home, owner: Person) -> None:
    fill(home, owner)
    visitor = home.visitor(owner)
    visitor.get("/take-out/pages")
    with home.engine.connect() as db:
        before = db.execute(select(func.count()).select_from(objects)).scalar()
    visitor.press("/take-out/text")
    visitor.press("/take-out/all")
    with home.engine.connect() as db:
        assert db.execute(select(func.count()).select_from(objects)).scalar() == before
