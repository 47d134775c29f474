"""Words as they are searched: without capitals and accents, and by their stems. AMBER: it keeps nothing but stems."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from threading import Lock

from snowballstemmer import stemmer

_WORD = re.compile(r"\w+")
_ACCENTS = re.compile("[\u0300-\u036f]+")
# As they are typed, and as they are meant: eight passes in C are ten times faster than one table.
_PLAIN = dict(zip("\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u00b7", "''\"\"--..", strict=True))
# It keeps the word in itself while it works.
_ENGLISH, _alone = stemmer("english"), Lock()


def folded(text: str) -> str:
    """In one line, small letters, without accents."""
    return folded_each([text])[0]


def folded_each(texts: Sequence[str]) -> list[str]:
    """The same, of many at once: ten times faster than one by one."""
    small = "\0".join(text.replace("\0", " ") for text in texts).casefold()
    if not small.isascii():
        for typeset, plain in _PLAIN.items():
            small = small.replace(typeset, plain)
        small = small if small.isascii() else _ACCENTS.sub("", unicodedata.normalize("NFKD", small))
    return [one.strip() for one in " ".join(small.split()).split("\0")]


def words_of(text: str) -> list[str]:
    """Folded words, in order."""
    return _WORD.findall(folded(text))


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """Of a folded English word; of any other, something near."""
    with _alone:
        return str(_ENGLISH.stemWord(word))
