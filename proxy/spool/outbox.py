"""The edge's end of the durable hand-over: records to files that the auditor reads.

`put` only queues. A thread gathers what came in within LINGER_S and appends it to the
worker's own segment in one write, so that a killed worker loses at most the last 100 ms.
When the disk refuses, records wait in memory up to a bound and are tried again; beyond
it, and beyond the limit of the folder, they are dropped and counted.
"""

from __future__ import annotations

import errno
import os
import re
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from proxy.spool.faults import fault_name
from proxy.spool.segment import MAX_RECORD_BYTES, SegmentWriter, backlog, frame
from proxy.spool.syncer import Syncer

__all__ = ["Outbox", "OutboxState"]

LINGER_S = 0.015
"""How long records are gathered before they are written together."""
GROUP_BYTES = 256 * 1024
"""Most bytes of one write."""
SEGMENT_BYTES = 4 * 1024 * 1024
SEGMENT_S = 60.0
"""Size and age after which a segment is closed, so that the auditor can delete it."""
MEMORY_BYTES = 16 * 1024 * 1024
"""Most bytes of records that wait in memory while the disk refuses."""
MEASURE_S = 1.0
"""How old the known size of the folder may be."""
FIRST_PAUSE_S = 0.1
LAST_PAUSE_S = 2.0
"""Pause after the first and after many failed writes."""


@dataclass(frozen=True, slots=True)
class OutboxState:
    """What an outbox can say of itself."""

    queued: int
    """Records that wait in memory."""
    lost: int
    """Records dropped since the start."""
    oldest_age_s: float
    """How long the oldest record has waited in memory."""
    error: str | None
    """Errno name of the last failed write, None while writing works. EDQUOT: the limit
    of the folder is reached."""


class Outbox:
    """Writes one worker's records; `put` is called from one thread.

    Segments are mode 0600 in `folder`, which is made with mode 0700. `limit_bytes` holds
    for the whole folder, all workers together.
    """

    def __init__(
        self, folder: Path, *, worker: str, limit_bytes: int, memory_bytes: int = MEMORY_BYTES
    ) -> None:
        self._folder = folder
        name = re.sub(r"[^A-Za-z0-9._-]", "_", worker)[:64] or "worker"
        self._stem = f"{name}.{int(time.time() * 1000):012x}{os.urandom(4).hex()}"
        self._part = 0
        self._limit = limit_bytes
        self._memory_limit = memory_bytes
        self._queue: SimpleQueue[bytes | None] = SimpleQueue()
        self._closing = threading.Event()
        self._deadline = float("inf")
        # Written by the thread that puts:
        self._bytes_in = self._records_in = self._refused = 0
        # Written by the thread that writes:
        self._bytes_out = self._records_out = self._given_up = 0
        self._pending: list[bytes] = []
        self._pending_since: float | None = None
        self._segment: SegmentWriter | None = None
        self._folder_bytes = 0
        self._measured = float("-inf")
        self._pause_s = 0.0
        self._error: str | None = None
        self._syncer = Syncer()
        self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
        self._thread.start()

    def put(self, record: bytes) -> None:
        """Hand over one record. Never blocks, never raises; a dropped one is counted."""
        size = len(record)
        waiting = self._bytes_in - self._bytes_out
        if waiting + size > self._memory_limit or size > MAX_RECORD_BYTES or self._closing.is_set():
            self._refused += 1
            return
        self._bytes_in += size
        self._records_in += 1
        self._queue.put(record)

    def state(self) -> OutboxState:
        """What waits, what was lost, and why."""
        since = self._pending_since
        return OutboxState(
            queued=self._records_in - self._records_out,
            lost=self._refused + self._given_up,
            oldest_age_s=0.0 if since is None else time.monotonic() - since,
            error=self._error or self._syncer.error,
        )

    def close(self, timeout_s: float = 5.0) -> None:
        """Write what waits, within `timeout_s`; what cannot be written then is lost and counted."""
        self._deadline = time.monotonic() + timeout_s
        self._closing.set()
        self._queue.put(None)
        self._thread.join(timeout_s + 1.0)
        self._syncer.close(max(0.1, self._deadline - time.monotonic()))

    # The writing thread ----------------------------------------------------------------

    def _run(self) -> None:
        while not self._finished():
            self._gather()
            try:
                self._write()
            except Exception as error:  # noqa: BLE001 - no failure may end this thread
                self._failed(error)
        self._given_up += self._records_in - self._records_out
        self._records_out = self._records_in
        self._retire()

    def _finished(self) -> bool:
        if not self._closing.is_set():
            return False
        empty = not self._pending and self._queue.empty()
        return empty or time.monotonic() > self._deadline

    def _gather(self) -> None:
        """Wait for the first record, then a little for others."""
        if self._pending:
            self._wait_after_failure()
        else:
            with suppress(Empty):
                self._take(self._queue.get(timeout=None if self._segment is None else SEGMENT_S))
            self._closing.wait(LINGER_S)
        with suppress(Empty):
            while True:
                self._take(self._queue.get_nowait())

    def _wait_after_failure(self) -> None:
        if self._closing.is_set():
            time.sleep(FIRST_PAUSE_S)
        else:
            self._closing.wait(self._pause_s)

    def _take(self, record: bytes | None) -> None:
        if record is None:
            return
        self._pending.append(record)
        if self._pending_since is None:
            self._pending_since = time.monotonic()

    def _write(self) -> None:
        while self._pending:
            group, size, count = self._next_group()
            self._check_room(len(group))
            self._open_segment().append(group)
            self._written(size, count, len(group))
        if self._segment is not None:
            self._syncer.dirty(self._segment)
            if self._full(self._segment):
                self._retire()

    def _next_group(self) -> tuple[bytes, int, int]:
        size = count = 0
        for record in self._pending:
            if count and size + len(record) > GROUP_BYTES:
                break
            size += len(record)
            count += 1
        return b"".join(map(frame, self._pending[:count])), size, count

    def _check_room(self, size: int) -> None:
        if time.monotonic() - self._measured > MEASURE_S:
            self._folder_bytes = backlog(self._folder).bytes
            self._measured = time.monotonic()
        if self._folder_bytes + size > self._limit:
            raise OSError(errno.EDQUOT, "the outbox has reached its limit")

    def _open_segment(self) -> SegmentWriter:
        segment = self._segment
        if segment is not None and (segment.broken or segment.removed()):
            self._retire()
        if self._segment is None:
            self._part += 1
            self._segment = SegmentWriter(self._folder, self._stem, self._part)
        return self._segment

    def _written(self, size: int, count: int, on_disk: int) -> None:
        del self._pending[:count]
        if not self._pending:
            self._pending_since = None
        self._bytes_out += size
        self._records_out += count
        self._folder_bytes += on_disk
        self._error = None
        self._pause_s = 0.0

    def _full(self, segment: SegmentWriter) -> bool:
        return segment.size >= SEGMENT_BYTES or time.monotonic() - segment.begun >= SEGMENT_S

    def _retire(self) -> None:
        if self._segment is not None:
            self._syncer.retire(self._segment)
            self._segment = None

    def _failed(self, error: Exception) -> None:
        # A full disk gets room only when the auditor may delete what it has read.
        if self._segment is not None and self._segment.size:
            self._retire()
        self._error = fault_name(error)
        self._pause_s = min(LAST_PAUSE_S, max(FIRST_PAUSE_S, 2 * self._pause_s))
