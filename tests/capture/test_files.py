"""Files that survive a power cut, and files that do not come back."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from afterword.capture.files import Conflict, destroy, replace, write_once


def test_what_is_written_once_can_be_sent_again_but_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "chunk"
    write_once(path, b"sealed")
    write_once(path, b"sealed")
    for other in (b"", b"sealed ", b"other!"):
        with pytest.raises(Conflict):
            write_once(path, other)
    assert path.read_bytes() == b"sealed"
    assert os.listdir(tmp_path) == ["chunk"], "no part is left"


def test_of_many_writers_at_once_one_wins_and_every_other_is_told(tmp_path: Path) -> None:
    path, told, start = tmp_path / "chunk", [], threading.Barrier(12)

    def write(data: bytes) -> None:
        start.wait()
        try:
            write_once(path, data)
            told.append((data, "stored"))
        except Conflict:
            told.append((data, "conflict"))

    threads = [threading.Thread(target=write, args=(bytes([n % 3]) * 100_000,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = path.read_bytes()
    assert len(told) == 12
    assert all((how == "stored") == (data == kept) for data, how in told)
    assert os.listdir(tmp_path) == ["chunk"]


def test_file_and_folder_are_synced_before_it_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    real_sync = os.fsync

    def sync(fd: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(fd).st_mode) else "file")
        real_sync(fd)

    def named(real: Callable[[Path, Path], None]) -> Callable[[Path, Path], None]:
        def name(part: Path, path: Path) -> None:
            done.append("named")
            real(part, path)

        return name

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "link", named(os.link))
    monkeypatch.setattr(os, "replace", named(os.replace))
    write_once(tmp_path / "a", b"x")
    replace(tmp_path / "b", b"x")
    assert done == ["file", "named", "folder"] * 2


def test_files_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_once(tmp_path / "a", b"x")
        replace(tmp_path / "b", b"x")
    finally:
        os.umask(before)
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in "ab"] == [0o600, 0o600]


def test_a_replaced_file_holds_the_new_bytes_only(tmp_path: Path) -> None:
    path = tmp_path / "wrap"
    for data in (b"older and longer", b"new", b""):
        replace(path, data)
        assert path.read_bytes() == data
    assert os.listdir(tmp_path) == ["wrap"]


@pytest.mark.parametrize("size", [0, 1, 300, 5000])
def test_a_destroyed_file_is_overwritten_where_it_lay(tmp_path: Path, size: int) -> None:
    path, same_place = tmp_path / "wrap", tmp_path / "the same bytes on the disk"
    path.write_bytes(b"K" * size)
    os.link(path, same_place)
    destroy(path)
    assert not path.exists()
    assert same_place.read_bytes() == bytes(size)


def test_control_a_file_that_is_only_unlinked_is_still_there(tmp_path: Path) -> None:
    path, same_place = tmp_path / "wrap", tmp_path / "the same bytes on the disk"
    path.write_bytes(b"KEY")
    os.link(path, same_place)
    path.unlink()
    assert same_place.read_bytes() == b"KEY"


def test_destroying_twice_or_nothing_is_fine(tmp_path: Path) -> None:
    (tmp_path / "wrap").write_bytes(b"KEY")
    destroy(tmp_path / "wrap")
    destroy(tmp_path / "wrap")
    destroy(tmp_path / "never was")
