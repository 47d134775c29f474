"""What one notebook is set to: the person's place, and the quieter settings. Sealed: a fear is a word too."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, fields
from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Engine, delete, insert, select
from tzlocal import get_localzone

from afterword.seal.errors import SealError
from afterword.store.database import hour
from afterword.store.releases import revoke
from afterword.store.tables import objects
from afterword.vault.owner import Owner
from afterword.vault.vault import IDLE_SECONDS

KIND = "preferences"
QUIET_IDLE_SECONDS = 60


@dataclass(frozen=True)
class Preferences:
    """`place`: a code of facts/crisis_lines.json, or nothing. `quiet`: the quieter settings. `zone`: the IANA name of
    the person's time zone; "" is that of this computer. `brief_hours`: before an appointment the Brief unlocks."""

    place: str = ""
    quiet: bool = False
    zone: str = ""
    brief_hours: int = 24

    @property
    def clock_zone(self) -> tzinfo:
        """Raises nothing: a zone that this computer does not know (any more) is its own."""
        try:
            return ZoneInfo(self.zone) if self.zone else get_localzone()
        except (ZoneInfoNotFoundError, ValueError):
            return get_localzone()

    @property
    def idle_seconds(self) -> int:
        """After which a notebook that nobody reads locks itself."""
        return QUIET_IDLE_SECONDS if self.quiet else IDLE_SECONDS


def load(engine: Engine, owner: Owner) -> Preferences:
    """The usual ones before anything was set. What somebody else wrote there is taken for a wish to be quiet."""
    query = select(objects.c.sealed).where(objects.c.person == owner.person, objects.c.kind == KIND)
    with engine.connect() as db:
        sealed = db.execute(query).scalar()
    if sealed is None:
        return Preferences()
    try:
        read = json.loads(owner.open_own(KIND, owner.person, 0, sealed))
    except SealError:
        return Preferences(quiet=True)
    return Preferences(**{f.name: read[f.name] for f in fields(Preferences) if f.name in read})


def keep(engine: Engine, owner: Owner, wished: Preferences) -> None:
    """From now on, on every device. Quiet ones end every reminder at once."""
    if wished.quiet:
        revoke(engine, owner.person)
    sealed = owner.seal_own(KIND, owner.person, 0, json.dumps(asdict(wished)).encode())
    row = {"id": secrets.token_bytes(16), "person": owner.person, "kind": KIND, "about": owner.person, "rev": 0}
    with engine.begin() as db:
        db.execute(delete(objects).where(objects.c.person == owner.person, objects.c.kind == KIND))
        db.execute(insert(objects).values(row | {"sealed": sealed, "hour": hour()}))
