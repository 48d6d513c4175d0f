"""A WebSocket on which calls are made: each finished turn is one exchange.

Its bytes are relayed as they are and read on the side. A turn begins with the client's
first message after the last turn's end (or with the service's, when it speaks unasked)
and ends where the wire format says so. Bytes are those of the frames of its messages.
"""

from __future__ import annotations

from time import monotonic

from addons.desk import Desk
from addons.frames import Deflate, Frames
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
    """One WebSocket, both sides of it."""

    __slots__ = (
        *("_aside", "_desk", "_ended", "_frames", "_queued", "_reader", "_submit", "_turn"),
        *("aborted", "key", "start"),
    )

    def __init__(  # noqa: PLR0913 - what it takes over from the handshake
        self,
        key: str,
        start: Start,
        reader: Reader,
        *,
        extensions: str,
        limit_bytes: int,
        desk: Desk,
        submit: Submit,
    ) -> None:
        """Take over after the handshake.

        `extensions` is what the answer said of them; of longer messages than
        `limit_bytes`, and of all after one, only the traffic goes on.
        """
        self.key = key
        self.start = start
        self.aborted = False
        self._desk = desk
        self._submit = submit
        self._reader: Reader | None = reader
        self._frames = {
            side: Frames(Deflate.agreed(extensions, from_client=side), limit_bytes=limit_bytes)
            for side in (True, False)
        }
        self._aside: list[tuple[bytes, bool, float]] = []
        self._turn = _Turn()
        self._queued = False
        self._ended = False

    def piece(self, data: bytes, *, from_client: bool) -> None:
        """Put bytes aside that one side has sent."""
        if self._reader is None:
            return
        self._aside.append((data, from_client, monotonic()))
        if not self._queued:
            self._queued = True
            self._desk.later(self)

    def end(self) -> None:
        """The connection has ended; called once or more, the first time counts."""
        if not self._ended:
            self._ended = True
            self._desk.end(self)

    def read(self) -> str | None:
        """Read what was put aside; hand over each turn that it ends."""
        self._queued = False
        reader = self._reader
        pieces, self._aside = self._aside, []
        if reader is None or not pieces:
            return None
        for data, from_client, clock in pieces:
            for message in self._frames[from_client].feed(data):
                self._turn.count(message.wire_bytes, clock, from_client=from_client)
                reading = reader.feed_message(message.data, from_client=from_client)
                if reading is not None:
                    self._hand_over(reading, aborted=False)
        return "websocket"

    def finish(self) -> None:
        """Hand over the turn that the end of the socket cut short, if there was one."""
        self.read()
        reader, self._reader = self._reader, None
        if reader is None:
            return
        # Without a closing handshake the connection was broken off.
        self.aborted = not any(side.closed for side in self._frames.values())
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
