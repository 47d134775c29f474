"""Deleting everything: asked for twice, with the passphrase and a word, and then done."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from afterword.seal.errors import SealError
from afterword.vault import vault
from afterword.web.ask import Ask
from afterword.work.erase import erase

WORD = "delete"


def delete_form(ask: Ask) -> Response:
    """What goes, and that nobody can bring it back."""
    return _form(ask)


def delete_everything(ask: Ask) -> Response:
    """An open notebook is not enough: whoever sits down at it for a minute does not know the passphrase."""
    if ask.form.get("word", "").strip().casefold() != WORD:
        return _form(ask, "Nothing was deleted: the word is not there yet.", "word")
    try:
        with ask.house.turnstile:
            vault.open_notebook(ask.house.engine, ask.owner.person, ask.form.get("passphrase", ""))
    except SealError:
        return _form(ask, "Nothing was deleted: that passphrase does not open this notebook.", "passphrase")
    erase(ask.house.settings, ask.house.ledger, ask.owner.person)
    answer = replace(ask, unlocked=None).page("deleted.html")
    ask.take_cookie(answer)
    # Also what this browser keeps for itself: drafts, and what waited to be sent.
    answer.headers["clear-site-data"] = '"cache", "storage"'
    return answer


def _form(ask: Ask, error: str = "", wrong: str = "") -> Response:
    status = {"": 200, "word": 422, "passphrase": 403}[wrong]
    return ask.page("delete_everything.html", status, error=error, wrong=wrong, word=WORD)
