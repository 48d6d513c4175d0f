"""Which framing an answer is in, told from its first bytes rather than from its headers.

Content types are missing, wrong or redacted often enough that they only decide where
the bytes leave a doubt.
"""

from __future__ import annotations

from typing import Literal

from proxy.wire.framing import is_binary_prelude

__all__ = ["BLANK", "Shape", "declares_lines", "shape_of"]

Shape = Literal["sse", "array", "binary", "object", "text", "blob"]
"""sse, array, binary: streams (see `framing`); object: one JSON value, or lines of
them; text: any other text; blob: audio, images and the like."""

BLANK = b" \t\r\n"
_SSE_STARTS = (b"data:", b"event:", b"id:", b"retry:", b":")
_LINES = ("ndjson", "jsonl", "json-lines", "x-json-stream", "stream+json", "json-seq")
_BLOBS = ("audio/", "image/", "video/", "font/", "application/octet-stream", "application/pdf")


def declares_lines(content_type: str) -> bool:
    """Whether a content type (lower case) announces one JSON value a line."""
    return any(name in content_type for name in _LINES)


def shape_of(start: bytes, content_type: str, *, ended: bool = False) -> Shape | None:
    """The shape of an answer that starts with `start`; None while that is too little.

    `content_type` is in lower case. `ended`: no more bytes will come.
    """
    if is_binary_prelude(start):
        return "binary"
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip(BLANK)
    if not text:
        return None
    if text[:1] in {b"{", b'"'}:
        return "object"
    if text[:1] == b"[":
        return _array(text, ended=ended)
    if text.startswith(_SSE_STARTS):
        return "sse"
    if not ended and len(text) < 6 and any(mark.startswith(text) for mark in _SSE_STARTS):
        return None
    if "text/event-stream" in content_type:
        return "sse"
    if content_type.startswith(_BLOBS) or b"\0" in start or "eventstream" in content_type:
        # A binary stream starts with a zero byte too: wait for its prelude.
        return "blob" if ended or len(start) >= 12 else None
    return "text"


def _array(text: bytes, *, ended: bool) -> Shape | None:
    """An array of objects is a stream of them; any other array is one document."""
    inside = text[1:].lstrip(BLANK)
    if inside:
        return "array" if inside[:1] == b"{" else "object"
    return "object" if ended else None
