from __future__ import annotations

import gzip
import json
import tracemalloc

import brotli  # type: ignore[import-untyped]
import pytest

from tests.support.reading import (
    JSON,
    MEBIBYTE,
    QUESTION,
    REQUEST,
    SSE,
    read,
    reader,
    sse,
    tokens,
    whole,
)
from tests.support.wire import in_pieces


def test_damage_in_the_coding_keeps_what_came_before() -> None:
    packer = gzip.compress(sse(*(f"mot{n} " for n in range(2000))))
    damaged = packer[: len(packer) // 2] + b"\xff" * 500
    reading = read(damaged, {**SSE, "content-encoding": "gzip"}, way=in_pieces([500]))
    assert reading.parse_status == "partial"
    assert reading.answer_text.startswith("mot0 mot1 mot2 ")
    assert tokens(reading) == (None, None)


def test_the_limit_is_on_decoded_bytes() -> None:
    body = sse(*(["le même mot "] * 20_000))
    for headers, packed in (
        (SSE, body),
        ({**SSE, "content-encoding": "br"}, brotli.compress(body)),
    ):
        reading = read(packed, headers, limit=MEBIBYTE, way=in_pieces([50_000]))
        assert reading.parse_status == "oversize"
        assert 8000 * 12 < len(reading.answer_text) < 20_000 * 12
        assert reading.answer_text.startswith("le même mot le même mot ")


def test_a_request_over_the_limit_is_oversize_and_the_answer_is_read() -> None:
    body = json.dumps({"model": "m", "messages": [{"content": "x " * MEBIBYTE}]}).encode()
    reading = read(whole(), request=body, limit=MEBIBYTE)
    assert (reading.parse_status, tokens(reading)) == ("oversize", (21, 15))
    assert reading.model_asked == "m"


def test_a_bomb_costs_little_memory() -> None:
    bomb = gzip.compress(bytes(200 * MEBIBYTE))
    tracemalloc.start()
    try:
        reading = read(bomb, {**JSON, "content-encoding": "gzip"})
        assert tracemalloc.get_traced_memory()[1] < 8 * MEBIBYTE
    finally:
        tracemalloc.stop()
    assert reading.parse_status == "oversize"


@pytest.mark.parametrize("event", ["data: {}\n\n", '{"choices":[]}\n'])
def test_of_a_bomb_little_is_read(event: str) -> None:
    """Eight megabytes of the smallest events would take the event loop for seconds."""
    body = event.encode() * (8 * MEBIBYTE // len(event))
    reading = read(gzip.compress(body), {"content-encoding": "gzip"}, way=in_pieces([8192]))
    assert reading.parse_status == "oversize"


def test_a_text_that_repeats_itself_is_no_bomb() -> None:
    body = sse(*(f"Le conseil a voté {n} fois. " for n in range(20_000)))
    packed = gzip.compress(body, 9)
    assert len(body) > 2 * MEBIBYTE
    reading = read(packed, {**SSE, "content-encoding": "gzip"}, way=in_pieces([8192]))
    assert (reading.parse_status, tokens(reading)) == ("ok", (21, 15))


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"["])
def test_blanks_before_the_first_word_are_not_kept(start: bytes) -> None:
    """Held together piece by piece, they would cost a time that grows with their square."""
    one = reader()
    one.start_request(JSON)
    one.start_answer(200, JSON)
    blanks = b" \n" * 4096
    tracemalloc.start()
    try:
        one.feed_answer(start)
        for _ in range(256):
            one.feed_answer(blanks)
        assert tracemalloc.get_traced_memory()[1] < MEBIBYTE
    finally:
        tracemalloc.stop()


def test_an_answer_that_lets_one_wait_is_read() -> None:
    reading = read(b"\n" * 300_000 + whole(), way=in_pieces([8192]))
    assert (reading.parse_status, tokens(reading)) == ("ok", (21, 15))


def test_a_truncated_request_is_partial_and_read_as_far_as_it_goes() -> None:
    one = reader()
    one.start_request(JSON)
    one.feed_request(REQUEST[: REQUEST.index(b"enfant")])
    one.end_request(truncated=True)
    one.start_answer(200, JSON)
    one.feed_answer(whole())
    reading = one.finish()
    assert (reading.parse_status, reading.model_asked) == ("partial", "m")
    assert reading.prompt_text == QUESTION[: QUESTION.index("enfant")]
    assert tokens(reading) == (21, 15)


def test_a_huge_answer_is_shortened_and_still_counted() -> None:
    text = "Le conseil a délibéré. " * 60_000
    body = whole(text, images=["data:image/png;base64," + "iVBORw0K" * 500_000])
    tracemalloc.start()
    try:
        reading = read(body, way=in_pieces([65_536]))
        assert tracemalloc.get_traced_memory()[1] < 8 * MEBIBYTE
    finally:
        tracemalloc.stop()
    assert (reading.parse_status, tokens(reading)) == ("ok", (21, 15))
    assert reading.cut
    assert text.startswith(reading.answer_text)
    assert reading.answer_chars == len(text)


def test_a_huge_prompt_is_shortened_and_still_counted() -> None:
    text = "La délibération du conseil. " * 60_000
    parts = [
        {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "AAAA" * 1_000_000}},
        {"type": "text", "text": text},
    ]
    body = json.dumps({"model": "m", "messages": [{"content": parts}]}).encode()
    reading = read(whole(), request=body)
    assert (reading.parse_status, reading.cut) == ("ok", True)
    assert reading.prompt_chars == len(text)
    assert len(reading.prompt_text) < 200_000


def test_a_huge_event_is_shortened() -> None:
    body = sse("Voici ", "x " * 200_000, "fin")
    reading = read(body, SSE)
    assert reading.answer_chars == 6 + 400_000 + 3
    assert reading.answer_text.startswith("Voici x x ")
    assert reading.answer_text.endswith("x fin")
    assert len(reading.answer_text) < 200_000


def test_too_much_structure_is_oversize_and_its_usage_is_found() -> None:
    filler = [{"a": True, "b": []}] * 400_000
    reading = read(whole(filler=filler))
    assert (reading.parse_status, tokens(reading)) == ("oversize", (21, 15))
    assert reading.model_answered == "m-1"


def test_a_prompt_of_too_many_messages_is_counted_about_right() -> None:
    messages = [{"role": "user", "content": QUESTION * 5}] * 20_000
    reading = read(whole(), request=json.dumps({"model": "m", "messages": messages}).encode())
    assert (reading.parse_status, reading.model_asked, reading.cut) == ("oversize", "m", True)
    assert 1.0 < reading.prompt_chars / (len(QUESTION) * 100_000) < 1.2


def test_a_turn_without_an_end_is_counted_and_not_kept() -> None:
    one = reader("openai-realtime", limit=100_000, websocket=True, model="m")
    one.start_request({})
    said = "x " * 500
    item = {"type": "message", "content": [{"type": "input_text", "text": said}]}
    create = json.dumps({"type": "conversation.item.create", "item": item}).encode()
    sound = json.dumps({"type": "input_audio_buffer.append", "audio": "A" * 60_000}).encode()
    for _ in range(50):
        assert one.feed_message(sound, from_client=True) is None  # 3 MB that hold no words
    for _ in range(300):
        assert one.feed_message(create, from_client=True) is None
    assert sum(map(len, one._reading.prompt)) < 200_000
    usage = {"input_tokens": 90, "output_tokens": 5}
    done = json.dumps({"type": "response.done", "response": {"usage": usage}}).encode()
    turn = one.feed_message(done, from_client=False)
    assert turn is not None
    assert (turn.parse_status, turn.cut, tokens(turn)) == ("oversize", True, (90, 5))
    assert turn.prompt_chars == 300 * len(said)
    for _ in range(3):
        one.feed_message(create, from_client=True)
    following = one.feed_message(done, from_client=False)
    assert following is not None
    assert (following.parse_status, following.cut) == ("ok", False)
