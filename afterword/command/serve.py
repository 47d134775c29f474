"""Starts web and worker together, prints where to go, and starts again what ended by accident."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

from afterword.command.doctor import speech_model
from afterword.command.parts import SETUP_TOKEN, SUPERVISOR, Busy, alone
from afterword.command.reach import fault, no_model
from afterword.hardening import harden
from afterword.settings import Settings, environment, prepare
from afterword.store.database import connect, migrate
from afterword.store.ledger import Ledger
from afterword.vault.vault import only_person
from afterword.work.erase import finish

PARTS = ("worker", "web")
SOON_SECONDS = 5.0


class Household:
    """The two processes. `token`: lets one person set the notebook up, once; None when that is done."""

    def __init__(self, settings: Settings, token: str | None) -> None:
        self._settings, self._token = settings, token
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._started: dict[str, float] = {}
        self._stopping = False

    def start(self) -> None:
        """Both, and a stop on SIGINT or SIGTERM."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        for part in PARTS:
            self._start(part)

    def watch(self) -> None:
        """Until told to stop: start again what ended."""
        while not self._stopping:
            time.sleep(0.2)
            for part, child in list(self._running.items()):
                if child.poll() is not None and not self._stopping and self._may_start(part):
                    self._start(part)
        self._wait()

    def wait_until_up(self, seconds: float = 30.0) -> bool:
        """True once the web process answers."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self._running["web"].poll() is None:
            if is_taken(self._settings):
                return True
            time.sleep(0.03)
        return False

    def _start(self, part: str) -> None:
        token = {SETUP_TOKEN: self._token} if self._token and part == "web" else {}
        given = os.environ | environment(self._settings) | token | {SUPERVISOR: str(os.getpid())}
        self._running[part] = subprocess.Popen([sys.executable, "-m", "afterword", part], env=given)
        self._started[part] = time.monotonic()

    def _may_start(self, part: str) -> bool:
        return time.monotonic() - self._started[part] > SOON_SECONDS or self._running[part].returncode < 0

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True
        for child in self._running.values():
            child.terminate()

    def _wait(self) -> None:
        for child in self._running.values():
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()


def serve(settings: Settings) -> None:
    """Run until stopped. Raises SystemExit with one sentence when it cannot start."""
    if wrong := fault(settings):
        raise SystemExit(wrong)
    if settings.speech_model and speech_model(settings.speech_model).verdict != "good":
        raise SystemExit(no_model(settings.speech_model))
    harden()
    prepare(settings)
    migrate(settings.database)
    try:
        with alone(settings):
            pass
    except Busy:
        raise SystemExit(
            "Afterword is running on this folder already. Stop it first, or name another --data."
        ) from None
    if is_taken(settings):
        raise SystemExit(f"Port {settings.port} is taken. Name another one: afterword serve --port {settings.port + 1}")
    engine = connect(settings.database)
    finish(settings, Ledger(engine))
    token = None if only_person(engine) else secrets.token_urlsafe(12)
    household = Household(settings, token)
    household.start()
    if not household.wait_until_up():
        household.watch() if household._stopping else household._stop(0, None)
        raise SystemExit("Afterword could not start. `afterword doctor` says what this machine lacks.")
    _greet(settings, token)
    household.watch()


def is_taken(settings: Settings) -> bool:
    """True when something answers at this address."""
    try:
        socket.create_connection((settings.host, settings.port), 1).close()
    except OSError:
        return False
    return True


def _greet(settings: Settings, token: str | None) -> None:
    elsewhere = settings.addresses()
    # With a certificate of our own there is no plain http, on this machine neither.
    local = () if settings.reach.certificate else (f"http://localhost:{settings.port}/",)
    address = (*local, *elsewhere)[0]
    print(f"Afterword is here: {address}", flush=True)
    for phone in elsewhere:
        print(f"From your phone: {phone}phone", flush=True)
    if token:
        print(f"To make your notebook, open {address}setup#{token}", flush=True)
        print(f"or type this set-up token there: {token}", flush=True)
    print("Stop it with Ctrl-C.", flush=True)
