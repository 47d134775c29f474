"""A speech model in a folder, from the command line: what the doctor says of it, and what `serve` refuses."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from afterword.command.doctor import _language_model
from afterword.outcome import heard_with
from afterword.room.listen.speech_model import bundled
from afterword.settings import environment, load
from tests.speech import dialogue, write_wav
from tests.test_command import afterword


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(bundled(), tmp_path / "a-model"))


def doctor(tmp_path: Path, folder: Path | None) -> dict[str, dict[str, Any]]:
    given = ("--speech-model", folder) if folder else ()
    done = afterword("doctor", "--json", *given, data=tmp_path / "data")
    return {finding["name"]: finding for finding in json.loads(done.stdout)}


def test_the_doctor_names_the_speech_model_its_size_and_that_it_loads(tmp_path: Path, folder: Path) -> None:
    usual = doctor(tmp_path, None)["speech model"]
    assert usual["says"] == "the one that comes with Afterword: 44 MB, and it loads in a room"
    own = doctor(tmp_path, folder)["speech model"]
    assert (own["verdict"], own["says"]) == ("good", f"tiny, from {folder}: 44 MB, and it loads in a room")
    (folder / "decoder_model_merged.ort").write_bytes(b"nothing")
    broken = doctor(tmp_path, folder)["speech model"]
    assert broken["verdict"] == "less"
    assert "does not load" in broken["says"]
    assert "heard with the one that comes with Afterword" in broken["says"]


def test_the_doctor_says_whether_a_language_models_file_could_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    where = "afterword.command.doctor"
    monkeypatch.setattr(f"{where}.find_spec", lambda name: None)
    assert "llama-cpp-python is not here" in _language_model().says
    monkeypatch.setattr(f"{where}.find_spec", lambda name: name)
    monkeypatch.setattr(f"{where}.version", lambda name: "1.2.3")
    assert _language_model().says == "none is needed; a file can be used, by llama-cpp-python 1.2.3"


def no_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def no_model(folder: Path) -> None:
    (folder / "encoder_model.ort").unlink()


def no_good_model(folder: Path) -> None:
    (folder / "encoder_model.ort").write_bytes(b"nothing")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [(no_folder, "There is no folder"), (no_model, "holds no Moonshine model"), (no_good_model, "does not load")],
)
def test_serve_does_not_start_with_a_folder_that_cannot_be_used(
    tmp_path: Path, folder: Path, spoil: Callable[[Path], None], says: str
) -> None:
    spoil(folder)
    done = afterword("serve", data=tmp_path / "data", AFTERWORD_SPEECH_MODEL=str(folder))
    assert done.returncode == 1
    assert says in done.stderr
    assert "leave" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_recording_is_heard_with_it(tmp_path: Path, folder: Path) -> None:
    recap = tmp_path / "recap.wav"
    write_wav(recap, dialogue([("slt", "We talked about my sister today, and I will call her tomorrow.")]))
    done = afterword("process", recap, "--mine", "--json", "--speech-model", folder)
    assert json.loads(done.stdout)["heard_with"] == ["tiny"]


def test_the_setting_reaches_the_worker(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    given = environment(load(speech_model=folder))
    monkeypatch.setenv("AFTERWORD_SPEECH_MODEL", given["AFTERWORD_SPEECH_MODEL"])
    assert load().speech_model == folder
    monkeypatch.setenv("AFTERWORD_SPEECH_MODEL", environment(load(Path("x"), speech_model=None))["AFTERWORD_KEY"])
    assert load().speech_model is None


def test_the_receipt_says_in_words_what_listened() -> None:
    assert heard_with(()) == ""
    assert heard_with(("bundled",)) == "the speech model that comes with Afterword"
    assert heard_with(("base",)) == "your speech model (base)"
    assert heard_with(("base", "not loaded")) == (
        "your speech model (base) and the speech model that comes with Afterword, because yours could not be loaded"
    )
