"""Rules about the project itself: what its files may and may not hold."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SETTING = re.compile(r"AFTERWORD_[A-Z_]+")


def tracked() -> list[Path]:
    """Every file that a clone would hold."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def text_of(path: Path) -> str:
    return path.read_text(errors="replace") if path.suffix not in (".png", ".ogg") else ""


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_lock_files_hold_hashes_and_no_address(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    assert not [line for line in lines if "://" in line]
    pinned = [i for i, line in enumerate(lines) if "==" in line]
    assert pinned
    assert all("--hash=sha256:" in lines[i + 1] for i in pinned)


def test_no_file_names_a_place_of_the_machine_it_was_written_on() -> None:
    place = re.compile(r"(?<![\w.])/(?:work|farm|root|home/\w+)/")
    assert [str(p) for p in tracked() if p != Path(__file__) and place.search(text_of(p))] == []


def test_every_setting_is_documented() -> None:
    used = {name for p in (ROOT / "afterword").rglob("*.py") for name in SETTING.findall(p.read_text())}
    internal = {"AFTERWORD_SETUP_TOKEN", "AFTERWORD_SUPERVISOR"}
    documented = set(SETTING.findall((ROOT / "docs/architecture.md").read_text()))
    assert used - internal == documented


def test_every_dependency_has_its_reason() -> None:
    declared = re.findall(r'^  "([a-z-]+)', (ROOT / "pyproject.toml").read_text().split("[tool.ruff]")[0], re.MULTILINE)
    reasons = (ROOT / "docs/decisions.md").read_text().split("## Dependencies")[1]
    assert [name for name in declared if name not in reasons and name not in ("afterword", "types-dateparser")] == []


def test_every_module_says_what_it_holds() -> None:
    silent = [
        p
        for p in (ROOT / "afterword").rglob("*.py")
        if p.read_text().strip() and not p.read_text().lstrip().startswith('"""')
    ]
    assert silent == []


def test_nothing_in_the_pages_comes_from_elsewhere() -> None:
    pages = [p for part in ("templates", "static") for p in (ROOT / "afterword/web" / part).rglob("*") if p.is_file()]
    assert pages
    foreign = re.compile(r"""(?:src|href|url|import|fetch)\s*[=(]?\s*["']?https?://""")
    assert [p.name for p in pages if foreign.search(text_of(p))] == []
