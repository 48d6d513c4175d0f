"""The promise of every hook: whatever goes wrong in it, the traffic goes on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Protocol

from addons.tally import Tally, kind_of

__all__ = ["guarded"]

logger = logging.getLogger("jauge.edge")


class Counting(Protocol):
    """An addon that has a tally."""

    tally: Tally


def guarded[Addon: Counting, Data](
    hook: Callable[[Addon, Data], None],
) -> Callable[[Addon, Data], None]:
    """A hook that counts what it raises instead of raising it.

    mitmproxy would log the error with its text and its traceback, which may hold what a
    client sent; here only the kind of error is told.
    """
    name = hook.__name__

    @wraps(hook)
    def safe(self: Addon, data: Data) -> None:
        try:
            hook(self, data)
        except Exception as error:  # noqa: BLE001 - the traffic goes on, whatever it was
            self.tally.add("hook_errors", name)
            logger.warning("%s: %s", name, kind_of(error))

    return safe
