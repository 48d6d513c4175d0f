"""The auditor's end of the durable hand-over: every worker's records, at least once, in order.

Where reading stands is not kept here: each item carries the position to acknowledge, the
ledger stores it in the same transaction as the record, and hands it back at the next
start. A segment is deleted when its writer is gone and all of it is acknowledged.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from proxy.spool.faults import fault_name
from proxy.spool.segment import (
    MARK,
    MAX_RECORD_BYTES,
    SUFFIX,
    order,
    scan,
    segments,
    stream_of,
    writer_gone,
)

__all__ = ["Inbox", "InboxState", "Item"]

CHUNK_BYTES = 2 * MAX_RECORD_BYTES
"""Bytes read at once; more than any record takes, so that a full chunk holds one or is damaged."""


@dataclass(frozen=True, slots=True)
class Item:
    """One record, or a stretch of a segment that could not be read."""

    segment: str
    end: int
    """Position in the segment that acknowledges this item and all before it."""
    record: bytes | None
    """None: damage, at least one record is lost."""


@dataclass(frozen=True, slots=True)
class InboxState:
    """What an inbox can say of itself."""

    segments: int
    unread_bytes: int
    """Bytes on disk that `read` has not given out yet."""
    error: str | None
    """Errno name of the last failure to list, read or delete; None while all works."""


class _Source:
    """One segment while it is being read."""

    def __init__(self, folder: Path, name: str, position: int) -> None:
        self.name = name
        self.path = folder / name
        self.position = self.settled = position
        self.ended = False
        """Everything was given out and nothing will be appended."""
        self._descriptor = -1

    def read(self, limit: int) -> list[Item]:
        """The next items, at most `limit`. Raises OSError."""
        if self._descriptor < 0:
            self._descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        # Asked before reading: what is there when the writer is gone is all there will be.
        gone = writer_gone(self._descriptor)
        piece = os.pread(self._descriptor, CHUNK_BYTES, self.position)
        whole = len(piece) < CHUNK_BYTES
        result = scan(piece, final=gone and whole)
        found = result.found
        if not whole and not found:
            # No record fits: skip all but a possible first half of a mark.
            found = [(len(piece) - len(MARK) + 1, None)]
        given = found[:limit]
        start = self.position
        if given:
            self.position = start + given[-1][0]
        if gone and whole and len(given) == len(found):
            self.ended = True
            self.close()
        return [Item(self.name, start + end, payload) for end, payload in given]

    def unread_bytes(self) -> int:
        """Bytes beyond the position."""
        if self.ended:
            return 0
        with suppress(OSError):
            return max(0, self.path.stat().st_size - self.position)
        return 0

    def close(self) -> None:
        """Release the file."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


class Inbox:
    """Reads an outbox folder. Used by one thread."""

    def __init__(self, folder: Path, positions: Mapping[str, int]) -> None:
        """`positions`: what the ledger has, segment name to acknowledged position."""
        self._folder = folder
        self._saved = {name: at for name, at in positions.items() if name.endswith(SUFFIX)}
        self._sources: dict[str, _Source] = {}
        self._listed = False
        self._turn = 0
        self._error: str | None = None
        self._remove_unborn()

    def read(self, limit: int) -> list[Item]:
        """The next items of all segments, at most `limit`, each writer's in order.

        Never raises for a folder or file that cannot be read; `state` tells.
        """
        self._error = None
        self._discover()
        items: list[Item] = []
        for stream in self._streams():
            for source in stream:
                items += self._read_source(source, limit - len(items))
                if not source.ended or len(items) >= limit:
                    break
        self._delete_settled()
        return items

    def settle(self, positions: Mapping[str, int]) -> None:
        """Take note of positions that are stored; finished segments are deleted."""
        for name, position in positions.items():
            source = self._sources.get(name)
            if source is not None:
                source.settled = position
        self._delete_settled()

    def gone(self) -> list[str]:
        """Segments with a stored position that no longer exist: the ledger may forget them."""
        if not self._listed:
            return []
        return [name for name in self._saved if name not in self._sources]

    def forgotten(self, names: list[str]) -> None:
        """The ledger has forgotten these."""
        for name in names:
            self._saved.pop(name, None)

    def state(self) -> InboxState:
        """What waits on the disk, segments begun since the last `read` included."""
        self._discover()
        sources = self._sources.values()
        unread = sum(source.unread_bytes() for source in sources)
        return InboxState(len(self._sources), unread, self._error)

    def close(self) -> None:
        """Release all files."""
        for source in self._sources.values():
            source.close()

    def _discover(self) -> None:
        try:
            names = segments(self._folder)
        except OSError as error:
            self._error = fault_name(error)
            self._listed = False
            return
        self._listed = True
        there = set(names)
        for name in [name for name in self._sources if name not in there]:
            self._sources.pop(name).close()
        for name in names:
            if name not in self._sources:
                self._sources[name] = _Source(self._folder, name, self._saved.get(name, 0))

    def _streams(self) -> Iterator[list[_Source]]:
        """Each writer's unfinished segments; another writer comes first every time."""
        waiting = [source for source in self._sources.values() if not source.ended]
        waiting.sort(key=lambda source: order(source.name))
        streams = [list(group) for _, group in groupby(waiting, lambda s: stream_of(s.name))]
        self._turn = (self._turn + 1) % max(1, len(streams))
        yield from streams[self._turn :] + streams[: self._turn]

    def _read_source(self, source: _Source, limit: int) -> list[Item]:
        items: list[Item] = []
        try:
            while len(items) < limit:
                more = source.read(limit - len(items))
                items += more
                if source.ended or not more:
                    break
        except OSError as error:
            self._error = fault_name(error)
        for item in items:
            self._saved.setdefault(item.segment, 0)
        return items

    def _delete_settled(self) -> None:
        for source in list(self._sources.values()):
            if source.ended and source.settled >= source.position:
                self._delete(source)

    def _delete(self, source: _Source) -> None:
        try:
            source.path.unlink(missing_ok=True)
        except OSError as error:
            self._error = fault_name(error)
        else:
            del self._sources[source.name]

    def _remove_unborn(self) -> None:
        """Files of writers that died before they could give them their name; always empty."""
        with suppress(OSError):
            for path in self._folder.glob("*.new"):
                if path.stat().st_size == 0 and _unlocked(path):
                    path.unlink(missing_ok=True)


def _unlocked(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return writer_gone(descriptor)
    finally:
        os.close(descriptor)
