"""Speed, memory and how well it understands, as figures beside their goals. Nothing here passes or fails.

python -m bench [PART...]
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from bench import listening, live, notebook, product, room, series, speakers, speech, understanding

PARTS: dict[str, Callable[[], object]] = {
    "room": room.main, "product": product.main, "live": live.main, "notebook": notebook.main,
    "understanding": understanding.main, "series": series.main, "speakers": speakers.main,
    "listening": listening.main, "speech": speech.main,
}  # fmt: skip
# What takes hours on two processors, or needs recordings, runs when it is named.
ASKED_FOR = ("listening", "speech")


def main(wanted: list[str]) -> None:
    """The parts that are named, or all that take minutes on two processors."""
    if unknown := set(wanted) - set(PARTS):
        raise SystemExit(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    for part in wanted or [part for part in PARTS if part not in ASKED_FOR]:
        PARTS[part]()


main(sys.argv[1:])
