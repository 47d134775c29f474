"""Whatever device, person and workers do, in whatever order: nothing acknowledged is lost, nothing is heard twice,
nothing wished away is in a record, and there is one record.

The room is replaced by a plain function whose checkpoint lists the chunks that it covers. All else is the product.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run
from sqlalchemy import event, select

from afterword import session
from afterword.capture import intake
from afterword.capture.files import Conflict
from afterword.capture.intake import Refused
from afterword.capture.live import TRACKS, Live, Place
from afterword.capture.spool import Spool
from afterword.capture.wraps import Wraps
from afterword.door import Left, Parts
from afterword.session import Capture
from afterword.settings import Settings, prepare
from afterword.store.ledger import SILENT_SECONDS, Aim, Claim, Ledger, Lost
from afterword.store.tables import objects
from afterword.work.sweep import LAST_CALL_SECONDS, PROVISIONAL_SECONDS, end, sweep
from tests.store.fresh import a_capture, a_person, fresh_sqlite

Spot = tuple[str, str, int]
START = 1_795_200_000
# A minute is one chunk here, so that a wish reaches over a few of them.
CHUNK_SECONDS = 60
# Where a worker dies that keeps a checkpoint: (of what, at which call).
KILLED = {"before the save": "save_checkpoint", "after the save": "got_further", "before letting go": "let_go"}
HERE = Path("/dev/shm") if Path("/dev/shm").is_dir() else None


class Died(Exception):
    """A worker was killed here."""


@dataclass
class Segment:
    """Of the device: its tracks, how many chunks of each it made, and whether it goes on."""

    name: str
    tracks: tuple[str, ...] = ("mic",)
    made: int = 0
    told: bool = False

    @property
    def counts(self) -> dict[str, int]:
        return dict.fromkeys(self.tracks, self.made)


@dataclass
class Room:
    """What listens: it goes through its parts, and never back."""

    capture: Capture
    parts: Parts
    done: dict[tuple[str, str], int] = field(default_factory=dict)
    heard: list[Spot] = field(default_factory=list)
    at: int = 0
    dead: bool = False

    @property
    def claim(self) -> Claim:
        return self.capture.claim

    def begin(self, checkpoint: bytes) -> bool:
        """True when something of the checkpoint has to be forgotten."""
        before = json.loads(checkpoint) if checkpoint else {"done": [], "heard": []}
        spots = [(name, track, seq) for name, track, seq in before["heard"]]
        self.done = {(name, track): count for name, track, count in before["done"]}
        self.heard = [spot for spot in spots if not _within(spot, self.parts.forgotten)]
        return self.heard != spots

    def listen(self, count: int) -> None:
        for index in range(self.at, min(self.at + count, len(self.parts.places))):
            self.parts.read(index)
            name, track, seq = self.parts.places[index]
            last = [*self.done][-1][0] if self.done else name
            if name not in {known for known, _ in self.done} - {last} and seq >= self.done.get((name, track), 0):
                self.done[name, track] = seq + 1
                self.heard.append((name, track, seq))
            self.at = index + 1

    def to_bytes(self) -> bytes:
        done = [(*where, count) for where, count in self.done.items()]
        return json.dumps({"done": done, "heard": self.heard}).encode()


class Protocol(RuleBasedStateMachine):
    """One device, one person, and workers that are killed or frozen; rooms are kept after they are stale."""

    rooms: Bundle[Room] = Bundle("rooms")

    def __init__(self) -> None:
        super().__init__()
        self.closing = ExitStack()
        folder = Path(self.closing.enter_context(tempfile.TemporaryDirectory(dir=HERE)))
        engine = self.closing.enter_context(fresh_sqlite(folder))
        event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
        self.clock = START
        for where in ("store.ledger", "capture.live", "capture.intake"):
            self.closing.enter_context(patch(f"afterword.{where}.now", lambda: self.clock))
        self.closing.enter_context(patch("afterword.capture.live.CHUNK_SECONDS", CHUNK_SECONDS))
        self.settings, self.ledger = Settings(folder, "", argon_kib=19456), Ledger(engine)
        prepare(self.settings)
        owner = a_person(engine)
        self.live, self.other = (self._begun(owner, token) for token in ("ours", "another"))
        self.ledger.move(self.other.capture, ("open",), lease=START * 2)  # the workers are ours
        # The device.
        self.segments: list[Segment] = []
        self.current: Segment | None = None
        self.outbox: list[Place] = []
        self.orders: list[tuple[bytes, Segment, int, Any]] = []
        # What it was promised, what it wished away, and how it ended.
        self.promised: set[Spot] = set()
        self.wished: set[Spot] = set()
        self.over = ""
        self.record: list[Spot] | None = None
        self.complete = False

    def teardown(self) -> None:
        try:
            if not self.over:
                self._to_the_end()
        finally:
            self.closing.close()

    # The device

    @precondition(lambda self: not self.over)
    @rule(count=st.integers(1, 3), call=st.booleans())
    def it_records(self, count: int, call: bool = False) -> None:
        """`call`: whether a new segment has a track of the call as well."""
        if self.current is None:
            self.current = Segment(f"{len(self.segments) + 1:08x}", ("mic", "call") if call else ("mic",))
            self.segments.append(self.current)
        for _ in range(count):
            self.outbox += [Place(self.current.name, track, self.current.made) for track in self.current.tracks]
            self.current.made += 1

    @rule()
    def it_pauses_or_is_restarted(self) -> None:
        self.current = None

    @precondition(lambda self: self.outbox)
    @rule(which=st.integers(0, 20), answer_is_lost=st.booleans())
    def it_sends(self, which: int, answer_is_lost: bool) -> None:
        place = self.outbox[which % len(self.outbox)]
        if self._put(place) and not answer_is_lost:
            self.outbox.remove(place)

    @precondition(lambda self: self.outbox)
    @rule()
    def it_sends_all_in_order(self) -> None:
        for place in [*self.outbox]:
            self._close_before(place)
            if self._put(place):
                self.outbox.remove(place)

    @precondition(lambda self: self.promised)
    @rule(which=st.integers(0, 50), other_bytes=st.booleans())
    def something_is_sent_again(self, which: int, other_bytes: bool) -> None:
        place = Place(*sorted(self.promised)[which % len(self.promised)])
        before = self.live.spool.have()
        try:
            self._put(place, b"other bytes" if other_bytes else b"")
        except Conflict:
            assert other_bytes
        assert self.live.spool.have() == before

    @rule()
    def it_closes_what_is_behind(self) -> None:
        self._close_before(None)

    @precondition(lambda self: self.segments and not self.over)
    @rule()
    def it_forgets(self) -> None:
        """As the device does: everything before is closed first, and a new segment begins after it."""
        last = self.segments[-1]
        self._close_before(Place(last.name, "mic", 0))
        self.current, order = None, (len(self.orders) + 1).to_bytes(16, "big")
        answer = self._forget(order, last)
        if answer is None:
            return
        self.orders.append((order, last, last.made, answer))
        last.told = True
        gone = {(r.segment, r.track, seq) for r in answer for seq in range(r.first, r.past)}
        full = [spot for spot in gone if spot[2] != self._segment(spot[0]).made - 1]
        made = [(s.name, seq) for s in self.segments for seq in range(s.made)]
        whole = {(name, seq) for name, _, seq in full}
        assert len(whole) >= min(2, len([spot for spot in made if spot[1] != self._segment(spot[0]).made - 1]))
        last_ones = made[len(made) - len({(name, seq) for name, _, seq in gone}) :]
        assert gone == {(name, track, seq) for name, seq in last_ones for track in self._segment(name).tracks}
        self.wished |= gone
        self.outbox = [place for place in self.outbox if _spot(place) not in gone]

    @precondition(lambda self: self.orders)
    @rule(which=st.integers(0, 5))
    def a_wish_is_sent_again(self, which: int) -> None:
        order, last, made, answer = self.orders[which % len(self.orders)]
        again = self._forget(order, replace(last, made=made))
        assert again in (None, answer)

    @rule(mode=st.sampled_from(["recording", "paused", "off"]))
    def it_says_that_it_is_there(self, mode: str) -> None:
        if told := self._ask(self.live.heard_of, mode):
            for name, tracks in told["safe"].items():
                places = {(name, track, n) for track, count in tracks.items() for n in range(count)}
                assert places <= self.promised | self.wished

    @precondition(lambda self: not self.current)
    @rule()
    def it_ends(self) -> None:
        missing = self._ask(self.live.end, {s.name: s.counts for s in self.segments})
        if missing is not None and not self.over:
            assert not {_spot(place) for place in missing} & (self.promised | self.wished), "nothing is asked for again"
            assert missing or not {_spot(p) for p in self.outbox} - self.promised
            self.over, self.complete = ("", False) if missing else ("ended", True)

    # The person

    @precondition(lambda self: not self.over)
    @rule()
    def the_person_finishes_it_elsewhere(self) -> None:
        self.live.end_without_device()
        self.over = "ended"

    @precondition(lambda self: self.over != "expired" and self.record is None)
    @rule(sure=st.integers(0, 5))
    def the_person_discards(self, sure: int) -> None:
        if sure == 0:
            end(self.settings, self.ledger, self.live.capture, "discarded")
            self.over = "discarded"

    @rule(of_the_other=st.booleans())
    def a_token_is_good_for_its_own_capture_alone(self, of_the_other: bool) -> None:
        token, capture = ("another", self.live) if of_the_other else ("ours", self.other)
        assert not intake.may_put(self.ledger, capture.capture, token)
        assert self.other.spool.have() == {}

    # Time

    @rule(seconds=st.sampled_from([1, 6, 61, SILENT_SECONDS + 1, PROVISIONAL_SECONDS + 1]))
    def time_passes(self, seconds: int) -> None:
        self.clock += seconds

    @rule()
    def the_sweeper_comes(self) -> None:
        before = self.ledger.row(self.live.capture)
        sweep(self.settings, self.ledger, self.clock)
        after = self.ledger.row(self.live.capture)
        if before["state"] in ("open", "provisional") and after["state"] != before["state"]:
            silent, old = self.clock - before["seen"], self.clock - before["opened"]
            assert silent > PROVISIONAL_SECONDS or old > LAST_CALL_SECONDS
        if after["failure"] == "expired":
            self.over, self.complete = "expired", False
        elif after["state"] == "ended":
            self.over = self.over or "ended"

    # The workers

    @rule(target=rooms, silent_enough=st.booleans())
    def a_room_begins(self, silent_enough: bool) -> Any:
        def aim(row: Any) -> Aim:
            return "provisional" if self.clock - row["seen"] > SILENT_SECONDS and silent_enough else "part"

        claim = self.ledger.claim("worker") or self.ledger.claim_live("worker", aim)
        if claim is None or claim.capture != self.live.capture:
            return multiple()
        if claim.state == "sealed":
            session.destroy(self._capture(claim), self.ledger)
            return multiple()
        return self._room(claim)

    @rule()
    def a_worker_finds_that_the_boot_key_is_lost(self) -> None:
        claim = self.ledger.claim("worker") or self.ledger.claim_live("worker", lambda _: "part")
        if claim and claim.state == "sealed":
            session.destroy(self._capture(claim), self.ledger)
        elif claim:
            (self.ledger.wait_for_unlock if claim.aim == "record" else self.ledger.stall)(claim)

    @rule()
    def the_person_unlocks(self) -> None:
        self.ledger.resume(self.live.capture)

    @rule(room=rooms, count=st.integers(0, 4), killed=st.sampled_from(["", "", *KILLED]))
    def a_room_saves(self, room: Room, count: int, killed: str) -> None:
        if not room.dead and self._listen(room, count):
            self._save(room, killed)

    @rule(room=rooms)
    def a_room_dies(self, room: Room) -> None:
        if not room.dead:
            self._dies(room)

    @rule(room=rooms)
    def a_room_comes_to_its_end(self, room: Room) -> None:
        if not room.dead and self._listen(room, 999) and self._save(room, ""):
            room.dead = True
            self._leave(room)

    # What has to be true

    @invariant()
    def nothing_acknowledged_is_lost(self) -> None:
        if self.over in ("discarded", "expired"):
            return
        if self.record is not None:
            there = set(self.record)
        else:
            there = {_spot(Place.of_name(name)) for name in self.live.spool.have()} | set(self._checkpoint())
        assert self.promised - self.wished <= there

    @invariant()
    def everything_is_heard_once_and_in_order(self) -> None:
        assert self._checkpoint() == sorted(set(self._checkpoint()), key=_in_order)

    @invariant()
    def what_was_wished_away_is_nowhere(self) -> None:
        assert not {_spot(Place.of_name(name)) for name in self.live.spool.have()} & self.wished
        for record in self._records():
            assert not {(name, track, seq) for name, track, seq in json.loads(record)} & self.wished

    @invariant()
    def there_is_one_record_and_it_is_the_one_that_was_kept(self) -> None:
        records = self._records()
        assert len(records) <= 1
        if self.record is not None:
            assert [tuple(spot) for spot in json.loads(records[0])] == self.record

    # How

    def _begun(self, owner: Any, token: str) -> Live:
        capture, _ = a_capture(self.ledger, owner, "open")
        begun = {"live": 1, "seen": START, "opened": START, "ended": None, "size": 0, "chunks": 0}
        self.ledger.move(capture, ("open",), token=intake._hash(token), **begun)
        made = Live(self.settings, self.ledger, capture)
        made.spool.make()
        return made

    def _segment(self, name: str) -> Segment:
        return next(segment for segment in self.segments if segment.name == name)

    def _ask(self, act: Any, *given: Any) -> Any:
        """None when it is refused; what it is refused for has to be so."""
        try:
            return act(*given)
        except Refused as refusal:
            code = refusal.code
        except KeyError:
            code = "gone"
        code = "gone" if code == "discarded" else code
        assert code in ("over", "elsewhere", "conflict", "gone")
        assert code != "over" or self.over
        assert code != "gone" or self.over == "discarded"
        return None

    def _put(self, place: Place, data: bytes = b"") -> bool:
        if self._ask(self.live.put, place, data or place.name.encode()) is None:
            return False
        self.promised.add(_spot(place))
        return True

    def _close_before(self, place: Place | None) -> None:
        for segment in self.segments:
            if segment is self.current or (place and segment.name == place.segment):
                return
            if not segment.told:
                segment.told = self._ask(self.live.close, segment.name, segment.counts) is not None

    def _forget(self, order: bytes, last: Segment) -> Any:
        return self._ask(self.live.forget, order, 2, last.name, last.counts)

    def _capture(self, claim: Claim) -> Capture:
        return Capture(claim, self.live.spool, Wraps(self.settings.keys, claim.capture), self.live)

    def _room(self, claim: Claim) -> Any:
        capture = self._capture(claim)
        room = Room(capture, session._parts(capture, last=claim.aim != "part"))
        if room.begin(capture.spool.checkpoint()) and not self._save(room, ""):
            return multiple()
        return room

    def _listen(self, room: Room, count: int) -> bool:
        try:
            room.listen(count)
        except FileNotFoundError:
            assert not self.ledger.holds(room.claim), "nobody takes sound away under whoever has the right to it"
            room.dead = True
        return not room.dead

    def _save(self, room: Room, killed: str) -> bool:
        try:
            with ExitStack() as stack:
                if killed:
                    of = self.ledger if killed == "after the save" else room.capture.spool
                    stack.enter_context(patch.object(of, KILLED[killed], side_effect=Died))
                self._keep(room)
        except Died:
            self._dies(room)
        except (Lost, FileNotFoundError):
            assert not self.ledger.holds(room.claim)
            room.dead = True
        return not room.dead

    def _keep(self, room: Room) -> None:
        session._keep_checkpoint(room.capture, self.ledger, room.parts, room.to_bytes(), room.at)

    def _dies(self, room: Room) -> None:
        room.dead = True
        self.ledger.release("worker")

    def _leave(self, room: Room) -> None:
        record = json.dumps(room.heard).encode()
        try:
            if room.claim.aim == "part":
                self.ledger.end_part(room.claim)
            elif room.claim.aim == "provisional":
                self.ledger.keep_provisional(room.claim, record)
            else:
                session.seal_into_notebook(room.capture, self.ledger, Left(record))
                assert self.record is None
                self.record = room.heard
                if self.complete:
                    assert set(self.record) == self._made() - self.wished
                session.destroy(room.capture, self.ledger)
        except Lost:
            pass

    def _made(self) -> set[Spot]:
        return {(s.name, track, seq) for s in self.segments for track in s.tracks for seq in range(s.made)}

    def _checkpoint(self) -> list[Spot]:
        """What the last durable checkpoint is good for: nothing that was wished away meanwhile."""
        checkpoint = self.live.spool.checkpoint()
        heard = json.loads(checkpoint)["heard"] if checkpoint else []
        return [(n, t, s) for n, t, s in heard if (n, t, s) not in self.wished]

    def _records(self) -> list[bytes]:
        kept = (objects.c.about == self.ledger.row(self.live.capture)["session"]) & (objects.c.kind == "record")
        with self.ledger.engine.connect() as db:
            return [bytes(sealed) for sealed in db.execute(select(objects.c.sealed).where(kept)).scalars()]

    def _to_the_end(self) -> None:
        """The device sends what it has and ends; a worker that lives carries it through."""
        self.current = None
        self.it_sends_all_in_order()
        self._close_before(None)
        assert self.outbox == []
        self.it_ends()
        assert self.over == "ended"
        self.ledger.release("worker")
        claim = self.ledger.claim("worker")
        assert claim
        room = self._room(claim)
        self.a_room_comes_to_its_end(room)
        assert self.record == sorted(self._made() - self.wished, key=_in_order)
        self.there_is_one_record_and_it_is_the_one_that_was_kept()
        assert self.ledger.row(self.live.capture)["state"] == "destroyed"


def _spot(place: Place) -> Spot:
    return place.segment, place.track, place.seq


def _in_order(spot: Spot) -> tuple[str, int, int]:
    """As a device sends them: the first of each track, then the second of each."""
    return spot[0], spot[2], TRACKS.index(spot[1])


def _within(spot: Spot, ranges: list[tuple[str, str, int, int]]) -> bool:
    return any(spot[:2] == (name, track) and first <= spot[2] < past for name, track, first, past in ranges)


_HOW = settings(deadline=None, suppress_health_check=list(HealthCheck))
Protocol.TestCase.settings = settings(_HOW, max_examples=40, stateful_step_count=40)
TestProtocol = Protocol.TestCase


# The same with one rule broken: each has to be noticed, or the machine above is worth nothing.


class LettingGoFirst(Protocol):
    """The sound goes before the checkpoint that covers it is durable."""

    def _keep(self, room: Room) -> None:
        Spool.let_go(room.capture.spool, [Place(*place).name for place in room.parts.places[: room.at]])
        super()._keep(room)


class WithoutWatermark(Protocol):
    """What was listened to is let go, and nowhere written down as done."""

    def _keep(self, room: Room) -> None:
        with patch("afterword.store.ledger.advance"):
            super()._keep(room)


class OverHoles(Protocol):
    """For a record of what is here, listening goes on behind a chunk that may still come."""

    def __init__(self) -> None:
        super().__init__()
        real, live = Ledger.row, self.live

        def left() -> list[Place]:
            with patch.object(self.ledger, "row", lambda capture: {**real(self.ledger, capture), "state": "working"}):
                return Live.left(live)

        self.closing.enter_context(patch.object(live, "left", left))


class WishesNotKept(Protocol):
    """A wish lets the sound go and is forgotten itself."""

    def _forget(self, order: bytes, last: Segment) -> Any:
        answer = super()._forget(order, last)
        with self.ledger.engine.begin() as db:
            db.exec_driver_sql("DELETE FROM forgets")
        return answer


class Forgetful(Protocol):
    """Chunks are acknowledged and stored nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.closing.enter_context(patch.object(self.live.spool, "put"))


def _let_go_of_two(machine: Protocol) -> Iterator[None]:
    yield machine.it_records(3)
    yield machine.it_sends_all_in_order()
    room = machine.a_room_begins(False)
    yield machine.a_room_saves(room, 2, "before the save")


def _end_after_a_room(machine: Protocol) -> Iterator[None]:
    yield machine.it_records(2)
    yield machine.it_sends_all_in_order()
    yield machine.a_room_comes_to_its_end(machine.a_room_begins(False))
    yield machine.it_pauses_or_is_restarted()
    yield machine.it_ends()


def _fill_a_hole_late(machine: Protocol) -> Iterator[None]:
    yield machine.it_records(3)
    yield machine.it_sends(0, False)
    yield machine.it_sends(1, False)
    yield machine.time_passes(SILENT_SECONDS + 1)
    yield machine.a_room_comes_to_its_end(machine.a_room_begins(True))
    yield machine.it_sends(0, False)


def _forget_after_a_room(machine: Protocol) -> Iterator[None]:
    yield machine.it_records(3)
    yield machine.it_sends_all_in_order()
    yield machine.it_forgets()


SCRIPTS: list[tuple[type[Protocol], Callable[[Protocol], Iterator[None]]]] = [
    (LettingGoFirst, _let_go_of_two), (WithoutWatermark, _end_after_a_room), (OverHoles, _fill_a_hole_late),
    (WishesNotKept, _forget_after_a_room),
]  # fmt: skip


def _play(kind: type[Protocol], script: Callable[[Protocol], Iterator[None]]) -> None:
    machine = kind()
    try:
        for _ in script(machine):
            machine.nothing_acknowledged_is_lost()
            machine.everything_is_heard_once_and_in_order()
            machine.what_was_wished_away_is_nowhere()
    finally:
        machine.teardown()


@pytest.mark.parametrize(("broken", "script"), SCRIPTS, ids=[broken.__name__ for broken, _ in SCRIPTS])
def test_control_with_one_rule_broken_it_is_noticed(
    broken: type[Protocol], script: Callable[[Protocol], Iterator[None]]
) -> None:
    _play(Protocol, script)
    with pytest.raises(AssertionError):
        _play(broken, script)


def test_control_the_machine_finds_a_broken_rule_by_itself() -> None:
    how = settings(_HOW, max_examples=50, stateful_step_count=40, phases=(Phase.generate,), database=None,
                   derandomize=True)  # fmt: skip
    with pytest.raises(AssertionError):
        run(Forgetful, settings=how)
