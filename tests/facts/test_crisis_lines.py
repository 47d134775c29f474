"""The table of crisis lines: whole, dated, and each line with where it can be looked up."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import pytest

from afterword.facts.crisis_lines import TABLE, Place, crisis_lines

PLACES = crisis_lines().places
WANTED = ("US", "CA", "IE", "AU", "NZ", "ZA", "IN", "DE", "FR", "ES", "NL", "SE", "PL", "BR", "JP")
NATIONS = ("GB-ENG", "GB-NIR", "GB-SCT", "GB-WLS")


def test_the_places_that_we_promise_are_there() -> None:
    assert {place.code for place in PLACES} >= {*WANTED, *NATIONS}
    assert [place.name for place in PLACES] == sorted(place.name for place in PLACES)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.code)
def test_each_place_is_whole(place: Place) -> None:
    assert re.fullmatch(r"[A-Z]{2}(-[A-Z]{3})?", place.code)
    assert place.emergency
    assert any(line.of == "life" for line in place.lines)
    for line in place.lines:
        assert line.of in ("life", "home")
        assert line.name
        assert re.fullmatch(r"[\w.-]+\.[a-z]{2,}(/[\w-]+)*", line.source), line
        assert not line.say or line.text
    for number in [e.number for e in place.emergency] + [
        n for line in place.lines for n in (line.call, line.text) if n
    ]:
        assert re.fullmatch(r"[0-9][0-9 -]*[0-9]|[0-9]{3}", number), number


def test_the_best_known_numbers_are_the_right_ones() -> None:
    """By heart: a slip in these would be the worst."""
    calls = {place.code: {line.call for line in place.lines} for place in PLACES}
    assert "988" in calls["US"]
    assert "988" in calls["CA"]
    assert all("116 123" in calls[nation] for nation in (*NATIONS, "IE"))
    assert "13 11 14" in calls["AU"]
    assert {"3114", "3919"} <= calls["FR"]
    assert {"024", "016"} <= calls["ES"]
    assert crisis_lines().place("GB-SCT") is not None
    assert crisis_lines().place("XX") is None
    assert crisis_lines().place("") is None


def test_the_table_is_dated_and_says_when_it_is_old() -> None:
    checked = crisis_lines().checked
    assert not crisis_lines().old(checked + timedelta(days=360))
    assert crisis_lines().old(checked + timedelta(days=400))
    assert checked <= date.today()
    assert json.loads(TABLE.read_text())["unsure"]
    assert {d.of for d in crisis_lines().directories} == {"life", "home"}
