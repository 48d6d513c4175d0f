from __future__ import annotations

import gzip
import json

import brotli  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.wire.formats import FORMATS
from proxy.wire.reader import Reader
from tests.support.reading import (
    JSON,
    MEBIBYTE,
    QUESTION,
    REPLY,
    REQUEST,
    SSE,
    chunks,
    read,
    reader,
    sse,
    tokens,
    whole,
)
from tests.support.wire import Cut, a_call, byte_by_byte, in_pieces


def test_a_whole_exchange() -> None:
    reading = read(whole())
    assert reading.parse_status == "ok"
    assert reading.ended
    assert not reading.streamed
    assert (reading.model_asked, reading.model_answered) == ("m", "m-1")
    assert tokens(reading) == (21, 15)
    assert (reading.prompt_text, reading.answer_text) == (QUESTION, REPLY)
    assert (reading.prompt_chars, reading.answer_chars) == (len(QUESTION), len(REPLY))
    assert (reading.prompt_language, reading.answer_language) == ("fr", "fr")
    assert not reading.cut


@pytest.mark.parametrize("headers", [JSON, SSE, {}, {"content-type": "text/plain"}])
def test_the_first_bytes_tell_the_framing(headers: dict[str, str]) -> None:
    lines = b"\n".join(chunks("Il ", "faut."))
    array = b"[" + b",\n".join(chunks("Il ", "faut.")) + b"]"
    for body, streamed in (
        (whole(), False),
        (json.dumps(json.loads(whole()), indent=2).encode() + b"\n", False),
        (sse("Il ", "faut."), True),
        (lines, True),
        (lines + b"\n", True),
        (array, True),
    ):
        for way in (lambda body: [body], byte_by_byte, in_pieces([11, 300])):
            reading = read(body, headers, way=way)
            assert (reading.streamed, reading.parse_status) == (streamed, "ok"), (body, headers)
            assert tokens(reading) == (21, 15)
            assert reading.answer_text == (REPLY if not streamed else "Il faut.")


def test_one_declared_line_is_a_stream_of_one() -> None:
    headers = {"content-type": "application/x-ndjson"}
    assert read(whole() + b"\n", headers).streamed
    assert read(json.dumps(json.loads(whole()), indent=1).encode(), headers).answer_text == REPLY


def test_what_was_asked_does_not_decide_what_came() -> None:
    asked = json.dumps({"model": "m", "stream": True, "messages": []}).encode()
    assert not read(whole(), SSE, request=asked).streamed
    assert read(sse("Oui"), JSON).streamed
    assert read(b"", SSE, request=asked, aborted=True).streamed


def test_a_stream_without_done_is_whole() -> None:
    reading = read(sse("Il ", "faut.", done=False), SSE)
    assert (reading.parse_status, reading.ended) == ("ok", True)


def test_a_stream_that_just_stops_is_partial() -> None:
    body = b"".join(b"data: " + chunk + b"\n\n" for chunk in chunks("Il ", "faut.")[:2])
    reading = read(body, SSE)
    assert (reading.parse_status, reading.ended) == ("partial", False)
    assert reading.answer_text == "Il faut."


@pytest.mark.parametrize("way", [lambda body: [body], byte_by_byte])
def test_an_abort_keeps_what_was_read(way: Cut) -> None:
    body = sse("Il ", "faut ", "un ", "papier.")
    reading = read(body[:260], SSE, way=way, aborted=True)
    assert reading.parse_status == "partial"
    assert reading.answer_text == "Il faut un "
    assert tokens(reading) == (None, None)


def test_an_abort_after_the_usage_keeps_the_usage() -> None:
    body = sse("Il ", "faut.")
    reading = read(body[: body.index(b"[DONE]") - 6], SSE, aborted=True)
    assert (reading.parse_status, tokens(reading)) == ("partial", (21, 15))


def test_a_whole_answer_that_is_cut_off_gives_its_beginning() -> None:
    body = whole()
    reading = read(body[: body.index(b"justificatif")])
    assert reading.parse_status == "partial"
    assert reading.answer_text == "Il vous faut un "
    assert reading.model_answered == "m-1"


def test_a_damaged_answer_gives_the_usage_at_its_end() -> None:
    body = whole().replace(b'"index": 0', b'"index"; 0')
    reading = read(body)
    assert (reading.parse_status, tokens(reading)) == ("partial", (21, 15))


def test_one_damaged_event_does_not_cost_the_others() -> None:
    body = sse("Il ", "faut.").replace(b"data: ", b"data: {nonsense\n\ndata: ", 1)
    reading = read(body, SSE)
    assert (reading.parse_status, reading.answer_text) == ("partial", "Il faut.")
    assert tokens(reading) == (21, 15)


def test_a_stream_of_damage_is_left_alone() -> None:
    reading = read(sse("Oui ") + b"data: {nonsense\n\n" * 1000 + sse("non"), SSE)
    assert (reading.parse_status, reading.answer_text) == ("partial", "Oui ")
    assert tokens(reading) == (21, 15)


@pytest.mark.parametrize(
    ("bad", "good"),
    [(b"\xff\xfe", "\ufffd\ufffd"), (b"a\x00b", "a\x00b"), (rb"\ud83d", "\ufffd")],
)
def test_bytes_that_are_no_text_are_replaced(bad: bytes, good: str) -> None:
    reading = read(sse("Il XX", " faut.").replace(b"XX", bad), SSE)
    assert (reading.parse_status, reading.answer_text) == ("ok", f"Il {good} faut.")
    reading.answer_text.encode()


@pytest.mark.parametrize(
    ("body", "content_type", "chars"),
    [
        (b"<html><body>Bonjour</body></html>", "text/html", 33),
        (b"", "application/json", 0),
        (b"\x89PNG\r\n\x1a\n" + bytes(92), "image/png", 100),
        (b"[" * 200_000, "application/json", 200_000),
        (b'[{"a":' * 50_000, "application/json", 300_000),
        (b'{"a":' * 100_000, "application/json", 500_000),
        (b"\x00" * 5000, "application/json", 5000),
        (b"true", "application/json", 4),
    ],
)
def test_an_answer_in_no_known_form(body: bytes, content_type: str, chars: int) -> None:
    reading = read(body, {"content-type": content_type})
    assert reading.parse_status == "unknown_format"
    assert reading.opaque_answer_chars == chars
    assert reading.model_asked == "m"


@pytest.mark.parametrize("body", [b"<html>Bad Gateway</html>", b"", b"upstream error", b"\xff\x00"])
def test_an_error_page_is_no_parse_failure(body: bytes) -> None:
    reading = read(body, {"content-type": "text/html"}, status=502)
    assert (reading.parse_status, reading.error_type) == ("ok", None)
    assert tokens(reading) == (None, None)


def test_an_error_in_json() -> None:
    reading = read(b'{"error":{"type":"rate_limit","message":"Attendez"}}', status=429)
    assert (reading.parse_status, reading.error_type) == ("ok", "rate_limit")


def test_without_words_only_their_sizes_stay() -> None:
    one = Reader(a_call("openai-chat"), limit_bytes=MEBIBYTE, keep_words=False)
    one.start_request(JSON)
    one.feed_request(REQUEST)
    one.end_request()
    one.start_answer(200, JSON)
    one.feed_answer(whole())
    reading = one.finish()
    assert (reading.prompt, reading.answer, reading.reasoning) == ([], [], [])
    assert (reading.prompt_chars, reading.answer_chars) == (len(QUESTION), len(REPLY))
    assert (reading.prompt_language, reading.answer_language) == ("fr", "fr")


def test_finish_is_idempotent_and_late_bytes_are_ignored() -> None:
    one = reader()
    one.start_request(JSON)
    one.feed_request(REQUEST)
    one.start_answer(200, SSE)
    one.feed_answer(sse("Oui"))
    reading = one.finish()
    one.feed_answer(sse("Non"))
    one.feed_request(b"{}")
    one.end_request()
    assert one.finish(aborted=True) is reading
    assert (reading.answer_text, reading.parse_status) == ("Oui", "ok")


def test_nothing_at_all() -> None:
    assert reader().finish(aborted=True).parse_status == "partial"
    assert reader("no-such-format").finish().parse_status == "unknown_format"


def test_the_answer_may_begin_before_the_request_has_ended() -> None:
    one = reader()
    one.start_request(JSON)
    one.feed_request(REQUEST)
    one.start_answer(200, JSON)
    one.feed_answer(whole())
    one.end_request()
    reading = one.finish()
    assert (reading.parse_status, reading.prompt_text) == ("ok", QUESTION)


def test_content_in_two_codings() -> None:
    packed = brotli.compress(gzip.compress(whole()))
    assert tokens(read(packed, {**JSON, "content-encoding": "gzip, br"})) == (21, 15)


def test_measured_only_formats_count_decoded_sizes() -> None:
    one = reader("opaque")
    one.start_request({**JSON, "content-encoding": "gzip"})
    one.feed_request(gzip.compress(b"x" * 5000))
    one.end_request()
    one.start_answer(200, SSE)
    for _ in range(10):
        one.feed_answer(b"data: mot\n\n")
    reading = one.finish()
    assert (reading.opaque_request_chars, reading.opaque_answer_chars) == (5000, 110)
    assert (reading.parse_status, reading.prompt_chars) == ("unknown_format", 0)


def test_the_handshake_of_a_websocket_is_no_turn() -> None:
    one = reader("opaque", websocket=True)
    one.start_request({})
    one.end_request()
    one.start_answer(101, {})
    assert one.feed_message(b'{"type":6}', from_client=False) is None
    assert one.feed_message(b'"' + b"question " * 20_000 + b'"', from_client=True) is None
    assert one.feed_message(b'"' + b"reponse " * 20 + b'"', from_client=False) is None
    reading = one.finish()
    assert reading.inference
    assert (reading.opaque_request_chars, reading.opaque_answer_chars) == (180_002, 162)


def test_forms_reach_the_format_as_json() -> None:
    form = (
        b'--B\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n'
        b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
        + bytes(3 * MEBIBYTE)
        + b"\r\n--B--\r\n"
    )
    one = reader("openai-audio")
    one.start_request({"content-type": "multipart/form-data; boundary=B"})
    for piece in in_pieces([65_536])(form):
        one.feed_request(piece)
    one.end_request()
    one.start_answer(200, JSON)
    one.feed_answer(b'{"text":"Bonjour"}')
    reading = one.finish()
    assert (reading.parse_status, reading.model_asked) == ("ok", "whisper-1")
    assert reading.answer_text == "Bonjour"


def test_urlencoded_forms_too() -> None:
    one = reader()
    one.start_request({"content-type": "application/x-www-form-urlencoded"})
    one.feed_request(b"model=m&prompt=Bonjour+%C3%A0+tous")
    one.end_request()
    one.start_answer(200, JSON)
    one.feed_answer(whole())
    reading = one.finish()
    assert (reading.model_asked, reading.prompt_text) == ("m", "Bonjour à tous")


def test_a_refused_websocket_is_an_exchange_that_failed() -> None:
    one = reader("openai-realtime", websocket=True)
    one.start_request({})
    one.end_request()
    one.start_answer(401, JSON)
    one.feed_answer(b'{"error":{"code":"invalid_api_key"}}')
    assert one.finish().inference


def test_a_websocket_without_a_turn_is_no_exchange() -> None:
    one = reader("openai-realtime", websocket=True, model="m")
    one.start_request({})
    one.start_answer(101, {})
    session = {"type": "session.created", "session": {"model": "m"}}
    assert one.feed_message(json.dumps(session).encode(), from_client=False) is None
    assert not one.finish().inference


pieces = st.lists(
    st.one_of(
        st.binary(max_size=60),
        st.sampled_from(
            [
                b"data: ",
                b"event: message_start\n",
                b"\r\n\r\n",
                b"\n\n",
                b'{"choices":[{"delta":{"content":"a"}}]}',
                b'{"choices":{"delta":[]},"usage":[1],"error":7,"model":{}}',
                b'{"choices":[{"message":{"content":[{"text":{}}],"tool_calls":{"a":1}}}]}',
                b'{"usage":{"prompt_tokens":"12","completion_tokens":-1,"total_tokens":1e9}}',
                b'{"candidates":[{"content":{"parts":[{}]}}],"usageMetadata":{}}',
                b'{"type":"response.completed","response":{"output":[null,{"type":[]}]}}',
                b'{"type":"content_block_delta","delta":{"text":1}}',
                b"[",
                b"[" * 3000,
                b"\xff\xff",
                b"\x00\x00\x00\x10\x00\x00\x00\x00",
                b'"',
                b"null",
            ]
        ),
    ),
    max_size=8,
)


@settings(deadline=None)
@given(
    wire_format=st.sampled_from(sorted(FORMATS)),
    action=st.sampled_from(["", "converse", "converse-stream", "invoke", "generate", "embed"]),
    status=st.sampled_from([200, 204, 302, 400, 529]),
    content_type=st.sampled_from(
        [
            "",
            "application/json",
            "text/event-stream",
            "application/x-ndjson",
            "audio/mpeg",
            "multipart/form-data; boundary=x",
            "application/vnd.amazon.eventstream",
        ]
    ),
    coding=st.sampled_from(["", "gzip", "br", "zstd", "deflate", "gzip, br", "nonsense"]),
    request=pieces,
    answer=pieces,
    aborted=st.booleans(),
)
def test_nothing_raises_whatever_comes(
    *,
    wire_format: str,
    action: str,
    status: int,
    content_type: str,
    coding: str,
    request: list[bytes],
    answer: list[bytes],
    aborted: bool,
) -> None:
    headers = {"content-type": content_type, "content-encoding": coding}
    for websocket in (False, True):
        one = Reader(a_call(wire_format, action=action, websocket=websocket), limit_bytes=100_000)
        one.start_request(headers)
        for piece in request:
            one.feed_request(piece)
        one.end_request(truncated=aborted)
        one.start_answer(status, headers)
        for piece in answer:
            one.feed_answer(piece)
        if websocket:
            for number, piece in enumerate(request + answer):
                one.feed_message(piece, from_client=number % 2 == 0)
        reading = one.finish(aborted=aborted)
        assert reading.parse_status in {"ok", "partial", "unknown_format", "oversize"}
        assert all(type(piece) is str for piece in (*reading.prompt, *reading.answer))
        for name in ("input_tokens", "output_tokens", "reasoning_tokens", "images"):
            value = getattr(reading, name)
            assert value is None or (type(value) is int and value >= 0)
