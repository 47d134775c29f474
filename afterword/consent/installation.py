"""What is true of this installation: where it runs, what leaves it, how long anything exists. No word of anybody's.

Every figure is a constant of the code that keeps the promise, so that no page can promise another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import make_url

from afterword.capture.choice import Choice
from afterword.capture.live import CHUNK_SECONDS, MINUTES
from afterword.settings import Settings, is_loopback
from afterword.store.ledger import SILENT_SECONDS
from afterword.vault.vault import IDLE_SECONDS
from afterword.verbatim import MOST_WORDS
from afterword.work.parts import PART_SECONDS
from afterword.work.sweep import LONGEST_SECONDS, PROVISIONAL_SECONDS

# 'reached': other devices reach it, over https.
Where = Literal["here", "reached"]
# 'unknown' while the notebook is locked: who writes the notes is sealed. 'sealed': locked notes, to a database
# elsewhere. 'words': what was said, to a language model elsewhere.
Leaves = Literal["unknown", "nothing", "sealed", "words"]


@dataclass(frozen=True)
class Times:
    """In seconds, but for `forget` (minutes that can be chosen) and `words` (kept word for word, at most)."""

    chunk: int = CHUNK_SECONDS
    part: int = PART_SECONDS
    silent: int = SILENT_SECONDS
    provisional: int = PROVISIONAL_SECONDS
    longest: int = LONGEST_SECONDS
    idle: int = IDLE_SECONDS
    forget: tuple[int, ...] = MINUTES
    words: int = MOST_WORDS


@dataclass(frozen=True)
class Installation:
    """`host`: of the language model that words go to, or nothing. `database_here`: sealed notes lie on this machine."""

    where: Where
    leaves: Leaves
    host: str = ""
    database_here: bool = True
    times: Times = Times()


def installation(settings: Settings, *, unlocked: bool, model: Choice | None) -> Installation:
    """`model`: which the unlocked owner chose; None for the built-in engine, and while locked."""
    reach, here = settings.reach, _database_here(settings.database)
    reached = bool(reach.names) or reach.proxy or not is_loopback(settings.host)
    away = model is not None and model.leaves
    return Installation(
        where="reached" if reached else "here",
        leaves="words" if away else "sealed" if not here else "nothing" if unlocked else "unknown",
        host=model.place[0] if model is not None and away else "",
        database_here=here,
    )


def _database_here(address: str) -> bool:
    """A socket or a file has no host. A name that only a look-up could place counts as elsewhere."""
    host = make_url(address).host
    try:
        return not host or is_loopback(host)
    except ValueError:
        return False
