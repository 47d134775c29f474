"""Asking a model: the one interface, and any OpenAI-compatible server at an address the person named. RED: holds words.

A server is asked for JSON in the strictest form that it understands (`wire.RUNGS`), and that form is remembered. What
fails here is told by a code; no message of a server and no exception raised near words goes any further.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import httpx

from afterword.room.understand.model import wire

Code = Literal["unreachable", "slow", "refused", "nonsense", "context", "memory"]
# Of a server that does not say how much it reads at once. Should it read less, `ModelFailed("context")` says so.
CONTEXT_UNSAID = 32_768
PATIENCE_SECONDS = 900.0  # for one answer: 15,000 tokens read and 4,000 written by a small model on a laptop
CONNECT_SECONDS = 10.0
TRIES = 3
PAUSE_SECONDS = 2.0  # before another try, longer each time
MOST_BYTES = 1 << 20  # of an answer; a record is 30 kB


class ModelFailed(Exception):
    """No answer that can be used. `context`: the number of tokens the server reads at once, if it said so."""

    def __init__(self, code: Code, context: int | None = None) -> None:
        super().__init__(code)
        self.code, self.context = code, context


@dataclass(frozen=True)
class Message:
    """One message to the model."""

    role: Literal["system", "user", "assistant"]
    text: str = field(repr=False)

    def to_json(self) -> dict[str, str]:
        return {"role": self.role, "content": self.text}


class Model(Protocol):
    """Something that answers. `context`: tokens it can read and write in one go, the answer included."""

    @property
    def name(self) -> str: ...

    @property
    def context(self) -> int: ...

    def ask(self, messages: Sequence[Message], schema: Mapping[str, Any], most_tokens: int) -> str:
        """The answer, meant to be JSON of `schema`, of at most `most_tokens`. Raises ModelFailed."""


class AtAddress:
    """Any OpenAI-compatible server: Ollama, llama.cpp, LM Studio, vLLM... `address`: with or without /v1. `client`:
    the only way out, made by whoever holds the right to that one address; it must not read the environment (proxies,
    .netrc). `context`: tokens, where the person set it; otherwise the server is asked once, and `CONTEXT_UNSAID` stands
    where it does not say. `patience`: seconds for one answer, during which nothing is told."""

    def __init__(
        self,
        address: str,
        *,
        model: str | None,
        key: str | None,
        client: httpx.Client,
        context: int | None = None,
        patience: float = PATIENCE_SECONDS,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        if client.trust_env:
            raise ValueError("the client must not read the environment")
        self._base = re.sub(r"(?:/v1)?/*$", "", address.strip())
        self._client, self._patience, self._pause = client, patience, pause
        self._headers = {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {key}"} if key else {})
        self._rung = 0
        self._model, self._context = model, context
        self._asked = model is not None and context is not None

    def __repr__(self) -> str:
        return f"<AtAddress {wire.RUNGS[self._rung]}>"

    @property
    def name(self) -> str:
        self._ask_about_it()
        return self._model or "model"

    @property
    def context(self) -> int:
        self._ask_about_it()
        return self._context or CONTEXT_UNSAID

    def ask(self, messages: Sequence[Message], schema: Mapping[str, Any], most_tokens: int) -> str:
        """As `Model.ask`. Steps down the ladder where the server does not know a rung, and stays there."""
        self._ask_about_it()
        said = [message.to_json() for message in messages]
        while True:
            body = wire.body(self._model or "default", said, schema, most_tokens, wire.RUNGS[self._rung])
            answer = self._sent("POST", "/v1/chat/completions", body)
            if answer.status != 200 and wire.over_context(answer):
                raise self._too_long(wire.context_in(answer))
            if answer.status == 200:
                return self._read(answer, said, most_tokens)
            if answer.status in wire.UNKNOWN_FORM and self._rung + 1 < len(wire.RUNGS):
                self._rung += 1
                continue
            raise ModelFailed("refused")

    def _read(self, answer: wire.Answer, said: list[dict[str, str]], most_tokens: int) -> str:
        told = wire.told(answer)
        if told is None:
            raise ModelFailed("nonsense")
        if told.read is not None and wire.cut_short(told.read, said):
            # Ollama drops the middle of what is too long and answers as if nothing had happened.
            raise self._too_long(told.read + most_tokens)
        if told.unfinished:
            raise ModelFailed("context")
        return told.text

    def _too_long(self, context: int | None) -> ModelFailed:
        if context:
            self._context = min(context, self.context)
        return ModelFailed("context", context)

    def _ask_about_it(self) -> None:
        """The name and the context of the model there, once, where they were not given."""
        if self._asked:
            return
        self._asked = True
        try:
            known = wire.about(self._sent("GET", "/v1/models", None), self._model)
        except ModelFailed:
            return  # the question itself will tell
        self._model, self._context = self._model or known.name, self._context or known.context

    def _sent(self, method: str, path: str, body: Mapping[str, Any] | None) -> wire.Answer:
        """One request, with a second and third try where a server is not there yet. Raises ModelFailed."""
        ends = time.monotonic() + self._patience
        failed: Code = "unreachable"
        for n in range(TRIES):
            if n:
                self._pause(min(PAUSE_SECONDS * n, max(0.0, ends - time.monotonic())))
            try:
                answer = self._once(method, path, body, ends)
            except (httpx.ConnectError, httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
                failed = "unreachable"
                continue
            except httpx.TimeoutException:
                raise ModelFailed("slow") from None
            except httpx.HTTPError:
                raise ModelFailed("unreachable") from None
            if answer.status not in wire.BUSY:
                return answer
            failed = "refused"
        raise ModelFailed(failed)

    def _once(self, method: str, path: str, body: Mapping[str, Any] | None, ends: float) -> wire.Answer:
        """Read piece by piece: neither a flood nor a drip without end is waited out."""
        left = max(0.1, ends - time.monotonic())
        timeout = httpx.Timeout(left, connect=min(CONNECT_SECONDS, left))
        request = self._client.build_request(
            method, self._base + path, json=body, headers=self._headers, timeout=timeout
        )
        response = self._client.send(request, stream=True, auth=None, follow_redirects=False)
        try:
            held = bytearray()
            for piece in response.iter_raw():
                held += piece
                if len(held) > MOST_BYTES:
                    raise ModelFailed("nonsense")
                if time.monotonic() > ends:
                    raise ModelFailed("slow")
            return wire.Answer(response.status_code, bytes(held))
        finally:
            response.close()
