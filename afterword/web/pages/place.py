"""Where are you? Whose agreement the law asks for there. For everybody, locked or not; it keeps no place, and the
address of the page never holds one."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from afterword.consent.places import MEDIA_IN_WORDS, NOTICE, PRIVACY, STALE, Rule, law_in_words, rule_for
from afterword.facts.consent_law import MEDIA, consent_law
from afterword.web.ask import Ask

SAME, OTHER = "same", "other"


def place_form(ask: Ask) -> Response:
    """Nothing chosen, except a country that an unlocked owner has said already."""
    client = _known(ask.preferences.place) if ask.unlocked else ""
    return _page(ask, {"client": client, "therapist": "", "medium": ""}, None)


def place_answer(ask: Ask) -> Response:
    """The rule, and the choices as they were. Raises KeyError for what no page of ours sends."""
    chosen = {name: ask.form[name] for name in ("client", "therapist", "medium")}
    medium = next((medium for medium in MEDIA if medium == chosen["medium"]), None)
    if medium is None:
        raise KeyError("medium")
    there = chosen["client"] if chosen["therapist"] == SAME else chosen["therapist"]
    return _page(ask, chosen, rule_for(_listed(chosen["client"]), _listed(there), medium))


def _page(ask: Ask, chosen: dict[str, str], rule: Rule | None) -> Response:
    law = consent_law()
    words: dict[str, Any] = {"media": MEDIA_IN_WORDS, "notice": NOTICE, "privacy": PRIVACY, "stale": STALE}
    words |= {"says": law_in_words, "same": SAME, "other": OTHER}
    return ask.page("place.html", chosen=chosen, rule=rule, groups=law.groups(), platforms=law.platforms, **words)


def _listed(code: str) -> str:
    """Nothing for a place that the table does not have: what was sent is not shown again."""
    return code if consent_law().place(code).listed else ""


def _known(place: str) -> str:
    """The code of the table for a place of the settings: those of the United Kingdom are one here, and a country that
    has parts here says too little."""
    country = place.partition("-")[0]
    return country if consent_law().place(country).level == "country" else ""
