"""What a program sent, read once: its JSON, and the capture that its token or its proof is good for."""

from __future__ import annotations

import json
from typing import Any

from afterword.capture import intake
from afterword.web.ask import Ask


def json_of(body: bytes) -> dict[str, Any]:
    """A body that is a JSON object. Raises Refused."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise incomplete() from None
    if not isinstance(found, dict):
        raise incomplete()
    return found


def incomplete() -> intake.Refused:
    """What was sent is not all that is needed."""
    return intake.Refused("incomplete", "Something is missing. Please fill in every field and try again.")


def mine(ask: Ask) -> bytes:
    """The capture that the token, or the handoff that was proven, is good for. Raises KeyError."""
    capture = ask.id()
    if ask.handoff is not None and ask.handoff["capture"] == capture:
        return capture
    if not ask.capture_token or not intake.may_put(ask.house.ledger, capture, ask.capture_token):
        raise KeyError
    return capture
