"""Speed and memory, printed as figures beside their goals. Nothing here passes or fails."""

from __future__ import annotations

from bench import live, product, room


def main() -> None:
    """All of it; some minutes on two processors."""
    room.main()
    product.main()
    live.main()


main()
