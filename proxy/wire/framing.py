r"""Cutting a stream of bytes into its events, whatever pieces it arrives in.

Sans-IO: `feed` takes the next bytes and returns the events that they complete,
`flush` what is left when the stream has ended. A cutter remembers how far it has
looked, so that a stream that arrives byte by byte costs time linear in its length.

An event is `(name, payload)`; the name is "" where the framing has none.

- `SSE`: server-sent events (WHATWG HTML §9.2.6), with LF, CRLF or lone CR.
- `Lines`: one JSON value a line (NDJSON, JSON Lines).
- `Array`: the objects of one JSON array, `[{...},\n{...}]` (Gemini).
- `Binary`: Amazon event stream messages, checked by both CRCs.
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import Protocol

__all__ = [
    "MAX_EVENT_BYTES",
    "SSE",
    "Array",
    "Binary",
    "Cutter",
    "Event",
    "FramingError",
    "Lines",
    "is_binary_prelude",
]

type Event = tuple[str, bytes]

MAX_EVENT_BYTES = 24 * 1024 * 1024
"""No event is longer: the limit of an AWS payload (botocore eventstream), and far above
the largest partial image of an image stream."""

MAX_EVENT_LINES = 10_000


class FramingError(ValueError):
    """Bytes that are not in the framing they were taken for; what was cut before stands."""


class Cutter(Protocol):
    """What every framing offers."""

    def feed(self, data: bytes) -> list[Event]:
        """The events that `data` completes. Raises FramingError."""

    def flush(self) -> list[Event]:
        """The event that the end of the stream completes, if there is one."""


class SSE:
    """Server-sent events. Events without data are dropped, as a browser drops them."""

    __slots__ = ("_after_cr", "_names", "_started", "_tail")

    def __init__(self) -> None:
        self._tail = bytearray()
        self._after_cr = False
        self._started = False
        self._names: dict[bytes, str] = {}

    def feed(self, data: bytes) -> list[Event]:
        """See `Cutter.feed`."""
        tail = self._tail
        if self._after_cr or b"\r" in data:
            data = self._line_feeds(data)
            if not data:
                return []
        elif (
            not tail
            and data.find(b"\n") == len(data) - 2
            and data.startswith(b"data: ")
            and data.endswith(b"\n\n")
        ):
            # One event in one piece, as a paced stream has it.
            return [("", data[6:-2])] if len(data) > 8 else []
        elif not tail and data.startswith(b"event: ") and (event := self._named(data)):
            return [event]
        end = data.rfind(b"\n\n") + 2
        if end < 2:
            if not (tail and tail[-1] == 10 and data[:1] == b"\n"):
                tail += data
                if len(tail) > MAX_EVENT_BYTES:
                    raise FramingError("an event without an end")
                return []
            end = 1
        if tail:
            tail += data[:end]
            block = bytes(tail)
            tail.clear()
        else:
            block = data if end == len(data) else data[:end]
        if end != len(data):
            tail += data[end:]
        return self._events(block)

    def flush(self) -> list[Event]:
        """See `Cutter.flush`: an event whose closing blank line never came still counts."""
        block = bytes(self._tail)
        self._tail.clear()
        return self._events(block)

    def _named(self, data: bytes) -> Event | None:
        """The one event of a piece that is a name line and a data line, and nothing more."""
        at = data.find(b"\ndata: ")
        if at < 0 or not data.endswith(b"\n\n") or data.count(b"\n") != 3 or len(data) <= at + 9:
            return None
        return self._name(data[7:at]), data[at + 7 : -2]

    def _line_feeds(self, data: bytes) -> bytes:
        """`data` with every line end as one LF; a CR at its end may be half of a CRLF."""
        if self._after_cr and data.startswith(b"\n"):
            data = data[1:]
            if not data:
                self._after_cr = False
                return data
        self._after_cr = data.endswith(b"\r")
        data = data.replace(b"\r\n", b"\n")
        return data.replace(b"\r", b"\n") if b"\r" in data else data

    def _events(self, block: bytes) -> list[Event]:
        if not self._started:
            self._started = True
            block = block.removeprefix(b"\xef\xbb\xbf")
        # The common block is nothing but `data: {...}` lines, each followed by a blank one.
        if block.startswith(b"data: ") and block.endswith(b"\n\n"):
            payloads = block[6:-2].split(b"\n\ndata: ")
            if b"\n" not in b"".join(payloads):  # faster than to count the line ends
                return [("", payload) for payload in payloads if payload]
        events: list[Event] = []
        for piece in block.split(b"\n\n"):
            # The next most common: a name, then the data.
            name_end = piece.find(b"\n")
            data_at = name_end + 7
            if (
                piece[:7] == b"event: "
                and piece[name_end + 1 : data_at] == b"data: "
                and piece.find(b"\n", data_at) < 0
            ):
                if len(piece) > data_at:
                    events.append((self._name(piece[7:name_end]), piece[data_at:]))
            elif piece:
                self._fields(piece, events)
        return events

    def _fields(self, piece: bytes, events: list[Event]) -> None:
        """Read the lines of one event."""
        if piece.count(b"\n") > MAX_EVENT_LINES:
            raise FramingError("an event of too many lines")
        name = b""
        data: list[bytes] = []
        for line in piece.split(b"\n"):
            if line.startswith(b"data: "):
                data.append(line[6:])
            elif line.startswith(b"event: "):
                name = line[7:]
            else:
                field, _, value = line.partition(b":")
                if field == b"data":
                    data.append(value.removeprefix(b" "))
                elif field == b"event":
                    name = value.removeprefix(b" ")
        payload = data[0] if len(data) == 1 else b"\n".join(data)
        if payload:
            events.append((self._name(name) if name else "", payload))

    def _name(self, name: bytes) -> str:
        known = self._names.get(name)
        if known is None:
            known = name.decode("utf-8", "replace")
            if len(self._names) < 64:
                self._names[name] = known
        return known


class Lines:
    """One JSON value a line; blank lines are dropped."""

    __slots__ = ("_tail",)

    def __init__(self) -> None:
        self._tail = bytearray()

    def feed(self, data: bytes) -> list[Event]:
        """See `Cutter.feed`."""
        end = data.rfind(b"\n") + 1
        tail = self._tail
        if not end:
            tail += data
            if len(tail) > MAX_EVENT_BYTES:
                raise FramingError("a line without an end")
            return []
        block = data[:end]
        if tail:
            block = bytes(tail) + block
            tail.clear()
        tail += data[end:]
        return [("", line) for line in map(bytes.strip, block.split(b"\n")) if line]

    def flush(self) -> list[Event]:
        """See `Cutter.flush`: the last line needs no line end."""
        line = bytes(self._tail).strip()
        self._tail.clear()
        return [("", line)] if line else []


# Up to the next brace, strings skipped whole; escapes have been masked before.
_TO_BRACE = re.compile(rb'(?:[^"{}]++|"[^"]*+")*+[{}]')
_TO_QUOTE = re.compile(rb'[^"]*+"')


class Array:
    """The objects of one JSON array, each as soon as its last brace is there."""

    __slots__ = ("_buffer", "_depth", "_from", "_half_escape", "_in_string")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._depth = 0
        self._in_string = False
        self._half_escape = b""
        self._from = 0  # where in the buffer the current object starts

    def feed(self, data: bytes) -> list[Event]:
        """See `Cutter.feed`."""
        data = self._half_escape + data
        self._half_escape = b""
        masked = data
        if b"\\" in data:
            # Same length, so that positions hold; a backslash that is left stands last.
            masked = data.replace(b"\\\\", b"__").replace(b'\\"', b"__")
            if masked.endswith(b"\\"):
                self._half_escape = b"\\"
                data, masked = data[:-1], masked[:-1]
        buffer = self._buffer
        base = len(buffer)
        buffer += data
        events = self._scan(masked, base)
        if not self._depth:
            buffer.clear()
        elif self._from:
            del buffer[: self._from]
        self._from = 0
        if len(buffer) > MAX_EVENT_BYTES:
            raise FramingError("an object without an end")
        return events

    def flush(self) -> list[Event]:
        """See `Cutter.flush`: an object that was cut off is no event."""
        return []

    def _scan(self, masked: bytes, base: int) -> list[Event]:
        events: list[Event] = []
        at, end = 0, len(masked)
        while at < end:
            if self._in_string:
                quote = _TO_QUOTE.match(masked, at)
                if quote is None:
                    break
                at = quote.end()
                self._in_string = False
            brace = _TO_BRACE.match(masked, at)
            if brace is None:
                self._in_string = masked.count(b'"', at) % 2 == 1
                break
            at = brace.end()
            if masked[at - 1] == 123:
                if not self._depth:
                    self._from = base + at - 1
                self._depth += 1
            elif self._depth:
                self._depth -= 1
                if not self._depth:
                    events.append(("", bytes(self._buffer[self._from : base + at])))
        return events


_PRELUDE = struct.Struct("!III")
_NAMED_BY = (b":event-type", b":exception-type", b":error-code")
_STRING = 7
_SKIP = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}
"""Length of header values by type (botocore/eventstream.py); 6 and 7 carry their own."""


def is_binary_prelude(data: bytes) -> bool:
    """Whether the first 12 bytes are the prelude of an Amazon event stream message."""
    return len(data) >= 12 and zlib.crc32(data[:8]) == int.from_bytes(data[8:12], "big")


class Binary:
    """Amazon event stream messages: name = event type, or exception type, or error code.

    Layout (botocore/eventstream.py): total length, headers length, CRC-32 of those
    eight bytes; headers; payload; CRC-32 of everything before. All big-endian.
    """

    __slots__ = ("_broken", "_buffer", "_names", "_need")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._need = 12  # bytes to wait for: those of a prelude, then of its message
        self._names: dict[bytes, str] = {}  # by headers, which repeat from event to event
        self._broken: FramingError | None = None  # raised once what came before is given

    def feed(self, data: bytes) -> list[Event]:
        """See `Cutter.feed`."""
        self._raise_if_broken()
        buffer = self._buffer
        if buffer:
            buffer += data
            if len(buffer) < self._need:
                return []
            data = bytes(buffer)
            buffer.clear()
        events: list[Event] = []
        try:
            buffer += data[self._messages(data, events) :]
        except FramingError as error:
            self._broken = error
            if not events:
                raise
        return events

    def flush(self) -> list[Event]:
        """See `Cutter.flush`: a message that was cut off is no event."""
        self._raise_if_broken()
        return []

    def _raise_if_broken(self) -> None:
        if self._broken is not None:
            raise self._broken

    def _messages(self, data: bytes, events: list[Event]) -> int:
        """Cut the whole messages that `data` begins with; returns where they end."""
        at, end = 0, len(data)
        while end - at >= 12:
            total, headers, check = _PRELUDE.unpack_from(data, at)
            if zlib.crc32(data[at : at + 8]) != check:
                raise FramingError("not an event stream message")
            if not headers + 16 <= total <= MAX_EVENT_BYTES:
                raise FramingError("an event stream message of an impossible length")
            if end - at < total:
                self._need = total
                return at
            message = data[at : at + total]
            at += total
            if zlib.crc32(message[:-4]) != int.from_bytes(message[-4:], "big"):
                raise FramingError("a damaged event stream message")
            start = 12 + headers
            if total > start + 4:
                events.append((self._name(message[12:start]), message[start:-4]))
        self._need = 12
        return at

    def _name(self, headers: bytes) -> str:
        name = self._names.get(headers)
        if name is None:
            name = _event_name(headers)
            if len(self._names) < 64:
                self._names[headers] = name
        return name


def _event_name(headers: bytes) -> str:
    """Value of the header that names the message; "" when there is none."""
    at = 0
    while at < len(headers):
        length = headers[at]
        name = headers[at + 1 : at + 1 + length]
        kind = headers[at + 1 + length]
        at += 2 + length
        if kind in {6, _STRING}:
            size = int.from_bytes(headers[at : at + 2], "big")
            at += 2
            if kind == _STRING and name in _NAMED_BY:
                return headers[at : at + size].decode("utf-8", "replace")
            at += size
        elif kind in _SKIP:
            at += _SKIP[kind]
        else:
            raise FramingError("an unknown header type")
    return ""
