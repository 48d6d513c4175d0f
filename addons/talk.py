"""A WebSocket on which calls are made: each finished turn is one exchange.

A turn begins with the client's first message after the last turn's end (or with the
service's, when it speaks unasked) and ends where the wire format says so. Bytes are those
of the messages, after the WebSocket's own compression is undone.
"""

from __future__ import annotations

from time import monotonic

from addons.desk import Desk
from addons.start import Start, Submit
from proxy.wire.reader import Reader
from proxy.wire.reading import Reading

__all__ = ["Talk"]

SWITCHED = 101
"""HTTP status of every turn."""


class _Turn:
    """Clocks and bytes of one turn."""

    __slots__ = ("answered", "asked", "first", "last", "request_bytes", "response_bytes")

    def __init__(self) -> None:
        self.asked: float | None = None
        self.first: float | None = None
        """The service's first message after the client's first."""
        self.last = 0.0
        self.answered: float | None = None
        """The service's first message of all."""
        self.request_bytes = 0
        self.response_bytes = 0

    def count(self, size: int, clock: float, *, from_client: bool) -> None:
        """Take note of one message."""
        self.last = clock
        if from_client:
            self.request_bytes += size
            if self.asked is None:
                self.asked = clock
            return
        self.response_bytes += size
        if self.answered is None:
            self.answered = clock
        if self.first is None and self.asked is not None:
            self.first = clock


class Talk:
    """The messages of one WebSocket, from both sides."""

    __slots__ = (
        *("_aside", "_desk", "_ended", "_queued", "_reader", "_submit", "_turn"),
        *("aborted", "key", "start"),
    )

    def __init__(
        self, key: str, start: Start, reader: Reader, *, desk: Desk, submit: Submit
    ) -> None:
        self.key = key
        self.start = start
        self.aborted = False
        self._desk = desk
        self._submit = submit
        self._reader: Reader | None = reader
        self._aside: list[tuple[bytes, bool, float]] = []
        self._turn = _Turn()
        self._queued = False
        self._ended = False

    def message(self, data: bytes, *, from_client: bool) -> None:
        """Put one message aside."""
        self._aside.append((data, from_client, monotonic()))
        if not self._queued:
            self._queued = True
            self._desk.later(self)

    def end(self, *, aborted: bool = False) -> None:
        """The socket has closed; called once or more, the first time counts."""
        if not self._ended:
            self._ended = True
            self.aborted = aborted
            self._desk.end(self)

    def read(self) -> str | None:
        """Show the reader what was put aside; hand over each turn that it ends."""
        self._queued = False
        reader = self._reader
        messages, self._aside = self._aside, []
        if reader is None or not messages:
            return None
        for data, from_client, clock in messages:
            self._turn.count(len(data), clock, from_client=from_client)
            reading = reader.feed_message(data, from_client=from_client)
            if reading is not None:
                self._hand_over(reading, aborted=False)
        return "websocket"

    def finish(self) -> None:
        """Hand over the turn that the end of the socket cut short, if there was one."""
        self.read()
        reader, self._reader = self._reader, None
        if reader is None:
            return
        reading = reader.finish(aborted=self.aborted)
        if reading.inference and self._turn.last:
            self._hand_over(reading, aborted=self.aborted)

    def give_up(self) -> None:
        """Reading failed: messages pass unread from now on."""
        self._reader = None
        self._aside.clear()

    def _hand_over(self, reading: Reading, *, aborted: bool) -> None:
        turn, self._turn = self._turn, _Turn()
        clock = self.start.clock
        began = turn.asked if turn.asked is not None else turn.answered
        began = clock if began is None else began
        facts = self.start.facts(
            after_s=began - clock,
            duration_s=turn.last - began,
            time_to_first_byte_s=None if turn.first is None else turn.first - began,
            http_status=SWITCHED,
            request_bytes=turn.request_bytes,
            response_bytes=turn.response_bytes,
            aborted=aborted,
        )
        self._submit(reading, facts)
