"""What was agreed about danger: promises and plans really said near it or at the end, word for word."""

from __future__ import annotations

import re
from collections.abc import Iterable

from afterword.record import Line, NextStep
from afterword.room.understand.builtin.clauses import Sentence, Talk, stems
from afterword.room.understand.builtin.danger.lexicon import ASKED
from afterword.room.understand.builtin.danger.words import plain
from afterword.room.understand.builtin.dropped import drops_in, taken_back
from afterword.room.understand.builtin.shown import short, tidy
from afterword.room.understand.builtin.wording import named

MOST = 6
MOST_WORDS = 30
NEAR = 24  # turns after a sign
NEAR_A_STEP = 8
_BINDS = re.compile(
    r"\b(?:i'll|i will|i'm going to|i'm (?:calling|ringing|coming|giving)|i can (?:call|ring|go|stay|tell|text|do "
    r"that|give|lock|put|leave)|i'd (?:call|ring|text|tell|go|use it|phone|come|drive|wake)|we'll|we will|we're "
    r"going to|"
    r"we (?:agreed|said|made a plan|settled)|let's (?:put|keep|write|make|call|ring)|i promised?|i said i'd (?:call|"
    r"ring|go|tell)|i won't)\b"
)
_BINDS_THE_OTHER = re.compile(
    r"\b(?:you'll|you will|you(?:'re| are) (?:going to|calling|ringing|giving|handing|staying|taking)|you (?:call|"
    r"ring|text|phone|go (?:to|straight)|tell|give|stay|leave|come|use|put|said you'd|agreed|promised|can (?:call|"
    r"ring|text|phone|come))|"
    r"if (?:it|that|he|she|they|the \w+|things) [\w' ]{1,30},? (?:you|then)|the plan (?:is|stands)|(?:he|she|"
    r"\w+)(?:'s| is| will|'ll) (?:tak|keep|hold|stay)\w*)\b"
)
_CARE = re.compile(
    r"\b(?:call|calls|calling|ring|rings|ringing|phone|text|tell|telling|wake|numbers?|line|hotline|helpline|"
    r"9[- ]?8[- ]?8|nine[- ]eight[- ]eight|116 ?123|999|911|000|112|nine[- ]one[- ]one|nine nine nine|triple zero|"
    r"samaritans|lifeline|"
    r"safety plan|crisis|card|doctor|gp|nurse|hospital|a and e|emergency|er\b|ambulance|police|refuge|shelter|lawyer|"
    r"solicitor|legal aid|order|lock|locks|locked|locking|safe\b|key|keys|gun|guns|pistol|shotgun|rifle|pills|tablets|"
    r"meds|"
    r"medication|razors?|blades?|knife|knives|lighter|rope|bottle|sack|chemist|pharmacy|stay (?:with|at|over|the "
    r"night)|sleep at|come (?:and )?(?:get|over|with|out)|go to (?:my|his|her|your)|sister|brother|mum|mom|mam|dad|"
    r"friend|neighbou?r|wife|"
    r"husband|daughter|son|code|word|signal|bag|passport|documents|papers|leave the (?:room|house)|walk away|put "
    r"(?:him|her|the baby) down|hand (?:it|them) over|give (?:it|them|him|her)|carr(?:y|ies) off|check in|five-thirty|"
    r"alone|(?:won't|not) "
    r"(?:do anything|drink|hurt|act|be alone))\b"
)
_OF_DANGER = re.compile(
    r"\b(?:9[- ]?8[- ]?8|nine[- ]eight[- ]eight|116 ?123|999|911|nine[- ]one[- ]one|samaritans|lifeline|crisis|"
    r"safety plan|gun|guns|pistol|shotgun|rifle|pills|tablets|razors?|blades?|rope|knives|refuge|shelter|police|"
    r"hospital|a and e|emergency|ambulance|"
    r"danger\w*|hurt\w*|urges?|safe\b|thoughts?|comes? back|gets? (?:bad|worse|dark|that bad|like that))\b"
)
_REFUSES = re.compile(
    r"^\W*(?:(?:um|uh|well|oh|mm),? )*(?:no\b(?!,? (?:that's|it's) (?:fine|good|ok))|not (?:now|today|yet|that|her|"
    r"him|my)|i (?:can't|couldn't|won't|don't (?:want|think|know)|'d rather not|would rather not)|maybe|i'm not sure|"
    r"let me (?:think|see)|we'll see|i'll think)"
)
_OPEN = re.compile(
    r"\b(?:ask you|i'll (?:just )?(?:say|tell you)|tell (?:me|you) (?:straight|what|about|how|before|something)|(?:^|"
    r"and |so )(?:will|would|could|can|"
    r"do|did|shall|should|are) (?:you|i|we)|i(?:'d| would) say\b|if i (?:ring|call|tell|go|say|do|ask|told|"
    r"rang|called|went)\b|maybe|perhaps|might|not sure|i don't know|if i (?:can|feel like)|i guess i could|would you|"
    r"could you|should i|do you want)\b"
)


def agreed(talk: Talk, signs: Iterable[int], steps: Iterable[NextStep]) -> tuple[Line, ...]:
    """`signs`: the turns in which danger came up; `steps`: those of the record. At most six quotations, in order."""
    places = _stretch(talk, set(signs))
    if not places:
        return ()
    settled = {step.quote for step in steps if step.certainty == "agreed"}
    weights = {s.at: _weight(talk, s, places, settled) for s in talk.sentences if s.turn >= places[0]}
    drops = drops_in(talk)
    standing = [s for s in talk.sentences if weights.get(s.at) and not taken_back(talk, drops, s, named(s.text))]
    chosen: list[Sentence] = []
    for sentence in sorted(standing, key=lambda s: (-weights[s.at], s.at)):
        if len(chosen) < MOST and not any(_says_the_same(sentence, other) for other in chosen):
            chosen.append(sentence)
    return tuple(Line(short(tidy(s.text), MOST_WORDS), (s.t,)) for s in sorted(chosen, key=lambda s: s.at))


def _stretch(talk: Talk, signs: set[int]) -> list[int]:
    """The signs, and every turn from the first one on that still speaks of danger not long after the one before."""
    places: list[int] = []
    for turn in range(min(signs, default=0), len(talk.turns)):
        goes_on = places and turn - places[-1] <= NEAR and _speaks_of_it(talk, turn)
        if turn in signs or goes_on:
            places.append(turn)
    return places if signs else []


def _speaks_of_it(talk: Talk, turn: int) -> bool:
    texts = [plain(s) for s in talk.of_turn(turn)]
    return any(_OF_DANGER.search(text) or any(asks.search(text) for asks in ASKED.values()) for text in texts)


def _weight(talk: Talk, sentence: Sentence, places: list[int], settled: set[str]) -> int:
    """0 for what binds nobody, or has nothing to do with it."""
    words = plain(sentence)
    near = any(0 <= sentence.turn - place <= NEAR for place in places)
    step = sentence.text in settled and any(0 <= sentence.turn - place <= NEAR_A_STEP for place in places)
    cares, of_danger = len(set(_CARE.findall(words))), bool(_OF_DANGER.search(words))
    at_end = sentence.turn >= talk.closing
    if sentence.question or _OPEN.search(words) or not (step or (cares and _binds(talk, sentence, words))):
        return 0
    if not near and not (at_end and of_danger):
        return 0
    return 1 + cares + 2 * of_danger + 2 * step + (sentence.speaker != "therapist") + at_end


def _binds(talk: Talk, sentence: Sentence, words: str) -> bool:
    if sentence.speaker != "therapist" and _REFUSES.search(plain(talk.of_turn(sentence.turn)[0])):
        return False
    if _BINDS.search(words):
        return sentence.speaker != "therapist" or not _refused(talk, sentence)
    return bool(_BINDS_THE_OTHER.search(words)) and sentence.speaker == "therapist" and _taken(talk, sentence)


def _refused(talk: Talk, sentence: Sentence) -> bool:
    reply = talk.of_turn(sentence.turn + 1)
    return bool(reply) and reply[0].speaker != sentence.speaker and bool(_REFUSES.search(plain(reply[0])))


def _taken(talk: Talk, sentence: Sentence) -> bool:
    """Somebody answered, and did not refuse."""
    return bool(talk.of_turn(sentence.turn + 1)) and not _refused(talk, sentence)


def _says_the_same(one: Sentence, other: Sentence) -> bool:
    mine, theirs = stems(one.text), stems(other.text)
    return bool(mine) and len(mine & theirs) >= 0.6 * min(len(mine), len(theirs) or 1)
