"""What was left for next time, in the words it was left in."""

from __future__ import annotations

import re

from afterword.record import Line, NextAppointment
from afterword.room.understand.builtin.appointment import appointment
from afterword.room.understand.builtin.clauses import Sentence, Talk, content, stems
from afterword.room.understand.builtin.cues import refuses
from afterword.room.understand.builtin.person import says, says_plainly, second_person
from afterword.room.understand.builtin.shown import flow, short, tidy
from afterword.room.understand.builtin.tagger import Tags
from afterword.room.understand.builtin.wording import named

SHOWN = 4
# How likely a turn has to be in the tagger's ears: by itself, and where a rule has found it.
LIKELY, LEAST = 0.85, 0.0
_NEXT = re.compile(
    r"\b(?:first thing next|(?:first|at the top|on the list|pick (?:it|this|that) up|start(?: with)?|"
    r"go at the top|come back|bring (?:it|that|this)|talk about (?:it|that|this)|"
    r"look at (?:it|that|this)|get (?:in)?to (?:it|that|this)|do (?:it|that|this)|continue|carry on|"
    r"hear (?:more )?about (?:it|that|this)|stay (?:on|with) (?:it|that|this))\b[^.?!]{0,40}"
    r"\b(?:next (?:time|week|session)|(?:the|my|our) next (?:visit|session|appointment|hour))|"
    r"next (?:time|week|session)\b[^.?!]{0,50}\b(?:talk|start|come back|bring|look|begin|first|top|hear|pick|get to)|"
    r"(?:i(?:'d| would) like to|i want to|i wanna|can we|could we|let's|we should|we'll|we can|"
    r"we could|we'd|maybe|don't let me|i'll) (?:also |just |really |definitely )?"
    r"(?:come back to|get back to|return to|pick (?:that|it|this) (?:back )?up|"
    r"hear (?:more )?about that|bring (?:that|it|this) (?:back|up))|"
    r"we (?:never|didn't|haven't|did not) (?:really |even )?(?:got|get|gotten) (?:to|near|round to|around to) |"
    r"(?:we|we'll|we can) (?:begin|start|open) with |"
    r"didn'?t (?:bring up|mention|tell (?:her|him|them) about)|"
    r"i should (?:say|bring up|mention|ask|tell (?:her|him|them)) (?:that|about|it)|bring up the|"
    r"(?:want|need|remember|remind me|meant|forgot) to (?:ask|bring up|raise|mention|tell (?:her|him|them|"
    r"you) about)|"
    r"park (?:that|it|this)|put (?:a pin|that down)|save (?:that|it|this) for|hold (?:that|"
    r"onto that) (?:for|until)|for next time|question for (?:her|him|you|next))\b"
)
_KEEPS = re.compile(
    r"\b(?:i(?:'d| would)? (?:want|like|love)(?: us)? to|"
    r"we(?:'ll|'re to| are to| will| can| could| should)?|let's|shall we|can we|could we)(?: \w+)? "
    r"(?:start|begin|open)(?: \w+)? (?:there\b|with\b|from\b|on\b)|"
    r"\b(?:put|leave|keep|park|pop|hang|write|got|have) (?:it|that|this|them|him|her|those|[\w ]{1,24}) "
    r"(?:up |down )?(?:on|in) (?:the|our|a|my) "
    r"(?:board|shelf|list|table|windowsill|agenda|parking lot|fridge|back burner|sheet|whiteboard)\b|"
    r"\bon the (?:shelf|agenda|back burner) (?:then|for)\b|, on the (?:shelf|list|board)\b|"
    r"\b(?:it|that|they|she|he)(?:'ll| will) keep\b(?! \w+ing)|\bits own (?:hour|session|day|time)\b|"
    r"\b(?:not|don't|won't|never|n't) (?:want to |going to |gonna )?(?:lose|forget) (?:it|that|this)\b(?! \w)|"
    r"\bleave [\w' ]{1,40} as a question\b|\bi(?:'ll| will) (?:put|write|jot|note) (?:it|that|this) down for\b|"
    r"\bto (?:talk|ask|tell) (?:you |me )?about (?:that|it|this) (?:after|when)\b"
)
_ASKED_THEN = re.compile(
    r"\b(?:want|like|love|curious|interested) to hear (?:about|how|who|what|whether|if|\w+day)\b|"
    r"\bi(?:'ll| will| might) ask (?:you )?(?:about|next|on|when|then|again)\b|"
    r"\byou(?:'ll| can| will) tell me (?:next|on|when|about|what|how|if|whether|then|all)\b"
)
_POINTS = re.compile(r"\b(?:it|that|this|there|him|her|both|them|these|those)\b")
_THIS_HOUR = re.compile(
    r"\b(?:before we (?:stop|finish|go)|a minute|in a (?:second|bit|moment)|earlier|you said|"
    r"you mentioned|something you|last time|what you said|to something)\b"
)
_NOT_REACHED = re.compile(
    r"\b(?:never|didn'?t|haven'?t) (?:really |even )?(?:got|get|gotten) (?:to|near|round to|around to) "
)
_ASKS_NOW = re.compile(r"\b(?:want|need|meant|remember) to ask\b")
_BARE_NEXT = re.compile(r"^(?:and |so |okay |right )*(?:next time|first thing|at the top|top of the list)\b[^a-z]*$")


_TO_ASK = re.compile(r"^(?:i )?(?:want|need|must|remember) to ask(?: (?:her|him|them))?\s*[:\u2014\u2013-]\s*(?=\w)")
_ASKED = re.compile(r"\b(?:asked|wondered|put it to) (?:me|whether|if|who|what|why|how|when|where)\b")
_PARTS = re.compile(
    r"^(?:okay,? |ok,? |so,? )*(?:that's (?:it|all|everything)|bye|i(?:'m| am) (?:so |just |really )*\w+,)"
)
_BEGIN = re.compile(
    r"\b(?:shall we|can we|could we|should we|let's|let us|we(?= begin)|we(?:'ll| will| can| could| should)|"
    r"i(?:'d| would) like to|i want to) (?P<verb>begin|start|open|continue) (?P<with>with|on) "
    r"(?P<what>(?:the|my|your|[a-z]{3,})[\w' -]{0,30}?)"
    r"(?:,? (?:next (?:time|week|session)|then)\b|[.!?]?$)"
)
_KEPT = re.compile(
    r"\b(?:keep|save|hold|leave|park) (?:both|it|that|this|them|those|these)\b(?: (?:of (?:them|those)))?"
)
_MORE = re.compile(
    r"\b(?:there(?:'s| is) (?:also |still )?(?:something|more|a thing|a story)|something about|long story|"
    r"(?:haven't|have not|never|didn't) (?:told|mention|talked|said|got)|another thing|one more thing|also something)"
)


def questions(talk: Talk, tags: Tags) -> tuple[Line, ...]:
    """At most four, in order."""
    found: list[tuple[Sentence, Line]] = []
    likely = _likely(talk, tags)
    meet = appointment(talk) if talk.alone else None
    for sentence in talk.sentences:
        left_over = _left_over(talk, sentence) and tags.of("next", sentence.turn) >= LEAST
        if not left_over and (sentence not in likely or (talk.alone and _idle(sentence, meet))):
            continue
        if _KEPT.search(sentence.masked) and (kept := _kept(talk, sentence)):
            found.extend((s, _line(talk, s)) for s in kept if all(s is not other for other, _ in found))
            continue
        line = _line(talk, sentence)
        reach = 0 if talk.alone else 3
        double = next(
            (i for i, (s, _) in enumerate(found) if sentence.turn - s.turn <= reach or _alike(s, sentence)), None
        )
        if double is None:
            found.append((sentence, line))
        else:
            found[double] = (found[double][0], _both(found[double][1], line))
    late = sorted(found, key=lambda pair: -pair[0].at)[:SHOWN]
    return tuple(line for _, line in sorted(late, key=lambda pair: pair[0].at))


def _idle(sentence: Sentence, meet: NextAppointment | None) -> bool:
    """Of somebody alone: when they meet and little else, or a good-bye."""
    arranges = meet is not None and meet.said in sentence.text and len(named(sentence.text.replace(meet.said, ""))) <= 1
    return arranges or bool(_PARTS.search(sentence.masked))


def _likely(talk: Talk, tags: Tags) -> list[Sentence]:
    """What the tagger hears as left for next time: of each stretch of such turns the sentence that says most."""
    found: list[Sentence] = []
    for place in range(len(talk.turns)):
        around = [p for p in range(place - 3, place + 4) if 0 <= p < len(talk.turns)]
        if tags.of("next", place) < LIKELY or tags.most("next", around) > tags.of("next", place):
            continue
        named_most = max(talk.of_turn(place), key=lambda s: min(8, len(content(s.text))), default=None)
        if named_most is not None and len(content(named_most.text)) >= 2:
            found.append(named_most)
    return found


def _kept(talk: Talk, sentence: Sentence) -> list[Sentence]:
    """What "we will keep both for next time" is about: the one or two lines shortly before that raised something."""
    near = [s for s in talk.sentences[max(0, sentence.at - 9) : sentence.at] if 0 < sentence.turn - s.turn <= 3]
    raised = [s for s in near if _MORE.search(s.masked) or _BEGIN.search(s.masked)]
    return raised[-2:] if "both" in sentence.masked or "those" in sentence.masked else raised[-1:]


def _left_over(talk: Talk, sentence: Sentence) -> bool:
    if _THIS_HOUR.search(sentence.masked) and not re.search(r"next (?:time|week)", sentence.masked):
        return _set_aside(talk, sentence)
    late = talk.alone or sentence.turn > len(talk.turns) * 0.4
    if sentence.speaker == "therapist" and _ASKS_NOW.search(sentence.masked):
        return False
    own = talk.alone and _NOT_REACHED.search(sentence.masked)
    kept = sentence.turn > len(talk.turns) * 0.2 and _KEEPS.search(sentence.masked)
    asked = sentence.speaker == "therapist" and sentence.turn >= talk.closing and _ASKED_THEN.search(sentence.masked)
    if sentence.question and _answered_no(talk, sentence):
        return False
    if not talk.alone and (kept or asked):
        return True
    return late and bool(own or _NEXT.search(sentence.masked) or (_BARE_NEXT.search(sentence.masked) and talk.alone))


def _answered_no(talk: Talk, sentence: Sentence) -> bool:
    reply = talk.of_turn(sentence.turn + 1)[:1]
    return any(s.speaker != sentence.speaker and refuses(s.masked) for s in reply)


def _set_aside(talk: Talk, sentence: Sentence) -> bool:
    """ "Come back to him before we stop", and nobody did."""
    if talk.alone or sentence.speaker == "client" or not re.search(r"(?:come|get) back to|later on", sentence.masked):
        return False
    about = talk.rare(_topic(talk, sentence))
    later = [stems(s.text) for s in talk.sentences[sentence.at + 1 :] if s.turn > sentence.turn + 3]
    silent = {stem for stem in about if not any(stem in said for said in later)}
    return sentence.turn < len(talk.turns) * 0.8 and len(about) >= 2 and len(silent) >= len(about) * 0.6


def _topic(talk: Talk, sentence: Sentence) -> set[str]:
    near = [s for s in talk.sentences[max(0, sentence.at - 6) : sentence.at] if sentence.turn - s.turn <= 3]
    return stems(" ".join(s.text for s in near))


def _line(talk: Talk, sentence: Sentence) -> Line:
    """The line, with the one before or after it that says what it is about."""
    begun = _begins_with(sentence)
    if begun:
        return Line(begun, (sentence.t,))
    if talk.alone and (own := _TO_ASK.match(sentence.masked)):
        return Line(f"You want to ask: {says_plainly(short(tidy(sentence.text[own.end() :]), 34))}", (sentence.t,))
    said = short(_breath(talk, sentence), 34)
    mate = None if _names_it(sentence, said) else _mate(talk, sentence)
    if mate is None:
        return Line(says(sentence.speaker, said), (sentence.t,))
    other = short(tidy(mate.text), 24)
    if mate.turn == sentence.turn:
        joined = flow([other, said] if mate.at < sentence.at else [said, other])
        return Line(says(sentence.speaker, joined), (sentence.t,))
    first, second = sorted((mate, sentence), key=lambda s: s.at)
    parts = [says(s.speaker, short(tidy(s.text), 24)) for s in (first, second)]
    return Line(" ".join(parts), tuple(dict.fromkeys((sentence.t, mate.t))))


def _breath(talk: Talk, sentence: Sentence) -> str:
    """The whole turn, where it is short; else the sentence with the one before it, where it points back."""
    own = talk.of_turn(sentence.turn)
    if talk.alone or len(own) == 1:
        return tidy(sentence.text)
    if sum(len(s.text.split()) for s in own) <= 34:
        return flow([s.text for s in own])
    near = [s for s in own if -1 <= s.at - sentence.at <= (1 if _POINTS.search(sentence.masked) else 0)]
    return flow([s.text for s in near]) if sum(len(s.text.split()) for s in near) <= 34 else tidy(sentence.text)


def _begins_with(sentence: Sentence) -> str | None:
    """ "Shall we begin with your father next time" -> "Begin with your father." Only where nothing else is said."""
    m = _BEGIN.search(sentence.masked)
    if m is None or not named(m.group("what")):
        return None
    what = second_person(sentence.text[m.start("what") : m.end("what")], sentence.speaker)
    if sentence.speaker == "therapist":
        what = sentence.text[m.start("what") : m.end("what")]
    return f"{m.group('verb').capitalize()} {m.group('with')} {what}." if what else None


def _names_it(sentence: Sentence, said: str) -> bool:
    """Says itself what it is about."""
    if re.search(r"\babout (?:the|my|your|how|why|what|\w{4,})\b|\bup the \w|: \w|\+", sentence.masked):
        return True
    if re.search(r"\b(?:to|near) (?:the|my|your|\w{4,})\b", sentence.masked) and content(said):
        return True
    points = _POINTS.search(sentence.masked)
    return len(content(said)) >= (5 if points else 3)


def _mate(talk: Talk, sentence: Sentence) -> Sentence | None:
    places = (sentence.at - 1, sentence.at + 1, sentence.at - 2, sentence.at - 3)
    near = [talk.sentences[i] for i in places if 0 <= i < len(talk.sentences)]
    near = [s for s in near if abs(s.turn - sentence.turn) <= 3 and len(content(s.text)) >= 2]
    own = [s for s in near if s.turn == sentence.turn]
    if talk.alone and _POINTS.search(sentence.masked):
        own = [s for s in near if s.at < sentence.at and _ASKED.search(s.masked)] or own
    return next(iter(own or near), None)


def _alike(one: Sentence, other: Sentence) -> bool:
    shared = stems(one.text) & stems(other.text)
    return len(shared) >= 3


def _both(one: Line, other: Line) -> Line:
    better = max((one, other), key=lambda line: len(content(line.text)))
    return Line(better.text, tuple(dict.fromkeys((*better.evidence, *one.evidence, *other.evidence)))[:4])
