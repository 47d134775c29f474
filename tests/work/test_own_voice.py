"""One's own voice, and what else a capture is told, all the way: sealed, listened to by a real worker, deleted."""

from __future__ import annotations

import io
import secrets
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from afterword.capture import intake, names, own_voice
from afterword.capture.intake import Coming, Opened
from afterword.capture.known import Known, Name, OwnVoice
from afterword.capture.sender import send
from afterword.capture.wraps import Wraps
from afterword.consent.gate import Voices
from afterword.notebook.shelf import Shelf
from afterword.room.listen.speech_model import bundled
from afterword.work.sweep import end
from tests.capture.conftest import House
from tests.consent.yes import say_yes
from tests.room.listen.test_own_voice import ABOUT_ME, ASKS, TELLS
from tests.safety import canary
from tests.speech import Samples, dialogue, encode

DAY = "2026-11-20"


def add(house: House, sound: Samples, voices: Voices, *, sample: bool = False) -> Opened:
    """Sealed and sent, as a browser does."""
    data = encode(sound, "wav")
    if voices == "both":
        say_yes(house.settings, house.ledger.engine, house.owner)
    coming = Coming(voices, DAY, len(data), secrets.token_bytes(32), sample=sample)
    with house.opening():
        opened = intake.open_capture(house.settings, house.ledger, house.owner, coming)
    send(house.settings, house.ledger, opened, io.BytesIO(data))
    return opened


def take_sample(house: House, voice: str) -> Opened:
    opened = add(house, dialogue([(voice, text) for text in ABOUT_ME], pause=0.3), "mine", sample=True)
    assert house.worker.work_once()
    return opened


def print_of(house: House) -> OwnVoice:
    found = own_voice.load(house.ledger.engine, house.owner)
    assert found
    return found


def talk(person: str, therapist: str) -> Samples:
    lines = [pair for a, b in zip(ASKS, TELLS, strict=True) for pair in ((person, a), (therapist, b))]
    return dialogue([*lines, (therapist, "I will write a letter to my brother on Monday.")])


def is_the_persons(shelf: Shelf, opened: Opened) -> bool:
    """Whether the letter that one of the two wants to write stands in the record as the person's."""
    record = shelf.session(opened.session).record
    assert record
    owners = {step.who for step in record.next_steps if "letter" in step.text + step.quote}
    assert owners in ({"you"}, {"therapist"}), record.next_steps
    return owners == {"you"}


def test_a_sample_leaves_a_print_and_a_receipt_and_is_no_session(house: House) -> None:
    opened = take_sample(house, "slt")
    kept = print_of(house)
    assert kept.sample == opened.session
    assert len(kept.print) == 513
    shelf = Shelf(house.ledger.engine, house.owner)
    receipt = shelf.receipt(opened.session)
    assert receipt
    assert (receipt.outcome, receipt.checked) == ("kept", ("key", "sound"))
    assert Wraps(house.settings.keys, opened.capture).gone()
    assert house.files() == []
    assert shelf.sessions() == []
    with pytest.raises(KeyError):
        shelf.session(opened.session)
    [sample] = own_voice.samples(house.ledger.engine, house.owner)
    assert (sample.state, sample.kept, sample.day) == ("destroyed", True, DAY)


def test_nothing_of_the_print_is_in_the_database_and_after_deletion_not_even_its_ciphertext(house: House) -> None:
    opened = take_sample(house, "slt")
    kept = print_of(house)
    clear = canary.secret("print", kept.print[1:65])
    sealed = Shelf(house.ledger.engine, house.owner)._object("record", opened.session)
    assert sealed
    closed = canary.secret("ciphertext", sealed[1])
    assert canary.in_folder(house.settings.data, clear) == []
    assert canary.in_folder(house.settings.data, closed), "the control: it lies there until it is deleted"
    own_voice.drop(house.ledger.engine, house.owner, opened.session)
    assert canary.in_folder(house.settings.data, clear + closed) == []
    assert own_voice.load(house.ledger.engine, house.owner) is None
    assert own_voice.samples(house.ledger.engine, house.owner) == []


def test_control_a_print_in_clear_would_be_found(house: House) -> None:
    take_sample(house, "slt")
    clear = canary.secret("print", print_of(house).print[1:65])
    (house.settings.data / "left").write_bytes(b"before" + print_of(house).print + b"after")
    assert canary.in_folder(house.settings.data, clear)


def test_the_print_travels_with_a_capture_and_names_the_person_until_it_is_deleted(house: House) -> None:
    sample = take_sample(house, "slt")
    first, second = (add(house, talk("slt", "kal16"), "both") for _ in range(2))
    manifest = Wraps(house.settings.keys, first.capture).open_a(house.owner)
    assert manifest.known.voice == print_of(house)
    assert house.worker.work_once()
    shelf = Shelf(house.ledger.engine, house.owner)
    assert not is_the_persons(shelf, first), "who tells here has the therapist's voice"
    own_voice.drop(house.ledger.engine, house.owner, sample.session)
    # Its copy is still in the wraps of the second one, and counts for nothing.
    assert house.worker.work_once()
    assert is_the_persons(shelf, second), "by what is said it is the other way round"


def test_what_the_person_answered_counts_more_than_the_print(house: House) -> None:
    take_sample(house, "slt")
    opened = add(house, talk("slt", "kal16"), "both")
    house.ledger.move(opened.capture, ("ended",), speakers="keep")  # they were asked, before there was a print
    assert house.worker.work_once()
    assert is_the_persons(Shelf(house.ledger.engine, house.owner), opened)


def test_a_sample_without_enough_of_a_voice_leaves_nothing_but_its_receipt(house: House) -> None:
    opened = add(house, np.zeros(160000, np.float32), "mine", sample=True)
    assert house.worker.work_once()
    [sample] = own_voice.samples(house.ledger.engine, house.owner)
    assert (sample.failure, sample.kept) == ("short_sample", False)
    assert own_voice.load(house.ledger.engine, house.owner) is None
    assert Shelf(house.ledger.engine, house.owner).receipt(opened.session)


def test_a_sample_that_is_on_its_way_can_be_ended(house: House) -> None:
    opened = add(house, dialogue([("slt", ABOUT_ME[0])]), "mine", sample=True)
    end(house.settings, house.ledger, opened.capture, "discarded")
    assert house.files() == []
    assert not house.worker.work_once()


def test_a_name_that_was_nearly_heard_is_right_in_the_record(house: House) -> None:
    told = "I talked to Bronwyn about it on Sunday evening. I will call Bronwyn on Monday and ask her."
    first = add(house, dialogue([("awb", told)]), "mine")
    names.keep(house.ledger.engine, house.owner, (Name("Bronwyn"),))
    second = add(house, dialogue([("awb", told)]), "mine")
    assert house.worker.work_once()
    assert house.worker.work_once()
    shelf = Shelf(house.ledger.engine, house.owner)
    heard, right = (str(shelf.session(one.session).record.to_json()) for one in (first, second))  # type: ignore[union-attr]
    assert "Bronwyn" not in heard, "it is heard right anyway: the test shows nothing"
    assert "Bronwyn" in right


def test_another_speech_model_is_used_and_named_in_the_record(house: House, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(bundled(), tmp_path / "a-model"))
    house.worker.settings = replace(house.settings, speech_model=folder)
    told = dialogue([("slt", "I talked to my sister about it on Sunday, and I will call her tomorrow.")])
    shelf, heard_with = Shelf(house.ledger.engine, house.owner), []
    for _ in range(2):
        opened = add(house, told, "mine")
        assert house.worker.work_once()
        record = shelf.session(opened.session).record
        assert record
        heard_with.append(record.heard_with)
        (folder / "encoder_model.ort").write_bytes(b"broken meanwhile")
    assert heard_with == [("tiny",), ("not loaded",)]


def test_a_manifest_carries_what_is_known_and_one_of_before_knows_nothing(house: House) -> None:
    opened = add(house, dialogue([("slt", "Hello.")]), "mine")
    manifest = Wraps(house.settings.keys, opened.capture).open_a(house.owner)
    assert manifest.known == Known()
    assert b"known" not in manifest.to_bytes()
    known = Known(OwnVoice(b"s" * 16, b"\x01" + bytes(512)), (Name("Maya", ("Mya",)),))
    assert type(manifest).from_bytes(replace(manifest, known=known).to_bytes()).known == known
