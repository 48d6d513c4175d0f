from __future__ import annotations

import msgspec
import pytest

from proxy.wire.gemini_counts import Counts, InteractionUsage, UsageMetadata, settle
from proxy.wire.reading import Reading

KEYS = {
    "p": "promptTokenCount",
    "c": "candidatesTokenCount",
    "r": "responseTokenCount",
    "t": "thoughtsTokenCount",
    "u": "toolUsePromptTokenCount",
    "k": "cachedContentTokenCount",
    "total": "totalTokenCount",
}


def read(*chunks: dict[str, int], answer: str = "Oui.") -> Reading:
    """A reading of these usages, one a chunk, with the keys shortened."""
    counts, reading = Counts(), Reading(answer=[answer] if answer else [])
    for chunk in chunks:
        stated = {KEYS[key]: value for key, value in chunk.items()}
        counts.add(msgspec.convert(stated, UsageMetadata))
    settle(counts, reading)
    return reading


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        pytest.param([{"p": 12, "c": 7, "total": 19}], (12, 7), id="plain"),
        pytest.param([{"p": 60, "c": 16, "t": 32, "total": 108}], (60, 48), id="thoughts beside"),
        pytest.param([{"p": 60, "c": 48, "t": 32, "total": 108}], (60, 48), id="thoughts inside"),
        pytest.param([{"p": 35, "c": 12, "total": 109}], (35, 74), id="thoughts in the total only"),
        pytest.param(
            [{"p": 40, "c": 9, "u": 300, "t": 11, "total": 360}], (340, 20), id="tool use is prompt"
        ),
        pytest.param([{"p": 12, "c": 7}], (12, 7), id="no total"),
        pytest.param([{"p": 12, "c": 7, "t": 5}], (12, 12), id="no total, with thoughts"),
        pytest.param([{"p": 9, "t": 91, "total": 100}], (9, 91), id="only thoughts so far"),
        pytest.param([{"p": 4}], (4, None), id="embedding"),
        pytest.param([{}], (None, None), id="nothing stated"),
        pytest.param(
            [{"p": 12, "c": 3, "total": 15}, {"p": 12, "c": 7, "total": 19}],
            (12, 7),
            id="last wins",
        ),
        pytest.param(
            [{"p": 12, "c": 7, "total": 19}, {"p": 12, "total": 12}],
            (12, 7),
            id="last chunk without candidates, its total too small",
        ),
        pytest.param(
            [{"p": 12, "c": 7, "total": 19}, {"p": 12, "total": 25}],
            (12, 13),
            id="last chunk without candidates, its total grown",
        ),
        pytest.param(
            [{"p": 12, "total": 12}], (12, None), id="a first chunk alone says nothing of its text"
        ),
    ],
)
def test_output_and_input(
    chunks: list[dict[str, int]], expected: tuple[int | None, int | None]
) -> None:
    reading = read(*chunks)
    assert (reading.input_tokens, reading.output_tokens) == expected


def test_a_blocked_prompt_generated_nothing() -> None:
    assert read({"p": 12, "total": 12}, answer="").output_tokens == 0


def test_parts_are_named() -> None:
    reading = read({"p": 900, "c": 8, "t": 30, "k": 768, "total": 938})
    assert (reading.reasoning_tokens, reading.cache_read_tokens) == (30, 768)
    assert (reading.input_tokens, reading.output_tokens) == (900, 38)


def test_the_total_of_the_live_api_leaves_the_thoughts_out() -> None:
    reading = read({"p": 522, "r": 42, "t": 136, "total": 564})
    assert (reading.input_tokens, reading.output_tokens) == (522, 178)


def test_interactions_name_the_same_quantities() -> None:
    counts, reading = Counts(), Reading()
    counts.add_interaction(InteractionUsage(total_input_tokens=9))
    counts.add_interaction(
        InteractionUsage(
            total_input_tokens=9,
            total_output_tokens=779,
            total_thought_tokens=912,
            total_tool_use_tokens=50,
            total_cached_tokens=4,
            total_tokens=1750,
        )
    )
    settle(counts, reading)
    assert (reading.input_tokens, reading.output_tokens) == (59, 1691)
    assert (reading.reasoning_tokens, reading.cache_read_tokens) == (912, 4)
