"""The decoded bytes of one answer, led to the format: as events, or as one document."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from proxy.exchange import ParseStatus
from proxy.wire.base import Format
from proxy.wire.body import Body, slimmed
from proxy.wire.document import read_document
from proxy.wire.framing import SSE, Array, Binary, Cutter, Event, FramingError, Lines
from proxy.wire.sniff import BLANK, MARK, declares_lines, shape_of

__all__ = ["LONG_EVENT_BYTES", "Answer"]

LONG_EVENT_BYTES = 64 * 1024
"""Single events longer than this are shortened before they are read."""

_LOOK_BYTES = 64 * 1024
"""How far the first of several JSON lines, or the first word, is looked for."""

_MOST_DAMAGED = 100
"""Events that could not be read after which the rest of a stream is left alone."""

_CUTTERS: dict[str, Callable[[], Cutter]] = {"sse": SSE, "array": Array, "binary": Binary}

_is_json = msgspec.json.Decoder(msgspec.Raw).decode


class Answer:
    """One answer. Its methods raise what framings raise; what formats raise it marks."""

    __slots__ = (
        "_blob_bytes",
        "_body",
        "_content_type",
        "_cutter",
        "_damaged",
        "_format",
        "_mark",
        "_maybe_lines",
        "_start",
        "cut_chars",
    )

    def __init__(
        self, format_: Format, content_type: str, mark: Callable[[ParseStatus], None]
    ) -> None:
        self._format = format_
        self._content_type = content_type
        self._mark = mark
        self._start: bytes | None = b""
        """The first bytes, until their shape is known."""
        self._cutter: Cutter | None = None
        self._body: Body | None = None
        self._maybe_lines = False
        self._blob_bytes = 0
        self._damaged = 0
        self.cut_chars = 0
        """Characters of text that were cut from what was read."""

    def take(self, data: bytes) -> None:
        """The next decoded bytes. Raises FramingError."""
        if self._cutter is not None:
            self._read_events(self._cutter.feed(data))
        elif self._body is not None:
            self._body.feed(data)
            if self._maybe_lines and (not data.isspace() or declares_lines(self._content_type)):
                self._look_for_lines()
        elif self._start is not None:
            self._look(self._start + data, ended=False)
        else:
            self._blob_bytes += len(data)

    def end(self) -> None:
        """Read what is left after the last byte. Raises FramingError."""
        if self._start:
            self._look(self._start, ended=True)
        if self._cutter is not None:
            self._read_events(self._cutter.flush())
        elif self._body is not None:
            self._read_body(self._body)
        elif self._blob_bytes:
            self._read_blob()

    def _look(self, start: bytes, *, ended: bool) -> None:
        enough = ended or len(start) > _LOOK_BYTES
        shape = shape_of(start, self._content_type, ended=enough)
        if shape is None:
            # Services keep clients waiting with blanks, of which none needs to be kept.
            self._start = start.removeprefix(MARK).lstrip(BLANK)
            return
        self._start = None
        build = _CUTTERS.get(shape)
        if build is not None:
            self._stream(build(), start)
        elif shape == "blob":
            self._blob_bytes = len(start)
        else:
            self._format.reading.streamed = False
            self._body = Body()
            self._body.feed(start)
            self._maybe_lines = shape == "object"
            if self._maybe_lines:
                self._look_for_lines()

    def _stream(self, cutter: Cutter, start: bytes) -> None:
        self._cutter = cutter
        self._format.reading.streamed = True
        self._read_events(cutter.feed(start))

    def _look_for_lines(self) -> None:
        """Turn to JSON lines when the first line is a whole object and more follows it."""
        body = self._body
        if body is None or body.size_bytes > _LOOK_BYTES:
            self._maybe_lines = False
            return
        if not body.has_line_end:
            return
        start = body.peek().lstrip(BLANK)
        line, _, rest = start.partition(b"\n")
        if not rest.strip(BLANK) and not declares_lines(self._content_type):
            return
        self._maybe_lines = False
        if line.rstrip().endswith(b"}") and _is_whole(line):
            self._body = None
            self._stream(Lines(), start)

    def _read_events(self, events: list[Event]) -> None:
        kept: list[Event] = []
        for event in events:
            data = event[1]
            if len(data) > LONG_EVENT_BYTES:
                short, cut = slimmed(data)
                self.cut_chars += cut
                kept.append((event[0], short))
            elif data == b"[DONE]":
                self._format.reading.ended = True
            else:
                kept.append(event)
        if kept:
            self._format.read_events(kept, self._failed)

    def _failed(self, error: Exception) -> None:
        """An event could not be read."""
        self._mark("partial")
        self._damaged += 1
        if self._damaged > _MOST_DAMAGED:
            raise FramingError("no end of damaged events") from error

    def _read_body(self, body: Body) -> None:
        data = body.take()
        self.cut_chars += body.dropped_chars
        if not data.strip(BLANK):
            return
        read = self._format.read_answer
        if read_document(read, data, body.tail or data, self._mark, oversize=body.oversize):
            self._format.reading.ended = True

    def _read_blob(self) -> None:
        reading = self._format.reading
        reading.streamed = False
        if self._format.read_binary(self._content_type, self._blob_bytes):
            reading.ended = True


def _is_whole(line: bytes) -> bool:
    try:
        _is_json(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True
