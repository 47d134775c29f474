"""A session that is deleted takes along what was said by hand of its threads and its patterns."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

from afterword.notebook import notes, pattern_changes, threads
from afterword.notebook.drawer import Drawer
from afterword.notebook.forgetting import forget
from afterword.notebook.past import Ref
from afterword.notebook.pattern_changes import Act, Changes
from afterword.notebook.search import search
from afterword.notebook.shelf import Shelf
from afterword.notebook.takeout import as_json, taken_out
from afterword.record import Label, Line
from tests.people import Home, Person, a_record


def renamed(before: Changes, *, of: list[str], name: str) -> Changes:
    return before.with_act("rename", of, name)


def a_notebook(home: Home, owner: Person) -> bytes:
    """Three sessions. Returns the id of one with a theme and a thread of its own, both in the person's words."""
    plain = replace(a_record(), themes=(Label("Sleep"),))
    alone = replace(plain, themes=(Label("Sleep"), Label("Zanzibar")), questions=(Line("Begin with Zanzibar."),))
    home.shelve(owner, plain, "2026-11-06")
    found = home.shelve(owner, alone, "2026-11-13")
    home.shelve(owner, plain, "2026-11-20")
    Shelf(home.engine, owner.owner).correct_line(found, "themes", 1, "Zanzibar and the sea")
    for of, name in (["zanzibar"], "Zanzibar of old"), (["sleep"], "My nights"), (["sea"], "Zanzibar, the sea"):
        pattern_changes.change(home.engine, owner.owner, partial(renamed, of=of, name=name))
    thread = threads._id(Ref(found.hex(), "questions", 0))
    threads.word(home.engine, owner.owner, thread, "Zanzibar, in my words.")
    return found


def test_no_word_of_it_is_left_in_threads_and_patterns(home: Home, owner: Person) -> None:
    found = a_notebook(home, owner)
    assert search(home.engine, owner.owner, "zanzibar").total >= 3, "control: they are there"
    forget(home.engine, owner.owner, found)
    assert search(home.engine, owner.owner, "zanzibar").total == 0
    everything = as_json(taken_out(home.settings, home.engine, owner.owner, "2026-12-01")).decode()
    assert "zanzibar" not in everything.lower()
    assert threads.load(home.engine, owner.owner) == {}
    assert list(pattern_changes.load(home.engine, owner.owner).names.items()) == [("sleep", "My nights")]


def test_control_the_session_alone_leaves_them(home: Home, owner: Person) -> None:
    found = a_notebook(home, owner)
    Shelf(home.engine, owner.owner).remove(found)
    assert search(home.engine, owner.owner, "zanzibar").total > 0


def test_what_the_person_wrote_stays(home: Home, owner: Person) -> None:
    found = a_notebook(home, owner)
    notes.keep(home.engine, owner.owner, notes.Note("note", "2026-11-14T10:00", "Zanzibar again."))
    forget(home.engine, owner.owner, found)
    assert search(home.engine, owner.owner, "zanzibar").total == 1
    assert "Zanzibar" in json.dumps(list(Drawer(home.engine, owner.owner, "note").all().values()))


def test_a_name_stays_with_what_was_put_together() -> None:
    acts = (
        Act("1", "merge", ("calls", "ringing")),
        Act("2", "rename", ("calls",), "Mum"),
        Act("3", "dismiss", ("sea",)),
    )
    left = Changes(acts).less({"calls", "sea"})
    assert left.acts == (Act("2", "rename", ("ringing",), "Mum"),)
    assert Changes(acts).less({"night"}).acts == acts
