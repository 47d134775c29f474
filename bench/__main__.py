"""Speed, memory and how well it understands, as figures beside their goals. Nothing here passes or fails.

python -m bench [PART...]
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from bench import live, product, room, understanding

PARTS: dict[str, Callable[[], object]] = {
    "room": room.main, "product": product.main, "live": live.main, "understanding": understanding.main,
}  # fmt: skip


def main(wanted: list[str]) -> None:
    """The parts that are named, or all; some minutes on two processors."""
    if unknown := set(wanted) - set(PARTS):
        raise SystemExit(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    for part in wanted or PARTS:
        PARTS[part]()


main(sys.argv[1:])
