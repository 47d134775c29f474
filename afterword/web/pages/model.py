"""Who writes the notes: the built-in engine, or a language model of the person's own at an address."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from starlette.responses import Response

from afterword.capture import chosen
from afterword.capture.choice import Choice, NotAnAddress, read_address
from afterword.web.ask import Ask, see_other

_LONGEST = 300


def model_form(ask: Ask) -> Response:
    """What is chosen, and how to change it."""
    return _form(ask, chosen.load(ask.house.engine, ask.owner))


def choose_model(ask: Ask) -> Response:
    """Use an address, or nothing. Text may leave this computer only with a yes that names where to."""
    engine, owner, before = ask.house.engine, ask.owner, chosen.load(ask.house.engine, ask.owner)
    if ask.form.get("action") == "off":
        chosen.drop(engine, owner)
        return see_other("/model")
    typed = {name: ask.form.get(name, "").strip()[:_LONGEST] for name in ("address", "model", "key")}
    try:
        wanted = _wanted(typed, before)
    except NotAnAddress as wrong:
        return _form(ask, before, typed, wrong.says)
    if wanted.leaves and ask.form.get("agree") != wanted.place[0]:
        return _form(ask, before, typed | {"address": wanted.address or ""}, asking=wanted)
    chosen.keep(engine, owner, replace(wanted, agreed_on=date.today().isoformat() if wanted.leaves else None))
    return see_other("/model")


def _wanted(typed: dict[str, str], before: Choice | None) -> Choice:
    """A key that was not typed again is kept, for the same address only. Raises NotAnAddress."""
    address = read_address(typed["address"])
    key = typed["key"] or (before.key if before and before.address == address else None)
    return Choice(bytes(16), None, address, typed["model"] or None, key)


def _form(
    ask: Ask, now: Choice | None, typed: dict[str, str] | None = None, error: str = "", asking: Choice | None = None
) -> Response:
    kept = {"address": now.address, "model": now.model or ""} if now and now.address else {}
    values = {"address": "", "model": "", "key": ""} | (kept if typed is None else typed)
    return ask.page("model.html", 422 if error or asking else 200, now=now, typed=values, error=error, asking=asking)
