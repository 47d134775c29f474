"""Making a notebook, unlocking, locking, recovering."""

from __future__ import annotations

import hmac
import json
import re
import secrets
from dataclasses import replace
from threading import Lock

from sqlalchemy import delete, insert, select
from starlette.responses import Response

from afterword.capture.intake import Refused, resume_waiting
from afterword.notebook.preferences import load
from afterword.seal import Tampered, WrongKey
from afterword.store.database import hour
from afterword.store.tables import objects
from afterword.vault import vault
from afterword.vault.owner import Owner
from afterword.vault.passphrase import read_code, suggest
from afterword.web.ask import Ask, House, see_other
from afterword.web.pages.reminders import refresh

SHORTEST = 12
# Where somebody goes on after unlocking, if not to Today.
_AFTER = {"scan": "/scan"}
_SUGGESTED = re.compile(r"[a-z]{4}( [a-z]{4}){4}")
_setting_up = Lock()


def home(ask: Ask) -> Response:
    """Where to begin."""
    if vault.only_person(ask.house.engine) is None:
        return see_other("/setup")
    return see_other("/today" if ask.unlocked else "/unlock")


def setup_form(ask: Ask) -> Response:
    """The first page of a new installation."""
    if vault.only_person(ask.house.engine):
        return ask.problem("This notebook has been set up already.", 410, "/unlock", "Unlock it")
    return ask.page("setup.html", token="", suggested=suggest(), error="", wrong="")


def set_up(ask: Ask) -> Response:
    """Make the notebook; show the recovery code once."""
    token, passphrase = ask.form.get("token", "").strip(), ask.form.get("passphrase", "")
    with ask.house.turnstile, _setting_up:
        if vault.only_person(ask.house.engine):
            return ask.problem("The set-up token has been used already.", 410, "/unlock", "Unlock your notebook")
        if wrong := _setup_error(ask.house, token, passphrase, ask.form.get("again", "")):
            return ask.page("setup.html", 422, token=token, suggested=_suggested(ask), **wrong)
        made = vault.make_notebook(ask.house.engine, passphrase, ask.house.settings.argon_kib)
    return _show_code(ask, made.owner, made.recovery_code)


def code_form(ask: Ask) -> Response:
    """The code was shown; parts of it are typed back."""
    if vault.is_ready(ask.house.engine, ask.owner.person):
        return see_other("/today")
    asked = _code_check(ask.house, ask.owner)
    return ask.page("setup_code.html", code="", ask=asked["ask"] if asked else [], error="", wrong=0)


def new_code(ask: Ask) -> Response:
    """The first one was not written down. Once set-up is finished nobody gets a code from an open notebook."""
    if vault.is_ready(ask.house.engine, ask.owner.person):
        raise KeyError
    code = vault.replace_code(ask.house.engine, ask.owner, ask.house.settings.argon_kib)
    return _show_code(ask, ask.owner, code)


def confirm_code(ask: Ask) -> Response:
    """Two groups typed back: set-up is finished."""
    asked = _code_check(ask.house, ask.owner)
    if asked is None:
        return see_other("/setup/code")
    typed = [read_code(ask.form.get(name, "")) for name in ("group1", "group2")]
    if not hmac.compare_digest("|".join(typed), "|".join(asked["groups"])):
        says = "That is not quite what was shown. Please look at what you wrote down."
        wrong = asked["ask"][typed[0] == asked["groups"][0]]
        return ask.page("setup_code.html", 422, code="", ask=asked["ask"], error=says, wrong=wrong)
    vault.confirm_code(ask.house.engine, ask.owner.person)
    _forget_code_check(ask.house, ask.owner)
    return see_other("/today")


def unlock_form(ask: Ask) -> Response:
    """Ask for the passphrase."""
    if vault.only_person(ask.house.engine) is None:
        return see_other("/setup")
    return see_other("/today") if ask.unlocked else ask.page("unlock.html", error="", after="")


def unlock(ask: Ask) -> Response:
    """Open the notebook, and let what waited for it go on."""
    person = vault.only_person(ask.house.engine)
    try:
        with ask.house.turnstile:
            owner = vault.open_notebook(ask.house.engine, person or b"", ask.form.get("passphrase", ""))
    except WrongKey:
        says, after = "That passphrase does not open it. Please try again.", ask.form.get("after", "")
        return ask.page("unlock.html", 403, error=says, after=after if after in _AFTER else "")
    except Tampered:
        raise _changed() from None
    resume_waiting(ask.house.settings, ask.house.ledger, owner)
    refresh(replace(ask, unlocked=owner))
    answer = see_other(_AFTER.get(ask.form.get("after", ""), "/today"))
    ask.give_cookie(answer, _fresh_unlock(ask, owner))
    return answer


def lock_form(ask: Ask) -> Response:
    """The ways to lock, in one place."""
    return ask.page("lock.html")


def lock(ask: Ask) -> Response:
    """End this unlock. A recording goes on."""
    answer = _locked(ask)
    vault.lock(ask.house.engine, ask.cookie)
    return answer


def lock_everywhere(ask: Ask) -> Response:
    """End every unlock of the person, on every device, at once."""
    answer = _locked(ask)
    vault.lock_everywhere(ask.house.engine, ask.owner.person)
    return answer


def here(_ask: Ask) -> Response:
    """For idle.js: somebody is reading. Being asked at all keeps the unlock alive."""
    return Response(status_code=204)


def recover_form(ask: Ask) -> Response:
    """For a forgotten passphrase."""
    if vault.only_person(ask.house.engine) is None:
        return see_other("/setup")
    return ask.page("recover.html", error="", wrong="", code="")


def recover(ask: Ask) -> Response:
    """The code opens; a new passphrase and a new code follow."""
    person = vault.only_person(ask.house.engine)
    passphrase, again = ask.form.get("passphrase", ""), ask.form.get("again", "")
    typed = ask.form.get("code", "")
    if error := _passphrase_error(passphrase, again):
        return ask.page("recover.html", 422, error=error, wrong="passphrase", code=typed)
    try:
        with ask.house.turnstile:
            owner = vault.open_notebook(ask.house.engine, person or b"", typed, "recovery")
            code = vault.replace_ways(ask.house.engine, owner, passphrase, ask.house.settings.argon_kib)
    except WrongKey:
        says = "That code does not open it. Please check each group."
        return ask.page("recover.html", 403, error=says, wrong="code", code=typed)
    except Tampered:
        raise _changed() from None
    resume_waiting(ask.house.settings, ask.house.ledger, owner)
    return _show_code(ask, owner, code)


def _changed() -> Refused:
    says = "The database of this notebook was changed from outside, so it stays closed. Please restore a backup of it."
    return Refused("changed", says, 409)


def _locked(ask: Ask) -> Response:
    answer = see_other("/calendar" if ask.preferences.quiet else "/unlock")
    ask.take_cookie(answer)
    answer.headers["clear-site-data"] = '"cache"'
    return answer


def _setup_error(house: House, token: str, passphrase: str, again: str) -> dict[str, str]:
    """The sentence, and the first field that is wrong; empty if none is."""
    if house.setup_token is None or not hmac.compare_digest(token.encode(), house.setup_token.encode()):
        says = "That is not the set-up token. It stands in the terminal where Afterword was started."
        return {"error": says, "wrong": "token"}
    error = _passphrase_error(passphrase, again)
    return {"error": error, "wrong": "passphrase"} if error else {}


def _passphrase_error(passphrase: str, again: str) -> str:
    if len(" ".join(passphrase.split())) < SHORTEST:
        return f"Please take at least {SHORTEST} letters; several words are easiest."
    return "" if passphrase.split() == again.split() else "The two are not the same. Please type both again."


def _suggested(ask: Ask) -> str:
    """The suggestion that was shown, if it was one: it may be on paper already."""
    shown = ask.form.get("suggested", "")
    return shown if _SUGGESTED.fullmatch(shown) else suggest()


def _show_code(ask: Ask, owner: Owner, code: str) -> Response:
    chosen = sorted(secrets.SystemRandom().sample(range(1, 9), 2))
    groups = code.split("-")
    _keep_code_check(ask.house, owner, {"ask": chosen, "groups": [groups[i - 1] for i in chosen]})
    cookie = _fresh_unlock(ask, owner)
    answer = replace(ask, cookie=cookie, unlocked=owner).page(
        "setup_code.html", code=code, ask=chosen, error="", wrong=0
    )
    ask.give_cookie(answer, cookie)
    return answer


def _fresh_unlock(ask: Ask, owner: Owner) -> str:
    """A new cookie at every unlock; the one before opens nothing any more."""
    if ask.cookie:
        vault.lock(ask.house.engine, ask.cookie)
    return vault.unlock(ask.house.engine, owner, load(ask.house.engine, owner).idle_seconds)


def _keep_code_check(house: House, owner: Owner, values: dict[str, list[int] | list[str]]) -> None:
    _forget_code_check(house, owner)
    row = {"id": secrets.token_bytes(16), "person": owner.person, "kind": "code", "about": owner.person, "rev": 0}
    sealed = owner.seal_own("code", owner.person, 0, json.dumps(values).encode())
    with house.engine.begin() as db:
        db.execute(insert(objects).values(row | {"sealed": sealed, "hour": hour()}))


def _code_check(house: House, owner: Owner) -> dict[str, list[str]] | None:
    """None after a crash between making the notebook and asking: then a new code is made."""
    with house.engine.connect() as db:
        query = select(objects.c.sealed).where(objects.c.person == owner.person, objects.c.kind == "code")
        sealed = db.execute(query).scalar()
    if sealed is None:
        return None
    values: dict[str, list[str]] = json.loads(owner.open_own("code", owner.person, 0, sealed))
    return values


def _forget_code_check(house: House, owner: Owner) -> None:
    with house.engine.begin() as db:
        db.execute(delete(objects).where(objects.c.person == owner.person, objects.c.kind == "code"))
