"""Whatever workers and people do, in whatever order: one record a capture, and what is destroyed stays so."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule
from sqlalchemy import event, select, update

from afterword.store.ledger import Claim, Ledger, Lost
from afterword.store.tables import captures, objects
from tests.store.fresh import a_capture, a_person, fresh_sqlite
from tests.store.test_ledger import Words

# Where a capture may go from where it is.
WAYS = {
    "ended": {"working", "discarded"},
    "working": {"ended", "asking", "waiting", "sealed", "discarded", "working"},
    "asking": {"ended", "discarded"},
    "waiting": {"ended", "discarded"},
    "sealed": {"destroyed", "sealed"},
    "discarded": {"destroyed"},
    "destroyed": set(),
}


class AnyOrder(RuleBasedStateMachine):
    """Claims are kept after they are stale, and used again, as a frozen worker would."""

    claims: Bundle[Claim] = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        self.closing = ExitStack()
        folder = self.closing.enter_context(tempfile.TemporaryDirectory())
        engine = self.closing.enter_context(fresh_sqlite(Path(folder)))
        event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
        self.ledger, owner = Ledger(engine), a_person(engine)
        self.ids = [a_capture(self.ledger, owner)[0] for _ in range(2)]
        self.states = dict.fromkeys(self.ids, "ended")
        self.kept: dict[bytes, bytes] = {}

    def teardown(self) -> None:
        self.closing.close()

    @rule(target=claims)
    def claim(self) -> Any:
        found = self.ledger.claim("worker")
        return multiple() if found is None else found

    @rule(target=claims, which=st.integers(0, 1))
    def take_over(self, which: int) -> Any:
        with self.ledger.engine.begin() as db:
            db.execute(update(captures).where(captures.c.id == self.ids[which]).values(lease=0))
        return self.claim()

    @rule(claim=claims, how=st.sampled_from(["tell", "got_further", "keep_question", "try_again", "give_up", "wait"]))
    def go_on(self, claim: Claim, how: str) -> None:
        acts: dict[str, Any] = {
            "tell": lambda: self.ledger.tell(claim, "listening", 1.0, 2.0),
            "got_further": lambda: self.ledger.got_further(claim),
            "keep_question": lambda: self.ledger.keep_question(claim, b"who?"),
            "try_again": lambda: self.ledger.try_again(claim),
            "give_up": lambda: self.ledger.give_up(claim, "failed"),
            "wait": lambda: self.ledger.wait_for_unlock(claim),
        }
        if claim.state == "working":
            self._fenced(claim, acts[how])

    @rule(target=claims, claim=claims)
    def keep_record(self, claim: Claim) -> Any:
        record = b"record of attempt %d" % claim.attempt
        if claim.state != "working" or not self._fenced(claim, lambda: self.ledger.keep_record(claim, record)):
            return multiple()
        assert claim.session not in self.kept
        self.kept[claim.session] = record
        return replace(claim, state="sealed")

    @rule(claim=consumes(claims))
    def destroy(self, claim: Claim) -> None:
        if self.ledger.row(claim.capture)["state"] in ("sealed", "discarded", "destroyed"):
            self.ledger.keep_receipt(claim, Words(b"attempt %d" % claim.attempt))

    @rule(which=st.integers(0, 1))
    def the_person_answers_or_unlocks(self, which: int) -> None:
        self.ledger.move(self.ids[which], ("asking", "waiting"), state="ended", lease=0)

    @rule(which=st.integers(0, 1))
    def the_person_discards(self, which: int) -> None:
        self.ledger.move(self.ids[which], ("ended", "working", "asking", "waiting"), state="discarded")

    @invariant()
    def every_step_was_a_possible_one(self) -> None:
        for capture, before in self.states.items():
            after = self.ledger.row(capture)["state"]
            assert after == before or after in WAYS[before] or any(after in WAYS[way] for way in WAYS[before])
            self.states[capture] = after

    @invariant()
    def there_is_one_record_for_each_that_was_kept_and_it_never_changes(self) -> None:
        with self.ledger.engine.connect() as db:
            rows = db.execute(select(objects.c.about, objects.c.sealed).where(objects.c.kind == "record")).all()
        assert {row[0]: row[1] for row in rows} == self.kept
        assert len(rows) == len(self.kept)

    @invariant()
    def what_is_destroyed_has_one_receipt(self) -> None:
        with self.ledger.engine.connect() as db:
            receipts = db.execute(select(objects.c.about).where(objects.c.kind == "receipt")).scalars().all()
        over = [row["session"] for row in self.ledger.in_state("destroyed")]
        assert sorted(receipts) == sorted(over)

    def _fenced(self, claim: Claim, act: Any) -> bool:
        before = self.ledger.row(claim.capture)
        may = (before["attempts"], before["state"]) == (claim.attempt, claim.state)
        try:
            act()
        except Lost:
            assert not may
            assert self.ledger.row(claim.capture) == before
            return False
        assert may
        return True


AnyOrder.TestCase.settings = settings(
    max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnyOrder = AnyOrder.TestCase
