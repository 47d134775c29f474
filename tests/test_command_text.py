"""`afterword process` with a transcript that a person already has: as with a recording, and nothing of it is kept."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from afterword.notebook.shelf import Shelf
from afterword.settings import load
from tests.consent.yes import say_yes
from tests.test_command import PASSPHRASE, afterword, files, notebook, owner_of

__all__ = ["notebook"]
CALL = (
    "WEBVTT\n\n00:00:02.000 --> 00:00:05.000\n<v Therapist>What will you do about the marzipan?</v>\n\n"
    "00:01:06.000 --> 00:01:09.000\n<v Me>I will call my sister on Friday.</v>\n"
)
NOTE = "thursday\nhomework: ring the surgery on Friday\nI was sad, and then oddly calm about the whole marzipan story"
SRT = "\n\n".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\nMe: {line}" for n, line in enumerate(NOTE.splitlines(), 1))


@pytest.mark.parametrize(("name", "text"), [("note.txt", NOTE), ("dictated.srt", SRT)])
def test_a_text_of_ones_own_needs_nobody_and_leaves_nothing(tmp_path: Path, name: str, text: str) -> None:
    path, home = tmp_path / name, tmp_path / "home"
    path.write_text(text)
    home.mkdir()
    done = afterword("process", path, "--json", "--mine", HOME=str(home), TMPDIR=str(home))
    assert done.returncode == 0, done.stderr
    steps = json.loads(done.stdout)["next_steps"]
    assert [(step["who"], "riday" in (step["due"] or "")) for step in steps] == [("you", True)]
    assert files(home) == set()


def test_anothers_words_need_a_yes_to_a_transcript_and_go_into_the_notebook(notebook: Path, tmp_path: Path) -> None:
    secret, path = tmp_path / "passphrase", tmp_path / "call.vtt"
    secret.write_text(PASSPHRASE + "\n")
    path.write_text(CALL)
    flags = ["--both", "--passphrase-file", str(secret)]
    assert afterword("process", path, "--mine", "--json", data=notebook).returncode == 1, "two speak in it"
    assert afterword("process", path, *flags, data=notebook).returncode == 1
    with owner_of(notebook) as (engine, owner):
        say_yes(load(notebook), engine, owner, on=date.today().isoformat(), formats=("transcript",))
    done = afterword("process", path, *flags, data=notebook)
    assert done.returncode == 0, done.stderr
    assert "key of the sealed text is destroyed" in done.stderr
    with owner_of(notebook) as (engine, owner):
        (shelved,) = Shelf(engine, owner).sessions()
        record = Shelf(engine, owner).session(shelved.id).record
    assert shelved.form == "transcript"
    assert record is not None
    assert record.next_steps[0].source is not None
    assert record.next_steps[0].source.second == 66
    assert not [p for p in notebook.rglob("*") if p.is_file() and b"marzipan" in p.read_bytes()]


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"\xff\xfe\x00", "no text that can be read"), (b" \n", "no text"), (b"x" * 600_000, "too long")],
)
def test_what_is_no_text_gets_one_clear_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    done = afterword("process", path, "--mine", "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
