"""Failures are told by their kind and place, never by their text, which may hold words."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from types import TracebackType
from typing import Any

from proxy.spool.faults import fault_name

__all__ = ["hush", "hush_loop", "told"]

log = logging.getLogger("jauge.auditor")


def told(kind: type[BaseException], error: BaseException | None, at: TracebackType | None) -> str:
    """What may be said of a failure: its name, and the innermost place in code."""
    name = kind.__name__ if error is None else fault_name(error)
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    if at is None:
        return name
    code = at.tb_frame.f_code
    module = at.tb_frame.f_globals.get("__name__", "?")
    return f"{name} in {module}.{code.co_name}, line {at.tb_lineno}"


def hush() -> None:
    """Tell unhandled failures of all threads that way."""

    def main(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
        log.critical("ended by %s", told(kind, error, at))

    def thread(given: threading.ExceptHookArgs) -> None:
        log.critical(
            "thread ended by %s", told(given.exc_type, given.exc_value, given.exc_traceback)
        )

    def unraisable(given: sys.UnraisableHookArgs) -> None:
        log.error("ignored %s", told(given.exc_type, given.exc_value, given.exc_traceback))

    sys.excepthook = main
    threading.excepthook = thread
    sys.unraisablehook = unraisable


def hush_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Tell failures in callbacks and forgotten tasks that way."""

    def handler(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            log.error("failure in a task: %s", told(type(error), error, error.__traceback__))
        else:
            log.error("failure in a task")

    loop.set_exception_handler(handler)
