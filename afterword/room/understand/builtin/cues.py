"""What a clause does in the talk: commits, promises, assigns, proposes, accepts, refuses, drops."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Literal

from afterword.record import Who
from afterword.room.understand.builtin.clauses import Sentence
from afterword.room.understand.builtin.lexicon import ERRANDS, listed
from afterword.room.understand.builtin.times import times_in

Kind = Literal["commit", "promise", "assign", "propose", "plan", "recap", "together"]

_ADVERBS = (
    r"(?:(?:just|definitely|also|then|at least|go ahead and|go and|try to|try and|make sure to|make sure that i|make "
    r"sure i|make sure you|still|totally|actually|certainly|absolutely|probably|maybe|again)\s+)*"
)
_COMMIT = re.compile(
    rf"\b(?:i'll|i will|ill(?= \w+ (?:the|my|her|him|you|it))|i am going to|i'm going to|im going to|"
    rf"i'm gonna|im gonna|"
    rf"i promise to|i promise i'll|i commit to)\s+{_ADVERBS}(?P<verb>[a-z][a-z'-]*)"
)
_WEAK = re.compile(
    rf"\b(?:i (?:can|could|might|should|need to|have to|want to|wanna|guess i'll|guess i could|gotta|oughta|ought to|"
    rf"may)|i'd like to|i'd be willing to|i'm willing to|i've got to|i'm (?:supposed|meant) to|i'm hoping to|"
    rf"i plan to|i'm planning to|i'd better)\s+{_ADVERBS}(?P<verb>[a-z][a-z'-]*)"
)
_TOGETHER = re.compile(
    rf"\b(?:we'll both|we will both|we're both going to|we are both going to|both of us (?:will|are going to)|"
    rf"you and i (?:will|are going to))\s+{_ADVERBS}(?P<verb>[a-z][a-z'-]*)"
)
_OFFER = re.compile(
    r"\b(?:i can|i could|let me) (?:just |also )?(?P<verb>send|email|forward|text|print|copy|share|"
    r"post|ring|call|find out|look into|check with|write to|refer)\b"
)
_ONGOING = re.compile(
    rf"\bi'm (?:just |only )?(?P<verb>(?:{ERRANDS}|tell|invit|mov|tak|writ|mak|com|giv|shar|leav)+ing)\b"
)
_PRESENT = re.compile(rf"\bi (?P<verb>{ERRANDS}|tell|take|do|go|rate|draft|sit|walk|read|practi[sc]e|rehearse)\b(?!')")
_ASSIGN = re.compile(
    rf"\b(?:you'll|you will|you're going to|you're gonna|you are going to|i'd like you to|i want you to|i'd love you "
    rf"to|i'm going to ask you to|i need you to|you need to|you should|have you|your job is to|your homework is to)"
    rf"\s+{_ADVERBS}(?P<verb>[a-z][a-z'-]*)"
)
_YOU_ONGOING = re.compile(rf"\b(?:and |so )?you're (?P<verb>(?:{ERRANDS}|tell|tak|writ|mak|com|giv|shar|leav)+ing)\b")
_IMPERATIVE = re.compile(
    rf"^(?:(?:and|so|okay|ok|then|also|just|please|maybe|but|well|good|great|alright|all right)[,.]? )*"
    rf"(?P<verb>{ERRANDS}|keep|try|tell|practi[sc]e|notice|take|do|go|read|pick|choose|start|stop|come|"
    rf"remember|rest|drink)\b"
)
_PROPOSE = re.compile(
    r"\b(?:what if|how about|what about|would you be (?:willing|up|open|able|okay)|would you (?:like|"
    r"want|try|consider)|"
    r"could you|can you|do you think you (?:could|can|might)|why don't you|maybe you (?:could|can)|you could|you might|"
    r"i wonder if you|i'd suggest|i would suggest|i'd recommend|i would recommend|i was going to suggest|"
    r"i'm wondering (?:if|whether)|might you|are you willing|are you up for|let me throw something out|some people|"
    r"what would it be like|shall we|should we|let's say|what if we|it might (?:help|be worth)|"
    r"it would be (?:good|worth|useful)|have you thought (?:about|of))\b"
)
_PROPOSED_ACT = re.compile(
    rf"\b(?:what if (?:we said )?you|what if we said|(?:how|what) about (?:you )?(?=\w+ing\b)|"
    rf"would you (?:be (?:willing|up for|open|able|okay)(?: to)?|like to|want to|"
    rf"try|consider)|(?<!what )(?<!how )(?<!when )(?<!where )could you|"
    rf"can you|do you think you (?:could|can|might)(?: be able to)?|"
    rf"why don't you|maybe you (?:could|can)|"
    rf"(?<!what )(?<!how )(?<!that )(?<!where )(?<!who )you (?:could|might)|i wonder if you (?:could|"
    rf"might)|i'd (?:suggest|recommend)(?: (?:that )?you)?|"
    rf"are you (?:willing|up for|able)(?: to)?|"
    rf"might you|shall we say|let's say|it might (?:help|be worth|be good) to|it would be (?:good|"
    rf"worth|useful|great) (?:if you (?:could )?|to )|i'd (?:like|love)(?: for)? you to)"
    rf" ?{_ADVERBS}(?P<verb>[a-z][a-z'-]*)"
)
_ASKED_NOW = re.compile(
    r"^(?:tell|say|describe|explain|show|hear|see|remember|recall|think|feel|imagine|rate|walk|pass|"
    r"picture|be\b|name|point|move|lift|bend|open|breathe|"
    r"swallow|speak up|talk|guess|know|give (?:me|us|it a (?:number|name))|have|put (?:that|it|"
    r"a (?:number|name|word|finger))|look (?:at|back)|go back|back up|start|start by|"
    r"elaborate|clarify|confirm|repeat|slow|stop|hang|hold|understand|help me|find|notice|get|feel|"
    r"use|do (?:that|it) (?:again|now|here)|close|sit|stay|take (?:me|us|a))\b"
)
_PLAN_ASKED = re.compile(
    r"what (?:are|will|would|could|can|might) you (?:going to |gonna |be )?(?:do|doing|try|change|"
    r"commit|say|tell|take|bring)|"
    r"when (?:will|would|could|can|are|might) you|when's that|what's (?:one|the first|the next|"
    r"the smallest)|what would "
    r"(?:help|that look|be (?:one|a))|how (?:will|would|could) you|what's long enough|what feels (?:doable|manageable|"
    r"possible)|\b(?:text|call|write|email|phone|in person)\b[^?]{0,25} or [^?]{0,25}\?|where's the|"
    r"who (?:could|can|will) "
    r"you|which (?:day|night|one)|what day|how (?:often|long|many)"
)
_ACCEPT = re.compile(
    r"^(?:(?:oh|um|uh|hm+|well|so|huh|god|and)\b[,. ]+)*(?:yeah|yes|yep|yup|okay|ok|sure|alright|all right|fine|deal|"
    r"absolutely|definitely|of course|i can|i could|i'll|sounds good|that works|i like that|works for me|great|good|"
    r"perfect|mm-hm+|right|exactly|that'd be (?:good|great|fine)|no,? (?:no,? )?(?:it's|"
    r"that's) (?:good|fine|okay|great))\b"
)
_WARM = re.compile(
    r"\b(?:give (?:it|that) a (?:go|try|shot)|have a go|i can do that|i could do that|i'll do (?:that|"
    r"it|this)|i will\b|i'll try|i can try|"
    r"i could try|deal\b|i like "
    r"(?:that|it)|that works|sounds good|let's do (?:that|it)|that'd be (?:good|great)|absolutely|definitely|of course|"
    r"i'd like that|i can manage|that's doable|i could manage)"
)
_REFUSE = re.compile(
    r"^(?:(?:oh|um|uh|hm+|well|god|okay|yeah|mm|ah|to \w+ \w+\?|a \w+\?)\b[,.? ]+)*(?:no\b(?! worries|"
    r" problem| rush)|nope|"
    r"nah|not\b|i can't|i couldn't|i don't (?:think|want|know if|know about)|i won't|absolutely not|never\b|i'd rather "
    r"(?:not|die)|i'm not\b|that's not|please don't|don't\b)"
)
_YES_AND_NO = re.compile(r"^(?:(?:um|uh|oh|well|mm)[, ]+)*(?:yeah|yes|yep|okay|ok|sure|right),? (?:but )?no\W*$")
DROP = re.compile(
    r"\b(?:scratch|scrap (?:it|that|the)|forget (?:i said|that|it|about|the|i)|never ?mind|withdrawn|cross (?:that|"
    r"it) (?:off|out)|(?:is|are)n't "
    r"(?:going to|gonna) (?:work|happen)|not (?:going to|gonna) (?:work|happen|do)|won't (?:work|happen)|instead of|"
    r"rather than|let's (?:leave|drop|skip|not|park|hold off|lose)|leave (?:it|that|them|this|"
    r"\w+) (?:out|alone|off|for "
    r"now|be)|take (?:it|that|out|off)\b|hold off|skip (?:it|that|the)|drop (?:it|that|the)|not (?:yet|until|till|this "
    r"week|doing|sending|calling|going|telling)|no longer|changed my mind|on second thoughts?|i'm not \w+ing|we're not "
    r"\w+ing|i won't|i can't|i cannot|i don't want|i'm not going to|i'd rather not|still no\b|"
    r"off the list|put (?:that|it) off|"
    r"don't|doesn't have to|no need to)"
)
# Said outright: nothing else can be meant.
OUTRIGHT = re.compile(
    r"\b(?:scratch|scrap (?:it|that|the)|cancel|withdrawn|never ?mind|off the list|changed my mind|"
    r"on second thoughts?|no longer)\b|"
    r"\bcross (?:it|that|\w+) (?:off|out)\b|\b(?:isn't|not) (?:going to|gonna) work\b"
)
_NOT_THAT = re.compile(
    r"(?:^|[,.;] )(?:so |and |but |just )?(?:no|not) (?:the |a |an |my |your |his |her |to |"
    r"that )?(?P<what>[\w' -]{3,40})"
)
REPORT = re.compile(
    r"\b(?:said|says|saying|goes|told|tells|was like|were like|is like|i'm like|he's like|"
    r"she's like|they're like|be "
    r"like|texted|asked|wrote|promised|swore|kept saying|heard)\b|\b(?:thought|figured|go),"
)
HYPOTHETICAL = re.compile(
    r"\b(?:if (?:i|we|it|that|you|there)\b|if i'd|would(?:n't)?\b|wouldn't|i'd\b(?! (?:like|love) (?:to|you))|suppose|"
    r"imagine|pretend|unless|otherwise|as if|or (?:else )?i'll)"
)
HEDGE = re.compile(
    r"\b(?:maybe|might|perhaps|probably|possibly|i guess|i suppose|i hope|hopefully|i dunno|"
    r"i don't know|see if i|not sure|we'll see)\b"
)
HABIT = re.compile(
    r"\b(?:sometimes|usually|always|whenever|every time|normally|tend to|used to|and then i'll|"
    r"like i'll|often|half the time|most days|typically)\b"
)
_WHEN = re.compile(
    r"^(?:(?:and|so|but|then) )?(?:when|whenever|every time|each time|the next time|next time) [^,]{3,60}, "
)
_NEGATED = re.compile(r"\bi'll no\b|\b(?:not|never|won'?t|don'?t|can'?t|cannot|isn'?t|aren'?t|no longer|nothing)\b")
JEST = re.compile(
    r"\b(?:just kidding|i'm kidding|joking|i'm just saying|which i'm not|as if|yeah,? right|"
    r"that's gonna be it|ha\b|simply die|rather die|till i die)\b"
)

# "I could say, let me check and I will tell you": what is to be said to somebody, without quotation marks.
_WORDS_TRIED = re.compile(
    r"\b(?:say|saying|(?:tell|text|answer) (?:him|her|them|my \w+))"
    r"(?:, (?!and\b|but\b|then\b)|:? (?=let me\b|i'll\b|i will\b|that i\b))"
)
_SAYING_THAT = re.compile(r"\b(?:say|tell (?:him|her|them|my \w+)) that (?:i|we)\b")
# To say something to a person outside the room is an act; "I'll say this" is not.
_SAYS_TO = re.compile(r"say (?:that (?:i|it|we|my)|no|yes|sorry|hello|to (?:him|her|them|my))\b")

# What somebody undergoes rather than undertakes, and what belongs to the talk itself.
NOT_ACTS = listed(
    """be say know see die cry fall lose fail explode forget miss regret freak have feel want need like think guess
    hope believe understand happen become seem get end wake sleep hear sound love hate never always not explain
    admit let's ever throw vomit scream burn snap crack melt drown resent wonder realize realise suffer struggle
    break survive panic worry spiral kill murder lie cut hurt bet assume mean back interrupt digress grant agree
    disagree repeat finish'd grab pause hang hold examine jump quickly now live vanish disappear implode faint
    puke bawl sob laugh chicken"""
)
_IN_TALK = re.compile(
    r"\b(?:tell you (?:what|that|how|why|about|the truth|something)|be honest|let you (?:go|"
    r"know when)|see you|ask you (?:a|about|to|something|some|"
    r"this|that|what|how|another)|give you (?:that|a minute|a second|an example)|get (?:to|back|"
    r"into) (?:that|it|there)|talk (?:about|through)|"
    r"say (?:more|that|it|something|(?:no|yes) to)|pick up\W*$|stop you|"
    r"take (?:your time|a (?:breath|second|minute|look|listen|"
    r"seat))|have a (?:look|listen|think)|"
    r"go (?:back|ahead|through|over)|come back to|back up|make (?:a )?(?:note|sense)|note that|"
    r"write (?:that|this) down (?:now|here)|ask you\b|[^.]*\bbefore you (?:go|leave)\b|"
    r"read (?:it|this|that) (?:back|out)|go with (?:that|the)|check (?:in|the time|my)|"
    r"try (?:something|it|that|this) (?:with|now|here|again)|"
    r"close your|sit with|stay with|notice (?:what|where|how|that)|picture|look at (?:me|that|this)|"
    r"put (?:it|that) (?:this|another|like)|"
    r"take (?:that|it) (?:back|as)|do (?:it|that) again|find (?:it|that|out) (?:hard|interesting|"
    r"difficult)|find yourself|be able|"
    r"bring (?:it|that|this) (?:up|back) (?:now|because)|ask (?:why|what you|how you)|leave (?:it|"
    r"that) (?:there|at that)|do my best|speak (?:for|to that))\b"
)
_UNFINISHED = listed("just also probably maybe then still definitely even never always only really um uh actually like")
_BY_THE_WAY = re.compile(
    r"(?:write|jot|note) (?:it|that|this|them|one|those|you down)\b(?!.*\b(?:to|for) (?:you|him|her|them)\b)|"
    r"(?:put|leave|pull|drop|set|hand|get|give|make|take|find|ask|keep|try)\b"
    r"(?!.*\b(?:you|your|post|mail|email|letter|note|notes|number|copy|link|sheet|list|form|referral|gp|doctor)\b)"
)
_PARTING = re.compile(
    r"(?:come\b(?! (?:over|round|with|and|to)\b)|"
    r"sort of|take care|go home|go safely|come (?:on )?(?:in|back in|through)|have a (?:good|nice|great)|"
    r"mind (?:how|the)|leave the \w+[.!]?$|try[.!,]?$|do (?:my|your) best)\b|try\W*$"
)
_END = re.compile(
    r",? (?:but|because|'cause|cause|though|although|unless|except)\b|,? and (?=i\b|i'|you\b|you'|we\b|we'|she\b|he\b|"
    r"they\b|she'|he'|they'|then i|that's|it's|it )|, (?=no\b|i\b|i'|you\b|you'|she\b|he\b|it's|"
    r"that's|which|so\b|okay|right|and (?:i|you))|"
    r"[;\u2014\u2013]|[.!?\u2026]+[\s\"')]*$|,? if (?=you|that's|it's)|"
    r"(?<!when)(?<!while)(?<!until)(?<!till)(?<!before)(?<!after)(?<!once)(?<!that)(?<!what)(?<!where)(?<!how)(?<!why)"
    r"\s(?=(?:i'm|i'll|you're|you'll|okay)\b)"
)


@dataclass(frozen=True)
class Cue:
    """One clause that may be a step. `start`, `verb`, `end`: where in its sentence it begins, acts and stops."""

    sentence: Sentence = field(repr=False)
    kind: Kind
    strong: bool
    start: int
    verb: int
    end: int

    @property
    def clause(self) -> str:
        return self.sentence.text[self.start : self.end].strip(" ,")

    @property
    def act(self) -> str:
        return self.sentence.text[self.verb : self.end].strip(" ,.!?")

    @property
    def act_masked(self) -> str:
        return self.sentence.masked[self.verb : self.end]


def cues_in(sentence: Sentence, closing: bool) -> list[Cue]:
    """Every clause of the sentence that undertakes, promises, assigns or proposes something."""
    found: list[Cue] = _matches(sentence, _TOGETHER, "together", True)
    speaker = sentence.speaker
    if speaker == "therapist":
        found += _matches(sentence, _COMMIT, "promise", True)
        found += _matches(sentence, re.compile(r"\bi owe you\b(?P<verb>)"), "promise", True)
        found += _matches(sentence, re.compile(r"\bi said i(?:'d| would) (?P<verb>[a-z]+)"), "promise", closing)
        found += _matches(sentence, _ASSIGN, "assign", True)
        found += [
            cue for cue in _matches(sentence, _PROPOSED_ACT, "propose", False) if not _ASKED_NOW.match(cue.act_masked)
        ]
        found += _matches(sentence, _OFFER, "promise", False)
        found += _matches(sentence, _YOU_ONGOING, "assign", True) if closing else []
        found += _matches(sentence, _IMPERATIVE, "assign", False) if closing and not sentence.question else []
    else:
        found += _matches(sentence, _COMMIT, "commit", True)
        found += _matches(sentence, _WEAK, "commit", False)
        found += _matches(sentence, _ONGOING, "commit", False)
        dated = closing and bool(times_in(sentence.masked))
        found += _matches(sentence, _PRESENT, "commit", False) if dated else []
    return _in_one_breath(sorted(_apart(found), key=lambda cue: cue.start))


def _in_one_breath(cues: list[Cue]) -> list[Cue]:
    """ "When he asks, I will say I need to check, and I will answer the next day" is one plan of two parts."""
    if len(cues) != 2 or not _WHEN.match(cues[0].sentence.masked) or cues[0].kind != cues[1].kind:
        return cues
    first, second = cues
    joined = re.fullmatch(r",? and ", first.sentence.masked[first.end : second.start])
    return [replace(first, end=second.end)] if joined and first.strong and second.strong else cues


def owner_of(cue: Cue) -> Who:
    """Who is to do it. From an unclear voice only "we'll both ..." can be told."""
    if cue.kind == "together":
        return "both"
    if cue.sentence.speaker == "client":
        return "you"
    return "therapist" if cue.kind == "promise" else "you"


def when_of(cue: Cue) -> str:
    """The "when he asks me" that the clause hangs on, as it stands at the head of the sentence; or nothing."""
    head = _WHEN.match(cue.sentence.masked)
    return cue.sentence.text[: head.end()].strip(" ,") if head and head.end() == cue.start else ""


def volitional(cue: Cue) -> bool:
    """An act that one can undertake, and not a turn of the conversation."""
    act = cue.act_masked
    first = act.split()[0].strip(",.!'") if act.split() else ""
    if re.match(r"have a (?:look (?:for|at|into|and)|word|chat|think about)", act):
        return True
    if cue.kind == "promise" and cue.start == cue.verb:
        return True
    if cue.kind != "promise" and _SAYS_TO.match(act) and not re.search(r"\byou\b", act):
        return True
    if not first or first in NOT_ACTS or first in _UNFINISHED or _PARTING.match(act) or _IN_TALK.match(act):
        return False
    return cue.kind != "promise" or _errand(act)


def _errand(act: str) -> bool:
    """What a therapist promises is an errand, not "I'll put it there" or "I'll book you in"."""
    booked = re.match(
        r"(?:put|book|pencil|fit|squeeze|get) you (?:down|in|back)\b|give you (?:a sense|the|some space|"
        r"an idea)",
        act,
    )
    return bool(re.match(rf"(?:{ERRANDS})\b", act)) and not booked and not _BY_THE_WAY.match(act)


def negated(cue: Cue) -> bool:
    before = cue.sentence.masked[max(0, cue.start - 12) : cue.start]
    return bool(_NEGATED.search(cue.sentence.masked[cue.start : cue.verb] + " " + before.rsplit(",", 1)[-1])) or bool(
        re.match(r"\s*(?:no\b|(?:\w+ )?(?:not|never)\b)", cue.act_masked)
    )


def hypothetical(cue: Cue) -> bool:
    """Said under an if, a would, as a habit or in jest."""
    masked = cue.sentence.masked
    rest = masked[: cue.start] + " " + masked[cue.verb : cue.end]
    return bool(HYPOTHETICAL.search(rest) or HABIT.search(masked[: cue.end]) or JEST.search(masked))


def in_jest(masked: str) -> bool:
    return bool(JEST.search(masked))


def reported(cue: Cue) -> bool:
    """In the mouth of somebody else, or of the same person at another time."""
    before = re.sub(r"\b(?:like |as )?(?:you|we) said\b", "", cue.sentence.masked[: cue.start])
    if _WORDS_TRIED.search(before) and not (_SAYING_THAT.search(before) and re.search(r",? and $", before)):
        return True
    return bool(REPORT.search(before)) and not re.search(r"\b(?:like i said|as i said|i told you)\b", before)


def hedged(cue: Cue) -> bool:
    return bool(HEDGE.search(cue.sentence.masked))


def proposes(masked: str) -> bool:
    return bool(_PROPOSE.search(masked))


def asks_for_plan(masked: str) -> bool:
    return bool(_PLAN_ASKED.search(masked))


def accepts(masked: str) -> bool:
    """The reply takes the thing up, at least in form."""
    if _YES_AND_NO.search(masked):
        return False
    return bool(_ACCEPT.search(masked)) and not re.search(r"\b(?:but|although|i don't know)\b", masked[:60])


def takes_up(masked: str) -> bool:
    """Opens with a yes of some sort."""
    return bool(_ACCEPT.search(masked))


def turns_down(masked: str) -> bool:
    """Opens with a no of some sort."""
    return bool(_REFUSE.search(masked))


def accepts_warmly(masked: str) -> bool:
    return bool(_WARM.search(masked)) and not refuses(masked)


def refuses(masked: str) -> bool:
    return bool(_YES_AND_NO.search(masked) or (_REFUSE.search(masked) and not _ACCEPT.search(masked)))


def dropped_things(masked: str) -> list[str]:
    """The stretches in which something is taken back."""
    parts = re.split(r"[.;!?]|, (?!no\b)| but | and ", masked)
    found = [part for part in parts if DROP.search(part) and not re.search(r"don't (?:know|think|have)", part)]
    return found + [m.group("what") for m in _NOT_THAT.finditer(masked)]


def _matches(sentence: Sentence, cue: re.Pattern[str], kind: Kind, strong: bool) -> list[Cue]:
    found = []
    for m in cue.finditer(sentence.masked):
        verb = m.start("verb")
        end = _END.search(sentence.masked, verb + 1)
        found.append(Cue(sentence, kind, strong, m.start(), verb, end.start() if end else len(sentence.text)))
    return found


def _apart(cues: list[Cue]) -> list[Cue]:
    kept: list[Cue] = []
    for cue in cues:
        if not any(other.verb <= cue.verb < other.end or other.start <= cue.start < other.verb for other in kept):
            kept.append(cue)
    return kept
