"""Brings segments to the disk in a thread of their own, so that a slow disk delays no write.

An appended record is safe from the death of its process at once; from a power cut, after
about a second.
"""

from __future__ import annotations

import threading
from queue import SimpleQueue

from proxy.spool.faults import fault_name
from proxy.spool.segment import SegmentWriter

__all__ = ["SYNC_S", "Syncer"]

SYNC_S = 1.0
"""Longest time from an append to the start of its sync, in seconds."""


class Syncer:
    """A thread that syncs segments, and closes those that are full."""

    def __init__(self) -> None:
        self.error: str | None = None
        """Kind of the last failure (an errno name); None after a success."""
        self._stop = threading.Event()
        self._jobs: SimpleQueue[tuple[SegmentWriter, bool] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="outbox-sync", daemon=True)
        self._thread.start()

    def dirty(self, segment: SegmentWriter) -> None:
        """Sync the segment within SYNC_S."""
        if not segment.sync_asked:
            segment.sync_asked = True
            self._jobs.put((segment, False))

    def retire(self, segment: SegmentWriter) -> None:
        """Sync the segment and close it, soon."""
        self._jobs.put((segment, True))

    def close(self, timeout_s: float) -> None:
        """Do what was asked without waiting any more, then end."""
        self._stop.set()
        self._jobs.put(None)
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            segment, last = job
            if not last:
                self._stop.wait(SYNC_S)
            try:
                segment.sync()
                self.error = None
            except OSError as error:
                self.error = fault_name(error)
            if last:
                segment.close()
