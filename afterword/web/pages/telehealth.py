"""The guide for sessions by video: four ways to record one and one without, and what is kept where. For everybody,
locked or not; nothing private is on it."""

from __future__ import annotations

from starlette.responses import Response

from afterword.consent.durations import in_figures, in_words
from afterword.consent.installation import Times
from afterword.facts.call_sound import WHATS, call_sound
from afterword.handoff.pairing import CODE_SECONDS
from afterword.web.ask import Ask


def guide(ask: Ask) -> Response:
    """Where the other device goes is told only to somebody who sits at this machine, as on the page about phones."""
    addresses = () if ask.tls else ask.house.settings.addresses()
    times = Times()
    said = {"code": in_words(CODE_SECONDS), "chunk": in_words(times.chunk), "part": in_words(times.part)}
    said |= {"provisional": in_figures(times.provisional), "longest": in_figures(times.longest)}
    return ask.page("telehealth.html", addresses=addresses, times=said, sound=call_sound(), whats=WHATS)
