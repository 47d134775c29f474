"""The phone's side: what it is asked, that nobody else can answer, that every failure looks alike, and its limits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from afterword.capture import intake
from afterword.capture.live import Place
from afterword.consent.answers import Entry, Where
from afterword.consent.gate import rule_of
from afterword.consent.places import Rule
from afterword.facts.consent_law import Medium
from afterword.handoff import codes, pairing
from afterword.handoff.pairing import Pairing
from afterword.store.handoffs import Handoffs
from afterword.web.pages.scan import NO_CODE, TOO_MANY, TOO_OFTEN
from tests.consent.yes import THERAPIST, say_yes
from tests.laptop import Laptop
from tests.people import Home, Person, Visitor
from tests.web.handoffs import Stage


@pytest.fixture
def stage(home: Home, owner: Person) -> Stage:
    return Stage(home, owner)


def wrong_number(laptop: Laptop) -> str:
    return f"{(int(laptop.shown['number']) + 1) % 1000:03d}"


def test_a_locked_phone_unlocks_and_comes_back(stage: Stage) -> None:
    locked = Visitor(stage.app)
    text = locked.get("/scan").text
    assert 'name="after" value="scan"' in text
    assert 'id="code"' not in text
    wrong = locked.press("/unlock", passphrase="quite another one", after="scan")
    assert (wrong.status_code, 'name="after" value="scan"' in wrong.text) == (403, True)
    answer = locked.press("/unlock", passphrase=stage.owner.passphrase, after="scan")
    assert (answer.status_code, answer.headers["location"]) == (303, "/scan")
    assert 'id="code"' in locked.get("/scan").text


def test_an_unlock_leads_nowhere_else(stage: Stage) -> None:
    for after in ("//evil.example", "https:" + "//evil.example", "/sessions", "scan/x"):
        answer = Visitor(stage.app).press("/unlock", passphrase=stage.owner.passphrase, after=after)
        assert answer.headers["location"] == "/today"


def test_before_there_is_a_notebook_it_leads_to_the_set_up(home: Home) -> None:
    assert home.visitor().get("/scan").headers["location"] == "/setup"


def test_the_question_says_what_asks_and_what_for(stage: Stage) -> None:
    say_yes(stage.home.settings, stage.home.engine, stage.owner.owner)
    laptop = stage.laptop()
    stage.wait(7)
    text = stage.phone.get(stage.scan(laptop)).text
    assert "Let this computer add one recording to your notebook?" in text
    assert "It can read nothing." in text
    assert "<strong>Chrome / Windows</strong>" in text
    assert "made 7 seconds ago" in text
    assert "Ines" in text
    assert laptop.shown["number"] not in text, "it has to be looked up there"
    assert "network" not in text, "from this machine nothing is known of it"


@pytest.mark.parametrize("given", ["{dashes}", "{small}", "{scanned}", "#{scanned}", "  {dashes} "])
def test_a_code_may_be_scanned_or_typed(stage: Stage, given: str) -> None:
    laptop = stage.laptop()
    code = laptop.shown["code"]
    typed = given.format(dashes=code, small=code.lower().replace("-", " "), scanned=laptop.scanned)
    answer = stage.phone.press("/scan", code=typed)
    assert answer.headers["location"] == f"/scan/{laptop.id}"


def test_whatever_is_wrong_with_a_code_looks_the_same(stage: Stage, stranger: Person) -> None:
    used, late, foreign = (stage.laptop() for _ in range(3))
    Handoffs(stage.home.engine).move(bytes.fromhex(late.id), ("created",), 0, until=1)
    other = stage.phone_of(stranger)
    stage.scan(used, other)
    other_key = f"{foreign.id}.{late.scanned.split('.')[1]}"
    bodies = set()
    for given in (
        used.scanned,
        used.shown["code"],
        late.scanned,
        late.shown["code"],
        other_key,
        "BBBB-BBBB",
        "",
        "x" * 80,
    ):
        stage.wait(16 * 60 if given == other_key else 0)  # the limit is another test's
        answer = stage.phone.press("/scan", code=given)
        assert answer.status_code == 422, given
        bodies.add(answer.text)
    assert len(bodies) == 1
    assert NO_CODE in bodies.pop()


def test_five_wrong_codes_and_then_a_quarter_of_an_hour(stage: Stage) -> None:
    for _ in range(5):
        assert stage.phone.press("/scan", code="BBBB-CCCC").status_code == 422
    laptop = stage.laptop()
    answer = stage.phone.press("/scan", code=laptop.scanned)
    assert (answer.status_code, TOO_MANY in answer.text) == (429, True)
    stage.wait(16 * 60)
    stage.scan(stage.laptop())


def test_it_is_used_once_and_scanning_again_is_no_second_use(stage: Stage, stranger: Person) -> None:
    laptop = stage.laptop()
    page = stage.scan(laptop)
    assert stage.scan(laptop) == page
    assert stage.phone_of(stranger).press("/scan", code=laptop.scanned).status_code == 422
    stage.approve(laptop)
    assert stage.phone.press("/scan", code=laptop.scanned).status_code == 422


def test_nobody_but_who_scanned_it_sees_or_answers_it(stage: Stage, stranger: Person) -> None:
    laptop, other = stage.laptop(), stage.phone_of(stranger)
    page = stage.scan(laptop)
    assert [other.get(path).status_code for path in (page, f"{page}/state")] == [404, 404]
    assert stage.approve(laptop, other).status_code == 404
    assert other.press(f"{page}/deny").status_code == 404
    assert stage.row(laptop)["state"] == "scanned"
    assert stage.row(laptop)["tries"] == 0


def test_three_wrong_numbers_end_it(stage: Stage) -> None:
    laptop = stage.laptop()
    page = stage.scan(laptop)
    for _ in range(2):
        answer = stage.approve(laptop, number=wrong_number(laptop), therapist=THERAPIST)
        assert answer.status_code == 422
        assert f'data-therapist="{THERAPIST}" checked' in answer.text, "what was answered stays answered"
    assert stage.approve(laptop, number=wrong_number(laptop)).status_code == 303
    assert stage.poll(laptop)["state"] == "denied"
    stage.approve(laptop)
    assert stage.row(laptop)["state"] == "denied"
    assert "Nothing of it is kept" in stage.phone.get(page).text
    assert stage.home.ledger.in_state("new", "open") == []


def test_the_third_number_may_be_the_right_one(stage: Stage) -> None:
    laptop = stage.laptop()
    stage.scan(laptop)
    for _ in range(2):
        stage.approve(laptop, number=wrong_number(laptop))
    stage.approve(laptop, number=" ".join(laptop.shown["number"]))
    assert stage.poll(laptop)["state"] == "approved"


def test_saying_no_is_final(stage: Stage) -> None:
    laptop = stage.laptop()
    page = stage.scan(laptop)
    assert stage.phone.press(f"{page}/deny").status_code == 303
    stage.approve(laptop)
    assert stage.poll(laptop)["state"] == "denied"


def test_stopping_at_the_symbols_destroys_what_was_opened(stage: Stage) -> None:
    laptop = stage.laptop()
    page = stage.scan(laptop)
    stage.approve(laptop)
    stage.poll(laptop)
    laptop.reveal()
    assert "If they are the same, press there. If not, stop it here." in stage.phone.get(page).text
    stage.phone.press(f"{page}/deny")
    assert stage.left() == []
    assert laptop.step("confirm").status_code == 409


def test_two_presses_on_yes_are_as_one(stage: Stage) -> None:
    laptop = stage.laptop()
    stage.scan(laptop)
    row = stage.row(laptop)
    stage.approve(laptop)
    coming = intake.Coming("both", "2026-11-20", 0, pairing.fingerprint(row["id"]), live=True, medium="video")
    late = Pairing(stage.home.settings, stage.home.ledger, stage.at)
    assert Handoffs(stage.home.engine).row(row["id"])
    opened = intake.open_capture(stage.home.settings, stage.home.ledger, stage.owner.owner, coming)
    late._lost(row["id"], opened.capture)
    assert stage.row(laptop)["capture"] == opened.capture
    assert stage.home.ledger.row(opened.capture)["state"] == "open"


def test_what_was_over_while_its_capture_opened_leaves_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    laptop = stage.laptop()
    stage.scan(laptop)
    real = intake.open_capture

    def slow(*given: object) -> intake.Opened:
        opened = real(*given)  # type: ignore[arg-type]
        Handoffs(stage.home.engine).deny(bytes.fromhex(laptop.id))
        return opened

    monkeypatch.setattr(intake, "open_capture", slow)
    stage.approve(laptop)
    assert stage.poll(laptop)["state"] == "denied"
    assert stage.home.ledger.in_state("new", "open") == []
    assert not list(stage.home.settings.keys.iterdir())


def test_without_a_worker_it_is_said_and_the_number_may_be_typed_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop = stage.laptop()
    page = stage.scan(laptop)
    monkeypatch.setattr(intake, "OPENING_SECONDS", 0.1)
    for _ in range(4):
        answer = stage.phone.press(f"{page}/approve", number=laptop.shown["number"], voices="both")
        assert answer.status_code == 503
    monkeypatch.setattr(intake, "OPENING_SECONDS", 8.0)
    stage.approve(laptop)
    assert stage.poll(laptop)["state"] == "approved"


def test_ten_computers_an_hour(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MOST_AT_ONCE", 100)
    for _ in range(10):
        stage.wait(30)
        stage.scan(laptop := stage.laptop())
        assert stage.approve(laptop).status_code == 303
    stage.scan(laptop := stage.laptop())
    answer = stage.approve(laptop)
    assert (answer.status_code, TOO_OFTEN in answer.text) == (429, True)


# Consent.


def test_another_voice_needs_its_yes_by_the_rule_for_video(home: Home, owner: Person) -> None:
    stage = Stage(home, owner, agreed=False)
    laptop = stage.laptop()
    page = stage.scan(laptop)
    assert "none is noted" in stage.phone.get(page).text
    answer = stage.approve(laptop, voices="both")
    assert (answer.status_code, "Ask first" in answer.text) == (403, True)
    assert stage.row(laptop)["tries"] == 0, "the number was not looked at"
    say_yes(stage.home.settings, stage.home.engine, stage.owner.owner)
    stage.approve(laptop, voices="both")
    assert stage.poll(laptop)["state"] == "approved"


@pytest.mark.parametrize("voices", ["", "nobody", "mine"])
def test_what_records_both_sides_is_not_lent_for_ones_own_voice_alone(stage: Stage, voices: str) -> None:
    laptop = stage.laptop()
    assert "Only mine" not in stage.phone.get(stage.scan(laptop)).text
    answer = stage.approve(laptop, voices=voices)
    assert (answer.status_code, "whose voices" in answer.text) == (422, True)
    assert stage.row(laptop)["state"] == "scanned"


def test_where_several_said_yes_it_is_said_whose_voice_it_is(stage: Stage) -> None:
    for therapist in ("Ines", "Mira"):
        say_yes(stage.home.settings, stage.home.engine, stage.owner.owner, therapist=therapist)
    laptop = stage.laptop()
    stage.scan(laptop)
    assert stage.approve(laptop, voices="both").status_code == 403
    answer = stage.approve(laptop, voices="both", therapist="Mira", number=wrong_number(laptop))
    assert 'data-therapist="Mira" checked' in answer.text
    assert stage.approve(laptop, voices="both", therapist="Mira").status_code == 303


def test_the_place_rule_of_a_handoff_is_that_for_video_whatever_was_noted(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Medium | None] = []

    def noting(entries: tuple[Entry, ...], medium: Medium | None = None) -> Rule:
        asked.append(medium)
        return rule_of(entries, medium)

    monkeypatch.setattr(intake, "rule_of", noting)
    laptop = stage.laptop()
    stage.scan(laptop)
    stage.approve(laptop)
    assert set(asked) == {"video"}
    assert Where().medium != "video"


def test_a_yes_that_is_taken_back_before_it_begins_ends_it_without_a_trace(stage: Stage) -> None:
    laptop = stage.paired()
    stage.phone.press("/consent/withdraw", therapist=THERAPIST)
    assert (stage.left(), stage.poll(laptop)["state"]) == ([], "revoked")
    assert laptop.post("status", state="recording").status_code == 401


def test_a_yes_that_is_taken_back_while_it_records_stops_the_laptop(stage: Stage) -> None:
    laptop = stage.paired()
    assert laptop.put(Place("aaaaaaaa", "mic", 0)).status_code == 200
    stage.phone.press("/consent/withdraw", therapist=THERAPIST)
    assert laptop.put(Place("aaaaaaaa", "call", 0)).status_code == 410
    assert laptop.post("status", state="recording").status_code == 410


# Networks.


def far(stage: Stage, laptop: str, phone: str) -> tuple[Laptop, Visitor]:
    """Two devices that reach this machine by their own addresses; the guard lets them, as over https."""
    made = Laptop(Visitor(stage.app, base="https:" + "//localhost", address=laptop))
    made.begin()
    return made, replace_address(stage.phone_of(stage.owner), phone)


def replace_address(visitor: Visitor, address: str) -> Visitor:
    visitor.address, visitor.base = address, "https:" + "//localhost"
    return visitor


def test_in_the_same_network_it_says_so(stage: Stage) -> None:
    laptop, phone = far(stage, "192.168.1.20", "192.168.1.77")
    page = stage.scan(laptop, phone)
    text = phone.get(page).text
    assert "in the same network" in text
    assert 'name="letters"' not in text


def test_in_another_network_it_warns_and_wants_the_letters_too(stage: Stage) -> None:
    laptop, phone = far(stage, "203.0.113.5", "192.168.1.77")
    page = stage.scan(laptop, phone)
    assert "in another network" in phone.get(page).text
    for letters in ("", "BBBB-BBBB"):
        assert stage.approve(laptop, phone, letters=letters).status_code == 422
    assert stage.approve(laptop, phone, letters=laptop.shown["code"].lower()).status_code == 303
    assert stage.row(laptop)["state"] == "approved"


def test_behind_a_proxy_nothing_is_said_of_networks(home: Home, owner: Person) -> None:
    reach = replace(home.settings.reach, proxy=True, names=("notes.home.example",))
    stage = Stage(replace(home, settings=replace(home.settings, reach=reach)), owner)
    base = "https:" + "//notes.home.example"
    laptop = Laptop(Visitor(stage.app, base=base))
    assert laptop.begin().status_code == 201
    assert stage.row(laptop)["network"] is None
    assert (laptop.shown["address"], laptop.shown["reachable"]) == (f"{base}/scan", True)
    stage.phone.base = base
    text = stage.phone.get(stage.scan(laptop)).text
    assert "network" not in text


def test_on_this_machine_the_code_leads_to_the_name_that_a_phone_can_reach(home: Home, owner: Person) -> None:
    reach = replace(home.settings.reach, proxy=True, names=("notes.home.example:8443",))
    stage = Stage(replace(home, settings=replace(home.settings, reach=reach)), owner)
    shown = stage.laptop().shown
    assert (shown["address"], shown["reachable"]) == ("https:" + "//notes.home.example:8443/scan", True)


# Negative controls.


def test_control_tries_that_are_not_counted_are_caught(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Handoffs, "take_try", lambda *_: True)
    laptop = stage.laptop()
    stage.scan(laptop)
    for _ in range(3):
        stage.approve(laptop, number=wrong_number(laptop))
    assert stage.row(laptop)["state"] == "scanned"


def test_control_a_page_that_forgets_whose_it_is_is_caught(
    stage: Stage, stranger: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pairing, "row_of", lambda self, id, _: self.rows.row(id))
    laptop = stage.laptop()
    page = stage.scan(laptop)
    assert stage.phone_of(stranger).get(page).status_code == 200


def test_control_a_fingerprint_that_nobody_compares_is_caught(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "is_same", lambda *_: True)
    laptop, other = stage.laptop(), stage.laptop()
    answer = stage.phone.press("/scan", code=f"{laptop.id}.{other.scanned.split('.')[1]}")
    assert answer.status_code == 303
