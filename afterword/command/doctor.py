"""`afterword doctor`: what this machine can guarantee, what it cannot, and what is lost where it cannot."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console
from rich.table import Table

from afterword.capture import bootkey
from afterword.capture.intake import SPARE_BYTES
from afterword.command.finding import Finding, Verdict
from afterword.command.phone import phone
from afterword.command.reach import no_model
from afterword.settings import Settings

_MARKS = {"good": "[green]good[/green]", "less": "[yellow]less[/yellow]", "bad": "[red]bad[/red]"}
# Copy-on-write file systems keep old blocks; on network file systems fsync may promise too much.
_COPYING, _REMOTE = ("btrfs", "zfs", "bcachefs", "overlay"), ("nfs", "nfs4", "cifs", "fuse.sshfs", "9p")


def doctor(settings: Settings, as_json: bool) -> None:
    """Print every finding. Makes and changes nothing. Exits with 1 when something could not work here."""
    findings = [*_room(), *_machine(settings), *phone(settings)]
    if as_json:
        print(json.dumps([asdict(f) for f in findings], indent=1))
    else:
        table = Table("", "", "", show_header=False, box=None)
        for finding in findings:
            table.add_row(_MARKS[finding.verdict], finding.name, finding.says)
        Console().print(table)
    if any(f.verdict == "bad" for f in findings):
        raise SystemExit(1)


def _machine(settings: Settings) -> Iterator[Finding]:
    yield _python()
    yield speech_model(settings.speech_model)
    yield _language_model()
    yield _sqlite()
    yield _boot_key()
    yield _swap()
    yield _cores()
    yield _file_system(settings)
    yield _encryption(settings)
    yield _space(settings)


def _room() -> Iterator[Finding]:
    """The walls, as a child that really entered them reports."""
    done = subprocess.run([sys.executable, "-m", "afterword.room.probe"], capture_output=True, check=False, timeout=60)
    try:
        rights = json.loads(done.stdout)
    except ValueError:
        yield Finding("room", "bad", "The room could not be entered on this machine. Nothing would be listened to.")
        return
    lost = {
        "undumpable": "other programs of this user could read the room's memory",
        "network": "only the call filter keeps the room from the network",
        "landlock": "only the call filter keeps the room from writing files, and it can read yours",
        "seccomp": "the room could start programs and open sockets",
    }
    for name, loss in lost.items():
        stands = bool(rights.get(name))
        yield Finding(f"room: {name}", "good" if stands else "less", "stands" if stands else f"missing: {loss}")


def _python() -> Finding:
    libc = " ".join(platform.libc_ver())
    return Finding("python", "good", f"Python {platform.python_version()}, {libc}, {os.cpu_count()} processors")


def speech_model(folder: Path | None) -> Finding:
    """The one that listens, loaded in a room."""
    command = [sys.executable, "-m", "afterword.room.probe", f"speech={folder}" if folder else "speech"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    try:
        found = json.loads(done.stdout)
    except ValueError:
        found = {"loads": False}
    if found["loads"]:
        which = f"{found['model']}, from {folder}" if folder else "the one that comes with Afterword"
        return Finding("speech model", "good", f"{which}: {found['size'] / 1e6:.0f} MB, and it loads in a room")
    if folder:
        says = f"{no_model(folder)} Recordings are heard with the one that comes with Afterword until then"
        return Finding("speech model", "less", says)
    return Finding("speech model", "bad", "is missing: run `make run` again; its package needs glibc 2.34 or newer")


def _language_model() -> Finding:
    """Of this installation: which model a notebook uses stands in it, sealed."""
    if find_spec("llama_cpp") is None:
        says = "a file cannot be used: llama-cpp-python is not here (requirements-model.txt). A server can"
        return Finding("language model", "good", f"none is needed; {says}")
    return Finding("language model", "good", f"none is needed; a file can be used, by llama-cpp-python {_llama()}")


def _llama() -> str:
    try:
        return version("llama-cpp-python")
    except PackageNotFoundError:
        return "of an unknown version"


def _sqlite() -> Finding:
    return Finding("sqlite", "good", sqlite3.sqlite_version)


def _boot_key() -> Finding:
    where = bootkey.held_in()
    if where == "memory":
        return Finding(
            "boot key", "less", "in the worker's memory alone: after a crash of it, work waits for your unlock"
        )
    return Finding("boot key", "good", f"in the {where}: killed work goes on by itself, and a reboot forgets it")


def _swap() -> Finding:
    devices = [line.split()[0] for line in Path("/proc/swaps").read_text().splitlines()[1:]]
    if not devices:
        return Finding("swap", "good", "none")
    if all(_encrypted(device) or "zram" in device for device in devices):
        return Finding("swap", "good", "encrypted or in memory")
    return Finding("swap", "less", "words of a session could be swapped to the disk: turn swap off or encrypt it")


def _cores() -> Finding:
    return Finding("core dumps", "good", "switched off by web, worker and room for themselves")


def _file_system(settings: Settings) -> Finding:
    kind = _mount(settings.data)[1]
    if kind in _COPYING:
        return Finding("file system", "less", f"{kind} keeps old copies: a destroyed key may survive until they rotate")
    if kind in _REMOTE:
        return Finding("file system", "less", f"{kind} is on a network: choose a folder on a local disk")
    return Finding("file system", "good", kind)


def _encryption(settings: Settings) -> Finding:
    if _encrypted(_mount(settings.data)[0]):
        return Finding("disk encryption", "good", "on")
    says = "not found: a thief sees how many sessions there are and when (never a word). Encrypt the disk if you can"
    return Finding("disk encryption", "less", says)


def _space(settings: Settings) -> Finding:
    free = shutil.disk_usage(_there(settings.data)).free
    verdict: Verdict = "good" if free > 2 * SPARE_BYTES else "less"
    return Finding("free space", verdict, f"{free / 1e9:.1f} GB")


def _there(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there already."""
    return next(f for f in (folder, *folder.parents) if f.is_dir())


def _mount(folder: Path) -> tuple[str, str]:
    """Device and kind of the file system that `folder` lies on."""
    mounts = [line.split()[:3] for line in Path("/proc/mounts").read_text().splitlines()]
    above = [m for m in mounts if folder.is_relative_to(m[1])]
    device, _, kind = max(above, key=lambda m: len(m[1]), default=["?", "/", "unknown"])
    return device, kind


def _encrypted(device: str) -> bool:
    """True when dm-crypt lies anywhere under the device."""
    if not shutil.which("lsblk"):
        return False
    command = ["lsblk", "-nso", "TYPE", device]
    return "crypt" in subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
