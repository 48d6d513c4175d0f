"""Waiting for something that another thread or process does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

PATIENCE_S = 120.0
"""Seconds: far beyond what anything takes, on a busy machine too. Only a hang gets here."""


def wait_until(
    condition: Callable[[], object],
    what: str,
    *,
    patience_s: float = PATIENCE_S,
    pause_s: float = 0.005,
) -> None:
    """Return once the condition holds; fail after the patience, in seconds."""
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(pause_s)


async def until(condition: Callable[[], object], what: str, *, pause_s: float = 0.005) -> None:
    """The same while the event loop goes on."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"never happened: {what}"
        await asyncio.sleep(pause_s)
