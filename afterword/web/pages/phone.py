"""Using a phone: how it gets here, what it does to a microphone, and a check of this one that keeps nothing."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from afterword.web.ask import Ask


def about(ask: Ask) -> Response:
    """What a phone needs. Other names of this machine are told only to somebody who sits at it."""
    addresses = () if ask.tls else ask.house.settings.addresses()
    return ask.page("phone.html", tls=ask.tls, addresses=addresses)


def check(ask: Ask) -> Response:
    """Listens for a minute, in the browser alone."""
    return ask.page("phone_check.html")


def reached(ask: Ask) -> Response:
    """For `afterword doctor`, which asks from outside whether its question arrives here, and how."""
    return JSONResponse({"afterword": True, "https": ask.tls})
