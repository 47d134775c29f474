"""Making a notebook, unlocking, locking, recovering."""

from __future__ import annotations

import hmac
import json
import secrets

from sqlalchemy import delete, insert, select
from starlette.responses import Response

from afterword.capture.intake import resume_waiting
from afterword.seal import WrongKey
from afterword.store.database import hour
from afterword.store.tables import objects
from afterword.vault import vault
from afterword.vault.owner import Owner
from afterword.vault.passphrase import read_code, suggest
from afterword.web.ask import COOKIE, Ask, House, see_other

SHORTEST = 12


def home(ask: Ask) -> Response:
    """Where to begin."""
    if vault.only_person(ask.house.engine) is None:
        return see_other("/setup")
    return see_other("/today" if ask.unlocked else "/unlock")


def setup_form(ask: Ask) -> Response:
    """The first page of a new installation."""
    if vault.only_person(ask.house.engine):
        return ask.problem("This notebook has been set up already.", 410, "/unlock", "Unlock it")
    return ask.page("setup.html", token="", suggested=suggest(), error="")


def set_up(ask: Ask) -> Response:
    """Make the notebook; show the recovery code once."""
    if vault.only_person(ask.house.engine):
        return ask.problem("The set-up token has been used already.", 410, "/unlock", "Unlock your notebook")
    token, passphrase = ask.form.get("token", "").strip(), ask.form.get("passphrase", "")
    error = _setup_error(ask.house, token, passphrase, ask.form.get("again", ""))
    if error:
        return ask.page("setup.html", 422, token=token, suggested=suggest(), error=error)
    made = vault.make_notebook(ask.house.engine, passphrase, ask.house.settings.argon_kib)
    return _show_code(ask, made.owner, made.recovery_code)


def code_form(ask: Ask) -> Response:
    """The code was shown; parts of it are typed back."""
    if vault.is_ready(ask.house.engine, ask.owner.person):
        return see_other("/today")
    asked = _code_check(ask.house, ask.owner)
    return ask.page("setup_code.html", code="", ask=asked["ask"], error="")


def new_code(ask: Ask) -> Response:
    """The first one was not written down."""
    code = vault.replace_code(ask.house.engine, ask.owner, ask.house.settings.argon_kib)
    return _show_code(ask, ask.owner, code)


def confirm_code(ask: Ask) -> Response:
    """Two groups typed back: set-up is finished."""
    asked = _code_check(ask.house, ask.owner)
    typed = [read_code(ask.form.get(name, "")) for name in ("group1", "group2")]
    if not hmac.compare_digest("|".join(typed), "|".join(asked["groups"])):
        return ask.page("setup_code.html", 422, code="", ask=asked["ask"], error="Not quite. Please look at it again.")
    vault.confirm_code(ask.house.engine, ask.owner.person)
    _forget_code_check(ask.house, ask.owner)
    return see_other("/today")


def unlock_form(ask: Ask) -> Response:
    """Ask for the passphrase."""
    if vault.only_person(ask.house.engine) is None:
        return see_other("/setup")
    return see_other("/today") if ask.unlocked else ask.page("unlock.html", error="")


def unlock(ask: Ask) -> Response:
    """Open the notebook, and let what waited for it go on."""
    person = vault.only_person(ask.house.engine)
    try:
        owner = vault.open_notebook(ask.house.engine, person or b"", ask.form.get("passphrase", ""))
    except WrongKey:
        return ask.page("unlock.html", 403, error="That passphrase does not open it. Please try again.")
    resume_waiting(ask.house.settings, ask.house.ledger, owner)
    return _with_unlock(ask, owner, see_other("/today"))


def lock(ask: Ask) -> Response:
    """End this unlock."""
    vault.lock(ask.house.engine, ask.cookie)
    answer = see_other("/unlock")
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    answer.headers["clear-site-data"] = '"cache"'
    return answer


def recover_form(ask: Ask) -> Response:
    """For a forgotten passphrase."""
    return ask.page("recover.html", error="")


def recover(ask: Ask) -> Response:
    """The code opens; a new passphrase and a new code follow."""
    person = vault.only_person(ask.house.engine)
    passphrase, again = ask.form.get("passphrase", ""), ask.form.get("again", "")
    error = _passphrase_error(passphrase, again)
    if error:
        return ask.page("recover.html", 422, error=error)
    try:
        owner = vault.open_notebook(ask.house.engine, person or b"", ask.form.get("code", ""), "recovery")
    except WrongKey:
        return ask.page("recover.html", 403, error="That code does not open it. Please check each group.")
    code = vault.replace_ways(ask.house.engine, owner, passphrase, ask.house.settings.argon_kib)
    resume_waiting(ask.house.settings, ask.house.ledger, owner)
    return _show_code(ask, owner, code)


def _setup_error(house: House, token: str, passphrase: str, again: str) -> str:
    if house.setup_token is None or not hmac.compare_digest(token.encode(), house.setup_token.encode()):
        return "That is not the set-up token. It stands in the terminal where Afterword was started."
    return _passphrase_error(passphrase, again)


def _passphrase_error(passphrase: str, again: str) -> str:
    if len(passphrase) < SHORTEST:
        return f"Please take at least {SHORTEST} letters; several words are easiest."
    return "" if passphrase == again else "The two are not the same. Please type it again."


def _show_code(ask: Ask, owner: Owner, code: str) -> Response:
    chosen = sorted(secrets.SystemRandom().sample(range(1, 9), 2))
    groups = code.split("-")
    _keep_code_check(ask.house, owner, {"ask": chosen, "groups": [groups[i - 1] for i in chosen]})
    cookie = vault.unlock(ask.house.engine, owner)
    fresh = Ask(ask.house, ask.path, cookie, "", {}, b"", owner)
    answer = fresh.page("setup_code.html", code=code, ask=chosen, error="")
    answer.set_cookie(COOKIE, cookie, path="/", httponly=True, samesite="strict")
    return answer


def _with_unlock(ask: Ask, owner: Owner, answer: Response) -> Response:
    cookie = vault.unlock(ask.house.engine, owner)
    answer.set_cookie(COOKIE, cookie, path="/", httponly=True, samesite="strict")
    return answer


def _keep_code_check(house: House, owner: Owner, values: dict[str, list[int] | list[str]]) -> None:
    _forget_code_check(house, owner)
    row = {"id": secrets.token_bytes(16), "person": owner.person, "kind": "code", "about": owner.person, "rev": 0}
    sealed = owner.seal_own("code", owner.person, 0, json.dumps(values).encode())
    with house.engine.begin() as db:
        db.execute(insert(objects).values(row | {"sealed": sealed, "hour": hour()}))


def _code_check(house: House, owner: Owner) -> dict[str, list[str]]:
    with house.engine.connect() as db:
        query = select(objects.c.sealed).where(objects.c.person == owner.person, objects.c.kind == "code")
        sealed = db.execute(query).scalar()
    if sealed is None:
        raise KeyError
    values: dict[str, list[str]] = json.loads(owner.open_own("code", owner.person, 0, sealed))
    return values


def _forget_code_check(house: House, owner: Owner) -> None:
    with house.engine.begin() as db:
        db.execute(delete(objects).where(objects.c.person == owner.person, objects.c.kind == "code"))
