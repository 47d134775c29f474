"""A push service of our own on this machine: real HTTP, answers as it is told to, remembers what it was sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer


@dataclass
class PushServer:
    """`answers`: the status of each push in turn; the last is used on. `asked`: path, headers and body of each."""

    port: int = 0
    answers: list[int] = field(default_factory=lambda: [201])
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def pushing() -> Iterator[PushServer]:
    """One that runs until the end of the block."""
    served = PushServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            served.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(served.answers.pop(0) if len(served.answers) > 1 else served.answers[0])
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    served.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
