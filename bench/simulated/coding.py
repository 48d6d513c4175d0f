"""Content codings, applied as services apply them: a stream is flushed after every event."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol

import brotli  # type: ignore[import-untyped]
import zstandard

from bench.simulated.http1 import Answer

__all__ = ["CODINGS", "coded", "coded_pieces", "resplit"]


class Coder(Protocol):
    """Encodes one body."""

    def flushed(self, data: bytes) -> bytes:
        """What stands for `data`, so that it can be decoded at once."""

    def end(self) -> bytes:
        """What ends the body."""


class _Zlib:
    def __init__(self, window: int) -> None:
        self._coder = zlib.compressobj(6, zlib.DEFLATED, window)

    def flushed(self, data: bytes) -> bytes:
        return self._coder.compress(data) + self._coder.flush(zlib.Z_SYNC_FLUSH)

    def end(self) -> bytes:
        return self._coder.flush()


class _Brotli:
    def __init__(self) -> None:
        self._coder = brotli.Compressor(quality=4)

    def flushed(self, data: bytes) -> bytes:
        return bytes(self._coder.process(data) + self._coder.flush())

    def end(self) -> bytes:
        return bytes(self._coder.finish())


class _Zstandard:
    def __init__(self) -> None:
        self._coder = zstandard.ZstdCompressor().compressobj()

    def flushed(self, data: bytes) -> bytes:
        return self._coder.compress(data) + self._coder.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)

    def end(self) -> bytes:
        return self._coder.flush()


CODINGS: dict[str, Callable[[], Coder]] = {
    "gzip": lambda: _Zlib(16 + zlib.MAX_WBITS),
    "deflate": lambda: _Zlib(zlib.MAX_WBITS),
    "br": _Brotli,
    "zstd": _Zstandard,
}
"""Names in Content-Encoding (RFC 9110 §8.4.1, RFC 7932, RFC 8878)."""


def coded_pieces(coding: str, pieces: Iterable[bytes]) -> list[bytes]:
    """The pieces of a stream, each decodable as soon as it has arrived."""
    coder = CODINGS[coding]()
    coded = [coder.flushed(piece) for piece in pieces]
    end = coder.end()
    return [*coded, end] if end else coded


def resplit(pieces: Iterable[bytes], size: int) -> list[bytes]:
    """The same bytes in pieces of `size`."""
    data = b"".join(pieces)
    return [data[at : at + size] for at in range(0, len(data), size)]


def coded(answer: Answer, coding: str) -> Answer:
    """The answer in a content coding."""
    if answer.body is None:
        changed = replace(answer, chunks=coded_pieces(coding, answer.chunks))
    else:
        changed = replace(answer, body=b"".join(coded_pieces(coding, [answer.body])))
    changed.headers = {**answer.headers, "content-encoding": coding}
    return changed
