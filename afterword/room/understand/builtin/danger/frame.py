"""What stands around a sign of danger: whose it is, and whether it is denied, long over, or a way of speaking."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from afterword.room.understand.builtin.clauses import Sentence, Talk
from afterword.room.understand.builtin.danger import marks
from afterword.room.understand.builtin.danger.words import plain


@dataclass(frozen=True)
class Around:
    """A talk for reading danger: each sentence as `words.plain`, with names of people as "he"."""

    talk: Talk
    plain: tuple[str, ...] = field(repr=False)

    def turn_of(self, sentence: Sentence) -> str:
        return " ".join(self.plain[s.at] for s in self.talk.of_turn(sentence.turn))


def around(talk: Talk) -> Around:
    """Read once for all kinds."""
    names = _names(talk)
    return Around(talk, tuple(_unnamed(plain(s), names) for s in talk.sentences))


def own(around: Around, sentence: Sentence, hit: re.Match[str]) -> bool:
    """Whether the sign is the speaker's own: not denied, supposed, long over, another's or a way of speaking."""
    words = around.plain[sentence.at]
    before = words[: hit.start()]
    return not (
        marks.MANNER.search(words[max(0, hit.start() - 70) : hit.end() + 60])
        or denied(around, sentence, hit)
        or marks.SUPPOSED.search(before)
        or (marks.RETOLD.search(before) and not marks.SAID_YES.search(words[hit.end() :]))
        or marks.IN_A_MANNER.match(words[hit.end() :])
        or _feared(before, hit)
        or long_ago(around, sentence)
        or _dreamt_or_read(around, sentence, hit)
    )


def of_another(around: Around, sentence: Sentence, hit: re.Match[str]) -> bool:
    """For signs that somebody has of themselves: the last one named before it is not the speaker."""
    words = around.plain[sentence.at]
    if marks.OWN.search(hit.group()):
        told = marks.SAID_BY_OTHERS.search(words[: hit.start()])
        return bool(told)
    subjects = list(marks.SUBJECTS.finditer(words[: hit.start()]))
    if not subjects:
        earlier = [s for s in around.talk.of_turn(sentence.turn) if s.at < sentence.at][-1:]
        starts_bare = not marks.I_BEGIN.match(words)
        last = [m for s in earlier for m in marks.SUBJECTS.finditer(around.plain[s.at])] if starts_bare else []
        return bool(last) and all(m.lastgroup == "third" for m in last)
    return subjects[-1].lastgroup == "third"


def denied(around: Around, sentence: Sentence, hit: re.Match[str]) -> bool:
    """ "I'm not ...", "never", "it's not that ..."; or asked by oneself and answered no."""
    words = around.plain[sentence.at]
    clause = marks.JOINTS.split(words[: hit.start()])[-1]
    if marks.LEAVES_OPEN.search(clause):
        return False
    near = " ".join(clause.split()[-8:])
    inside = marks.NEGATED_PART.split(hit.group())[0] if _denies_inside(hit) else ""
    if marks.NEGATES.search(near) or marks.NEGATES.search(inside):
        return True
    if marks.AFTER_NO.match(words[hit.end() :]):
        return True
    later = around.talk.sentences[sentence.at + 1 : sentence.at + 2]
    asks_itself = sentence.question and later and later[0].turn == sentence.turn
    return bool(asks_itself and marks.NO.match(around.plain[later[0].at]))


def _denies_inside(hit: re.Match[str]) -> bool:
    """ "He didn't hit me": the words of a match that begins with a person may hold its negation."""
    words = hit.group()
    of_somebody = marks.BY_SOMEBODY.match(words) and marks.DENIES.search(words.split(" me")[0])
    return bool(of_somebody) and not marks.FORBIDS.search(words)


def long_ago(around: Around, sentence: Sentence) -> bool:
    """Told as long over, in the sentence or close to it in the turn, and nothing says that it goes on."""
    here = around.plain[sentence.at]
    if _goes_on(here):
        return False
    near = [s for s in around.talk.of_turn(sentence.turn) if abs(s.at - sentence.at) <= 2]
    later = [s for s in near if s.at > sentence.at][:1]
    if any(_goes_on(around.plain[s.at]) and not marks.OLD.search(around.plain[s.at]) for s in later):
        return False
    text = " ".join(around.plain[s.at] for s in near)
    return bool(marks.OLD.search(text) or marks.KIN_OF_CHILDHOOD.search(text))


def is_old(words: str) -> bool:
    """For an answer: it was, and is long over."""
    return bool(marks.OLD.search(words)) and not _goes_on(words)


def _goes_on(words: str) -> bool:
    return bool(marks.STILL.search(marks.NEVER_AGAIN.sub("", words)))


def told_elsewhere(around: Around, sentence: Sentence) -> bool:
    """On a screen, at work, or of an animal; unless somebody at home is named in the same breath."""
    near = [s for s in around.talk.of_turn(sentence.turn) if -2 <= s.at - sentence.at <= 2]
    text = " ".join(around.plain[s.at] for s in near)
    elsewhere = any(mark.search(text) for mark in (marks.ELSEWHERE, marks.AT_WORK, marks.ANIMALS))
    return elsewhere and not marks.HOME.search(around.plain[sentence.at])


def _feared(before: str, hit: re.Match[str]) -> bool:
    """ "I'm afraid of dying" is no wish for it."""
    return bool(marks.DEATH.search(hit.group()) and marks.FEARED.search(marks.JOINTS.split(before)[-1]))


def _dreamt_or_read(around: Around, sentence: Sentence, hit: re.Match[str]) -> bool:
    words = around.plain[sentence.at]
    return bool(marks.ELSEWHERE.search(words[: hit.start()])) and not marks.ONES_OWN.search(hit.group())


def _names(talk: Talk) -> re.Pattern[str] | None:
    """Words that stand with a capital inside sentences: people, most of them."""
    found = {
        m.group(1).lower()
        for s in talk.sentences
        for m in re.finditer(r"(?<=[a-z,] )([A-Z][a-z]{2,})(?='s\b|\b)", s.text)
    } - marks.NO_NAMES
    return re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, found))) + r")\b") if found else None


def _unnamed(words: str, names: re.Pattern[str] | None) -> str:
    return names.sub("he", words) if names else words
