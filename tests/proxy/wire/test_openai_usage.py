from __future__ import annotations

from typing import Any

import pytest

from proxy.exchange import ReportedFootprint
from proxy.wire.openai_usage import read_breakdown, read_footprint, read_timings, read_usage
from proxy.wire.reading import Reading


def used(*usages: Any, audio_prompt: bool = False) -> Reading:  # noqa: ANN401
    reading = Reading()
    for usage in usages:
        read_usage(reading, usage, audio_prompt=audio_prompt)
    return reading


def usage(
    read: int | None, generated: int | None, total: int | None = None, **more: object
) -> dict[str, object]:
    stated = {"prompt_tokens": read, "completion_tokens": generated, "total_tokens": total}
    return {key: value for key, value in stated.items() if value is not None} | more


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        pytest.param(usage(10, 5, 15), (10, 5), id="all three"),
        pytest.param(usage(10, 5), (10, 5), id="no total"),
        pytest.param(usage(10, None, 10), (10, 0), id="the total says that nothing was generated"),
        pytest.param(usage(10, None, 14), (10, 4), id="the total says what was generated"),
        pytest.param(usage(10, None), (10, None), id="nothing says what was generated"),
        pytest.param(usage(None, 5, 15), (None, 5), id="no input"),
        pytest.param(usage(None, None, 15), (None, None), id="a lone total cannot be parted"),
        pytest.param(usage(0, 0, 0), (0, 0), id="zero is zero"),
        pytest.param(usage(35, 12, 109), (35, 74), id="hidden in the total"),
        pytest.param(usage(10, 5, 12), (10, 5), id="a total that is too small"),
        pytest.param({"input_tokens": 7, "output_tokens": 3}, (7, 3), id="other names"),
        pytest.param(usage(10, 5, 15) | {"input_tokens": 0}, (10, 5), id="both names"),
        pytest.param({"prompt_tokens": None, "input_tokens": 7}, (7, None), id="null and a number"),
        pytest.param(
            {"prompt_tokens": True, "completion_tokens": "5"}, (None, None), id="odd types"
        ),
        pytest.param(usage(16, 2, 393, prompt_audio_seconds=30), (391, 2), id="audio was read"),
        pytest.param(usage(16, 2, 393, prompt_audio_seconds=0), (16, 377), id="no audio"),
        pytest.param(usage(16, 2, 218, connector_tokens=200), (216, 2), id="connectors were read"),
    ],
)
def test_input_and_output(stated: object, expected: tuple[int | None, int | None]) -> None:
    reading = used(stated)
    assert (reading.input_tokens, reading.output_tokens) == expected


@pytest.mark.parametrize(
    "key", ["completion_tokens_details", "output_tokens_details", "output_token_details"]
)
def test_reasoning_inside_and_beside(key: str) -> None:
    inside = used(usage(10, 50, 60) | {key: {"reasoning_tokens": 40}})
    assert (inside.output_tokens, inside.reasoning_tokens) == (50, 40)
    near = used(usage(10, 0, 69) | {key: {"reasoning_tokens": 60}})
    assert (near.output_tokens, near.reasoning_tokens) == (60, 60)  # never twice
    in_total = used(usage(10, 9, 348) | {key: {"reasoning_tokens": 329}})
    assert (in_total.output_tokens, in_total.reasoning_tokens) == (338, 329)
    beside = used(usage(10, 9, 19) | {key: {"reasoning_tokens": 329}})
    assert (beside.output_tokens, beside.reasoning_tokens) == (338, 329)


@pytest.mark.parametrize(
    "stated",
    [
        {"prompt_tokens_details": {"cached_tokens": 64}},
        {"input_tokens_details": {"cached_tokens": 64}},
        {
            "input_token_details": {
                "cached_tokens": 64,
                "cached_tokens_details": {"text_tokens": 64},
            }
        },
        {"prompt_cache_hit_tokens": 64},
        {"cached_tokens": 64},
        {"cache_read_input_tokens": 64},
        {"num_cached_tokens": 64},
        {"prompt_tokens_details": None, "cached_tokens": 64},
        {"prompt_tokens_details": {"cached_tokens": None}, "cached_tokens": 64},
    ],
)
def test_cache_reads_are_part_of_the_input(stated: dict[str, object]) -> None:
    reading = used(usage(100, 5, 105) | stated)
    assert (reading.input_tokens, reading.cache_read_tokens) == (100, 64)


def test_cache_writes() -> None:
    assert used(usage(100, 5, cache_creation_input_tokens=90)).cache_write_tokens == 90
    details = {"prompt_tokens_details": {"cache_write_tokens": 90}}
    assert used(usage(100, 5) | details).cache_write_tokens == 90


@pytest.mark.parametrize("nothing", [None, {}, [], "12", 12, False])
def test_what_is_no_usage_changes_nothing(nothing: object) -> None:
    assert used(usage(10, 5), nothing) == used(usage(10, 5))
    assert used(nothing) == Reading()


def test_the_last_of_cumulative_usages_wins() -> None:
    reading = used(usage(8, 1, 9), usage(8, 4, 12), usage(8, 6, 14))
    assert (reading.input_tokens, reading.output_tokens) == (8, 6)


def test_a_later_usage_that_says_less_takes_nothing_away() -> None:
    reading = used(usage(8, 6, 14, cached_tokens=3), usage(8, 6, 14))
    assert reading.cache_read_tokens == 3


def test_audio_in_the_request_makes_the_rest_of_the_total_input() -> None:
    reading = used(usage(16, 2, 393), audio_prompt=True)
    assert (reading.input_tokens, reading.output_tokens) == (391, 2)


def test_seconds() -> None:
    assert used({"type": "duration", "seconds": 9.5}).audio_s == 9.5
    assert used(usage(1, 1, prompt_audio_seconds=7)).audio_s == 7.0
    assert used(usage(1, 1, prompt_audio_seconds=None)).audio_s is None


def test_several_models_count_together() -> None:
    two = {"models": [{"model": "a", "usage": usage(3, 4)}, {"model": "b", "usage": usage(5, 6)}]}
    for headline, expected in (
        (None, (8, 10)),
        (usage(5, 6), (8, 10)),
        (usage(8, 10), (8, 10)),
        (usage(20, 30), (20, 30)),
    ):
        reading = used(headline)
        read_breakdown(reading, two)
        assert (reading.input_tokens, reading.output_tokens) == expected
        assert reading.reasoning_tokens is None


@pytest.mark.parametrize(
    "breakdown", [None, "none", {}, {"models": None}, {"models": [None, {"usage": 1}, {}]}]
)
def test_no_breakdown_changes_nothing(breakdown: object) -> None:
    reading = used(usage(3, 4))
    read_breakdown(reading, breakdown)
    assert (reading.input_tokens, reading.output_tokens) == (3, 4)


def test_timings_count_where_no_usage_is() -> None:
    reading = Reading()
    read_timings(reading, {"prompt_n": 5, "cache_n": 40, "predicted_n": 6})
    assert (reading.input_tokens, reading.cache_read_tokens, reading.output_tokens) == (45, 40, 6)
    read_timings(reading, {"prompt_n": 1, "predicted_n": 1})
    read_timings(reading, "none")
    assert (reading.input_tokens, reading.output_tokens) == (45, 6)


@pytest.mark.parametrize(
    ("impacts", "expected"),
    [
        pytest.param(
            {"kWh": {"min": 0.1, "max": 0.2}, "kgCO2eq": {"min": 0.3, "max": 0.4}},
            (0.1, 0.2, 0.3, 0.4),
            id="ranges",
        ),
        pytest.param({"kWh": 0.1, "kgCO2eq": 0.3}, (0.1, 0.1, 0.3, 0.3), id="values"),
        pytest.param({"kWh": 0, "kgCO2eq": 0.3}, (0.0, 0.0, 0.3, 0.3), id="a zero is kept"),
        pytest.param(
            {"kWh": {"min": 0, "max": 0}}, (0.0, 0.0, None, None), id="zeros, one missing"
        ),
        pytest.param({"kgCO2eq": {"max": 0.4}}, (None, None, None, 0.4), id="half a range"),
        pytest.param(
            {"energy": {"value": {"min": 1, "max": 2}, "unit": "kWh"}, "gwp": {"value": 3}},
            (1.0, 2.0, 3.0, 3.0),
            id="with units",
        ),
        pytest.param(
            {"energy": {"value": {"min": 1, "max": 2}, "unit": "Wh"}, "gwp": {"value": 3}},
            (None, None, 3.0, 3.0),
            id="an unknown unit is not taken",
        ),
    ],
)
def test_footprint(impacts: object, expected: tuple[float | None, ...]) -> None:
    reading = Reading()
    read_footprint(reading, impacts)
    names = ("energy_min_kwh", "energy_max_kwh", "ghg_min_kgco2e", "ghg_max_kgco2e")
    assert reading.reported == ReportedFootprint(**dict(zip(names, expected, strict=True)))


@pytest.mark.parametrize("impacts", [None, {}, [], {"kWh": None}, {"energy": "much"}, {"kWh": -1}])
def test_no_footprint(impacts: object) -> None:
    reading = Reading()
    read_footprint(reading, impacts)
    assert reading.reported is None


def test_a_footprint_inside_the_usage() -> None:
    assert used(usage(1, 1, carbon={"kWh": 0.1})).reported == ReportedFootprint(
        energy_min_kwh=0.1, energy_max_kwh=0.1
    )
    assert used(usage(1, 1, impacts={"kWh": 0.1})).reported is not None
