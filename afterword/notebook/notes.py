"""What the person wrote between sessions. AMBER.

Provenance is a wall in storage: what was said in a session is in a record; "note" is what the person wrote, "plan" what
they mean to raise. Each is sealed to its own kind, so that none can be passed off as the other. A note never feeds a
session's summary.
"""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Engine

from afterword.notebook.drawer import Drawer
from afterword.seal.context import context
from afterword.store.database import scrub
from afterword.vault.owner import Owner

Wall = Literal["note", "plan"]
WALLS: tuple[Wall, ...] = get_args(Wall)
# A row of this kind holds the key under which a browser keeps what is typed and not kept yet.
DRAFT = "draft"
# Letters of one note, and of one tag.
MOST_TEXT, MOST_TAG = 20_000, 40


@dataclass(frozen=True)
class Note:
    """`wall`: only written, or meant to be raised. `at`: ISO date and time to the minute, local. `raised`:
    the ISO date on which it was brought up, or "". `before`: earlier wordings, newest last. `second`: of that minute,
    for the order alone. `cites`: the session's id (hex) of the note by voice that it comes from, or ""."""

    wall: Wall
    at: str
    text: str = field(repr=False)
    tags: tuple[str, ...] = field(default=(), repr=False)
    raised: str = ""
    before: tuple[str, ...] = field(default=(), repr=False)
    second: int = 0
    cites: str = ""


def written(wall: Wall, now: datetime, text: str, tags: Iterable[str] = (), cites: str = "") -> Note:
    """One that is written now; `now` where the person is."""
    return Note(wall, f"{now:%Y-%m-%dT%H:%M}", whole(text), tidied(tags), second=now.second, cites=cites)


def load(engine: Engine, owner: Owner) -> dict[str, Note]:
    """All of them by id (hex), newest first."""
    read = {
        about.hex(): _note(wall, kept) for wall in WALLS for about, kept in Drawer(engine, owner, wall).all().items()
    }
    return dict(sorted(read.items(), key=lambda pair: (pair[1].at, pair[1].second, pair[0]), reverse=True))


def get(engine: Engine, owner: Owner, note: str) -> Note:
    """One of them. Raises KeyError."""
    for wall in WALLS:
        if kept := Drawer(engine, owner, wall).get(bytes.fromhex(note)):
            return _note(wall, kept)
    raise KeyError


def keep(engine: Engine, owner: Owner, note: Note, draft: str = "") -> str:
    """One more. Returns its id. `draft`: what it was typed under; the key of that dies in the same moment. Kept twice
    (the answer was lost, or somebody went back and wrote on), it is one note, and no wording of it is lost."""
    drawer = Drawer(engine, owner, note.wall)
    if not draft:
        return drawer.add(to_json(note)).hex()
    try:
        Drawer(engine, owner, DRAFT).move(bytes.fromhex(draft), drawer, lambda _: to_json(note))
    except KeyError:
        return _keep_again(engine, owner, note, draft)
    return draft


def plan_of(engine: Engine, owner: Owner, session: bytes, plan: Note) -> str:
    """What the person means to raise of a note by voice: one for each, however often it is asked for. `plan`: as it
    begins, where there is none yet. Returns its id."""
    about = _about_plan_of(owner, session)
    try:
        flag(engine, owner, about.hex(), "plan")
    except KeyError:
        begun = to_json(replace(plan, wall="plan", cites=session.hex()))
        Drawer(engine, owner, "plan").change(about, lambda kept: kept or begun)
    return about.hex()


def plan_citing(engine: Engine, owner: Owner, session: bytes) -> str:
    """The id of what the person means to raise of a note by voice, or ""."""
    about = _about_plan_of(owner, session)
    return about.hex() if Drawer(engine, owner, "plan").get(about) else ""


def edit(engine: Engine, owner: Owner, note: str, text: str, tags: Iterable[str]) -> None:
    """A new wording; the one before is kept. Raises KeyError."""
    _change(engine, owner, note, lambda now: replace(_reworded(now, whole(text)), tags=tidied(tags)))
    _removed(Drawer(engine, owner, DRAFT), _about_draft_of(owner, note))


def put_back(engine: Engine, owner: Owner, note: str, place: int) -> None:
    """An earlier wording is the one that counts again; the one that counted so far is kept in turn. Raises KeyError."""

    def back(now: Note) -> Note:
        if not 0 <= place < len(now.before):
            raise KeyError
        others = (*now.before[:place], *now.before[place + 1 :])
        return replace(now, text=now.before[place], before=(*others, now.text))

    _change(engine, owner, note, back)


def forget_before(engine: Engine, owner: Owner, note: str) -> None:
    """Its earlier wordings, for good. Raises KeyError."""
    _change(engine, owner, note, lambda now: replace(now, before=()))
    scrub(engine)


def flag(engine: Engine, owner: Owner, note: str, wall: Wall) -> None:
    """To the other side of the wall, or stay. Nothing else of it changes. Raises KeyError."""
    for other in WALLS:
        try:
            if other != wall:
                Drawer(engine, owner, other).move(bytes.fromhex(note), Drawer(engine, owner, wall), _there)
        except KeyError:
            get(engine, owner, note)


def say_raised(engine: Engine, owner: Owner, note: str, on: str) -> None:
    """Brought up on that ISO date; "": it was not. Raises KeyError."""
    _change(engine, owner, note, lambda now: replace(now, raised=on))


def remove(engine: Engine, owner: Owner, note: str) -> None:
    """For good, with every earlier wording. Raises KeyError."""
    drawers = [Drawer(engine, owner, wall) for wall in WALLS]
    if sum(_removed(drawer, bytes.fromhex(note)) for drawer in drawers) == 0:
        raise KeyError
    _removed(Drawer(engine, owner, DRAFT), _about_draft_of(owner, note))


def draft_key(engine: Engine, owner: Owner, draft: str = "") -> tuple[str, bytes]:
    """The id of a draft and its key (32 bytes), under which it lies in the browser: made where there is none yet. It
    dies when the note is kept, and what is left there is noise. Raises KeyError for a draft whose key is gone."""
    drawer = Drawer(engine, owner, DRAFT)
    if not draft:
        key = _new_key()
        return drawer.add(key).hex(), base64.b64decode(key)
    if (kept := drawer.get(bytes.fromhex(draft))) is None:
        raise KeyError
    return draft, base64.b64decode(kept)


def edit_key(engine: Engine, owner: Owner, note: str) -> tuple[str, bytes]:
    """The same for a note that is being changed; it dies with the change, or with the note. Raises KeyError."""
    get(engine, owner, note)
    about = _about_draft_of(owner, note)
    Drawer(engine, owner, DRAFT).change(about, lambda kept: kept or _new_key())
    return draft_key(engine, owner, about.hex())


def drop_draft(engine: Engine, owner: Owner, draft: str) -> None:
    """Thrown away: its key is gone. Raises KeyError."""
    Drawer(engine, owner, DRAFT).remove(bytes.fromhex(draft))


def tags_of(all_notes: Mapping[str, Note]) -> list[str]:
    """Those in use, the most used first."""
    counts: dict[str, int] = {}
    for note in all_notes.values():
        for tag in note.tags:
            counts[tag] = counts.get(tag, 0) + 1
    return sorted(counts, key=lambda tag: (-counts[tag], tag))


def tidied(tags: Iterable[str]) -> tuple[str, ...]:
    """Short words, each once, whether with a capital or not."""
    words = (re.sub(r"\s+", " ", tag).strip(" #").lower() for tag in tags)
    return tuple(dict.fromkeys(word for word in words if word))


def whole(text: str) -> str:
    """As it is kept: line ends as everywhere, nothing before and after."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _about_plan_of(owner: Owner, session: bytes) -> bytes:
    return owner.mac(context("plan-of", session))[:16]


def _about_draft_of(owner: Owner, note: str) -> bytes:
    return owner.mac(context("draft-of", bytes.fromhex(note)))[:16]


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _keep_again(engine: Engine, owner: Owner, note: Note, draft: str) -> str:
    """Its key is gone: it was kept before, or thrown away meanwhile; then it is a new one."""
    try:
        _change(engine, owner, draft, lambda now: replace(_reworded(now, note.text), tags=note.tags))
    except KeyError:
        return keep(engine, owner, note)
    flag(engine, owner, draft, note.wall)
    return draft


def _change(engine: Engine, owner: Owner, note: str, change: Callable[[Note], Note]) -> None:
    for wall in (*WALLS, WALLS[0]):  # once more: another tab may have moved it between two looks
        try:
            return _change_behind(engine, owner, wall, note, change)
        except KeyError:
            get(engine, owner, note)
    raise KeyError


def _change_behind(engine: Engine, owner: Owner, wall: Wall, note: str, change: Callable[[Note], Note]) -> None:
    drawer = Drawer(engine, owner, wall)
    drawer.change(bytes.fromhex(note), lambda kept: to_json(change(_note(wall, _there(kept)))))


def _there(kept: Any) -> Any:
    if kept is None:
        raise KeyError
    return kept


def _removed(drawer: Drawer, about: bytes) -> bool:
    try:
        drawer.remove(about)
    except KeyError:
        return False
    return True


def _reworded(now: Note, text: str) -> Note:
    return now if text == now.text else replace(now, text=text, before=(*now.before, now.text))


def to_json(note: Note) -> dict[str, Any]:
    """As it lies in its drawer, which says of what kind it is."""
    return {name: value for name, value in asdict(note).items() if name != "wall"}


def _note(wall: Any, kept: Mapping[str, Any]) -> Note:
    given = {name: kept[name] for name in ("second", "cites") if name in kept}
    return Note(wall, kept["at"], kept["text"], tuple(kept["tags"]), kept["raised"], tuple(kept["before"]), **given)
