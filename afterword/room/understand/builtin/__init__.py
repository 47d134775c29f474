"""The built-in engine: offline, deterministic rules that quote rather than paraphrase, and show doubt."""

from __future__ import annotations

from dataclasses import replace

from afterword.record import Record
from afterword.room.transcript import Transcript
from afterword.room.understand.builtin.alone import steps_alone
from afterword.room.understand.builtin.appointment import appointment, only_arranges
from afterword.room.understand.builtin.aside import asides
from afterword.room.understand.builtin.clauses import mask, talk_of
from afterword.room.understand.builtin.context import with_context
from afterword.room.understand.builtin.feelings import feelings
from afterword.room.understand.builtin.insights import insights
from afterword.room.understand.builtin.moments import moments
from afterword.room.understand.builtin.overview import overview
from afterword.room.understand.builtin.questions import questions
from afterword.room.understand.builtin.recap import recap
from afterword.room.understand.builtin.safety import safety, spoken_of
from afterword.room.understand.builtin.shown import tidy
from afterword.room.understand.builtin.steps import steps
from afterword.room.understand.builtin.tagger import the_tagger
from afterword.room.understand.builtin.themes import themes
from afterword.room.understand.builtin.weight import weigh
from afterword.verbatim import MOST_WORDS, words_kept

NAME = "built-in"
OVERVIEW_QUOTES = 30  # words that the overview quotes and nothing else does

YIELDS = 45  # words of moments and insights that give way to what the steps are about


def write_up(transcript: Transcript) -> Record:
    """A record of what was said, before it is checked, and without its overview."""
    talk = talk_of(transcript)
    if not talk.sentences:
        return Record(engine=NAME)
    weighed = weigh(talk)
    tags = the_tagger().tag(talk)
    found = steps_alone(talk) if talk.alone else steps(talk, tags)
    to_do = tuple(step for step in found if not only_arranges(mask(step.quote)))
    planned = frozenset(step.quote for step in to_do)
    left = questions(talk, tags)
    aside = asides(talk)
    weighed = [w for w in weighed if w.sentence.at not in aside]
    telling = [w for w in weighed if not any(tidy(w.sentence.text) in line.text for line in left)]
    danger = safety(talk, to_do)
    # Words about danger are not something to be surprised with days later.
    hidden = spoken_of(talk)
    light = [w for w in telling if w.sentence.t not in hidden]
    record = Record(
        themes=themes(talk, tags, weighed),
        insights=insights(talk, tags, telling, planned),
        feelings=feelings(talk),
        next_steps=to_do,
        questions=left,
        moments=moments(talk, tags, light, planned),
        safety=danger,
        next_appointment=appointment(talk),
        engine=NAME,
    )
    if not talk.alone:
        room = MOST_WORDS - OVERVIEW_QUOTES - words_kept(record) + YIELDS
        record = replace(record, next_steps=with_context(talk, tags, record.next_steps, room))
    return replace(record, recap=recap(talk, tags, weighed, MOST_WORDS - OVERVIEW_QUOTES - words_kept(record)))


def with_overview(record: Record, transcript: Transcript) -> Record:
    """The overview, written last and only from what passed the check: no step is agreed there that is not below."""
    talk = talk_of(transcript)
    if not talk.sentences:
        return record
    planned = {step.quote for step in record.next_steps}
    aside = asides(talk)
    seen = [w for w in weigh(talk) if w.sentence.text not in planned and w.sentence.at not in aside]
    return replace(record, overview=overview(talk, record, seen))
