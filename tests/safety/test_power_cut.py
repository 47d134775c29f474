"""The power goes at each interesting point: what was acknowledged is there, and a record or its key always is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.safety.disk import can_mount, new_disk
from tests.safety.power import assert_comes_through, assert_nothing_lost, restarted, sender_is_cut, worker_is_cut
from tests.safety.stage import Stage, new_stage

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(not can_mount(), reason="a power cut needs the raw blocks of a loop-mounted disk"),
]

SENDER = ("wrap-a-durable", "wraps-durable", "capture-committed", "chunk-durable", "end-before-commit", "end-committed")
WORKER = (
    "checkpoint-durable", "record-before-keep", "record-kept", "key-before-destroy",
    "key-b-destroyed", "key-destroyed", "spool-removed", "receipt-kept",
)  # fmt: skip


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with new_disk(tmp_path) as disk, new_stage(disk) as made:
        yield made


@pytest.mark.parametrize("point", SENDER)
def test_the_power_goes_while_a_recording_is_sent(stage: Stage, tmp_path: Path, point: str) -> None:
    cut = sender_is_cut(stage, point)
    with restarted(stage, tmp_path) as after:
        assert_nothing_lost(after, cut)
        assert_comes_through(after, cut)


@pytest.mark.parametrize("point", WORKER)
def test_the_power_goes_while_a_recording_is_heard(stage: Stage, tmp_path: Path, point: str) -> None:
    cut = worker_is_cut(stage, point)
    with restarted(stage, tmp_path) as after:
        assert_nothing_lost(after, cut)
        assert_comes_through(after, cut)
