"""A recording device and a bad network, through the real app: what is acknowledged is here, what is not comes again."""

from __future__ import annotations

import asyncio
import base64
import json
import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from afterword.capture import intake
from afterword.capture import live as module
from afterword.capture.live import SEALED_MOST, Live, Place
from afterword.capture.spool import Spool
from afterword.seal.context import live_place
from afterword.seal.keys import CaptureRecipient
from afterword.store.database import now
from afterword.store.tables import captures
from afterword.work.sweep import PROVISIONAL_SECONDS, sweep
from tests.people import Home, Person, Visitor
from tests.web.test_captures import nothing_was_made, wish

A, B = "aaaaaaaa", "bbbbbbbb"


@dataclass
class Device:
    """What a browser does with its capture: an outbox that only an answer empties, and numbers in order."""

    home: Home
    visitor: Visitor
    opened: dict[str, Any]
    made: dict[str, int] = field(default_factory=dict)
    outbox: dict[Place, bytes] = field(default_factory=dict)

    def record(self, segment: str, count: int) -> None:
        key = CaptureRecipient(base64.urlsafe_b64decode(self.opened["public_key"] + "="))
        for _ in range(count):
            place = Place(segment, "mic", self.made.get(segment, 0))
            self.made[segment] = place.seq + 1
            info = live_place(self.capture, segment, "mic", place.seq)
            self.outbox[place] = key.seal(secrets.token_bytes(64), info)

    def ask(self, method: str, path: str, token: str | None = None, **how: Any) -> httpx.Response:
        """With its token, and no cookie."""
        headers = {"authorization": f"Capture {self.opened['token'] if token is None else token}"} | how.pop(
            "headers", {}
        )
        return self.visitor.call(method, f"/captures/{self.opened['capture']}/{path}", headers=headers, **how)

    def post(self, path: str, **body: Any) -> httpx.Response:
        return self.ask("POST", path, json=body)

    def put(self, place: Place, data: bytes | None = None, **how: Any) -> httpx.Response:
        data = self.outbox[place] if data is None else data
        headers = {"content-type": "application/octet-stream"}
        return self.ask(
            "PUT", f"segments/{place.segment}/{place.track}/{place.seq}", content=data, headers=headers, **how
        )

    def send(self, place: Place) -> int:
        """A chunk leaves the outbox only when the answer names it and its hash."""
        answer = self.put(place)
        named = {**place.__dict__, "sha256": sha256(self.outbox[place]).hexdigest()}
        if answer.status_code == 200 and answer.json() == named:
            del self.outbox[place]
        return answer.status_code

    def send_all(self) -> None:
        for place in [*self.outbox]:
            self.send(place)

    def end(self) -> httpx.Response:
        return self.post("end", segments={name: {"mic": count} for name, count in self.made.items()})

    @property
    def capture(self) -> bytes:
        return bytes.fromhex(self.opened["capture"])

    @property
    def here(self) -> list[Place]:
        return [Place.of_name(name) for name in Spool(self.home.settings.spool, self.capture).have()]

    @property
    def row(self) -> Any:
        return self.home.ledger.row(self.capture)

    def silent_for(self, seconds: int) -> None:
        with self.home.engine.begin() as db:
            db.execute(update(captures).where(captures.c.id == self.capture).values(seen=now() - seconds))


def begin(home: Home, visitor: Visitor) -> Device:
    with home.opener():
        answer = visitor.call("POST", "/captures", json=wish(live=True))
    assert answer.status_code == 201, answer.text
    return Device(home, visitor, answer.json())


@pytest.fixture
def visitor(home: Home, owner: Person) -> Visitor:
    return home.visitor(owner)


@pytest.fixture
def device(home: Home, visitor: Visitor) -> Device:
    return begin(home, visitor)


def test_a_session_is_recorded_paused_and_ended(device: Device) -> None:
    device.record(A, 3)
    device.send_all()
    told = device.post("status", state="recording").json()
    assert told == {"state": "open", "safe": {A: {"mic": 3}}, "heard": 0}
    assert device.post(f"segments/{A}/close", chunks={"mic": 3}).json() == {"missing": []}
    device.record(B, 2)
    device.send_all()
    assert device.end().json() == {"missing": []}
    assert (device.outbox, len(device.here), device.row["state"]) == ({}, 5, "ended")


def test_no_cookie_is_needed_and_a_lock_stops_nothing(device: Device, visitor: Visitor) -> None:
    visitor.press("/lock")
    device.visitor = Visitor(visitor.app)
    device.record(A, 1)
    device.send_all()
    assert device.end().status_code == 200


def test_what_comes_twice_is_here_once_and_answered_alike(device: Device) -> None:
    device.record(A, 1)
    place = next(iter(device.outbox))
    first, again = device.put(place), device.put(place)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    other = device.put(place, b"other bytes")
    assert (other.status_code, other.json()["error"]) == (409, "conflict")
    assert device.here == [place]


def test_what_comes_out_of_order_is_in_order(device: Device) -> None:
    device.record(A, 12)
    for place in random.Random(1).sample([*device.outbox], 12):
        assert device.send(place) == 200
    assert [place.seq for place in device.here] == [*range(12)]
    assert device.post("status", state="recording").json()["safe"] == {A: {"mic": 12}}


def test_what_was_dropped_is_listed_and_accepted_afterwards(device: Device) -> None:
    device.record(A, 5)
    for seq in (0, 2, 3):
        device.send(Place(A, "mic", seq))
    answer = device.end()
    assert (answer.status_code, answer.json()) == (409, {"missing": [[A, "mic", 1], [A, "mic", 4]]})
    for segment, track, seq in answer.json()["missing"]:
        assert device.send(Place(segment, track, seq)) == 200
    assert device.end().json() == {"missing": []}
    assert device.end().json() == {"missing": []}
    assert len(device.here) == 5


def test_half_a_chunk_is_no_chunk(device: Device, visitor: Visitor) -> None:
    """The connection breaks off in the middle of the body."""
    device.record(A, 1)
    place, sealed = next(iter(device.outbox.items()))
    sent = [
        {"type": "http.request", "body": sealed[: len(sealed) // 2], "more_body": True},
        {"type": "http.disconnect"},
    ]
    answers: list[Any] = []

    async def receive() -> Any:
        return sent.pop(0)

    async def send(message: Any) -> None:
        answers.append(message)

    scope = {
        "type": "http", "http_version": "1.1", "method": "PUT", "scheme": "http", "query_string": b"", "root_path": "",
        "path": f"/captures/{device.opened['capture']}/segments/{A}/mic/0", "client": ("127.0.0.1", 5),
        "headers": [
            (b"host", b"localhost"), (b"content-length", str(len(sealed)).encode()),
            (b"authorization", f"Capture {device.opened['token']}".encode()),
            (b"content-type", b"application/octet-stream"),
        ],
    }  # fmt: skip
    asyncio.run(visitor.app(scope, receive, send))
    assert (answers, device.here) == ([], [])
    assert device.send(place) == 200


def test_over_a_network_that_breaks_two_hundred_chunks_arrive_once_each(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One request in a hundred is reset before it arrives, and one after: then it was stored, and nobody knows."""
    dice, resets = random.Random(7), 0
    real = Device.put

    def put(self: Device, place: Place, *given: Any, **how: Any) -> httpx.Response:
        nonlocal resets
        fate = dice.random()
        answer = real(self, place, *given, **how) if fate >= 0.01 else None
        if answer is None or fate >= 0.99:
            resets += 1
            raise httpx.ReadError("reset")
        return answer

    monkeypatch.setattr(Device, "put", put)
    device.record(A, 200)
    originals = dict(device.outbox)
    while device.outbox:
        try:
            device.send(next(iter(device.outbox)))
        except httpx.ReadError:
            continue
    assert resets >= 2
    spool = Spool(device.home.settings.spool, device.capture)
    assert {place: spool.read(place.name) for place in device.here} == originals
    assert device.end().json() == {"missing": []}


@pytest.mark.parametrize(("length", "status"), [(SEALED_MOST, 200), (SEALED_MOST + 1, 413), ((1 << 20) + 5000, 413)])
def test_a_chunk_that_is_too_large_is_refused(device: Device, length: int, status: int) -> None:
    assert device.put(Place(A, "mic", 0), b"x" * length).status_code == status


@pytest.mark.parametrize(
    "path",
    ["AAAAAAAA/mic/0", "aaaaaaa/mic/0", f"{A}/tab/0", f"{A}/mic/-1", f"{A}/mic/1.5", f"{A}/mic/²", f"{A}/mic/1234567",
     f"{A}/../0", f"{A}/mic/"],
)  # fmt: skip
def test_a_place_that_cannot_be_is_refused(device: Device, path: str) -> None:
    answer = device.ask("PUT", f"segments/{path}", content=b"x", headers={"content-type": "application/octet-stream"})
    assert answer.status_code in (404, 422)
    assert device.here == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("status", {}), ("status", {"state": "asleep"}), ("status", {"state": ["off"]}),
        ("forget", {"minutes": 3, "order": "0" * 32, "segment": A, "chunks": {"mic": 1}}),
        ("forget", {"minutes": 2.0, "order": "0" * 32, "segment": A, "chunks": {"mic": 1}}),
        ("forget", {"minutes": [2], "order": "0" * 32, "segment": A, "chunks": {"mic": 1}}),
        ("forget", {"minutes": 2, "order": "0" * 31, "segment": A, "chunks": {"mic": 1}}),
        ("forget", {"minutes": 2, "order": "0" * 32, "segment": "A", "chunks": {"mic": 1}}),
        ("forget", {"minutes": 2, "order": "0" * 32, "segment": A, "chunks": {"mic": -1}}),
        ("forget", {"minutes": 2, "order": "0" * 32, "segment": A, "chunks": {"mic": True}}),
        ("forget", {"minutes": 2, "order": "0" * 32, "segment": A, "chunks": {"tv": 1}}),
        ("forget", {"minutes": 2, "order": "0" * 32, "segment": A, "chunks": [1]}),
        (f"segments/{A}/close", {}), (f"segments/{A}/close", {"chunks": {"mic": 10**9}}),
        ("end", {"segments": []}), ("end", {"segments": {A: 3}}), ("end", {"segments": {"x": {"mic": 1}}}),
    ],
)  # fmt: skip
def test_what_makes_no_sense_changes_nothing(device: Device, path: str, body: dict[str, Any]) -> None:
    before = device.row
    answer = device.ask("POST", path, content=json.dumps(body).encode(), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["error"]) == (422, "incomplete")
    assert device.row == before


@pytest.mark.parametrize("path", ["status", "forget", f"segments/{A}/close", "end", "discard", f"segments/{A}/mic/0"])
def test_a_wrong_token_finds_nothing(home: Home, visitor: Visitor, device: Device, path: str) -> None:
    other = begin(home, visitor)
    device.record(A, 1)
    device.send_all()
    before = device.row
    for token in (other.opened["token"], "", "x", device.opened["token"][:-1]):
        answer = (
            device.put(Place(A, "mic", 0), b"x", token=token)
            if path.endswith("/0")
            else device.ask("POST", path, token=token, json={"state": "off", "segments": {}, "chunks": {"mic": 1}})
        )
        assert (answer.status_code, answer.json()["error"]) == (404, "not_there")
    assert (device.row, len(device.here)) == (before, 1)


def test_after_the_end_nothing_more_is_taken(device: Device) -> None:
    device.record(A, 2)
    device.send(Place(A, "mic", 0))
    device.made[A] = 1
    assert device.end().status_code == 200
    late = device.put(Place(A, "mic", 1))
    assert (late.status_code, late.json()["error"]) == (410, "over")
    for answer in (
        device.post("status", state="off"),
        device.post(f"segments/{A}/close", chunks={"mic": 1}),
        device.post("forget", minutes=2, order="0" * 32, segment=A, chunks={"mic": 1}),
    ):
        assert answer.status_code == 410
    assert len(device.here) == 1


def test_after_a_discard_there_is_nothing(device: Device) -> None:
    device.record(A, 2)
    device.send_all()
    assert [device.post("discard").status_code for _ in range(2)] == [200, 200]
    assert not list(device.home.settings.keys.iterdir())
    assert device.here == []
    for answer in (
        device.put(Place(A, "mic", 0), b"x"),
        device.post("status", state="off"),
        device.end(),
        device.post("forget", minutes=2, order="0" * 32, segment=A, chunks={"mic": 1}),
    ):
        assert (answer.status_code, answer.json()["error"]) == (404, "discarded")


def test_the_last_minutes_are_forgotten_on_the_way_and_on_the_disk(device: Device) -> None:
    device.record(A, 40)
    for place in [*device.outbox][:35]:
        device.send(place)
    wanted: dict[str, Any] = {"minutes": 2, "order": secrets.token_hex(16), "segment": A, "chunks": {"mic": 40}}
    first = device.post("forget", **wanted)
    assert (first.status_code, first.json()) == (200, {"forgotten": [[A, "mic", 15, 40]]})
    assert [place.seq for place in device.here] == [*range(15)]
    assert device.post("forget", **wanted).json() == first.json()
    for place in [*device.outbox]:
        assert device.send(place) == 200, "what was on its way is acknowledged"
    assert len(device.here) == 15
    assert device.end().json() == {"missing": []}


def test_a_full_disk_leaves_it_in_the_outbox_until_there_is_room(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    device.record(A, 3)
    with monkeypatch.context() as full:
        full.setattr(module, "free_bytes", lambda _: module.LAST_BYTES - 1)
        answer = device.put(Place(A, "mic", 0))
        assert (answer.status_code, answer.json()["error"]) == (507, "disk_full")
        assert "kept, sealed, on your device" in answer.json()["says"]
        device.send_all()
        assert len(device.outbox) == 3
        assert device.post("status", state="recording").status_code == 200
    device.send_all()
    assert (device.outbox, device.end().status_code) == ({}, 200)


def test_a_second_tab_waits_until_the_first_is_closed(device: Device) -> None:
    device.record(A, 1)
    device.send_all()
    device.record(B, 1)
    assert device.send(Place(B, "mic", 0)) == 409
    assert device.put(Place(B, "mic", 0)).json()["error"] == "elsewhere"
    assert len(device.outbox) == 1
    device.post(f"segments/{A}/close", chunks={"mic": 1})
    assert device.send(Place(B, "mic", 0)) == 200
    assert device.end().status_code == 200


def test_a_status_keeps_it_alive_and_says_what_it_does(device: Device, visitor: Visitor) -> None:
    device.silent_for(600)
    page = f"/sessions/{device.opened['session']}"
    assert "No word from your device for 10 minutes" in visitor.get(page).text
    for state, says in (("recording", "Being recorded now"), ("paused", "Paused"), ("off", "Off the record")):
        assert device.post("status", state=state).status_code == 200
        assert says in visitor.get(page).text
    assert now() - device.row["seen"] < 5


def test_a_device_whose_clock_is_wrong_is_served_as_any_other(device: Device) -> None:
    """No address and no answer knows a time of it; the order is the order in which its segments came."""
    for segment in (B, A):
        device.record(segment, 2)
        device.send_all()
        device.post(f"segments/{segment}/close", chunks={"mic": 2})
    live = Live(device.home.settings, device.home.ledger, device.capture)
    assert [place.segment for place in live.waiting()] == [B, B, A, A]


def test_when_no_more_fits_a_start_is_refused_and_nothing_is_made(
    home: Home, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MOST_AT_ONCE", 0)
    with home.opener():
        answer = visitor.call("POST", "/captures", json=wish(live=True))
    assert (answer.status_code, answer.json()["error"]) == (503, "full")
    assert nothing_was_made(home)


def test_a_live_capture_takes_no_chunks_of_a_file_and_a_file_none_of_a_live_one(
    home: Home, visitor: Visitor, device: Device
) -> None:
    headers = {"content-type": "application/octet-stream"}
    assert device.ask("PUT", "chunks/0", content=b"x", headers=headers).status_code == 404
    with home.opener():
        file = Device(home, visitor, visitor.call("POST", "/captures", json=wish()).json())
    assert file.put(Place(A, "mic", 0), b"x").status_code == 404
    assert [file.post("status", state="off").status_code, file.end().status_code] == [404, 404]
    assert (device.here, file.here) == ([], [])


def test_a_late_chunk_after_days_is_taken_until_it_is_final(home: Home, device: Device) -> None:
    device.record(A, 2)
    device.send(Place(A, "mic", 0))
    device.silent_for(PROVISIONAL_SECONDS - 60)
    sweep(home.settings, home.ledger, now())
    assert device.send(Place(A, "mic", 1)) == 200
    device.silent_for(PROVISIONAL_SECONDS + 60)
    sweep(home.settings, home.ledger, now())
    assert device.put(Place(A, "mic", 2), b"x").status_code == 410
    assert (device.row["state"], len(device.here)) == ("ended", 2)


def test_whoever_stays_unlocked_over_a_restart_lets_it_be_listened_to_by_looking(
    home: Home, device: Device, visitor: Visitor
) -> None:
    device.record(A, 1)
    device.send_all()
    claim = home.ledger.claim_live("worker", lambda _: "part")
    assert claim
    home.ledger.stall(claim)
    device.record(A, 1)
    device.send_all()
    assert (device.outbox, device.row["stage"]) == ({}, "waiting")
    assert "Being recorded now" in visitor.get(f"/sessions/{device.opened['session']}/progress").text
    assert device.row["stage"] == "received"


@pytest.fixture(autouse=True)
def _no_room_is_left_behind(home: Home) -> Iterator[None]:
    yield
    assert not list(home.settings.spool.rglob(".*.leaving"))
