from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from tests.support.reading import SSE, sse
from tests.support.reading import read as read_answer
from tests.support.wire import (
    Golden,
    assert_reads,
    byte_by_byte,
    goldens,
    in_pieces,
    piece_sizes,
    read,
)


@pytest.mark.parametrize("golden", goldens("openai-chat"))
def test_goldens(golden: Golden) -> None:
    assert_reads(golden)


@pytest.mark.parametrize("golden", goldens("openai-chat"))
@settings(max_examples=12, deadline=None)
@given(sizes=piece_sizes)
def test_goldens_in_any_pieces(golden: Golden, sizes: list[int]) -> None:
    assert read(golden, in_pieces(sizes)) == golden.expected


def test_a_damaged_event_costs_itself_alone() -> None:
    events = sse("Il ", "faut ", "un rendez-vous.")
    first, rest = events.split(b"\n\n", 1)
    damage = (b"data: {", b'data: {"choices": 7}', b"data: 1,2", b"data: {},{}", b"event: error")
    for number, bad in enumerate((*damage, b"\xff: x", b"data: \xff")):
        reading = read_answer(b"\n\n".join((first, bad, rest)), SSE)
        assert reading.answer_text == "Il faut un rendez-vous.", number
        assert reading.output_tokens == 15


def test_events_that_share_a_piece_are_read_in_their_order() -> None:
    chunks = [
        {"model": "m", "choices": [{"delta": {"content": "A"}}]},
        {"choices": [{"index": 1, "delta": {"content": "x"}}]},
        {"choices": [{"delta": {"content": [{"type": "text", "text": "B"}]}}]},
        {"choices": [{"delta": {"reasoning_content": "hm", "content": ""}}]},
        {"choices": [{"delta": {"content": "C"}}, {"index": 1, "delta": {"content": "y"}}]},
        {"choices": [{"delta": {"content": "D"}, "finish_reason": "stop"}]},
    ]
    body = b"".join(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks)
    for way in (lambda body: [body], byte_by_byte):
        reading = read_answer(body, SSE, way=way)
        assert (reading.answer_text, reading.reasoning_text) == ("ABCD\nxy", "hm")
        assert (reading.ended, reading.model_answered) == (True, "m")
