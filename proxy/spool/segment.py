"""One file of the outbox: its name, its records, its writer's lock, and how damage is skipped.

A record is a mark, a length, a CRC-32 and the payload. The mark's bytes 0xF5 and 0xFA
never occur in UTF-8, and every payload is a version byte and JSON, so a mark can only be
the start of a record: after damage, reading goes on at the next one. Whatever cannot be
read and has no mark after it is an unfinished write while the writer lives, and damage
when it is gone.

A writer holds an exclusive `flock` on its file from before the file appears under its
name until it closes it or dies: the kernel tells the reader, also after SIGKILL.
"""

from __future__ import annotations

import fcntl
import os
import re
import struct
import threading
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "MAX_RECORD_BYTES",
    "SUFFIX",
    "Backlog",
    "Scan",
    "SegmentWriter",
    "backlog",
    "frame",
    "order",
    "scan",
    "segments",
    "stream_of",
    "writer_gone",
]

MARK = b"\xf5Jg\xfa"
_HEAD = struct.Struct("<4sII")
HEAD_BYTES = _HEAD.size
MAX_RECORD_BYTES = 256 * 1024
"""Longest payload of a record; an exchange takes about one kilobyte."""
SUFFIX = ".seg"
_NAME = re.compile(r"(?P<worker>[A-Za-z0-9._-]{1,64})\.(?P<boot>[0-9a-f]{20})\.(?P<part>\d{6})\Z")


def frame(payload: bytes) -> bytes:
    """The record that holds `payload`, as it stands in the file."""
    return _HEAD.pack(MARK, len(payload), zlib.crc32(payload)) + payload


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found in a piece of a segment."""

    found: list[tuple[int, bytes | None]]
    """Payloads in order, each after the offset (in the piece) at which it ends; None
    stands for a damaged stretch that was skipped."""
    used: int
    """Bytes of the piece that need not be read again."""


def scan(piece: bytes, *, final: bool) -> Scan:
    """The records in a piece of a segment that starts where a record should start.

    `final`: nothing will be appended, so that an unfinished end is damage too.
    """
    found: list[tuple[int, bytes | None]] = []
    position = 0
    while position < len(piece):
        payload = _record_at(piece, position)
        if payload is not None:
            position += HEAD_BYTES + len(payload)
        else:
            following = piece.find(MARK, position + 1)
            if following < 0 and not final:
                break
            position = following if following >= 0 else len(piece)
        found.append((position, payload))
    return Scan(found, position)


def _record_at(piece: bytes, position: int) -> bytes | None:
    if len(piece) - position < HEAD_BYTES:
        return None
    mark, length, check = _HEAD.unpack_from(piece, position)
    start = position + HEAD_BYTES
    if mark != MARK or length > MAX_RECORD_BYTES or start + length > len(piece):
        return None
    payload = piece[start : start + length]
    return payload if zlib.crc32(payload) == check else None


def segments(folder: Path) -> list[str]:
    """Names of the segments in a folder, each writer's in the order of writing.

    A folder that does not exist holds none. Raises OSError for one that cannot be read.
    """
    try:
        names = os.listdir(folder)  # noqa: PTH208 - names are all that is needed
    except FileNotFoundError:
        return []
    return sorted((name for name in names if stream_of(name)), key=order)


def order(name: str) -> tuple[str, str]:
    """Sorts segments by the start of their writer, then by number; ("", "") for other files."""
    match = _NAME.match(name.removesuffix(SUFFIX)) if name.endswith(SUFFIX) else None
    return (f"{match['boot']}.{match['worker']}", match["part"]) if match else ("", "")


def stream_of(name: str) -> str:
    """What the segments of one life of one writer have in common."""
    return order(name)[0]


def writer_gone(descriptor: int) -> bool:
    """Whether nobody writes this open segment any more."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return True


@dataclass(frozen=True, slots=True)
class Backlog:
    """What lies in an outbox, read or not."""

    files: int
    bytes: int
    oldest_age_s: float
    """Seconds since the oldest file was last written; 0 without files."""


def backlog(folder: Path) -> Backlog:
    """What lies in an outbox. Raises OSError when it cannot be looked at."""
    total = 0
    oldest = now = time.time()
    files = 0
    for name in segments(folder):
        try:
            facts = (folder / name).stat()
        except FileNotFoundError:
            continue
        files += 1
        total += facts.st_size
        oldest = min(oldest, facts.st_mtime)
    return Backlog(files, total, now - oldest)


class SegmentWriter:
    """Appends records to one new segment. Every method may raise OSError.

    After an OSError from `append` the file ends with its last whole group, or, where
    even that failed, `broken` is True and a new segment must be begun. `sync` may run in
    another thread than the rest.
    """

    def __init__(self, folder: Path, stem: str, part: int) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.size = 0
        self.broken = False
        self.sync_asked = False
        """A sync is due: whoever sets it arranges for `sync` to be called."""
        self.begun = time.monotonic()
        self._lock = threading.Lock()
        path = folder / f"{stem}.{part:06d}{SUFFIX}"
        hidden = path.with_suffix(".new")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        self._descriptor = os.open(hidden, flags, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            hidden.rename(path)
            _sync_folder(folder)
        except OSError:
            os.close(self._descriptor)
            with suppress(OSError):
                hidden.unlink(missing_ok=True)
                path.unlink(missing_ok=True)
            raise

    def append(self, group: bytes) -> None:
        """Write whole records at the end, all or (after an error) none of them."""
        written = 0
        view = memoryview(group)
        try:
            while written < len(group):
                written += os.write(self._descriptor, view[written:])
        except OSError:
            if written:
                self._cut_back()
            raise
        self.size += written

    def _cut_back(self) -> None:
        try:
            os.ftruncate(self._descriptor, self.size)
        except OSError:
            self.broken = True

    def removed(self) -> bool:
        """Whether somebody has deleted the file: what is appended would be lost."""
        return os.fstat(self._descriptor).st_nlink == 0

    def sync(self) -> None:
        """Wait until what was appended so far would survive a power cut."""
        with self._lock:
            if self._descriptor < 0:
                return
            descriptor = os.dup(self._descriptor)
        try:
            self.sync_asked = False
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """Give the file to the reader for good."""
        with self._lock:
            descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
