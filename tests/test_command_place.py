"""`afterword place`, run as a person runs it: without a notebook, and without a trace."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from afterword.command.place import in_words
from afterword.consent.places import rule_for
from tests.test_command import afterword, files


def asked(*arguments: str) -> dict[str, Any]:
    done = afterword("place", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_two_places_and_the_stricter_one_as_json() -> None:
    told = asked("US-TX", "US-CA", "--medium", "video")
    assert (told["result"], told["set_by"]) == ("all_party", ["US-CA"])
    assert told["ask_first"] == "Ask first. Where your therapist is, everyone has to agree."
    assert told["notice"] == "General information, not legal advice."
    assert (told["confidence"], told["medium"], told["stale"]) == ("high", "video", False)
    assert [place["code"] for place in told["places"]] == ["US-TX", "US-CA"]
    assert [place["law"] for place in told["places"]] == ["one_party", "all_party"]
    assert told["note"] == told["places"][1]["note"]
    assert told["sources"]
    assert told["checked_on"] < told["recheck_after"]


@pytest.mark.parametrize(
    ("arguments", "result", "set_by"),
    [
        (("US-NV", "--medium", "in_person"), "one_party", []),
        (("us-or", "us-id", "--medium", "phone"), "one_party", []),
        (("US-VT", "FR", "--medium", "video"), "all_party", ["FR"]),
    ],
)
def test_one_place_small_letters_and_a_place_without_an_entry(
    arguments: tuple[str, ...], result: str, set_by: list[str]
) -> None:
    told = asked(*arguments)
    assert (told["result"], told["set_by"]) == (result, set_by)
    assert told["ask_first"].startswith("Ask first. ")


def test_in_words_asking_comes_first_and_a_province_has_its_privacy_law() -> None:
    done = afterword("place", "CA-ON", "US-WA", "--medium", "video")
    assert done.stdout.splitlines()[0] == "Ask first. Where your therapist is, everyone has to agree."
    for part in ("Ontario (CA-ON), by video", "PHIPA", "How sure this is: high.", "not legal advice", "Source: "):
        assert part in done.stdout


def test_a_year_later_it_warns() -> None:
    told = list(in_words(rule_for("US-TX", "US-CA", "video", date(2099, 1, 1))))
    assert told[1].startswith("This was last checked on 2026-")
    assert told[1] not in list(in_words(rule_for("US-TX", "US-CA", "video", date(2026, 12, 1))))


def test_without_a_place_it_lists_them_and_without_a_medium_it_asks() -> None:
    listed = afterword("place").stdout.splitlines()
    assert "US-CA   California" in listed
    assert len(listed) == 78
    for wrong in (["US-TX"], ["US-TX", "--medium", "letter"]):
        done = afterword("place", *wrong)
        assert (done.returncode, done.stdout) == (2, "")
        assert "--medium" in done.stderr


def test_it_leaves_nothing_behind(tmp_path: Path) -> None:
    afterword("place", "US-TX", "US-CA", "--medium", "video", data=tmp_path / "data", HOME=str(tmp_path))
    assert files(tmp_path) == set()
