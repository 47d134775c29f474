"""The JSON in what a model wrote: among thoughts, fences and chatter, and with the slips that small models make."""

from __future__ import annotations

import json
import re
from typing import Any

_THOUGHTS = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_COMMA = re.compile(r",(?=\s*[}\]])")


def json_in(text: str) -> dict[str, Any] | None:
    """The first whole object in `text`, or None."""
    bare = _THOUGHTS.sub(" ", text)
    for start in (m.start() for m in re.finditer(r"\{", bare)):
        found = _object_at(bare, start)
        if found is not None:
            return found
        if start > 20_000:
            break
    return None


def _object_at(text: str, start: int) -> dict[str, Any] | None:
    for form in (text[start:], _COMMA.sub("", text[start:])):
        try:
            value, _ = json.JSONDecoder(strict=False).raw_decode(form)
        except (ValueError, RecursionError):
            continue
        return value if isinstance(value, dict) else None
    return None
