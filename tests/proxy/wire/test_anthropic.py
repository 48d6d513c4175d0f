from __future__ import annotations

import dataclasses
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from proxy.wire.anthropic import AnthropicMessages, _total, _Usage
from proxy.wire.reading import Reading
from tests.support.wire import (
    EXCHANGES,
    Golden,
    a_call,
    assert_reads,
    goldens,
    in_pieces,
    load,
    piece_sizes,
    read,
)

GOLDENS = goldens("anthropic-messages")


@pytest.mark.parametrize("golden", GOLDENS)
def test_golden(golden: Golden) -> None:
    assert_reads(golden)


@pytest.mark.parametrize("golden", GOLDENS)
@settings(max_examples=12, deadline=None)
@given(sizes=piece_sizes)
def test_golden_in_random_pieces(golden: Golden, sizes: list[int]) -> None:
    assert read(golden, in_pieces(sizes)) == golden.expected


def counts(read: int, written: int, kind: str = "") -> dict[str, Any]:
    return {"type": kind, "input_tokens": read, "output_tokens": written}


@pytest.mark.parametrize(
    ("headline", "iterations", "expected"),
    [
        pytest.param(counts(5, 2), [], (5, 2), id="no iterations"),
        pytest.param(
            counts(9, 4), [counts(4, 1, "message"), counts(5, 3, "message")], (9, 4), id="tool loop"
        ),
        pytest.param(
            counts(5, 2),
            [counts(90, 7, "compaction"), counts(5, 2, "message")],
            (95, 9),
            id="compaction",
        ),
        pytest.param(
            counts(5, 2), [counts(90, 7, "compaction")], (95, 9), id="compaction listed alone"
        ),
        pytest.param(
            counts(5, 2),
            [counts(5, 2, "message"), counts(30, 6, "advisor_message")],
            (35, 8),
            id="advisor",
        ),
        pytest.param(
            counts(5, 2),
            [counts(5, 1, "message"), counts(5, 2, "fallback_message")],
            (10, 3),
            id="declined, then answered by a fallback model",
        ),
    ],
)
def test_iterations_complete_the_headline(
    headline: dict[str, Any], iterations: list[dict[str, Any]], expected: tuple[int, int]
) -> None:
    total = _total(msgspec.convert({**headline, "iterations": iterations}, _Usage))
    assert (total.input_tokens, total.output_tokens) == expected
    assert total.cache_read_input_tokens is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("content", "Oui."), ("model", {"id": "m"}), ("stop_reason", 3), ("completion", [1])],
)
def test_an_odd_field_leaves_the_usage_readable(field: str, value: object) -> None:
    answer = {"type": "message", "usage": {"input_tokens": 7, "output_tokens": 3}, field: value}
    reading = Reading()
    wire = AnthropicMessages(a_call("anthropic-messages"), reading)
    wire.read_answer(json.dumps(answer).encode())
    wire.finish()
    assert (reading.input_tokens, reading.output_tokens) == (7, 3)
    assert reading.parse_status == "partial"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ({"error": {"type": "overloaded_error"}}, "overloaded_error"),
        ({"error": {"type": None}}, "error"),
        ({"error": "Overloaded"}, "error"),
        ({}, "error"),
    ],
)
def test_an_error_event_is_one_however_little_it_says(
    error: dict[str, object], expected: str
) -> None:
    reading = Reading()
    wire = AnthropicMessages(a_call("anthropic-messages"), reading)
    wire.read_event("error", json.dumps({"type": "error", **error}).encode())
    assert (reading.error_type, reading.ended) == (expected, True)


@pytest.mark.parametrize("absurd", [-1, 10**30, 1 << 40])
def test_an_absurd_count_is_not_believed(absurd: int) -> None:
    usage = {"input_tokens": absurd, "output_tokens": 3}
    text = load(EXCHANGES / "anthropic-messages" / "text")
    golden = dataclasses.replace(text, answer=json.dumps({"usage": usage}).encode())
    reading = read(golden)
    assert isinstance(reading, dict)
    assert "input_tokens" not in reading
    assert reading["output_tokens"] == 3
    assert reading["parse_status"] == "partial"
