"""Who must agree to a recording, place by place: a dated table, read once. Whoever may see it learns nothing about
anybody. General information, not legal advice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

TABLE = Path(__file__).with_name("consent_law.json")
# The order in which a page offers them.
COUNTRIES = {"US": "United States", "CA": "Canada", "AU": "Australia"}
ELSEWHERE = "Other countries"

# 'in_person': in one room.
Medium = Literal["in_person", "phone", "video"]
MEDIA: tuple[Medium, ...] = ("in_person", "phone", "video")
# 'unclear': the sources disagree, or there are none.
Law = Literal["one_party", "all_party", "unclear"]
Result = Literal["one_party", "all_party"]
# 'unknown': there is no entry for the place.
Confidence = Literal["unknown", "low", "medium", "high"]


@dataclass(frozen=True)
class Source:
    """Where something was read. `url` is empty where none is known."""

    name: str
    url: str = ""


@dataclass(frozen=True)
class PrivacyLaw:
    """A law that binds the therapist, the clinic and their vendors; none of them is about what a client keeps."""

    act: str
    note: str = ""


@dataclass(frozen=True)
class Place:
    """`code`: ISO 3166-2, or 3166-1 alpha-2 for a country without parts here, and for a federal law alone. `law`: what
    the sources say of each medium; `treat_as`: what to act on, never milder. `checked`: None where there is no entry.
    """

    code: str
    name: str
    country: str
    level: str
    law: Mapping[Medium, Law]
    treat_as: Mapping[Medium, Result]
    note: str
    confidence: Confidence
    verified: str
    checked: date | None
    statutes: tuple[str, ...]
    sources: tuple[Source, ...]
    why_stricter: str = ""
    privacy_law: tuple[PrivacyLaw, ...] = ()
    privacy_confidence: Confidence = "unknown"

    @property
    def listed(self) -> bool:
        """Whether the table has it."""
        return self.checked is not None


@dataclass(frozen=True)
class Platform:
    """What we know of a video service, and what to check there: a rule of its own is never made up here."""

    name: str
    says: str
    check: str
    confidence: Confidence
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class ConsentLaw:
    """The whole table. `checked`: the day on which somebody last went through it."""

    checked: date
    places: Mapping[str, Place]
    platforms: tuple[Platform, ...]

    def place(self, code: str) -> Place:
        """By its whole code: CA is Canada and US-CA California. One that is not in the table asks for everybody's
        agreement."""
        return self.places.get(code) or _unknown(code)

    def groups(self) -> dict[str, tuple[Place, ...]]:
        """For a page to offer, by country, each by name. A federal law is left out: it says too little alone."""
        found: dict[str, list[Place]] = {name: [] for name in (*COUNTRIES.values(), ELSEWHERE)}
        for place in sorted(self.places.values(), key=lambda place: place.name):
            if place.level != "federal":
                found[COUNTRIES.get(place.country, ELSEWHERE)].append(place)
        return {country: tuple(places) for country, places in found.items()}


@lru_cache(maxsize=1)
def consent_law() -> ConsentLaw:
    """As it ships."""
    table = json.loads(TABLE.read_text("utf-8"))
    sources = {key: Source(**given) for key, given in table["sources"].items()}
    places = {code: _place(code, given, sources) for code, given in table["places"].items()}
    platforms = tuple(Platform(**p | {"sources": _named(p, sources)}) for p in table["platforms"])
    return ConsentLaw(date.fromisoformat(table["checked"]), places, platforms)


def _place(code: str, given: dict[str, Any], sources: Mapping[str, Source]) -> Place:
    read = {
        "checked": date.fromisoformat(given["checked"]),
        "statutes": tuple(given["statutes"]),
        "sources": _named(given, sources),
        "privacy_law": tuple(PrivacyLaw(**law) for law in given.get("privacy_law", ())),
    }
    return Place(code=code, **given | read)


def _named(given: dict[str, Any], sources: Mapping[str, Source]) -> tuple[Source, ...]:
    return tuple(sources[key] for key in given["sources"])


def _unknown(code: str) -> Place:
    law: dict[Medium, Law] = dict.fromkeys(MEDIA, "unclear")
    act: dict[Medium, Result] = dict.fromkeys(MEDIA, "all_party")
    note = "There is no entry for this place here. Take it that everybody has to agree."
    return Place(code, code or "Elsewhere", "", "", law, act, note, "unknown", "not_verified_here", None, (), ())
