"""Makes docs/*.png: what a person sees first, at 390 and 1280 px, light and dark. `screenshots.py FOLDER` makes every
page, into that folder. Invented words only."""

from __future__ import annotations

import io
import struct
import sys
import tempfile
import threading
import time
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import av
import numpy as np
from playwright.sync_api import Browser, Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from afterword.notebook import appointments, notes
from afterword.notebook.appointments import Arranged
from afterword.record import Safety, Source
from afterword.settings import Reach
from afterword.vault import vault
from afterword.work.worker import Worker
from tests.a_month import MONTH, THERAPIST
from tests.consent.yes import THERAPIST as YES_OF
from tests.consent.yes import say_yes
from tests.journeys.handoff import call_of, desk, phone, playing
from tests.journeys.handoff_steps import make_sounds, steps
from tests.journeys.recording import check_and_start, recorder, stop
from tests.journeys.stage import serving
from tests.journeys.story import MINUTES
from tests.people import SETUP_TOKEN, Home, Person, a_record, close_home, make_home
from tests.speech import RATE, dialogue, write_wav

DOCS = Path(__file__).parents[1] / "docs"
WIDTHS = {390: 844, 1280: 800}
SCHEMES = ("light", "dark")
CHROMIUM = {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]}
SHOWN = (
    "setup",
    "today",
    "add",
    "progress",
    "session",
    "receipt",
    "consent",
    "ask",
    "place",
    "instead",
    "settle",
    "telehealth",
)
BETWEEN = ("today", "moment", "brief", "patterns", "threads", "steps", "notes", "appointments")
# Steps of a session by video that are shown in the dark too, and those that are longer than the screen.
BOTH_SCHEMES = ("handoff-code", "handoff-symbols", "handoff-recording", "scan-symbols", "scan-watching")
WHOLE = ("handoff-ready", "handoff-checked", "scan-ask")
# The Sunday before the fifth session of tests/a_month.py.
SUNDAY = datetime(2026, 11, 29, 11, 0, tzinfo=UTC)


def main() -> None:
    """Both installations, one lived in and one new, then every page of them."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        full, new, fresh, month = (make_home(Path(folder) / name) for name in ("full", "new", "fresh", "month"))
        with (
            serving(full) as address,
            serving(new) as empty,
            serving(fresh) as unmade,
            serving(month, lambda: SUNDAY) as later,
        ):
            places = _places(full, address) | _welcome(new, empty) | _before(unmade, address) | _between(month, later)
            with sync_playwright() as play:  # not before: its event loop suffers no other
                browser = play.chromium.launch(**CHROMIUM)  # type: ignore[arg-type]
                _take_all(browser, out, places)
                browser.close()
        for home in (full, new, fresh, month):
            close_home(home)
    for width in WIDTHS:
        with tempfile.TemporaryDirectory() as folder:
            _record(Path(folder), out, width)
    with tempfile.TemporaryDirectory() as folder:
        _hand_over(Path(folder), out)


def _record(folder: Path, out: Path, width: int) -> None:
    """A recording from before it begins until it is over; in between the connection goes away, then the sound."""
    home, sound = make_home(folder / "home"), folder / "sound.wav"
    write_wav(
        sound, np.concatenate([dialogue([("slt", line) for line in MINUTES[0]]), np.zeros(60 * RATE, np.float32)])
    )
    look: Any = {"viewport": {"width": width, "height": WIDTHS[width]}, "reduced_motion": "reduce"}
    owner = home.person().owner
    say_yes(home.settings, home.engine, owner)
    cookie = vault.unlock(home.engine, owner)
    with home.opener(), serving(home) as address, recorder(folder / "profile", sound, **look) as browser:
        browser.add_cookies([{"name": "afterword", "value": cookie, "url": address}])
        page = browser.new_page()
        page.goto(f"{address}/record")
        expect(page.locator("#start")).to_be_visible()
        _shoot(page, out / f"record-{width}-light.png", whole=True)
        check_and_start(page, address)
        expect(page.locator("#safe")).to_contain_text("safe up to 0:14", timeout=30000)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            _shoot(page, out / f"recording-{width}-{scheme}.png")
        page.emulate_media(color_scheme="light")
        browser.set_offline(True)
        page.wait_for_timeout(9000)
        _shoot(page, out / f"waiting-{width}-light.png")
        browser.set_offline(False)
        expect(page.locator("#title")).to_have_text("Nothing is heard", timeout=60000)
        _shoot(page, out / f"trouble-{width}-light.png")
        stop(page)
        expect(page.locator("#done-says")).to_be_visible()
        _shoot(page, out / f"finished-{width}-light.png")
    close_home(home)


def _hand_over(folder: Path, out: Path) -> None:
    """Each step of a session by video, on the computer of the call and on the phone."""
    home = make_home(folder / "home")
    known = replace(home.settings, reach=Reach(("box.home.example",), proxy=True))
    owner = home.person().owner
    say_yes(home.settings, home.engine, owner)
    cookie = vault.unlock(home.engine, owner)
    with (
        home.opener(),
        serving(replace(home, settings=known)) as address,
        call_of(make_sounds(folder)) as call,
        playing() as play,
        phone(play, folder / "phone") as pocket,
        desk(play, folder / "laptop", folder / "client.wav", call) as laptop,
    ):
        pocket.add_cookies([{"name": "afterword", "value": cookie, "url": address}])
        mobile = pocket.new_page()
        for page in (laptop.page, mobile):
            page.emulate_media(reduced_motion="reduce")
        for step in steps(laptop, mobile, address, f"Mine and {YES_OF}’s"):
            width = 390 if step.page is mobile else 1280
            for scheme in SCHEMES if step.name in BOTH_SCHEMES else SCHEMES[:1]:
                step.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                step.page.evaluate("scrollTo(0, 0)")
                _shoot(step.page, out / f"{step.name}-{width}-{scheme}.png", whole=step.name in WHOLE)
            step.page.emulate_media(color_scheme="light")
    close_home(home)


def _shoot(page: Page, path: Path, whole: bool = False) -> None:
    path.write_bytes(smaller(page.screenshot(full_page=whole)))
    path.chmod(0o644)


Place = tuple[str, str]


def _before(unmade: str, address: str) -> dict[str, Place]:
    return {
        "setup": (f"{unmade}/setup#{SETUP_TOKEN}", ""),
        "unlock": (f"{address}/unlock", ""),
        "recover": (f"{address}/recover", ""),
        "problem": (f"{address}/nowhere", ""),
    }


def _welcome(home: Home, address: str) -> dict[str, Place]:
    """A notebook whose code is not typed back yet, and (once `_take_all` opened that page) an empty one."""
    unready = vault.unlock(home.engine, home.person(ready=False).owner)
    return {
        "setup_code": (f"{address}/setup/code", unready),
        "welcome": (f"{address}/today", vault.unlock(home.engine, home.person().owner)),
    }


def _places(home: Home, address: str) -> dict[str, Place]:
    person = home.person()
    say_yes(home.settings, home.engine, person.owner)
    cookie = vault.unlock(home.engine, person.owner)
    session, nothing, working, asking, care = (s.hex() for s in _shelve(home, person))
    pages = {"session": session, "progress": working, "nothing": nothing, "asking": asking, "care": care}
    paths = {name: f"/sessions/{of}" for name, of in pages.items()}
    paths |= {"receipt": f"/sessions/{session}/receipt", "delete": f"/sessions/{session}/delete"}
    paths |= {"add": "/sessions/new", "lock": "/lock", "consent": "/consent"}
    paths |= {"ask": "/ask", "place": "/place", "for-therapists": "/for-therapists", "instead": "/instead"}
    paths |= {"settings": "/settings", "voice": "/voice", "model": "/model", "write": "/instead/write/note"}
    paths |= {"settle": f"/sessions/{session}/settle", "telehealth": "/telehealth"}
    return {name: (address + path, cookie) for name, path in paths.items()}


def _between(home: Home, address: str) -> dict[str, Place]:
    """Four weeks of one person, on a day on which there is something of everything."""
    owner = (person := home.person()).owner
    for day, record in MONTH:
        home.shelve(person, record, day)
    weekly = Arranged("2026-11-02T10:00", "UTC", therapist=THERAPIST, weeks=1)
    appointments.put_down(home.engine, owner, weekly)
    notes.keep(home.engine, owner, notes.Note("plan", "2026-11-25T20:10", "Why Sunday is longer than other days."))
    notes.keep(home.engine, owner, notes.Note("note", "2026-11-26T08:10", "Six, again. It stays light.", ("sleep",)))
    cookie = vault.unlock(home.engine, owner)
    return {name: (f"{address}/{name}", cookie) for name in BETWEEN}


def _shelve(home: Home, person: Person) -> list[bytes]:
    session = _the_sample(home, person)
    nothing = home.shelve(person, None, "2026-10-30", failure="no_speech")
    busy: dict[str, Any] = {
        "state": "working",
        "stage": "listening",
        "heard": 750.0,
        "total": 3000.0,
        "destroyed": None,
    }
    working = home.shelve(person, None, "2026-11-24", **busy)
    asking = home.shelve(person, None, "2026-11-13", state="asking", destroyed=None)
    home.ask_who(person, asking, ["I said yes at work again.", "And what was going on in you, right then?"])
    care = home.shelve(
        person, replace(a_record(), safety=Safety("suicide", source=Source(720.0, "client"))), "2026-11-06"
    )
    return [session, nothing, working, asking, care]


def _the_sample(home: Home, person: Person) -> bytes:
    """The record and the receipt that the program itself makes of the sample."""
    visitor, worker = home.visitor(person), Worker(home.settings, home.engine)
    thread = threading.Thread(target=worker.run, daemon=True)
    thread.start()
    try:
        path = visitor.press("/sessions/sample").headers["location"]
        until = time.monotonic() + 300
        while (state := visitor.get(f"{path}/progress").json()["state"]) != "destroyed":
            if time.monotonic() > until:
                raise TimeoutError(state)
            if state == "asking":
                visitor.press(f"{path}/speakers", value="unsure")
            time.sleep(0.5)
    finally:
        worker.stop.set()
        thread.join()
    return bytes.fromhex(path.rsplit("/", 1)[-1])


def _take_all(browser: Browser, out: Path, places: dict[str, Place]) -> None:
    for width, height in WIDTHS.items():
        for scheme in SCHEMES:
            look: Any = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
            for name, place in places.items():
                if name in SHOWN + BETWEEN or out != DOCS:
                    _take(browser, look, place, out / f"{name}-{width}-{scheme}.png")


def _take(browser: Browser, look: Any, place: Place, path: Path) -> None:
    context = browser.new_context(**look)
    address, cookie = place
    if cookie:
        context.add_cookies([{"name": "afterword", "value": cookie, "url": address}])
    page = context.new_page()
    page.goto(address)
    page.wait_for_load_state("networkidle" if "progress" not in path.name else "load")
    path.write_bytes(smaller(page.screenshot(full_page=path.parent != DOCS or path.name.startswith("session-1280"))))
    path.chmod(0o644)
    context.close()


def smaller(png: bytes) -> bytes:
    """The same picture with a palette of its 256 commonest colours; the others, at the edges of letters, take the
    nearest."""
    with av.open(io.BytesIO(png)) as file:
        pixels = next(file.decode(video=0)).to_ndarray(format="rgb24").astype(np.int32)
    codes = (pixels[..., 0] << 16 | pixels[..., 1] << 8 | pixels[..., 2]).ravel()
    found, indexes, counts = np.unique(codes, return_inverse=True, return_counts=True)
    colours = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1)
    palette = colours[np.argsort(-counts)[:256]]
    nearest = np.abs(colours[:, None, :] - palette[None, :, :]).sum(axis=2).argmin(axis=1)
    height, width = pixels.shape[:2]
    rows = np.pad(nearest[indexes].reshape(height, width).astype(np.uint8), ((0, 0), (1, 0)))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = [(b"IHDR", header), (b"PLTE", palette.astype(np.uint8).tobytes())]
    parts += [(b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )


if __name__ == "__main__":
    main()
