"""Words as they are searched: without capitals and accents, and by their stems. AMBER: it keeps nothing but stems."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from threading import Lock

from snowballstemmer import stemmer

_WORD = re.compile(r"\w+")
_SPACE = re.compile(r"\s+|\x00")
# It keeps the word in itself while it works.
_ENGLISH, _alone = stemmer("english"), Lock()


def folded(text: str) -> str:
    """In one line, small letters, without accents."""
    small = text.casefold()
    if not small.isascii():
        apart = unicodedata.normalize("NFKD", small)
        small = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return _SPACE.sub(" ", small).strip()


def words_of(text: str) -> list[str]:
    """Folded words, in order."""
    return _WORD.findall(folded(text))


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """Of a folded English word; of any other, something near."""
    with _alone:
        return str(_ENGLISH.stemWord(word))
