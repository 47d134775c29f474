"""What may leave the room is kept whole, without the evidence, and later releases read what earlier ones wrote."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.record import (
    SECTIONS,
    Gap,
    Label,
    Line,
    Moment,
    NextAppointment,
    NextStep,
    Passage,
    Record,
    Safety,
    Source,
    lines_of,
)

words = st.text(st.characters(codec="utf-8"), max_size=30)
seconds = st.floats(0, 20_000, allow_nan=False)
maybe_words = st.none() | words
evidence = st.lists(st.integers(0, 900), max_size=4).map(tuple)
sources = st.none() | st.builds(Source, seconds, st.sampled_from(["client", "therapist", "unclear"]), st.integers(1, 9))


def _some(kind: type[Any], **values: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.builds(kind, evidence=evidence, source=sources, **values), max_size=2).map(tuple)


steps = _some(
    NextStep, text=words, who=st.sampled_from(["you", "therapist", "both"]), due=maybe_words,
    certainty=st.sampled_from(["agreed", "mentioned"]), quote=words,
)  # fmt: skip
safeties = st.builds(Safety, st.sampled_from(["suicide", "self_harm", "harm_to_others", "violence"]), evidence, sources)
records = st.builds(
    Record, overview=_some(Line, text=words), themes=_some(Label, label=words), insights=_some(Line, text=words),
    feelings=_some(Label, label=words), next_steps=steps, questions=_some(Line, text=words),
    moments=_some(Moment, text=words, prompt=words), recap=_some(Passage, heading=words, text=words),
    safety=st.none() | safeties, next_appointment=st.none() | st.builds(NextAppointment, words, maybe_words),
    engine=words, heard=seconds, gaps=st.lists(st.builds(Gap, seconds, seconds, words), max_size=2).map(tuple),
)  # fmt: skip


def _no_evidence(record: Record) -> Record:
    bare: dict[str, Any] = {
        name: tuple(replace(item, evidence=()) for item in getattr(record, name)) for name in SECTIONS
    }
    safety = replace(record.safety, evidence=()) if record.safety else None
    return replace(record, safety=safety, **bare)


@settings(max_examples=60, deadline=None)
@given(records)
def test_a_record_survives_being_kept_all_but_its_evidence(record: Record) -> None:
    kept = record.to_bytes()
    assert Record.from_bytes(kept) == _no_evidence(record)
    assert Record.from_bytes(kept).to_bytes() == kept
    assert b'"evidence"' not in kept.replace(b'\\"', b"")


@settings(max_examples=60, deadline=None)
@given(records)
def test_as_json_the_evidence_stays(record: Record) -> None:
    assert Record.from_json(json.loads(json.dumps(record.to_json()))) == record


@settings(max_examples=60, deadline=None)
@given(records, st.dictionaries(words.filter(lambda k: k not in SECTIONS), words, max_size=3))
def test_what_a_newer_release_adds_is_ignored(record: Record, more: dict[str, str]) -> None:
    def grown(value: Any) -> Any:
        if isinstance(value, dict):
            return {f"new {k}": v for k, v in more.items()} | {k: grown(v) for k, v in value.items()}
        return [grown(v) for v in value] if isinstance(value, list | tuple) else value

    assert Record.from_json(grown(record.to_json())) == record


def test_what_an_older_release_lacked_is_empty() -> None:
    assert Record.from_json({}) == Record(engine="")


def test_a_record_does_not_print_its_words() -> None:
    record = Record(overview=(Line("canary"),), moments=(Moment("canary", "canary"),))
    assert repr(record) == str(record) == "<Record 2 lines, built-in>"


def test_lines_are_found_by_section_and_place() -> None:
    record = Record(overview=(Line("a"), Line("b")), recap=(Passage("c", "d"),))
    assert [(name, i) for name, i, _ in lines_of(record)] == [("overview", 0), ("overview", 1), ("recap", 0)]


@pytest.mark.parametrize("noise", [b"", b"\xff", b"{"])
def test_what_is_no_json_is_a_value_error(noise: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Record.from_bytes(noise)


@pytest.mark.parametrize("noise", [b"[]", b"3", b'{"overview": [3]}', b'{"overview": 3}', b'{"overview": [{}]}'])
def test_what_is_no_record_is_a_value_error(noise: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Record.from_bytes(noise)
