"""The bench runs: what it reads, what it prints, what it says when something is missing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from afterword.room.understand.builtin import tagger
from bench import understanding
from bench.understanding import GOALS, Outcome, Piece, cost_of, difference, labelled, main, table, tagged_with
from tests.bench.test_scoring import GOLD, TURNS, WHOLE, scored

HELD = {"date": "2026-03-03", "turns": [{"t": i, "speaker": "client", "text": t} for i, t in enumerate(TURNS)]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One labelled session, and a file that is none."""
    (tmp_path / "one.json").write_text(json.dumps(HELD | {"gold": GOLD | {"must_not_say": ["You will drive there."]}}))
    (tmp_path / "series.json").write_text("{}")
    return tmp_path


def test_a_folder_of_labelled_sessions_is_scored_engine_by_engine(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(folder), "--show", "one"]) == 0
    printed = capsys.readouterr().out
    for name in GOALS:
        assert name in printed
    assert "1 sentences must not be said" in printed
    assert f"longest piece ({sum(len(t.split()) for t in TURNS)} words), built-in: peak memory" in printed
    assert printed.count('"engine": "') == 2
    assert "hand left out" not in printed  # nothing of this folder was ever learnt


def test_an_empty_folder_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err


def test_labels_do_not_reach_the_engine(folder: Path) -> None:
    [piece] = labelled(folder)
    assert b"drive there" not in piece.as_file
    assert [turn.text for turn in piece.transcript().turns] == TURNS


def test_without_scikit_learn_the_missing_column_is_said_loudly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    corpus = Namespace(folder=None)
    monkeypatch.setattr(understanding, "find_spec", lambda _: None)
    found = understanding.engines(corpus, None, tmp_path)
    assert set(found) == {"plain", "built-in"}
    assert "IS MISSING" in capsys.readouterr().err
    monkeypatch.setattr(understanding, "find_spec", lambda _: object())
    assert set(understanding.engines(corpus, None, tmp_path)) == {*found, "hand left out"}


def test_another_tagger_stands_in_and_goes_again(tmp_path: Path) -> None:
    shipped = tagger.the_tagger()
    (tmp_path / "w.npz").write_bytes(tagger.WEIGHTS.read_bytes())
    with tagged_with(tmp_path / "w.npz"):
        assert tagger.WEIGHTS.name == "w.npz"
        assert tagger.the_tagger() is not shipped
    assert tagger.WEIGHTS.name == "weights.npz"
    assert tagger.the_tagger().weights.shape == shipped.weights.shape


def test_the_table_has_a_goal_a_figure_and_a_ratio() -> None:
    lines = list(table({"ours": Outcome({"one": WHOLE}, {"one": scored()}, (), ())}))
    by_name = {line[:46].strip(): line[46:].split() for line in lines}
    assert by_name["insights, recall"] == [">", "0.4", "1.00", "(2.50)"]
    assert by_name["wrong steps"] == ["0", "0.00", "(inf)"]


def test_a_scorer_that_disagrees_is_seen(tmp_path: Path) -> None:
    piece, outcome = Piece("one", "", HELD | {"gold": GOLD}), Outcome({"one": WHOLE}, {"one": scored()}, (), ())
    ours = outcome.whole
    known = {n: {"recall": f.recall, "precision": f.precision} for n, f in ours.sections.items()} | {
        "worded": 2, "wrong_steps": 0, "wrong_owner": 0, "sentences": 7, "unsupported": 0, "step_wording": 1.0,
        "overview_recall": 1.0, "overview_words": 14, "safety_right": 1,
    }  # fmt: skip
    scorer = tmp_path / "scorer.py"
    for theirs, apart in ((known, 0.0), (known | {"wrong_steps": 2}, 2.0)):
        scorer.write_text(f"print({json.dumps(json.dumps({'total': theirs}))})")
        assert difference(scorer, [piece], outcome) == apart


def test_memory_is_that_of_the_largest_process_below() -> None:
    inner = f"import subprocess, sys; subprocess.run([{sys.executable!r}, '-c', 'x = bytearray(200 << 20)'])"
    # Asked of a process of its own: a child begins as large as whoever starts it, and these tests are large.
    ask = f"import sys; from bench.understanding import cost_of; print(cost_of([sys.executable, '-c', {inner!r}]))"
    told = subprocess.run([sys.executable, "-c", ask], stdout=subprocess.PIPE, check=True, text=True).stdout
    seconds, processor, kib = (float(found) for found in re.findall(r"=([0-9.]+)", told))
    assert 200 << 10 < kib < 300 << 10
    assert 0 < processor < seconds + 1
    with pytest.raises(SystemExit):
        cost_of([sys.executable, "-c", "raise SystemExit(3)"])


def test_an_unknown_part_of_the_bench_is_refused() -> None:
    done = subprocess.run([sys.executable, "-m", "bench", "nothing"], capture_output=True, check=False, text=True)
    assert done.returncode != 0
    assert "understanding" in done.stderr
