"""A model from a GGUF file, run in this process by llama.cpp. RED: holds words, keeps nothing, reaches nobody.

The file was opened outside and may be read, nothing else of its folder. `llama_cpp` is in the extra `afterword[model]`.
"""

from __future__ import annotations

import builtins
import ctypes
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from afterword.gguf import NotAModel, available_memory, check_fit, read_header
from afterword.room.understand.model.asking import Message, ModelFailed

ALIVE_SECONDS = 5.0
_ABORTED = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p)


class InRoom:
    """`file`: its descriptor. `alive`: called now and then while it thinks. `ends`: the monotonic time at which every
    answer comes too late. Loaded when it is first asked. Raises ModelFailed."""

    def __init__(self, file: int, alive: Callable[[], None], ends: float) -> None:
        try:
            with os.fdopen(os.dup(file), "rb") as opened:
                self._about = read_header(opened, os.fstat(file).st_size)
            check_fit(self._about, 0)
        except NotAModel:
            raise ModelFailed("nonsense") from None
        self._file, self._alive, self._ends = file, alive, ends
        self._told = time.monotonic()
        self._late = _ABORTED(self._look)
        self._llama: Any = None

    @property
    def name(self) -> str:
        return self._about.name

    @property
    def context(self) -> int:
        return self._about.context

    def ask(self, messages: Sequence[Message], schema: Mapping[str, Any], most_tokens: int) -> str:
        """As `Model.ask`. The form is forced upon it, token by token."""
        llama = self._loaded()
        said = [message.to_json() for message in messages]
        form = {"type": "json_object", "schema": schema}
        try:
            answer = llama.create_chat_completion(said, response_format=form, max_tokens=most_tokens, temperature=0.0)
        except ValueError:  # more tokens than it reads at once
            raise ModelFailed("context") from None
        except Exception:  # cut off by `_look`, or by a template that it cannot fill
            raise ModelFailed("slow" if time.monotonic() >= self._ends else "nonsense") from None
        choice = answer["choices"][0]
        if choice["finish_reason"] == "length":
            raise ModelFailed("context")
        return str(choice["message"]["content"])

    def pace(self, read: int, write: int) -> tuple[float, float]:
        """Tokens a second that it reads, and that it writes. Raises ModelFailed."""
        llama = self._loaded()
        begun = time.monotonic()
        llama.eval([llama.token_bos()] * read)
        between = time.monotonic()
        for _ in range(write):
            llama.eval([llama.token_bos()])
        return read / (between - begun), write / (time.monotonic() - between)

    def _loaded(self) -> Any:
        if self._llama is None:
            try:
                check_fit(self._about, available_memory())
            except NotAModel:
                raise ModelFailed("memory") from None
            try:
                self._llama = self._load()
            except Exception:  # not installed, an architecture that it does not know, or a broken file
                raise ModelFailed("unreachable") from None
        return self._llama

    def _load(self) -> Any:
        with _a_place_for_noise():
            import llama_cpp
        threads = len(os.sched_getaffinity(0))
        with _without_amx(llama_cpp):
            llama = llama_cpp.Llama(
                f"/proc/self/fd/{self._file}",
                n_ctx=self.context,
                n_threads=threads,
                n_threads_batch=threads,
                verbose=False,
            )
        llama_cpp.llama_cpp._lib.llama_set_abort_callback(ctypes.c_void_p(llama._ctx.ctx), self._late, None)
        return llama

    def _look(self, _: object) -> bool:
        """Between two steps of its work. True to stop it."""
        now = time.monotonic()
        if now - self._told > ALIVE_SECONDS:
            self._told = now
            self._alive()
        return now >= self._ends


@contextmanager
def _without_amx(llama_cpp: Any) -> Iterator[None]:
    """Weights are left as they are in the file, not laid out for AMX tiles: what GCC 12 makes of llama.cpp's code for
    them dies of SIGILL (its `_tile_loadconfig` names 8 bytes of 64, so the rest may be optimised away)."""
    real = llama_cpp.llama_cpp.llama_model_default_params

    def parameters() -> Any:
        chosen = real()
        chosen.use_extra_bufts = b"amx_tile" not in _processor()
        return chosen

    llama_cpp.llama_cpp.llama_model_default_params = parameters
    try:
        yield
    finally:
        llama_cpp.llama_cpp.llama_model_default_params = real


def _processor() -> bytes:
    with open("/proc/cpuinfo", "rb") as told:
        return told.read()


@contextmanager
def _a_place_for_noise() -> Iterator[None]:
    """The library opens /dev/null for writing, which no file may be in the room; it gets what stands there already."""
    real = builtins.open

    def opened(file: Any, *more: Any, **how: Any) -> Any:
        return os.fdopen(os.dup(2), "w") if file == os.devnull else real(file, *more, **how)

    builtins.open = opened
    try:
        yield
    finally:
        builtins.open = real
