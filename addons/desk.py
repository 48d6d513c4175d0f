"""When reading is done: after the bytes have gone on, never before.

The tees only put aside what passes. This desk reads it in the next turn of the event
loop, when mitmproxy has already written it to the other side, and everything that piled
up meanwhile in one go. An exchange that has ended is finished a little later still, so
that the end of the message is out before the last parse, the record and the hand-over.
"""

from __future__ import annotations

import asyncio
from collections import deque
from time import perf_counter
from typing import Protocol

from addons.tally import Tally, kind_of

__all__ = ["Desk", "Reading"]

FINISH_AFTER_S = 0.06
"""How long an exchange that has ended waits, in seconds. Those that end meanwhile are finished
together: one timer instead of many, and code and tables that are still in the caches (the
first takes three times as long as the fifth and all that follow). With
`proxy.spool.outbox.LINGER_S` it stays under the 100 ms that a killed worker may lose."""
FINISH_FOR_S = 0.004
"""How long, in seconds, finishing may go on until others get their turn: a stream waits for so
long at most, and what mitmproxy does in between empties the caches again."""


class Reading(Protocol):
    """An exchange that is being read."""

    def read(self) -> str | None:
        """Read what was put aside; the stage (addons.tally.STAGES) that it belongs to."""

    def finish(self) -> None:
        """Read the rest and hand the exchange over."""

    def give_up(self) -> None:
        """Reading failed: read no more of it."""


class Desk:
    """The work of one event loop that can wait."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._waiting: list[Reading] = []
        self._ended: deque[Reading] = deque()

    def later(self, item: Reading) -> None:
        """Read this item soon. Called once until its `read` has run."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self.read)
        self._waiting.append(item)

    def end(self, item: Reading) -> None:
        """Finish this item, after what was put aside is out."""
        if not self._ended:
            asyncio.get_running_loop().call_later(FINISH_AFTER_S, self._finish_some)
        self._ended.append(item)

    def read(self) -> None:
        """Read what waits."""
        waiting, self._waiting = self._waiting, []
        stages = self._tally.stages
        start = perf_counter()
        for item in waiting:
            try:
                stage = item.read()
            except Exception as error:  # noqa: BLE001 - one exchange less, no traffic less
                self.fail(item, error)
                stage = None
            now = perf_counter()
            if stage is not None:
                stages[stage].observe(now - start)
            start = now

    def fail(self, item: Reading, error: Exception) -> None:
        """Reading this item raised: count it and let its bytes pass unread."""
        self._tally.add("tee_errors", kind_of(error))
        item.give_up()

    def finish_all(self) -> None:
        """Finish all that has ended, at once: the worker is about to exit."""
        self.read()
        while self._ended:
            self._finish_one()

    def _finish_some(self) -> None:
        until = perf_counter() + FINISH_FOR_S
        while self._ended and perf_counter() < until:
            self._finish_one()
        if self._ended:
            asyncio.get_running_loop().call_soon(self._finish_some)

    def _finish_one(self) -> None:
        item = self._ended.popleft()
        start = perf_counter()
        try:
            item.finish()
        except Exception as error:  # noqa: BLE001
            self.fail(item, error)
        self._tally.stages["finish"].observe(perf_counter() - start)
