"""Search. The words come in the body of a form, so that they stand in no address, no history and no log."""

from __future__ import annotations

import re

from starlette.responses import Response

from afterword.notebook.search import MOST_LETTERS, Answer, search
from afterword.web.ask import Ask

_NOTHING = Answer((), 0, 0)


def search_form(ask: Ask) -> Response:
    """A field, and what can be found."""
    return ask.page("search.html", words="", answer=_NOTHING, asked=False, most=MOST_LETTERS)


def find(ask: Ask) -> Response:
    """Fifty at a time. Answered with the page itself: a redirect would have to carry the words."""
    words, first = ask.form.get("words", "")[:MOST_LETTERS], ask.form.get("first", "0")
    if not re.fullmatch("[0-9]{1,6}", first):
        raise KeyError(first)
    answer = search(ask.house.engine, ask.owner, words, int(first))
    return ask.page("search.html", words=words, answer=answer, asked=bool(words.strip()), most=MOST_LETTERS)
