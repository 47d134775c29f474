"""Where things are and how this installation is set up; each setting comes from the environment or a flag."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """`data`: the folder of everything kept. `database`: an SQLAlchemy address. `port`: on loopback. `argon_kib`: cost."""

    data: Path
    database: str
    host: str = "127.0.0.1"
    port: int = 8420
    argon_kib: int = 262144
    worker: str = "worker-1"

    @property
    def spool(self) -> Path:
        return self.data / "spool"

    @property
    def keys(self) -> Path:
        return self.data / "keys"


def load(data: Path | None = None, port: int | None = None) -> Settings:
    """Read AFTERWORD_DATA, AFTERWORD_DATABASE, AFTERWORD_PORT, AFTERWORD_ARGON_KIB and AFTERWORD_WORKER."""
    env = os.environ
    folder = data or Path(env.get("AFTERWORD_DATA") or Path.home() / ".local/share/afterword")
    folder = folder.expanduser().resolve()
    return Settings(
        data=folder,
        database=env.get("AFTERWORD_DATABASE") or f"sqlite:///{folder / 'afterword.db'}",
        port=port or int(env.get("AFTERWORD_PORT") or 8420),
        argon_kib=max(19456, int(env.get("AFTERWORD_ARGON_KIB") or 262144)),
        worker=env.get("AFTERWORD_WORKER") or "worker-1",
    )


def prepare(settings: Settings) -> None:
    """Make the folders, readable by their owner alone."""
    os.umask(0o077)
    for folder in (settings.data, settings.spool, settings.keys):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
