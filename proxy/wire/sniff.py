"""Which framing an answer is in, told from its first bytes rather than from its headers.

Content types are missing, wrong or redacted often enough that they only decide where
the bytes leave a doubt.
"""

from __future__ import annotations

from typing import Literal

from proxy.wire.framing import is_binary_prelude

__all__ = ["BLANK", "MARK", "Shape", "declares_lines", "shape_of"]

Shape = Literal["sse", "array", "binary", "object", "text", "blob"]
"""sse, array, binary: streams (see `framing`); object: one JSON value, or lines of
them; text: any other text; blob: audio, images and the like."""

BLANK = b" \t\r\n"
MARK = b"\xef\xbb\xbf"
"""UTF-8's byte order mark."""
_SSE_STARTS = (b"data:", b"event:", b"id:", b"retry:", b":")
_OBJECT_STARTS = (b"", b"{", b'"')
_LINES = ("ndjson", "jsonl", "json-lines", "x-json-stream", "stream+json", "json-seq")
_BLOBS = ("audio/", "image/", "video/", "font/", "application/octet-stream", "application/pdf")


def declares_lines(content_type: str) -> bool:
    """Whether a content type (lower case) announces one JSON value a line."""
    return any(name in content_type for name in _LINES)


def shape_of(start: bytes, content_type: str, *, ended: bool = False) -> Shape | None:
    """The shape of an answer that starts with `start`; None while that is too little.

    `content_type` is in lower case. `ended`: no more bytes will come.
    """
    if start[:1] == b"\0":
        return _not_text(start, ended=ended)
    text = start.removeprefix(MARK).lstrip(BLANK)
    if content_type.startswith(_BLOBS):
        return _despite_type(text, ended=ended)
    if text[:1] == b"[":
        return _array(text, ended=ended)
    if text[:1] in _OBJECT_STARTS:
        return "object" if text else None
    return _text(text, content_type, ended=ended)


def _not_text(start: bytes, *, ended: bool) -> Shape | None:
    """A binary stream starts with a zero byte: its length is below 16 MiB."""
    if len(start) < 12 and not ended:
        return None
    return "binary" if is_binary_prelude(start) else "blob"


def _despite_type(text: bytes, *, ended: bool) -> Shape | None:
    """Where audio or images were announced, only clear text is something else."""
    if len(text) < 6 and not ended:
        return None
    if text.startswith((b"data:", b"event:")):
        return "sse"
    return "object" if text[:1] == b"{" and b"\0" not in text else "blob"


def _text(text: bytes, content_type: str, *, ended: bool) -> Shape | None:
    if text.startswith(_SSE_STARTS):
        return "sse"
    if not ended and len(text) < 6 and any(mark.startswith(text) for mark in _SSE_STARTS):
        return None
    if content_type.startswith("text/event-stream"):
        return "sse"
    return "blob" if b"\0" in text else "text"


def _array(text: bytes, *, ended: bool) -> Shape | None:
    """An array of objects is a stream of them; any other array is one document."""
    inside = text[1:].lstrip(BLANK)
    if inside:
        return "array" if inside[:1] == b"{" else "object"
    return "object" if ended else None
