"""Whether a next step of a model stands: that it was said, by whom, that nobody took it back, and how sure it is."""

from __future__ import annotations

import re
from dataclasses import replace

from afterword.record import NextStep
from afterword.room.understand.builtin import cues
from afterword.room.understand.builtin.clauses import mask, split, stems
from afterword.room.understand.builtin.person import says
from afterword.room.understand.builtin.shown import short
from afterword.room.understand.builtin.times import DAY
from afterword.room.understand.builtin.wording import named
from afterword.room.understand.model import figures
from afterword.room.understand.model.agree import REACH
from afterword.room.understand.model.lines import fault
from afterword.room.understand.model.owner import contradicts_owner
from afterword.room.understand.model.polarity import denied, last_word_on, opposes, says_no
from afterword.room.understand.model.said import Said

SHARE = 0.25
# Said to whatever may be listening, not to the other person: nothing in it is a plan.
_TO_A_MACHINE = re.compile(
    r"\b(?:ignore|disregard|forget|override) (?:all |any |the |your )*(?:previous |prior |above |earlier )?"
    r"(?:instructions?|prompts?|rules)\b|\bsystem prompt\b|\bas an? (?:ai|language model)\b|\bjson object\b"
)
QUOTE_WORDS = 30
_DETAILS = ("name", "number", "day", "quotation")
_SHORT = 12  # words
_NO = re.compile(
    r"\b(?:not|no|never|without|nobody|nothing|none|stop\w*|avoid\w*|instead|rather|leav\w+|put off|wait\w*|hold off|"
    r"skip|clos\w+|away|out|off|only|cut|keep\w*|refus\w+|declin\w+|turn down|hold|before|until|till|let go)\b|n't\b"
)
_PLAINLY_NO = re.compile(r"^(?:you (?:will )?)?(?:don't|do not|never|not|no|stop|refuse|avoid|skip|won't|will not)\b")
_I_WONT = re.compile(r"\b(?:i won't|i will not|i'm not (?:going|gonna|doing|\w+ing)|i am not \w+ing|i don't want)\b")
_PIECES = re.compile(r"[.;!?\u2026,]+|\b(?:and|but|because|so|until|till|if|before)\b")
_WONT = re.compile(
    r"\b(?:i won't|i will not|i'm not (?:going to|gonna|doing|\w+ing)|i am not|i can't|i don't want to|i'd rather not|"
    r"not gonna|i'm never|you don't have to|we're not)\b|^(?:no|nope|nah|not)\b"
)
_MAYBE = re.compile(
    r"\b(?:maybe|might|perhaps|possibly|i guess|i suppose|we'll see|not sure|i'll think|think about it|no promises)\b"
)

_CORRECTED = re.compile(
    rf"\b(?P<day>(?:{DAY}))s?\b[,.]? (?:no\b|wait\b|sorry\b|i mean\b|actually\b|i can't|i work)(?P<rest>.*)"
)
_NO_PROMISE = re.compile(r"\bi won't\b|\bi'm not (?:going to|gonna)\b|\bnot? \w+ (?:till|until)\b")
# Planned once, wanted by others, or gone by.
_NOT_NOW = re.compile(
    r"\b(?:was|were) (?:going to|gonna|supposed to|meant to|planning to)\b|\bwant(?:s|ed) me to\b|\bi should\b|"
    r"\b(?:said|says|was like|goes|went|still|and),? no\b|\bcame up and\b|\bsuggest\w+|\bbrought up\b|\bused to\b|"
    r"\b(?:i'd|i would|would you|she wants|he wants|they want)\b|\blast (?:time|week)\b|\bnot until\b"
)
_OF_OTHERS = re.compile(r"\b(?:he|she|they)(?:'d|'s|'ve)?\b|\bwants? me\b|\bi (?:did|had|was|told|said|went|got)\b")
_GONE_BY = re.compile(
    r"\b(?:was|were) (?:going to|gonna|supposed to|meant to|planning to)\b|\bused to\b|\blast (?:time|week)\b|"
    r"\bwe'd said\b"
)
_BINDS = re.compile(
    r"\b(?:i'll|i will|i'm (?:going to|gonna|not)|i am (?:going to|not)|i won't|i can\b(?!'t)|i promise|i'm \w+ing|"
    r"we'll|we will|let's|i said i'd|i've got to|i gotta|i have to|i need to|i want to|deal\b|agreed\b|"
    r"i decided|i've decided|the plan is|so it's|then it's|i owe you|it goes|it's gonna)"
)


def standing(said: Said, step: NextStep) -> NextStep | None:
    """The step as far as it holds: agreed, mentioned, or not at all."""
    found = said.exact(step.quote, step.evidence, REACH) if step.quote else None
    if found is None:
        rests = _closest(said, step)
        if rests is None:
            return None
        found, step = rests, replace(step, certainty="mentioned")
    quote, t = short(found[0], QUOTE_WORDS).removesuffix(" \u2026"), found[1]
    evidence = step.evidence if t in step.evidence else (*step.evidence[:3], t)
    step = replace(step, quote=quote, evidence=evidence, due=_due(said, step))
    if _TO_A_MACHINE.search(mask(said.text((t,)))):
        return None
    wrong = fault(said, step.text, evidence, SHARE)
    if (wrong and wrong not in _DETAILS) or contradicts_owner(said, step) or _says_the_opposite(said, step):
        return None
    if _fallen(said, step):
        return None
    if wrong:
        return _in_its_words(said, step, t)
    return step if _bound(said, step) else replace(step, certainty="mentioned")


def _in_its_words(said: Said, step: NextStep, t: int) -> NextStep | None:
    """Something was planned there, but not with that name or on that day: what was said is shown in its place."""
    if len(stems(step.quote)) < 2 or not stems(step.quote) & stems(step.text):
        return None
    speaker = next(turn.speaker for turn in said.turns if turn.t == t)
    return replace(step, text=says(speaker, step.quote), certainty="mentioned")


def _closest(said: Said, step: NextStep) -> tuple[str, int] | None:
    """The cited sentence that says most of it, where the quotation given was never said."""
    about = stems(step.text)
    places = set(said.places(step.evidence))
    ranked = sorted(
        ((len(stems(s.text) & about), -s.at, s) for s in said.talk.sentences if s.turn in places), key=lambda r: r[:2]
    )
    return (ranked[-1][2].text, ranked[-1][2].t) if ranked and ranked[-1][0] >= 2 else None


def _due(said: Said, step: NextStep) -> str | None:
    """As it was said there, or none."""
    found = said.exact(step.due, step.evidence, REACH) if step.due else None
    return found[0].rstrip(".,!?") if found else None


def _says_the_opposite(said: Said, step: NextStep) -> bool:
    """ "Don't" where nothing of it was ruled out, or something to do where the words quoted rule it out."""
    masked, quote = mask(step.text), mask(step.quote)
    if _PLAINLY_NO.search(masked):
        turns = [said.turns[p].text for p in said.places(step.evidence, 1)]
        return not _NO.search(" ".join(map(mask, turns))) or opposes(step.text, turns, patient=False)
    if not says_no(step.text) and denied(step.text, step.quote):
        return True
    if _NO.search(masked) or _BINDS.search(_WONT.sub(" ", quote)):
        return False
    wont = [piece for piece in re.split(r"[,.;]| because | but | and ", quote) if _WONT.search(piece)]
    return any(stems(piece) & stems(step.text) or not stems(piece) for piece in wont)


def _fallen(said: Said, step: NextStep) -> bool:
    """Refused in the last of the lines cited or right after them, put right in the same breath, or let go by name
    later on."""
    last = said.places(step.evidence)[-1]
    if _put_right(said, step):
        return True
    if says_no(step.text):
        return False
    if step.who == "you" and (_ruled_out(said, step) or any(_refuses(said, p, step) for p in (last, last + 1))):
        return True
    if _refused_later(said, step):
        return True
    about = _about(step)
    later = (drop for drop in said.drops if drop.sentence.turn > last and not drop.sentence.question)
    return any(len(drop.named & about) >= 2 for drop in later)


def _refused_later(said: Said, step: NextStep) -> bool:
    """ "I'm not going to Perth", said where it is cited or at any time after: all that it names is in the step."""
    mine, people = stems(step.text), stems(" ".join(said.names))
    for turn in said.turns[said.places(step.evidence)[0] :]:
        if turn.speaker == "therapist":
            continue
        for piece in _PIECES.split(mask(turn.text)):
            refused = stems(piece) if _I_WONT.search(piece) else set()
            if refused and refused <= mine and (len(refused) >= 2 or refused & people):
                return True
    return False


def _about(step: NextStep) -> frozenset[str]:
    """What is done and to what, names apart."""
    return frozenset((named(step.text) or stems(step.text)) - stems(" ".join(figures.names(step.text))))


def _ruled_out(said: Said, step: NextStep) -> bool:
    """The last that was said of it there is a no: "No. No letter.", "I'm not gonna phone"."""
    if _NO.search(mask(step.text)):
        return False
    places = said.places(step.evidence)
    wide = [*places, *(p for p in (places[-1] + 1,) if p < len(said.turns))]
    turns = [said.turns[p].text for p in wide if said.turns[p].speaker != "therapist"]
    return last_word_on(_about(step), turns, stems(" ".join(said.people))) is True


def _refuses(said: Said, place: int, step: NextStep) -> bool:
    """That turn is the client's no to a proposal of this, with nothing of the step in it that is new."""
    if not 0 < place < len(said.turns):
        return False
    turn, before = said.turns[place], said.turns[place - 1]
    if turn.speaker in ("therapist", before.speaker) or not cues.refuses(mask(turn.text)):
        return False
    if _BINDS.search(mask(turn.text)) and not _WONT.search(mask(turn.text)):
        return False  # "No. Let me do the ones I can."
    if turn.t not in step.evidence and not cues.proposes(mask(before.text)):
        return False
    return bool(stems(before.text) & _about(step)) and not (stems(turn.text) - stems(before.text)) & stems(step.text)


def _put_right(said: Said, step: NextStep) -> bool:
    """ "Saturday, no, I work Saturday. Sunday.", "he mustn't come Friday. Jaydon can come, Saturday": a day that was
    taken back where it was said."""
    days = figures.days(step.text)
    sentences = [s for p in said.places(step.evidence) for s in split(said.turns[p].text)]
    ruled_out = {d for s in sentences if says_no(s) for d in figures.days(s)}
    ruled_in = {d for s in sentences if not says_no(s) for d in figures.days(s)}
    if days & (ruled_out - ruled_in) and ruled_in - days and not says_no(step.text):
        return True
    for place in said.places(step.evidence):
        for m in _CORRECTED.finditer(mask(said.turns[place].text)):
            if figures.days(m.group("day")) <= days and figures.days(m.group("rest")) - days:
                return True
    return False


def _bound(said: Said, step: NextStep) -> bool:
    """Whoever is to do it undertook it, or took it up when it was proposed, and not only perhaps."""
    if step.certainty == "mentioned" or _GONE_BY.search(mask(step.quote)):
        return False
    if said.talk.alone:
        quote = mask(step.quote)
        return not (_MAYBE.search(quote) or _WONT.search(quote) or _NOT_NOW.search(quote))
    speaker = "therapist" if step.who == "therapist" else "client"
    places = said.places(step.evidence)
    wide = sorted({*places, *(p + 1 for p in places if p + 1 < len(said.turns))})
    return any(_takes_up(said, step, place) for place in wide if said.turns[place].speaker in (speaker, "unclear"))


def _takes_up(said: Said, step: NextStep, place: int) -> bool:
    """ "I'll ...", "okay", or the answer to "when?"."""
    masked = mask(said.turns[place].text)
    before = mask(said.turns[place - 1].text) if place else ""
    if cues.refuses(masked) and not _NO_PROMISE.search(masked):
        return False
    firm = [s for s in re.split(r"(?<=[.!?])\s+", masked) if not _MAYBE.search(s) and not _NOT_NOW.search(s)]
    if any(binds(s) for s in firm):
        return True
    about = named(step.text) or stems(step.text)
    again = any(stems(s) & about and not s.endswith("?") and not _OF_OTHERS.search(s) for s in firm)
    return bool(firm) and (cues.accepts(masked) or cues.asks_for_plan(before) or again or _adds(said, step, place))


def _adds(said: Said, step: NextStep, place: int) -> bool:
    """ "On paper. The back of a work order.": a short word more, right after the plan was said over."""
    before, text = said.turns[place - 1] if place else None, said.turns[place].text
    if before is None or before.speaker != "therapist" or len(text.split()) > _SHORT or text.rstrip().endswith("?"):
        return False
    plan = " ".join(s for s in re.split(r"(?<=[.!?\u2026])\s+", before.text) if not s.endswith("?"))
    return len(stems(plan) & stems(step.text)) >= 2 and not _MAYBE.search(mask(before.text))


def binds(sentence: str) -> bool:
    """Somebody undertakes something in it, not only perhaps and not once upon a time."""
    masked = mask(sentence)
    firm = _BINDS.search(masked) and not sentence.rstrip().endswith("?")
    return bool(firm) and not _MAYBE.search(masked) and not _NOT_NOW.search(masked)
