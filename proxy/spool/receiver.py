"""The auditor's end of the words channel: a socket that only the same user may reach.

Runs in a thread of its own and holds at most one unfinished frame per connection; what
becomes of whole messages is the callback's business. Nothing is ever written down.
"""

from __future__ import annotations

import os
import selectors
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from proxy.spool.messages import EdgeHealth, Message, decode
from proxy.spool.unixsocket import LENGTH, MAX_FRAME_BYTES, RECORDED, address_of, same_user

__all__ = ["WordsReceiver"]

READ_BYTES = 256 * 1024
MOST_CONNECTIONS = 256
BACKLOG = 64
ACCEPT_PAUSE_S = 0.05


class _Connection:
    """Bytes of one sender that are not a whole frame yet."""

    def __init__(self, peer: socket.socket) -> None:
        self.peer = peer
        self._buffer = bytearray()
        self._skip = 0
        self.skipped = 0
        """Frames that were too long."""

    def feed(self, data: bytes) -> list[bytes]:
        """The frames that are whole now."""
        if self._skip:
            dropped = min(self._skip, len(data))
            self._skip -= dropped
            data = data[dropped:]
        self._buffer += data
        frames: list[bytes] = []
        start = 0
        while len(self._buffer) - start >= LENGTH.size:
            (length,) = LENGTH.unpack_from(self._buffer, start)
            end = start + LENGTH.size + length
            if length > MAX_FRAME_BYTES:
                self.skipped += 1
                self._skip = max(0, end - len(self._buffer))
                start = min(end, len(self._buffer))
            elif end <= len(self._buffer):
                frames.append(bytes(self._buffer[start + LENGTH.size : end]))
                start = end
            else:
                break
        del self._buffer[:start]
        return frames


class WordsReceiver:
    """Listens at `path` and calls back with each message, in its own thread."""

    def __init__(self, path: Path, callback: Callable[[Message], None]) -> None:
        """Raises OSError when the socket cannot be made. The folder must exist."""
        self._path = path
        self._callback = callback
        self._selector = selectors.DefaultSelector()
        self._stopper, self._stopped = socket.socketpair()
        self._lock = threading.Lock()
        self._leaving: dict[str, _Connection] = {}
        """By boot id: the connections that brought a last state and wait for an answer."""
        self.connections = 0
        """Senders that are connected now."""
        self.refused = 0
        """Connections of other users, or beyond MOST_CONNECTIONS."""
        self.unreadable = 0
        """Frames that were too long or held no message."""
        self._listener = _listen(path)
        self._thread = threading.Thread(target=self._run, name="words", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it listens."""
        return self._thread.is_alive()

    def recorded(self, boot_id: str) -> None:
        """Answer a worker's last state: the ledger holds it. From any thread; never raises."""
        with self._lock, suppress(OSError):
            connection = self._leaving.pop(boot_id, None)
            if connection is not None:
                connection.peer.send(RECORDED)

    def close(self, timeout_s: float = 2.0) -> None:
        """Stop listening, drop all connections, remove the socket."""
        with suppress(OSError):
            self._stopper.send(b"x")
        self._thread.join(timeout_s)
        self._stopper.close()

    def _run(self) -> None:
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._stopped, selectors.EVENT_READ)
        running = True
        while running:
            for key, _ in self._selector.select():
                if key.fileobj is self._listener:
                    self._accept()
                elif isinstance(key.data, _Connection):
                    self._read(key.data)
                else:
                    running = False
        self._end()

    def _end(self) -> None:
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
        with self._lock:
            self._leaving.clear()
        for key in list(self._selector.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
        self._selector.close()
        self.connections = 0

    def _accept(self) -> None:
        try:
            peer, _ = self._listener.accept()
        except OSError:
            time.sleep(ACCEPT_PAUSE_S)  # out of descriptors: the same event is ready at once again
            return
        peer.settimeout(0)
        if not same_user(peer) or self.connections >= MOST_CONNECTIONS:
            self.refused += 1
            peer.close()
            return
        self.connections += 1
        self._selector.register(peer, selectors.EVENT_READ, _Connection(peer))

    def _read(self, connection: _Connection) -> None:
        try:
            data = connection.peer.recv(READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self._drop(connection)
            return
        before = connection.skipped
        for frame in connection.feed(data):
            self._deliver(frame, connection)
        self.unreadable += connection.skipped - before

    def _deliver(self, frame: bytes, connection: _Connection) -> None:
        try:
            message = decode(frame)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            self.unreadable += 1
            return
        if isinstance(message, EdgeHealth) and message.final:
            with self._lock:
                self._leaving[message.boot_id] = connection
        try:
            self._callback(message)
        except Exception:  # noqa: BLE001 - one message must not end the channel
            self.unreadable += 1

    def _drop(self, connection: _Connection) -> None:
        self._selector.unregister(connection.peer)
        with self._lock:
            for boot_id in [key for key, one in self._leaving.items() if one is connection]:
                del self._leaving[boot_id]
        connection.peer.close()
        self.connections -= 1


def _listen(path: Path) -> socket.socket:
    """A listening socket that appears under its name with its mode; replaces a stale one."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    hidden = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        hidden.unlink(missing_ok=True)
        with address_of(hidden) as address:
            listener.bind(address)
        hidden.chmod(0o600)
        listener.listen(BACKLOG)
        listener.settimeout(0)
        hidden.rename(path)
    except OSError:
        listener.close()
        raise
    return listener
