"""Writing the ask, and the page for the therapist. Everybody may; nothing is stored unless an owner keeps it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from starlette.responses import JSONResponse, Response

from afterword.capture import chosen
from afterword.consent.ask import Choices, read, written
from afterword.consent.ask.choices import ASKS, PURPOSES, REASONS, ROOMS, TONES, USES
from afterword.consent.ask.first import QUESTIONS, answers
from afterword.consent.durations import in_figures, in_words
from afterword.consent.installation import Installation, installation
from afterword.notebook.asks import Kept, keep, kept_asks, remove
from afterword.web.ask import Ask, see_other

TEXT_MOST = 6000
_LABELS = {"reasons": REASONS, "asks": ASKS, "uses": USES, "rooms": ROOMS, "tones": TONES, "purposes": PURPOSES}


def ask_form(ask: Ask) -> Response:
    """The usual choices, to begin with."""
    choices = Choices()
    return _page(ask, choices, written(choices, _facts(ask)))


def show_ask(ask: Ask) -> Response:
    """The text for these choices; one that was changed by hand stays, unless it is to be written anew."""
    choices, text = read(ask.form), _text(ask)
    made = written(choices, _facts(ask))
    by_hand = "text" in ask.form and text != _text(ask, "made") and ask.form.get("action") != "anew"
    return _page(ask, choices, made, text if by_hand else made)


def ask_text(ask: Ask) -> Response:
    """The same for ask.js, as JSON."""
    return JSONResponse({"text": written(read(ask.form), _facts(ask))})


def keep_ask(ask: Ask) -> Response:
    """Sealed in the notebook, with what the person answered to themselves."""
    text = _text(ask)
    if not text:
        choices = read(ask.form)
        return _page(ask, choices, written(choices, _facts(ask)), text, "There is no text yet, so nothing was kept.")
    keep(ask.house.engine, ask.owner, Kept(f"{datetime.now():%Y-%m-%dT%H:%M}", text, answers(ask.form)))
    return see_other("/ask#kept")


def delete_ask(ask: Ask) -> Response:
    """One that was kept, for good."""
    remove(ask.house.engine, ask.owner, ask.id())
    return see_other("/ask#kept")


def for_therapists(ask: Ask) -> Response:
    """What is captured, what is left, for how long: of this installation, and of nobody in particular."""
    facts = _facts(ask)
    times = {name: in_figures(getattr(facts.times, name)) for name in ("chunk", "part", "silent", "provisional",
                                                                        "longest", "idle")}  # fmt: skip
    *others, last = map(str, facts.times.forget)
    forget = f"{', '.join(others)} or {last}"
    return ask.page(
        "for_therapists.html", facts=facts, times=times, forget=forget, words=facts.times.words, today=date.today()
    )


def _facts(ask: Ask) -> Installation:
    unlocked = ask.unlocked
    model = chosen.load(ask.house.engine, unlocked) if unlocked else None
    return installation(ask.house.settings, unlocked=unlocked is not None, model=model)


def _text(ask: Ask, name: str = "text") -> str:
    """As it was typed, with the line ends of forms made plain."""
    return ask.form.get(name, "").replace("\r\n", "\n").strip()[:TEXT_MOST]


def _page(ask: Ask, choices: Choices, made: str, text: str | None = None, error: str = "") -> Response:
    facts = _facts(ask)
    kept = kept_asks(ask.house.engine, ask.unlocked) if ask.unlocked else []
    values: dict[str, Any] = {
        "now": choices, "made": made, "text": made if text is None else text, "error": error, "facts": facts,
        "questions": QUESTIONS, "first": answers(ask.form), "kept": [(found.hex(), one) for found, one in kept],
        "soon": in_words(facts.times.part), "latest": in_words(facts.times.longest),
    }  # fmt: skip
    return ask.page("ask.html", 422 if error else 200, **values, **_LABELS)
