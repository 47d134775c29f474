"""What of a turn the tagger looks at: its words, the words around it, and what the rules see in it."""

from __future__ import annotations

import re
from itertools import pairwise

from afterword.room.understand.builtin import cues
from afterword.room.understand.builtin.clauses import Sentence, Talk, mask, stems
from afterword.room.understand.builtin.seeing import moves_along, narrates, sees, taken_up
from afterword.room.understand.builtin.times import times_in
from afterword.room.understand.builtin.weight import weight_of

Features = dict[str, float]
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[?!]")
_NEAR_WORDS = 25  # of the turn before and after: what is said next to this one
_REACH = (-2, -1, 1, 2)
_SHARED = ("cue", "time", "takes up", "refuses", "drops", "asks", "sees", "reflected", "late", "few words", "weight")


def features(talk: Talk) -> list[Features]:
    """One mapping for each turn, in order. Values lie between -1 and 1."""
    words = [_words(turn.text) for turn in talk.turns]
    seen = [_seen(talk, place, len(words[place])) for place in range(len(talk.turns))]
    about = [stems(turn.text) for turn in talk.turns]
    return [
        _said(talk, words, place) | seen[place] | _around(seen, place) | _shared(about, place)
        for place in range(len(talk.turns))
    ]


def _words(text: str) -> list[str]:
    return ["#" if word.isdigit() else word for word in _WORD.findall(mask(text))]


def _said(talk: Talk, words: list[list[str]], place: int) -> Features:
    """Words and pairs of the turn, its words by speaker, and the words of the turns beside it."""
    own, who = words[place], talk.turns[place].speaker
    found: Features = {f"w {word}": 1.0 for word in own}
    found |= {f"ww {a} {b}": 1.0 for a, b in pairwise(own)}
    found |= {f"{who} {word}": 1.0 for word in own}
    found |= {f"by {who}": 1.0, f"opens {' '.join(own[:2])}": 1.0}
    if place:
        found |= {f"before {word}": 1.0 for word in words[place - 1][-_NEAR_WORDS:]}
        found[f"after {talk.turns[place - 1].speaker}"] = 1.0
    if place + 1 < len(words):
        found |= {f"then {word}": 1.0 for word in words[place + 1][:_NEAR_WORDS]}
        found |= {
            f"answered {' '.join(words[place + 1][:2])}": 1.0,
            f"answered by {talk.turns[place + 1].speaker}": 1.0,
        }
    return found


def _seen(talk: Talk, place: int, size: int) -> Features:
    """What the rules find, and where in the hour it is."""
    sentences, at = talk.of_turn(place), place / max(1, len(talk.turns) - 1)
    masked = " ".join(s.masked for s in sentences)
    found: Features = {
        f"fifth {min(4, int(at * 5))}": 1.0, "alone": float(talk.alone), "early": float(at < 0.06),
        "late": float(at > 0.85), "last": float(at > 0.93), "length": min(1.0, size / 60),
        "few words": float(size < 4), "short": float(size < 9), "long": float(size > 30),
        "time": float(any(times_in(s.masked) for s in sentences)),
        "takes up": float(bool(sentences) and cues.takes_up(sentences[0].masked)),
        "refuses": float(bool(sentences) and cues.turns_down(sentences[0].masked)),
        "drops": float(bool(cues.DROP.search(masked))), "asks": float(any(s.question for s in sentences)),
        "quotes": float("____" in masked), "sees": float(any(map(sees, sentences))),
        "narrates": float(any(map(narrates, sentences))), "moves along": float(any(map(moves_along, sentences))),
        "reflected": float(any(taken_up(talk, s) for s in sentences)),
        "weight": max(-1.0, min(1.0, max((weight_of(talk, s) for s in sentences), default=-3.0) / 3)),
    }  # fmt: skip
    found |= {f"mark {word}": 1.0 for word in re.findall("[a-z]+", talk.marks.get(place, ""))}
    return found | _cued(sentences, late=at > 0.7)


def _cued(sentences: tuple[Sentence, ...], *, late: bool) -> Features:
    """The clauses that may be steps, of which kind, and what speaks against them."""
    clauses = [cue for s in sentences for cue in cues.cues_in(s, late)]
    found: Features = {"cue": float(bool(clauses)), "late cue": float(bool(clauses) and late)}
    for cue in clauses:
        found |= {f"cue {cue.kind}": 1.0, f"cue {cue.kind} {'strong' if cue.strong else 'weak'}": 1.0}
        doubts = {"negated": cues.negated(cue), "supposed": cues.hypothetical(cue), "reported": cues.reported(cue),
                  "hedged": cues.hedged(cue), "no act": not cues.volitional(cue)}  # fmt: skip
        found |= {f"cue {name}": 1.0 for name, doubtful in doubts.items() if doubtful}
    return found


def _around(seen: list[Features], place: int) -> Features:
    """The same of the two turns before and after."""
    return {
        f"{reach:+d} {name}": value
        for reach in _REACH
        if 0 <= place + reach < len(seen)
        for name, value in seen[place + reach].items()
        if name in _SHARED or name.startswith(("cue ", "mark "))
    }


def _shared(about: list[set[str]], place: int) -> Features:
    """How much of it the turns around it say too."""
    found: Features = {}
    for reach in _REACH:
        there = about[place + reach] if 0 <= place + reach < len(about) else set()
        if about[place] and there:
            found[f"shared {reach:+d}"] = len(about[place] & there) / min(len(about[place]), len(there))
    return found
