"""The segments of a live capture in the order in which they came, and what was wished away: on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, func, select

from afterword.store.database import now
from afterword.store.ledger import Ledger
from afterword.store.segments import Elsewhere, Range, Segment, Segments, advance, remove
from afterword.store.tables import forgets, objects, segments
from tests.store.fresh import a_capture, a_person

A, B, C = "aaaaaaaa", "bbbbbbbb", "cccccccc"
WISH = b"w" * 16


@pytest.fixture
def ledger(engine: Engine) -> Ledger:
    return Ledger(engine)


@pytest.fixture
def capture(ledger: Ledger) -> bytes:
    return a_live_capture(ledger)


@pytest.fixture
def there(engine: Engine) -> Segments:
    return Segments(engine)


def a_live_capture(ledger: Ledger) -> bytes:
    """One that goes on."""
    made, _ = a_capture(ledger, a_person(ledger.engine), "open")
    ledger.move(made, ("open",), live=1, seen=now(), ended=None, size=0, chunks=0)
    return made


def at_once(count: int, act: Callable[[int], object]) -> list[object]:
    """What `act` gives, or raises, in threads that begin together."""
    found: list[object] = []
    start = threading.Barrier(count)

    def run(index: int) -> None:
        start.wait()
        try:
            found.append(act(index))
        except Elsewhere as error:
            found.append(error)

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_segments_are_numbered_as_they_come_whatever_their_names(there: Segments, capture: bytes) -> None:
    for name in (C, A, B):
        assert there.begin(capture, name, "mic") == there.begin(capture, name, "mic")
        there.close(capture, name, {"mic": 3})
    assert [(s.name, s.number, s.done, s.closed) for s in there.of(capture)] == [
        (C, 1, 0, 3), (A, 2, 0, 3), (B, 3, 0, 3)
    ]  # fmt: skip


def test_a_second_track_belongs_to_the_same_segment(there: Segments, capture: bytes) -> None:
    there.begin(capture, A, "mic")
    assert there.begin(capture, A, "call").number == 1
    there.close(capture, A, {"mic": 1})
    with pytest.raises(Elsewhere):
        there.begin(capture, B, "mic")
    there.close(capture, A, {"call": 1})
    assert there.begin(capture, B, "mic").number == 2


def test_a_new_one_waits_until_all_others_are_closed(there: Segments, capture: bytes) -> None:
    there.begin(capture, A, "mic")
    for act in (lambda: there.begin(capture, B, "mic"), lambda: there.close(capture, B, {"mic": 1}),
                lambda: there.close_all(capture, {(B, "mic"): 1})):  # fmt: skip
        with pytest.raises(Elsewhere):
            act()
    assert [s.name for s in there.of(capture)] == [A]
    there.close(capture, B, {"mic": 0})
    there.close_all(capture, {(A, "mic"): 2, (B, "mic"): 1})
    assert [(s.name, s.closed) for s in there.of(capture)] == [(A, 2), (B, 1)]


def test_a_refused_end_closes_nothing(there: Segments, capture: bytes) -> None:
    there.begin(capture, A, "mic")
    with pytest.raises(Elsewhere):
        there.close_all(capture, {(B, "mic"): 1, (A, "mic"): 1})
    assert there.of(capture) == [Segment(A, "mic", 1, 0, None)]


def test_of_two_devices_that_begin_at_once_one_records(there: Segments, capture: bytes) -> None:
    found = at_once(6, lambda index: there.begin(capture, (A, B)[index % 2], "mic"))
    begun = [one for one in found if isinstance(one, Segment)]
    assert len({one.name for one in begun}) == 1
    assert {one.number for one in begun} == {1}
    assert len(there.of(capture)) == 1


def test_what_was_listened_to_is_never_less(there: Segments, capture: bytes) -> None:
    there.begin(capture, A, "mic")
    for done, expected in ((3, 3), (2, 3), (5, 5)):
        with there.engine.begin() as db:
            advance(db, capture, {(A, "mic"): done, (B, "mic"): 9})
        assert [s.done for s in there.of(capture)] == [expected]


def test_a_wish_is_kept_once_and_takes_the_right_to_listen_away(
    there: Segments, ledger: Ledger, capture: bytes
) -> None:
    ranges = (Range(B, "mic", 0, 3), Range(A, "mic", 7, 9))
    assert there.of_wish(capture, WISH) == ()
    before = ledger.row(capture)
    assert there.forget(capture, WISH, ranges, 2)
    assert there.forget(capture, WISH, ranges, 2)
    assert there.of_wish(capture, WISH) == there.forgotten(capture) == tuple(sorted(ranges, key=lambda r: r.segment))
    after = ledger.row(capture)
    assert after["attempts"] == before["attempts"] + 1
    assert [after[name] for name in ("forgotten", "unforgotten", "lease", "state")] == [2, 1, 0, "open"]
    assert there.forget(capture, b"another wish 16b", (Range(C, "mic", 0, 1),), 5)
    assert (ledger.row(capture)["forgotten"], len(there.forgotten(capture))) == (7, 3)


def test_one_wish_in_many_requests_at_once_is_one(there: Segments, ledger: Ledger, capture: bytes) -> None:
    assert at_once(6, lambda _: there.forget(capture, WISH, (Range(A, "mic", 0, 3),), 2)) == [True] * 6
    assert there.forgotten(capture) == (Range(A, "mic", 0, 3),)
    assert ledger.row(capture)["forgotten"] == 2


@pytest.mark.parametrize("state", ["ended", "working", "sealed", "discarded", "destroyed"])
def test_when_it_is_over_a_wish_changes_nothing(there: Segments, ledger: Ledger, capture: bytes, state: str) -> None:
    ledger.move(capture, ("open",), state=state)
    before = ledger.row(capture)
    assert not there.forget(capture, WISH, (Range(A, "mic", 0, 3),), 2)
    assert (there.forgotten(capture), ledger.row(capture)) == ((), before)


def test_a_wish_takes_the_record_of_what_was_here(there: Segments, ledger: Ledger, capture: bytes) -> None:
    claim = ledger.claim_live("worker", lambda _: "provisional")
    assert claim
    ledger.keep_provisional(claim, b"the record")
    assert ledger.has_record(claim)
    there.forget(capture, WISH, (Range(A, "mic", 0, 3),), 2)
    assert (ledger.has_record(claim), ledger.row(capture)["state"]) == (False, "open")


def test_nothing_of_how_it_was_cut_stays_and_others_keep_theirs(
    there: Segments, ledger: Ledger, capture: bytes
) -> None:
    other = a_live_capture(ledger)
    for which in (capture, other):
        there.begin(which, A, "mic")
        there.forget(which, WISH, (Range(A, "mic", 0, 3),), 2)
    with there.engine.begin() as db:
        remove(db, capture)
    assert (there.of(capture), there.forgotten(capture)) == ([], ())
    assert (len(there.of(other)), len(there.forgotten(other))) == (1, 1)
    with there.engine.connect() as db:
        for table in (segments, forgets):
            assert db.execute(select(func.count()).select_from(table)).scalar() == 1
        assert db.execute(select(func.count()).select_from(objects)).scalar() == 2


def test_a_range_holds_its_first_and_not_its_past() -> None:
    found = Range(A, "mic", 2, 4)
    assert [(A, "mic", seq) in found for seq in (1, 2, 3, 4)] == [False, True, True, False]
    assert (A, "call", 2) not in found
    assert (B, "mic", 2) not in found
