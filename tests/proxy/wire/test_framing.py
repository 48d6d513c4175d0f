from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.wire.framing import (
    MAX_EVENT_BYTES,
    SSE,
    Array,
    Binary,
    Cutter,
    Event,
    FramingError,
    Lines,
    is_binary_prelude,
)
from tests.support.wire import Cut, byte_by_byte, in_pieces, piece_sizes


def cut(cutter: Cutter, body: bytes, way: Cut = lambda body: [body]) -> list[Event]:
    events = [event for piece in way(body) for event in cutter.feed(piece)]
    return events + cutter.flush()


SSE_CASES: dict[str, tuple[bytes, list[Event]]] = {
    "plain": (b"data: un\n\ndata: deux\n\n", [("", b"un"), ("", b"deux")]),
    "named": (b"event: ping\ndata: {}\n\n", [("ping", b"{}")]),
    "name after data": (b"data: {}\nevent: ping\n\n", [("ping", b"{}")]),
    "no space": (b"event:e\ndata:un\n\n", [("e", b"un")]),
    "two spaces keep one": (b"data:  un\n\n", [("", b" un")]),
    "crlf": (b"data: un\r\n\r\nevent: e\r\ndata: deux\r\n\r\n", [("", b"un"), ("e", b"deux")]),
    "lone cr": (b"data: un\r\rdata: deux\r\r", [("", b"un"), ("", b"deux")]),
    "mixed line ends": (b"data: un\r\n\ndata: deux\n\r\n", [("", b"un"), ("", b"deux")]),
    "several data lines": (b"data: {\ndata: }\n\n", [("", b"{\n}")]),
    "comments": (b": OPENROUTER PROCESSING\n\n: l'attente\ndata: un\n\n", [("", b"un")]),
    "no blank line at the end": (b"data: un\n\ndata: deux", [("", b"un"), ("", b"deux")]),
    "one line end at the end": (b"data: un\n", [("", b"un")]),
    "byte order mark": (b"\xef\xbb\xbfdata: un\n\n", [("", b"un")]),
    "byte order mark before a name": (b"\xef\xbb\xbfevent: e\ndata: un\n\n", [("e", b"un")]),
    "blank lines first and between": (
        b"\n\n\ndata: un\n\n\n\n\ndata: deux\n\n\n",
        [("", b"un"), ("", b"deux")],
    ),
    "no data": (b"event: ping\n\nid: 7\n\ndata\n\ndata:\n\ndata: \n\ndata: x\n\n", [("", b"x")]),
    "other fields": (b"id: 1\nretry: 10\ndata: un\nfoo: bar\n\n", [("", b"un")]),
    "done": (b"data: un\n\ndata: [DONE]\n\n", [("", b"un"), ("", b"[DONE]")]),
    "utf-8": ("data: été\n\n".encode(), [("", "été".encode())]),
    "name that is no utf-8": (b"event: \xff\ndata: un\n\n", [("\ufffd", b"un")]),
    "empty": (b"", []),
}


@pytest.mark.parametrize(("body", "events"), SSE_CASES.values(), ids=SSE_CASES)
def test_sse(body: bytes, events: list[Event]) -> None:
    assert cut(SSE(), body) == events
    assert cut(SSE(), body, byte_by_byte) == events


@settings(deadline=None)
@given(body=st.sampled_from([body for body, _ in SSE_CASES.values()]), sizes=piece_sizes)
def test_sse_in_any_pieces(body: bytes, sizes: list[int]) -> None:
    assert cut(SSE(), body, in_pieces(sizes)) == cut(SSE(), body)


def test_sse_gives_an_event_as_soon_as_it_is_whole() -> None:
    cutter = SSE()
    assert cutter.feed(b"data: un\n") == []
    assert cutter.feed(b"\ndata: de") == [("", b"un")]
    assert cutter.feed(b"ux\n\n") == [("", b"deux")]


def test_an_event_without_an_end_is_given_up() -> None:
    with pytest.raises(FramingError):
        cut(SSE(), b"x" * (MAX_EVENT_BYTES + 1), in_pieces([1_000_000]))


def test_an_event_of_endless_lines_is_given_up() -> None:
    with pytest.raises(FramingError):
        cut(SSE(), b"data: x\n" * 20_000)


def test_a_million_names_are_not_kept() -> None:
    cutter = SSE()
    for number in range(1000):
        assert cutter.feed(b"event: e%d\ndata: x\n\n" % number) == [(f"e{number}", b"x")]
    assert len(cutter._names) == 64


LINES_CASES: dict[str, tuple[bytes, list[Event]]] = {
    "lines": (b'{"a":1}\n{"a":2}\n', [("", b'{"a":1}'), ("", b'{"a":2}')]),
    "no end": (b'{"a":1}\n{"a":2}', [("", b'{"a":1}'), ("", b'{"a":2}')]),
    "crlf and blank lines": (
        b'\r\n{"a":1}\r\n\r\n{"a":2}\r\n',
        [("", b'{"a":1}'), ("", b'{"a":2}')],
    ),
    "empty": (b"\n\n", []),
}


@pytest.mark.parametrize(("body", "events"), LINES_CASES.values(), ids=LINES_CASES)
def test_lines(body: bytes, events: list[Event]) -> None:
    assert cut(Lines(), body) == events
    assert cut(Lines(), body, byte_by_byte) == events


def test_a_line_without_an_end_is_given_up() -> None:
    with pytest.raises(FramingError):
        cut(Lines(), b"x" * (MAX_EVENT_BYTES + 1), in_pieces([1_000_000]))


OBJECTS = [
    {"a": 1},
    {"t": 'accolades } { et guillemets " dans le texte', "n": {"m": [{"k": "\\"}, {}]}},
    {"u": "été 🌍", "v": '\\\\" fin'},
    {},
]


@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("indent", [None, 2])
def test_array(indent: int | None, ascii_only: bool) -> None:  # noqa: FBT001
    body = json.dumps(OBJECTS, indent=indent, ensure_ascii=ascii_only).encode()
    for way in (lambda body: [body], byte_by_byte, in_pieces([3, 5])):
        events = cut(Array(), body, way)
        assert [json.loads(data) for _, data in events] == OBJECTS
        assert {name for name, _ in events} == {""}


@settings(deadline=None)
@given(sizes=piece_sizes)
def test_array_in_any_pieces(sizes: list[int]) -> None:
    body = b"[" + b"\n,\r\n".join(json.dumps(item).encode() for item in OBJECTS * 5) + b"\n]\n"
    assert cut(Array(), body, in_pieces(sizes)) == cut(Array(), body)


def test_array_gives_an_object_as_soon_as_it_is_whole() -> None:
    cutter = Array()
    assert cutter.feed(b'[{"a":') == []
    assert cutter.feed(b'{"b":"}"}}\n,{') == [("", b'{"a":{"b":"}"}}')]
    assert cutter.feed(b'"c":2}') == [("", b'{"c":2}')]
    assert cutter.feed(b"]") == cutter.flush() == []


def test_an_object_that_is_cut_off_is_no_event() -> None:
    assert cut(Array(), b'[{"a":1},{"b":') == [("", b'{"a":1}')]


def test_array_gives_up_an_object_without_an_end() -> None:
    with pytest.raises(FramingError):
        cut(Array(), b'[{"a":"' + b"x" * MAX_EVENT_BYTES, in_pieces([1_000_000]))


def binary(payload: bytes, **headers: str) -> bytes:
    """One message of an Amazon event stream, all of its headers strings."""
    packed = b"".join(
        struct.pack("!B", len(name))
        + name.encode()
        + struct.pack("!BH", 7, len(value))
        + value.encode()
        for name, value in ((f":{key.replace('_', '-')}", value) for key, value in headers.items())
    )
    return framed(payload, packed)


def framed(payload: bytes, headers: bytes) -> bytes:
    prelude = struct.pack("!II", 16 + len(headers) + len(payload), len(headers))
    message = prelude + struct.pack("!I", zlib.crc32(prelude)) + headers + payload
    return message + struct.pack("!I", zlib.crc32(message))


STREAM = (
    binary(b'{"a":1}', message_type="event", event_type="chunk")
    + binary(b"", message_type="event", event_type="empty")
    + binary(b'{"message":"x"}', message_type="exception", exception_type="throttlingException")
    + binary(b"{}", error_code="500")
    + binary(b"{}", content_type="application/json")
)
STREAM_EVENTS = [
    ("chunk", b'{"a":1}'),
    ("throttlingException", b'{"message":"x"}'),
    ("500", b"{}"),
    ("", b"{}"),
]


@settings(deadline=None)
@given(sizes=piece_sizes)
def test_binary_in_any_pieces(sizes: list[int]) -> None:
    assert cut(Binary(), STREAM) == STREAM_EVENTS
    assert cut(Binary(), STREAM, in_pieces(sizes)) == STREAM_EVENTS


def test_binary_headers_of_every_type_are_passed_over() -> None:
    values = {
        0: b"",
        1: b"",
        2: b"x",
        3: b"xx",
        4: b"x" * 4,
        5: b"x" * 8,
        8: b"x" * 8,
        9: b"x" * 16,
    }
    headers = b"".join(b"\x01k" + bytes([kind]) + value for kind, value in values.items())
    headers += b"\x01b\x06" + struct.pack("!H", 3) + b"abc"
    headers += b"\x0b:event-type\x07" + struct.pack("!H", 5) + b"chunk"
    assert cut(Binary(), framed(b"{}", headers)) == [("chunk", b"{}")]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda body: body[:20] + b"?" + body[21:], id="payload or header changed"),
        pytest.param(lambda body: b"\x01" + body[1:], id="length changed"),
        pytest.param(lambda _: b"not an event stream at all", id="something else"),
        pytest.param(lambda _: framed(b"{}", b"\x01k\x42"), id="unknown type of header"),
        pytest.param(
            lambda _: (head := struct.pack("!II", 8, 0)) + struct.pack("!I", zlib.crc32(head)),
            id="shorter than its own frame",
        ),
    ],
)
def test_a_damaged_binary_stream_is_refused(damage: Callable[[bytes], bytes]) -> None:
    with pytest.raises(FramingError):
        Binary().feed(damage(binary(b'{"a":1}', event_type="chunk")))


def test_what_came_before_the_damage_was_given() -> None:
    cutter = Binary()
    assert cutter.feed(STREAM[:-1]) == STREAM_EVENTS[:-1]
    with pytest.raises(FramingError):
        cutter.feed(b"\x00")


def test_a_prelude_is_known_by_its_checksum() -> None:
    assert is_binary_prelude(STREAM[:12])
    assert not is_binary_prelude(STREAM[:11])
    assert not is_binary_prelude(b'{"id":"abc",')
