from __future__ import annotations

import json

import pytest

from proxy.providers import Call
from proxy.wire.opaque import TURN_CHARS, is_binary
from proxy.wire.reader import Reader
from tests.support.wire import Golden, assert_reads, goldens

PROMPT = json.dumps(
    {"event": "send", "conversationId": "c-1", "content": [{"type": "text", "text": "Où voter ?"}]},
    ensure_ascii=False,
).encode()
PING = b'{"type":6}\x1e'


@pytest.mark.parametrize("golden", goldens("opaque"))
def test_golden(golden: Golden) -> None:
    assert_reads(golden)


def reader(*, websocket: bool = False) -> Reader:
    call = Call(
        tool="copilot",
        provider="microsoft",
        wire_format="opaque",
        operation="chat",
        channel="web",
        websocket=websocket,
    )
    return Reader(call, limit_bytes=1_000_000)


def exchange(status: int, content_type: str, body: bytes) -> Reader:
    reading = reader()
    reading.start_request({"content-type": "application/json"})
    reading.feed_request(PROMPT)
    reading.end_request()
    reading.start_answer(status, {"content-type": content_type})
    reading.feed_answer(body)
    return reading


def test_a_stream_counts_as_one_exchange_and_shows_no_words() -> None:
    reading = exchange(
        200, "text/event-stream; charset=utf-8", b'data: {"v":"Bonjour"}\n\n'
    ).finish()
    assert reading.inference
    assert reading.streamed
    assert reading.parse_status == "unknown_format"
    assert (reading.opaque_request_chars, reading.opaque_answer_chars) == (len(PROMPT), 23)
    assert (reading.prompt, reading.answer, reading.reasoning) == ([], [], [])
    assert (reading.input_tokens, reading.output_tokens) == (None, None)


def test_a_whole_answer_is_no_stream() -> None:
    reading = exchange(200, "text/plain", b")]}'\n12\n[[1]]").finish()
    assert not reading.streamed
    assert reading.opaque_answer_chars == 13


@pytest.mark.parametrize(
    ("status", "content_type"),
    [(200, "application/connect+proto"), (200, "image/png"), (429, "application/json")],
)
def test_binaries_and_errors_are_not_measured(status: int, content_type: str) -> None:
    reading = exchange(status, content_type, b"\x00\x01\x02").finish()
    assert reading.opaque_answer_chars is None
    assert reading.parse_status == "unknown_format"


def test_what_is_binary() -> None:
    assert [is_binary(kind) for kind in ("application/grpc-web+proto", "audio/mpeg")] == [True] * 2
    assert [is_binary(kind) for kind in ("application/json", "text/plain", "")] == [False] * 3


def test_a_turn_is_a_client_message_and_what_follows_it() -> None:
    socket = reader(websocket=True)
    assert socket.feed_message(b'{"protocol":"json","version":1}', from_client=True) is None
    assert socket.feed_message(b"{}", from_client=False) is None
    assert socket.feed_message(PROMPT, from_client=True) is None
    assert socket.feed_message(b'{"event":"appendText","text":"Ici"}', from_client=False) is None
    assert socket.feed_message(PING, from_client=True) is None
    assert socket.feed_message(PING, from_client=False) is None

    first = socket.feed_message(PROMPT + b" " * 6, from_client=True)
    assert first is not None
    assert first.inference
    assert first.streamed
    assert first.parse_status == "unknown_format"
    characters = len(PROMPT.decode())
    assert (first.opaque_request_chars, first.opaque_answer_chars) == (characters, 35 + len(PING))

    assert socket.feed_message(b'{"event":"done"}', from_client=False) is None
    last = socket.finish()
    assert last.inference
    assert (last.opaque_request_chars, last.opaque_answer_chars) == (characters + 6, 16)


def test_a_question_without_an_answer_is_no_turn() -> None:
    socket = reader(websocket=True)
    socket.feed_message(PROMPT, from_client=True)
    assert not socket.finish().inference


def test_keep_alives_and_binary_frames_are_no_turn() -> None:
    socket = reader(websocket=True)
    for _ in range(3):
        assert socket.feed_message(PING, from_client=True) is None
        assert socket.feed_message(PING, from_client=False) is None
        assert socket.feed_message(b"\xff" * TURN_CHARS, from_client=True) is None
    assert not socket.finish().inference
