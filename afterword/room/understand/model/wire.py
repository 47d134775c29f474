"""What goes over the wire to an OpenAI-compatible server and comes back, as values. Knows no connection."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Rung = Literal["json_schema", "json_object", "prompt"]
# From the strictest form of asking for JSON to none at all.
RUNGS: tuple[Rung, ...] = ("json_schema", "json_object", "prompt")
# How servers say that they do not know the form: llama.cpp's Python server says 500 to json_schema.
UNKNOWN_FORM = (400, 404, 415, 422, 500, 501)
BUSY = (408, 425, 429, 502, 503, 504)
_CONTEXT = re.compile(r"context (?:window|length|size)|exceed\w*.{0,20}context|prompt is too long|n_ctx|max_model_len")
_TOKENS = re.compile(
    r"n_ctx\W{1,4}(\d{3,7})|context (?:window|length|size)\D{0,20}(\d{3,7})|maximum context length\D{0,20}(\d{3,7})"
)
# English is about four characters a token. With more than nine, the server has not read it all.
_MOST_CHARACTERS_A_TOKEN = 9.0


@dataclass(frozen=True)
class Answer:
    """Status and body of an HTTP answer."""

    status: int
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """The body, or None if it is no JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True)
class Told:
    """What a model wrote. `unfinished`: it was cut at the most tokens. `read`: tokens of the question, if counted."""

    text: str = field(repr=False)
    unfinished: bool
    read: int | None


@dataclass(frozen=True)
class About:
    """What a server says of its model."""

    name: str | None
    context: int | None


def body(
    model: str, said: list[dict[str, str]], schema: Mapping[str, Any], most_tokens: int, rung: Rung
) -> dict[str, Any]:
    """The request. Below the first rung the schema stands in the question."""
    asked: dict[str, Any] = {"model": model, "temperature": 0, "max_tokens": most_tokens, "stream": False}
    if rung == "json_schema":
        form = {"name": "answer", "schema": schema, "strict": True}
        return asked | {"messages": said, "response_format": {"type": "json_schema", "json_schema": form}}
    shown = json.dumps(schema, separators=(",", ":"))
    last = said[-1] | {"content": f"{said[-1]['content']}\n\nAnswer with one JSON object of this schema only:\n{shown}"}
    asked["messages"] = [*said[:-1], last]
    if rung == "json_object":
        # llama.cpp and its Python server take a schema here; others ignore it.
        asked["response_format"] = {"type": "json_object", "schema": schema}
    return asked


def told(answer: Answer) -> Told | None:
    """None if it is not the answer of such a server."""
    try:
        data = answer.json()
        choice = data["choices"][0]
        text = choice["message"]["content"]
    except (KeyError, IndexError, TypeError):
        return None
    if not isinstance(text, str) or not text.strip():
        return None
    usage = data.get("usage")
    read = usage.get("prompt_tokens") if isinstance(usage, dict) else None
    return Told(text, choice.get("finish_reason") == "length", read if isinstance(read, int) and read > 0 else None)


def cut_short(read: int, said: list[dict[str, str]]) -> bool:
    """By its own count the server has read less than was sent."""
    return sum(len(message["content"]) for message in said) > _MOST_CHARACTERS_A_TOKEN * read + 2000


def over_context(answer: Answer) -> bool:
    return answer.status in (400, 413, 422, 500) and bool(_CONTEXT.search(_message(answer)))


def context_in(answer: Answer) -> int | None:
    """How much the server reads at once, where its refusal says so."""
    found = _TOKENS.search(_message(answer))
    return int(next(n for n in found.groups() if n)) if found else None


def about(answer: Answer, wanted: str | None) -> About:
    """From /v1/models: vLLM, llama.cpp and LM Studio say the context there, each under its own name."""
    data = answer.json() if answer.status == 200 else None
    listed = data.get("data") if isinstance(data, dict) else None
    models = [m for m in listed if isinstance(m, dict)] if isinstance(listed, list) else []
    mine = next((m for m in models if m.get("id") == wanted), models[0] if models else {})
    name = mine.get("id")
    meta = mine.get("meta")
    places = mine | (meta if isinstance(meta, dict) else {})
    sizes = [places.get(k) for k in ("n_ctx", "max_model_len", "loaded_context_length", "context_length")]
    context = next((n for n in sizes if isinstance(n, int) and n > 0), None)
    return About(name if isinstance(name, str) else None, context)


def _message(answer: Answer) -> str:
    return answer.body[:20_000].decode("utf-8", "replace").lower()
