"""A speech model in a folder listens; one that cannot be used fails nobody's recording."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from afterword.room.listen import Aids, Checkpoint, listen
from afterword.room.listen.decode import open_audio
from afterword.room.listen.speech import Ear
from afterword.room.listen.speech_model import bundled
from tests.speech import dialogue, encode, say


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The bundled model, as if it were somebody's own."""
    return Path(shutil.copytree(bundled(), tmp_path / "somewhere" / "a-model"))


@pytest.fixture
def broken(folder: Path) -> Path:
    (folder / "encoder_model.ort").write_bytes(b"nothing")
    return folder


def probe(folder: Path | None) -> dict[str, Any]:
    """In a room, behind its walls."""
    command = [sys.executable, "-m", "afterword.room.probe", f"speech={folder}" if folder else "speech"]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return found


def test_a_folder_says_its_kind_by_trying_and_hears_the_same(folder: Path) -> None:
    sound = say("slt", "I told my sister that I was tired after work.")
    ear = Ear(folder)
    assert ear.model == "tiny"
    assert ear.words(sound) == Ear().words(sound)
    assert "my sister" in ear.words(sound)


@pytest.mark.parametrize("missing", ["encoder_model.ort", "decoder_model_merged.ort", "tokenizer.bin"])
def test_a_folder_without_one_of_its_files_is_not_used(folder: Path, missing: str) -> None:
    (folder / missing).unlink()
    assert Ear(folder).model == "not loaded"


def test_the_bundled_one_listens_where_the_folder_cannot_be_used_and_says_so(broken: Path, tmp_path: Path) -> None:
    sound = encode(dialogue([("slt", "I told my sister that I was tired after work.")]), "wav")
    for folder in (broken, tmp_path / "gone"):
        aids = Aids(folder=folder)
        heard = listen(open_audio(io.BytesIO(sound)), None, lambda *_: None, lambda _: None, aids=aids)
        assert heard
        assert "my sister" in heard.turns[0].text
        assert aids.heard_with == ("not loaded",)


def test_a_checkpoint_keeps_which_models_listened() -> None:
    state = Checkpoint(heard_with=("tiny", "not loaded"))
    assert Checkpoint.from_bytes(state.to_bytes()) == state
    old = json.loads(state.to_bytes())
    del old["heard_with"]
    assert Checkpoint.from_bytes(json.dumps(old).encode()).heard_with == ()


def test_it_loads_in_a_room_which_may_read_that_folder_and_nothing_beside_it(folder: Path) -> None:
    assert probe(None)["model"] == "bundled"
    found = probe(folder)
    assert (found["model"], found["loads"]) == ("tiny", True)
    assert found["size"] > 40_000_000
    beside = folder.parent / "beside"
    beside.write_text("a secret")
    code = (
        "import sys; from pathlib import Path; from afterword.room import sandbox\n"
        "sandbox.enter(60, 3 << 30, None, Path(sys.argv[1]))\n"
        "print(len((Path(sys.argv[1]) / 'tokenizer.bin').read_bytes()))\n"
        "try: print(Path(sys.argv[2]).read_text())\n"
        "except PermissionError: print('refused')\n"
    )
    ran = subprocess.run([sys.executable, "-c", code, folder, beside], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["249974", "refused"]


def test_control_without_that_right_it_does_not_load_there(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from afterword.room import sandbox\n"
        "sandbox.enter(60, 3 << 30)\n"
        "from afterword.room.listen.speech import Ear\n"
        "print(Ear(Path(sys.argv[1])).model)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code, folder], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "not loaded"
