"""One direction of an exchange on its way in: the content coding undone, up to a limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from proxy.wire.coding import Decoder, decoder_for

__all__ = ["Intake", "TooLong"]


FREE_BYTES = 1024 * 1024
MOST_UNFOLDED = 100
"""What may come of packed bytes: so much in any case, beyond it so many times their number. Text
that says anything unfolds to 20 times at most; a bomb would hold up other streams for minutes."""


class TooLong(Exception):  # noqa: N818 - a signal between two files
    """The decoded body is over the limit; what lies within it has been passed on."""


class Intake:
    """One direction: undoes the content coding, counts, and stops at the limit."""

    __slots__ = ("_decoder", "_limit", "_most", "_packed", "_sink", "size_bytes")

    def __init__(
        self, headers: Mapping[str, str], limit_bytes: int, sink: Callable[[bytes], None]
    ) -> None:
        encoding = headers.get("content-encoding")
        self._decoder: Decoder | None = decoder_for(encoding) if encoding else None
        self._limit = self._most = limit_bytes
        self._packed = 0
        self._sink = sink
        self.size_bytes = 0
        """Decoded bytes so far."""

    def feed(self, data: bytes) -> None:
        """Pass the next bytes on. Raises TooLong, and what the coding and the sink raise."""
        if self._decoder is None:
            self._pass_on(data)
        else:
            self._packed += len(data)
            self._most = min(self._limit, max(FREE_BYTES, MOST_UNFOLDED * self._packed))
            for piece in self._decoder.feed(data):
                self._pass_on(piece)

    def _pass_on(self, data: bytes) -> None:
        self.size_bytes += len(data)
        if self.size_bytes > self._most:
            self._sink(data[: self._most - self.size_bytes])
            raise TooLong
        self._sink(data)
