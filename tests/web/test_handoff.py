"""The laptop's side: what its proof is good for, when, and that it is worth nothing elsewhere, later or again."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from afterword.capture.live import Place
from afterword.capture.spool import Spool
from afterword.handoff import pairing, proof
from afterword.handoff.pairing import BROWSERS, SYSTEMS
from afterword.store.handoffs import LIFE_SECONDS, Handoffs
from afterword.store.tables import captures
from afterword.work.sweep import sweep
from tests.laptop import Laptop, b64
from tests.people import Home, Person, Visitor
from tests.web.handoffs import Stage

A = "aaaaaaaa"
FIRST = Place(A, "mic", 0)


@pytest.fixture
def stage(home: Home, owner: Person) -> Stage:
    return Stage(home, owner)


def error(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def test_from_the_code_to_the_receipt(stage: Stage) -> None:
    laptop = stage.laptop()
    assert stage.poll(laptop) == {"state": "created", "seconds": 118}
    stage.scan(laptop)
    assert stage.poll(laptop)["state"] == "scanned"
    assert stage.approve(laptop).status_code == 303
    told = stage.poll(laptop)
    assert (told["state"], set(told)) == ("approved", {"state", "seconds", "capture", "public_key", "salt"})
    assert error(laptop.step("confirm")) == (409, "not_now")
    assert laptop.reveal().json() == {}
    assert laptop.step("confirm").json() == {"state": "confirmed"}
    assert laptop.step("confirm").json() == {"state": "confirmed"}
    assert laptop.put(FIRST).json()["seq"] == 0
    assert laptop.post("status", state="recording").json() == {
        "state": "open", "safe": {A: {"mic": 1}}, "heard": 0, "stop": None,
    }  # fmt: skip
    assert laptop.post("receipt").json() == {"state": "open"}
    assert laptop.post(f"segments/{A}/close", chunks={"mic": 1}).json() == {"missing": []}
    assert laptop.post("end", segments={A: {"mic": 1}}).json() == {"missing": []}
    assert laptop.post("receipt").json() == {"state": "received"}


def test_both_show_the_same_four(stage: Stage) -> None:
    laptop = stage.laptop()
    page = stage.scan(laptop)
    stage.approve(laptop)
    stage.poll(laptop)
    before = stage.phone.get(page).text
    assert laptop.symbols[0][1] not in before, "not before the laptop has revealed its half"
    laptop.reveal()
    text = stage.phone.get(page).text
    assert re.findall(r'class="word">(.+?)<', text) == [word for _, word in laptop.symbols]


def test_a_capture_key_that_somebody_put_into_the_database_shows_in_the_symbols(stage: Stage) -> None:
    """The negative control of the comparison: another key, other symbols."""
    laptop = stage.laptop()
    page = stage.scan(laptop)
    stage.approve(laptop)
    with stage.home.engine.begin() as db:
        db.execute(update(captures).values(recipient=Laptop(stage.phone).public))
    stage.poll(laptop)
    laptop.reveal()
    text = stage.phone.get(page).text
    assert not all(f">{word}<" in text for _, word in laptop.symbols)


def test_a_wrong_opening_ends_it_and_its_capture(stage: Stage) -> None:
    laptop = stage.laptop()
    stage.scan(laptop)
    stage.approve(laptop)
    stage.poll(laptop)
    assert error(laptop.step("reveal", opening=secrets.token_hex(32))) == (409, "not_now")
    assert stage.poll(laptop)["state"] == "denied"
    assert stage.left() == []
    assert error(laptop.reveal()) == (409, "not_now")


def test_the_laptop_says_that_they_differ(stage: Stage) -> None:
    laptop = stage.laptop()
    page = stage.scan(laptop)
    stage.approve(laptop)
    stage.poll(laptop)
    laptop.reveal()
    assert laptop.step("deny").json() == {}
    assert stage.poll(laptop) == {"state": "denied", "seconds": 0}
    assert stage.left() == []
    assert "Nothing of it is kept" in stage.phone.get(page).text
    assert error(laptop.step("confirm")) == (409, "not_now")
    assert error(laptop.put(FIRST)) == (401, "proof")


def test_once_it_has_begun_a_laptop_can_discard_nothing(stage: Stage) -> None:
    laptop = stage.paired()
    laptop.put(FIRST)
    assert error(laptop.step("deny")) == (409, "not_now")
    for path in ("discard", "forget", "stop", "watch"):
        assert laptop.post(path, minutes=2, order="0" * 32, segment=A, chunks={"mic": 1}).status_code == 404
    assert stage.home.ledger.row(laptop.capture)["state"] == "open"


# What is asked at the beginning.


@pytest.mark.parametrize(
    "changed",
    [{"key": b64(bytes(65))}, {"key": "x"}, {"key": 5}, {"commit": "z" * 64}, {"commit": "ab"},
     {"browser": "Mozilla/5.0"}, {"system": "Windows NT 10.0"}, {"browser": None}, {"system": ["windows"]}],
)  # fmt: skip
def test_anything_else_is_refused(stage: Stage, changed: dict[str, Any]) -> None:
    laptop = Laptop(Visitor(stage.app))
    assert laptop.begin(**changed).status_code == 422
    assert Handoffs(stage.home.engine).row(b"") is None


def test_every_browser_and_system_of_the_list_is_taken(stage: Stage) -> None:
    for browser in BROWSERS:
        stage.wait(10)
        assert Laptop(Visitor(stage.app)).begin(browser=browser).status_code == 201
    for system in SYSTEMS:
        stage.wait(10)
        assert Laptop(Visitor(stage.app)).begin(system=system).status_code == 201


def test_on_this_machine_alone_it_says_that_no_phone_gets_here(stage: Stage) -> None:
    shown = stage.laptop().shown
    assert (shown["address"], shown["reachable"]) == ("http:" + "//localhost/scan", False)
    assert (shown["seconds"], len(shown["number"]), len(shown["code"])) == (120, 3, 9)


def test_the_answer_holds_what_is_needed_and_no_more(stage: Stage) -> None:
    assert set(stage.laptop().shown) == {"id", "code", "number", "qr", "address", "reachable", "seconds"}


def test_ten_codes_a_minute_and_three_at_a_time(stage: Stage) -> None:
    answers = [Laptop(Visitor(stage.app)) for _ in range(11)]
    statuses = [laptop.begin().status_code for laptop in answers]
    assert statuses == [201] * 10 + [429]
    states = [stage.row(laptop)["state"] for laptop in answers[:10]]
    assert states == ["expired"] * 7 + ["created"] * 3


def test_a_poll_that_is_too_fast_is_told_to_slow_down(stage: Stage) -> None:
    laptop = stage.laptop()
    assert laptop.step("poll").status_code == 200
    assert error(laptop.step("poll")) == (429, "slow_down")
    stage.wait(2)
    assert laptop.step("poll").status_code == 200


# Times.


def test_a_code_works_for_120_seconds(stage: Stage) -> None:
    laptop, late = stage.laptop(), stage.laptop()
    stage.wait(117)
    stage.scan(laptop)
    stage.wait(5)
    assert stage.phone.press("/scan", code=late.scanned).status_code == 422
    assert stage.poll(late) == {"state": "expired", "seconds": 0}


def test_five_minutes_for_the_number(stage: Stage) -> None:
    laptop = stage.laptop()
    page = stage.scan(laptop)
    stage.wait(302)
    assert stage.approve(laptop).headers["location"] == page
    assert "The time for this was over" in stage.phone.get(page).text
    assert stage.poll(laptop)["state"] == "expired"
    assert stage.home.ledger.in_state("new", "open", "destroyed") == []


def test_ten_minutes_to_compare_and_ten_to_begin(stage: Stage) -> None:
    slow, idle = stage.laptop(), stage.paired()
    stage.scan(slow)
    stage.approve(slow)
    stage.poll(slow)
    stage.wait(602)
    assert error(slow.reveal()) == (409, "not_now")
    assert error(idle.put(FIRST)) == (401, "proof")
    assert [stage.poll(one)["state"] for one in (slow, idle)] == ["expired", "expired"]
    sweep(stage.home.settings, stage.home.ledger, stage.at)
    for laptop in (slow, idle):
        assert stage.row(laptop)["state"] == "expired"
    assert stage.left() == []


def test_what_has_begun_lives_on_and_ends_after_seventy_six_hours(stage: Stage) -> None:
    laptop = stage.paired()
    laptop.put(FIRST)
    stage.wait(3600)
    sweep(stage.home.settings, stage.home.ledger, stage.at)
    stage.wait(LIFE_SECONDS - 3660)
    assert laptop.post("status", state="recording").status_code == 200
    stage.wait(120)
    assert error(laptop.post("status", state="recording")) == (401, "proof")
    sweep(stage.home.settings, stage.home.ledger, stage.at)
    assert stage.row(laptop) is None


# Proofs.


def test_a_proof_is_worth_nothing_the_second_time(stage: Stage) -> None:
    laptop = stage.paired()
    path = f"/captures/{laptop.capture.hex()}/status"
    body = b'{"state": "recording"}'
    headers = laptop.proof("POST", path, body)
    assert laptop.ask("POST", path, body, headers).status_code == 200
    again = laptop.ask("POST", path, body, headers)
    assert error(again) == (401, "proof")
    assert again.json()["after"] == laptop.n


def test_one_with_an_older_number_is_told_the_last_and_may_go_on(stage: Stage) -> None:
    """A laptop whose clock was set back."""
    laptop = stage.paired()
    path, body = f"/captures/{laptop.capture.hex()}/status", b'{"state": "recording"}'
    stale = laptop.ask("POST", path, body, laptop.proof("POST", path, body, 5))
    assert error(stale) == (401, "proof")
    assert (
        laptop.ask("POST", path, body, laptop.proof("POST", path, body, stale.json()["after"] + 1)).status_code == 200
    )


Forge = Callable[[Laptop, str, bytes], dict[str, str]]
FORGED: dict[str, Forge] = {
    "other method": lambda laptop, path, body: laptop.proof("PUT", path, body),
    "other path": lambda laptop, path, body: laptop.proof("POST", path.replace("status", "end"), body),
    "other body": lambda laptop, path, body: laptop.proof("POST", path, body + b" "),
    "other key": lambda laptop, path, body: Laptop(laptop.visitor, shown=laptop.shown).proof("POST", path, body),
    "none": lambda laptop, path, body: {"authorization": f"Handoff {laptop.id}"},
    "nobody's": lambda laptop, path, body: Laptop(laptop.visitor, shown={"id": "0" * 32}).proof("POST", path, body),
}


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_proof_changes_nothing(stage: Stage, how: str) -> None:
    laptop = stage.paired()
    before, path = stage.row(laptop), f"/captures/{laptop.capture.hex()}/status"
    answer = laptop.ask("POST", path, b'{"state": "off"}', FORGED[how](laptop, path, b'{"state": "off"}'))
    assert (answer.status_code, set(answer.json())) == (401, {"error", "says", "after"})
    assert answer.json()["after"] == 0, "when it was last heard of is told to itself alone"
    assert stage.row(laptop) == before


def test_a_proof_of_one_handoff_is_worth_nothing_for_another(stage: Stage) -> None:
    laptop, other = stage.paired(), stage.paired()
    for path in (f"/handoff/{other.id}/deny", f"/captures/{other.capture.hex()}/status"):
        assert error(laptop.ask("POST", path, b'{"state": "off"}')) == (401, "proof")
    assert stage.row(other)["state"] == "confirmed"


def test_before_it_is_confirmed_it_may_use_no_capture(stage: Stage) -> None:
    """An onlooker scanned first and approved: without somebody who presses on the laptop nothing is taken."""
    laptop = stage.laptop()
    stage.scan(laptop)
    stage.approve(laptop)
    stage.poll(laptop)
    laptop.reveal()
    assert error(laptop.put(FIRST)) == (401, "proof")
    assert error(laptop.post("status", state="recording")) == (401, "proof")
    assert not Spool(stage.home.settings.spool, laptop.capture).have()


def test_a_laptop_needs_no_cookie_and_gets_none_from_its_requests(stage: Stage) -> None:
    laptop = stage.paired()
    laptop.visitor.cookie = ""
    laptop.put(FIRST)
    assert laptop.post("status", state="recording").status_code == 200
    assert laptop.visitor.cookie == ""


def test_a_lock_on_the_phone_stops_nothing(stage: Stage) -> None:
    laptop = stage.paired()
    stage.phone.press("/lock")
    assert laptop.put(FIRST).status_code == 200


# Stop.


def test_stop_and_keep_is_heard_with_the_next_word(stage: Stage) -> None:
    laptop = stage.paired()
    page = stage.phone.get(f"/scan/{laptop.id}").headers["location"]
    laptop.put(FIRST)
    assert "Recording on Chrome / Windows since" in stage.phone.get(page).text
    assert stage.phone.press(f"{page}/stop").status_code == 303
    ago = laptop.post("status", state="recording").json()["stop"]["ago"]
    assert 0 <= ago < 2000
    assert laptop.put(Place(A, "mic", 1)).status_code == 200, "what it still has is taken"
    text = stage.phone.get(page).text
    assert "Stopped." in text
    assert "Stop and keep" not in text
    assert "Finish it without the device" in text
    assert laptop.post("end", segments={A: {"mic": 2}}).json() == {"missing": []}
    assert laptop.post("receipt").json() == {"state": "received"}


def test_stop_and_discard_destroys_the_key_before_the_answer(stage: Stage) -> None:
    laptop = stage.paired()
    page = stage.phone.get(f"/scan/{laptop.id}").headers["location"]
    laptop.put(FIRST)
    assert stage.phone.press(f"{page}/discard").status_code == 303
    assert not list(stage.home.settings.keys.iterdir())
    for answer in (laptop.put(Place(A, "mic", 1)), laptop.post("status", state="recording")):
        assert error(answer) == (404, "discarded")
    assert laptop.post("receipt").json() == {"state": "discarded"}
    assert stage.poll(laptop) == {"state": "revoked", "seconds": 0}


def test_stopping_what_has_not_begun_leaves_nothing(stage: Stage) -> None:
    laptop = stage.paired()
    page = stage.phone.get(f"/scan/{laptop.id}").headers["location"]
    stage.phone.press(f"{page}/stop")
    assert stage.poll(laptop)["state"] == "revoked"
    assert error(laptop.put(FIRST)) == (401, "proof")
    assert stage.left() == []


@pytest.mark.parametrize("press", ["stop", "discard", "finish"])
def test_however_the_phone_ends_what_has_not_begun_nothing_is_left_of_it(stage: Stage, press: str) -> None:
    laptop = stage.paired()
    assert stage.left() != []
    page = stage.phone.get(f"/scan/{laptop.id}").headers["location"]
    assert stage.phone.press(f"{page}/{press}").headers["location"] == "/today"
    assert (stage.left(), stage.poll(laptop)["state"]) == ([], "revoked")
    assert stage.phone.get(f"/scan/{laptop.id}").status_code == 200


def test_what_has_begun_leaves_its_receipt(stage: Stage) -> None:
    laptop = stage.paired()
    laptop.post("status", state="recording")
    page = stage.phone.get(f"/scan/{laptop.id}").headers["location"]
    assert stage.phone.press(f"{page}/discard").headers["location"] == page
    assert stage.left() == ["captures", "sessions", "session"]
    assert laptop.post("receipt").json() == {"state": "discarded"}


def test_the_phone_can_stop_it_when_its_notebook_has_locked_itself(stage: Stage) -> None:
    laptop = stage.paired()
    page = stage.phone.get(f"/scan/{laptop.id}").headers["location"]
    laptop.put(FIRST)
    text = stage.phone.get(page).text
    token = text.split('data-token="')[1].split('"')[0]
    stage.phone.press("/lock")
    held = {"authorization": f"Capture {token}"}
    capture = laptop.capture.hex()
    told = stage.phone.call("POST", f"/captures/{capture}/watch", headers=held).json()
    assert (told["state"], set(told)) == ("open", {"state", "says"})
    assert told["says"].startswith("Recording on Chrome / Windows since ")
    assert stage.phone.call("POST", f"/captures/{capture}/stop", headers=held).status_code == 200
    assert laptop.post("status", state="recording").json()["stop"] is not None
    assert stage.phone.call("POST", f"/captures/{capture}/stop", headers={}).status_code == 404


def test_a_recording_of_ones_own_device_knows_no_stop_from_elsewhere(stage: Stage) -> None:
    laptop = stage.paired()
    laptop.put(FIRST)
    token = stage.phone.get(stage.phone.get(f"/scan/{laptop.id}").headers["location"]).text
    token = token.split('data-token="')[1].split('"')[0]
    answer = stage.phone.call(
        "POST", f"/captures/{laptop.capture.hex()}/status", json={"state": "recording"},
        headers={"authorization": f"Capture {token}"},
    )  # fmt: skip
    assert set(answer.json()) == {"state", "safe", "heard"}


# Negative controls.


def test_control_a_counter_that_is_not_kept_is_caught(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    laptop = stage.paired()
    monkeypatch.setattr(Handoffs, "used", lambda *_: True)
    path, body = f"/captures/{laptop.capture.hex()}/status", b'{"state": "recording"}'
    headers = laptop.proof("POST", path, body)
    assert [laptop.ask("POST", path, body, headers).status_code for _ in range(2)] == [200, 200]


@pytest.mark.parametrize("how", ["other method", "other path", "other body", "other key"])
def test_control_a_signature_that_nobody_checks_is_caught(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    laptop = stage.paired()
    monkeypatch.setattr(proof, "is_right", lambda *_: True)
    path = f"/captures/{laptop.capture.hex()}/status"
    assert (
        laptop.ask("POST", path, b'{"state": "off"}', FORGED[how](laptop, path, b'{"state": "off"}')).status_code == 200
    )


def test_control_a_time_that_never_ends_is_caught(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "CODE_SECONDS", 10**6)
    laptop = stage.laptop()
    stage.wait(122)
    assert stage.phone.press("/scan", code=laptop.scanned).status_code == 303


def test_what_lies_in_the_database_is_codes_alone(stage: Stage) -> None:
    laptop = stage.laptop()
    stage.scan(laptop)
    row = json.dumps({name: str(value) for name, value in stage.row(laptop).items()})
    assert laptop.shown["code"].replace("-", "") not in row
    assert "127.0.0.1" not in row
    stage.approve(laptop)
    assert (stage.row(laptop)["code"], stage.row(laptop)["number"], stage.row(laptop)["network"]) == (None,) * 3
