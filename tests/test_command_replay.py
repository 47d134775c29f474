"""`afterword replay`, as a person types it: real rooms, a real notebook, real kills, a disk that is searched."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from afterword.capture import bootkey
from afterword.capture.spool import Spool, chunk_name
from afterword.capture.wraps import Wraps
from afterword.command.replay import cited, read_talk, with_evidence
from afterword.command.throwaway import throwaway
from afterword.door import RoomFailed
from afterword.notebook.brief import MOST_WORDS
from afterword.notebook.past import Ref
from afterword.record import SECTIONS, Line, Record, Safety, Source
from afterword.seal.context import chunk_place
from afterword.seal.errors import SealError
from tests.model_server import refusing, serving
from tests.safety import canary
from tests.safety.disk import can_mount, new_disk
from tests.safety.stage import SENTENCES, WORDS, Stage, killed, new_stage, rooms, wait
from tests.test_command import afterword, files

needs_a_disk = pytest.mark.skipif(not can_mount(), reason="freed blocks can only be seen on a loop-mounted disk")
MONDAY = [
    ("therapist", "How was the week with the new shifts?"),
    ("client", f"Hard. {SENTENCES[0]} Then I was angry with myself the whole evening."),
    ("therapist", "What would be one small step for this week?"),
    ("client", "I will write the list down before I go to bed, every evening."),
    ("therapist", "And I will send you the page about breathing tomorrow."),
    ("client", "Thank you. Next time I want to talk about my sister."),
]
LATER = [
    ("therapist", "You wanted to talk about your sister. How did the list go?"),
    ("client", f"I wrote it down, most evenings. {SENTENCES[1]} With my sister it is harder."),
    ("therapist", "What is the hardest part with her?"),
    ("client", "I notice that I say yes before she has even asked. I will call her on Friday and say that I am tired."),
]


def written(folder: Path, name: str, day: str, said: list[tuple[str, str]], **more: Any) -> Path:
    turns = [{"t": i, "speaker": who, "text": text} for i, (who, text) in enumerate(said)]
    path = folder / name
    path.write_text(json.dumps({"date": day, "turns": turns} | more))
    return path


@pytest.fixture
def series(tmp_path: Path) -> list[Path]:
    """Two sessions, the later one first."""
    return [
        written(tmp_path, "second.json", "2026-03-10", LATER),
        written(tmp_path, "first.json", "2026-03-03", MONDAY, gold={"overview": "A label that nobody said."}),
    ]


@pytest.fixture
def outside() -> Iterator[Path]:
    """A folder on no disk that is searched."""
    folder = Path(tempfile.mkdtemp(prefix="afterword-outside-", dir="/run"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with new_disk(tmp_path_factory.mktemp("disk")) as disk, new_stage(disk) as made:
        yield made


def test_a_series_goes_through_the_notebook_in_order_of_dates(series: list[Path], tmp_path: Path) -> None:
    home, before = tmp_path / "home", files(tmp_path)
    home.mkdir()
    done = afterword("replay", *series, "--json", HOME=str(home), TMPDIR=str(home), AFTERWORD_DATA=str(home / "data"))
    assert done.returncode == 0, done.stderr
    assert files(home) == set()
    assert files(tmp_path) - before == {"home"}
    had = json.loads(done.stdout)
    assert [session["date"] for session in had["sessions"]] == ["2026-03-03", "2026-03-10"]
    told = [line for line in done.stderr.splitlines() if not line.startswith(" ")]
    assert told == ["1 of 2: 2026-03-03, first.json", "2 of 2: 2026-03-10, second.json"]
    for session, file in zip(had["sessions"], reversed(series), strict=True):
        # What was kept and read back is what the room says of the same words, with the turns it rests on.
        assert session["record"] == json.loads(afterword("understand", file, "--json").stdout)
        assert all(line["evidence"] for section in SECTIONS for line in session["record"][section])


def test_before_a_session_stands_what_the_ones_before_it_left(series: list[Path]) -> None:
    had = json.loads(afterword("replay", *series, "--json").stdout)
    before, brief = (session["brief_before"] for session in had["sessions"])
    assert before is None
    assert any("sister" in point["text"] for point in brief)
    assert sum(len(point["text"].split()) for point in brief) <= MOST_WORDS
    said = [turn for _, turn in MONDAY]
    for place in (place for point in brief for place in point["from"]):
        assert place["session"] == 1
        assert all(said[turn] for turn in place["evidence"])
    sister = next(thread for thread in had["threads"] if "sister" in thread["text"])
    assert (sister["status"], sister["revisited_in"]) == ("revisited", [2])
    assert any(5 in place["evidence"] for place in sister["from"])
    assert had["patterns"] == []  # only from the third session on


def test_what_is_cited_is_one_entry_a_session() -> None:
    danger = Safety("suicide", (4,), agreed=(Line("I'll phone you.", (7,)),))
    one = Record(overview=(Line("You slept badly.", (1, 2)), Line("You will call her.", (2, 3))), safety=danger)
    refs = [Ref("a", "overview", 0), Ref("b", "overview", 0), Ref("a", "overview", 1), Ref("a", "safety", 1)]
    assert cited(refs, {"a": (1, one), "b": (2, one)}) == [
        {"session": 1, "evidence": [1, 2, 3, 7]},
        {"session": 2, "evidence": [1, 2]},
    ]


def test_it_can_be_read_without_json(series: list[Path]) -> None:
    done = afterword("replay", *series)
    assert done.returncode == 0
    assert done.stdout.index("== 2026-03-03 ==") < done.stdout.index("== 2026-03-10 ==")
    assert done.stdout.count("Session Summary") == 2
    assert done.stdout.count("Before it") == done.stdout.count("Threads") == 1


def test_a_transcript_is_kept_and_destroyed_like_any_capture(series: list[Path]) -> None:
    talk = read_talk(series[1])
    with throwaway() as notebook:
        session = notebook.add(talk.words, talk.day)
        shelved, receipt = notebook.shelf.session(session), notebook.shelf.receipt(session)
        folder = notebook.settings.data
        assert list(notebook.settings.keys.iterdir()) == list(notebook.settings.spool.iterdir()) == []
        assert bootkey.recipient(folder) is not None
    assert not folder.exists()
    assert receipt is not None
    assert shelved.record is not None
    assert (shelved.day, receipt.outcome, set(receipt.checked)) == ("2026-03-03", "kept", {"key", "sound"})
    assert shelved.record.next_steps
    assert not any(line.evidence for line in shelved.record.overview)


def test_only_date_and_turns_go_in(series: list[Path]) -> None:
    assert b"A label that nobody said" in series[1].read_bytes()
    assert set(json.loads(read_talk(series[1]).words)) == {"date", "turns"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("Dear diary", "is no transcript in JSON"),
        ('["turns"]', "is no transcript in JSON"),
        ('{"date": "2026-03-03"}', "is no transcript in JSON"),
        ('{"turns": [{"t": 0, "speaker": "client", "text": "Yes."}]}', "does not say of which day"),
        ('{"date": "3 March", "turns": [{"t": 0, "speaker": "client", "text": "Yes."}]}', "does not say of which day"),
        ('{"date": "2026-03-03", "turns": []}', "has no turns"),
        ('{"date": "2026-03-03", "turns": [{"speaker": "client"}]}', "This is no text that can be read"),
    ],
)
def test_what_cannot_be_replayed_is_named_in_one_sentence(
    series: list[Path], tmp_path: Path, content: str, says: str
) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text(content)
    done = afterword("replay", wrong, *series, "--json")
    assert (done.returncode, done.stdout) == (1, "")
    last = done.stderr.strip().splitlines()[-1]
    assert says in last
    assert "wrong.json" in last
    assert "Traceback" not in done.stderr


def test_the_same_session_twice_is_refused(series: list[Path], tmp_path: Path) -> None:
    copy = written(tmp_path, "copy.json", "2026-03-03", MONDAY, note="the same words")
    for twice in ([*series, series[0]], [*series, copy]):
        done = afterword("replay", *twice, "--json")
        assert (done.returncode, done.stdout) == (2, "")
        assert "are the same session" in done.stderr


def test_a_file_that_is_not_there_is_named(series: list[Path], tmp_path: Path) -> None:
    done = afterword("replay", *series, tmp_path / "third.json", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "third.json" in done.stderr


def test_a_language_model_writes_where_it_was_asked_to(series: list[Path]) -> None:
    with serving() as server:
        done = afterword("replay", series[0], "--json", "--engine", "model", "--address", server.address())
    assert done.returncode == 0, done.stderr
    [session] = json.loads(done.stdout)["sessions"]
    assert session["record"]["engine"].startswith("language model")
    assert len(server.questions) >= 2  # once for the notebook, once for the turns


def test_a_model_that_refuses_is_told(series: list[Path]) -> None:
    with serving(refusing) as server:
        done = afterword("replay", series[0], "--json", "--engine", "model", "--address", server.address())
    assert done.returncode == 0
    assert "refused the request, so these notes are by the built-in engine" in done.stderr
    assert json.loads(done.stdout)["sessions"][0]["record"]["engine"] == "built-in"


def test_nothing_leaves_this_machine_without_a_yes(series: list[Path]) -> None:
    with serving() as server:
        done = afterword("replay", *series, "--json", "--engine", "model", "--address", server.address("127.1"))
        assert (done.returncode, done.stdout, server.met) == (2, "", 0)
    assert afterword("replay", *series, "--engine", "model").returncode == 2


def test_a_line_that_was_written_differently_the_second_time_cites_nothing() -> None:
    at = Source(0.0, "client")
    read = Record(overview=(Line("You slept badly.", (1, 2), at), Line("You will call her.", (3,), at)))
    kept = Record.from_bytes(read.to_bytes())
    assert kept != read
    assert with_evidence(kept, read) == (read, 0)
    other = replace(kept, overview=(kept.overview[1], Line("You may call her.", (), at)))
    record, uncited = with_evidence(other, read)
    assert ([line.evidence for line in record.overview], uncited) == ([(3,), ()], 1)


def test_a_room_that_cannot_read_it_says_so() -> None:
    with throwaway() as notebook, pytest.raises(RoomFailed) as failed:
        notebook.add(b"Dear diary", "2026-03-03")
    assert failed.value.code == "not_a_transcript"


@pytest.mark.root
@needs_a_disk
def test_no_word_of_it_reaches_the_disk(stage: Stage, outside: Path) -> None:
    assert through(stage, outside, "afterword") == 0
    assert stage.search(canary.words(WORDS)) == []
    assert left_by(stage) == []


@pytest.mark.root
@needs_a_disk
def test_a_replay_that_writes_a_temporary_file_is_caught(tmp_path: Path, outside: Path) -> None:
    with new_disk(tmp_path) as disk, new_stage(disk) as stage:
        assert through(stage, outside, "tests.replaying", "temporary_file") == 0
        assert {hit.canary for hit in stage.search(canary.words(WORDS))} == set(WORDS)


@pytest.mark.root
@needs_a_disk
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_told_to_stop_in_the_middle_it_removes_everything(stage: Stage, outside: Path, sign: signal.Signals) -> None:
    with stage.process("afterword", "replay", *map(str, two(outside)), "--json") as run:
        wait(lambda: bool(rooms(run.pid)), "a room at work")
        assert len(left_by(stage)) == 1
        os.kill(run.pid, sign)
        assert run.wait(30) == 128 + sign
        assert run.stdout is not None
        assert run.stdout.read() == b""
        wait(lambda: not rooms(run.pid), "the end of the room", 5)
    assert left_by(stage) == []
    assert stage.search(canary.words(WORDS)) == []


@pytest.mark.root
@needs_a_disk
@pytest.mark.parametrize("point", ["wraps-durable", "chunk-durable", "room-started", "record-kept", "receipt-kept"])
def test_killed_in_the_middle_it_leaves_nothing_that_can_be_read(stage: Stage, outside: Path, point: str) -> None:
    folder = killed_at(stage, outside, point, "afterword")
    assert stage.search(canary.words(WORDS)) == []
    assert opened(folder) == b""
    shutil.rmtree(folder)


@pytest.mark.root
@needs_a_disk
@pytest.mark.skipif(bootkey.held_in() == "memory", reason="no boot key outlives its process here")
def test_a_boot_key_that_outlives_the_replay_is_caught(stage: Stage, outside: Path) -> None:
    folder = killed_at(stage, outside, "room-started", "tests.replaying", "lasting_boot_key")
    assert b"penguin" in opened(folder)
    shutil.rmtree(folder)


def two(folder: Path) -> list[Path]:
    return [written(folder, "1.json", "2026-03-03", MONDAY), written(folder, "2.json", "2026-03-10", LATER)]


def through(stage: Stage, outside: Path, *module: str) -> int:
    with stage.process(*module, "replay", *map(str, two(outside)), "--json") as run:
        out, _ = run.communicate(timeout=120)
        assert b"volcano" in out
        return int(run.returncode)


def killed_at(stage: Stage, outside: Path, point: str, *module: str) -> Path:
    """What is left of it: its folder."""
    command = *module, "replay", *map(str, two(outside)), "--json"
    with stage.process(*command, AFTERWORD_CRASH_AT=point) as run:
        assert killed(run)
        wait(lambda: not rooms(run.pid), "the end of the room", 5)
    [folder] = left_by(stage)
    return folder


def left_by(stage: Stage) -> list[Path]:
    """Its folder for temporary files is on the disk here, and so is what it sees as memory."""
    return [path for name in ("tmp", "shm") for path in (stage.disk.root / name).glob("afterword-*")]


def opened(folder: Path) -> bytes:
    """All that this machine can open of a folder: with the boot key, as a worker does that was started again."""
    boot, found = bootkey.hold(folder), b""
    for wrap in (folder / "keys").glob("*.b"):
        capture = bytes.fromhex(wrap.stem)
        try:
            manifest = Wraps(folder / "keys", capture).open_b(boot)
        except SealError:
            continue
        spool = Spool(folder / "spool", capture)
        for index in range(len(spool.have())):
            found += manifest.key.open(spool.read(chunk_name(index)), chunk_place(capture, index))
    bootkey.forget(folder)
    return found
