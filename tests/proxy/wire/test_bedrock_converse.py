from __future__ import annotations

import json
from typing import Any

import pytest

from proxy.wire.bedrock_converse import Converse
from proxy.wire.reading import Reading
from tests.support.wire import a_call


def read(answer: dict[str, Any]) -> Reading:
    reading = Reading()
    Converse(a_call("bedrock", action="converse"), reading).read_answer(json.dumps(answer).encode())
    return reading


@pytest.mark.parametrize(
    "usage",
    [
        {"inputTokens": 2, "cacheReadInputTokens": 1322, "cacheWriteInputTokens": 10},
        {"inputTokens": 2, "cacheReadInputTokenCount": 1322, "cacheWriteInputTokenCount": 10},
        {
            "inputTokens": 2,
            "cacheReadInputTokens": 1322,
            "cacheReadInputTokenCount": 1322,
            "cacheWriteInputTokens": 10,
            "cacheWriteInputTokenCount": 10,
        },
    ],
)
@pytest.mark.parametrize("total", [7, 1339, None])
def test_the_cache_is_part_of_the_input_whatever_the_total_says(
    usage: dict[str, int], total: int | None
) -> None:
    reading = read({"usage": {**usage, "outputTokens": 5, "totalTokens": total}})
    assert reading.input_tokens == 1334
    assert (reading.cache_read_tokens, reading.cache_write_tokens) == (1322, 10)
    assert reading.output_tokens == 5


def test_no_cache_stated_is_not_zero() -> None:
    reading = read({"usage": {"inputTokens": 46, "outputTokens": 7, "totalTokens": 53}})
    assert (reading.cache_read_tokens, reading.cache_write_tokens) == (None, None)


def test_nova_wraps_the_events_that_converse_names() -> None:
    events: list[tuple[str, dict[str, Any]]] = [
        ("messageStart", {"role": "assistant"}),
        ("contentBlockDelta", {"delta": {"reasoningContent": {"text": "Hm. "}}}),
        ("contentBlockDelta", {"delta": {"reasoningContent": {"redactedContent": "cmVk"}}}),
        ("contentBlockStart", {"start": {"image": {"format": "png"}}}),
        ("contentBlockDelta", {"delta": {"text": "Oui."}}),
        ("messageStop", {"stopReason": "end_turn"}),
        ("metadata", {"usage": {"inputTokens": 4, "outputTokens": 3}}),
    ]
    named, wrapped = Reading(streamed=True), Reading(streamed=True)
    one, other = (Converse(a_call("bedrock"), reading) for reading in (named, wrapped))
    for name, body in events:
        assert not named.ended
        one.read_event(name, json.dumps(body).encode())
        other.read_event("", json.dumps({name: body}).encode())
    assert named == wrapped
    assert (named.answer_text, named.reasoning_text, named.images) == ("Oui.", "Hm. ", 1)
    assert (named.ended, named.input_tokens, named.output_tokens) == (True, 4, 3)


def test_an_image_in_a_whole_answer_is_counted() -> None:
    block = {"image": {"format": "png", "source": {"bytes": "iVBORw0KGgo="}}}
    assert read({"output": {"message": {"content": [block]}}}).images == 1


def test_other_places_of_a_prompt() -> None:
    reading = Reading()
    request = {
        "promptVariables": {"sujet": {"text": "les crèches"}},
        "messages": [
            {
                "content": [
                    {"searchResult": {"title": "t", "content": [{"text": "Trois crèches."}]}}
                ]
            },
            {"content": [{"citationsContent": {"content": [{"text": "Trois."}], "citations": []}}]},
        ],
    }
    Converse(a_call("bedrock"), reading).read_request(json.dumps(request).encode(), "")
    assert reading.prompt == ["les crèches", "Trois crèches.", "Trois."]
