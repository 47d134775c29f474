"""When there is something for somebody, in plain times, and who may be told: the one thing that is known while they are
locked. Whole hours, the hash of an address, the address of a push service. Never what there is, and never a word.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy import Engine, delete, insert, select, update

from afterword.store.database import hour, scrub
from afterword.store.tables import feeds, pushes, releases

# A release that is over stays for so long, for calendars that ask rarely.
KEPT_SECONDS = 86400
# A push that could not be sent by then is not sent any more: at night nobody wants it.
LATE_SECONDS = 2 * 3600
MOST_PUSHES = 8


@dataclass(frozen=True)
class Feed:
    """Whose it is. `neutral`: it never says Afterword."""

    person: bytes
    neutral: bool


@dataclass(frozen=True)
class Push:
    """One browser that wants to be woken. `endpoint`: its address at a push service; `sent`: the last release it was
    told of; `at`: the one that is due."""

    id: bytes
    endpoint: str = field(repr=False)
    sent: int = 0
    at: int = 0


def hash_of(token: str) -> bytes:
    """What is kept of the secret part of a feed's address: 32 bytes."""
    return sha256(b"afterword feed" + token.encode()).digest()


def open_feed(engine: Engine, person: bytes, neutral: bool) -> str:
    """A new secret address for somebody's times; the one before answers no more. Returns its secret part (256 bits),
    which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    row = {"person": person, "token": hash_of(token), "neutral": int(neutral), "hour": hour()}
    with engine.begin() as db:
        db.execute(delete(feeds).where(feeds.c.person == person))
        db.execute(insert(feeds).values(row))
    scrub(engine)
    return token


def feed_of(engine: Engine, token: str) -> Feed:
    """Raises KeyError for any that is not in use."""
    wanted = hash_of(token)
    with engine.connect() as db:
        row = db.execute(select(feeds).where(feeds.c.token == wanted)).mappings().first()
    if row is None or not hmac.compare_digest(row["token"], wanted):
        raise KeyError
    return Feed(row["person"], bool(row["neutral"]))


def has_feed(engine: Engine, person: bytes) -> Feed | None:
    """That there is one, not where it is."""
    with engine.connect() as db:
        row = db.execute(select(feeds.c.neutral).where(feeds.c.person == person)).first()
    return Feed(person, bool(row[0])) if row else None


def close_feed(engine: Engine, person: bytes) -> None:
    """Its address answers no more."""
    with engine.begin() as db:
        db.execute(delete(feeds).where(feeds.c.person == person))
    _forget_unread(engine, person)


def wake(engine: Engine, person: bytes, endpoint: str, at: int) -> None:
    """From `at` on this browser is woken too; of many the oldest is not any more."""
    found = sha256(person + endpoint.encode()).digest()[:16]
    with engine.begin() as db:
        db.execute(delete(pushes).where(pushes.c.id == found))
        db.execute(insert(pushes).values(id=found, person=person, endpoint=endpoint, sent=at, hour=hour(at)))
        mine = select(pushes.c.id).where(pushes.c.person == person, pushes.c.id != found).order_by(pushes.c.hour.desc())
        many = [row[0] for row in db.execute(mine)][MOST_PUSHES - 1 :]
        db.execute(delete(pushes).where(pushes.c.id.in_(many)))


def woken(engine: Engine, person: bytes) -> list[Push]:
    """The browsers of somebody that are woken."""
    with engine.connect() as db:
        rows = db.execute(select(pushes.c.id, pushes.c.endpoint).where(pushes.c.person == person))
        return [Push(row[0], row[1]) for row in rows]


def let_sleep(engine: Engine, person: bytes, push: bytes | None = None) -> None:
    """One browser, or all of them, are woken no more."""
    with engine.begin() as db:
        one = pushes.c.id == push if push is not None else pushes.c.person == person
        db.execute(delete(pushes).where(pushes.c.person == person, one))
    _forget_unread(engine, person)


def revoke(engine: Engine, person: bytes) -> None:
    """No reminder of any kind, at once, and no time is left in the database."""
    with engine.begin() as db:
        for table in (feeds, pushes, releases):
            db.execute(delete(table).where(table.c.person == person))
    scrub(engine)


def is_on(engine: Engine, person: bytes) -> bool:
    """Somebody may be told."""
    return has_feed(engine, person) is not None or bool(woken(engine, person))


def write(engine: Engine, person: bytes, times: Iterable[int], at: int) -> None:
    """The times to come (seconds since 1970), instead of those that were known. Nothing where nobody may be told."""
    ahead = sorted({time for time in times if time > at}) if is_on(engine, person) else []
    with engine.begin() as db:
        db.execute(delete(releases).where(releases.c.person == person, releases.c.at > at))
        if ahead:
            db.execute(insert(releases), [{"person": person, "at": time} for time in ahead])


def times_of(engine: Engine, person: bytes) -> list[int]:
    """Of somebody, oldest first."""
    with engine.connect() as db:
        query = select(releases.c.at).where(releases.c.person == person).order_by(releases.c.at)
        return [row[0] for row in db.execute(query)]


def due(engine: Engine, at: int) -> list[Push]:
    """Browsers that have not been told of the last release of their person."""
    late = (releases.c.at <= at) & (releases.c.at > at - LATE_SECONDS) & (releases.c.at > pushes.c.sent)
    query = select(pushes.c.id, pushes.c.endpoint, pushes.c.sent, releases.c.at).join(
        releases, (releases.c.person == pushes.c.person) & late
    )
    with engine.connect() as db:
        latest = {row[0]: Push(*row) for row in db.execute(query.order_by(releases.c.at))}
    return list(latest.values())


def claim(engine: Engine, push: Push) -> bool:
    """One worker sends it. False when another does."""
    return _sent(engine, push.id, push.sent, push.at)


def give_back(engine: Engine, push: Push) -> None:
    """It could not be sent: once more at the next look."""
    _sent(engine, push.id, push.at, push.sent)


def gone(engine: Engine, push: Push) -> None:
    """The push service does not know this browser any more."""
    with engine.begin() as db:
        db.execute(delete(pushes).where(pushes.c.id == push.id))


def forget_past(engine: Engine, at: int) -> None:
    """What is over for a day is nobody's business."""
    with engine.begin() as db:
        db.execute(delete(releases).where(releases.c.at < at - KEPT_SECONDS))


def _sent(engine: Engine, push: bytes, expect: int, sent: int) -> bool:
    with engine.begin() as db:
        query = update(pushes).where(pushes.c.id == push, pushes.c.sent == expect).values(sent=sent)
        return db.execute(query).rowcount == 1


def _forget_unread(engine: Engine, person: bytes) -> None:
    if not is_on(engine, person):
        revoke(engine, person)
    else:
        scrub(engine)
