"""A whole body on its way into memory: small ones as they are, long ones slimmed."""

from __future__ import annotations

from proxy.wire.salvage import HEAD_BYTES, TAIL_BYTES
from proxy.wire.slim import BLOCK_BYTES, Slimmer

__all__ = ["KEEP_BYTES", "Body", "slimmed"]

KEEP_BYTES = 4 * 1024 * 1024
"""More than this is not parsed: after slimming, that is structure alone."""


class Body:
    """Collects one decoded body."""

    __slots__ = ("_parts", "_slimmer", "has_line_end", "oversize", "size_bytes", "tail")

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._slimmer: Slimmer | None = None
        self.size_bytes = 0
        """Decoded bytes that came in."""
        self.has_line_end = False
        """There is a line end in it, as far as `peek` goes."""
        self.oversize = False
        """It was too much even slimmed: `take` gives its beginning, `tail` its end."""
        self.tail = b""

    @property
    def dropped_chars(self) -> int:
        """Characters of text that were cut out."""
        return self._slimmer.dropped_chars if self._slimmer else 0

    @property
    def unread_bytes(self) -> int:
        """Of an oversize body, what is left of it beyond the beginning that is read."""
        if not self.oversize or self._slimmer is None:
            return 0
        return self._slimmer.emitted_bytes - HEAD_BYTES

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        self.size_bytes += len(data)
        if self._slimmer is None:
            self._parts.append(data)
            self.has_line_end = self.has_line_end or b"\n" in data
            if self.size_bytes <= BLOCK_BYTES:
                return
            self._slimmer = Slimmer()
            data = b"".join(self._parts)
            self._parts.clear()
        self._keep(self._slimmer.feed(data))

    def peek(self) -> bytes:
        """The body so far, while it is small (64 KiB at most); "" later."""
        if self._slimmer is not None:
            return b""
        data = b"".join(self._parts)
        self._parts[:] = [data]
        return data

    def take(self) -> bytes:
        """What is left of the body, to be called once, at its end."""
        if self._slimmer is not None:
            self._keep(self._slimmer.flush())
        body = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts.clear()
        return body

    def _keep(self, data: bytes) -> None:
        slimmer = self._slimmer
        if self.oversize:
            self.tail = (self.tail + data)[-TAIL_BYTES:]
        elif data:
            self._parts.append(data)
            if slimmer is not None and slimmer.emitted_bytes > KEEP_BYTES:
                self.oversize = True
                self.tail = data[-TAIL_BYTES:]


def slimmed(data: bytes) -> tuple[bytes, int]:
    """One long JSON document, shortened, and how many characters of text were cut."""
    slimmer = Slimmer()
    return slimmer.feed(data) + slimmer.flush(), slimmer.dropped_chars
