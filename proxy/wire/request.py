"""The decoded bytes of one request, led to the format as one document."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec

from proxy.exchange import ParseStatus
from proxy.wire.base import Format
from proxy.wire.body import Body
from proxy.wire.document import read_document
from proxy.wire.multipart import Multipart, boundary_of, urlencoded

__all__ = ["Request"]


class Request:
    """One request body: JSON, or a form whose text fields are handed on as JSON."""

    __slots__ = ("_body", "_content_type", "_form", "_format", "_mark", "take")

    def __init__(
        self, format_: Format, content_type: str, mark: Callable[[ParseStatus], None]
    ) -> None:
        """`content_type` in its original case: a boundary has one."""
        self._format = format_
        self._content_type = content_type.lower()
        self._mark = mark
        self._body = Body()
        self._form: Multipart | None = None
        if self._content_type.startswith("multipart/"):
            boundary = boundary_of(content_type)
            self._form = Multipart(boundary) if boundary else None
        self.take: Callable[[bytes], None] = self._form.feed if self._form else self._body.feed
        """Takes the next decoded bytes."""

    @property
    def cut_chars(self) -> int:
        """Characters of text that were cut from what was read.

        Of a body that is too long to be read, all that is left counts as text: requests
        are mostly that.
        """
        return self._body.dropped_chars + self._body.unread_bytes

    def end(self) -> None:
        """Let the format read the request."""
        if self._form is not None:
            if not self._form.ended:
                self._mark("partial")
            self._read(msgspec.json.encode(self._form.fields))
            return
        body = self._body.take()
        if self._content_type.startswith("application/x-www-form"):
            body = msgspec.json.encode(urlencoded(body))
        if body.strip():
            self._read(body)

    def _read(self, body: bytes) -> None:
        read = partial(self._format.read_request, content_type=self._content_type)
        read_document(read, body, b"", self._mark, oversize=self._body.oversize)
