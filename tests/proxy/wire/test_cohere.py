from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from proxy.wire.cohere import CohereChat
from proxy.wire.reading import Reading
from tests.support.wire import Golden, a_call, assert_reads, goldens, in_pieces, piece_sizes, read

GOLDENS = goldens("cohere-chat", "cohere-embed")


@pytest.mark.parametrize("golden", GOLDENS)
def test_golden(golden: Golden) -> None:
    assert_reads(golden)


@pytest.mark.parametrize("golden", GOLDENS)
@settings(max_examples=12, deadline=None)
@given(sizes=piece_sizes)
def test_golden_in_random_pieces(golden: Golden, sizes: list[int]) -> None:
    assert read(golden, in_pieces(sizes)) == golden.expected


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"tokens": {"input_tokens": 68, "output_tokens": 9}}, (68, 9)),
        ({"billed_units": {"input_tokens": 2, "output_tokens": 9}}, (2, 9)),
        (
            {
                "tokens": {"input_tokens": 68.0},
                "billed_units": {"input_tokens": 2.0, "output_tokens": 9.0},
            },
            (68, 9),
        ),
        ({"tokens": {"input_tokens": 0, "output_tokens": 0}}, (0, 0)),
        ({"tokens": None, "billed_units": {"search_units": 1}}, (None, None)),
        ({"tokens": {"input_tokens": -3, "output_tokens": 1.5}}, (None, None)),
    ],
)
@pytest.mark.parametrize("place", ["meta", "usage"])
def test_tokens_before_billed_units(
    usage: dict[str, Any], expected: tuple[int | None, int | None], place: str
) -> None:
    reading = Reading()
    wire = CohereChat(a_call("cohere-chat"), reading)
    wire.read_answer(json.dumps({"text": "Oui.", place: usage}).encode())
    assert (reading.input_tokens, reading.output_tokens) == expected


def test_text_that_only_the_last_line_has_is_taken_from_there() -> None:
    reading = Reading()
    wire = CohereChat(a_call("cohere-chat"), reading)
    end = {"is_finished": True, "event_type": "stream-end", "response": {"text": "Oui."}}
    wire.read_event("", json.dumps(end).encode())
    assert (reading.answer, reading.ended) == (["Oui."], True)
