"""Makes afterword/web/static/icons/*.png from static/mark.svg: `python -m tools.make_icons`. Needs Chromium.

A maskable icon is cut to any shape by the phone, so its colour reaches every edge and the lines stay within the middle
80% (W3C Web Application Manifest, "safe zone"). Apple cuts corners by itself and paints clear ones black.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

STATIC = Path(__file__).parents[1] / "afterword" / "web" / "static"
PLAIN, TO_THE_EDGE = "plain", "to the edge"
ICONS = {
    "192": (192, PLAIN),
    "512": (512, PLAIN),
    "maskable-512": (512, TO_THE_EDGE),
    "apple-180": (180, TO_THE_EDGE),
}


def main() -> None:
    """Every icon, drawn by a browser."""
    (STATIC / "icons").mkdir(exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        for name, (side, shape) in ICONS.items():
            draw(page, STATIC / "icons" / f"{name}.png", side, shape)
        browser.close()


def draw(page: Page, path: Path, side: int, shape: str) -> None:
    """One square picture."""
    mark = (STATIC / "mark.svg").read_text()
    if shape == TO_THE_EDGE:
        mark = re.sub(r' rx="\d+"', "", mark)
    page.set_content(f"<style>*{{margin:0}}svg{{display:block;width:{side}px;height:{side}px}}</style>{mark}")
    page.screenshot(path=path, omit_background=True, clip={"x": 0, "y": 0, "width": side, "height": side})


if __name__ == "__main__":
    main()
