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


@pytest.mark.parametrize(
    "text",
    [
        "[00:00] Therapist: How are you?\n[01:10] Client: Fine.",
        "00:00:00 Therapist: How are you?\n00:01:10 Client: Fine.",
        "Therapist (0:00): How are you?\nClient (1:10): Fine.",
        "Therapist  0:00\nHow are you?\n\nClient  1:10\nFine.",
        "0:00\nTherapist: How are you?\n1:10\nClient: Fine.",
    ],
)
def test_a_time_beside_a_label_is_a_time(text: str) -> None:
    found = read_transcript(text.encode(), "a.txt")
    assert said(found) == [("therapist", "How are you?"), ("client", "Fine.")]
    assert [turn.start for turn in found.turns] == [0, 70]


def test_names_with_times_above_what_they_say_are_labels() -> None:
    pairs = ["Jane Smith  0:00\nHi.", "Sam Lee  0:04\nI will call my sister.", "Jane Smith  0:09\nGood.\nAnd then?"]
    found = read_transcript("\n\n".join([*pairs, "Sam Lee  1:12\nRest."]).encode(), "a.txt")
    assert said(found) == [
        ("unclear", "Hi."), ("unclear", "I will call my sister."), ("unclear", "Good. And then?"), ("unclear", "Rest.")
    ]  # fmt: skip
    assert found.labels == ("Jane Smith", "Sam Lee", "Jane Smith", "Sam Lee")
    assert found.turns[-1].start == 72


def test_the_time_of_day_is_no_minute() -> None:
    found = read_transcript(b"14:02:10 Therapist: How are you?\n14:03:20 Client: Fine.", "a.txt")
    assert [turn.start for turn in found.turns] == [0, 0]


def test_a_time_in_a_note_stays_a_word() -> None:
    note = "10:30 bus home\nhomework: ring at 9:15\nwe stopped at 10:20"
    assert said(read_transcript(note.encode(), "a.txt")) == [("client", line) for line in note.splitlines()]
