"""WebSocket frames (RFC 6455) read beside the traffic: bytes in, whole messages out.

A relayed WebSocket is not mitmproxy's to parse: it would cut frames anew, compress again
and turn a connection that broke into one that closed well. Its bytes pass as they are,
and each direction has one of these, which undoes fragments, masks and the compression of
RFC 7692. Sans-IO; what it cannot read raises FrameError, and is then read no further.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

__all__ = ["Deflate", "FrameError", "Frames", "Message"]

_CONTINUATION, _CLOSE = 0x0, 0x8
_FIN, _COMPRESSED, _RESERVED, _OPCODE = 0x80, 0x40, 0x30, 0x0F
_MASKED, _LENGTH = 0x80, 0x7F
_TAIL = b"\x00\x00\xff\xff"
"""What RFC 7692 §7.2.1 leaves out at the end of a compressed message."""


class FrameError(ValueError):
    """Bytes that are no frame of the negotiated kind. Its text holds none of them."""


@dataclass(frozen=True, slots=True)
class Deflate:
    """The compression that both sides agreed on, for one direction."""

    keeps_context: bool = True

    @classmethod
    def agreed(cls, extensions: str, *, from_client: bool) -> Deflate | None:
        """From the answer's Sec-WebSocket-Extensions; None without compression."""
        for extension in extensions.lower().split(","):
            name, *parameters = (part.strip() for part in extension.split(";"))
            if name == "permessage-deflate":
                side = "client" if from_client else "server"
                return cls(f"{side}_no_context_takeover" not in parameters)
        return None


@dataclass(frozen=True, slots=True)
class Message:
    """One whole message."""

    data: bytes
    wire_bytes: int
    """Its frames as they passed, headers included."""


class Frames:
    """One direction of one WebSocket."""

    __slots__ = (
        *("_buffer", "_compressed", "_deflate", "_inflater", "_limit", "_parts"),
        *("_size", "_wire", "closed"),
    )

    def __init__(self, deflate: Deflate | None, *, limit_bytes: int) -> None:
        """Messages longer than `limit_bytes` are an error: nothing is read after one."""
        self.closed = False
        """A Close frame has passed."""
        self._deflate = deflate
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        self._limit = limit_bytes
        self._buffer = bytearray()
        self._parts: list[bytes] = []
        self._size = 0
        self._wire = 0
        self._compressed = False

    def feed(self, data: bytes) -> list[Message]:
        """The messages that these bytes complete. Raises FrameError."""
        self._buffer += data
        found: list[Message] = []
        start = 0
        while not self.closed:
            end = self._frame(start, found)
            if end is None:
                break
            start = end
        del self._buffer[:start]
        return found

    def _frame(self, start: int, found: list[Message]) -> int | None:
        """Read the frame at `start`; where it ends, None when it is not all there."""
        buffer = self._buffer
        head = _head_size(buffer, start)
        if head is None or len(buffer) < start + head:
            return None
        first = buffer[start]
        length, mask = _length_and_mask(buffer, start, head)
        control = first & 0x08
        if length > self._limit and not control:
            raise FrameError("a frame over the limit")
        end = start + head + length
        if len(buffer) < end:
            return None
        self._wire += head + length
        if control:
            self.closed = first & _OPCODE == _CLOSE
            return end
        payload = bytes(buffer[start + head : end])
        message = self._take(first, _unmasked(payload, mask))
        if message is not None:
            found.append(message)
        return end

    def _take(self, first: int, payload: bytes) -> Message | None:
        if first & _RESERVED:
            raise FrameError("an unknown extension")
        if first & _OPCODE != _CONTINUATION:
            self._parts.clear()
            self._size = 0
            self._compressed = bool(first & _COMPRESSED)
            if self._compressed and self._deflate is None:
                raise FrameError("compression that nobody agreed on")
        self._size += len(payload)
        if self._size > self._limit:
            raise FrameError("a message over the limit")
        self._parts.append(payload)
        if not first & _FIN:
            return None
        data = b"".join(self._parts)
        self._parts.clear()
        wire, self._wire = self._wire, 0
        return Message(self._inflated(data) if self._compressed else data, wire)

    def _inflated(self, data: bytes) -> bytes:
        inflater = self._inflater
        try:
            plain = inflater.decompress(data + _TAIL, self._limit)
        except zlib.error as error:
            raise FrameError("damaged compression") from error
        if inflater.unconsumed_tail:
            raise FrameError("a message over the limit")
        if inflater.eof or not (self._deflate and self._deflate.keeps_context):
            self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        return plain


def _head_size(buffer: bytearray, start: int) -> int | None:
    """Bytes before the payload; None when that cannot be told yet."""
    if len(buffer) < start + 2:
        return None
    second = buffer[start + 1]
    extended = {126: 2, 127: 8}.get(second & _LENGTH, 0)
    return 2 + extended + (4 if second & _MASKED else 0)


def _length_and_mask(buffer: bytearray, start: int, head: int) -> tuple[int, bytes]:
    second = buffer[start + 1]
    masked = bool(second & _MASKED)
    field = bytes(buffer[start + 2 : start + head - (4 if masked else 0)])
    length = int.from_bytes(field) if field else second & _LENGTH
    return length, bytes(buffer[start + head - 4 : start + head]) if masked else b""


def _unmasked(payload: bytes, mask: bytes) -> bytes:
    """Exclusive or with the repeated mask, as one large number: fast without a loop."""
    if not mask or not payload:
        return payload
    size = len(payload)
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload) ^ int.from_bytes(key)).to_bytes(size)
