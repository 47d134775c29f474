"""Notes between sessions: write, list, change, flag, delete. What was said in a session stands elsewhere."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

from starlette.responses import JSONResponse, Response

from afterword.capture.forms import OWN_VOICE
from afterword.capture.intake import Refused
from afterword.notebook import notes
from afterword.notebook.notes import MOST_TAG, MOST_TEXT, Note, Wall
from afterword.notebook.shelf import Shelf, Shelved
from afterword.record import Record
from afterword.seal.context import context
from afterword.vault.owner import Owner
from afterword.web.ask import Ask, see_other
from afterword.web.pages.given import incomplete, json_of
from afterword.web.pages.progress import short

PAGE = 50
SHOWN_TAGS = 12
# Where a form may lead back to. An address is never taken from a form.
BACK = {"today": "/today", "notes": "/notes"}
_SHOWN = ("overview", "insights", "questions")
_QUOTED = re.compile(r"[\"\u201c]([^\"\u201d]+)[\"\u201d]")


@dataclass(frozen=True)
class Entry:
    """One line of the list: a note, or one by voice. `at`: local ISO date and time; `state`: of one by voice that is
    not made yet, or was not, in words."""

    id: str
    at: str
    note: Note | None = None
    spoken: Shelved | None = field(default=None, repr=False)
    state: str = ""
    lines: tuple[str, ...] = field(default=(), repr=False)
    serious: bool = False
    planned: bool = False


def page(ask: Ask) -> Response:
    """The newest, with a box to write in."""
    return _list(ask)


def quick_form(back: str = "today", tags: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
    """What `_jot.html` needs as `jot`. `back`: a word of `BACK`, where the person is led once it is kept. `tags`: id
    and word of those to choose from, on the page of notes alone."""
    return {"back": back, "tags": tags, "most": MOST_TEXT}


def keep(ask: Ask) -> Response:
    """One more."""
    text, draft = notes.whole(ask.form.get("text", "")), ask.form.get("draft", "")
    if not text:
        return ask.problem("There is nothing here yet. A word is enough.", 422, "/notes", "Back to your notes")
    wall: Wall = "plan" if ask.form.get("plan") == "on" else "note"
    made = notes.written(wall, ask.now(), fitting(text), _tags(ask.form))
    notes.keep(ask.house.engine, ask.owner, made, _id(draft).hex() if draft else "")
    return see_other(BACK.get(ask.form.get("from", ""), "/notes"))


def draft(ask: Ask) -> Response:
    """The key under which jot.js keeps what is typed: a new one, one for a change of a note, or that of a draft it has,
    unless that was kept or thrown away meanwhile."""
    mine, asked = (ask.house.engine, ask.owner), json_of(ask.body)
    wanted, changed = asked.get("draft", ""), asked.get("note", "")
    try:
        if changed and not wanted:
            name, key = notes.edit_key(*mine, _id(changed).hex())
        else:
            name, key = notes.draft_key(*mine, _id(wanted).hex() if wanted else "")
    except KeyError:
        return JSONResponse({"gone": True})
    return JSONResponse({"capture": name, "draft": base64.urlsafe_b64encode(key).decode().rstrip("=")}, 201)


def drop(ask: Ask) -> Response:
    """Thrown away: the key of a draft is gone before the answer."""
    notes.drop_draft(ask.house.engine, ask.owner, _id(json_of(ask.body).get("draft")).hex())
    return JSONResponse({})


def older(ask: Ask) -> Response:
    """What comes after that one. Raises KeyError."""
    return _list(ask, after=ask.id().hex())


def tagged(ask: Ask) -> Response:
    """Those with one tag. Raises KeyError for a tag that none has."""
    return _list(ask, tag=ask.id("tag").hex())


def tagged_older(ask: Ask) -> Response:
    """The same, after that one."""
    return _list(ask, tag=ask.id("tag").hex(), after=ask.id().hex())


def note(ask: Ask) -> Response:
    """One of them, and all that can be done with it."""
    found = notes.get(ask.house.engine, ask.owner, ask.id().hex())
    used = notes.tags_of(notes.load(ask.house.engine, ask.owner))
    tags = [
        (tag_id(ask.owner, tag), tag, tag in found.tags) for tag in dict.fromkeys((*found.tags, *used[:SHOWN_TAGS]))
    ]
    cited = found.cites if _is_there(ask, found.cites) else ""
    today = ask.now().date().isoformat()
    return ask.page("note.html", id=ask.id().hex(), note=found, tags=tags, cited=cited, today=today, most=MOST_TEXT)


def change(ask: Ask) -> Response:
    """One thing of one note. Raises KeyError."""
    mine, found, form = (ask.house.engine, ask.owner), ask.id().hex(), ask.form
    match form.get("action"):
        case "save":
            if not (text := notes.whole(form.get("text", ""))):
                return ask.problem("An empty note cannot be kept. You can delete it.", 422, f"/notes/{found}", "Back")
            notes.edit(*mine, found, fitting(text), _tags(form))
        case "plan" | "note" as wall:
            notes.flag(*mine, found, wall)
        case "raised":
            notes.say_raised(*mine, found, _day(ask, form.get("on", "")))
        case "not_raised":
            notes.say_raised(*mine, found, "")
        case "put_back":
            notes.put_back(*mine, found, int(form["place"]) if re.fullmatch(r"[0-9]{1,4}", form["place"]) else -1)
        case "forget_before":
            notes.forget_before(*mine, found)
        case _:
            raise KeyError
    return see_other("/notes" if form.get("from") == "notes" else f"/notes/{found}")


def delete_form(ask: Ask) -> Response:
    """Are you sure?"""
    found = notes.get(ask.house.engine, ask.owner, ask.id().hex())
    return ask.page("note_delete.html", id=ask.id().hex(), note=found)


def delete(ask: Ask) -> Response:
    """For good."""
    notes.remove(ask.house.engine, ask.owner, ask.id().hex())
    return see_other("/notes")


def plan(ask: Ask) -> Response:
    """A note by voice is something to bring up: a plan that cites it, in its own words, to be reworded. Raises KeyError
    for what is none."""
    spoken = Shelf(ask.house.engine, ask.owner).session(ask.id())
    if spoken.form not in OWN_VOICE or spoken.record is None or not (words := _own_words(spoken.record)):
        raise KeyError
    begun = notes.written("plan", ask.now(), words)
    return see_other(f"/notes/{notes.plan_of(ask.house.engine, ask.owner, spoken.id, begun)}")


def _list(ask: Ask, tag: str = "", after: str = "") -> Response:
    written = notes.load(ask.house.engine, ask.owner)
    by_id = {tag_id(ask.owner, name): name for name in notes.tags_of(written)}
    chosen = by_id[tag] if tag else ""
    entries = _entries(ask, written) if not tag else _tagged(written, chosen)
    names = [entry.id for entry in entries]
    first = names.index(after) + 1 if after in names else 0
    if after and not first:
        raise KeyError
    shown = [_filled(ask, entry) for entry in entries[first : first + PAGE]]
    left = len(entries) > first + PAGE
    tags = list(by_id.items())[:SHOWN_TAGS]
    jot = quick_form("notes", tags)
    more: dict[str, Any] = {
        "tag": tag,
        "chosen": chosen,
        "older": names[first + PAGE - 1] if left else "",
        "first": not first,
    }
    return ask.page("notes.html", entries=shown, tags=tags, jot=jot, **more)


def _entries(ask: Ask, written: Mapping[str, Note]) -> list[Entry]:
    """Newest first: those that were typed, and those by voice."""
    zone, planned = ask.preferences.clock_zone, {note.cites for note in written.values() if note.wall == "plan"}
    spoken = (one for one in Shelf(ask.house.engine, ask.owner).sessions() if one.form in OWN_VOICE)
    voiced = [
        Entry(one.id.hex(), _at(one, zone), spoken=one, state=_state(one), planned=one.id.hex() in planned)
        for one in spoken
    ]
    return sorted([*_typed(written), *voiced], key=lambda entry: entry.at, reverse=True)


def _typed(written: Mapping[str, Note]) -> list[Entry]:
    return [Entry(name, note.at, note) for name, note in written.items()]


def _tagged(written: Mapping[str, Note], chosen: str) -> list[Entry]:
    return [entry for entry in _typed(written) if entry.note and chosen in entry.note.tags]


def _filled(ask: Ask, entry: Entry) -> Entry:
    """With its lines, where it is one by voice and made."""
    if entry.spoken is None or entry.state:
        return entry
    record = Shelf(ask.house.engine, ask.owner).session(entry.spoken.id).record
    if record is None:
        return entry
    lines = (line.text for section in _SHOWN for line in getattr(record, section))
    return Entry(
        entry.id, entry.at, spoken=entry.spoken, lines=tuple(line for line in lines if line),
        serious=record.safety is not None, planned=entry.planned,
    )  # fmt: skip


def _at(one: Shelved, zone: tzinfo) -> str:
    return f"{datetime.fromtimestamp(one.row['opened'], zone):%Y-%m-%dT%H:%M}"


def _state(one: Shelved) -> str:
    """Nothing once it is made."""
    made = one.row["state"] == "destroyed" and one.row["sealed"]
    return "" if made else short(one.row, one.form)


def _own_words(record: Record) -> str:
    """What the person said of it: quotations first, else the first line."""
    lines = [line.text for section in _SHOWN for line in getattr(record, section) if line.text]
    quoted = list(dict.fromkeys(quote for line in lines for quote in _QUOTED.findall(line)))
    return " ".join(quoted or lines[:1])


def _is_there(ask: Ask, session: str) -> bool:
    try:
        return bool(session) and Shelf(ask.house.engine, ask.owner).session(bytes.fromhex(session)) is not None
    except KeyError:
        return False


def tag_id(owner: Owner, tag: str) -> str:
    """By which a tag is asked for: an address tells nobody else which it is."""
    return owner.mac(context("note-tag", tag.encode()))[:16].hex()


def _tags(form: Mapping[str, str]) -> Sequence[str]:
    """Those that were ticked, and new ones. Raises Refused for one that is a sentence."""
    ticked = [tag for name, tag in form.items() if name.startswith("tag_")]
    given = notes.tidied([*ticked, *re.split(r"[,;\n]", form.get("tags", ""))])
    if any(len(tag) > MOST_TAG for tag in given):
        raise Refused("long_tag", "A tag is a short word or two. Put a comma between them. Nothing is lost: go back.")
    return given


def fitting(text: str) -> str:
    """The same. Raises Refused for what is too long: nothing that was written is cut."""
    if len(text) > MOST_TEXT:
        raise Refused("long_note", "This is too long for one note. Please make two of it. Nothing is lost: go back.")
    return text


def _day(ask: Ask, given: str) -> str:
    """An ISO date that is not to come; today, where none was given."""
    today = ask.now().date().isoformat()
    try:
        return min(datetime.strptime(given, "%Y-%m-%d").date().isoformat(), today) if given else today
    except ValueError:
        raise incomplete() from None


def _id(given: object) -> bytes:
    if not (isinstance(given, str) and re.fullmatch(r"[0-9a-f]{32}", given)):
        raise KeyError
    return bytes.fromhex(given)
