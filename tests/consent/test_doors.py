"""Every way in asks the gate: each route and each command is tried with somebody else's voice and without their yes."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

import afterword
from afterword.capture import intake
from afterword.capture.wraps import Wraps
from afterword.consent import kept
from afterword.consent.answers import Again, Answered, Entry, Limits, Withdrawn
from afterword.consent.gate import Standing
from afterword.store.tables import captures
from afterword.web.routes import SITEMAP
from tests.consent.yes import THERAPIST, say_yes
from tests.people import Home, Person

TODAY = date.today().isoformat()
SOURCE = Path(afterword.__file__).parent
# The sample is a made-up session that ships with the program.
NOBODYS = "POST /sessions/sample"
ASKING = [entry for entry in SITEMAP if entry[0] != "GET"]


def wishes() -> Iterator[dict[str, Any]]:
    """Somebody else's voice, in every form, as a file and live, and every way that once was enough."""
    for form in ("session", "closing", "spoken", "transcript"):
        for live in (False, True):
            yield {"form": form, "live": live, "voices": "both"}
    yield {"voices": "both", "agreed": True, "agreed_on": TODAY, "therapist_agreed": TODAY}
    yield {"voices": "both", "therapist": THERAPIST, "yes": True, "consent": True, "override": True}
    yield {"voices": "nobody"}
    yield {"voices": "none"}


def knock(home: Home, owner: Person, method: str, path: str) -> None:
    """With every wish, as a script and as a form, by somebody who is unlocked."""
    for wish in wishes():
        given = wish | {"day": TODAY, "size": 2500, "fingerprint": secrets.token_hex(32)}
        where = re.sub(r"\{.*?\}", "0" * 32, path)
        visitor = home.visitor(owner)
        visitor.call(method, where, json=given)
        if method == "POST":
            visitor.press(where, **{k: str(v) for k, v in given.items()})


def with_another_voice(home: Home, owner: Person) -> list[bytes]:
    """Captures that would be listened to as a session of two."""
    with home.engine.connect() as db:
        ids = [row[0] for row in db.execute(select(captures.c.id))]
    manifests = [Wraps(home.settings.keys, found).open_a(owner.owner) for found in ids]
    return [m.capture for m in manifests if m.consent.voices not in ("mine", "none")]


@pytest.mark.parametrize("entry", ASKING, ids=lambda e: f"{e[0]} {e[1]}")
def test_no_route_begins_a_capture_of_another_voice_without_a_yes(
    home: Home, owner: Person, entry: tuple[str, str, Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    method, path, _, _ = entry
    monkeypatch.setattr(intake, "OPENING_SECONDS", 0.5)
    with home.opener():
        knock(home, owner, method, path)
    assert bool(with_another_voice(home, owner)) == (f"{method} {path}" == NOBODYS)


def test_control_a_door_that_does_not_ask_is_caught(home: Home, owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "rests_on", lambda *_: Standing(Answered("", TODAY, "yes", Limits())))
    with home.opener():
        knock(home, owner, "POST", "/captures")
    assert with_another_voice(home, owner)


def test_what_may_make_a_capture_is_known() -> None:
    """A new caller of these has to ask the gate too, and to be written down here."""
    makers = ("Manifest(", "open_new(", "to_listen(")
    found = {
        (str(path.relative_to(SOURCE)), name)
        for path in SOURCE.rglob("*.py")
        for name in makers
        if re.search(rf"(?<!class )(?<!def )\b{re.escape(name)}", path.read_text())
    }
    assert found == {
        ("capture/intake.py", "Manifest("), ("command/process.py", "Manifest("), ("capture/intake.py", "open_new("),
        ("session.py", "to_listen("), ("command/process.py", "to_listen("),
    }  # fmt: skip
    for path in ("capture/intake.py", "command/process.py"):
        assert "rests_on(" in (SOURCE / path).read_text()


def note(home: Home, owner: Person, *entries: Entry) -> None:
    kept.append(home.settings, home.engine, owner.owner, *entries)


def begin(home: Home, owner: Person, **more: Any) -> tuple[int, str]:
    """Status, and the code of what is missing."""
    wish = {"voices": "both", "day": TODAY, "size": 2500, "fingerprint": secrets.token_hex(32)} | more
    with home.opener():
        answer = home.visitor(owner).call("POST", "/captures", json=wish)
    return answer.status_code, answer.json().get("error", "")


@pytest.mark.parametrize("live", [False, True])
def test_the_api_begins_what_is_covered_and_says_what_is_missing(home: Home, owner: Person, live: bool) -> None:
    for entry, found in (
        (None, (403, "not_asked")),
        (Answered(THERAPIST, "2026-11-01", "yes", Limits()), (403, "ask_again")),
        (Again(THERAPIST, TODAY), (201, "")),
        (Withdrawn(THERAPIST, TODAY), (403, "withdrawn")),
        (Answered(THERAPIST, "2026-11-01", "limits", Limits(("last_minutes",), "all")), (403, "other_format")),
        (Answered(THERAPIST, "2026-11-01", "limits", Limits(sessions="all", until="2026-11-02")), (403, "yes_ended")),
    ):
        if entry:
            note(home, owner, entry)
        assert begin(home, owner, live=live) == found
    assert begin(home, owner, live=live, voices="mine") == (201, ""), "one's own recap needs nobody's"


def test_a_file_that_was_begun_does_not_go_on_after_the_yes_is_taken_back(home: Home, owner: Person) -> None:
    say_yes(home.settings, home.engine, owner.owner)
    same = secrets.token_hex(32)
    assert begin(home, owner, fingerprint=same) == (201, "")
    note(home, owner, Withdrawn(THERAPIST, TODAY))
    assert begin(home, owner, fingerprint=same) == (403, "withdrawn")


def test_a_closing_needs_a_yes_to_the_last_minutes_alone(home: Home, owner: Person) -> None:
    note(home, owner, Answered(THERAPIST, "2026-11-01", "limits", Limits(("last_minutes",), "all")))
    assert begin(home, owner, live=True, form="closing") == (201, "")
    assert begin(home, owner, form="closing") == (422, "not_live")
    assert begin(home, owner, form="transcript") == (403, "other_format")


def test_a_strangers_yes_opens_nothing(home: Home, owner: Person) -> None:
    stranger = home.person("zuna mofi tela bivo kuda")
    say_yes(home.settings, home.engine, stranger.owner)
    assert begin(home, owner) == (403, "not_asked")
    assert begin(home, stranger) == (201, "")


def test_the_session_remembers_whose_yes_it_rests_on(home: Home, owner: Person) -> None:
    from afterword.notebook.shelf import Shelf, Yes

    say_yes(home.settings, home.engine, owner.owner)
    begin(home, owner)
    begin(home, owner, voices="mine")
    shelf = Shelf(home.engine, owner.owner)
    assert {shelf.yes_of(s.id) for s in shelf.sessions()} == {Yes(THERAPIST, "2026-11-01"), None}


def test_the_refusal_is_json_with_a_code_and_a_sentence(home: Home, owner: Person) -> None:
    answer = home.visitor(owner).call(
        "POST", "/captures", content=json.dumps({"voices": "both", "day": TODAY, "size": 1, "fingerprint": "a" * 64}),
        headers={"content-type": "application/json"},
    )  # fmt: skip
    assert (answer.status_code, set(answer.json())) == (403, {"error", "says"})
    assert answer.json()["says"].startswith("Another person’s voice needs their yes first")
