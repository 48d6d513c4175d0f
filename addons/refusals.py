"""Which clients refused our certificate for which name: one list for all workers.

A client that pins its certificates, or does not know our authority, breaks off the
handshake. It is let through undecrypted from then on, for some hours. The list is
`passthrough.json` in the state folder; what it holds of a client and a name is a keyed
hash, so that it tells neither an address nor a visited host to who reads it. The key,
`passthrough.key`, belongs to the installation.

Workers write and read it at the same time: a writer holds the lock of `passthrough.lock`,
merges what it finds and replaces the file at once; readers look every quarter of a second
whether it was replaced. All of that happens in a thread: the event loop only ever looks
into a dictionary. When the disk fails, each worker goes on with what it knows.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path

import msgspec

from addons.tally import kind_of

__all__ = ["Refusals"]

LIMIT = 10_000
"""Pairs remembered at most; beyond it those that expire first are forgotten."""
POLL_S = 0.25
"""How often, in seconds, a worker looks for what others have written."""
RETRY_S = 1.0
"""How long, in seconds, until a write that failed is tried again."""

type Stamp = tuple[int, int, int]


class _File(msgspec.Struct, frozen=True):
    """passthrough.json: hash of (client, name) to the Unix time until which it holds."""

    version: int
    until: dict[str, float]


class Refusals:
    """The shared list. `add` and `holds` never block and never raise."""

    def __init__(
        self,
        folder: Path,
        *,
        hours: float,
        clock: Callable[[], float] = time.time,
        on_error: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Use the list in `folder`, which must exist; `on_error` gets kinds of error."""
        self._path = folder / "passthrough.json"
        self._lock_path = folder / "passthrough.lock"
        self._seconds = hours * 3600
        self._clock = clock
        self._on_error = on_error
        self._key = self._load_key(folder / "passthrough.key")
        self._known: dict[str, float] = {}
        self._own: dict[str, float] = {}
        self._queue: deque[tuple[str, float]] = deque()
        self._stamp: Stamp | None = None
        self._wake = threading.Event()
        self._closing = False
        self._thread: threading.Thread | None = None
        self._refresh()

    def start(self) -> None:
        """Begin to share the list with the other workers."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="refusals", daemon=True)
            self._thread.start()

    def close(self, timeout_s: float = 2.0) -> None:
        """Write what is unwritten, then stop."""
        self._closing = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def add(self, client: str, name: str) -> None:
        """Let this client through for this name: here at once, elsewhere within POLL_S."""
        digest = self._digest(client, name)
        until = self._clock() + self._seconds
        while len(self._own) >= LIMIT:
            del self._own[next(iter(self._own))]
        self._own[digest] = until
        self._queue.append((digest, until))
        self._wake.set()

    def holds(self, client: str, name: str) -> bool:
        """Whether this client is let through for this name."""
        if not self._own and not self._known:
            return False
        digest = self._digest(client, name)
        until = max(self._own.get(digest, 0.0), self._known.get(digest, 0.0))
        return until > self._clock()

    def _digest(self, client: str, name: str) -> str:
        text = f"{client}\0{name}".encode("utf-8", "surrogatepass")
        return blake2b(text, key=self._key, digest_size=16).hexdigest()

    def _work(self) -> None:
        pending: dict[str, float] = {}
        retry_at = 0.0
        while True:
            self._wake.wait(POLL_S)
            self._wake.clear()
            closing = self._closing
            while self._queue:
                pending.update([self._queue.popleft()])
            if pending and (closing or time.monotonic() >= retry_at):
                if self._write(pending):
                    pending = {}
                else:
                    retry_at = time.monotonic() + RETRY_S
            self._refresh()
            if closing:
                return

    def _refresh(self) -> None:
        """Read the file again when it was replaced."""
        try:
            stamp = _stamp_of(self._path)
            if stamp != self._stamp:
                self._known = _read(self._path)
                self._stamp = stamp
        except OSError as error:
            self._on_error(kind_of(error))

    def _write(self, pending: dict[str, float]) -> bool:
        """Merge into the file. False when that failed: it is tried again later."""
        try:
            with _locked(self._lock_path):
                merged = self._trimmed({**_read(self._path), **pending})
                _replace(self._path, msgspec.json.encode(_File(1, merged)))
        except OSError as error:
            self._on_error(kind_of(error))
            return False
        return True

    def _trimmed(self, until: dict[str, float]) -> dict[str, float]:
        now = self._clock()
        alive = sorted((item for item in until.items() if item[1] > now), key=lambda i: -i[1])
        return dict(alive[:LIMIT])

    def _load_key(self, path: Path) -> bytes:
        """The installation's key, made by the worker that comes first."""
        try:
            with contextlib.suppress(FileExistsError):
                _create(path, os.urandom(32))
            return path.read_bytes()[:64]
        except OSError as error:
            self._on_error(kind_of(error))
            return os.urandom(32)


def _stamp_of(path: Path) -> Stamp | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def _read(path: Path) -> dict[str, float]:
    """The pairs in the file; none when it is missing or damaged (it is then replaced)."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=_File).until
    except (FileNotFoundError, msgspec.MsgspecError):
        return {}


def _private(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def _replace(path: Path, data: bytes) -> None:
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    _private(temporary, data)
    temporary.replace(path)


def _create(path: Path, data: bytes) -> None:
    """Create the file with its whole content, or raise FileExistsError."""
    temporary = path.with_suffix(f".{os.getpid()}.new")
    _private(temporary, data)
    try:
        path.hardlink_to(temporary)
    finally:
        temporary.unlink()


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
