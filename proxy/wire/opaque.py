"""Calls that are known to generate, in bytes that no format reads yet (browser chats).

Only sizes are taken, for an estimate with wide bounds; the reading is `unknown_format`.
HTTP bodies are measured by `reader.Reader` (`measured_only`); what is binary by its content
type, or an error, has no measure, because its size says nothing of the words in it.

On a WebSocket a turn is a client message and the server messages after it, up to the next
client message. Client messages shorter than `TURN_CHARS` (pings, handshakes,
acknowledgements) open no turn; binary messages are not measured.
"""

from __future__ import annotations

from collections.abc import Mapping

from proxy.providers import Call
from proxy.wire.base import Format
from proxy.wire.reading import Reading

__all__ = ["TURN_CHARS", "Opaque"]

TURN_CHARS = 64
"""Shortest client message that can carry a question: its JSON holds ids beside the text,
while SignalR and Socket.IO keep-alives have under 40 characters."""

_BINARY = ("audio/", "image/", "video/", "font/", "application/octet-stream", "application/pdf")
_BINARY_ENDS = ("proto", "protobuf", "grpc-web", "grpc")


class Opaque(Format):
    """Measures, and reads nothing."""

    name = "opaque"
    measured_only = True

    def __init__(self, call: Call, reading: Reading) -> None:
        super().__init__(call, reading)
        self._measured = True
        self._opening: int | None = None  # size of the message that opens the next turn

    def read_headers(self, status: int, headers: Mapping[str, str]) -> None:
        """See `Format.read_headers`: whether there is anything to measure."""
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        self.reading.streamed = kind == "text/event-stream"
        self._measured = status < 400 and not is_binary(kind)

    def read_message(self, data: bytes, *, from_client: bool) -> bool:
        """See `Format.read_message`: a client message ends the turn before it."""
        self._open()
        size = _chars(data)
        if size is None:
            return False
        reading = self.reading
        if not from_client:
            if reading.opaque_request_chars is not None:
                reading.opaque_answer_chars = (reading.opaque_answer_chars or 0) + size
            return False
        if size < TURN_CHARS:
            return False
        self._opening = size
        if reading.opaque_answer_chars is not None:
            return True
        self._open()
        return False

    def finish(self) -> None:
        """See `Format.finish`: a turn that the close of the socket ends is a whole turn."""
        self._open()
        if not self._measured:
            self.reading.opaque_answer_chars = None
        elif self.call.websocket and self.reading.opaque_answer_chars is not None:
            self.reading.ended = True

    def _open(self) -> None:
        """Count the message that opened this turn, once the turn before it was taken away."""
        if self._opening is None:
            return
        reading = self.reading
        reading.opaque_request_chars = (reading.opaque_request_chars or 0) + self._opening
        reading.streamed = True
        reading.parse_status = "unknown_format"
        self._opening = None


def is_binary(content_type: str) -> bool:
    """Whether a content type (lower case, without parameters) is of what is no text."""
    return content_type.startswith(_BINARY) or content_type.endswith(_BINARY_ENDS)


def _chars(data: bytes) -> int | None:
    """Characters of a text message; None for a binary one."""
    try:
        return len(data.decode())
    except UnicodeDecodeError:
        return None
