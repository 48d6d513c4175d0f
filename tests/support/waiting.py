"""Waiting for something that another thread or process does."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE_S = 30.0
"""Far beyond what anything takes: only a hang gets here."""


def wait_until(condition: Callable[[], object], what: str) -> None:
    """Return once the condition holds; fail after PATIENCE_S."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"never happened: {what}"
        time.sleep(0.005)
