"""The settings of a notebook, and the ordinary page that the quieter ones leave on the screen."""

from __future__ import annotations

import calendar as months
from dataclasses import replace
from datetime import date

from starlette.responses import Response

from afterword.capture import names
from afterword.facts.crisis_lines import crisis_lines
from afterword.notebook import preferences
from afterword.notebook.opening import HOURS
from afterword.vault import vault
from afterword.web.ask import Ask, see_other
from afterword.web.pages.reminders import refresh


def settings_form(ask: Ask) -> Response:
    """Where the person is, and how quiet the notebook keeps."""
    listed = names.written(names.load(ask.house.engine, ask.owner))
    return ask.page("settings.html", now=ask.preferences, places=crisis_lines().places, names=listed)


def change_settings(ask: Ask) -> Response:
    """Kept sealed; every unlock of the person takes the new time after which it ends. Raises KeyError for what no page
    of ours sends."""
    if (listed := ask.form.get("names")) is not None:
        names.keep(ask.house.engine, ask.owner, names.read_names(listed))
        return see_other("/settings#names")
    before, place = ask.preferences, ask.form.get("place")
    if place is not None and place and crisis_lines().place(place) is None:
        raise KeyError(place)
    quiet = {"on": True, "off": False, None: before.quiet}[ask.form.get("quiet")]
    usual = before.brief_hours
    hours = {str(one): one for one in (*HOURS, usual)}[ask.form.get("brief_hours", str(usual))]
    wished = replace(before, place=before.place if place is None else place, quiet=quiet, brief_hours=hours)
    preferences.keep(ask.house.engine, ask.owner, wished)
    vault.set_idle(ask.house.engine, ask.owner.person, wished.idle_seconds)
    refresh(ask)
    return see_other("/settings")


def calendar(ask: Ask) -> Response:
    """This month. Nothing on it says whose it is, or what else is here."""
    today = date.today()
    weeks = months.Calendar().monthdayscalendar(today.year, today.month)
    return ask.page("calendar.html", weeks=weeks, today=today)
