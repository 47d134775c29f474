"""Reminders without content: a private calendar address, and waking a browser. Off until somebody turns them on."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from icalendar import Alarm, Calendar, Event
from starlette.responses import JSONResponse, Response

from afterword.notebook import appointments, moments, opening, reminders
from afterword.notebook.moments import Answered
from afterword.notebook.past import pasts
from afterword.notebook.reminders import FROM_HOURS, UNTIL_HOURS, Reminders, release_times
from afterword.store import releases
from afterword.web.ask import NOT_THERE, Ask, see_other
from afterword.web.problem import problem
from afterword.work.push import vapid

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_NAME = re.compile(r"(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]*")
_NEAR = (".local", ".localhost", ".localdomain", ".internal", ".lan", ".home.arpa")
SAYS = {False: "Afterword has something for you", True: "Notes: there is something new"}


def reminders_form(ask: Ask) -> Response:
    """What reminders tell, and to whom, before anything is turned on."""
    return _page(ask)


def change_reminders(ask: Ask) -> Response:
    """What of, and when not. Raises KeyError for what no page of ours sends."""
    given = ask.form
    wished = Reminders(
        bool(given.get("brief")), bool(given.get("moments")), _hour(ask, "quiet_from"), _hour(ask, "quiet_until")
    )
    if wished.quiet_from not in FROM_HOURS or wished.quiet_until not in UNTIL_HOURS:
        raise KeyError
    reminders.keep(ask.house.engine, ask.owner, wished)
    refresh(ask)
    return see_other("/reminders")


def change_feed(ask: Ask) -> Response:
    """A new address, shown once; or none any more."""
    if ask.form.get("action") == "off":
        releases.close_feed(ask.house.engine, ask.owner.person)
        return see_other("/reminders#feed")
    if ask.form.get("action") != "make":
        raise KeyError
    if ask.preferences.quiet:
        return see_other("/reminders")
    token = releases.open_feed(ask.house.engine, ask.owner.person, bool(ask.form.get("neutral")))
    refresh(ask)
    return _page(ask, [f"{base}feed/{token}.ics" for base in _bases(ask)])


def change_push(ask: Ask) -> Response:
    """A browser asks to be woken (as JSON), or is left alone."""
    if not ask.body:
        releases.let_sleep(ask.house.engine, ask.owner.person, _push(ask.form.get("push", "")))
        return see_other("/reminders#push")
    endpoint = _endpoint(ask.body)
    if ask.preferences.quiet or not endpoint:
        return JSONResponse({"error": "refused", "says": "This browser cannot be woken from here."}, 422)
    releases.wake(ask.house.engine, ask.owner.person, endpoint, int(ask.now().timestamp()))
    refresh(ask)
    return JSONResponse({})


def feed(ask: Ask) -> Response:
    """The times, for a calendar that has the address and no cookie. Whatever else is asked for is simply not there."""
    try:
        token = ask.path["token"]
        if not TOKEN.fullmatch(token):
            raise KeyError
        found = releases.feed_of(ask.house.engine, token)
    except KeyError:
        return problem(NOT_THERE, 404, "not_there", False)
    times = releases.times_of(ask.house.engine, found.person)
    return Response(calendar_of(times, token, found.neutral), media_type="text/calendar")


def refresh(ask: Ask) -> None:
    """The times to come, as they are now known. Called wherever an unlocked page may have changed one; where reminders
    are off it writes nothing."""
    engine, owner, wished = ask.house.engine, ask.owner, ask.preferences
    if not releases.is_on(engine, owner.person):
        return
    kept, early = appointments.load(engine, owner), opening.opened_early(engine, owner)
    here = ask.now()
    times = release_times(reminders.load(engine, owner), kept, wished.brief_hours, here, moment_days(ask), early)
    releases.write(engine, owner.person, times, int(here.timestamp()))


def moment_days(ask: Ask) -> list[date]:
    """The days to come on which a Moment will wait in the morning, if each is answered on its day."""
    engine, owner, now = ask.house.engine, ask.owner, ask.now()
    morning = time(reminders.load(engine, owner).hours[0])
    since = (now.date() - timedelta(days=moments.LONGEST)).isoformat()
    behind = [past for past in pasts(engine, owner) if past.day >= since]
    kept, state, found = appointments.load(engine, owner), moments.load(engine, owner), []
    for day in range(1, moments.LONGEST + 1):
        then = datetime.combine(now.date() + timedelta(days=day), morning, now.tzinfo)
        if one := moments.due(behind, state, kept, then):
            found.append(then.date())
            state = moments.replied(moments.came(state, one, then), one.ref, Answered("keep", then.date().isoformat()))
    return found


def calendar_of(times: list[int], token: str, neutral: bool) -> bytes:
    """RFC 5545. Each event says the same, and nothing but its hour is known."""
    made = Calendar()
    made.add("prodid", "-//Notes//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", "Notes" if neutral else "Afterword")
    for at in times:
        made.add_component(_event(at, token, SAYS[neutral]))
    return bytes(made.to_ical())


def _event(at: int, token: str, says: str) -> Event:
    event, alarm, when = Event(), Alarm(), datetime.fromtimestamp(at, UTC)
    event.add("uid", sha256(f"{token} {at}".encode()).hexdigest()[:32])
    event.add("dtstamp", when)
    event.add("dtstart", when)
    event.add("summary", says)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    alarm.add("action", "DISPLAY")
    alarm.add("description", says)
    alarm["trigger"] = "PT0S"
    event.add_component(alarm)
    return event


def _page(ask: Ask, addresses: list[str] | None = None) -> Response:
    engine, person = ask.house.engine, ask.owner.person
    wished, kept = reminders.load(engine, ask.owner), releases.has_feed(engine, person)
    woken = [(push.id.hex(), urlsplit(push.endpoint).hostname) for push in releases.woken(engine, person)]
    return ask.page(
        "reminders.html",
        wished=wished,
        feed=kept,
        addresses=addresses or [],
        woken=woken,
        froms=FROM_HOURS,
        untils=UNTIL_HOURS,
        key="" if ask.preferences.quiet else vapid(ask.house.settings).public,
        says=SAYS,
        from_elsewhere=bool(ask.house.settings.reach.names),
    )


def _bases(ask: Ask) -> tuple[str, ...]:
    settings = ask.house.settings
    return settings.addresses() or (f"http://localhost:{settings.port}/",)


def _hour(ask: Ask, name: str) -> int:
    given = ask.form.get(name, "")
    if not re.fullmatch(r"[0-9]{1,2}", given):
        raise KeyError(name)
    return int(given)


def _push(given: str) -> bytes:
    if not re.fullmatch(r"[0-9a-f]{32}", given):
        raise KeyError
    return bytes.fromhex(given)


def _endpoint(body: bytes) -> str:
    """An address at a push service out in the world, or "": this machine must never be asked to knock at its own
    network."""
    try:
        given = json.loads(body)["endpoint"]
        parts = urlsplit(given)
        host, port = parts.hostname or "", parts.port
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
    plain = parts.scheme == "https" and not parts.username and port in (None, 443) and len(given) <= 1024
    written = given.isascii() and given.isprintable() and " " not in given
    return given if plain and written and _is_out_there(host) else ""


def _is_out_there(host: str) -> bool:
    """A name of the world. The last part of an address is a number, in whatever way it is written (127.1, 0x7f.1)."""
    return bool(_NAME.fullmatch(host)) and not host.endswith(_NEAR)
