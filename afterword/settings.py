"""Where things are and how this installation is set up; each setting comes from the environment or a flag."""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass
from pathlib import Path

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
_YES_OR_NO = {"": False, "0": False, "1": True}


@dataclass(frozen=True)
class Reach:
    """How other devices get here. `names`: the names, each with a port where it is not the usual one, under which a
    phone finds this machine over https. `proxy`: a program on this machine receives https and passes it on to us.
    `certificate`, `key`: we receive https ourselves, on the port of the settings."""

    names: tuple[str, ...] = ()
    proxy: bool = False
    certificate: Path | None = None
    key: Path | None = None

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names without their ports."""
        return tuple(name.partition(":")[0] for name in self.names)


@dataclass(frozen=True)
class Settings:
    """`data`: the folder of everything kept. `database`: an SQLAlchemy address. `argon_kib`: cost of a passphrase.
    `host`: the address of this machine that is listened on. `speech_model`: the folder of another speech model than the
    bundled one."""

    data: Path
    database: str
    host: str = "127.0.0.1"
    port: int = 8420
    argon_kib: int = 262144
    worker: str = "worker-1"
    reach: Reach = Reach()
    speech_model: Path | None = None

    @property
    def spool(self) -> Path:
        return self.data / "spool"

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    def addresses(self) -> tuple[str, ...]:
        """Where a phone goes, one address a name."""
        own = f":{self.port}" if self.reach.certificate and self.port != 443 else ""
        return tuple(f"https://{name}{'' if ':' in name else own}/" for name in self.reach.names)


def load(
    data: Path | None = None,
    port: int | None = None,
    host: str | None = None,
    reach: Reach | None = None,
    speech_model: Path | None = None,
) -> Settings:
    """Read the environment; what is given here goes first. Raises SystemExit, which says what is wrong and where."""
    env = os.environ
    folder = data or Path(env.get("AFTERWORD_DATA") or Path.home() / ".local/share/afterword")
    folder = folder.expanduser().resolve()
    return Settings(
        data=folder,
        database=env.get("AFTERWORD_DATABASE") or f"sqlite:///{folder / 'afterword.db'}",
        host=_host(host or env.get("AFTERWORD_HOST") or "127.0.0.1"),
        port=port or int(env.get("AFTERWORD_PORT") or 8420),
        argon_kib=max(19456, int(env.get("AFTERWORD_ARGON_KIB") or 262144)),
        worker=env.get("AFTERWORD_WORKER") or "worker-1",
        reach=_reach(reach or Reach()),
        speech_model=_file(speech_model, "AFTERWORD_SPEECH_MODEL"),
    )


def environment(settings: Settings) -> dict[str, str]:
    """What makes `load` in a child give the same web and worker again."""
    reach = settings.reach
    return {
        "AFTERWORD_DATA": str(settings.data),
        "AFTERWORD_DATABASE": settings.database,
        "AFTERWORD_HOST": settings.host,
        "AFTERWORD_PORT": str(settings.port),
        "AFTERWORD_NAMES": ",".join(reach.names),
        "AFTERWORD_PROXY": "1" if reach.proxy else "",
        "AFTERWORD_CERTIFICATE": str(reach.certificate or ""),
        "AFTERWORD_KEY": str(reach.key or ""),
        "AFTERWORD_SPEECH_MODEL": str(settings.speech_model or ""),
    }


def prepare(settings: Settings) -> None:
    """Make the folders, readable by their owner alone."""
    os.umask(0o077)
    for folder in (settings.data, settings.spool, settings.keys):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def is_loopback(host: str) -> bool:
    """True for an address that only this machine itself can reach."""
    return host == "localhost" or ipaddress.ip_address(host).is_loopback


def _reach(given: Reach) -> Reach:
    env = os.environ
    names = given.names or tuple(env.get("AFTERWORD_NAMES", "").split(","))
    return Reach(
        names=tuple(dict.fromkeys(_name(n.strip()) for n in names if n.strip())),
        proxy=given.proxy or _yes("AFTERWORD_PROXY"),
        certificate=_file(given.certificate, "AFTERWORD_CERTIFICATE"),
        key=_file(given.key, "AFTERWORD_KEY"),
    )


def _name(given: str) -> str:
    """A name in small letters, with its port if there is one."""
    name, colon, port = given.lower().rstrip(".").partition(":")
    if not _NAME.fullmatch(name) or (colon and not _PORT.fullmatch(port)):
        meant = re.sub(r"^.*//|/.*$", "", given.lower())  # somebody pasted the whole address
        meant = meant if _NAME.fullmatch(meant) else "notes.example.org"
        raise SystemExit(f"AFTERWORD_NAMES or --name: '{given}' is no name. Write it like this: {meant}")
    if name in LOOPBACK_NAMES or re.fullmatch(r"0[.0]*|127\.[.0-9]+", name):
        raise SystemExit(f"AFTERWORD_NAMES or --name: a phone cannot reach this machine as '{given}'.")
    return f"{name}:{port}" if colon else name


def _host(given: str) -> str:
    try:
        is_loopback(given)
    except ValueError:
        raise SystemExit(
            f"AFTERWORD_HOST or --host: '{given}' is no address of this machine. Write one like 192.168.1.20; names "
            "go into AFTERWORD_NAMES or --name."
        ) from None
    return given


def _yes(setting: str) -> bool:
    given = os.environ.get(setting, "")
    if given not in _YES_OR_NO:
        raise SystemExit(f"{setting}: '{given}' is neither 1 nor 0.")
    return _YES_OR_NO[given]


def _file(given: Path | None, setting: str) -> Path | None:
    named = given or (Path(os.environ[setting]) if os.environ.get(setting) else None)
    return named.expanduser().resolve() if named else None
