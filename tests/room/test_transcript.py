"""Transcripts a person already has are read; what is none is refused."""

from __future__ import annotations

import pytest

from afterword.room.transcript import NotATranscript, Transcript, read_transcript


def said(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in transcript.turns]


def test_json_with_turns_keeps_index_speaker_and_date() -> None:
    data = b'{"date": "2026-03-05", "turns": [{"t": 4, "speaker": "client", "text": "Hello."}]}'
    found = read_transcript(data, "a.json")
    assert (found.date, found.turns[0].t, said(found)) == ("2026-03-05", 4, [("client", "Hello.")])


def test_vtt_voices_and_times_are_read() -> None:
    first = b"00:01:02.000 --> 00:01:04.000\n<v Therapist>How are you?</v>"
    data = b"WEBVTT\n\n" + first + b"\n\n00:01:05.000 --> 00:01:06.000\n<v Client>Fine.</v>\n"
    found = read_transcript(data, "a.vtt")
    assert said(found) == [("therapist", "How are you?"), ("client", "Fine.")]
    assert found.turns[0].start == 62


def test_srt_with_labels_is_read() -> None:
    first = b"1\n00:00:01,000 --> 00:00:02,000\nTherapist: How are you?"
    data = first + b"\n\n2\n00:00:03,000 --> 00:00:04,000\nClient: Fine.\n"
    assert said(read_transcript(data, "a.srt")) == [("therapist", "How are you?"), ("client", "Fine.")]


@pytest.mark.parametrize(
    "labels", [("Therapist", "Client"), ("T", "C"), ("T.", "C."), ("Counsellor", "Me"), ("th", "pt")]
)
def test_labels_long_and_short_name_the_speakers(labels: tuple[str, str]) -> None:
    text = f"{labels[0]}: How are you?\n{labels[1]}: Fine."
    assert said(read_transcript(text.encode(), "a.txt")) == [("therapist", "How are you?"), ("client", "Fine.")]


def test_a_line_without_a_label_goes_on_with_the_turn_before_it() -> None:
    assert said(read_transcript(b"T: How are you?\nC: Fine.\nMostly.", "a.txt"))[-1] == ("client", "Fine. Mostly.")


def test_two_names_that_say_nothing_of_their_part_stay_unclear() -> None:
    assert {who for who, _ in said(read_transcript(b"Ann: Hi.\nBob: Hi.\nAnn: Well.\nBob: Yes.", "a.txt"))} == {
        "unclear"
    }


def test_notes_without_speakers_are_the_persons_own_and_keep_their_headings() -> None:
    found = said(read_transcript(b"tues, on the train\nhomework: ring the council\n\nnext time: money", "a.txt"))
    assert found == [
        ("client", "tues, on the train"),
        ("client", "homework: ring the council"),
        ("client", "next time: money"),
    ]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "a.txt"),
        (b"  \n", "a.txt"),
        (b"{}", "a.json"),
        (b"[1]", "a.json"),
        (b"\xff\xfe\x00", "a.txt"),
        (b"WEBVTT", "a.vtt"),
    ],
)
def test_what_is_no_transcript_is_refused(data: bytes, name: str) -> None:
    with pytest.raises(NotATranscript):
        read_transcript(data, name)


def test_a_transcript_does_not_print_its_words() -> None:
    found = read_transcript(b"C: Pomegranate.", "a.txt")
    assert "Pomegranate" not in repr(found)
    assert "Pomegranate" not in repr(found.turns[0])


def test_subtitles_without_names_are_nobodys() -> None:
    cues = (
        "WEBVTT\n\n00:01.000 --> 00:04.000\nI will send you the page tomorrow.\n\n00:05.000 --> 00:07.000\nThank you.\n"
    )
    assert {turn.speaker for turn in read_transcript(cues.encode(), "call.vtt").turns} == {"unclear"}
    assert {turn.speaker for turn in read_transcript(b"I was tired today.\nI slept badly.", "note.txt").turns} == {
        "client"
    }
