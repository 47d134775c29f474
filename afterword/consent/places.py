"""Where you both are: whose agreement the law asks for there. General information, not legal advice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import get_args

from afterword.facts.consent_law import Confidence, Medium, Place, Result, Source, consent_law

RECHECK_AFTER = timedelta(days=365)
NOTICE = "General information, not legal advice."
STALE = "This was last checked on {0}, and laws change. Look it up, or take it that everyone has to agree."
PRIVACY = "Privacy law for your therapist's side"
MEDIA_IN_WORDS: dict[Medium, str] = {"in_person": "in one room", "phone": "on the phone", "video": "by video"}
_SURENESS: tuple[Confidence, ...] = get_args(Confidence)


@dataclass(frozen=True)
class Rule:
    """What to act on for one session. Whatever it says, the therapist is asked first: show `ask_first`.

    `result`: 'all_party' as soon as one place asks for it, is unclear, or is not in the table; else 'one_party'.
    `set_by`: codes of the places that made it 'all_party', the client's first; empty for 'one_party'.
    `places`: the client's and the therapist's, or one where both are in the same. What follows is about those of
    `set_by`, or about all of them where there are none: `note` (with the name of each place if there are two),
    `confidence` (the lowest; 'unknown' without an entry), `sources` (none without an entry), `checked_on` (the oldest;
    for a place without an entry the day of the table), `recheck_after` (a year later), `stale` (that day has passed).
    """

    result: Result
    set_by: tuple[str, ...]
    medium: Medium
    places: tuple[Place, ...]
    ask_first: str
    note: str
    confidence: Confidence
    sources: tuple[Source, ...]
    checked_on: date
    recheck_after: date
    stale: bool


def rule_for(client_place: str, therapist_place: str, medium: Medium, today: date | None = None) -> Rule:
    """The stricter rule of two places, where each of the two is during the session.

    Places are whole codes of facts/consent_law.json ('US-CA'; 'CA' is Canada); any other text, also none, is an
    unknown place and needs everybody's agreement. Raises KeyError for a medium that is none of the three.
    """
    places = tuple(consent_law().place(code) for code in dict.fromkeys((client_place, therapist_place)))
    strict = tuple(place for place in places if place.treat_as[medium] == "all_party")
    about = strict or places
    checked = min(place.checked or consent_law().checked for place in about)
    recheck = checked + RECHECK_AFTER
    return Rule(
        result="all_party" if strict else "one_party",
        set_by=tuple(place.code for place in strict),
        medium=medium,
        places=places,
        ask_first=_ask_first(places, strict, medium),
        note=_note(about),
        confidence=min((place.confidence for place in about), key=_SURENESS.index),
        sources=tuple(dict.fromkeys(source for place in about for source in place.sources)),
        checked_on=checked,
        recheck_after=recheck,
        stale=(today or date.today()) > recheck,
    )


def law_in_words(place: Place, medium: Medium) -> str:
    """Half a sentence about one place, for 'In Texas, by video: ...'."""
    if place.treat_as[medium] == "one_party":
        return "one person's yes is enough by law"
    if place.law[medium] == "all_party":
        return "everyone has to agree"
    return f"{'not settled' if place.listed else 'not known here'}, so take it that everyone has to agree"


def _ask_first(places: Sequence[Place], strict: Sequence[Place], medium: Medium) -> str:
    if not strict:
        return f"Ask first. {_where(places, places)}, the law asks for one yes. Trust asks for both."
    # The place of which most is known speaks for the others.
    if settled := [place for place in strict if place.law[medium] == "all_party"]:
        return f"Ask first. {_where(settled, places)}, everyone has to agree."
    if unsettled := [place for place in strict if place.listed]:
        return f"Ask first. {_where(unsettled, places)}, it is not settled who has to agree, so everyone does."
    return f"Ask first. {_where(strict, places)}, we do not know the rule, so everyone has to agree."


def _where(these: Sequence[Place], places: Sequence[Place]) -> str:
    if len(these) == len(places):
        return "Where the two of you are"
    return "Where you are" if these[0] == places[0] else "Where your therapist is"


def _note(about: Sequence[Place]) -> str:
    return " ".join(f"{place.name}: {place.note}" for place in about) if len(about) > 1 else about[0].note
