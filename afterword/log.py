"""Logging of events, never of words: no message of an exception, no value, no access log."""

from __future__ import annotations

import logging
import os
import sys
import threading
import traceback
from types import TracebackType
from typing import Any


class EventFormatter(logging.Formatter):
    """An exception is its type and the place it came from. Its message may hold words."""

    def formatException(self, ei: Any) -> str:
        kind, _, trace = ei
        return _where(kind, trace) if kind else ""


def start_logging() -> None:
    """To standard error, at the level of AFTERWORD_LOG (default INFO)."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(EventFormatter("%(asctime)s %(name)s %(message)s"))
    logging.basicConfig(level=os.environ.get("AFTERWORD_LOG", "INFO").upper(), handlers=[handler], force=True)
    # These would log statements and requests.
    for name in ("sqlalchemy", "alembic", "uvicorn", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _on_exception
    threading.excepthook = lambda args: _on_exception(args.exc_type, args.exc_value, args.exc_traceback)


def _on_exception(kind: type[BaseException], _error: BaseException | None, trace: TracebackType | None) -> None:
    logging.getLogger("afterword").error("ended by %s", _where(kind, trace))


def _where(kind: type[BaseException], trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    at = f" at {frames[-1].name}:{frames[-1].lineno}" if frames else ""
    return f"{kind.__name__}{at}"
