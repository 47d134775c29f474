"""The command line, run as a person runs it: real processes, the real speech model, flite's voices."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from afterword.notebook.shelf import Shelf
from afterword.settings import load, prepare
from afterword.store.database import connect, migrate
from afterword.vault.owner import Owner
from afterword.vault.vault import make_notebook, only_person, open_notebook
from tests.consent.yes import THERAPIST, say_yes
from tests.speech import dialogue, silence, write_wav

PASSPHRASE = "quiet river under the bridge"
SAID = "I will write the list down before I go to bed."


def afterword(*arguments: str | Path, data: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    there = {"AFTERWORD_DATA": str(data)} if data else {}
    command = [sys.executable, "-m", "afterword", *map(str, arguments)]
    environment = os.environ | there | more | {"COLUMNS": "200"}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, stdin=subprocess.DEVNULL, timeout=120
    )


@pytest.fixture
def recap(tmp_path: Path) -> Path:
    """One voice, some seconds."""
    path = tmp_path / "recap.wav"
    write_wav(path, dialogue([("slt", "We talked about my sister today."), ("slt", SAID)]))
    return path


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """A data folder with a notebook in it."""
    data = tmp_path / "data"
    prepare(load(data))
    migrate(load(data).database)
    make_notebook(connect(load(data).database), PASSPHRASE, 19456)
    return data


@contextmanager
def owner_of(data: Path) -> Iterator[tuple[Engine, Owner]]:
    """Of the notebook, unlocked."""
    engine = connect(load(data).database)
    yield engine, open_notebook(engine, only_person(engine) or b"", PASSPHRASE)
    engine.dispose()


def files(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*")}


def test_a_recording_is_processed_without_a_notebook_and_leaves_nothing(recap: Path, tmp_path: Path) -> None:
    home, before = tmp_path / "home", files(tmp_path)
    home.mkdir()
    done = afterword("process", recap, "--json", "--mine", HOME=str(home), TMPDIR=str(home))
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert record["engine"] == "built-in"
    assert 5 < record["heard"] < 20
    assert "list" in done.stdout
    assert files(home) == set()
    assert files(tmp_path) - before == {"home"}


def test_nothing_is_listened_to_before_it_is_said_whose_voices_are_on_it(recap: Path) -> None:
    done = afterword("process", recap, "--json")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "--both" in done.stderr


def test_no_command_has_a_way_around_the_record(recap: Path) -> None:
    """What once was enough, and what somebody might try: each is unknown."""
    for flag in ("--therapist-agreed", "--agreed", "--yes", "--force", "--override", "--no-consent"):
        done = afterword("process", recap, "--both", flag, "2026-01-01", "--json")
        assert (done.returncode, done.stdout) == (2, ""), flag


@pytest.mark.parametrize("as_json", [True, False])
def test_another_voice_needs_a_yes_that_stands_in_the_notebook(
    recap: Path, notebook: Path, tmp_path: Path, as_json: bool
) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE + "\n")
    flags = ["--both", "--passphrase-file", str(secret), *(["--json"] if as_json else [])]
    nowhere = afterword("process", recap, *flags, data=tmp_path / "nowhere")
    assert (nowhere.returncode, nowhere.stdout) == (2, "")
    assert "no notebook yet" in nowhere.stderr
    refused = afterword("process", recap, *flags, data=notebook)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "none is noted" in refused.stderr
    assert "Nothing was listened to." in refused.stderr
    assert list((notebook / "spool").iterdir()) == list((notebook / "keys").iterdir()) == []
    with owner_of(notebook) as (engine, owner):
        say_yes(load(notebook), engine, owner, on=date.today().isoformat())
    allowed = afterword("process", recap, *flags, "--speakers", "keep", data=notebook)
    assert allowed.returncode == 0, allowed.stderr
    assert f"Rests on {THERAPIST}’s yes of" in allowed.stderr
    before = afterword("process", recap, *flags, "--day", "2026-01-01", data=notebook)
    assert before.returncode == 1
    assert "this session was before it" in before.stderr


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--mine", "--both"], "either --mine or --both"),
        (["--mine", "--day", "2999-01-01"], "future"),
        (["--mine", "--day", "yesterday"], "--day"),
        (["--mine", "--speakers", "foo"], "--speakers"),
        (["--mine", "--passphrase-file", "nowhere"], "--passphrase-file"),
    ],
)
def test_flags_that_make_no_sense_are_refused_before_anything_is_read(recap: Path, flags: list[str], says: str) -> None:
    done = afterword("process", recap, *flags)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.wav", b"", "The file was empty"),
        ("letter.mp3", b"Dear diary, this is only text.\n" * 50, "holds no sound"),
    ],
)
def test_bad_input_gets_one_clear_sentence(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    done = afterword("process", path, "--json", "--mine")
    assert (done.returncode, done.stdout) == (1, "")
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_silence_gives_no_text(tmp_path: Path) -> None:
    path = tmp_path / "silence.wav"
    write_wav(path, silence(20.0))
    done = afterword("process", path, "--json", "--mine")
    assert (done.returncode, done.stdout) == (1, "")
    assert "No speech was heard" in done.stderr


def test_a_recording_goes_into_the_notebook(recap: Path, notebook: Path, tmp_path: Path) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE + "\n")
    done = afterword("process", recap, "--mine", "--passphrase-file", secret, data=notebook)
    assert done.returncode == 0, done.stderr
    with owner_of(notebook) as (engine, owner):
        shelf = Shelf(engine, owner)
        (shelved,) = shelf.sessions()
        record, receipt = shelf.session(shelved.id).record, shelf.receipt(shelved.id)
    assert record is not None
    assert receipt is not None
    assert record.heard > 5
    assert receipt.outcome == "kept"
    assert list((notebook / "spool").iterdir()) == list((notebook / "keys").iterdir()) == []


def test_a_wrong_passphrase_adds_nothing(recap: Path, notebook: Path, tmp_path: Path) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text("not the right one at all")
    done = afterword("process", recap, "--mine", "--passphrase-file", secret, data=notebook)
    assert done.returncode == 1
    assert "does not open" in done.stderr
    assert list((notebook / "spool").iterdir()) == []


def test_a_transcript_is_understood_and_each_line_cites_its_turns(tmp_path: Path) -> None:
    turns = [
        ("therapist", "How was the week with the new shifts?"),
        ("client", "Hard. I said yes to my manager again and then I was angry with myself the whole evening."),
        ("therapist", "What would be one small step for this week?"),
        ("client", "I will write the list down before I go to bed, every evening."),
        ("therapist", "And I will send you the page about breathing tomorrow."),
        ("client", "Thank you. Next time I want to talk about my sister."),
    ]
    path = tmp_path / "session.json"
    path.write_text(
        json.dumps(
            {"date": "2026-11-20", "turns": [{"t": i, "speaker": s, "text": x} for i, (s, x) in enumerate(turns)]}
        )
    )
    done = afterword("understand", path, "--json")
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    owners = {step["who"] for step in record["next_steps"]}
    assert owners == {"you", "therapist"}
    lines = [
        line for key in ("overview", "insights", "next_steps", "questions", "moments", "recap") for line in record[key]
    ]
    assert lines
    assert all(line["evidence"] and set(line["evidence"]) <= set(range(6)) for line in lines)


def test_what_is_no_transcript_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "picture.json"
    path.write_bytes(bytes(range(256)))
    done = afterword("understand", path, "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert "no text that can be read" in done.stderr


def test_the_doctor_says_what_stands(tmp_path: Path) -> None:
    done = afterword("doctor", "--json", data=tmp_path / "data")
    findings = {f["name"]: f for f in json.loads(done.stdout)}
    assert {"swap", "disk encryption", "file system", "free space", "boot key", "speech model"} <= set(findings)
    assert findings["speech model"]["verdict"] == "good"
    assert all(f["says"] for f in findings.values())


class Served:
    """`afterword serve` on a free port."""

    def __init__(self, data: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "afterword", "serve", "--data", str(data), "--port", str(self.port)]
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.child.stdout is not None
        self.greeting = [self.child.stdout.readline() for _ in range(2)]

    def parts(self) -> list[int]:
        children = Path(f"/proc/{self.child.pid}/task/{self.child.pid}/children")
        return [int(p) for p in children.read_text().split()]

    def answers(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        self.child.send_signal(signal.SIGTERM)
        self.child.communicate(timeout=20)


def until(true: object, seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():  # type: ignore[operator]
            return True
        time.sleep(0.05)
    return False


def test_serve_prints_the_address_and_starts_again_what_was_killed(tmp_path: Path) -> None:
    served = Served(tmp_path / "data")
    try:
        assert f"http://localhost:{served.port}/" in served.greeting[0]
        assert "/setup#" in served.greeting[1]
        before = served.parts()
        assert len(before) == 2
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        assert until(lambda: len(served.parts()) == 2 and not set(served.parts()) & set(before))
        assert until(served.answers)
    finally:
        served.stop()
    assert not served.answers()


def test_when_the_household_is_killed_nothing_of_it_goes_on(tmp_path: Path) -> None:
    served = Served(tmp_path / "data")
    parts = served.parts()
    os.kill(served.child.pid, signal.SIGKILL)
    served.child.communicate(timeout=20)
    assert until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in parts))


def test_a_second_start_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    served = Served(tmp_path / "data")
    try:
        second = afterword("serve", "--data", tmp_path / "data", "--port", str(served.port + 1))
        assert second.returncode != 0
        assert "running on this folder already" in second.stderr
        third = afterword("serve", "--data", tmp_path / "other", "--port", str(served.port))
        assert third.returncode != 0
        assert "--port" in third.stderr
    finally:
        served.stop()
