"""The edge's end of the words channel: never blocks, never writes a disk, forgets soon.

A thread does the encoding and the sending. While the auditor is away, what is younger
than `patience_s` waits in a bounded buffer; the rest is dropped and counted.
"""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import NamedTuple

from proxy.spool.faults import fault_name
from proxy.spool.messages import EdgeHealth, Message, Words, encode
from proxy.spool.unixsocket import MAX_FRAME_BYTES, address_of, framed, same_user

__all__ = ["SenderState", "WordsSender"]

LINGER_S = 0.015
"""How long messages are gathered before they are sent together."""
BATCH_BYTES = 256 * 1024
"""About how much is sent at once."""
BUFFER_BYTES = 16 * 1024 * 1024
"""Most memory of words that wait to be sent."""
PATIENCE_S = 5.0
"""Words older than this are of no use any more: their exchange is being counted without."""
STALL_S = 10.0
"""An auditor that takes nothing for so long is taken for dead."""
FIRST_PAUSE_S = 0.05
LAST_PAUSE_S = 1.0
"""Pause after the first and after many failed attempts to connect."""


@dataclass(frozen=True, slots=True)
class SenderState:
    """What a sender can say of itself."""

    connected: bool
    met: bool
    """An auditor was there at some time since the start."""
    queued_bytes: int
    dropped: int
    """Words that were refused or given up since the start."""
    error: str | None
    """Errno name of the last failure to connect or send; None while connected."""


class _Waiting(NamedTuple):
    words: Words
    size: int
    since: float


class WordsSender:
    """Sends messages to the auditor's socket; `send` is called from one thread."""

    def __init__(
        self, path: Path, *, limit_bytes: int = BUFFER_BYTES, patience_s: float = PATIENCE_S
    ) -> None:
        self._path = path
        self._limit = limit_bytes
        self._patience_s = patience_s
        self._queue: SimpleQueue[_Waiting | EdgeHealth | None] = SimpleQueue()
        self._closing = threading.Event()
        # Written by the thread that calls send:
        self._bytes_in = self._refused = 0
        # Written by the sending thread:
        self._bytes_out = self._given_up = 0
        self._pending: deque[_Waiting] = deque()
        self._health: EdgeHealth | None = None
        self._socket: socket.socket | None = None
        self._met = False
        self._error: str | None = None
        self._pause_s = 0.0
        self._thread = threading.Thread(target=self._run, name="words", daemon=True)
        self._thread.start()

    def send(self, message: Message) -> bool:
        """Hand over one message. Never blocks or raises; False when it is dropped at once.

        Of `EdgeHealth`, only the newest waits: its figures are cumulative.
        """
        if self._closing.is_set():
            return False
        if isinstance(message, EdgeHealth):
            self._queue.put(message)
            return True
        size = (
            sys.getsizeof(message.prompt)
            + sys.getsizeof(message.answer)
            + sys.getsizeof(message.reasoning)
        )
        if self._bytes_in - self._bytes_out + size > self._limit or size > MAX_FRAME_BYTES:
            self._refused += 1
            return False
        self._bytes_in += size
        self._queue.put(_Waiting(message, size, time.monotonic()))
        return True

    def state(self) -> SenderState:
        """Whether the auditor is there, what waits, what was dropped."""
        return SenderState(
            connected=self._socket is not None,
            met=self._met,
            queued_bytes=self._bytes_in - self._bytes_out,
            dropped=self._refused + self._given_up,
            error=self._error,
        )

    def close(self, timeout_s: float = 1.0) -> None:
        """Send what waits if the auditor is there, within `timeout_s`, then end."""
        self._closing.set()
        self._queue.put(None)
        self._thread.join(timeout_s)
        connection = self._socket
        if connection is not None:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    # The sending thread ----------------------------------------------------------------

    def _run(self) -> None:
        while True:
            self._gather()
            last = self._closing.is_set()
            # Should the auditor have been replaced, the last messages go to the new one.
            if not self._try_to_send() and last:
                self._try_to_send()
            self._give_up_old()
            if last:
                break
        self._given_up += len(self._pending)
        self._pending.clear()
        self._disconnect()

    def _try_to_send(self) -> bool:
        try:
            self._send_pending()
        except Exception as error:  # noqa: BLE001 - no failure may end this thread
            self._failed(error)
            return False
        return True

    def _gather(self) -> None:
        """Wait for the first message, then a little for others."""
        if self._pending or self._health:
            self._closing.wait(max(self._pause_s, LINGER_S))
        else:
            self._take(self._queue.get())
            self._closing.wait(LINGER_S)
        with suppress(Empty):
            while True:
                self._take(self._queue.get_nowait())

    def _take(self, item: _Waiting | EdgeHealth | None) -> None:
        if isinstance(item, EdgeHealth):
            self._health = item
        elif item is not None:
            self._pending.append(item)

    def _give_up_old(self) -> None:
        oldest = time.monotonic() - self._patience_s
        while self._pending and self._pending[0].since < oldest:
            self._bytes_out += self._pending.popleft().size
            self._given_up += 1

    def _send_pending(self) -> None:
        if not self._pending and self._health is None:
            return
        connection = self._socket or self._connect()
        if self._health is not None:
            connection.sendall(framed(encode(self._health)))
            self._health = None
        while self._pending:
            self._send_batch(connection)
            self._give_up_old()

    def _send_batch(self, connection: socket.socket) -> None:
        frames: list[bytes] = []
        size = count = 0
        for waiting in self._pending:
            data = encode(waiting.words)
            if len(data) > MAX_FRAME_BYTES:
                self._given_up += 1
            else:
                frames.append(framed(data))
            size += len(data)
            count += 1
            if size >= BATCH_BYTES:
                break
        connection.sendall(b"".join(frames))
        for _ in range(count):
            self._bytes_out += self._pending.popleft().size

    def _connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(STALL_S)
            with address_of(self._path) as address:
                connection.connect(address)
            if not same_user(connection):
                raise PermissionError
        except OSError:
            connection.close()
            raise
        self._socket = connection
        self._met = True
        self._error = None
        self._pause_s = 0.0
        return connection

    def _failed(self, error: Exception) -> None:
        self._disconnect()
        self._error = fault_name(error)
        self._pause_s = min(LAST_PAUSE_S, max(FIRST_PAUSE_S, 2 * self._pause_s))

    def _disconnect(self) -> None:
        connection, self._socket = self._socket, None
        if connection is not None:
            connection.close()
