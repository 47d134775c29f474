"""The sitemap: every route, and who may ask for it. Ids are random; nothing else stands in an address."""

from __future__ import annotations

from starlette.routing import Route

from afterword.web.ask import Handler, House, Who, route
from afterword.web.pages import captures, sessions, ways_in

SITEMAP: tuple[tuple[str, str, Handler, Who], ...] = (
    ("GET", "/", ways_in.home, "anyone"),
    ("GET", "/setup", ways_in.setup_form, "anyone"),
    ("POST", "/setup", ways_in.set_up, "anyone"),
    ("GET", "/setup/code", ways_in.code_form, "owner"),
    ("POST", "/setup/code", ways_in.confirm_code, "owner"),
    ("POST", "/setup/code/new", ways_in.new_code, "owner"),
    ("GET", "/unlock", ways_in.unlock_form, "anyone"),
    ("POST", "/unlock", ways_in.unlock, "anyone"),
    ("GET", "/recover", ways_in.recover_form, "anyone"),
    ("POST", "/recover", ways_in.recover, "anyone"),
    ("POST", "/lock", ways_in.lock, "owner"),
    ("GET", "/today", sessions.today, "owner"),
    ("GET", "/sessions/new", sessions.add_form, "owner"),
    ("POST", "/sessions/sample", sessions.add_sample, "owner"),
    ("GET", "/sessions/{id}", sessions.session, "owner"),
    ("GET", "/sessions/{id}/progress", sessions.progress, "owner"),
    ("POST", "/sessions/{id}/speakers", sessions.speakers, "owner"),
    ("POST", "/sessions/{id}/discard", sessions.discard, "owner"),
    ("POST", "/sessions/{id}/lines", sessions.correct_line, "owner"),
    ("POST", "/sessions/{id}/names", sessions.correct_name, "owner"),
    ("GET", "/sessions/{id}/receipt", sessions.receipt, "owner"),
    ("GET", "/sessions/{id}/delete", sessions.delete_form, "owner"),
    ("POST", "/sessions/{id}/delete", sessions.delete, "owner"),
    ("POST", "/captures", captures.begin, "owner"),
    ("PUT", "/captures/{id}/chunks/{index}", captures.put, "capture"),
    ("POST", "/captures/{id}/end", captures.end, "capture"),
)


def routes(house: House) -> list[Route]:
    """For the application."""
    return [route(house, *entry) for entry in SITEMAP]
