"""The ledger of next steps: what was undertaken, promised, assigned or proposed, and what still stood at the end."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from afterword.record import Certainty, NextStep, Who
from afterword.room.understand.builtin import cues
from afterword.room.understand.builtin.beside import other_after, other_before, turn_masked
from afterword.room.understand.builtin.clauses import Sentence, Talk, content, quoted, stems
from afterword.room.understand.builtin.cues import Cue, Kind
from afterword.room.understand.builtin.dropped import Drop, answered_no, drops_in, let_go_later, taken_back
from afterword.room.understand.builtin.episodes import episodes, step_of
from afterword.room.understand.builtin.lexicon import ERRANDS, VAGUE
from afterword.room.understand.builtin.person import says
from afterword.room.understand.builtin.shown import as_plan, flow, short, tidy
from afterword.room.understand.builtin.tagger import Tags
from afterword.room.understand.builtin.times import last_time, times_in
from afterword.room.understand.builtin.wording import (
    antecedent,
    as_action,
    as_quotation,
    leans,
    named,
    stands_alone,
    under,
)

SHOWN = 12
# What the tagger's word adds to a line of the ledger, and how likely it has to be for one that is shown as agreed.
TAGGED, TAGGED_AGAINST, SURE, LEFT_OPEN = 1.6, 1.0, 0.45, 0.09
SETTLED, UNCONTESTED = 0.55, 0.4
# Words that all steps together may quote, and one of them where that is too much.
QUOTED, BRIEF = 110, 18
BASIS = 16  # words that a step shows as what it rests on
_RECAP = re.compile(
    r"^(?:(?:so|okay|ok|and|alright|all right|right|good|great|well|"
    r"then)[,.]? )*(?:so )?(?:the (?:homework|plan|deal|experiment|task)|"
    r"to recap|you've got|so it's|it's|that's|this week|for (?:this|next) week|between now and|"
    r"we said|what we (?:said|agreed)|"
    r"scratch|just (?:to|so)|draft|first|number one|homework)\b"
)


# Whose errand it is cannot be told from a line that speaks of somebody else, or of both.
_ABOUT_OTHERS = re.compile(
    r"\b(?:he|she|they|[a-z]+)(?:'ll| will|'s (?:going to|gonna)| is (?:going to|gonna)|"
    r" are going to)\b|\b(?:i'm|i'll|i've|i'd|me)\b.*"
    r"\b(?:you|your|you're|you'll)\b|\b(?:you|you're|you'll)\b.*\b(?:me|i'm|i'll)\b"
)
# "I'm meant to call her, but I'm not going to."
_BUT_NOT = re.compile(
    r"\b(?:but|only|except|and) (?:i'm not(?: (?:going to|gonna|doing (?:it|that)))?|i won't|i can't)\W*$"
)
_MOVES = re.compile(r"^(?:(?:no|wait|sorry|actually|oh|hang on|or|make (?:it|that)|better)\b[,.]? *)+(?=\w)")
# As the speech model writes "I said I'd look it up".
_HEARD = re.compile(rf"\bi said i (?P<verb>{ERRANDS})\b(?!')")
_BOOKS = re.compile(
    r"\?\s*$|\bat (?:\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|noon)|"
    r"next (?:week|one)|same time|see you|o'clock"
)


@dataclass(frozen=True)
class Entry:
    """One line of the ledger, with the turns it rests on."""

    cue: Cue = field(repr=False)
    who: Who
    score: float
    certainty: Certainty
    due: str | None = field(repr=False, default=None)
    also: tuple[Sentence, ...] = field(repr=False, default=())

    @property
    def stems(self) -> set[str]:
        """What it is about, the verb of the errand left out where an object is named."""
        own = named(self.cue.act)
        return own if own else stems(self.cue.act) | stems(" ".join(s.text for s in self.also))


def steps(talk: Talk, tags: Tags) -> tuple[NextStep, ...]:
    """At most ten, in the order in which they were said."""
    entries = [_likelier(entry, tags) for cue in _all_cues(talk) if (entry := _entry(talk, cue))]
    drops = drops_in(talk, tags)
    standing = [entry for entry in entries if not taken_back(talk, drops, entry.cue.sentence, entry.stems)]
    doubted = [_doubted(talk, drops, entry) for entry in standing]
    merged = [_doubted(talk, drops, entry) for entry in _merged(_merged(doubted))]
    most = min(SHOWN, 4 + talk.words // 300)
    best = sorted((e for e in merged if e.score >= _least(e)), key=lambda e: -e.score)[:most]
    shown = [_step(talk, entry) for entry in sorted(best, key=lambda e: e.cue.sentence.at)]
    shown = [step for step in shown if not any(_inside(step, other) for other in shown)]
    told = _brief([*shown, *_unsaid(talk, tags, drops, shown)][:SHOWN])
    return tuple(sorted(told, key=lambda step: step.evidence[0]))


def _brief(found: list[NextStep]) -> list[NextStep]:
    """Where all quotations together are too long, the longest are cut to the words of the step itself."""
    found = list(found)
    while sum(map(_quoted, found)) > QUOTED:
        longest = max(range(len(found)), key=lambda i: _quoted(found[i]))
        step = found[longest]
        whose = [m.group() for m in re.finditer(r"(?:You|Your therapist|It was) said: \"[^\"]+\"", step.text)]
        mine = max(whose or [step.text], key=lambda part: len(stems(part) & stems(step.quote)))
        lead, _, words = mine.partition(': "')
        brief = f'{lead}: "{single(short(as_plan(step.quote), BRIEF))}"'
        if not words or _quoted(replace(step, text=brief)) >= _quoted(step):
            return found
        found[longest] = replace(step, text=brief, quote=short(step.quote, BRIEF).removesuffix(" \u2026"))
    return found


def single(words: str) -> str:
    """Quotation marks inside become single ones."""
    return re.sub(r"[\"\u201c\u201d]", "'", words)


def _quoted(step: NextStep) -> int:
    return sum(len(words.split()) for words in quoted(step.text))


def _likelier(entry: Entry, tags: Tags) -> Entry:
    """Weighed by what the tagger hears in its turn: that a plan is settled there, or let go."""
    place = entry.cue.sentence.turn
    for_it, against = tags.of("step", place), tags.of("rejected", place)
    score = entry.score + TAGGED * (for_it - 0.5) - TAGGED_AGAINST * max(0.0, against - 0.5)
    if for_it < SURE or against > for_it + LEFT_OPEN:
        return replace(entry, score=score, certainty="mentioned")
    heard = for_it >= SETTLED and against < UNCONTESTED and bool(named(entry.cue.act))
    settled = heard and entry.cue.strong and entry.cue.kind in ("commit", "promise") and not cues.hedged(entry.cue)
    return replace(entry, score=score, certainty="agreed" if settled else entry.certainty)


def _unsaid(talk: Talk, tags: Tags, drops: list[Drop], shown: list[NextStep]) -> list[NextStep]:
    """What was settled without the words of a promise, likeliest first; only where nothing else tells of it."""
    cited = {t for step in shown for t in step.evidence}
    found: list[NextStep] = []
    for episode in sorted(episodes(talk, tags), key=lambda e: -e.likely):
        beside = {p + d for p in episode.places for d in (-1, 0, 1) if 0 <= p + d < len(talk.turns)}
        settled = None if {talk.turns[p].t for p in beside} & cited else step_of(talk, tags, episode)
        if settled is None or any(_alike(settled[1], other) for other in [*shown, *found]):
            continue
        sentence, step = settled
        if not cues.OUTRIGHT.search(sentence.masked) and not taken_back(talk, drops, sentence, stems(step.quote)):
            found.append(step)
    return found


def _alike(step: NextStep, other: NextStep) -> bool:
    mine, theirs = stems(step.quote), stems(other.quote)
    return len(mine & theirs) >= max(2, min(len(mine), len(theirs)) / 2)


def _inside(step: NextStep, other: NextStep) -> bool:
    """All that `step` says stands in `other` already, and no less surely."""
    if step is other or step.who != other.who or (step.certainty, other.certainty) == ("agreed", "mentioned"):
        return False
    return step.text != other.text and tidy(step.quote).rstrip(".") in other.text


def _doubted(talk: Talk, drops: list[Drop], entry: Entry) -> Entry:
    """Only mentioned, where the reply says no to something, or what it leans on was let go: it may be meant or not."""
    wider = entry.stems | stems(" ".join(s.text for s in entry.also))
    sentence = entry.cue.sentence
    lost = entry.certainty == "agreed" and (
        answered_no(talk, sentence) or taken_back(talk, drops, sentence, wider) or let_go_later(talk, sentence, wider)
    )
    return replace(entry, certainty="mentioned") if lost else entry


def _all_cues(talk: Talk) -> list[Cue]:
    found = []
    for sentence in talk.sentences:
        closing = sentence.turn >= talk.closing
        here = cues.cues_in(sentence, closing)
        if not here and closing:
            here = _heard(sentence) or _answer_or_recap(talk, sentence)
        found.extend(here)
    return found


def _heard(sentence: Sentence) -> list[Cue]:
    """A promise whose "would" was lost on the way, where a day to come stands beside it; never more than mentioned."""
    m = _HEARD.search(sentence.masked)
    if m is None or sentence.question or not times_in(sentence.masked[m.end() :]):
        return []
    kind: Kind = "promise" if sentence.speaker == "therapist" else "commit"
    return [Cue(sentence, kind, False, m.start(), m.start("verb"), len(sentence.text))]


def _answer_or_recap(talk: Talk, sentence: Sentence) -> list[Cue]:
    """What was arranged without saying "I will": an answer to "what will you do?", or the plan said over."""
    if sentence.question or len(content(sentence.text)) < 3 or _ABOUT_OTHERS.search(sentence.masked):
        return []
    before = other_before(talk, sentence)
    if sentence.speaker == "client" and before is not None and sentence.first:
        answers = cues.asks_for_plan(before.masked) and not cues.refuses(sentence.masked)
        return [Cue(sentence, "plan", False, 0, 0, len(sentence.text))] if answers else []
    if (
        sentence.speaker == "therapist"
        and _RECAP.search(sentence.masked)
        and not re.search(
            r"minutes (?:left|to go)|(?:about|got|have) \w+ minutes|o'clock|time is it|late\b|"
            r"(?:that's|it's) (?:a|an|the|not|what|why|how|good|great|okay|just|really|so|very|"
            r"like|been|because|where|when|one)\b",
            sentence.masked,
        )
    ):
        return [Cue(sentence, "recap", False, 0, 0, len(sentence.text))]
    return []


def _entry(talk: Talk, cue: Cue) -> Entry | None:
    sentence = cue.sentence
    if _ownerless(cue) or not _earnest(cue) or _BUT_NOT.search(sentence.masked[cue.verb :]):
        return None
    reply, before = other_after(talk, sentence), other_before(talk, sentence)
    if cue.kind == "propose" and (reply is None or not cues.accepts(reply.masked)):
        return None
    if cues.in_jest(turn_masked(talk, sentence)):
        return None
    supposed = False if cue.kind in ("recap", "plan") else cues.hypothetical(cue)
    if cue.kind != "propose" and (supposed or sentence.question):
        return None
    due, due_from = _due(talk, cue)
    score = _score(talk, cue, due, reply, before)
    certainty: Certainty = "agreed" if _agreed(talk, cue, due, reply, before) else "mentioned"
    accepted = reply if cue.kind == "propose" else None
    also = tuple(s for s in (accepted, due_from, *_leads(talk, cue), _echo(talk, cue)) if s is not None)
    return Entry(cue, cues.owner_of(cue), score, certainty, due, also)


def _ownerless(cue: Cue) -> bool:
    return cue.sentence.speaker == "unclear" and cue.kind != "together"


def _earnest(cue: Cue) -> bool:
    return cues.volitional(cue) and not cues.negated(cue) and not cues.reported(cue)


def ownerless(talk: Talk) -> tuple[Sentence, ...]:
    """What an unclear voice undertook: whose it is cannot be told, so it is recounted and never a step."""
    found = (c for c in _all_cues(talk) if _ownerless(c) and c.strong and _earnest(c) and not cues.hypothetical(c))
    return tuple(dict.fromkeys(cue.sentence for cue in found))


def _agreed(talk: Talk, cue: Cue, due: str | None, reply: Sentence | None, before: Sentence | None) -> bool:
    sentence = cue.sentence
    if sentence.speaker == "unclear" or cues.hedged(cue) or cue.kind == "recap":
        return False
    closing = sentence.turn >= talk.closing
    answered = before is not None and (cues.proposes(before.masked) or cues.asks_for_plan(turn_masked(talk, before)))
    warm = reply is not None and cues.accepts_warmly(turn_masked(talk, reply))
    if cue.kind in ("commit", "together") and cue.strong:
        return bool(due or answered or (closing and _acknowledged(cue, reply)))
    if cue.kind == "promise":
        return cue.strong and bool(due or closing or (reply and cues.accepts(reply.masked)))
    if cue.kind in ("commit", "plan"):
        return bool(due) and closing and bool(answered) and bool(re.search(r"\bi\b", cue.clause.lower()))
    if cue.kind == "propose":
        return warm
    return cue.kind == "assign" and cue.strong and closing and warm


def _acknowledged(cue: Cue, reply: Sentence | None) -> bool:
    return reply is not None and (cues.accepts(reply.masked) or bool(stems(reply.text) & stems(cue.act)))


def _score(talk: Talk, cue: Cue, due: str | None, reply: Sentence | None, before: Sentence | None) -> float:
    base = {
        "commit": 1.5 if cue.strong else 0.45,
        "promise": 1.6,
        "together": 1.5,
        "assign": 0.9,
        "propose": 0.6,
        "plan": 1.0,
        "recap": 0.8,
    }
    score = base[cue.kind]
    closing = cue.sentence.turn >= talk.closing
    score += 0.6 if closing else 0.0
    score += 0.5 if due else 0.0
    if before is not None and (cues.proposes(before.masked) or cues.asks_for_plan(turn_masked(talk, before))):
        score += 0.5
    if reply is not None and cues.accepts(reply.masked):
        score += 0.3
    if cue.kind in ("propose", "assign") and reply is not None and cues.accepts_warmly(turn_masked(talk, reply)):
        score += 0.6
    if cue.kind == "assign" and not cue.strong and not due and not (reply and cues.accepts(reply.masked)):
        score -= 0.6
    score -= 0.5 if cues.hedged(cue) and cue.kind != "propose" else 0.0
    score += 0.2 if stands_alone(tidy(cue.act)) else -0.2 if len(content(cue.act)) < 1 else 0.0
    return score


def _least(entry: Entry) -> float:
    return 1.35 if entry.certainty == "agreed" else 1.2


def _merged(entries: list[Entry]) -> list[Entry]:
    """One line a matter: a later word on the same thing joins the earlier one, and its date wins."""
    kept: list[Entry] = []
    for entry in entries:
        same = next((i for i, other in enumerate(kept) if _same(other, entry)), None)
        if same is None:
            kept.append(entry)
        else:
            kept[same] = _join(kept[same], entry)
    return kept


def _same(one: Entry, other: Entry) -> bool:
    if one.who != other.who:
        return False
    near = other.cue.sentence.turn - one.cue.sentence.turn
    shared = one.stems & other.stems
    least = min(len(one.stems), len(other.stems)) or 1
    if not named(other.cue.act) and any(s.turn == one.cue.sentence.turn for s in other.also):
        return True
    alike = len(shared) / least >= 0.5 and (len(shared) >= 2 or least <= 2)
    return alike or (near <= 2 and not other.stems)


def _join(one: Entry, other: Entry) -> Entry:
    main, rest = (one, other) if _worth(one) >= _worth(other) else (other, one)
    certainty: Certainty = "agreed" if "agreed" in (one.certainty, other.certainty) else "mentioned"
    also = (*main.also, rest.cue.sentence, *rest.also)
    return replace(
        main, score=max(one.score, other.score) + 0.4, certainty=certainty, due=other.due or one.due, also=also
    )


def _worth(entry: Entry) -> float:
    return entry.score + (1.0 if stands_alone(tidy(entry.cue.act)) else 0.0) + 0.1 * min(6, len(content(entry.cue.act)))


def _step(talk: Talk, entry: Entry) -> NextStep:
    cue = entry.cue
    whole = cue.kind in ("plan", "recap", "propose")
    text = None if whole or cue.kind == "together" else _action(talk, entry)
    lead: int | None = None
    if text is None:
        text, lead = as_quotation(
            talk, cue.sentence, None if whole or cue.start < 25 or cues.when_of(cue) else cue.clause
        )
        if lead is None:
            text += _taken_up(talk, cue) if cue.kind == "propose" else _said_again(text, entry)
    turns = [cue.sentence.t, *([lead] if lead is not None else []), *(s.t for s in entry.also)]
    evidence = tuple(dict.fromkeys(turns))[:4]
    due = entry.due if entry.due and any(entry.due in turn.text for turn in talk.turns if turn.t in evidence) else None
    return NextStep(
        text, entry.who, due, entry.certainty, short(cue.sentence.text, BASIS).removesuffix(" \u2026"), evidence
    )


def _taken_up(talk: Talk, cue: Cue) -> str:
    """The words with which a proposal was accepted."""
    reply = other_after(talk, cue.sentence)
    said = short(flow([s.text for s in talk.of_turn(reply.turn)]), 16) if reply else ""
    return f" {says(reply.speaker, said)}" if reply and said else ""


def _action(talk: Talk, entry: Entry) -> str | None:
    """As something to do, with the "when" it hangs on."""
    cue = entry.cue
    act = re.sub(r",? and i(?:'ll| will) ", " and ", cue.act, flags=re.IGNORECASE)
    when = cues.when_of(cue)
    action = as_action(act + _tail(talk, cue), cue.sentence.speaker, entry.who)
    return under(when, action, cue.sentence.speaker) if when else action


def _said_again(text: str, entry: Entry) -> str:
    """The words of a later or fuller mention in another turn, where they say something else."""
    for other in entry.also:
        said, mine = short(tidy(other.text), 26), stems(text)
        more = stems(said) - mine
        apart = other.turn != entry.cue.sentence.turn and len(more) > len(stems(said)) / 2
        if apart and not other.question and not times_in(said) and len(f"{text} {said}".split()) <= 48:
            return f" {says(other.speaker, said)}"
    return ""


def _due(talk: Talk, cue: Cue) -> tuple[str | None, Sentence | None]:
    """The date said with it: a bare date in the reply, or after it in the same turn, or one in the sentence."""
    sentence = cue.sentence
    reply = other_after(talk, sentence)
    rest = [s for s in talk.of_turn(sentence.turn) if sentence.at < s.at <= sentence.at + 2]
    if moved := _moved(talk, sentence):
        return moved
    for near in [*([reply] if reply and not _BOOKS.search(reply.masked) else []), *reversed(rest)]:
        if _only_a_date(near) and (said := last_time(near.text, near.masked)):
            return said, near
    said = last_time(sentence.text, sentence.masked)
    return (said, None) if said else (None, None)


def _moved(talk: Talk, sentence: Sentence) -> tuple[str, Sentence] | None:
    """ "I'll call you Friday." "Friday I can't. Saturday?" "Saturday, then." is Saturday's."""
    own = [s for turn in (1, 2, 3) for s in talk.of_turn(sentence.turn + turn) if s.speaker == sentence.speaker]
    for later in own:
        if _MOVES.match(later.masked) and _only_a_date(later) and (said := last_time(later.text, later.masked)):
            return said, later
    reply, answer = talk.of_turn(sentence.turn + 1), talk.of_turn(sentence.turn + 2)[:1]
    asked = [said for s in reply if s.question and _only_a_date(s) and (said := last_time(s.text, s.masked))]
    if not asked or not answer or answer[0].speaker != sentence.speaker or not _only_a_date(answer[0]):
        return None
    said = last_time(answer[0].text, answer[0].masked)
    return (said, answer[0]) if said and said.lower() == asked[-1].lower() else None


def _only_a_date(sentence: Sentence) -> bool:
    return len(sentence.text.split()) <= 8 and not (named(sentence.text) - stems(" ".join(VAGUE)))


def _leads(talk: Talk, cue: Cue) -> list[Sentence]:
    """What the clause leans on, where it does: what was proposed or named before it, and the rest of its own turn."""
    if not leans(cue.act):
        return []
    own = [s for s in talk.of_turn(cue.sentence.turn) if abs(s.at - cue.sentence.at) == 1 and stems(s.text)]
    if any(s.at < cue.sentence.at and len(content(s.text)) >= 2 for s in own):
        return own[:1]
    before = antecedent(talk, cue.sentence)
    return [*([before] if before else []), *own[:1]]


def _tail(talk: Talk, cue: Cue) -> str:
    """ "I'll send you the link. And the sheet." is one promise of two things."""
    own = [s for s in talk.of_turn(cue.sentence.turn) if 0 < s.at - cue.sentence.at <= 1]
    more = [s for s in own if re.match(r"(?:and|plus|also) (?:the|a|my|your) ", s.masked) and len(s.text.split()) <= 6]
    return "".join(" " + s.text[:1].lower() + s.text[1:].rstrip(" .!") for s in more)


def _echo(talk: Talk, cue: Cue) -> Sentence | None:
    reply = other_after(talk, cue.sentence)
    return reply if reply is not None and stems(reply.text) & stems(cue.act) else None
