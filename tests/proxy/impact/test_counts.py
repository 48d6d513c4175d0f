"""Counts of one exchange, cleaned, and the errors of those that nobody reported."""

from __future__ import annotations

import math

import pytest

from proxy.impact.counts import count, counted, counts
from proxy.impact.ranges import ONE
from tests.support.impact import Field, estimator, exchange


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (None, 0.0),
        (-3, 0.0),
        (math.nan, 0.0),
        (math.inf, 0.0),
        (17, 17.0),
        (1e12, 10_000_000.0),
    ],
)
def test_a_count_is_what_can_be_true(given: float | None, taken: float) -> None:
    assert count(given) == taken


def test_cached_tokens_are_a_part_of_the_input() -> None:
    found = counts(exchange(input_tokens=100, cache_read_tokens=30), estimator().errors)
    assert (found.input, found.cached) == (70, 30)
    too_many = counts(exchange(input_tokens=100, cache_read_tokens=300), estimator().errors)
    assert (too_many.input, too_many.cached) == (0, 100)


def test_seconds_of_audio_become_minutes() -> None:
    assert counts(exchange(audio_s=90), estimator().errors).audio_min == 1.5


def test_reported_counts_have_no_error() -> None:
    found = counts(exchange(input_tokens=1, output_tokens=1), estimator().errors)
    assert (found.input_error, found.output_error) == (ONE, ONE)


def test_the_errors_grow_with_what_is_not_known() -> None:
    """Counted words, then characters, then a body in no format that is read."""

    def width(**fields: Field) -> float:
        found = counts(exchange("gpt-4o", output_tokens=100, **fields), estimator().errors)
        error = found.output_error
        assert error.low <= error.central == 1 <= error.high
        return error.high / error.low

    counted = width(output_source="counted", answer_language="fr")
    estimated = width(output_source="estimated", answer_language="fr")
    opaque = width(output_source="estimated", parse_status="unknown_format")
    assert 1 < counted < estimated < opaque


@pytest.mark.parametrize(
    ("fields", "something"),
    [
        ({}, False),
        ({"output_tokens": 0, "images": 0}, False),
        ({"output_tokens": 1}, True),
        ({"input_tokens": 1}, True),
        ({"input_tokens": 5, "cache_read_tokens": 5}, True),
        ({"images": 1}, True),
        ({"audio_s": 1.0}, True),
    ],
)
def test_whether_anything_was_counted(fields: dict[str, Field], something: bool) -> None:  # noqa: FBT001
    assert counted(exchange(**fields)) is something
