"""Answers of OpenAI-compatible servers, good and bad, for `tests.model_server.serving`; and a client for them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

import httpx

from afterword.room.understand.model.asking import AtAddress
from tests.model_server import Asked, Script, Server, say, serving

_LINE = re.compile(r"^(\d+) [CT?]: ", re.MULTILINE)


@contextmanager
def asking(script: Script, **more: Any) -> Iterator[tuple[AtAddress, Server]]:
    """A model behind such a server, without waiting between tries."""
    with serving(script) as server, httpx.Client(trust_env=False) as client:
        given = {"model": "a-model", "key": None, "client": client, "context": 32_768, "pause": lambda _: None}
        yield AtAddress(server.address(), **(given | more)), server


def chat(handler: BaseHTTPRequestHandler, text: str, *, finish: str = "stop", read: int | None = None) -> None:
    """A chat completion of these letters."""
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text}}
    usage = {"usage": {"prompt_tokens": read}} if read else {}
    say(handler, 200, json.dumps({"choices": [choice]} | usage).encode())


def reader(answer: dict[str, Any]) -> Script:
    """Somebody who has read the session: asked for a part, gives what lies in it; asked to join, gives all."""

    def script(handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        chat(handler, json.dumps(part_of(answer, asked.said)))

    return script


def part_of(answer: dict[str, Any], said: str) -> dict[str, Any]:
    lines = [int(t) for t in _LINE.findall(said.partition("(this part)")[2] or said)]
    if "<notes>" in said or not lines:
        return answer
    here = range(lines[0], lines[-1] + 1)
    return {name: _within(value, here) for name, value in answer.items()}


def _within(value: Any, here: range) -> Any:
    if isinstance(value, list):
        return [item for item in value if item["evidence"] and item["evidence"][0] in here]
    return value if value and value["evidence"][0] in here else None


def one_after_another(*scripts: Script) -> Script:
    """The first request gets the first, and so on; the last goes on for ever."""
    left = list(scripts)

    def script(handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(handler, asked)

    return script


def status(code: int, words: str = "no") -> Script:
    return lambda handler, _: say(handler, code, json.dumps({"error": {"message": words}}).encode())


def text(words: str, **more: Any) -> Script:
    return lambda handler, _: chat(handler, words, **more)


def knows_only(*forms: str | None) -> Callable[[int, Script], Script]:
    """A server that answers with a status to every form of asking for JSON but these."""

    def wrapped(code: int, script: Script) -> Script:
        def answering(handler: BaseHTTPRequestHandler, asked: Asked) -> None:
            form = (asked.body.get("response_format") or {}).get("type")
            (script if form in forms else status(code, "response_format"))(handler, asked)

        return answering

    return wrapped


def dripping(handler: BaseHTTPRequestHandler, _asked: Asked) -> None:
    """A byte now and then, without end."""
    handler.send_response(200)
    handler.send_header("content-length", "100000")
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.02)


def flooding(handler: BaseHTTPRequestHandler, _asked: Asked) -> None:
    """More than a record can be."""
    chat(handler, "x" * (3 << 20))
