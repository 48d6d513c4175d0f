"""Records that were read and are not recorded yet, in order, waiting for their words.

Only the head decides: records are given out in the order they were read, so that one
position per segment acknowledges all before it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from proxy.audit.words import WordsStore
from proxy.exchange import Exchange, RecordError, from_bytes
from proxy.spool.inbox import Item

__all__ = ["Held", "Window"]

TRAVEL_S = 1.0
"""What a record takes from the end of its exchange to here, in seconds, at the most; what
is older comes from a backlog, and its words from nowhere."""


@dataclass(frozen=True, slots=True)
class Held:
    """One record on its way, or what remains of a damaged one."""

    item: Item
    exchange: Exchange | None
    gap: Literal["damaged", "unreadable"] | None
    deadline: float
    """Monotonic time up to which its words are waited for."""


class Window:
    """A queue of records with a bound."""

    def __init__(self, store: WordsStore, *, wait_s: float, most: int) -> None:
        self._store = store
        self._wait_s = wait_s
        self._most = most
        self._held: deque[Held] = deque()
        self.hurry = False
        """Wait for no words any more."""

    def __len__(self) -> int:
        return len(self._held)

    @property
    def room(self) -> int:
        """How many more records may be added."""
        return self._most - len(self._held)

    @property
    def oldest(self) -> float | None:
        """Unix time at which the exchange at the head ended; None without one."""
        try:
            exchange = self._held[0].exchange
        except IndexError:  # asked by another thread, or there is none
            return None
        return _ended(exchange) if exchange else None

    def add(self, items: Sequence[Item]) -> None:
        """Append what was read."""
        self._held.extend(map(self._hold, items))

    def clear(self) -> None:
        """Forget everything."""
        self._held.clear()

    def ready(self) -> Iterator[Held]:
        """Take what needs to wait no longer from the head."""
        while self._held and self._is_ready(self._held[0]):
            yield self._held.popleft()

    def _hold(self, item: Item) -> Held:
        if item.record is None:
            return Held(item, None, "damaged", 0.0)
        try:
            exchange = from_bytes(item.record)
        except RecordError:
            return Held(item, None, "unreadable", 0.0)
        return Held(item, exchange, None, self._deadline(exchange))

    def _deadline(self, exchange: Exchange) -> float:
        if exchange.words != "sent":
            return 0.0
        left = _ended(exchange) + TRAVEL_S + self._wait_s - time.time()
        return time.monotonic() + min(self._wait_s, max(0.0, left))

    def _is_ready(self, held: Held) -> bool:
        if held.exchange is None or self.hurry or held.exchange.id in self._store:
            return True
        return time.monotonic() >= held.deadline


def _ended(exchange: Exchange) -> float:
    return exchange.started_at + exchange.duration_s
