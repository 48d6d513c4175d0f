"""Words that wait in memory for the count record of their exchange, and only there.

Bounded in size and in time: what does not fit pushes out the oldest, what nobody fetches
is forgotten. Both are counted.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from proxy.spool.messages import Words

__all__ = ["WordsStore"]


@dataclass(frozen=True, slots=True)
class _Held:
    words: Words
    size: int
    since: float

    def __repr__(self) -> str:
        return f"_Held(size={self.size})"


class WordsStore:
    """Words by id of their exchange. Thread-safe."""

    def __init__(self, limit_bytes: int, keep_s: float) -> None:
        self._limit = limit_bytes
        self._keep_s = keep_s
        self._lock = threading.Lock()
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self.bytes = 0
        """Memory that they take."""
        self.full = 0
        """How many were dropped for want of room, since the start."""
        self.late = 0
        """How many were dropped because nobody fetched them in time."""

    def __len__(self) -> int:
        return len(self._held)

    def put(self, words: Words) -> None:
        """Keep these words; drops the oldest where there is no room."""
        size = sum(map(sys.getsizeof, (words.prompt, words.answer, words.reasoning)))
        with self._lock:
            self._remove(words.id)
            if size > self._limit:
                self.full += 1
                return
            while self.bytes + size > self._limit:
                _, oldest = self._held.popitem(last=False)
                self.bytes -= oldest.size
                self.full += 1
            self._held[words.id] = _Held(words, size, time.monotonic())
            self.bytes += size

    def __contains__(self, exchange_id: str) -> bool:
        return exchange_id in self._held

    def take(self, exchange_id: str) -> Words | None:
        """The words of an exchange, which are no longer kept then."""
        with self._lock:
            held = self._remove(exchange_id)
        return held.words if held else None

    def forget_old(self) -> None:
        """Drop what has been kept for too long."""
        oldest = time.monotonic() - self._keep_s
        with self._lock:
            while self._held:
                exchange_id, held = next(iter(self._held.items()))
                if held.since > oldest:
                    break
                self._remove(exchange_id)
                self.late += 1

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._held.clear()
            self.bytes = 0

    def _remove(self, exchange_id: str) -> _Held | None:
        held = self._held.pop(exchange_id, None)
        if held is not None:
            self.bytes -= held.size
        return held
