"""The ask: a few choices become a message to a therapist, or a few sentences to say to them. Pure, nothing is kept."""

from __future__ import annotations

from afterword.consent.ask.choices import Choices, read
from afterword.consent.ask.written import written

__all__ = ["Choices", "read", "written"]
