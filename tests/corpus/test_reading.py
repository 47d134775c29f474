"""The corpus is in order; and what is not in order is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.reading import Wrong, faults, read, sessions

WHOLE = """date: 2026-03-03
kind: session
next: "Friday at two, then" 2026-03-06T14:00

T: Would you write to her? {propose s1, propose r1}
C: Three lines. By Thursday. I'm a coward with a pen. {amend s1, commit s1, refuse r1, moment m1}
T: Friday at two, then. {housekeeping}
?: Yeah.

== gold
overview: You will write three lines.
step s1 (client, By Thursday): Write three lines to her.
rejected r1: Writing a letter.
moment m1: I'm a coward with a pen.
never: You will write a letter.
safety: none
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "hand" / "piece.txt"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return file


def test_every_session_of_the_corpus_is_in_order() -> None:
    wrong = [f"{s.hand}/{s.path.name}: {fault}" for s in sessions() for fault in faults(s)]
    assert not wrong


def test_it_is_as_large_and_as_various_as_it_says() -> None:
    found = sessions()
    full = [s for s in found if s.head["kind"] == "session"]
    assert len({s.hand for s in found}) >= 5
    assert len(full) >= 40
    assert all(1900 <= s.words <= 3100 for s in full)


def test_labels_find_their_turns_and_owners(tmp_path: Path) -> None:
    session = read(written(tmp_path, WHOLE))
    assert list(faults(session)) == []
    [step] = session.gold["next_steps"]
    assert (step["who"], step["due"], step["turns"]) == ("client", "By Thursday", [0, 1])
    data = session.to_json()
    assert data["next_appointment"] == {"said": "Friday at two, then", "iso": "2026-03-06T14:00"}
    assert [turn["speaker"] for turn in data["turns"]] == ["therapist", "client", "therapist", "unclear"]


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("{propose s1, propose r1}", "{suggest s1, propose r1}", "no role 'suggest'"),
        ("commit s1, refuse r1", "commit s2, refuse r1", "s2 is not in the gold"),
        ("moment m1: I'm a coward", "moment m1: I am a coward", "not word for word"),
        ("(client, By Thursday)", "(client, by Friday)", "its time is not word for word"),
        (", refuse r1", "", ""),
        ("propose s1, propose r1", "propose s1", ""),
        ("kind: session", "kind: chat", "kind is one of"),
        ('next: "Friday at two, then"', 'next: "Sunday at two"', "these words are not said"),
        ("overview: You will write three lines.\n", "", "no overview"),
        ("safety: none", "safety: suicide", "no turn has the tag safety"),
    ],
)
def test_what_is_not_in_order_is_noticed(tmp_path: Path, was: str, becomes: str, said: str) -> None:
    assert was in WHOLE
    found = list(faults(read(written(tmp_path, WHOLE.replace(was, becomes)))))
    assert any(said in fault for fault in found) if said else not found


def test_a_label_that_no_turn_bears_out_is_noticed(tmp_path: Path) -> None:
    bare = WHOLE.replace(", refuse r1", "").replace(", propose r1", "")
    assert list(faults(read(written(tmp_path, bare)))) == ["r1: no turn is tagged with it"]


@pytest.mark.parametrize(
    ("was", "becomes"),
    [("?: Yeah.", "Yeah."), ("step s1 (client, By Thursday)", "step s1"), ("never: You", "nevr: You")],
)
def test_what_cannot_be_read_says_where(tmp_path: Path, was: str, becomes: str) -> None:
    with pytest.raises(Wrong, match=r"piece\.txt"):
        read(written(tmp_path, WHOLE.replace(was, becomes)))
