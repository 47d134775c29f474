"""Themes: the people and things that the talk kept coming back to."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from afterword.record import Label
from afterword.room.understand.builtin.alone import therapist_names
from afterword.room.understand.builtin.clauses import Sentence, Talk, stem
from afterword.room.understand.builtin.lexicon import FEELINGS, STOP, VAGUE, listed
from afterword.room.understand.builtin.tagger import Tags
from afterword.room.understand.builtin.weight import Weighed

SHOWN = 6
# Where a theme is told of best: what a line weighs, and what the tagger hears in its turn.
WEIGHED, THEME, SEEN = 1.0, 4.0, 2.0
BASE, POWER = 0.2, 2.0
_DETERMINER = listed("the a an my your his her their our this that these those no some any every each another")
_TIMES_OF_DAY = listed("morning afternoon evening night weekend")
_OWNED = listed("my your his her their our")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_TITLES = ("Dr. ", "Dr ", "Mr. ", "Mr ", "Mrs. ", "Mrs ", "Ms. ", "Ms ", "Aunt ", "Uncle ")
_NEVER = STOP | VAGUE | frozenset(FEELINGS) | {title.strip(" .").lower() for title in ("Dr.", "Mr.", "Mrs.", "Ms.")}
_SHOUTED = 5  # letters: a word written all large that is this long is stressed, and no name
_NOT_NOUN = re.compile(r"(?:ing|ed|ly|n't)$")


@dataclass
class Term:
    """One noun: the turns it stands in, how often it stood as a noun, how it is written."""

    turns: list[int] = field(default_factory=list)
    uses: int = 0
    noun: int = 0
    name: int = 0
    called: int = 0
    forms: Counter[str] = field(default_factory=Counter)
    pairs: Counter[str] = field(default_factory=Counter)  # with the word before it: "late shift"
    told: set[int] = field(default_factory=set)  # places of its sentences

    def score(self, talk: Talk) -> float:
        spread = (max(self.turns) - min(self.turns)) / max(1, len(talk.turns))
        share = 1.0 if self.is_name else self.noun / self.uses
        return len(set(self.turns)) * (0.5 + share) * (1.3 if self.is_name else 1.0) * (1 + 0.3 * spread)

    @property
    def is_name(self) -> bool:
        return self.name >= max(1, self.uses // 2)

    @property
    def form(self) -> str:
        """As it was mostly called; an adjective or first noun stays with it where it mostly did ("the late shifts")."""
        form = self.forms.most_common(1)[0][0]
        pair, count = next(iter(self.pairs.most_common(1)), ("", 0))
        kept = count >= 2 and count * 2 > self.uses and not self.is_name
        return f"{'your' if form.startswith('your ') else 'the'} {pair}" if kept else form


def terms_of(talk: Talk) -> dict[str, Term]:
    """Every noun that may name a theme, by stem."""
    found: dict[str, Term] = {}
    for sentence in talk.sentences:
        _read(sentence, found)
    told_to = therapist_names(talk) if talk.alone else set()
    return {k: t for k, t in found.items() if _fit(t, talk) and not (t.is_name and _last_name(t) in told_to)}


def _last_name(term: Term) -> str:
    return term.form.split()[-1].lower()


def themes(talk: Talk, tags: Tags, weighed: list[Weighed]) -> tuple[Label, ...]:
    """At most six, strongest first."""
    found = terms_of(talk)
    told = {key: _told(tags, term) for key, term in found.items()}
    ranked = sorted(found, key=lambda k: (-found[k].score(talk) * (BASE + told[k] ** POWER), k))[:24]
    wanted = max(1, min(SHOWN, 1 + talk.words // 110))
    heavy: dict[int, float] = {}
    for w in weighed:
        heavy[w.sentence.turn] = max(heavy.get(w.sentence.turn, 0.0), WEIGHED * w.score)
    for place in range(len(talk.turns)):
        heavy[place] = heavy.get(place, 0.0) + THEME * tags.of("theme", place) + SEEN * tags.of("insight", place)
    labels: list[Label] = []
    used: set[str] = set()
    for key in ranked:
        if key in used or len(labels) == wanted:
            continue
        mate = _mate(talk, key, [k for k in ranked if k not in used and k != key], found)
        used |= {stem(w) for k in (key, mate) if k for w in found[k].form.lower().split()} | {key, mate or key}
        labels.append(_label(talk, [found[k] for k in (key, mate) if k], heavy))
    return tuple(labels)


def _told(tags: Tags, term: Term) -> float:
    """How surely the tagger hears a theme in the three turns of it where it hears one best."""
    best = sorted((tags.of("theme", place) for place in set(term.turns)), reverse=True)[:3]
    return sum(best) / len(best)


def named(term: Term) -> str:
    """ "the drawer", "your mom", "the late shifts", "Bianca"."""
    return term.form


def _read(sentence: Sentence, found: dict[str, Term]) -> None:
    words = list(_WORD.finditer(sentence.text))
    skip: set[int] = set()
    for i, m in enumerate(words):
        lower = m.group().lower().replace("\u2019", "'").removesuffix("'s")
        if i in skip or len(lower) < 3 or lower in _NEVER or "'" in lower:
            continue
        before = words[i - 1].group().lower() if i else ""
        two = words[i - 2].group().lower() if i > 1 else ""
        if _capital(sentence, m) and (before not in _OWNED or before == "our"):
            skip |= _name(sentence, words, i, found)
            continue
        term = found.setdefault(stem(lower), Term())
        term.uses += 1
        term.turns.append(sentence.turn)
        term.told.add(sentence.at)
        owner = before if before in _OWNED else two if two in _OWNED and before not in STOP else ""
        stands = before in _DETERMINER or (two in _DETERMINER and before not in STOP and not _NOT_NOUN.search(lower))
        term.noun += stands and not _describes(sentence, words, i)
        if _pairs(sentence, words, i):
            term.pairs[f"{before} {lower}"] += 1
        term.forms[_form(lower, owner, before, sentence)] += 1 + (before in _DETERMINER)


def _touch(sentence: Sentence, one: re.Match[str], other: re.Match[str]) -> bool:
    return sentence.text[one.end() : other.start()] == " "


def _describes(sentence: Sentence, words: list[re.Match[str]], i: int) -> bool:
    """Stands right before another word of content, as "late" does in "the late shifts"."""
    if i + 1 == len(words) or not _touch(sentence, words[i], words[i + 1]):
        return False
    following = words[i + 1].group().lower()
    return following in ("one", "ones") or (following not in STOP and not re.search(r"(?:ed|ing|ly|n't)$|'", following))


def _pairs(sentence: Sentence, words: list[re.Match[str]], i: int) -> bool:
    """Goes with the word before it, which is neither a verb's nor a sentence's ending."""
    if i == 0 or not _touch(sentence, words[i - 1], words[i]) or _describes(sentence, words, i):
        return False
    before = words[i - 1].group().lower()
    return (before not in STOP | VAGUE or before in _TIMES_OF_DAY) and not re.search(r"(?:ed|ly|s)$|'", before)


def _capital(sentence: Sentence, m: re.Match[str]) -> bool:
    """Written large in the middle of a sentence, or large at its head and after a title."""
    before = sentence.text[: m.start()]
    if m.group().isupper() and len(m.group()) >= _SHOUTED:
        return False
    inside = m.start() > 0 and not re.search(r"[.?!:\"\u201c\u2014]\s*$", before)
    return (m.group()[:1].isupper() and inside) or before.endswith(_TITLES)


def _name(sentence: Sentence, words: list[re.Match[str]], i: int, found: dict[str, Term]) -> set[int]:
    """One name, with its title and the capitalised words that follow; the places it used up."""
    last = i
    while (
        last + 1 < len(words)
        and words[last + 1].group()[:1].isupper()
        and not re.match(r"I\b", words[last + 1].group())
        and sentence.text[words[last].end() : words[last + 1].start()] == " "
    ):
        last += 1
    start = words[i].start()
    title = next((t for t in _TITLES if sentence.text[:start].endswith(t)), "")
    text = title + sentence.text[start : words[last].end()].removesuffix("'s").removesuffix("\u2019s")
    term = found.setdefault(stem(words[last].group().lower().removesuffix("'s")), Term())
    term.uses += 1
    term.turns.append(sentence.turn)
    term.told.add(sentence.at)
    term.name += 1
    term.called += _addressed(sentence, start, words[last].end())
    term.forms[text] += 2
    return set(range(i, last + 1))


def _addressed(sentence: Sentence, start: int, end: int) -> bool:
    """Called by name, or naming oneself: not a theme."""
    before, after = sentence.text[:start], sentence.text[end : end + 1]
    calls = bool(re.search(r",\s*$", before)) and after in ("", ",", ".", "!", "?")
    return calls or bool(re.search(r"\b(?:[Tt]his is|[Mm]y name is|[Ii]t's) $", before))


def _form(lower: str, owner: str, before: str, sentence: Sentence) -> str:
    if owner == "my" and sentence.speaker == "client":
        return f"your {lower}"
    if owner == "your" and sentence.speaker == "therapist":
        return f"your {lower}"
    if lower.endswith("s") and before not in _DETERMINER:
        return lower
    return f"the {lower}"


def _fit(term: Term, talk: Talk) -> bool:
    least = 1 if talk.words < 500 else 2 if talk.words < 1500 else 3
    bound = term.is_name and term.called > 0 and term.called >= 0.4 * term.name
    if len(set(term.turns)) < least or bound:
        return False
    if term.is_name:
        return True
    bare = term.form.split()[-1]
    return term.noun / term.uses >= (0.6 if _NOT_NOUN.search(bare) else 0.34)


def _mate(talk: Talk, key: str, others: list[str], found: dict[str, Term]) -> str | None:
    """The noun it really goes with: said in one breath with it again and again, or joined to it by "and"."""
    best, most = None, 0.3
    for other in others:
        both = len(found[key].told & found[other].told)
        share = both / (len(found[key].told) * len(found[other].told)) ** 0.5
        share += 0.4 * _joined(talk, found[key], found[other])
        if share > most and (both >= 2 or _joined(talk, found[key], found[other])):
            best, most = other, share
    return best


def _joined(talk: Talk, one: Term, other: Term) -> bool:
    a, b = (re.escape(t.form.split()[-1].lower()) for t in (one, other))
    pair = re.compile(rf"\b(?:{a} and (?:the |my |your )?{b}|{b} and (?:the |my |your )?{a})\b")
    return any(pair.search(talk.sentences[at].masked) for at in one.told & other.told)


def _label(talk: Talk, terms: list[Term], heavy: dict[int, float]) -> Label:
    text = " and ".join(named(t) for t in terms)
    counts = Counter(turn for t in terms for turn in t.turns)
    best = sorted(counts, key=lambda p: (-min(counts[p], 3) - heavy.get(p, 0.0), p))[:4]
    return Label(text[:1].upper() + text[1:], tuple(dict.fromkeys(talk.turns[p].t for p in best)))
