"""A therapist who said yes, noted as the page notes it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from afterword.consent import kept
from afterword.consent.answers import Answered, Asked, Limits
from afterword.settings import Settings
from afterword.vault.owner import Owner

THERAPIST = "Ines"


def say_yes(
    settings: Settings, engine: Engine, owner: Owner, on: str = "2026-11-01", therapist: str = THERAPIST, **limits: Any
) -> None:
    """To all sessions from that day on, unless `limits` say otherwise."""
    covers = Limits(**{"sessions": "all"} | limits)
    entries = Asked(therapist, on, "in_session"), Answered(therapist, on, "yes", covers)
    kept.append(settings, engine, owner, *entries)
