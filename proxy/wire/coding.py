"""Content coding undone while the bytes pass: gzip, deflate, br, zstd, identity.

Every decoder gives its output in pieces of bounded size, and the caller counts
them, so that a few bytes that unfold to gigabytes are met piece by piece.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

import brotli  # type: ignore[import-untyped]
import zstandard

__all__ = ["CodingError", "Decoder", "decoder_for"]

PIECE_BYTES = 256 * 1024
"""Longest piece of output that zlib and brotli are asked for at once."""

ZSTD_STEP_BYTES = 512
"""Input given to zstd at once: its worst block makes 128 KiB of 4 bytes, so that one
step never makes more than 16 MiB."""

HELD_BYTES = 64 * 1024
"""After so much input a coding that was never applied would have been told from its bytes."""


class CodingError(ValueError):
    """Bytes that are not in the coding that the headers name."""


class Decoder(Protocol):
    """What every coding offers."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The output for the next bytes, in pieces, none empty. Raises CodingError."""


class _Gzip:
    """gzip (RFC 1952), several members in a row included."""

    __slots__ = ("_member",)

    def __init__(self) -> None:
        self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            yield from _inflate(self._member, data)
            if not self._member.eof:
                return
            # Another member may follow; anything else is padding.
            data = self._member.unused_data.lstrip(b"\0")
            if not data.startswith(b"\x1f"):
                return
            self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)


class _Deflate:
    """deflate with its zlib wrapper (RFC 9110 §8.4.1.2), or without, as some servers send it."""

    __slots__ = ("_head", "_stream")

    def __init__(self) -> None:
        self._head = b""
        self._stream: zlib._Decompress | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._stream is None:
            data = self._head = self._head + data
            if len(data) < 2:
                return
            if data[:2] in _TEXT_HEADS:
                raise CodingError("text, not deflate data")
            # RFC 1950: method 8, and a check value that makes the two bytes a multiple of 31.
            wrapped = data[0] & 15 == 8 and int.from_bytes(data[:2], "big") % 31 == 0
            self._stream = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
        yield from _inflate(self._stream, data)


def _inflate(stream: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    while data and not stream.eof:
        try:
            piece = stream.decompress(data, PIECE_BYTES)
        except zlib.error as error:
            raise CodingError("damaged gzip or deflate data") from error
        if piece:
            yield piece
        data = stream.unconsumed_tail


class _Brotli:
    """RFC 7932."""

    __slots__ = ("_stream",)

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    def feed(self, data: bytes) -> Iterator[bytes]:
        # It says that it can take more while it still holds output: ask until there is none.
        while True:
            try:
                piece = self._stream.process(data, output_buffer_limit=PIECE_BYTES)
            except brotli.error as error:
                raise CodingError("damaged brotli data") from error
            if not piece:
                return
            yield piece
            data = b""


class _Zstd:
    """RFC 8878, several frames in a row included."""

    __slots__ = ("_stream",)

    def __init__(self) -> None:
        # RFC 9659: no larger window than 8 MiB over HTTP.
        window = 8 * 1024 * 1024
        self._stream = zstandard.ZstdDecompressor(max_window_size=window).decompressobj(
            read_across_frames=True
        )

    def feed(self, data: bytes) -> Iterator[bytes]:
        for at in range(0, len(data), ZSTD_STEP_BYTES):
            try:
                piece = self._stream.decompress(data[at : at + ZSTD_STEP_BYTES])
            except zstandard.ZstdError as error:
                raise CodingError("damaged zstd data") from error
            if piece:
                yield piece


class _Chain:
    """Several codings, undone from the last that was applied to the first."""

    __slots__ = ("_first", "_rest")

    def __init__(self, first: Decoder, rest: Decoder) -> None:
        self._first = first
        self._rest = rest

    def feed(self, data: bytes) -> Iterator[bytes]:
        for piece in self._first.feed(data):
            yield from self._rest.feed(piece)


class _Forgiving:
    """Takes text as it is where a coding is named that was never applied.

    Some servers, and every replayed recording, name a coding that has been undone.
    """

    __slots__ = ("_decoder", "_held")

    def __init__(self, decoder: Decoder) -> None:
        self._decoder: Decoder | None = decoder
        self._held: bytes | None = b""
        """What came before the first output; None once there was some."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._decoder is None:
            if data:
                yield data
            return
        if self._held is not None:
            held = self._held + data
            self._held = held if _may_be_text(held) else None
        try:
            for piece in self._decoder.feed(data):
                self._held = None
                yield piece
        except CodingError:
            if not self._held:
                raise
            self._decoder = None
            yield self._held


def _may_be_text(held: bytes) -> bool:
    """Whether what came so far is worth keeping, in case that it was never packed."""
    return not held or (held[0] in _TEXT_STARTS and len(held) <= HELD_BYTES)


_TEXT_STARTS = b'{["dei:\xef \r\n'
"""First bytes of JSON, server-sent events and UTF-8 with a byte order mark."""
_TEXT_HEADS = frozenset((b'{"', b"{\n", b"{\r", b"{ ", b"{}", b"[{", b"[\n", b"da", b"ev", b": "))
"""The same, two bytes long: bare deflate data may start with any one byte."""

_CODINGS: dict[str, Callable[[], Decoder]] = {
    "gzip": _Gzip,
    "x-gzip": _Gzip,
    "deflate": _Deflate,
    "br": _Brotli,
    "zstd": _Zstd,
}


def decoder_for(content_encoding: str) -> Decoder | None:
    """The decoder for a Content-Encoding header; None when there is nothing to undo.

    Codings that are not known are taken as identity: the bytes are looked at anyway.
    """
    decoder: Decoder | None = None
    for name in content_encoding.lower().split(","):
        build = _CODINGS.get(name.strip())
        if build is not None:
            outer = _Forgiving(build())
            decoder = outer if decoder is None else _Chain(outer, decoder)
    return decoder
