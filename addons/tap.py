"""One exchange while it passes: what is put aside of it, and its clocks.

A tap is given to mitmproxy as the callable that each piece of a body goes through. It
returns every piece as it got it, at once; reading happens later, at the desk, by the lump:
a stream of small events costs little more than putting them aside. Durations come from
the monotonic clock: the wall clock is asked once, for the start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic

from addons.desk import Desk
from addons.headers import Fields, readable
from addons.start import Start, Submit, unread
from addons.talk import Talk
from proxy.compose import Circumstances
from proxy.wire.reader import Reader

__all__ = ["LUMP_BYTES", "Tap"]

LUMP_BYTES = 8 * 1024
"""How much is put aside before it is read; the end of the exchange reads what is left. Some
fifty events of a stream, which take less than 0.1 ms to read."""


class Tap:
    """One HTTP request and its answer."""

    __slots__ = (
        *("_answer_fields", "_answer_head", "_answered", "_aside_bytes", "_asked"),
        *("_clock_end", "_desk", "_first_byte"),
        *("_headers", "_limit", "_open_reader", "_queued", "_reader", "_request_ended"),
        *("_submit", "aborted"),
        *("http_status", "key", "request_bytes", "response_bytes", "start", "truncated"),
    )

    def __init__(self, key: str, start: Start, *, desk: Desk, submit: Submit, limit: int) -> None:
        """Tap an exchange; `limit` is how many bytes of its request are read."""
        self.key = key
        self.start = start
        self.http_status: int | None = None
        self.request_bytes = 0
        self.response_bytes = 0
        self.truncated = False
        self.aborted = False
        self._desk = desk
        self._submit = submit
        self._limit = limit
        self._open_reader: Callable[[], Reader] | None = None
        self._headers: Mapping[str, str] = {}
        self._reader: Reader | None = None
        self._asked: list[bytes] = []
        self._answered: list[bytes] = []
        self._aside_bytes = 0
        self._answer_fields: Fields = ()
        self._answer_head: tuple[int, Fields] | None = None
        self._request_ended = False
        self._queued = False
        self._first_byte: float | None = None
        self._clock_end: float | None = None

    def begin(self, open_reader: Callable[[], Reader], headers: Mapping[str, str]) -> None:
        """Read this exchange, by a reader that is made when there is something to read."""
        self._open_reader = open_reader
        self._headers = headers

    def request_piece(self, data: bytes) -> bytes:
        """Tee of the request's body: gives every piece back as it is."""
        if data:
            try:
                self.request_bytes += len(data)
                if self.request_bytes > self._limit:
                    self.truncated = True
                elif self._open_reader is not None:
                    self._asked.append(data)
                    self._aside_bytes += len(data)
                    if self._aside_bytes >= LUMP_BYTES:
                        self._wait()
            except Exception as error:  # noqa: BLE001 - the piece must go on
                self._desk.fail(self, error)
        return data

    def request_end(self) -> None:
        """The request has ended."""
        self._request_ended = True

    def answer_begin(self, status: int, fields: Fields) -> None:
        """The head of the answer has arrived."""
        self.http_status = status
        self._answer_fields = fields
        self._answer_head = status, fields

    def answer_piece(self, data: bytes) -> bytes:
        """Tee of the answer's body: gives every piece back as it is."""
        if data:
            try:
                if self._first_byte is None:
                    self._first_byte = monotonic()
                self.response_bytes += len(data)
                if self._open_reader is not None:
                    self._answered.append(data)
                    self._aside_bytes += len(data)
                    if self._aside_bytes >= LUMP_BYTES:
                        self._wait()
            except Exception as error:  # noqa: BLE001 - the piece must go on
                self._desk.fail(self, error)
        return data

    def become_talk(self, extensions: str, *, limit_bytes: int) -> Talk | None:
        """The connection is a WebSocket from now on; None when it is not read any more."""
        self.read()
        reader = self._let_go()
        if reader is None:
            return None
        return Talk(
            self.key,
            self.start,
            reader,
            extensions=extensions,
            limit_bytes=limit_bytes,
            desk=self._desk,
            submit=self._submit,
        )

    def end(self, *, aborted: bool = False) -> None:
        """The exchange has ended; called once or more, the first time counts.

        A client may leave with the last byte that the answer's head has announced. Over HTTP/2
        the end of the stream comes in a frame of its own, later: nothing was broken off.
        """
        if self._clock_end is None:
            self._clock_end = monotonic()
            self.aborted = aborted and not self._has_all()
            self._desk.end(self)

    def _has_all(self) -> bool:
        """Whether as much of the answer has come as its head announced."""
        announced = readable(self._answer_fields).get("content-length", "")
        # More digits than any body has bytes: Python would refuse to read thousands of them.
        known = announced.isdecimal() and len(announced) < 20
        return known and self.response_bytes >= int(announced)

    def read(self) -> str | None:
        """Show the reader what was put aside."""
        self._queued = False
        self._aside_bytes = 0
        reader = self._reader or self._opened()
        if reader is None:
            self._drop()
            return None
        stage = self._read_request(reader)
        if self._answer_head is not None:
            status, fields = self._answer_head
            self._answer_head = None
            reader.start_answer(status, readable(fields))
        if self._answered:
            pieces, self._answered = self._answered, []
            reader.feed_answer(pieces[0] if len(pieces) == 1 else b"".join(pieces))
            stage = stage or "response_chunk"
        return stage

    def finish(self) -> None:
        """Read the rest and hand the exchange over."""
        if self._clock_end is None:
            return
        self.read()
        reader = self._let_go()
        reading = reader.finish(aborted=self.aborted) if reader else unread(self.start.call)
        self._submit(reading, self._facts(self._clock_end))

    def give_up(self) -> None:
        """Reading failed: what passes is only counted from now on."""
        self._let_go()
        self._drop()

    def _opened(self) -> Reader | None:
        if self._open_reader is not None:
            self._reader = self._open_reader()
            self._reader.start_request(self._headers)
        return self._reader

    def _let_go(self) -> Reader | None:
        """The reader, which this tap feeds no more."""
        reader, self._reader, self._open_reader = self._reader, None, None
        return reader

    def _wait(self) -> None:
        if not self._queued and self._clock_end is None:
            self._queued = True
            self._desk.later(self)

    def _drop(self) -> None:
        self._asked.clear()
        self._answered.clear()

    def _read_request(self, reader: Reader) -> str | None:
        if not self._asked and not self._request_ended:
            return None
        if self._asked:
            pieces, self._asked = self._asked, []
            reader.feed_request(pieces[0] if len(pieces) == 1 else b"".join(pieces))
        if self._request_ended:
            self._request_ended = False
            reader.end_request(truncated=self.truncated)
        return "request"

    def _facts(self, ended: float) -> Circumstances:
        start, first = self.start, self._first_byte
        return start.facts(
            duration_s=ended - start.clock,
            time_to_first_byte_s=None if first is None else first - start.clock,
            http_status=self.http_status,
            request_bytes=self.request_bytes,
            response_bytes=self.response_bytes,
            aborted=self.aborted,
            truncated=self.truncated,
        )
