"""The overview: what was spoken of, what was seen, what was agreed, what was left, in at most 120 words."""

from __future__ import annotations

import re
from dataclasses import replace

from afterword.record import Label, Line, NextAppointment, NextStep, Record, Safety, Who
from afterword.room.understand.builtin.alone import told_to
from afterword.room.understand.builtin.aside import jokes
from afterword.room.understand.builtin.clauses import Sentence, Talk, quoted, stems
from afterword.room.understand.builtin.person import says, says_plainly
from afterword.room.understand.builtin.safety import answer_to, words_of
from afterword.room.understand.builtin.seeing import sees
from afterword.room.understand.builtin.shown import as_plan, short, small, stopped, tidy
from afterword.room.understand.builtin.telling import joined, reported
from afterword.room.understand.builtin.weight import Weighed

MOST_WORDS, MOST_LINES = 120, 5
TOPICAL, OFTEN = 0.35, 3
LEAST_ALONE = 0.05  # of weight: what somebody alone said by the way is no summary
LONGEST = 28  # words of a line
SEEN, ABOUT = 1.0, 1.5
NAMED = 6  # themes, in its first sentence
_CAME_UP = {
    "suicide": "Thoughts of dying or of not wanting to live came up.",
    "self_harm": "Hurting yourself came up.",
    "harm_to_others": "Hurting someone else came up.",
    "violence": "Violence or control at home came up.",
}
_ABOUT = re.compile(
    r"\b(?:we|mostly|mainly|all) (?:\w+ )?(?:talked|spoke|chatted) (?:\w+ )?about\b|\bthe main (?:thing|point)\b|"
    r"\bspent (?:most|all|half|the (?:whole|hour|time|session))\b|^(?:main|big) (?:thing|one)\b"
)
_LOOSE = re.compile(r"^(?:and |so |but )?(?:which|because|'cause|who)\b|^(?:next|same time)\b")
_CARE = re.compile(
    r"\b(?:call|text|phone|tell|line|number|988|samaritans|safety plan|lock|pills|tablets|card|doctor|"
    r"hospital|emergency|a&e|er)\b"
)


def overview(talk: Talk, record: Record, weighed: list[Weighed]) -> tuple[Line, ...]:
    """Three to five sentences; fewer only where there was too little. `weighed`: the lines that may be quoted."""
    last = _together([*_left(record.questions), *_next(talk, record.next_appointment)])
    firm = [*_came_up(talk, record.safety), *_together(_steps(record.next_steps)), *last]
    room = MOST_WORDS - sum(len(line.text.split()) for line in firm)
    first = _spoken_of(talk, record.themes)
    room -= len(first.text.split()) if first else 0
    both = _joined(record.insights, min(48, room))
    places = MOST_LINES - len(firm) - (first is not None) - (both is not None)
    weighed = [_lifted(talk, w, record.insights) for w in weighed]
    told = _told(talk, weighed, room - (len(both.text.split()) if both else 0), both.evidence if both else ())
    told = told if len(told) <= places else _together(told)[:1] if places > 0 else []
    seen = sorted([line for line in (both, *told) if line], key=lambda line: line.evidence[0])
    return tuple(_within([line for line in (first, *seen, *firm) if line is not None]))


def _together(lines: list[Line]) -> list[Line]:
    """Short sentences on one matter as one line, while a line can cite them all."""
    evidence = tuple(dict.fromkeys(t for line in lines for t in line.evidence))
    joins = len(lines) > 1 and len(evidence) <= 4
    return [Line(" ".join(line.text for line in lines), evidence)] if joins else lines


def _within(lines: list[Line]) -> list[Line]:
    kept: list[Line] = []
    words = 0
    for line in lines:
        if words + len(line.text.split()) <= MOST_WORDS and len(kept) < MOST_LINES:
            kept.append(line)
            words += len(line.text.split())
    return kept


def _next(talk: Talk, found: NextAppointment | None) -> list[Line]:
    """When they meet again, as it was said."""
    if found is None:
        return []
    turn = next((turn for turn in reversed(talk.turns) if found.said in turn.text), None)
    return [Line(f"You meet again: {_day(found.said.strip(' .,'))}.", (turn.t,))] if turn else []


def _day(said: str) -> str:
    """Days and months keep their capital."""
    return said if re.match(r"[A-Z][a-z]+(?:day|ber|ary)\b|March|April|May|June|July|August", said) else small(said)


def _spoken_of(talk: Talk, themes: tuple[Label, ...]) -> Line | None:
    chosen = themes[:NAMED]
    if not chosen:
        return None
    names = [_mid_sentence(talk, label.label) for label in chosen]
    apart = "; " if any(" and " in n for n in names) else ", "
    listed = apart.join(names[:-1]) + (f"{';' if apart == '; ' else ''} and {names[-1]}" if names[1:] else names[0])
    to = told_to(talk) if talk.alone else None
    whom, cited = (f" with {to[0]}", [to[1]]) if to else ("", [])
    evidence = dict.fromkeys([*cited, *(label.evidence[0] for label in chosen)])
    return Line(f"You talked{whom} about {listed}.", tuple(evidence)[:4])


def _mid_sentence(talk: Talk, label: str) -> str:
    """Without its capital, unless it is a name: a word never written small."""
    first = label.split(maxsplit=1)[0]
    small = first in ("The", "Your") or any(
        re.search(rf"\b{re.escape(first.lower())}\b", s.text) for s in talk.sentences
    )
    return label[:1].lower() + label[1:] if small else label


def _came_up(talk: Talk, safety: Safety | None) -> list[Line]:
    """That it came up, in the words said, and what was agreed about it if anything was."""
    if safety is None:
        return []
    text = " ".join([_CAME_UP[safety.kind], *_words_of_danger(talk, safety)])
    return [Line(text, safety.evidence), *_agreed_about_it(talk, safety)]


def _words_of_danger(talk: Talk, safety: Safety) -> list[str]:
    """The sentence that carries it; a question together with its answer."""
    first = words_of(talk, safety)
    if first is None:
        return []
    answer = answer_to(talk, first, safety)
    quotes = [says(first.speaker, short(first.text, 22))]
    return [*quotes, says(talk.turns[first.turn + 1].speaker, short(answer, 22))] if answer else quotes


def _agreed_about_it(talk: Talk, safety: Safety) -> list[Line]:
    at = [s.turn for s in talk.sentences if s.t in safety.evidence]
    future = re.compile(
        r"\b(?:i'll|i will|you'll|you will|can you|would you|i can|if it gets|we agreed|you're going to|i'm going to)\b"
    )
    for s in talk.sentences:
        if s.turn > min(at) and _CARE.search(s.masked) and future.search(s.masked) and not s.question:
            near = any(0 <= s.turn - place <= 12 for place in at)
            if near and re.search(r"\b(?:i'll|i will|i can)\b", s.masked):
                return [Line(f"About this, {small(says(s.speaker, short(s.text, 24)))}", (s.t,))]
    return []


def _joined(insights: tuple[Line, ...], room: int) -> Line | None:
    """What the two of them saw together, where a reflection was taken up; else nothing."""
    both = [line for line in insights if len(quoted(line.text)) == 2 and len(line.text.split()) <= room]
    return max(both, key=lambda line: len(line.text), default=None)


def _told(talk: Talk, weighed: list[Weighed], room: int, told: tuple[int, ...]) -> list[Line]:
    """The heaviest lines in order, reported where that is safe and else quoted, as one or two sentences' worth."""
    chosen: list[tuple[Sentence, str]] = []
    for w in sorted(weighed, key=lambda w: -w.score - 0.6 * sees(w.sentence) - TOPICAL * _topical(talk, w.sentence)):
        text = _told_of(w.sentence) if w.sentence.t not in told else None
        near = any(abs(w.sentence.turn - s.turn) < (1 if talk.alone else 3) for s, _ in chosen)
        light = talk.alone and (w.score < LEAST_ALONE or _by_the_way(w.sentence))
        if text and not near and not light and len(text.split()) <= room and len(chosen) < 4:
            chosen.append((w.sentence, text))
            room -= len(text.split())
    chosen.sort(key=lambda pair: pair[0].at)
    halves = [chosen[: (len(chosen) + 1) // 2], chosen[(len(chosen) + 1) // 2 :]]
    return [Line(joined([text for _, text in half]), tuple(s.t for s, _ in half)) for half in halves if half]


def _by_the_way(sentence: Sentence) -> bool:
    """Says next to nothing, or is the second half of something, or arranges the hour."""
    return len(stems(sentence.text)) < 2 or bool(_LOOSE.search(sentence.masked))


def _lifted(talk: Talk, w: Weighed, insights: tuple[Line, ...]) -> Weighed:
    """What somebody alone tells as seen comes first, and what they say it was about."""
    if not talk.alone:
        return w
    seen = any(stopped(tidy(w.sentence.text)) in stopped(line.text) for line in insights)
    return replace(w, score=w.score + SEEN * seen + ABOUT * bool(_ABOUT.search(w.sentence.masked)))


def _topical(talk: Talk, sentence: Sentence) -> int:
    """How many of its words the session comes back to."""
    return sum(talk.spread.get(x, 0) >= OFTEN for x in stems(sentence.text))


def _told_of(sentence: Sentence) -> str | None:
    if sentence.speaker != "client" or sentence.question or len(sentence.text.split()) > LONGEST:
        return None
    if jokes(sentence):
        return None
    return reported(sentence) or says("client", stopped(tidy(sentence.text)))


def _steps(steps: tuple[NextStep, ...]) -> list[Line]:
    """The plan: as taken on only what is agreed; where nothing is, what was mentioned, said to be unsure."""
    lines = [line for who in ("you", "therapist", "both") if (line := _agreed(steps, who))]
    loose = [s for s in steps if s.certainty == "mentioned"][:3]
    if lines or not loose:
        return lines
    return [Line(_full(f"Mentioned, please check: {'; '.join(map(_step, loose))}"), _cites(loose))]


_LEADS = {"you": "You took on", "therapist": "Your therapist promised", "both": "Together you agreed on"}


def _agreed(steps: tuple[NextStep, ...], who: Who) -> Line | None:
    theirs = [s for s in steps if s.certainty == "agreed" and s.who == who][:2]
    if not theirs:
        return None
    if who == "therapist" and not quoted(theirs[0].text):
        return Line(theirs[0].text, theirs[0].evidence)
    lead = _LEADS[who] + (" two things" if theirs[1:] else "")
    return Line(_full(f"{lead}: {'; '.join(map(_step, theirs))}"), _cites(theirs))


def _cites(steps: list[NextStep]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(t for s in steps for t in s.evidence[:2]))[:4]


def _step(step: NextStep) -> str:
    due = f" ({step.due})" if step.due and step.due.lower() not in step.text.lower() else ""
    words = short(as_plan(step.quote), 24)
    return (says_plainly(words) if quoted(step.text) else small(step.text.rstrip("."))) + due


def _full(text: str) -> str:
    """With a full stop, unless the quotation at the end brought its own."""
    return text if text.endswith(('."', '!"', '?"')) else f"{text}."


def _left(questions: tuple[Line, ...]) -> list[Line]:
    """The first thing kept for next time, or the last where only quotations tell."""
    plain = [q for q in questions if not quoted(q.text)]
    chosen = plain[-1:] or questions[-1:]
    return [Line(f"Kept for next time: {small(_first_quote(q.text))}", q.evidence) for q in chosen]


def _first_quote(text: str) -> str:
    """One quotation of two, the one that says more."""
    parts = re.findall(r"(?:You|Your therapist|It was) (?:said|asked)?:? ?\"[^\"]+\"", text)
    return max(parts, key=len) if len(parts) > 1 else text
