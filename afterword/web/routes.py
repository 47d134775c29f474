"""The sitemap: every route, and who may ask for it. Ids are random; nothing else stands in an address."""

from __future__ import annotations

from starlette.routing import Route

from afterword.web.ask import Handler, House, Who, route
from afterword.web.pages import captures, live, model, phone, preferences, recording, sessions, settle, voice, ways_in

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
    ("GET", "/lock", ways_in.lock_form, "owner"),
    ("POST", "/lock", ways_in.lock, "owner"),
    ("POST", "/lock/everywhere", ways_in.lock_everywhere, "owner"),
    ("POST", "/here", ways_in.here, "owner"),
    ("GET", "/settings", preferences.settings_form, "owner"),
    ("POST", "/settings", preferences.change_settings, "owner"),
    ("GET", "/calendar", preferences.calendar, "anyone"),
    ("GET", "/phone", phone.about, "anyone"),
    ("GET", "/phone/check", phone.check, "anyone"),
    ("GET", "/reached", phone.reached, "anyone"),
    ("GET", "/model", model.model_form, "owner"),
    ("POST", "/model", model.choose_model, "owner"),
    ("GET", "/voice", voice.voice_form, "owner"),
    ("POST", "/voice", voice.delete_voice, "owner"),
    ("GET", "/voice/progress", voice.voice_progress, "watch"),
    ("GET", "/today", sessions.today, "owner"),
    ("GET", "/record", recording.record, "anyone"),
    ("GET", "/sessions/new", sessions.add_form, "owner"),
    ("POST", "/sessions/sample", sessions.add_sample, "owner"),
    ("GET", "/sessions/{id}", sessions.session, "owner"),
    ("GET", "/sessions/{id}/check", sessions.check, "owner"),
    ("GET", "/sessions/{id}/wait", sessions.session, "watch"),
    ("GET", "/sessions/{id}/progress", sessions.progress, "watch"),
    ("POST", "/sessions/{id}/speakers", sessions.speakers, "owner"),
    ("POST", "/sessions/{id}/discard", sessions.discard, "owner"),
    ("POST", "/sessions/{id}/finish", sessions.finish, "owner"),
    ("POST", "/sessions/{id}/lines", sessions.correct_line, "owner"),
    ("POST", "/sessions/{id}/names", sessions.correct_name, "owner"),
    ("GET", "/sessions/{id}/settle", settle.settle_form, "owner"),
    ("POST", "/sessions/{id}/settle/step", settle.settle_step, "owner"),
    ("POST", "/sessions/{id}/settle/mark", settle.mark, "owner"),
    ("POST", "/sessions/{id}/settle/swap", settle.swap, "owner"),
    ("POST", "/sessions/{id}/settle/done", settle.done, "owner"),
    ("GET", "/sessions/{id}/receipt", sessions.receipt, "owner"),
    ("GET", "/sessions/{id}/delete", sessions.delete_form, "owner"),
    ("POST", "/sessions/{id}/delete", sessions.delete, "owner"),
    ("POST", "/captures", captures.begin, "owner"),
    ("PUT", "/captures/{id}/chunks/{index}", captures.put, "capture"),
    ("POST", "/captures/{id}/end", captures.end, "capture"),
    ("PUT", "/captures/{id}/segments/{segment}/{track}/{seq}", live.put, "capture"),
    ("POST", "/captures/{id}/segments/{segment}/close", live.close, "capture"),
    ("POST", "/captures/{id}/forget", live.forget, "capture"),
    ("POST", "/captures/{id}/status", live.status, "capture"),
    ("POST", "/captures/{id}/discard", live.discard, "capture"),
)


def routes(house: House) -> list[Route]:
    """Every one behind the door of ask.py."""
    return [route(house, *entry) for entry in SITEMAP]
