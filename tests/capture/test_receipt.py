"""The account of what existed says everything, and no word."""

from __future__ import annotations

from typing import Any

import pytest

from afterword.capture.receipt import Receipt

ROW: dict[str, Any] = {
    "id": bytes(16), "opened": 100, "ended": 200, "chunks": 3, "size": 9, "heard": 1.5, "attempts": 2, "failure": None,
    "sealed": 300, "forgotten": 0, "live": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "outcome"),
    [({}, "kept"), ({"sealed": None}, "nothing kept"), ({"failure": "expired", "sealed": None}, "expired")],
)
def test_a_receipt_says_how_it_ended(change: dict[str, Any], outcome: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("afterword.capture.receipt.time.time", lambda: 400.9)
    made = Receipt.of(ROW | change, ["key"])
    assert (made.outcome, made.destroyed_at, made.checked) == (outcome, 400, ("key",))
    assert (made.started, made.ended, made.chunks, made.size, made.heard, made.attempts) == (100, 200, 3, 9, 1.5, 2)
    assert Receipt.from_bytes(made.to_bytes()) == made
