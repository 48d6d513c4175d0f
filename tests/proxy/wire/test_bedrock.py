from __future__ import annotations

import json

import pytest
from botocore.eventstream import EventStreamBuffer
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.providers import Call
from proxy.wire.bedrock import Bedrock, base_model
from proxy.wire.framing import Binary
from proxy.wire.reader import Reader
from proxy.wire.reading import Reading
from tests.support.eventstream import chunk, event, exception
from tests.support.wire import Golden, a_call, assert_reads, goldens, in_pieces, piece_sizes, read

GOLDENS = goldens("bedrock")


@pytest.mark.parametrize("golden", GOLDENS)
def test_golden(golden: Golden) -> None:
    assert_reads(golden)


@pytest.mark.parametrize("golden", GOLDENS)
@settings(max_examples=12, deadline=None)
@given(sizes=piece_sizes)
def test_golden_in_random_pieces(golden: Golden, sizes: list[int]) -> None:
    assert read(golden, in_pieces(sizes)) == golden.expected


STREAM = (
    event("messageStart", {"role": "assistant"})
    + event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "À lundi."}})
    + event("messageStop", {"stopReason": "end_turn"})
    + event("metadata", {"usage": {"inputTokens": 4, "outputTokens": 3, "totalTokens": 7}})
)


def stream_call() -> Call:
    return a_call("bedrock", model="eu.amazon.nova-lite-v1:0", action="converse-stream")


def read_stream(body: bytes) -> Reading:
    reader = Reader(stream_call(), limit_bytes=1_000_000)
    reader.start_request({})
    reader.end_request()
    reader.start_answer(200, {"content-type": "application/vnd.amazon.eventstream"})
    reader.feed_answer(body)
    return reader.finish()


def test_our_messages_are_those_that_botocore_reads() -> None:
    body = STREAM + chunk({"generation": "été"}) + exception("throttlingException", "Trop.")
    buffer = EventStreamBuffer()
    buffer.add_data(body)
    theirs = []
    for message in buffer:
        named = message.headers
        name = named.get(":event-type") or named[":exception-type"]
        theirs.append((name, message.payload))
    assert Binary().feed(body) == theirs
    assert [name for name, _ in theirs][-2:] == ["chunk", "throttlingException"]


@given(cut=st.integers(0, len(STREAM) - 1))
@settings(max_examples=60, deadline=None)
def test_a_stream_cut_off_anywhere_is_partial_and_invents_nothing(cut: int) -> None:
    reading = read_stream(STREAM[:cut])
    assert reading.parse_status in {"partial", "unknown_format"}
    assert reading.answer_text in {"", "À lundi."}
    assert (reading.input_tokens, reading.output_tokens) == (None, None)


@given(at=st.integers(0, len(STREAM) - 1), bit=st.integers(0, 7))
@settings(max_examples=120, deadline=None)
def test_a_damaged_bit_anywhere_is_noticed(at: int, bit: int) -> None:
    body = bytearray(STREAM)
    body[at] ^= 1 << bit
    reading = read_stream(bytes(body))
    assert reading.parse_status in {"partial", "unknown_format"}
    assert reading.answer_text in {"", "À lundi."}


@pytest.mark.parametrize(
    ("asked", "base", "kept", "region"),
    [
        ("anthropic.claude-v2:1", "anthropic.claude-v2:1", "anthropic.claude-v2:1", "eu-west-3"),
        ("eu.meta.llama3-2-3b-v1%3A0", "meta.llama3-2-3b-v1:0", "eu.meta.llama3-2-3b-v1:0", "eu"),
        ("us-gov.anthropic.claude-3-v1:0", "anthropic.claude-3-v1:0", None, "us-gov"),
        ("global.amazon.nova-2-lite-v1:0", "amazon.nova-2-lite-v1:0", None, "global"),
        ("ai21.jamba-1-5-mini-v1:0", "ai21.jamba-1-5-mini-v1:0", None, "eu-west-3"),
        (
            "arn%3Aaws%3Abedrock%3Aeu-west-3%3A000000000000%3Ainference-profile%2Feu.mistral.pixtral-v1%3A0",
            "mistral.pixtral-v1:0",
            "eu.mistral.pixtral-v1:0",
            "eu",
        ),
        (None, "", None, "eu-west-3"),
    ],
)
def test_model_and_region(asked: str | None, base: str, kept: str | None, region: str) -> None:
    reading = Reading()
    Bedrock(a_call("bedrock", model=asked, region="eu-west-3", action="invoke"), reading)
    assert base_model(asked) == base
    assert reading.model_asked == (kept or asked)
    assert reading.region == region


@pytest.mark.parametrize("stated", ["", "-3", "3.5", "douze", "9" * 40, "٣"])
def test_a_header_that_is_no_count_is_not_read(stated: str) -> None:
    reading = Reading()
    wire = Bedrock(a_call("bedrock", model="mistral.x", action="invoke"), reading)
    wire.read_headers(200, {"x-amzn-bedrock-output-token-count": stated})
    wire.read_answer(b'{"outputs":[{"text":"Oui."}]}')
    wire.finish()
    assert reading.output_tokens is None


def test_an_answer_is_read_even_if_its_request_was_not_seen() -> None:
    reading = Reading()
    wire = Bedrock(a_call("bedrock", model="ab12cd34", action="invoke"), reading)
    wire.read_headers(200, {})
    wire.read_answer(
        json.dumps(
            {"output": {"message": {"content": [{"text": "Oui."}]}}, "usage": {"inputTokens": 2}}
        ).encode()
    )
    wire.finish()
    assert (reading.answer_text, reading.input_tokens) == ("Oui.", 2)


def test_a_chunk_that_is_no_base64_costs_that_chunk() -> None:
    body = event("chunk", {"bytes": "@@@"}) + chunk({"generation": "Oui.", "stop_reason": "stop"})
    reader = Reader(
        a_call("bedrock", model="meta.llama3-8b", action="invoke-with-response-stream"),
        limit_bytes=1_000_000,
    )
    reader.start_request({})
    reader.end_request()
    reader.start_answer(200, {})
    reader.feed_answer(body)
    reading = reader.finish()
    assert reading.answer_text == "Oui."
    assert reading.parse_status == "partial"
