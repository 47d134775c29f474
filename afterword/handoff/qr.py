"""A code for a camera, as the path of one SVG shape."""

from __future__ import annotations

from itertools import groupby

import segno

BORDER = 4


def qr(text: str) -> dict[str, int | str]:
    """`size`: modules across, the border of four on both sides included. `path`: one rectangle for each run of dark
    modules, a module being one unit."""
    rows = [list(row) for row in segno.make_qr(text, error="m").matrix]
    path = "".join(_row(y, row) for y, row in enumerate(rows, BORDER))
    return {"size": len(rows) + 2 * BORDER, "path": path}


def _row(y: int, row: list[int]) -> str:
    found, x = "", BORDER
    for dark, run in groupby(row):
        width = len(list(run))
        found += f"M{x} {y}h{width}v1h-{width}z" if dark else ""
        x += width
    return found
