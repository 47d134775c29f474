"""`afterword model` and `afterword understand --engine model`, as a person types them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from afterword.capture import chosen
from afterword.capture.choice import Choice
from afterword.settings import load
from afterword.store.database import connect
from afterword.vault.vault import only_person, open_notebook
from tests.model_server import refusing, serving
from tests.test_command import PASSPHRASE, afterword, notebook  # noqa: F401
from tests.test_door_model import SAID
from tests.test_gguf import LLAMA, head


@pytest.fixture
def said(tmp_path: Path) -> Path:
    path = tmp_path / "said.txt"
    path.write_bytes(SAID)
    return path


@pytest.fixture
def way_in(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text(PASSPHRASE)
    return path


def kept(data: Path) -> Choice | None:
    engine = connect(load(data).database)
    return chosen.load(engine, open_notebook(engine, only_person(engine) or b"", PASSPHRASE))


def test_a_transcript_is_read_by_a_model_at_an_address(said: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("a key\n")
    with serving() as server:
        done = afterword(
            "understand", said, "--json", "--engine", "model", "--address", server.address(), "--model", "some-model",
            "--key-file", tmp_path / "key",
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["engine"] == "language model: some-model"
    assert server.questions[0].headers["authorization"] == "Bearer a key"


def test_a_model_that_refuses_costs_nothing_and_is_told(said: Path) -> None:
    with serving(refusing) as server:
        done = afterword("understand", said, "--engine", "model", "--address", server.address())
    assert done.returncode == 0
    assert "refused the request, so these notes are by the built-in engine" in done.stderr
    assert "sister" in done.stdout


def test_a_transcript_goes_nowhere_without_a_yes(said: Path) -> None:
    with serving() as server:
        asked: list[str | Path] = ["understand", said, "--engine", "model", "--address", server.address("127.1")]
        done = afterword(*asked)
        assert (done.returncode, done.stdout, server.met) == (2, "", 0)
        assert "would be sent to 127.1" in done.stderr
        assert afterword(*asked, "--text-may-leave").returncode == 0
        assert server.met > 0


@pytest.mark.parametrize(
    "flags",
    [["--engine", "model"], ["--address", "http://127.0.0.1:9"], ["--engine", "builtin", "--address", "127.0.0.1:9"],
     ["--engine", "model", "--address", "ftp://x"], ["--engine", "model", "--gguf", "/no/file"],
     ["--engine", "model", "--address", "127.0.0.1:9", "--gguf", "/no/file"],
     ["--engine", "model", "--address", "127.0.0.1:9", "--key-file", "/no/file"]],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused_before_anything_is_read(said: Path, flags: list[str]) -> None:
    done = afterword("understand", said, *flags)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr


def test_an_address_is_used_shown_and_left(notebook: Path, way_in: Path) -> None:  # noqa: F811
    way: list[str | Path] = ["--passphrase-file", way_in]
    assert "built-in" in afterword("model", "show", *way, data=notebook).stdout
    done = afterword("model", "use", "--address", "localhost:11434", "--model", "small", *way, data=notebook)
    assert (done.returncode, done.stderr) == (0, "")
    choice = kept(notebook)
    assert choice is not None
    assert (choice.address, choice.model, choice.agreed_on) == ("http://localhost:11434", "small", None)
    shown = afterword("model", "show", *way, data=notebook).stdout
    assert "http://localhost:11434 (small), on this machine" in shown
    assert afterword("model", "off", *way, data=notebook).returncode == 0
    assert kept(notebook) is None


def test_elsewhere_needs_a_yes(notebook: Path, way_in: Path) -> None:  # noqa: F811
    asked: list[str | Path] = ["model", "use", "--address", "http://models.example", "--passphrase-file", way_in]
    done = afterword(*asked, data=notebook)
    assert done.returncode == 1
    assert "by you and by your therapist, would be sent to\nmodels.example" in done.stderr
    assert "not encrypted" in done.stderr
    assert kept(notebook) is None
    assert afterword(*asked, "--text-may-leave", data=notebook).returncode == 0
    choice = kept(notebook)
    assert choice is not None
    assert choice.agreed_on == date.today().isoformat()


def test_a_file_is_looked_at_before_it_is_used(notebook: Path, way_in: Path, tmp_path: Path) -> None:  # noqa: F811
    way: list[str | Path] = ["--passphrase-file", way_in]
    good, bad, large = tmp_path / "good.gguf", tmp_path / "bad.gguf", tmp_path / "large.gguf"
    good.write_bytes(head(LLAMA))
    bad.write_bytes(b"<html>404</html>")
    large.write_bytes(head(LLAMA))
    with large.open("r+b") as file:
        file.truncate(1 << 40)  # a hole; it takes no room
    for file_, says in ((bad, "no GGUF model"), (large, "of memory"), (tmp_path / "none", "There is no file")):
        done = afterword("model", "use", file_, *way, data=notebook)
        assert (done.returncode, kept(notebook)) == (1, None)
        assert says in done.stderr
    assert afterword("model", "use", good, *way, data=notebook).returncode == 0
    choice = kept(notebook)
    assert choice is not None
    assert (choice.file, choice.model) == (str(good), "Small")


def test_a_wrong_passphrase_changes_nothing(notebook: Path, way_in: Path) -> None:  # noqa: F811
    way_in.write_text("quite another one")
    done = afterword("model", "use", "--address", "localhost:1", "--passphrase-file", way_in, data=notebook)
    assert (done.returncode, kept(notebook)) == (1, None)


def test_what_is_suggested_has_size_licence_and_a_name_and_nothing_is_fetched(tmp_path: Path) -> None:
    done = afterword("model", "suggest", data=tmp_path / "data")
    assert done.returncode == 0
    assert "Apache-2.0" in done.stdout
    assert "Afterword fetches nothing" in done.stdout
    assert not (tmp_path / "data").exists()
