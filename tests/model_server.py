"""A server that speaks as OpenAI's does, on loopback, with answers that a test has written. It keeps all requests."""

from __future__ import annotations

import json
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECTIONS = ("next_steps", "insights", "questions", "moments", "feelings", "themes", "recap", "overview")
_LINE = re.compile(r"^(\d+) ([CTU]): (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Asked:
    """One request. `said`: all that stood in its messages; `body`: the whole of it."""

    path: str
    headers: dict[str, str]
    said: str = field(repr=False)
    body: dict[str, Any] = field(default_factory=dict, repr=False)


Script = Callable[[BaseHTTPRequestHandler, Asked], None]


@dataclass
class Server:
    """`asked`: every request, in order. `met`: connections that were made to it."""

    port: int
    asked: list[Asked] = field(default_factory=list)
    met: int = 0

    def address(self, host: str = "127.0.0.1", scheme: str = "http") -> str:
        """Where it is, under any name of this machine."""
        return f"{scheme}://{host}:{self.port}"

    @property
    def questions(self) -> list[Asked]:
        """The requests with words in them."""
        return [asked for asked in self.asked if asked.path.endswith("/chat/completions")]


def say(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    """One answer."""
    handler.send_response(status)
    for name, value in ({"content-type": "application/json", "content-length": str(len(body))} | headers).items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def tell(handler: BaseHTTPRequestHandler, answer: dict[str, Any]) -> None:
    """A chat completion."""
    message = {"role": "assistant", "content": json.dumps(answer)}
    body = {"choices": [{"index": 0, "finish_reason": "stop", "message": message}]}
    say(handler, 200, json.dumps(body).encode())


def well(handler: BaseHTTPRequestHandler, asked: Asked) -> None:
    """A reader who repeats what was said, line by line, and names each."""
    if not asked.path.endswith("/chat/completions"):
        say(handler, 200, json.dumps({"data": [{"id": "echo-1b"}]}).encode())
        return
    lines = [(int(t), text) for t, _, text in _LINE.findall(asked.said)]
    told = [
        {"evidence": [t], "text": f"You said: \N{LEFT DOUBLE QUOTATION MARK}{text}\N{RIGHT DOUBLE QUOTATION MARK}"}
        for t, text in lines
    ]
    answer: dict[str, Any] = {name: [] for name in SECTIONS} | {"safety": None, "next_appointment": None}
    tell(handler, answer | {"overview": told[:3], "recap": [line | {"heading": "Said"} for line in told]})


def refusing(handler: BaseHTTPRequestHandler, _asked: Asked) -> None:
    """No rights here."""
    say(handler, 401, b'{"error": "no"}')


def silent(_handler: BaseHTTPRequestHandler, _asked: Asked) -> None:
    """Nothing, for as long as anybody waits."""
    time.sleep(600)


def elsewhere(port: int) -> Script:
    """Somewhere else, please."""

    def script(handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        say(handler, 307, b"", location=f"http://127.0.0.1:{port}{asked.path}")

    return script


@contextmanager
def serving(script: Script = well, context: ssl.SSLContext | None = None) -> Iterator[Server]:
    """While inside, it answers. `context`: over https."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            server.met += 1

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def log_message(self, *_: Any) -> None:
            pass

        def _answer(self) -> None:
            read = self.rfile.read(int(self.headers.get("content-length", 0)))
            body = json.loads(read) if read else {}
            said = "\n".join(message["content"] for message in body.get("messages", []))
            asked = Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, said, body)
            server.asked.append(asked)
            try:
                script(self, asked)
            except OSError:  # whoever asked is gone
                self.close_connection = True

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: Any) -> None:
            pass

    with Quiet(("127.0.0.1", 0), Handler) as http:
        if context:
            http.socket = context.wrap_socket(http.socket, server_side=True)
        server = Server(http.server_address[1])
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
