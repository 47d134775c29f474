"""How much of a session is kept word for word, and that it is never more than a little."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from afterword.record import Passage, Record

MOST_WORDS = 300
LEFT_OUT = 4  # words in a row that a quotation may leave out
_QUOTE = re.compile(r"[\"\u201c]([^\"\u201c\u201d]+)[\"\u201d]")
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")


def words_kept(record: Record) -> int:
    """Words of the session that stand in the record word for word: every stretch once, however often it is shown."""
    return sum(len(stretch) for stretch in _apart([_WORD.findall(text.lower()) for text in _stretches(record)]))


def within_limit(record: Record, most: int = MOST_WORDS) -> Record:
    """The record with at most so many: quotations leave the recap first, then the last moments and insights."""
    while words_kept(record) > most:
        shorter = _shorter(record)
        if shorter is None:
            return record
        record = shorter
    return record


def _stretches(record: Record) -> Iterator[str]:
    yield from (moment.text for moment in record.moments)
    yield from (step.quote for step in record.next_steps)
    for lines in (record.overview, record.insights, record.questions, record.next_steps, record.recap):
        for line in lines:
            yield from _QUOTE.findall(line.text)
    if record.next_appointment:
        yield record.next_appointment.said
    if record.safety:
        yield from (line.text for line in record.safety.agreed)


def _apart(stretches: list[list[str]]) -> list[list[str]]:
    """Without those that stand whole in a longer one."""
    kept: list[list[str]] = []
    for stretch in sorted(stretches, key=len, reverse=True):
        if not any(_stands_in(stretch, other) for other in kept):
            kept.append(stretch)
    return kept


def _stands_in(stretch: list[str], other: list[str]) -> bool:
    """In order, with a few words left out at a time: hums and doubled words are not shown."""
    return not stretch or any(_runs(stretch, other[i:]) for i, word in enumerate(other) if word == stretch[0])


def _runs(stretch: list[str], other: list[str]) -> bool:
    place = 0
    for word in stretch:
        ahead = other[place : place + LEFT_OUT + 1]
        if word not in ahead:
            return False
        place += ahead.index(word) + 1
    return True


def _shorter(record: Record) -> Record | None:
    """One quotation less; None where nothing is left that may go. Steps and their words stay."""
    most = max(record.recap, key=_quoted_words, default=None)
    if most is not None and _quoted_words(most):
        return replace(record, recap=tuple(p for x in record.recap if (p := _less(x) if x is most else x)))
    if len(record.moments) > 4:
        return replace(record, moments=record.moments[:-1])
    if record.insights:
        return replace(record, insights=record.insights[:-1])
    return replace(record, moments=record.moments[:-1]) if record.moments else None


def _quoted_words(passage: Passage) -> int:
    return sum(len(_WORD.findall(text)) for text in _QUOTE.findall(passage.text))


def _less(passage: Passage) -> Passage | None:
    """Without its longest quotation and the words that lead it in; None when nothing else is left."""
    longest = max(_QUOTE.findall(passage.text), key=len)
    at = passage.text.index(longest) - 1
    start = max(passage.text.rfind(". ", 0, at), passage.text.rfind('" ', 0, at), -2) + 2
    end = at + len(longest) + 2
    text = " ".join(f"{passage.text[:start]} {passage.text[end:].lstrip(' .')}".split())
    return replace(passage, text=text) if text else None
