"""Texts that wait for the scorer: bounded in number, in bytes and in time."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from proxy.records import Subject

__all__ = ["Waiting", "WaitingText"]


@dataclass(frozen=True, slots=True)
class WaitingText:
    """A text, and what its result is known by."""

    number: int
    exchange: str
    """Id of its exchange."""
    subject: Subject
    language: str
    """As far as the edge could tell."""
    text: bytes
    since: float
    """Monotonic time at which it came."""

    def __repr__(self) -> str:
        """The size only: a traceback or a log must never show the text."""
        return f"WaitingText(number={self.number}, bytes={len(self.text)})"


class Waiting:
    """A queue of texts. Thread-safe.

    What has been taken counts until it is `done`: the bounds hold for all that is
    held here and in the scorer together.
    """

    def __init__(self, *, most: int, most_bytes: int) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._queue: deque[WaitingText] = deque()
        self._number = 0
        self.held = 0
        """Texts that wait or are being scored."""
        self.bytes = 0
        """Their bytes."""

    def put(self, exchange: str, subject: Subject, language: str, text: str) -> bool:
        """Append a text; False, and nothing is kept, where there is no room."""
        data = text.encode("utf-8", "replace")
        with self._lock:
            if self.held >= self._most or self.bytes + len(data) > self._most_bytes:
                return False
            self._number += 1
            now = time.monotonic()
            self._queue.append(WaitingText(self._number, exchange, subject, language, data, now))
            self.held += 1
            self.bytes += len(data)
        return True

    def take(self, most_bytes: int) -> WaitingText | None:
        """The oldest text, if it is no longer than that; None without one."""
        with self._lock:
            if self._queue and len(self._queue[0].text) <= most_bytes:
                return self._queue.popleft()
        return None

    def done(self, size: int) -> None:
        """A text of so many bytes that was taken is held no more."""
        with self._lock:
            self.held -= 1
            self.bytes -= size

    def expired(self, most_wait_s: float) -> list[WaitingText]:
        """Take what has waited for too long."""
        before = time.monotonic() - most_wait_s
        return self._take_while(lambda one: one.since < before)

    def drain(self) -> list[WaitingText]:
        """Take everything."""
        return self._take_while(lambda _: True)

    def _take_while(self, condition: Callable[[WaitingText], bool]) -> list[WaitingText]:
        taken: list[WaitingText] = []
        with self._lock:
            while self._queue and condition(self._queue[0]):
                taken.append(self._queue.popleft())
        return taken

    def __len__(self) -> int:
        return len(self._queue)
