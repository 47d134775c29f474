"""Words as the lexicon of danger reads them: fillers gone, apostrophes back, slips of transcription put right."""

from __future__ import annotations

import re

from afterword.room.understand.builtin.clauses import Sentence

_STAGE = re.compile(r"\[[^\]]*\]|\([a-z ]{3,20}\)|\*[^*]{1,30}\*")
_FILLER = re.compile(
    r"(?:^|(?<=[\s,.?!\u2014]))(?:u+h+m*|u+m+|er+m?|ah+|hm+|mm|y'know|you know|like|i mean|sort of like|kind of like)"
    r"(?=[,.?!]),?\s*|,\s*(?:you know|like|i mean|to be honest(?: with you)?|honestly|sort of|innit)(?=[,.?!]|$)"
)
_DOUBLED = re.compile(r"\b([\w']+(?: [\w']+){0,2}?),? (?:\1\b,? ?)+")
_NO_APOSTROPHE = re.compile(r"\b(do|did|does|would|could|should|is|was|were|wo|ca|have|has|had|are|ai)nt\b")
_SPELT = (
    (re.compile(r"\b(?:mese?lf|me self|my self|m'self)\b"), "myself"),
    (re.compile(r"\b(?:ya|yo) ?self\b|\byour self\b"), "yourself"),
    (re.compile(r"\bim\b"), "i'm"),
    (re.compile(r"\bive\b"), "i've"),
    (re.compile(r"\b(?:alot|allot)\b"), "a lot"),
    (re.compile(r"\bany ?more\b|\bno more\b(?=[.,!?]|$)"), "anymore"),
    (re.compile(r"\b(?:wanna|want a)(?= (?:die|be|kill|live|hurt|end|wake|exist|go))"), "want to"),
    (re.compile(r"\b(?:gonna|gunna|fixing to|finna)\b"), "going to"),
    (re.compile(r"\bself harm(?=\w*)|\bselfharm"), "self-harm"),
    (re.compile(r"\bsuisid|\bsuacid"), "suicid"),
    (re.compile(r"\b(?:ain't|isnae|amn't)\b"), "isn't"),
    (re.compile(r"\bdinnae\b|\bdinna\b"), "don't"),
    (re.compile(r"\bcannae\b"), "can't"),
    (re.compile(r"\bcannot\b"), "can't"),
    (re.compile(r"\bmysel\b"), "myself"),
    (re.compile(r"\bme (?=(?:own |old )?(?:life|wrists?|arms?|legs?|thighs?|head|ex|missus|husband|wife|phone|money|da|"
                r"mam|ma|face|throat|neck|door|fella|bloke|partner)\b)"), "my "),
    (re.compile(r"\bout the\b"), "out of the"),
)  # fmt: skip
# What a person quotes of themselves is theirs: "I thought, 'I could just go'".
_OWN_QUOTE = re.compile(
    r"\bi(?:'m| am| was|'d| just| keep)*(?: just| even)? (?:said|say|saying|thought|think|thinking|told \w+|like|go|"
    r"went|"
    r"wrote|texted \w+|put)(?: to \w+)?[,:]?\s*$"
)


def plain(sentence: Sentence) -> str:
    """The sentence for reading: lower case; quotations struck out, but for those of the speaker's own words."""
    return tidied(_with_own_quotes(sentence))


def tidied(masked: str) -> str:
    """Without stage directions, hums, fillers and doubles, spelt as the patterns are."""
    words = _FILLER.sub("", _STAGE.sub(" ", masked))
    words = _NO_APOSTROPHE.sub(lambda m: f"{m.group(1)}n't", words)
    for wrong, right in _SPELT:
        words = wrong.sub(right, words)
    words = _DOUBLED.sub(r"\1 ", words)
    return re.sub(r"\s+", " ", words).strip(" ,-\u2014\u2013")


def _with_own_quotes(sentence: Sentence) -> str:
    masked = sentence.masked
    if "_" not in masked or len(masked) != len(sentence.text):
        return masked
    text = sentence.text.lower().replace("\u2019", "'").replace("\u2018", "'")
    for struck in re.finditer(r"_{3,}", masked):
        if _OWN_QUOTE.search(masked[: struck.start()]):
            inside = text[struck.start() + 1 : struck.end() - 1]
            masked = f"{masked[: struck.start()]} {inside} {masked[struck.end() :]}"
    return masked
