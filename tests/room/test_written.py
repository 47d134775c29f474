"""Texts in a real room: each form becomes a record, and what was written is never called said."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from afterword.capture.forms import Form
from afterword.capture.manifest import Consent, Manifest
from afterword.door import Door, Left, RoomFailed, Sound
from afterword.record import SECTIONS, Record
from afterword.seal.context import chunk_place, place
from afterword.seal.keys import CaptureIdentity, NotebookIdentity
from afterword.written import Written, WrittenStep

NONE, BOTH, MINE = Consent("none", None), Consent("both", "2026-11-01"), Consent("mine", None)
CHUNK = 1 << 20
NOTE = Written(
    "thursday, on the bus\n"
    "mostly about the key I still have to my brother's flat\n"
    "M said I keep it the way other people keep a letter\n"
    "I was sad, and then oddly calm\n"
    "this week: I write down each evening what I did not say at work\n"
    "want to ask: why do I laugh when it is not funny"
)
CALL = "WEBVTT\n\n00:01:02.000 --> 00:01:06.000\n<v Therapist>What will you do about the flat?</v>\n\n" + (
    "00:03:02.000 --> 00:03:06.000\n<v Client>I will call my sister on Friday.</v>\n"
)

ZOOM = "WEBVTT\n\n1\n00:00:02.000 --> 00:00:05.000\nJane Smith: I will send you the page tomorrow.\n\n" + (
    "2\n00:00:06.000 --> 00:00:09.000\nSam Lee: Thank you.\n"
)
OTTER = "\n\n".join(
    f"{name}  0:{n:02d}\nI will call you on Friday." for n, name in enumerate(["Jane Smith", "Sam Lee"] * 3)
)
PANEL = "\n".join(f"{name}: I will call you on Friday." for name in ["Ann", "Bob", "Cy", "Dee"] * 2)
SLIGHT = "Therapist: Hm.\n" + "Me: I will call my sister on Friday and tell her about the flat.\n" * 9
UNNAMED = "I will send you the page tomorrow.\nI will call my sister on Friday and tell her about the flat."


def read(form: Form, written: Written, consent: Consent = NONE, *, data: bytes = b"", careful: bool = False) -> Record:
    """As the worker has it read: sealed chunks in, a sealed record out."""
    notebook, data = NotebookIdentity.make(), data or written.to_bytes()
    ids = [secrets.token_bytes(16) for _ in range(3)]
    key = CaptureIdentity.make()
    manifest = Manifest(ids[0], ids[1], ids[2], notebook.recipient, consent, "2026-11-20", key, None, form)

    def chunk(index: int) -> bytes:
        return key.recipient.seal(data[index * CHUNK : (index + 1) * CHUNK], chunk_place(ids[0], index))

    sound = Sound(-(-len(data) // CHUNK), len(data), chunk)
    with Door.to_listen(manifest, sound, b"", None, careful) as door:
        left = door.attend(lambda _: None, lambda _, __: None)
    assert isinstance(left, Left)
    return Record.from_bytes(notebook.open(left.sealed, place(ids[1], "record", ids[2], 0)))


def told(record: Record) -> str:
    """All that it says itself: without what it quotes."""
    texts: list[str] = []
    for name in SECTIONS:
        for item in getattr(record, name):
            texts += [getattr(item, "text", ""), getattr(item, "heading", "")] if name != "moments" else []
    outside: list[str] = []
    for text in texts:
        outside += text.split('"')[::2]
    return " ".join(outside)


def owners(record: Record) -> set[str]:
    return {item.source.said_by for name in SECTIONS for item in getattr(record, name) if item.source}


@pytest.mark.parametrize("careful", [False, True])
def test_a_note_is_what_i_wrote(careful: bool) -> None:
    record = read("note", NOTE, careful=careful)
    assert owners(record) == {"client"}
    assert record.overview
    assert record.moments
    assert "said" not in told(record)
    assert "ou wrote" in told(record)


def test_control_the_same_words_by_voice_are_said() -> None:
    call = "\n".join(f"Me: {line}" for line in NOTE.text.splitlines())
    assert "ou said" in told(read("transcript", Written(call), MINE))


def test_typed_steps_stand_as_they_were_typed_with_whose_they_are() -> None:
    steps = (WrittenStep("Ring the surgery", "you", "by Friday"), WrittenStep("Find the form", "therapist", ""))
    record = read("steps", Written("", steps=steps, keep="I can leave before I am angry.", bring="the landlord"))
    assert [(s.text, s.who, s.due, s.certainty) for s in record.next_steps] == [
        ("Ring the surgery.", "you", "by Friday", "agreed"),
        ("Find the form.", "therapist", None, "agreed"),
    ]
    assert [line.text for line in record.overview] == ["You wrote down 2 next steps."]
    assert [moment.text for moment in record.moments] == ["I can leave before I am angry."]
    assert [line.text for line in record.questions] == ["the landlord."]


def test_what_both_typed_is_what_both_wrote() -> None:
    record = read("together", Written("Next Friday at ten.", steps=(WrittenStep("Say no once", "both"),)))
    assert record.overview[0].text == "You both wrote down one next step."
    assert "said" not in told(record)
    assert record.next_appointment is not None
    assert record.next_appointment.iso == "2026-11-27T10:00"


def test_what_the_therapist_gave_is_never_mine() -> None:
    text = (
        "Today we looked at the hour before the call.\n"
        "You noticed that your stomach tightens long before the phone rings.\n"
        "Homework\n- Fill in the thought record each evening.\n- Do not cancel the call for now.\n"
        "I will send you the article by Wednesday.\n"
        "Questions to think about: whose voice is it?\n"
        "Next appointment: Friday 27 November at 10:00."
    )
    record = read("given", Written(text))
    assert owners(record) == {"therapist"}
    assert "ou said" not in told(record)
    assert "You wrote" not in told(record)
    assert [(s.who, s.certainty) for s in record.next_steps] == [
        ("you", "mentioned"), ("you", "mentioned"), ("therapist", "agreed")
    ]  # fmt: skip
    assert record.next_steps[1].text == "Do not cancel the call for now."
    assert [m.text for m in record.moments] == ["You noticed that your stomach tightens long before the phone rings."]
    assert ["whose voice is it?" in line.text for line in record.questions] == [True]


def test_a_transcript_was_said_and_keeps_its_times() -> None:
    record = read("transcript", Written(CALL, "vtt"), BOTH)
    (step,) = record.next_steps
    assert (step.who, step.due) == ("you", "Friday")
    assert step.source is not None
    assert step.source.second == 182


@pytest.mark.parametrize(
    ("form", "consent", "data", "code"),
    [
        ("note", MINE, b"", "no_consent"),
        ("transcript", NONE, b"", "no_consent"),
        ("transcript", Consent("both", None), b"", "no_consent"),
        ("transcript", MINE, Written(CALL, "vtt").to_bytes(), "two_voices"),
        ("transcript", MINE, Written(ZOOM, "vtt").to_bytes(), "two_voices"),
        ("transcript", MINE, Written(OTTER).to_bytes(), "two_voices"),
        ("transcript", MINE, Written("\n\n".join(OTTER.split("\n\n")[:2])).to_bytes(), "two_voices"),
        ("transcript", MINE, Written(PANEL).to_bytes(), "two_voices"),
        ("transcript", MINE, Written(SLIGHT).to_bytes(), "two_voices"),
        ("transcript", MINE, Written("Therapist: I will send you the page.").to_bytes(), "two_voices"),
        ("session", NONE, b"", "no_consent"),
        ("note", NONE, b"RIFF" + bytes(4096), "not_a_transcript"),
        ("note", NONE, Written(" \n ...").to_bytes(), "not_a_transcript"),
        ("note", NONE, bytes(1 + (1 << 20)), "too_much_text"),
    ],
)
def test_what_may_not_or_cannot_be_read_is_not_read(form: Form, consent: Consent, data: bytes, code: str) -> None:
    with pytest.raises(RoomFailed) as failed:
        read(form, NOTE, consent, data=data)
    assert (failed.value.code, failed.value.retryable) == (code, False)


def test_quoted_words_stay_as_they_stand() -> None:
    record: Any = read("note", Written('she said "you said you talked about it" and I could not sleep for a week'))
    text = " ".join(line.text for line in (*record.overview, *record.recap))
    assert "you said you talked about it" in text


def cues(lines: list[str]) -> Written:
    timed = [f"00:0{n}:00.000 --> 00:0{n}:09.000\n{line}" for n, line in enumerate(lines)]
    return Written("\n\n".join(["WEBVTT", *timed]), "vtt")


@pytest.mark.parametrize(
    ("written", "consent"),
    [(Written(UNNAMED), BOTH), (cues(UNNAMED.splitlines()), BOTH), (cues(UNNAMED.splitlines()), MINE)],
)
def test_a_transcript_without_names_could_be_anybodys(written: Written, consent: Consent) -> None:
    record = read("transcript", written, consent)
    assert owners(record) == {"unclear"}
    assert "ou said" not in told(record)
    assert not [step for step in record.next_steps if step.certainty == "agreed"]


@pytest.mark.parametrize(
    "written",
    [Written(UNNAMED), Written("10:30 bus\n" + UNNAMED), cues([f"Sam Lee: {line}" for line in UNNAMED.splitlines()])],
)
def test_a_text_of_ones_own_and_one_name_that_is_mine_are_the_persons(written: Written) -> None:
    assert owners(read("transcript", written, MINE)) == {"client"}


@pytest.mark.parametrize(
    "line",
    [
        "We agreed that you would not ring your brother until we have talked again.",
        "We agreed not to: ring your brother before Friday.",
        "This week you don't: ring your brother before Friday.",
        "Practise the breathing you learned with the long count every single evening.",
        "This week at 10:30 on Thursday the group meets in the other building.",
    ],
)
def test_a_sentence_is_no_heading(line: str) -> None:
    steps = read("given", Written(f"Thank you for today.\n{line}")).next_steps
    assert not [step for step in steps if line.rstrip(".") not in step.text or step.certainty == "agreed"]


@pytest.mark.parametrize("heading", ["What we agreed:\n", "Agreed\n", "Agreed.\n", "We agreed last time: "])
def test_what_stands_under_agreed_is_agreed(heading: str) -> None:
    (step,) = read("given", Written(f"{heading}Fill in the thought record each evening.")).next_steps
    assert (step.text, step.certainty) == ("Fill in the thought record each evening.", "agreed")


def test_nothing_that_was_typed_is_lost_or_changed() -> None:
    keep = [f"line {n} of what I want to keep, " + "with every word of it " * 9 + "to the end" for n in range(12)]
    bring = [f"the {n}th thing to bring?" for n in range(12)]
    steps = (WrittenStep("Tell him what you said"),)
    record = read("steps", Written("", steps=steps, keep="\n".join(keep), bring="\n".join(bring)))
    assert [moment.text for moment in record.moments] == keep
    assert [line.text for line in record.questions] == bring
    assert [step.text for step in record.next_steps] == ["Tell him what you said."]
