"""What a pattern says, in plain words and dates: how often, and since when not. It counts sessions, never a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from afterword.notebook.past import Past
from afterword.notebook.patterns import Pattern

LATELY = 6
# It is away when it missed so many sessions and so many days.
_AWAY_SESSIONS, _AWAY_DAYS = 3, 21
_IN_THE_SAME_MONTHS = 45


def how_often(one: Pattern, pasts: Sequence[Past]) -> str:
    """'In 4 of your last 6 sessions'; of all that there are, where they are fewer; of all, where it was long ago."""
    last = pasts[-LATELY:]
    count, of = sum(past.id in one.sessions for past in last), len(last)
    which = "your" if len(pasts) <= LATELY else "your last"
    if not count:
        return f"In {len(one.sessions)} of your {len(pasts)} sessions"
    if count == of:
        return f"In each of {which} {of} sessions"
    return f"In {count} of {which} {of} sessions"


def away_since(one: Pattern, pasts: Sequence[Past], today: date) -> str:
    """'Has not come up since June', or nothing while it does."""
    missed = [past for past in pasts if past.day > one.days[-1]]
    last = date.fromisoformat(one.days[-1])
    if len(missed) < _AWAY_SESSIONS or (today - last).days < _AWAY_DAYS:
        return ""
    if (today - last).days < _IN_THE_SAME_MONTHS:
        return f"Has not come up since {last:%-d %B}"
    return f"Has not come up since {last:%B}" if last.year == today.year else f"Has not come up since {last:%B %Y}"
