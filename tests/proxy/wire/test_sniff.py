from __future__ import annotations

import struct
import zlib

import pytest

from proxy.wire.sniff import Shape, declares_lines, shape_of

HEAD = struct.pack("!II", 120, 80)
BINARY = HEAD + struct.pack("!I", zlib.crc32(HEAD)) + b":event-type"
JSON, STREAM, SOUND = "application/json", "text/event-stream; charset=utf-8", "audio/mpeg"


@pytest.mark.parametrize(
    ("start", "content_type", "shape"),
    [
        (b'{"id":', JSON, "object"),
        (b'{"id":', STREAM, "object"),
        (b'\xef\xbb\xbf \r\n\t{"id":', "", "object"),
        (b'"texte"', JSON, "object"),
        (b"[0.1, 0.2]", JSON, "object"),
        (b"[[0.1, 0.2]]", JSON, "object"),
        (b'[{"candidates"', JSON, "array"),
        (b"[\r\n {", JSON, "array"),
        (b"data: {}", JSON, "sse"),
        (b"data:{}", "", "sse"),
        (b"event: x", "text/plain", "sse"),
        (b": comment", "", "sse"),
        (b"id: 7\n", "", "sse"),
        (b"retry: 10", "", "sse"),
        (b"\n\ndata: {}", "", "sse"),
        (b"foo: bar\n", STREAM, "sse"),
        (b"foo: bar\n", "text/plain", "text"),
        (b"<html><body>", "text/html", "text"),
        (b"1\n00:00:00,000 --> 00:00:02,000\n", "application/x-subrip", "text"),
        (b"ID3\x04\x00\x00\x00\x00", SOUND, "blob"),
        (b"RIFF$\x00\x00\x00WAVEfmt ", "", "blob"),
        (b":\x00;\x00<\x00=\x00>\x00", "audio/pcm", "blob"),
        (b"{\x00|\x00{\x00|\x00{\x00", "audio/pcm", "blob"),
        (b"[\xff\xfe\xfd\xfc\xfb", "audio/opus", "blob"),
        (b'{"error":{}}', SOUND, "object"),
        (b'data: {"type":"speech', SOUND, "sse"),
        (bytes(40), "audio/pcm", "blob"),
        (BINARY, "", "binary"),
        (BINARY, "application/vnd.amazon.eventstream", "binary"),
        (b'{"message":"x"}', "application/vnd.amazon.eventstream", "object"),
    ],
)
def test_shape(start: bytes, content_type: str, shape: Shape) -> None:
    assert shape_of(start, content_type) == shape


@pytest.mark.parametrize(
    ("start", "content_type"),
    [
        (b"", JSON),
        (b" \n\r\n", JSON),
        (b"\xef\xbb\xbf", JSON),
        (b"d", ""),
        (b"data", ""),
        (b"event", STREAM),
        (b"[", JSON),
        (b"[ \n", JSON),
        (BINARY[:11], ""),
        (b"ID3", SOUND),
    ],
)
def test_too_little_to_tell(start: bytes, content_type: str) -> None:
    assert shape_of(start, content_type) is None


@pytest.mark.parametrize(
    ("start", "content_type", "shape"),
    [
        (b"data", "", "text"),
        (b"[", JSON, "object"),
        (BINARY[:11], "", "blob"),
        (b"ID3", SOUND, "blob"),
        (b"oui", "", "text"),
        (b"", JSON, None),
    ],
)
def test_at_the_end_it_must_be_told(start: bytes, content_type: str, shape: Shape | None) -> None:
    assert shape_of(start, content_type, ended=True) == shape


def test_types_of_json_lines() -> None:
    assert declares_lines("application/x-ndjson; charset=utf-8")
    assert declares_lines("application/stream+json")
    assert not declares_lines("application/json")
