"""What a GGUF file says of itself: enough to know whether it can be used here. It may be hostile: every count is bound.

Format: github.com/ggml-org/ggml, docs/gguf.md, versions 2 and 3, little-endian.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

_SIZES = {0: "B", 1: "b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "?", 10: "<Q", 11: "<q", 12: "<d"}
_TEXT, _LIST = 8, 9
_MOST_KEYS, _LONGEST_TEXT, _LONGEST_LIST = 4096, 1 << 20, 1 << 21
# Beside the weights and what is remembered of a talk. Measured with models of 0.1 to 8 billion weights: 0.3 to 0.7 GB.
_WORKING_BYTES = 700 << 20
# What is read at once. More costs memory and time for every token; a session is read in parts anyway.
CONTEXT = 12_288
LEAST_CONTEXT = 4_096


class NotAModel(Exception):
    """The file cannot be used. `says`: why, and what to do next."""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


@dataclass(frozen=True)
class Gguf:
    """`size`: bytes of the file. `trained`: tokens that it was made to read at once. `token_bytes`: what it remembers
    of each token while it reads."""

    size: int
    name: str
    architecture: str
    trained: int
    token_bytes: int

    @property
    def context(self) -> int:
        """Tokens that it reads at once here."""
        return min(self.trained or CONTEXT, CONTEXT)

    @property
    def memory(self) -> int:
        """Bytes of memory that it needs."""
        return self.size + self.context * self.token_bytes + _WORKING_BYTES


def read_gguf(path: Path) -> Gguf:
    """Raises NotAModel."""
    try:
        with path.open("rb") as file:
            return read_header(file, path.stat().st_size)
    except OSError:
        raise NotAModel(
            f"There is no file {path} that can be read. Please check its name and who may read it."
        ) from None


def read_header(file: BinaryIO, size: int) -> Gguf:
    """Of an open file of `size` bytes. Raises NotAModel."""
    try:
        values = _values(file)
    except (struct.error, ValueError, KeyError, OverflowError):
        raise NotAModel(
            "This file is no GGUF model, or its download broke off. `afterword model suggest` names some that work."
        ) from None
    kind = str(values.get("general.architecture", ""))
    if str(values.get("general.type", "model")) != "model" or f"{kind}.block_count" not in values:
        raise NotAModel(
            "This GGUF file is no language model (perhaps a part of one). `afterword model suggest` names some."
        )
    if int(values.get("split.count", 1) or 1) > 1:
        raise NotAModel("This model is split into several files. Please take one that is a single file.")
    name = str(values.get("general.name") or kind)[:60]
    return Gguf(size, name, kind, int(values.get(f"{kind}.context_length", 0)), _token_bytes(kind, values))


def available_memory() -> int:
    """Bytes that programs can still have, by the kernel's estimate; 0 where it says none."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 0
    found = next((line for line in lines if line.startswith("MemAvailable:")), "MemAvailable: 0 kB")
    return int(found.split()[1]) * 1024


def check_fit(model: Gguf, available: int) -> None:
    """Raises NotAModel if it cannot be held, or reads too little at once."""
    if model.context < LEAST_CONTEXT:
        raise NotAModel(
            f"This model reads {model.trained} tokens at once, too few for a session. Please take one with "
            f"{LEAST_CONTEXT} or more; `afterword model suggest` names some."
        )
    if available and model.memory > available:
        raise NotAModel(
            f"This model needs {_gigabytes(model.memory)} of memory, and {_gigabytes(available)} are free. Please take "
            "a smaller one (`afterword model suggest` names some), or close other programs and try again."
        )


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"


def _values(file: BinaryIO) -> dict[str, Any]:
    magic, version, _tensors, count = struct.unpack("<4sIQQ", file.read(24))
    if magic != b"GGUF" or version not in (2, 3) or count > _MOST_KEYS:
        raise ValueError
    values = {}
    for _ in range(count):
        key = _text(file)
        values[key] = _value(file, _number(file, "<I"))
    return values


def _value(file: BinaryIO, kind: int) -> Any:
    if kind == _TEXT:
        return _text(file)
    if kind != _LIST:
        return _number(file, _SIZES[kind])
    inner, count = _number(file, "<I"), _number(file, "<Q")
    if count > _LONGEST_LIST or inner == _LIST:
        raise ValueError
    if inner == _TEXT:
        for _ in range(count):  # the words that it knows: nobody here needs them
            file.seek(_length(file), 1)
        return None
    size = struct.calcsize(_SIZES[inner])
    if count > 4096:
        file.seek(size * count, 1)
        return None
    return [_number(file, _SIZES[inner]) for _ in range(count)]


def _number(file: BinaryIO, form: str) -> Any:
    return struct.unpack(form, file.read(struct.calcsize(form)))[0]


def _length(file: BinaryIO) -> int:
    length = int(_number(file, "<Q"))
    if length > _LONGEST_TEXT:
        raise ValueError
    return length


def _text(file: BinaryIO) -> str:
    return file.read(_length(file)).decode("utf-8", "replace")


def _token_bytes(kind: str, values: dict[str, Any]) -> int:
    """Keys and values of each layer, two bytes each. A list has one number a layer."""
    layers, heads = int(values[f"{kind}.block_count"]), _most(values.get(f"{kind}.attention.head_count", 1))
    kept = _most(values.get(f"{kind}.attention.head_count_kv", heads))
    width = int(values.get(f"{kind}.embedding_length", 0)) // max(1, heads)
    keys = int(values.get(f"{kind}.attention.key_length", width))
    return 2 * layers * kept * (keys + int(values.get(f"{kind}.attention.value_length", keys)))


def _most(value: Any) -> int:
    return max((int(n) for n in value), default=1) if isinstance(value, list) else int(value or 1)
