"""`afterword place`: whose agreement the law asks for, where the two of you are. Reads a table, and keeps nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from afterword.consent.places import MEDIA_IN_WORDS, NOTICE, PRIVACY, STALE, Rule, law_in_words, rule_for
from afterword.facts.consent_law import Medium, Place, Source, consent_law


def place(client: str, therapist: str, medium: Medium, as_json: bool) -> None:
    """Print the rule. Codes as in the table, in capitals or not."""
    rule = rule_for(client.upper(), therapist.upper(), medium)
    print(json.dumps(_as_json(rule), indent=1, ensure_ascii=False) if as_json else "\n".join(in_words(rule)))


def list_places() -> None:
    """Every place with its code."""
    for found in sorted(consent_law().places.values(), key=lambda found: found.code):
        print(f"{found.code:7} {found.name}")


def _as_json(rule: Rule) -> dict[str, Any]:
    told = asdict(rule) | {
        "checked_on": rule.checked_on.isoformat(),
        "recheck_after": rule.recheck_after.isoformat(),
        "places": [_place(found, rule.medium) for found in rule.places],
    }
    return told | {"notice": NOTICE}


def _place(found: Place, medium: Medium) -> dict[str, Any]:
    about = {"law": found.law[medium], "treat_as": found.treat_as[medium]}
    return asdict(found) | about | {"checked": found.checked.isoformat() if found.checked else None}


def in_words(rule: Rule) -> Iterator[str]:
    """Line by line; asking comes first."""
    yield rule.ask_first
    if rule.stale:
        yield STALE.format(rule.checked_on)
    for found in rule.places:
        yield ""
        yield f"{found.name} ({found.code}), {MEDIA_IN_WORDS[rule.medium]}: {law_in_words(found, rule.medium)}."
        yield from (f"  {line}" for line in _details(found))
    yield ""
    yield f"{NOTICE} Last checked {rule.checked_on}, to be checked again by {rule.recheck_after}."


def _details(found: Place) -> Iterator[str]:
    yield " ".join(filter(None, (found.note, found.why_stricter)))
    yield f"How sure this is: {found.confidence}."
    if found.statutes:
        yield f"Law: {'; '.join(found.statutes)}."
    if found.privacy_law:
        laws = "; ".join(f"{law.act} ({law.note})" if law.note else law.act for law in found.privacy_law)
        yield f"{PRIVACY}: {laws}. How sure this is: {found.privacy_confidence}."
    yield from (f"Source: {_source(source)}" for source in found.sources)


def _source(source: Source) -> str:
    return f"{source.name}, {source.url}" if source.url else source.name
