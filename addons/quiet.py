"""What a worker writes to its log: our own messages, and nothing that a client sent.

mitmproxy logs addresses, host names, parts of requests and tracebacks whose messages
quote them. Of all that, an error is kept, as the place in the code and the kind of
exception, because it tells of a defect; the rest is dropped. Loggers named `jauge` write
what they say: they are ours and say no such thing.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
import traceback
from types import TracebackType

__all__ = ["install"]

OWN = "jauge"
REPEAT_S = 60.0
"""The same foreign error is told once in this time, in seconds."""
DISTINCT = 1000
"""Different foreign errors remembered at most."""


class _Foreign(logging.Filter):
    """Lets our own records pass, and of others the errors, without their words."""

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written; a foreign one is rewritten first."""
        if record.name == OWN or record.name.startswith(f"{OWN}."):
            return True
        if record.levelno < logging.ERROR:
            return False
        text = _where(record)
        if not self._is_new(text):
            return False
        record.msg, record.args = f"internal error: {text}", None
        record.exc_info = record.exc_text = record.stack_info = None
        return True

    def _is_new(self, text: str) -> bool:
        now = time.monotonic()
        if now - self._told.get(text, -REPEAT_S) < REPEAT_S:
            return False
        if len(self._told) >= DISTINCT:
            self._told.clear()
        self._told[text] = now
        return True


def _where(record: logging.LogRecord) -> str:
    """Logger, kind of exception and place in the code."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return f"{record.name}, {record.module}:{record.lineno}"
    return f"{record.name}, {_describe(error)}"


def _describe(error: BaseException) -> str:
    """The kind of an exception and where it was raised, never its message."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


def install(name: str, level: int = logging.INFO) -> None:
    """Set up this process's log on standard error; `name` tells who writes."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_Foreign())
    handler.setFormatter(
        logging.Formatter(f"%(asctime)s %(levelname)s {name}: %(message)s", "%Y-%m-%dT%H:%M:%S%z")
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.ERROR)
    logging.getLogger(OWN).setLevel(level)
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # a failing log call must not print its arguments
    sys.excepthook = _uncaught
    sys.unraisablehook = lambda args: _tell(args.exc_value)
    threading.excepthook = lambda args: _tell(args.exc_value)


def _uncaught(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
    del kind, where
    _tell(error)


def _tell(error: BaseException | None) -> None:
    if error is not None:
        logging.getLogger(OWN).error("uncaught: %s", _describe(error))
