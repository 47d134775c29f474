"""Repairs in what the speech model wrote: words said once but heard twice, and loops. RED."""

from __future__ import annotations

import re

# The most words that a look-behind of half a second can hold.
_MOST = 4
_LOOP = re.compile(r"\b((?:[\w'-]+[ ,.!?]+){0,3}?[\w'-]+)(?:[ ,.!?]+\1\b){4,}", re.IGNORECASE)
# The model learned from old books: it writes to-day.
_OLD = re.compile(r"\b(to)-(day|night|morrow)\b", re.IGNORECASE)


def tidy(text: str) -> str:
    """One line: spaces made single, and a phrase of up to four words that is said five times or more said once."""
    return _OLD.sub(r"\1\2", _LOOP.sub(r"\1", " ".join(text.split())))


def without_double(before: str, text: str) -> str:
    """`text` without the words at its start that are the end of `before`: they were heard twice where lines meet.

    For lines whose sound touches. A single short word may be a real repeat ("no, no"), so one word goes only when it
    is longer than four letters.
    """
    last, first = before.split(), text.split()
    for count in range(min(_MOST, len(last), len(first)), 0, -1):
        if _same(last[-count:], first[:count]) and (count > 1 or len(_bare(first[0])) > 4):
            return _capital(" ".join(first[count:]))
    return text


def _same(these: list[str], those: list[str]) -> bool:
    bare = [_bare(word) for word in these]
    return all(bare) and bare == [_bare(word) for word in those]


def _bare(word: str) -> str:
    return re.sub(r"[^\w']", "", word).lower()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
