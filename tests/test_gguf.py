"""The head of a GGUF file: read where it is one, refused with a sentence where it is not, whatever it claims."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest

from afterword.command.suggest import KNOWN
from afterword.gguf import CONTEXT, NotAModel, check_fit, read_gguf

LLAMA = {
    "general.architecture": "llama", "general.name": "Small", "llama.block_count": 32, "llama.context_length": 131072,
    "llama.embedding_length": 4096, "llama.attention.head_count": 32, "llama.attention.head_count_kv": 8,
    "tokenizer.ggml.tokens": ["a", "b"] * 3000,
}  # fmt: skip


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def head(values: dict[str, Any], *, magic: bytes = b"GGUF", version: int = 3, count: int | None = None) -> bytes:
    made = struct.pack("<4sIQQ", magic, version, 0, len(values) if count is None else count)
    for key, value in values.items():
        made += text(key)
        if isinstance(value, str):
            made += struct.pack("<I", 8) + text(value)
        elif isinstance(value, list) and isinstance(value[0], str):
            made += struct.pack("<IIQ", 9, 8, len(value)) + b"".join(text(item) for item in value)
        elif isinstance(value, list):
            made += struct.pack("<IIQ", 9, 4, len(value)) + struct.pack(f"<{len(value)}I", *value)
        else:
            made += struct.pack("<II", 4, value)
    return made


def written(folder: Path, data: bytes) -> Path:
    path = folder / "model.gguf"
    path.write_bytes(data)
    return path


def test_what_it_needs_is_read_from_its_head(tmp_path: Path) -> None:
    found = read_gguf(written(tmp_path, head(LLAMA) + bytes(5000)))
    assert (found.name, found.architecture, found.trained, found.context) == ("Small", "llama", 131072, CONTEXT)
    # Keys and values, two bytes each, of 8 heads of 128 in 32 layers.
    assert found.token_bytes == 2 * 2 * 8 * 128 * 32
    assert found.memory > found.size + CONTEXT * found.token_bytes


def test_a_head_count_for_each_layer_is_taken_at_its_most(tmp_path: Path) -> None:
    uneven = LLAMA | {"llama.attention.head_count_kv": [4] * 31 + [8]}
    assert read_gguf(written(tmp_path, head(uneven))).token_bytes == 2 * 2 * 8 * 128 * 32


@pytest.mark.parametrize(
    "data",
    [b"", b"GGUF", b"RIFF" + bytes(100), head(LLAMA, magic=b"GGML"), head(LLAMA, version=1), head(LLAMA, version=9),
     head(LLAMA)[:-2000], head(LLAMA, count=2**40), head(LLAMA, count=len(LLAMA) + 1),
     struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + struct.pack("<Q", 2**60),
     head({}) [:16] + struct.pack("<Q", 1) + text("a") + struct.pack("<IIQ", 9, 9, 2**50),
     head({})[:16] + struct.pack("<Q", 1) + text("a") + struct.pack("<I", 77), b"{}", b"Me: hello"],
)  # fmt: skip
def test_what_is_none_is_refused_with_a_way_on(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(NotAModel) as refused:
        read_gguf(written(tmp_path, data))
    assert "afterword model suggest" in refused.value.says


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"general.type": "adapter"}, "no language model"),
        ({"split.count": 3}, "single file"),
        ({"general.architecture": "clip"}, "no language model"),
    ],
)
def test_a_part_of_a_model_is_not_taken_for_one(tmp_path: Path, change: dict[str, Any], says: str) -> None:
    with pytest.raises(NotAModel) as refused:
        read_gguf(written(tmp_path, head(LLAMA | change)))
    assert says in refused.value.says


def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "no.gguf", tmp_path):
        with pytest.raises(NotAModel, match=r"There is no file"):
            read_gguf(path)


def test_one_that_does_not_fit_is_refused_and_says_how_much_it_needs(tmp_path: Path) -> None:
    found = read_gguf(written(tmp_path, head(LLAMA)))
    check_fit(found, found.memory)
    check_fit(found, 0)  # nobody knows how much there is
    with pytest.raises(NotAModel) as refused:
        check_fit(found, found.memory - 1)
    assert f"{found.memory / 1e9:.1f} GB" in refused.value.says
    assert "smaller" in refused.value.says


def test_one_that_reads_too_little_at_once_is_refused(tmp_path: Path) -> None:
    found = read_gguf(written(tmp_path, head(LLAMA | {"llama.context_length": 2048})))
    with pytest.raises(NotAModel, match=r"2048 tokens"):
        check_fit(found, 1 << 40)


def test_what_is_suggested_has_a_licence_and_needs_more_than_its_file() -> None:
    assert len(KNOWN) >= 3
    for known in KNOWN:
        assert known.file.endswith(".gguf")
        assert known.licence
        assert known.size < known.memory < 1.5 * known.size + 2
