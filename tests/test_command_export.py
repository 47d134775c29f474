"""`afterword export` and `afterword import`, run as a person runs them."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from afterword.notebook import notes
from afterword.notebook.notes import Note
from afterword.settings import load
from tests.consent.yes import say_yes
from tests.notebook.lived_in import a_session
from tests.test_command import PASSPHRASE, afterword, notebook, owner_of

__all__ = ["notebook"]


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text(PASSPHRASE + "\n")
    return path


@pytest.fixture
def lived_in(notebook: Path) -> Path:
    with owner_of(notebook) as (engine, owner):
        a_session(engine, owner, "the move")
        notes.keep(engine, owner, Note("note", "2026-11-21T10:00", "Slept badly."))
        say_yes(load(notebook), engine, owner)
    return notebook


def test_out_and_in_again_elsewhere_is_the_same(lived_in: Path, secret: Path, tmp_path: Path) -> None:
    from afterword.store.database import connect, migrate
    from afterword.vault.vault import make_notebook

    out, again, other = tmp_path / "out", tmp_path / "again", tmp_path / "other"
    done = afterword("export", out, "--passphrase-file", secret, data=lived_in)
    assert done.returncode == 0, done.stderr
    assert "in clear" in done.stderr
    assert done.stdout == ""
    assert (out / "1/2026/2026-11-20.md").read_text().startswith("# Friday 20 November 2026")
    assert stat.S_IMODE((out / "notebook.json").stat().st_mode) == 0o600
    other.mkdir()
    migrate(load(other).database)
    make_notebook(connect(load(other).database), PASSPHRASE, 19456)
    came = afterword("import", out / "notebook.json", "--passphrase-file", secret, data=other)
    assert came.returncode == 0, came.stderr
    assert "1 sessions" in came.stderr
    assert afterword("export", again, "--passphrase-file", secret, data=other).returncode == 0
    assert json.loads((again / "notebook.json").read_text()) == json.loads((out / "notebook.json").read_text())
    twice = afterword("import", out / "notebook.json", "--passphrase-file", secret, data=other)
    assert "0 sessions and 0 other things were added" in twice.stderr


def test_nothing_is_overwritten_and_a_wrong_passphrase_writes_nothing(
    lived_in: Path, secret: Path, tmp_path: Path
) -> None:
    full, wrong = tmp_path / "full", tmp_path / "wrong"
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    refused = afterword("export", full, "--passphrase-file", secret, data=lived_in)
    assert (refused.returncode, [p.name for p in full.iterdir()]) == (2, ["mine.txt"])
    wrong.write_text("quite another one\n")
    locked = afterword("export", tmp_path / "out", "--passphrase-file", wrong, data=lived_in)
    assert locked.returncode == 1
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_not_right_is_refused_in_one_sentence(lived_in: Path, secret: Path, tmp_path: Path) -> None:
    file = tmp_path / "wrong.json"
    file.write_text('{"afterword": 1, "sessions": [{"id": "canary"}]}')
    refused = afterword("import", file, "--passphrase-file", secret, data=lived_in)
    assert refused.returncode == 1
    assert refused.stderr.strip() == "Session 1: its id is missing, or is none. Nothing was changed."
    missing = afterword("import", tmp_path / "none.json", "--passphrase-file", secret, data=lived_in)
    assert missing.returncode == 2
