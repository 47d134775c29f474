"""How alike two short texts are, so that "Mum's calls" and "my mother ringing" are one. AMBER: keeps no word of them.

Words become what they stand for: their stems, or the thing in a life that several words name (`_SAME`). What is rare in
the person's own notebook says more than what stands on every page, and a name says more than a word.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import snowballstemmer

_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:'[a-z]+)?|\d+")
Things = tuple[tuple[str, float], ...]
_STARTS = re.compile(r"(?:^|(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bSt)(?<!\bMrs)[.!?:]\s+|[\"\u201c]\s*)$")
# A name weighs this much more than another word; a broader thing that two narrower ones share, this much of a word.
_NAME, _BROAD = 1.6, 0.35
_SMALL = """
a an the and or nor but if than as of at by for from in into on off out over up down to with without about after
before because while since until all any some no not now then too so also again ever never just only even still more
most less very really quite much many each every both few own same other another such back away yet once i me my
myself mine we us our ours you your yours yourself he him his himself she her hers herself it its itself they them
their theirs themselves one ones that this these those there here what when where which who whom whose why how is am
are was were be been being do does did doing done have has had having can could will would shall should may might must
get gets got getting go goes going gone went gonna come comes came coming make makes made making let lets take takes
took taken taking put puts say says said saying tell tells told telling see sees saw seen know knows knew known think
thinks thought thinking feel feels felt feeling mean means meant want wants wanted wanting need needs needed try tries
tried trying like liked thing things something anything nothing everything someone anyone somebody anybody nobody
everyone way ways kind sort lot bit maybe perhaps well oh yes yeah okay right good time times day days week weeks
today session sessions next last talk talks talked talking speak spoke spoken speaking therapist therapy spent bring
brings brought bringing ask asks asked start starts started end ends first don doesn didn couldn wouldn shouldn isn
wasn aren weren won hasn haven hadn ain gotta wanna around between during through toward towards under against
"""
_EMPTY = frozenset(_SMALL.split())
# What says little by itself: it weighs so much less.
_LITTLE = 0.35
_EVERYDAY = """
minute hour second moment clock half six five four three two seven eight nine ten eleven twelve thirty forty fifteen
twenty monday tuesday wednesday thursday friday saturday sunday tonight tomorrow yesterday morning afternoon evening
night weekend month year january february march april june july august september october november december top bottom
front side middle place spot page point part stuff main big small little long short old new real bad badly hard easy
nice fine great sorry thank thanks please sure true wrong different whole enough almost already always sometimes often
probably actually honestly guess figure suppose remember forget forgot wonder notice notic seem look looking find
found keep kept hold held leave left stay stop open close lose lost send sent give gave given show use used walk stand
sit sat turn happen believ believe decide question answer word name number idea reason case person people man woman
guy line sentence agree check matter care hope mind hand eye head face easier bigger together alone hear heard thought
thoughts willing help change
"""
# A line: what it is called here, "< broader thing" where it is part of one, and the words that name it.
_SAME = """
mother < family: mother mum mom mam mummy mommy mama mamma
father < family: father dad daddy papa pop
parents < family: parent folks
brother < family: brother bro
sister < family: sister sis
sibling < family: sibling
child < family: child children kid son daughter baby toddler boy girl newborn grandchild grandson granddaughter
grandparent < family: grandmother grandfather gran granny nan nana grandma grandpa grandad granddad
partner < love: husband wife partner spouse boyfriend girlfriend fiance fiancee hubby
ex < love: ex
family: family relatives aunt uncle cousin nephew niece inlaws mother-in-law
love: love relationship marriage married romance couple
separation < love: divorce separation breakup split
friend: friend mate friendship pal buddy
call: call phone ring rang telephone dial dialled voicemail
message < written: text message email mail reply letter whatsapp
work: work job office shift boss manager colleague coworker workplace career employer overtime ward
promotion < work: promotion
unemployed < work: unemployed redundancy layoff fired sacked
school: school class course college university uni exam teacher homework degree studies thesis
sleep: sleep slept asleep insomnia awake wake woke nap bed bedtime
dream: dream dreamt nightmare
drink: drink drank drunk alcohol wine beer whisky whiskey rye vodka gin booze sober sobriety hangover bottle pub
smoke: smoke cigarette vape weed cannabis
money: money cash pay paid debt loan lend borrow rent bills savings wage salary afford financial finances mortgage
money: hundred thousand dollars pounds euros bank
food: food eat ate eaten meal dinner lunch breakfast hungry hunger diet binge appetite
body: body weight mirror shape
exercise: exercise gym run ran jog swim walk yoga
ill: ill sick pain unwell disease diagnosis symptom
doctor: doctor dr gp physician clinic nurse hospital surgery bloodwork bloods prescription
medication < doctor: medication medicine meds pill tablets antidepressant dose sertraline
anxiety: anxiety anxious worry nervous nerves panic panicked dread tense fear scared afraid frightened terrified
anger: anger angry angrily rage furious mad resent irritated temper fuming
sad: sad cry tears weep depressed unhappy misery miserable
grief: grief grieve mourning loss bereavement funeral died dead death ashes
guilt: guilt guilty ashamed shame blame fault embarrassed
lonely: lonely loneliness isolated
tired: tired tiredness exhausted fatigue weary burnout
joy: joy happy glad pleased delight fun enjoy
proud: proud pride
calm: calm calmer relax peace settle
perfect: perfect perfectionism perfectionist flawless
argue: argue argument fight fought row quarrel conflict shout yell
refuse: boundary limit refuse
please: please pleaser approval
wait: wait
home: home house flat apartment
move: move relocate
travel: travel trip holiday vacation flight
avoid: avoid procrastinate postpone
hide: hide hid hidden secret secrecy
listen: listen
silence: silence silent quiet
write < written: write wrote written journal diary
read < written: read
breathe: breathe breath breathing
meditate: meditate mindfulness
church: church mass pray prayer god faith
pregnant: pregnant pregnancy
young: childhood younger
"""


@dataclass(frozen=True)
class Measure:
    """For many comparisons at once: each text and each word is read a single time. Holds words, so it lives no longer
    than a request. `rarity`: as from `rarity`; what is not in it is rare."""

    rarity: Mapping[str, float] = field(default_factory=dict, repr=False)
    _texts: dict[str, Mapping[str, float]] = field(default_factory=dict, repr=False)
    _words: dict[str, Things] = field(default_factory=dict, repr=False)
    _names: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)
    _said: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)
    _own: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, texts: Iterable[str]) -> Measure:
        """Rare is what is rare in these texts."""
        words: dict[str, Things] = {}
        return cls(_rarity([_things(text, words) for text in texts]), {}, words)

    def likeness(self, one: str, other: str) -> float:
        """0: nothing in common; 1: the same things."""
        a, b = self.weights(one), self.weights(other)
        whole = math.sqrt(sum(a.values()) * sum(b.values()))
        return min(1.0, _shared(a, b) / whole) if whole else 0.0

    def share(self, part: str, whole: str) -> float:
        """How much of `part` is in `whole`: 1 where all of it is, however long the other is."""
        a = self.weights(part)
        all_of_it = sum(a.values())
        return min(1.0, _shared(a, self.weights(whole)) / all_of_it) if all_of_it else 0.0

    def weights(self, text: str) -> Mapping[str, float]:
        """What a text speaks of, and how much each thing says: about 1 for a rare word, more for a name."""
        if text not in self._texts:
            found = _things(text, self._words)
            self._texts[text] = {thing: weight * self.rarity.get(thing, 1.0) for thing, weight in found.items()}
            self._names[text] = frozenset(thing for thing, weight in found.items() if weight == _NAME)
            self._own[text] = frozenset(t for t, weight in found.items() if t.islower() and weight >= 1.0)
            self._said[text] = frozenset(t for t, weight in found.items() if not (t.isupper() and weight == _BROAD))
        return self._texts[text]

    def names(self, text: str) -> frozenset[str]:
        """Those of its things that are names."""
        self.weights(text)
        return self._names[text]

    def said(self, text: str) -> frozenset[str]:
        """Those of its things that its words name: without the broader ones that they are part of."""
        self.weights(text)
        return self._said[text]

    def own(self, text: str) -> frozenset[str]:
        """Those that only one word names, and no everyday one; and names."""
        self.weights(text)
        return self._own[text]


def likeness(one: str, other: str, rarity: Mapping[str, float] | None = None) -> float:
    """How alike two short texts are, 0 to 1. `rarity`: of what they speak of, in the person's notebook."""
    return Measure(rarity or {}).likeness(one, other)


def rarity(texts: Iterable[str]) -> dict[str, float]:
    """How much each thing says in these texts, from near 0 (it stands in every one) to 1 (in a single one)."""
    words: dict[str, Things] = {}
    return _rarity([_things(text, words) for text in texts])


def _rarity(found: Sequence[Mapping[str, float]]) -> dict[str, float]:
    counted = Counter(thing for one in found for thing in one)
    most = math.log1p(len(found)) or 1.0
    return {thing: math.log1p(len(found) / count) / most for thing, count in counted.items()}


def _things(text: str, known: dict[str, Things]) -> dict[str, float]:
    """What a text speaks of, each with its weight before rarity. `known`: words that were read already."""
    plain = text.replace("\u2019", "'")
    found: dict[str, float] = {}
    for match in _WORD.finditer(plain):
        word = match[0].lower().partition("'")[0]
        if word not in known:
            known[word] = _stand_for(word)
        for thing, weight in known[word]:
            named = weight == 1.0 and thing.islower() and match[0][0].isupper()
            named = named and not _STARTS.search(plain[: match.start()][-6:])
            found[thing] = max(_NAME if named else weight, found.get(thing, 0.0))
    return found


def _stand_for(word: str) -> Things:
    if word in _EMPTY or (len(word) < 2 and not word.isdigit()):
        return ()
    stem = str(_stemmer().stemWord(word))
    if thing := _table().get(word) or _table().get(stem):
        broad = _broader().get(thing)
        return ((thing, 1.0), (broad, _BROAD)) if broad else ((thing, 1.0),)
    return ((stem, _LITTLE if word in _everyday() or stem in _everyday() else 1.0),)


def _shared(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(min(weight, other[thing]) for thing, weight in one.items() if thing in other)


@cache
def _table() -> dict[str, str]:
    """Word or stem -> the thing it names."""
    read = {word: thing for thing, _, words in _lines() for word in words}
    return {str(_stemmer().stemWord(word)): thing for word, thing in read.items()} | read


@cache
def _everyday() -> frozenset[str]:
    return frozenset(str(_stemmer().stemWord(word)) for word in _EVERYDAY.split()) | frozenset(_EVERYDAY.split())


@cache
def _broader() -> dict[str, str]:
    return {thing: broad for thing, broad, _ in _lines() if broad}


@cache
def _lines() -> list[tuple[str, str, list[str]]]:
    read = [line.partition(":") for line in _SAME.strip().splitlines()]
    heads = [(head.partition("<"), words.split()) for head, _, words in read]
    # In capitals, so that no stem of a word can be taken for one.
    return [(head[0].strip().upper(), head[2].strip().upper(), words) for head, words in heads]


@cache
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")
