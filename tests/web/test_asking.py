"""The ask and the page for therapists: open to everybody, storing nothing, true to this installation."""

from __future__ import annotations

import html
import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

import pytest

from afterword.capture import chosen
from afterword.capture.choice import Choice
from afterword.capture.live import CHUNK_SECONDS, MINUTES
from afterword.consent import installation as facts
from afterword.consent.ask import Choices, written
from afterword.consent.ask.first import QUESTIONS
from afterword.consent.installation import Installation, installation
from afterword.notebook.asks import Kept, keep, kept_asks
from afterword.settings import Reach
from afterword.store.ledger import SILENT_SECONDS
from afterword.store.tables import metadata
from afterword.vault.vault import IDLE_SECONDS
from afterword.verbatim import MOST_WORDS
from afterword.web.app import create_app
from afterword.web.pages import asking
from afterword.work.parts import PART_SECONDS
from afterword.work.sweep import LONGEST_SECONDS, PROVISIONAL_SECONDS
from tests.people import Home, Person, Visitor

CHOSEN = {"reason": "own", "own": "My memory is a sieve", "ask": "last_two", "use": "someone", "room": "limits",
          "tone": "direct", "purpose": "spoken", "to": "Ms Ames", "page": "yes"}  # fmt: skip
ANSWERS = {"first_why": "To sleep at last", "first_no": "Ask again in spring"}
AWAY = Choice(bytes(16), address="https://models.example/v1", agreed_on="2026-11-20")


def contents(home: Home) -> dict[str, str]:
    """All that the installation keeps: each row of each table, and each file beside the database."""
    with home.engine.connect() as db:
        rows = {t.name: repr(sorted(map(repr, db.execute(t.select())))) for t in metadata.sorted_tables}
    beside = [p for p in home.settings.data.rglob("*") if p.is_file() and not p.name.startswith("afterword.db")]
    return rows | {p.name: sha256(p.read_bytes()).hexdigest() for p in beside}


def shown(page: str) -> str:
    """The text of the page's field."""
    return html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)[1])  # type: ignore[index]


def words_of(page: str) -> str:
    """What a person reads of a page."""
    main = re.search(r"<main.*?</main>", page, re.S)[0]  # type: ignore[index]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


@pytest.mark.parametrize("path", ["/ask", "/for-therapists"])
def test_everybody_may_read_it_before_there_is_a_notebook_and_after(home: Home, path: str) -> None:
    assert home.visitor().get(path).status_code == 200
    owner = home.person()
    assert home.visitor().get(path).status_code == 200
    assert home.visitor(owner).get(path).status_code == 200


def test_the_first_pages_lead_to_it(home: Home) -> None:
    first = home.visitor()
    pages = [first.get("/setup").text]
    owner = home.person()
    pages += [first.get("/unlock").text, home.visitor(owner).get("/today").text]
    for page in pages:
        assert {'href="/ask"', 'href="/for-therapists"'} <= set(re.findall(r'href="[^"]+"', page))


def test_the_choices_become_the_text_with_and_without_script(home: Home) -> None:
    visitor = home.visitor()
    expected = written(replace(Choices(**{**CHOSEN, "page": True})), Installation("here", "unknown"))  # type: ignore[arg-type]
    assert shown(visitor.press("/ask", **CHOSEN).text) == expected
    answer = visitor.call("POST", "/ask/text", data=CHOSEN)
    assert answer.json() == {"text": expected}
    page = visitor.press("/ask", **CHOSEN).text
    assert 'value="limits" selected' in page
    assert 'value="direct" checked' in page
    assert 'value="My memory is a sieve"' in page


def test_a_choice_never_stands_in_an_address(home: Home) -> None:
    page = home.visitor().get("/ask").text
    assert re.findall(r'<form method="(\w+)" action="([^"]+)"', page) == [("post", "/ask")]
    assert "?" not in "".join(re.findall(r'(?:href|action)="([^"]*)"', page))
    assert shown(home.visitor().get("/ask?tone=shorter&reason=homework").text) == shown(page)


def test_the_public_page_stores_nothing(home: Home, owner: Person) -> None:
    before = contents(home)
    for visitor in (home.visitor(), Visitor(create_app(home.settings, home.engine, None))):
        visitor.get("/ask")
        visitor.press("/ask", **CHOSEN, **ANSWERS, text="By hand.", made="x")
        visitor.press("/ask", **CHOSEN, **ANSWERS, text="By hand.", made="x", action="anew")
        visitor.call("POST", "/ask/text", data=CHOSEN | ANSWERS)
        visitor.press("/ask/keep", **CHOSEN, **ANSWERS, text="By hand.")
        visitor.get("/for-therapists")
    assert contents(home) == before


def test_control_what_is_kept_would_be_noticed(home: Home, owner: Person) -> None:
    before = contents(home)
    keep(home.engine, owner.owner, Kept("2026-11-30T10:00", "May I?"))
    assert contents(home) != before
    before = contents(home)
    (home.settings.data / "left.txt").write_text("May I?")
    assert contents(home) != before


def test_what_was_changed_by_hand_stays_until_it_is_to_be_written_anew(home: Home) -> None:
    visitor = home.visitor()
    made = shown(visitor.get("/ask").text)
    mine = made.replace("Hello,", "Dear you,").replace("\n", "\r\n")
    typed = {"text": mine, "made": made.replace("\n", "\r\n"), "tone": "shorter"}
    page = visitor.press("/ask", **typed).text
    assert shown(page) == mine.replace("\r\n", "\n")
    assert 'id="by-hand">' in page
    anew = visitor.press("/ask", **typed, action="anew").text
    assert shown(anew) == written(Choices(tone="shorter", page=False), Installation("here", "unknown"))
    assert 'id="by-hand" hidden>' in anew


def test_a_text_that_was_not_touched_follows_the_choices(home: Home) -> None:
    visitor = home.visitor()
    made = shown(visitor.get("/ask").text).replace("\n", "\r\n")
    page = visitor.press("/ask", text=made, made=made, tone="shorter").text
    assert shown(page) == written(Choices(tone="shorter", page=False), Installation("here", "unknown"))


def test_what_one_answers_to_oneself_comes_back_and_is_no_part_of_the_text(home: Home) -> None:
    visitor = home.visitor()
    page = visitor.press("/ask", **CHOSEN, **ANSWERS).text
    for answer in ANSWERS.values():
        assert page.count(answer) == 1
        assert answer not in shown(page)
        assert answer not in visitor.call("POST", "/ask/text", data=CHOSEN | ANSWERS).text
    assert [question for question in QUESTIONS.values() if question not in page] == []


@pytest.mark.parametrize("wrong", [{"tone": "louder"}, {"reason": "<b>"}, {"purpose": ""}])
def test_what_no_page_of_ours_sends_is_not_there(home: Home, wrong: dict[str, str]) -> None:
    assert home.visitor().press("/ask", **wrong).status_code == 404
    assert home.visitor().call("POST", "/ask/text", data=wrong).status_code == 404


def test_typed_words_stay_words(home: Home) -> None:
    attack = "</textarea><script>alert(1)</script>"
    page = home.visitor().press("/ask", **CHOSEN | {"own": attack}, text=attack, made="", first_why=attack).text
    assert "<script>alert" not in page
    assert shown(page) == attack


def test_an_owner_keeps_it_sealed_takes_it_up_again_and_deletes_it(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    answer = visitor.press("/ask/keep", **CHOSEN, **ANSWERS, text="Dear you,\r\n\r\nmay I?")
    assert answer.headers["location"] == "/ask#kept"
    ((found, kept),) = kept_asks(home.engine, owner.owner)
    assert kept.text == "Dear you,\n\nmay I?"
    assert kept.first == {"why": "To sleep at last", "no": "Ask again in spring"}
    page = visitor.get("/ask").text
    assert "To sleep at last" in page
    again = visitor.press("/ask", text=kept.text, made="")
    assert shown(again.text) == kept.text
    raw = b"".join(p.read_bytes() for p in home.settings.data.glob("afterword.db*"))
    assert not [word for word in (b"Dear you", b"sleep at last", b"sieve") if word in raw]
    assert visitor.press(f"/ask/{found.hex()}/delete").status_code == 303
    assert kept_asks(home.engine, owner.owner) == []
    assert visitor.press(f"/ask/{found.hex()}/delete").status_code == 404


def test_nobody_elses_ask_is_seen_or_deleted(home: Home, owner: Person, stranger: Person) -> None:
    found = keep(home.engine, owner.owner, Kept("2026-11-30T10:00", "My own words, may I?"))
    assert "My own words" not in home.visitor(stranger).get("/ask").text
    assert "My own words" not in home.visitor().get("/ask").text
    assert home.visitor(stranger).press(f"/ask/{found.hex()}/delete").status_code == 404
    assert home.visitor(owner).press(f"/ask/{secrets.token_hex(16)}/delete").status_code == 404
    assert len(kept_asks(home.engine, owner.owner)) == 1


def test_an_empty_text_is_not_kept_and_nothing_that_was_typed_is_lost(home: Home, owner: Person) -> None:
    answer = home.visitor(owner).press("/ask/keep", **CHOSEN, **ANSWERS, text="  ")
    assert answer.status_code == 422
    assert "To sleep at last" in answer.text
    assert kept_asks(home.engine, owner.owner) == []


def test_who_writes_the_notes_is_told_to_the_unlocked_owner_alone(home: Home, owner: Person) -> None:
    chosen.keep(home.engine, owner.owner, AWAY)
    for path in ("/ask", "/for-therapists"):
        assert "models.example" in home.visitor(owner).get(path).text
        assert "models.example" not in home.visitor().get(path).text
    assert "unless the person chose a language model elsewhere" in words_of(home.visitor().get("/for-therapists").text)


# The page for therapists.

LENGTHS = {CHUNK_SECONDS: "5 seconds", PART_SECONDS: "30 seconds", SILENT_SECONDS: "30 minutes",
           PROVISIONAL_SECONDS: "3 days", LONGEST_SECONDS: "7 days", IDLE_SECONDS: "10 minutes"}  # fmt: skip
FORGET = f"{MINUTES[0]}, {MINUTES[1]} or {MINUTES[2]} minutes"


def figures(page: str) -> list[str]:
    """Every number on it with its unit; the date it was set up on is no promise."""
    text = re.sub(r"As this installation was set up on [^.]+\.", "", words_of(page))
    return re.findall(r"[0-9]+(?:, [0-9]+)*(?: or [0-9]+)? \w+", text)


def test_each_number_is_the_constant_of_the_code(home: Home) -> None:
    found = figures(home.visitor().get("/for-therapists").text)
    assert set(found) == {*LENGTHS.values(), FORGET, f"{MOST_WORDS} words"}
    assert len(re.findall(r"[0-9]+", " ".join(found))) == 11


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("chunk", 4, "4 seconds"), ("part", 45, "45 seconds"), ("silent", 3600, "1 hour"), ("idle", 300, "5 minutes"),
        ("provisional", 86400, "1 day"), ("longest", 3 * 86400, "3 days"), ("words", 123, "123 words"),
        ("forget", (1, 4), "1 or 4 minutes"),
    ],
)  # fmt: skip
def test_control_another_constant_is_another_number(
    home: Home, monkeypatch: pytest.MonkeyPatch, name: str, value: int | tuple[int, ...], says: str
) -> None:
    changed = replace(facts.Times(), **{name: value})  # type: ignore[arg-type]
    found: Callable[..., Installation] = lambda *a, **k: replace(installation(*a, **k), times=changed)  # noqa: E731
    before = figures(home.visitor().get("/for-therapists").text)
    monkeypatch.setattr(asking, "installation", found)
    after = figures(home.visitor().get("/for-therapists").text)
    assert says in after
    assert after != before


def test_it_says_recorded_then_destroyed_and_never_not_recorded(home: Home, owner: Person) -> None:
    chosen.keep(home.engine, owner.owner, AWAY)
    for visitor in (home.visitor(), home.visitor(owner)):
        text = words_of(visitor.get("/for-therapists").text)
        assert "recorded, then destroyed" in text
        assert not claims(text)


def claims(text: str) -> list[str]:
    """Words that say that nothing was recorded."""
    return re.findall(
        r"(?:not|never|n't|isn't|without being) (?:be )?record(?:ed|ing)|nothing is recorded", text.lower()
    )


def test_control_the_wrong_words_would_be_noticed() -> None:
    assert claims("The session is not recorded.")
    assert claims("Your voice is never recorded, and it isn't recorded later.")


def test_it_covers_what_a_therapist_has_to_know_and_nothing_private(home: Home, owner: Person) -> None:
    page = home.visitor().get("/for-therapists").text
    assert re.findall(r"<h2>(.*?)</h2>", page) == [
        "What is captured", "What exists afterwards", "For how long", "Who can open it", "When something fails",
        "What is never done", "How to say no, or stop",
    ]  # fmt: skip
    keep(home.engine, owner.owner, Kept("2026-11-30T10:00", "Dear Ms Ames, may I?"))
    assert words_of(home.visitor(owner).get("/for-therapists").text).count("Ames") == 0


def test_it_follows_the_settings(home: Home, owner: Person) -> None:
    phone = replace(home.settings, reach=Reach(("notes.home.example",), proxy=True))
    away = replace(home.settings, database="postgresql://db.example/notes")
    here, reached, elsewhere = (
        words_of(Visitor(create_app(s, home.engine, None)).get("/for-therapists").text)
        for s in (home.settings, phone, away)
    )
    assert "on that computer only" in here
    assert "on that computer only" not in reached
    assert "their own devices reach over an encrypted connection" in reached
    assert "notes.home.example" not in reached
    assert "database on another machine" in elsewhere
    assert "database" not in here
