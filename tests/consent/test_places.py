"""The rule of two places: the stricter one, with where it was read; what is unknown asks for everybody."""

from __future__ import annotations

import json
import re
import sys
from datetime import date, timedelta

import pytest

from afterword.consent import places
from afterword.consent.places import RECHECK_AFTER, Rule, law_in_words, rule_for
from afterword.facts.consent_law import MEDIA, ConsentLaw, Medium, Place, consent_law
from afterword.facts.consent_law import TABLE as TABLE_FILE

TABLE = consent_law()
PLACES = tuple(TABLE.places.values())
NONE: tuple[str, ...] = ()
# Worked out beforehand, by hand.
EXAMPLES: list[tuple[tuple[str, ...], Medium, tuple[str, ...]]] = [
    (("US-TX", "US-CA"), "video", ("US-CA",)),
    (("US-NY", "US-NJ"), "video", NONE),
    (("CA-ON", "CA-BC"), "video", NONE),
    (("CA-ON", "US-WA"), "video", ("US-WA",)),
    (("US-OR", "US-ID"), "phone", NONE),
    (("US-OR", "US-ID"), "video", ("US-OR",)),
    (("US-NV",), "in_person", NONE),
    (("US-NV", "US-AZ"), "video", ("US-NV",)),
    (("US-CT",), "in_person", NONE),
    (("US-MI",), "in_person", ("US-MI",)),
    (("US-HI",), "in_person", ("US-HI",)),
    (("GB", "DE"), "video", ("DE",)),
    (("AU-VIC",), "in_person", NONE),
    (("AU-VIC", "AU-QLD"), "video", ("AU-VIC", "AU-QLD")),
    (("US-VT", "FR"), "video", ("FR",)),
]
STRICT_IN_ONE_ROOM = "CA DE FL HI IL MA MD MI MO MT NH OR PA WA"
STRICT_BY_VIDEO = "CA CT DE FL IL MA MD MI MT NH NV OR PA WA"


def rule(where: tuple[str, ...], medium: Medium, today: date | None = None) -> Rule:
    return rule_for(where[0], where[-1], medium, today)


@pytest.mark.parametrize(("where", "medium", "set_by"), EXAMPLES, ids=lambda e: "-".join(e) if e else "nobody")
def test_the_worked_examples(where: tuple[str, ...], medium: Medium, set_by: tuple[str, ...]) -> None:
    found = rule(where, medium)
    assert (found.result, found.set_by) == ("all_party" if set_by else "one_party", set_by)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.code)
def test_every_place_gives_a_result_a_note_and_a_source(place: Place) -> None:
    for medium in MEDIA:
        found = rule_for(place.code, place.code, medium)
        assert found.result == place.treat_as[medium]
        assert found.set_by == ((place.code,) if found.result == "all_party" else ())
        assert found.note == place.note
        assert found.confidence in ("low", "medium", "high")
        assert found.sources == place.sources != ()
        assert found.checked_on == place.checked
        assert found.ask_first.startswith("Ask first. Where the two of you are, ")


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.code)
def test_what_is_acted_on_is_never_milder_than_what_was_read(place: Place) -> None:
    for medium in MEDIA:
        assert place.treat_as[medium] in ("one_party", "all_party")
        if place.law[medium] != "one_party":
            assert place.treat_as[medium] == "all_party"
        elif place.treat_as[medium] == "all_party":
            assert place.why_stricter


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.code)
def test_each_entry_is_whole(place: Place) -> None:
    assert re.fullmatch(r"[A-Z]{2}(-[A-Z]{2,3})?", place.code)
    assert place.code.startswith(place.country)
    assert place.name
    assert place.level in ("federal", "state", "district", "province", "territory", "country")
    assert place.verified in ("two_sources", "one_source", "not_verified_here")
    assert place.statutes
    assert all(source.name and re.match(r"https?://[\w.-]+|$", source.url) for source in place.sources)
    assert place.checked
    assert place.checked <= date.today()
    assert bool(place.privacy_law) == (place.country == "CA")
    assert place.privacy_confidence in (("low", "medium", "high") if place.privacy_law else ("unknown",))


def test_the_places_that_we_promise_are_there() -> None:
    states = {place.code for place in PLACES if place.country == "US" and place.level != "federal"}
    assert len(states) == 51
    assert sum(place.country == "CA" for place in PLACES) == 14
    assert sum(place.country == "AU" for place in PLACES) == 8
    assert {"GB", "IE", "NZ", "DE"} <= set(TABLE.places)


@pytest.mark.parametrize(("medium", "strict"), [("in_person", STRICT_IN_ONE_ROOM), ("video", STRICT_BY_VIDEO)])
def test_the_strict_states_are_the_ones_that_were_found(medium: Medium, strict: str) -> None:
    """A slip from strict to mild would be the worst."""
    found = {place.code for place in PLACES if place.country == "US" and place.treat_as[medium] == "all_party"}
    assert found == {f"US-{state}" for state in strict.split()}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.code)
@pytest.mark.parametrize("medium", MEDIA)
def test_two_places_are_never_milder_than_either_and_the_order_does_not_matter(place: Place, medium: Medium) -> None:
    for other in PLACES:
        one, turned = rule_for(place.code, other.code, medium), rule_for(other.code, place.code, medium)
        strict = "all_party" in (place.treat_as[medium], other.treat_as[medium])
        assert one.result == turned.result == ("all_party" if strict else "one_party")
        assert set(one.set_by) == set(turned.set_by)


@pytest.mark.parametrize("code", ["FR", "", "ustx", "us-tx", "TX", "California", "GB-ENG", "\N{SNOWMAN}", "US-TX "])
@pytest.mark.parametrize("medium", MEDIA)
def test_an_unknown_place_asks_for_everybody(code: str, medium: Medium) -> None:
    for found in (rule_for("US-TX", code, medium), rule_for(code, "US-TX", medium), rule_for(code, code, medium)):
        assert (found.result, found.set_by) == ("all_party", (code,))
        assert (found.confidence, found.sources) == ("unknown", ())
        assert "we do not know the rule, so everyone has to agree" in found.ask_first


def test_codes_are_matched_whole() -> None:
    assert rule_for("CA", "CA", "video").result == "one_party"
    assert rule_for("US-CA", "US-CA", "video").result == "all_party"
    assert rule_for("AU-WA", "AU-WA", "phone").places[0].name == "Western Australia"


def test_a_federal_law_makes_no_state_milder_and_is_not_offered_alone() -> None:
    assert rule_for("US", "US-CA", "video").set_by == ("US-CA",)
    offered = [place for group in TABLE.groups().values() for place in group]
    assert {place.code for place in PLACES} - {place.code for place in offered} == {"US", "CA"}
    for group in TABLE.groups().values():
        assert [place.name for place in group] == sorted(place.name for place in group)


def test_it_is_said_whose_place_it_is() -> None:
    says = {
        ("US-TX", "US-NY"): "Ask first. Where the two of you are, the law asks for one yes. Trust asks for both.",
        ("US-TX", "US-CA"): "Ask first. Where your therapist is, everyone has to agree.",
        ("US-CA", "US-TX"): "Ask first. Where you are, everyone has to agree.",
        ("US-CA", "US-CA"): "Ask first. Where the two of you are, everyone has to agree.",
        ("US-CA", "US-WA"): "Ask first. Where the two of you are, everyone has to agree.",
        ("US-CA", "FR"): "Ask first. Where you are, everyone has to agree.",
        ("US-MI", "FR"): "Ask first. Where you are, it is not settled who has to agree, so everyone does.",
        ("US-TX", "FR"): "Ask first. Where your therapist is, we do not know the rule, so everyone has to agree.",
    }
    assert {where: rule(where, "video").ask_first for where in says} == says
    for place in PLACES:
        assert rule_for(place.code, "US-NY", "phone").ask_first.startswith("Ask first. ")


def test_what_two_strict_places_say_stands_together_with_the_lower_confidence() -> None:
    found = rule_for("AU-TAS", "US-CA", "video")
    assert found.note.startswith("Tasmania: ")
    assert "California: " in found.note
    assert found.confidence == "low"
    assert set(found.sources) == {*TABLE.place("AU-TAS").sources, *TABLE.place("US-CA").sources}
    mild = rule_for("US-NY", "US-NJ", "video")
    assert (mild.confidence, mild.note.startswith("New York: ")) == ("medium", True)


def test_each_medium_has_its_own_law() -> None:
    said = [law_in_words(TABLE.place("US-OR"), medium) for medium in MEDIA]
    assert said == ["everyone has to agree", "one person's yes is enough by law", "everyone has to agree"]
    assert law_in_words(TABLE.place("US-MI"), "video") == "not settled, so take it that everyone has to agree"
    assert law_in_words(TABLE.place("FR"), "video") == "not known here, so take it that everyone has to agree"


def test_a_year_after_the_check_it_warns() -> None:
    found = rule_for("US-TX", "US-CA", "video", date(2026, 12, 1))
    assert (found.stale, found.recheck_after) == (False, found.checked_on + RECHECK_AFTER)
    assert not rule_for("US-TX", "US-CA", "video", found.recheck_after).stale
    later = rule_for("US-TX", "US-CA", "video", found.recheck_after + timedelta(days=1))
    assert later.stale
    assert (later.result, later.set_by) == (found.result, found.set_by)
    assert rule_for("FR", "FR", "video", date(2099, 1, 1)).stale


def test_a_medium_that_is_none_is_refused() -> None:
    with pytest.raises(KeyError):
        rule_for("US-TX", "US-CA", "letter")  # type: ignore[arg-type]


def test_of_a_platform_only_what_was_read_is_said_and_to_check_it() -> None:
    assert [platform.name for platform in TABLE.platforms] == ["Zoom", "Doxy.me", "SimplePractice"]
    for platform in TABLE.platforms:
        assert platform.check.startswith("Check ")
        assert platform.sources
    silent = TABLE.platforms[2]
    assert silent.confidence == "low"
    assert "no rule" in silent.says


def test_the_table_carries_no_source_that_nothing_rests_on() -> None:
    table = json.loads(TABLE_FILE.read_text("utf-8"))
    used = {key for entry in (*table["places"].values(), *table["platforms"]) for key in entry["sources"]}
    assert set(table["sources"]) == used


# Negative controls: an unknown place that was taken for a mild one, or a mild one that won, is noticed.


def test_control_a_table_that_takes_the_unknown_for_mild_fails_the_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ConsentLaw, "place", lambda table, code: table.places.get(code, table.places["US-TX"]))
    with pytest.raises(AssertionError):
        test_the_worked_examples(*EXAMPLES[-1])
    with pytest.raises(AssertionError):
        test_an_unknown_place_asks_for_everybody("FR", "video")


def test_control_a_rule_that_looks_at_the_client_alone_fails_the_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    def half(client: str, _: str, medium: Medium, today: date | None = None) -> Rule:
        return places.rule_for(client, client, medium, today)

    monkeypatch.setattr(sys.modules[__name__], "rule_for", half)
    with pytest.raises(AssertionError):
        test_the_worked_examples(*EXAMPLES[0])
