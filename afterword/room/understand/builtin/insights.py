"""Insights: what was seen, only ever in the words it was said in."""

from __future__ import annotations

import re

from afterword.record import Line
from afterword.room.understand.builtin.aside import jokes, no_task, puts_right
from afterword.room.understand.builtin.clauses import Sentence, Talk, content, stems
from afterword.room.understand.builtin.person import says
from afterword.room.understand.builtin.seeing import sees, taken_up
from afterword.room.understand.builtin.shown import short, stopped, tidy
from afterword.room.understand.builtin.tagger import Tags
from afterword.room.understand.builtin.weight import Weighed

MOST = 6
LIGHT = -9.0  # no insight at all, whatever the tagger says
AFTER_ALL = 0.6
# What the tagger's word adds, and what a line must come to.
TAGGED, LEAST = 6.0, 1.4
_SEEN = re.compile(
    r"\b(?:realiz|realis|notic|figured|because|'cause|so that|so i don't|it's (?:more )?like|not that|"
    r"it's not|it wasn't|that's (?:why|what)|"
    r"what i|i want|i wanna|i just|i don't know what|always|never|meant|means|different|the one|"
    r"allowed|if i|instead|i think i|the thing is|"
    r"real(?:ly)? (?:reason|thing)|doesn't know|don't have to|smaller|bigger|thought it was|maybe)"
)
_EVENT = re.compile(r"^(?:(?:so|and|then|but|yeah|yes),? )*i (?:cried|wept|sobbed|slept|ate|drove|walked|threw up)\b")
_JEST = re.compile(r"\[laugh|\bkidding\b|\bha\b")


def insights(talk: Talk, tags: Tags, weighed: list[Weighed], planned: frozenset[str]) -> tuple[Line, ...]:
    """One to five, in order. `planned`: the quotes of the next steps, which are plans and not insights."""
    wanted = max(1, min(MOST, (talk.words + 120) // 320 + 1))
    weighed = [w for w in weighed if w.sentence.text not in planned]
    chosen: list[Sentence] = []
    worth = {w.sentence.at: _insight(talk, w) + TAGGED * (tags.of("insight", w.sentence.turn) - 0.5) for w in weighed}
    for w in sorted(weighed, key=lambda w: (-worth[w.sentence.at], w.sentence.at)):
        if len(chosen) == wanted or worth[w.sentence.at] < LEAST:
            break
        if all(abs(w.sentence.turn - s.turn) > (0 if talk.alone else 1) for s in chosen):
            chosen.append(w.sentence)
    return tuple(_line(talk, s) for s in sorted(chosen, key=lambda s: s.at))


def _insight(talk: Talk, w: Weighed) -> float:
    if no_task(w.sentence) or jokes(w.sentence):
        return LIGHT
    if w.sentence.question or _EVENT.search(w.sentence.masked) or _JEST.search(talk.marks.get(w.sentence.turn, "")):
        return 0.0
    own = (
        AFTER_ALL * puts_right(talk, w.sentence) + 0.8 * bool(_SEEN.search(w.sentence.masked)) + 0.6 * sees(w.sentence)
    )
    return w.score + own + (1.2 if taken_up(talk, w.sentence) else 0.0)


def _line(talk: Talk, sentence: Sentence) -> Line:
    """The words; a reflection together with the "yes" it met, an answer together with the reflection."""
    reply = taken_up(talk, sentence)
    if reply:
        return _joined(sentence, reply)
    before = talk.of_turn(sentence.turn - 1)[-1:] if sentence.turn else ()
    if before and sentence in taken_up(talk, before[0]):
        return _joined(before[0], taken_up(talk, before[0]))
    run = _run(talk, sentence)
    evidence = [sentence.t]
    for turn in (sentence.turn + 1, sentence.turn - 1, sentence.turn + 2):
        if 0 <= turn < len(talk.turns) and stems(talk.turns[turn].text) & stems(sentence.text):
            evidence.append(talk.turns[turn].t)
    return Line(says(sentence.speaker, run), tuple(dict.fromkeys(evidence))[:4])


def _joined(reflection: Sentence, reply: tuple[Sentence, ...]) -> Line:
    answer = short(stopped(" ".join(map(_whole, reply))), 20)
    text = f"{says(reflection.speaker, short(tidy(reflection.text), 22))} {says(reply[0].speaker, answer)}"
    return Line(text, (reflection.t, reply[0].t))


def _whole(sentence: Sentence) -> str:
    return stopped(tidy(sentence.text)) if len(sentence.text.split()) > 3 else stopped(sentence.text)


def _run(talk: Talk, sentence: Sentence) -> str:
    """With the sentence before it in the same turn, where it leans on that ("I learned to", "it is not about")."""
    before = next((s for s in talk.of_turn(sentence.turn) if s.at == sentence.at - 1), None)
    said = short(tidy(sentence.text), 26)
    leads = before is not None and (sees(before) or len(content(sentence.text)) < 3) and not before.question
    lead = tidy(before.text) if before is not None and leads else ""
    both = f"{stopped(lead)} {said}" if lead else said
    return both if len(both.split()) <= 26 else said
