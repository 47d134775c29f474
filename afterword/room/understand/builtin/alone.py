"""Next steps of a person speaking or writing alone: what they report was set, agreed or promised."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from afterword.record import Certainty, NextStep, Who
from afterword.room.understand.builtin import cues
from afterword.room.understand.builtin.clauses import Sentence, Talk, content, stems
from afterword.room.understand.builtin.dropped import drops_in, let_go_later, taken_back
from afterword.room.understand.builtin.lexicon import ERRANDS, listed
from afterword.room.understand.builtin.person import says, self_attack
from afterword.room.understand.builtin.shown import as_plan, short
from afterword.room.understand.builtin.times import last_time
from afterword.room.understand.builtin.wording import as_action

SHOWN = 6
_THEY = r"(?:she|he|they|dr\.? \w+|my (?:therapist|counsell?or|doctor)|[a-z]+)"
_HEADING = re.compile(
    r"\b(?:homework(?! (?:last|was|i (?:did|had)))|this week\s*[:\-]|for (?:this|next) week|^to ?do\b|"
    r"to-do list|before next (?:time|week|session)|"
    r"assignment|the plan(?: is|:| for)|what i'm (?:trying|doing|working on|practi[sc]ing) |tasks?:|"
    r"actions?:|goals?:|to try:?|taking away|my jobs?(?: is| for|:)|what i'm (?:meant|supposed) to do|"
    r"the experiment|things to (?:do|try))"
)
_NO_HOMEWORK = re.compile(
    r"\bno homework\b|\bnothing to do\b|\bdidn't (?:give|set) me\b|\bhomework (?:was|from) last\b|"
    r"\bdid (?:the|my) homework\b|\bdidn't do (?:the|my) homework\b"
)
_SET = re.compile(
    rf"\b{_THEY} (?:wants|wanted|'d like|would like|'s asked|has asked|set|gave|'s got|"
    rf"has) me (?:to )?|\b(?:i'm|im|i am|i was) (?:supposed|meant|to) (?:to )?(?!be\b)|"
    r"\bi(?:'ve)? (?:agreed|promised|committed|undertook) (?:to|i'd)\b|\bwe (?:agreed|decided|settled|"
    r"landed|said)\b|\bi(?:'ve got|'ve| have) to\b|\bso i'm (?:going to|gonna)\b|\bthe deal is\b|"
    r"\bwhat i (?:did |have )?(?:agreed?|promised?|said) (?:to|i'd)\b|"
    r"\b(?:i|we) (?:said|told (?:her|him|them|\w+)) (?:that )?i(?:'d| would|'ll| will)\b|"
    r"\bi've said i(?:'ll|'d)\b|\bi(?:'ve| have) (?:got )?to\b|\b(?:must|need to|got to|"
    r"remember to)\b(?! (?:be|have been))|"
    rf"\b{_THEY} (?:said|told me|suggested|reckons?|recommended) (?:i |that i |to |me to )?(?:should |"
    rf"could |just |might )?(?:{ERRANDS}|try|keep|write|tell|start|take|do|go|walk|sit|"
    rf"practi[sc]e)(?:ing)?\b|"
    r"\b(?:my|the) (?:thing|job|task|goal|exercise|experiment|ask|idea|aim|next step|"
    r"one thing)(?: (?:for|to|this)[\w ]{0,20})? (?:is|was)\b|\b(?:gonna|going to) try\b|^(?:try|ring|"
    r"call|email|text|book|write|ask|tell|buy|start|keep|send)\b"
)
_LOOSELY = re.compile(
    r"supposed|meant|i have to|i've to|need to|must|remember|said|suggested|reckon|told|i was|"
    r"recommended|^(?:try|ring|call|email|text|book|write|ask|tell|buy|start|keep|send)"
)
_FUTURE = re.compile(
    r"\b(?:i'm going to|im going to|i'm gonna|im gonna|i'll|i will|gonna|going to)\s+(?:just |try to |"
    r"try and )?(?P<verb>[a-z'-]+)"
)
_THEIRS = re.compile(
    rf"\b(?P<who>{_THEY})(?:'s|is|are)? (?P<now>(?:send|email|e-mail|text|print|post|bring|look|find|"
    rf"writ|check|ask|referr|ring|call)+ing) (?:me|us|out|into|up|for|about|my|if|whether|that|the|"
    rf"round)\b|\b(?P<who2>{_THEY})(?:'s going to|'s gonna| is going to| is gonna|'ll| will|"
    rf"'s promised to| promised to| said (?:she|he|they)(?:'d|'ll| would| will)) (?:\w+ly |try to |"
    rf"try and )?(?P<verb>{ERRANDS})\b|"
    rf"^(?:(?:and|so|then) )?(?P<who3>{_THEY}) (?:email|send|ring|call|text|print|post|find|check|book|write|bring)s\b"
)
_LISTED = re.compile(r"\s*(?:[-*\u2022\u2013]|\d+[.)])\s")
_OTHER_HEADING = re.compile(r"[\w']+(?: [\w']+){0,2}:")
_GOES_ON = re.compile(
    r"^(?:and (?:then )?(?:i |that's|if|also|the)|also|plus|then|two|second|number two|and\b|"
    r"i (?:rate|write|do|put|say|call|send|tell|have|bring|take|note)|every|each|once|just|no \w+|-|"
    r"\*|\d[.)])"
)
_ONLY_A_DATE = re.compile(r"(?:and |so )?(?:that's|it's|by|on|this) ")
_PAST = re.compile(
    r"\b(?:did the|didn't do|i did (?:the|it|my)|last week was|last time|already (?:did|done|sent|"
    r"told)|yesterday|\d of \d|of \d days)\b"
)
_DONE = re.compile(r"\blike i was (?:supposed|meant) to\b|\btold \w+ (?:that )?i (?:went|did|rode|\w+ed)\b")
_REFUSED = re.compile(
    r"^(?:not\b|no\b)|\b(?:still no|not (?:until|till|yet|doing|telling|going|ready|now|selling)|"
    r"i'm not|she said (?:no|not|leave)|(?:told|said to) \w+ (?:no|i (?:can't|couldn't|wouldn't|won't))\b|"
    r"leave (?:that|it) alone|thought about it\.? no|i said no|"
    r"but no\b|, (?:no|nope|nah)(?=[.,!]|$))"
)
_NOT_MINE = re.compile(
    r"\b(?:my (?!therapist|counsell?or|doctor)\w+|mom|mum|dad) (?:thinks|says|said|wants|wanted|"
    r"told)\b|\bi should\b(?! (?:say|ask))|\bmaybe i should\b"
)
_TO_RAISE = re.compile(r"\b(?:bring (?:it |that |this )?up|want to ask|get back to|tell (?:her|him|them) about)\b")
OPENING = 3  # turns
_NO_NAMES = listed("i she he they it we you and but so who then that this dr mr mrs ms")
_NAME = r"(?:Dr\.? |Mrs\.? |Mr\.? |Ms\.? )?([A-Z]\w*)"
_TOLD_OF = re.compile(
    rf"\b{_NAME} (?:said|says|asked|asks|goes|noticed|told me|brought up|wants|wanted me|thinks|is going to|reckons|"
    rf"wondered|suggested|did not ask|didn't (?:say|ask))\b|\b(?:told|asked|told (?:it|this|that) to) {_NAME}\b"
)
_NAMED = re.compile(rf"(?<=[a-z,] ){_NAME}\b|^{_NAME}(?='s\b| )")
_RECORDED = re.compile(r"\brecord(?:ed|ing)?\b|\bthe machine\b")
_NOT_ERRAND_SUBJECT = listed(
    "i you it that this there we what which who and but so then or not to will would could can might"
)


def steps_alone(talk: Talk) -> tuple[NextStep, ...]:
    """At most six, in the order they were told."""
    found: list[NextStep] = []
    under_heading = 0
    drops = drops_in(talk)
    for sentence in talk.sentences:
        under_heading = _heading(talk, sentence, under_heading)
        step = _read(talk, sentence, under_heading > 0)
        if step is not None and not taken_back(talk, drops, sentence, stems(step.quote)):
            unsure = step.certainty == "agreed" and let_go_later(talk, sentence, stems(step.quote))
            found.append(replace(step, certainty="mentioned") if unsure else step)
    return tuple(_together(found)[:SHOWN])


def _heading(talk: Talk, sentence: Sentence, left: int) -> int:
    """How many more lines a heading like "homework" still covers."""
    listed = bool(_LISTED.match(talk.turns[sentence.turn].text))
    if _NO_HOMEWORK.search(sentence.masked):
        return 0
    head = _HEADING.search(sentence.masked)
    if head and not _PAST.search(sentence.masked[: head.end() + 12]):
        return 4
    if left and listed and not _OTHER_HEADING.match(sentence.masked):
        return left
    return left - 1 if left and (_GOES_ON.search(sentence.masked) or len(sentence.text.split()) <= 4) else 0


def _read(talk: Talk, sentence: Sentence, under: bool) -> NextStep | None:
    """The step that this sentence reports, if it does. `under`: it stands below a heading like "homework"."""
    masked = sentence.masked
    if under and _ONLY_A_DATE.match(masked) and last_time(sentence.text, masked):
        return _mine(sentence, "agreed", 0)
    if _no_plan(sentence, under):
        return None
    theirs = _THEIRS.search(masked)
    who = next(filter(None, theirs.group("who", "who2", "who3"))).removesuffix("'s") if theirs else ""
    if who and who.split()[0] not in _NOT_ERRAND_SUBJECT:
        return _theirs(talk, sentence, who)
    if under and len(content(sentence.text)) >= 2:
        return _mine(sentence, "agreed", 0)
    return _was_set(sentence) or _intended(talk, sentence)


def _no_plan(sentence: Sentence, under: bool) -> bool:
    """Opening words, refusals, what is done already, somebody else's opinion, jokes, and questions for next time."""
    masked = sentence.masked
    if sentence.question or (_opens(sentence) and not under):
        return True
    if any(cue.search(masked) for cue in (_REFUSED, _DONE, _NO_HOMEWORK, _NOT_MINE, cues.JEST)):
        return True
    set_now = bool(_HEADING.search(masked) or _SET.search(masked))
    if _TO_RAISE.search(masked) and not under:
        return True
    return not set_now and bool(_PAST.search(masked) or ("next time" in masked and not under))


def _opens(sentence: Sentence) -> bool:
    return sentence.at < 2 or (sentence.turn < 2 and sentence.at < 4)


def _was_set(sentence: Sentence) -> NextStep | None:
    """ "She wants me to", "I said I'd", "we agreed": sure unless it is loosely put."""
    masked = sentence.masked
    told = _SET.search(masked)
    if told is None or cues.HYPOTHETICAL.search(masked[told.end() :]) or len(content(sentence.text)) < 2:
        return None
    loose = cues.HEDGE.search(masked) or (_LOOSELY.search(told.group()) and not last_time(sentence.text, masked))
    return _mine(sentence, "mentioned" if loose else "agreed", 0)


def _theirs(talk: Talk, sentence: Sentence, who: str) -> NextStep | None:
    """What somebody else undertook: kept only if it is the therapist, and sure only if they are named."""
    sure = bool(re.match(r"dr\b|my (?:therapist|counsell?or|doctor)", who)) or who in therapist_names(talk)
    if not sure and who not in ("she", "he", "they"):
        return None
    return _step(sentence, "therapist", "agreed" if sure else "mentioned", None)


def _mine(sentence: Sentence, certainty: Certainty, verb: int) -> NextStep:
    act = sentence.text[verb:].strip(" ,.!") if verb else None
    return _step(sentence, "you", certainty, as_action(act, "client", "you") if act else None)


def _intended(talk: Talk, sentence: Sentence) -> NextStep | None:
    m = _FUTURE.search(sentence.masked)
    if not m or m.group("verb") in cues.NOT_ACTS or cues.HABIT.search(sentence.masked):
        return None
    if cues.HYPOTHETICAL.search(sentence.masked) or cues.REPORT.search(sentence.masked[: m.start()]):
        return None
    if re.search(r"\b(?:not|n't|he|she|they|it)\b[\w' ]{0,12}$", sentence.masked[: m.start()]):
        return None
    dated = last_time(sentence.text, sentence.masked) is not None
    last = sentence.at >= len(talk.sentences) - 2
    if not dated and (last or len(content(sentence.text[m.start("verb") :])) < 2):
        return None
    return _mine(
        sentence, "agreed" if dated and not cues.HEDGE.search(sentence.masked) else "mentioned", m.start("verb")
    )


def _step(sentence: Sentence, who: Who, certainty: Certainty, text: str | None) -> NextStep:
    due = last_time(sentence.text, sentence.masked)
    due = None if due and who == "therapist" and re.match(r"every|each|once|twice", due) else due
    shown = text or says(sentence.speaker, short(as_plan(sentence.text), 34))
    quote = short(sentence.text, 40).removesuffix(" \u2026")
    if self_attack(sentence.text):
        shown = says(sentence.speaker, short(as_plan(sentence.text), 34))
    return NextStep(shown, who, due, certainty, quote, (sentence.t,))


def therapist_names(talk: Talk) -> set[str]:
    """Whom the talk is reported of, in small letters: the name most said to have said, asked, noticed. Who is named as
    it begins, or beside the recording, counts once more. Empty where two are told of alike."""
    counts: Counter[str] = Counter()
    for sentence in talk.sentences:
        told = _names(_TOLD_OF, sentence)
        counts.update(told)
        if sentence.turn < OPENING or _RECORDED.search(sentence.masked):
            counts.update(_names(_NAMED, sentence))
    most = max(counts.values(), default=0)
    names = {name for name, count in counts.items() if count == most}
    return names if len(names) == 1 else set()


def told_to(talk: Talk) -> tuple[str, int] | None:
    """The therapist's name as it was said, and in which turn: only of who would not be recorded, or of a doctor told of
    again and again from the beginning on. None where it could be somebody else."""
    known = therapist_names(talk)
    for sentence in talk.sentences[: 2 * OPENING]:
        for m in re.finditer(_NAME, sentence.text):
            doctor = m.group().startswith("Dr") and sum(m.group(1) in s.text for s in talk.sentences) > 1
            if m.group(1).lower() in known and (_RECORDED.search(sentence.masked) or doctor):
                return m.group(), sentence.t
    return None


def _names(cue: re.Pattern[str], sentence: Sentence) -> set[str]:
    found = (next(filter(None, m.groups())).lower() for m in cue.finditer(sentence.text))
    return set(found) - _NO_NAMES


def _together(found: list[NextStep]) -> list[NextStep]:
    """A short line that only adds a date to the one before ("that's Thursday") joins it."""
    kept: list[NextStep] = []
    for step in found:
        last = kept[-1] if kept else None
        adds = last is not None and step.due is not None and len(content(step.quote)) <= 5 and last.who == step.who
        if (
            last is not None
            and adds
            and step.evidence[0] - last.evidence[0] <= 2
            and _ONLY_A_DATE.match(step.quote.lower())
        ):
            due = last.due or step.due
            kept[-1] = NextStep(
                last.text, last.who, due, last.certainty, last.quote, (*last.evidence, *step.evidence)[:4]
            )
        else:
            kept.append(step)
    return kept
