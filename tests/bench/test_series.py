"""The rule by which Briefs, patterns and threads are measured, on a series of two sessions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench.series import GOALS, Series, briefs, covers, series_in, table, tally

SAID = {
    1: ["I never got to Bianca and the money.", "I'll call Dr. Feeney's office on Thursday.", "No pie, I won't go."],
    2: ["Bianca rang again about the money.", "Nothing new."],
}
GOLD: dict[str, Any] = {
    "pre_session_briefs": [
        {
            "before_session": 2,
            "points": [
                {"text": "Bianca and the money come first.", "source_session": 1, "turns": [0]},
                {"text": "You were going to call Dr. Feeney's office.", "source_session": 1, "turns": [1]},
            ],
            "must_not_contain": ["Going to Colleen's with a pie."],
        }
    ],
    "recurring_themes": [
        {"label": "Bianca and money", "evidence": [{"session": 1, "turns": [0]}, {"session": 2, "turns": [0]}]}
    ],
    "threads": [
        {"text": "Bianca", "raised_in": 1, "raised_turns": [0], "revisited": [{"session": 2, "turns": [0]}]},
        {"text": "The office", "raised_in": 1, "raised_turns": [1], "revisited": []},
    ],
}
SERIES = Series("arcX", (), GOLD, SAID)


def item(text: str, *places: tuple[int, int], **more: Any) -> dict[str, Any]:
    return {"text": text, "label": text, "from": [{"session": s, "evidence": [t]} for s, t in places]} | more


def replay(brief: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    sessions = [{"brief_before": None}, {"brief_before": brief}]
    return {"sessions": sessions, "patterns": [], "threads": []} | more


def test_a_point_is_covered_by_what_cites_it_and_says_enough_of_the_same() -> None:
    point = GOLD["pre_session_briefs"][0]["points"][1]
    assert covers(item("Yours, mentioned: Call Dr. Feeney's office.", (1, 1)), point, SAID)
    assert not covers(item("Yours, mentioned: Call Dr. Feeney's office.", (1, 0)), point, SAID)
    assert not covers(item("Something about gardens, weather and music.", (1, 1)), point, SAID)


def test_what_is_found_is_counted() -> None:
    good = replay(
        [item("Begin with Bianca and the money.", (1, 0))],
        patterns=[item("Bianca", (1, 0), (2, 0)), item("Gardens", (1, 0), (2, 0))],
        threads=[item("Bianca", (1, 0), status="revisited"), item("Call the office", (1, 1), status="revisited")],
    )
    assert tally(SERIES, good).figures() == {
        "points of the Briefs covered, share": 0.5,
        "said in a Brief that must not be said": 0,
        "longest Brief, words": 6,
        "recurring themes, recall": 1.0,
        "recurring themes, precision": 0.5,
        "threads met, share": 1.0,
        "threads' status right, share": 0.5,
    }
    assert set(tally(SERIES, good).figures()) == set(GOALS)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Yours: going to Colleen's with a pie.", 1),
        ('Yours: You said: "I am going to Colleen\'s with a pie."', 1),
        ("You decided not to go to Colleen's with a pie.", 0),
        ("Begin with Bianca and the money.", 0),
    ],
)
def test_a_refused_step_that_is_forced_in_is_caught(line: str, said: int) -> None:
    assert tally(SERIES, replay([item(line, (1, 2))])).forbidden == said


def test_nothing_covers_nothing_and_the_table_shows_every_goal() -> None:
    empty = tally(SERIES, replay([]))
    assert (empty.covered, empty.points, empty.found, empty.status) == (0, 2, 0, 0)
    assert [len(brief.items) for brief in briefs(GOLD, replay([]))] == [0]
    lines = list(table({"arcX": empty}))
    assert len(lines) == 1 + len(GOALS)
    assert "goal" in lines[0]


def test_a_series_is_read_with_its_sessions_in_order(tmp_path: Path) -> None:
    (tmp_path / "arcX_gold.json").write_text(json.dumps(GOLD))
    for number, said in SAID.items():
        turns = [{"t": t, "speaker": "client", "text": text} for t, text in enumerate(said)]
        (tmp_path / f"arcX_session{number}.json").write_text(json.dumps({"date": "2026-03-03", "turns": turns}))
    [series] = series_in(tmp_path)
    assert (series.name, series.talks, len(series.files)) == ("arcX", SAID, 2)
