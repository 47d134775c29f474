"""The whole of it: any talk gives a valid record, in the second person, with every line traced to what was said."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.record import Record, lines_of
from afterword.room import understand as understanding
from afterword.room.transcript import Transcript, Turn
from afterword.room.understand import understand
from afterword.room.understand.builtin.clauses import quoted
from afterword.room.understand.builtin.person import second_person, self_attack
from afterword.room.understand.manner import passes_verdict
from tests.room.understand.talks import chatter, record, talk

EVENING = (
    "T: Last time you said you'd been avoiding your sister.",
    "C: Yeah. She rang three times. I let it ring.",
    "T: What would happen if you picked up?",
    "C: She'd cry. And then I'd lend her the car. I always do.",
    "T: You always do.",
    "C: I'm furious and I'm smiling. That's what it is.",
    "T: Furious and smiling.",
    "C: [crying] I felt so lonely saying that.",
    "T: Could you let one call go to voicemail this week?",
    "C: I can do that. Saturday, she always rings on Saturday.",
    "T: And I'll bring that sheet on anger. We never got to your boss.",
    "C: No. Can we start with my boss next time?",
    "T: Yes. Next Thursday at six?",
    "C: Thursday at six. Bye.",
)
VOCABULARY = """i'll call you my sister monday tonight no not if maybe okay okay, letter. garden? "quiet" said he she we
want to die next thursday at six [crying] homework: scratch that um uh the a \u2014 \u2026 \u0130stanbul 4.5 dr. - i'm
an idiot sorry"""
WORDS = st.sampled_from(re.split(r"\s+", VOCABULARY))
TURNS = st.lists(
    st.tuples(st.sampled_from(["client", "therapist", "unclear"]), st.lists(WORDS, max_size=25), st.integers(0, 30)),
    max_size=25,
)


def words_of(text: str) -> list[str]:
    return text.lower().split()


def test_a_short_session_gives_a_decent_small_record() -> None:
    found = record(*EVENING)
    assert found.engine == "built-in"
    assert [(step.who, step.due) for step in found.next_steps] == [("you", "Saturday"), ("therapist", None)]
    assert any("furious" in moment.text for moment in found.moments)
    assert "lonely" in [label.label for label in found.feelings]
    assert any("boss" in line.text for line in found.questions)
    assert found.next_appointment is not None
    assert found.next_appointment.iso == "2026-03-12T18:00"
    assert found.overview
    assert found.recap


def test_every_line_says_when_by_whom_and_from_how_many_places() -> None:
    found = record(*EVENING)
    assert lines_of(found)
    for _, _, line in lines_of(found):
        assert line.source is not None
        assert line.source.second == 10.0 * line.evidence[0]
        assert line.source.places == len(line.evidence)
    promise = next(step for step in found.next_steps if step.who == "therapist")
    assert promise.source is not None
    assert promise.source.said_by == "therapist"


def test_names_are_put_right_before_anything_is_read() -> None:
    said = talk("T: How is Mya?", "C: Mya is well. I'll call Mya on Sunday.", "T: And Myanmar?")
    found = understand(said, {"mya": "Maya"})
    everything = str(found.to_json())
    assert "Maya" in everything
    assert "Mya " not in everything
    assert "Myanmar" in everything or "Mayanmar" not in everything


@pytest.mark.parametrize("lines", [(), ("C: ",), ("C: ...",), ("T: Mm.",), ("C: [laughs]",)])
def test_an_empty_or_almost_empty_talk_gives_an_empty_record(lines: tuple[str, ...]) -> None:
    assert understand(talk(*lines), {}).next_steps == ()


def test_silence_never_becomes_text() -> None:
    assert lines_of(understand(Transcript("2026-03-05", ()), {})) == []


def test_self_criticism_appears_only_between_quotation_marks() -> None:
    found = record(
        "T: What did you notice?",
        "C: I noticed I'm an idiot and a burden on everyone.",
        "T: Mm. Besides that.",
        "C: I'm such a coward.",
    )
    for _, _, line in lines_of(found):
        assert not passes_verdict(getattr(line, "text", ""))
    assert not found.insights
    assert self_attack("I noticed I'm an idiot.")


def test_when_the_engine_fails_a_few_quotations_are_kept_and_the_record_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(_: Any) -> Record:
        raise RuntimeError

    monkeypatch.setattr(understanding, "write_up", fails)
    found = record(*EVENING)
    assert found.engine == "plain"
    assert found.overview
    assert found.recap
    assert found.next_steps == ()
    assert all(any(moment.text in line for line in EVENING) for moment in found.moments)


def test_the_overview_calls_agreed_only_what_stands_below_as_agreed() -> None:
    for reply in ("C: Okay.", "C: I can do that, on Monday."):
        found = record(
            "T: We have two minutes.", "C: Oh.", "T: Could you ring your cousin about the flat on Monday?", reply
        )
        took_on = any("took on" in line.text for line in found.overview)
        assert took_on == any(step.certainty == "agreed" for step in found.next_steps)


def test_reported_speech_turns_I_into_you_and_leaves_alone_what_could_change_its_meaning() -> None:
    assert second_person("I'm tired and my hands shake", "client") == "you're tired and your hands shake"
    assert second_person("I was glad", "client") == "you were glad"
    assert second_person("I'll send you my notes", "therapist") == "they'll send you their notes"
    assert second_person("I told you about it", "client") is None
    assert second_person("I'm an idiot", "client") is None
    assert second_person("I went", "unclear") is None


def test_a_session_of_fifty_minutes_takes_seconds_and_keeps_to_its_sizes() -> None:
    turns = [*EVENING[:8], *chatter(10)] * 33
    said = talk(*turns, *EVENING)
    before = time.process_time()
    found = understand(said, {})
    assert time.process_time() - before < 10
    assert sum(len(turn.text.split()) for turn in said.turns) > 5000
    assert sum(len(part.text.split()) for part in found.recap) <= 900


def test_the_same_talk_gives_the_same_record() -> None:
    assert record(*EVENING) == record(*EVENING)


@settings(max_examples=100, deadline=None)
@given(TURNS)
def test_any_list_of_turns_gives_a_valid_record(turns: list[tuple[Any, list[str], int]]) -> None:
    said = Transcript(
        "2026-03-05", tuple(Turn(i, float(i), who, " ".join(words)) for i, (who, words, _) in enumerate(turns))
    )
    valid(understand(said, {}), said)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["client", "therapist", "unclear"]), st.text(max_size=120), st.integers(0, 5)),
        max_size=12,
    )
)
def test_any_text_at_all_and_doubled_indexes_give_a_valid_record(turns: list[tuple[Any, str, int]]) -> None:
    said = Transcript(None, tuple(Turn(t, 0.0, who, text) for who, text, t in turns))
    valid(understand(said, {}), said)


def valid(found: Record, said: Transcript) -> None:
    """Sizes hold, evidence exists, quotations were said, unclear voices bind nobody."""
    by_index: dict[int, list[Turn]] = {}
    for turn in said.turns:
        by_index.setdefault(turn.t, []).append(turn)
    assert found.engine == "built-in"  # nothing that can be said makes a rule trip
    assert Record.from_json(found.to_json()) == found
    assert sum(len(line.text.split()) for line in found.overview) <= 120
    assert (len(found.overview), len(found.themes), len(found.moments)) <= (5, 6, 7)
    for _, _, line in lines_of(found):
        assert 1 <= len(line.evidence) <= 4
        assert all(t in by_index for t in line.evidence)
    for moment in found.moments:
        assert len(moment.text.split()) <= 40
        assert any(moment.text in turn.text for t in moment.evidence for turn in by_index[t])
    for step in found.next_steps:
        cited = [turn for t in step.evidence for turn in by_index[t]]
        assert any(step.quote in turn.text for turn in cited)
        assert step.due is None or any(step.due in turn.text for turn in cited)
        if all(turn.speaker == "unclear" for turn in cited):
            assert (step.certainty, step.who) == ("mentioned", "both")
            assert "both" in step.quote or "you and i" in step.quote.lower()
    for line in (*found.overview, *found.insights, *found.questions):
        assert not passes_verdict(line.text)
        assert quoted(line.text) or line.text


def test_nothing_was_said_that_the_recap_makes_longer() -> None:
    said = talk(*EVENING)
    spoken = sum(len(turn.text.split()) for turn in said.turns)
    told = sum(len(words_of(part.text)) for part in understand(said, {}).recap)
    assert told <= spoken
