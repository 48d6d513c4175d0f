from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    shown,
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


def _delta(**fields: object) -> dict[str, object]:
    return {"choices": [{"index": 0, "delta": fields}]}


def _data(chunk: object) -> bytes:
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


ODD: tuple[dict[str, object], ...] = (
    _delta(content=None, tool_calls=[{"function": {"name": "f", "arguments": "{}"}}]),
    _delta(content="visible", reasoning_content="hidden"),
    _delta(content="", reasoning="hm"),
    _delta(content=[{"type": "text", "text": "part"}]),
    _delta(content=7),
    _delta(content="", tool_calls=[{"function": {"name": "f", "arguments": "{}"}}]),
    _delta(content="", function_call={"name": "f", "arguments": "{}"}),
    _delta(content="", reasoning_details=[{"type": "reasoning.text", "text": "hm"}]),
    _delta(content="", refusal="no"),
    _delta(content="", audio={"transcript": "said"}),
    _delta(content="", images=[{"type": "image_url", "image_url": {"url": "data:,"}}]),
    _delta(),
    {"choices": [{"index": 1, "delta": {"content": "second"}}]},
    {"choices": [{"index": False, "delta": {"content": "false"}}]},
    {"choices": [{"delta": {"content": "a"}}, {"index": 1, "delta": {"content": "b"}}]},
    {"choices": [{"delta": {"content": "end"}, "finish_reason": "stop"}]},
    {"choices": [{"delta": {"content": "u"}, "usage": {"prompt_tokens": 3}}]},
    {"choices": [{"text": "old style"}]},
    {"choices": [{"delta": {"content": "t"}, "text": "t"}]},
    {"choices": []},
    {"choices": [{"delta": {"content": "e"}}], "error": {"code": "overloaded"}},
    {"choices": [{"delta": {"content": "t"}}], "timings": {"prompt_n": 2, "predicted_n": 3}},
    {"choices": None, "error": {"code": "overloaded"}},
    {"choices": [{"delta": {"content": "g"}}], "x_groq": {"usage": {"prompt_tokens": 9}}},
    {"choices": [{"delta": {"content": "u"}}], "usage": {"completion_tokens": 5}},
    {"choices": [{"delta": {"content": "b"}}], "usage_breakdown": {"models": [{"usage": {}}]}},
    {"choices": [{"delta": {"content": "i"}}], "impacts": {"kWh": 0.1}},
    {"choices": [{"delta": {"content": "m"}}], "model": "other"},
)
RAW = (
    b'data: {"choices": 7}\n\n',
    b'data: {"choices":[{"delta":{"content":"x"}}]},{"choices":[{"delta":{"content":"y"}}]}\n\n',
    b'event: error\ndata: {"choices":[{"delta":{"content":"named"}}]}\n\n',
    b'data: {"choices":[{"delta":{"content":"\xff"}}]}\n\n',
    b'data: {"choices":[{"delta":{"content":"\\ud83d"}}]}\n\n',
    b": a comment\n\n",
)
_event = st.one_of(
    st.text(max_size=5).map(lambda text: _data(_delta(content=text))),
    st.sampled_from(ODD).map(_data),
    st.sampled_from(RAW),
)


@settings(max_examples=300, deadline=None)
@given(
    before=st.lists(_event, max_size=4),
    plain=st.lists(st.text(max_size=4), min_size=6, max_size=24),
    odd=st.lists(st.tuples(st.integers(0, 24), _event), max_size=2),
    after=st.lists(_event, max_size=5),
)
def test_what_is_read_in_one_go_is_what_is_read_one_by_one(
    before: list[bytes], plain: list[str], odd: list[tuple[int, bytes]], after: list[bytes]
) -> None:
    middle = [_data(_delta(content=text)) for text in plain]
    for place, event in odd:
        middle.insert(place, event)
    events = [_data({"model": "m", **_delta(role="assistant")}), *before, *middle, *after]
    together = read_answer(b"".join(events), SSE, way=lambda body: [body])
    apart = read_answer(b"".join(events), SSE, way=lambda _: events)
    assert shown(together) == shown(apart)


@pytest.mark.parametrize("odd", [*map(_data, ODD), *RAW], ids=repr)
def test_nothing_is_missed_in_the_midst_of_text(odd: bytes) -> None:
    text = [_data(_delta(content="mot "))] * 10
    events = [_data({"model": "m", **_delta(role="assistant")}), *text, odd, *text]
    together = read_answer(b"".join(events), SSE, way=lambda body: [body])
    assert shown(together) == shown(read_answer(b"".join(events), SSE, way=lambda _: events))
