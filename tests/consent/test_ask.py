"""The ask, in every combination: it reads as one person wrote it, keeps to the facts, and each voice is its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import get_args

import pytest

from afterword.capture.choice import Choice
from afterword.consent.ask import Choices, read, written
from afterword.consent.ask.choices import ASKS, NAME_MOST, OWN_MOST, PURPOSES, REASONS, ROOMS, TABLES, TONES, USES
from afterword.consent.ask.first import ANSWER_MOST, QUESTIONS, answers
from afterword.consent.ask.written import VOICES, voice
from afterword.consent.durations import in_figures, in_words
from afterword.consent.installation import Installation, Leaves, Times, Where, installation
from afterword.settings import Reach, Settings
from tests.consent.reading import FAULTS, UNSPOKEN, Reading, faults, reading, sentences

HERE = Installation("here", "nothing")
EVERY_FACT = [Installation(*fact, "models.example") for fact in product(get_args(Where), get_args(Leaves))]
SETTINGS = Settings(Path("notes"), "sqlite:///notes/afterword.db")
THE_QUESTION = "What would you suggest?"  # is what was chosen
OWN = "My memory has been poor since the winter"
BY_VOICE = list(product(PURPOSES, TONES))


def every(purpose: str, tone: str) -> Iterator[Choices]:
    """Each way to choose in one voice."""
    for reason, asked, use, room, page in product(REASONS, ASKS, USES, ROOMS, (True, False)):
        yield Choices(reason, asked, use, room, tone, purpose, page, OWN)


@cache
def readings(purpose: str, tone: str) -> tuple[Reading, ...]:
    return tuple(reading(written(choices, HERE)) for choices in every(purpose, tone))


@pytest.mark.parametrize(("purpose", "tone"), BY_VOICE)
def test_every_combination_reads_without_a_fault(purpose: str, tone: str) -> None:
    count = 0
    for choices, facts in product(every(purpose, tone), EVERY_FACT):
        text = written(replace(choices, to="Ms Ames" if choices.page else ""), facts)
        assert faults(text) == [], text
        assert "seven days" in text
        assert ("Ms Ames" in text) == (choices.page and purpose == "message")
        count += 1
    assert count == 540 * 8


@pytest.mark.parametrize(("purpose", "tone"), BY_VOICE)
def test_each_choice_changes_the_text(purpose: str, tone: str) -> None:
    usual = Choices(tone=tone, purpose=purpose, own=OWN)
    for name, table in TABLES.items():
        texts = {written(replace(usual, **{name: key}), HERE) for key in table}  # type: ignore[arg-type]
        assert len(texts) == len(table), name
    assert written(usual, HERE) != written(replace(usual, page=False), HERE)


@pytest.mark.parametrize("rule", FAULTS)
def test_control_a_text_that_breaks_a_rule_is_caught(rule: str) -> None:
    good = written(Choices(), HERE)
    broken = {
        "doubled space": good.replace(". ", ".  ", 1),
        "placeholder": good.replace("seven days", "{latest}"),
        "space before a mark": good.replace(".", " .", 1),
        "doubled mark": good.replace(".", "..", 1),
        "small letter after a full stop": good.replace(". Our", ". our"),
        "paragraph without an end": good.replace("find.\n", "find\n"),
        "doubled word": good.replace(" the ", " the the ", 1),
        "never": good + " I'm sorry to bother you.",
        "list": good + "\n- the sound",
        "not recorded": good + " You are not recorded.",
    }[rule]
    assert broken != good
    assert rule in faults(broken)
    assert faults(good) == []


def test_all_that_is_chosen_from_has_its_sentence_and_no_sentence_is_left_over() -> None:
    keys = {"reason": REASONS, "ask": ASKS, "sound": ASKS, "use": USES, "room": ROOMS, "where": get_args(Where),
            "leaves": get_args(Leaves)}  # fmt: skip
    assert {file.stem for file in VOICES.iterdir()} == {f"{p}-{t}" for p, t in BY_VOICE}
    for purpose, tone in BY_VOICE:
        found = voice(purpose, tone)
        for part, wanted in keys.items():
            assert {n.split(".")[1] for n in found.sentences if n.startswith(f"{part}.")} == set(wanted), (tone, part)
        used = {part for parts in found.paragraphs for part in parts}
        assert {name.split(".")[0] for name in found.sentences} == used


@pytest.mark.parametrize(
    ("purpose", "tone", "words", "mean", "longest"),
    [
        ("message", "warmer", (120, 235), 16, 26),
        ("message", "direct", (85, 190), 17, 28),
        ("message", "shorter", (45, 100), 12, 21),
        ("spoken", "warmer", (80, 175), 10, 16),
        ("spoken", "direct", (70, 140), 10, 16),
        ("spoken", "shorter", (45, 95), 11, 17),
    ],
)
def test_length_and_ease_of_each_voice(
    purpose: str, tone: str, words: tuple[int, int], mean: float, longest: int
) -> None:
    for found in readings(purpose, tone):
        assert words[0] <= found.words <= words[1]
        assert found.mean <= mean
        assert found.longest <= longest
        assert found.ease >= (75 if purpose == "spoken" else 70)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_shorter_is_shorter_and_warmer_takes_its_time(purpose: str) -> None:
    for shorter, direct, warmer in zip(*(readings(purpose, t) for t in ("shorter", "direct", "warmer")), strict=True):
        assert shorter.words < 0.9 * direct.words
        assert shorter.words < 0.7 * warmer.words
        assert direct.words < warmer.words


def test_what_is_read_aloud_has_shorter_sentences_and_nothing_that_only_paper_shows() -> None:
    for tone in TONES:
        for message, spoken in zip(readings("message", tone), readings("spoken", tone), strict=True):
            assert spoken.words < message.words or tone == "shorter"
            assert spoken.longest <= message.longest
        for choices in every("spoken", tone):
            assert not UNSPOKEN.search(written(choices, EVERY_FACT[0]))


def test_control_a_message_read_aloud_would_be_noticed() -> None:
    assert UNSPOKEN.search(written(Choices(), HERE))
    assert max(r.longest for r in readings("message", "warmer")) > 17


def test_no_sentence_stands_in_two_voices_and_few_runs_of_three_words_do() -> None:
    """Tone is another text, not another adjective."""
    texts = {(p, t): [written(c, HERE) for c in every(p, t)] for p, t in BY_VOICE}
    said = {v: {s for text in found for s in sentences(text)} - {OWN + ".", THE_QUESTION} for v, found in texts.items()}
    for (one, mine), (other, theirs) in product(said.items(), said.items()):
        if one < other:
            assert mine & theirs == set(), (one, other)
            assert overlap(mine, theirs) < (0.5 if one[1] == other[1] else 0.25), (one, other)


def test_control_two_texts_that_differ_by_an_adjective_are_nearly_the_same() -> None:
    mine = set(sentences(written(Choices(), HERE)))
    assert overlap(mine, {s.replace("written record", "lovely written record") for s in mine}) > 0.9


def overlap(mine: set[str], theirs: set[str]) -> float:
    """Share of the runs of three words of the smaller one that stand in the other too."""
    one, other = runs(mine), runs(theirs)
    return len(one & other) / min(len(one), len(other))


def runs(said: set[str]) -> set[tuple[str, ...]]:
    words = [re.findall(r"[a-z']+", s.lower()) for s in said]
    return {tuple(w[i : i + 3]) for w in words for i in range(len(w) - 2)}


def test_each_tone_keeps_its_manner() -> None:
    warm = re.compile(
        r"\b(?:love|glad|trust|feel|feels|welcome|thank|together|with you|means a lot|do me good)\b", re.I
    )
    for choices in every("message", "warmer"):
        text = written(choices, HERE)
        direct = written(replace(choices, tone="direct"), HERE)
        shorter = written(replace(choices, tone="shorter"), HERE)
        assert len(warm.findall(text)) > max(len(warm.findall(direct)), len(warm.findall(shorter)))
        assert "'" not in direct
    for choices in every("message", "direct"):
        begins = sentences(written(choices, HERE))[0]
        assert re.match(r"I (?:would like|need)\b", begins), begins


def test_own_words_stand_as_they_were_typed() -> None:
    own = "I lose {words} & <b>names</b>, mostly after 5"
    text = written(Choices(reason="own", own=own), HERE)
    assert f"{own}." in text
    assert "{words}" in written(Choices(to="{words}"), HERE)
    assert own not in written(Choices(reason="remember", own=own), HERE)
    assert written(Choices(reason="own", own="Because I forget!"), HERE).count("forget! ") == 0
    assert faults(written(Choices(reason="own"), HERE)) == []


def test_the_form_is_read_once_and_shortened() -> None:
    chosen = read({"reason": "own", "own": f" two \r\n lines {'x' * 999}", "to": "J" * 99, "tone": "direct"})
    assert chosen.own.startswith("two lines x")
    assert (len(chosen.own), len(chosen.to)) == (OWN_MOST, NAME_MOST)
    assert (chosen.tone, chosen.page) == ("direct", False)
    assert read({}) == Choices()
    for wrong in ({"tone": "louder"}, {"reason": ""}, {"ask": "audio"}):
        with pytest.raises(KeyError):
            read(wrong)


def test_a_recording_to_keep_elsewhere_is_not_on_offer() -> None:
    assert not [label for label in ASKS.values() if re.search(r"\b(?:full|audio|keep)\b", label)]


def test_the_privacy_plan_follows_the_settings() -> None:
    away = Choice(bytes(16), address="https://models.example/v1", agreed_on="2026-11-20")
    near = Choice(bytes(16), address="http://127.0.0.1:8080")
    settings = SETTINGS
    phone = replace(settings, reach=Reach(("notes.home.example",), proxy=True))
    elsewhere = replace(settings, database="postgresql+psycopg://notes@db.example/notes")
    found = {
        "locked": installation(settings, unlocked=False, model=None),
        "open": installation(settings, unlocked=True, model=None),
        "near": installation(settings, unlocked=True, model=near),
        "away": installation(settings, unlocked=True, model=away),
        "phone": installation(phone, unlocked=True, model=None),
        "database": installation(elsewhere, unlocked=True, model=None),
    }
    assert found["near"] == found["open"] == HERE
    assert (found["away"].leaves, found["away"].host) == ("words", "models.example")
    assert (found["locked"].leaves, found["phone"].where) == ("unknown", "reached")
    assert (found["database"].leaves, found["database"].database_here) == ("sealed", False)
    for purpose, tone in BY_VOICE:
        texts = {name: written(Choices(tone=tone, purpose=purpose), facts) for name, facts in found.items()}
        assert len(set(texts.values())) == 5
        assert [name for name, text in texts.items() if "models.example" in text] == ["away"]
        assert [name for name, text in texts.items() if "encrypted" in text] == ["phone"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"host": "0.0.0.0"}, "reached"),
        ({"host": "::1"}, "here"),
        ({"reach": Reach(("notes.home.example",))}, "reached"),
        ({"reach": Reach(proxy=True)}, "reached"),
        ({}, "here"),
    ],
)
def test_where_it_can_be_reached(change: dict[str, str | Reach], where: str) -> None:
    changed: Settings = replace(SETTINGS, **change)  # type: ignore[arg-type]
    assert installation(changed, unlocked=False, model=None).where == where


@pytest.mark.parametrize(
    ("address", "here"),
    [("sqlite:////notes/a.db", True), ("postgresql://localhost/n", True), ("postgresql:///n?host=/run/pg", True),
     ("postgresql://u@10.0.0.7/n", False), ("postgresql://db.example/n", False)],
)  # fmt: skip
def test_whether_the_database_is_on_this_machine(address: str, here: bool) -> None:
    found = installation(replace(SETTINGS, database=address), unlocked=True, model=None)
    assert found.database_here is here


def test_figures_come_from_the_code_and_change_with_it() -> None:
    other = replace(HERE, times=replace(Times(), part=60, longest=3 * 86400))
    for purpose, tone in BY_VOICE:
        text = written(Choices(tone=tone, purpose=purpose), HERE)
        changed = written(Choices(tone=tone, purpose=purpose), other)
        assert text.replace("half a minute", "one minute").replace("seven days", "three days") == changed != text


def test_lengths_of_time_in_words_and_figures() -> None:
    assert [in_figures(s) for s in (1, 30, 600, 5400, 259200, 604800)] == [
        "1 second", "30 seconds", "10 minutes", "90 minutes", "3 days", "7 days",
    ]  # fmt: skip
    assert [in_words(s) for s in (30, 60, 1800, 5400, 604800)] == [
        "half a minute", "one minute", "half an hour", "90 minutes", "seven days",
    ]  # fmt: skip


def test_five_questions_answered_in_a_line_each() -> None:
    assert len(QUESTIONS) == 5
    given = {"first_why": " To \r\n remember ", "first_no": "", "first_other": "x", "first_when": "w" * 999}
    assert answers(given) == {"why": "To remember", "when": "w" * ANSWER_MOST}
