from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.wire.coding import CodingError, decoder_for
from tests.support.wire import CODINGS, Cut, byte_by_byte, in_pieces, piece_sizes

TEXT = ('{"réponse": "Le conseil municipal a voté."}\n' * 200).encode()


def undone(coding: str, body: bytes, way: Cut = lambda body: [body]) -> bytes:
    decoder = decoder_for(coding)
    if decoder is None:
        return body
    return b"".join(piece for data in way(body) for piece in decoder.feed(data))


@pytest.mark.parametrize("coding", CODINGS)
def test_every_coding_is_undone(coding: str) -> None:
    packed = CODINGS[coding](TEXT)
    assert undone(coding, packed) == TEXT
    assert undone(coding, packed, byte_by_byte) == TEXT


@settings(deadline=None)
@given(coding=st.sampled_from(sorted(CODINGS)), sizes=piece_sizes)
def test_in_any_pieces(coding: str, sizes: list[int]) -> None:
    assert undone(coding, CODINGS[coding](TEXT), in_pieces(sizes)) == TEXT


@pytest.mark.parametrize("coding", ["", "identity", "aws-chunked", "compress", " , "])
def test_nothing_to_undo(coding: str) -> None:
    assert decoder_for(coding) is None


def test_names_have_no_case_and_old_names_count() -> None:
    assert undone("X-GZIP", gzip.compress(TEXT)) == TEXT


def test_output_comes_as_soon_as_the_server_flushes() -> None:
    packer = zlib.compressobj(wbits=31)
    decoder = decoder_for("gzip")
    assert decoder is not None
    for part in (b"data: un\n\n", b"data: deux\n\n"):
        packed = packer.compress(part) + packer.flush(zlib.Z_SYNC_FLUSH)
        assert b"".join(decoder.feed(packed)) == part


def test_several_gzip_members_and_padding() -> None:
    assert undone("gzip", gzip.compress(b"un ") + gzip.compress(b"deux") + b"\0\0") == b"un deux"
    assert undone("gzip", gzip.compress(b"un") + b"rubbish") == b"un"


def test_several_zstd_frames() -> None:
    packed = zstandard.compress(b"un ") + zstandard.compress(b"deux")
    assert undone("zstd", packed, byte_by_byte) == b"un deux"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
@pytest.mark.parametrize(
    "text", [b'{"id":1}', b"data: {}\n\n", b'[{"id":1}]', b"event: e\ndata: 1\n\n"]
)
def test_text_that_was_never_packed_is_taken_as_it_is(coding: str, text: bytes) -> None:
    assert undone(coding, text * 40) == text * 40
    assert undone(coding, text * 40, byte_by_byte) == text * 40


# Brotli has no check value: damage in it shows in what is made of the output.
@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd"])
def test_damage_is_an_error(coding: str) -> None:
    text = "".join(f"{number * number:x} " for number in range(20_000))
    packed = bytearray(CODINGS[coding](text.encode()))
    packed[len(packed) // 2 :] = b"\xff\x00" * (len(packed) // 4)
    with pytest.raises(CodingError):
        undone(coding, bytes(packed))


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_bytes_that_are_nothing_are_an_error(coding: str) -> None:
    with pytest.raises(CodingError):
        undone(coding, b"\xff\xfe\xfd" * 400)


ZSTD_SKIPPED = b"\x50\x2a\x4d\x18\xff\xff\xff\x7f"
"""A frame that decoders skip, of 2 GiB (RFC 8878, section 3.1.2)."""

BOMBS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}


@pytest.mark.parametrize("coding", BOMBS)
def test_a_bomb_unfolds_piece_by_piece(coding: str) -> None:
    bomb = BOMBS[coding](bytes(64 * 1024 * 1024))
    decoder = decoder_for(coding)
    assert decoder is not None
    tracemalloc.start()
    try:
        pieces = decoder.feed(bomb)
        for _ in range(3):
            assert len(next(pieces)) <= 16 * 1024 * 1024
        assert tracemalloc.get_traced_memory()[1] < 48 * 1024 * 1024
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("coding", BOMBS)
def test_nothing_of_a_bomb_is_lost(coding: str) -> None:
    text = b"le meme mot " * 300_000
    assert undone(coding, BOMBS[coding](text)) == text
    assert undone(coding, BOMBS[coding](text), byte_by_byte) == text


def test_input_without_output_is_not_kept() -> None:
    """The name of a packed file, and what zstd and brotli tell to skip, may be of any length."""
    for coding, head in (("gzip", b"\x1f\x8b\x08\x08\0\0\0\0\0\x03"), ("zstd", ZSTD_SKIPPED)):
        decoder = decoder_for(coding)
        assert decoder is not None
        assert list(decoder.feed(head)) == []
        piece = b"a" * 8192
        tracemalloc.start()
        try:
            for _ in range(256):
                assert list(decoder.feed(piece)) == []
            assert tracemalloc.get_traced_memory()[1] < 256 * 1024
        finally:
            tracemalloc.stop()
