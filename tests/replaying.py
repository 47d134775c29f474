"""`afterword` for tests to kill, with a promise broken: python -m tests.replaying BROKEN ARGUMENT..."""

from __future__ import annotations

import sys
from collections.abc import Callable

from afterword.capture import bootkey
from tests.safety.broken import temporary_file


def lasting_boot_key() -> None:
    """The boot key of the notebook that is thrown away is kept where that of an installation is."""
    bootkey.hold_here = bootkey.hold


BROKEN: dict[str, Callable[[], None]] = {f.__name__: f for f in (temporary_file, lasting_boot_key)}

if __name__ == "__main__":
    from afterword.cli import main

    BROKEN[sys.argv.pop(1)]()
    main()
