from __future__ import annotations

import json
from typing import Any

import pytest

from proxy.wire.gemini_counts import Counts
from proxy.wire.gemini_interactions import Interactions
from proxy.wire.reading import Reading


def read(*items: dict[str, Any]) -> Reading:
    reading = Reading()
    interactions = Interactions(reading, Counts())
    for item in items:
        interactions.read(json.dumps(item).encode())
    return reading


@pytest.mark.parametrize(
    ("value", "prompt"),
    [
        ("Bonjour", ["Bonjour"]),
        ({"type": "text", "text": "Bonjour"}, ["Bonjour"]),
        ([{"type": "text", "text": "Décris"}, {"type": "image", "data": "iVBO"}], ["Décris"]),
        (
            [
                {"role": "user", "content": "Un"},
                {"role": "model", "content": [{"type": "text", "text": "Deux"}]},
            ],
            ["Un", "Deux"],
        ),
        ([{"type": "function_result", "call_id": "f", "result": "Fermé."}], ["Fermé."]),
        ([{"type": "thought", "summary": [{"text": "non"}], "text": "non"}], []),
    ],
)
def test_inputs(value: object, prompt: list[str]) -> None:
    reading = Reading()
    body = json.dumps({"agent": "deep-research-pro", "input": value}).encode()
    Interactions(reading, Counts()).read_request(body)
    assert reading.prompt == prompt
    assert reading.model_asked == "deep-research-pro"


def test_text_that_only_the_last_event_has_is_taken_from_there() -> None:
    step = {"type": "model_output", "content": [{"type": "text", "text": "Oui."}]}
    reading = read({"event_type": "interaction.completed", "interaction": {"steps": [step]}})
    assert reading.answer == ["Oui."]
    assert reading.ended


def test_text_that_a_step_starts_with_counts() -> None:
    step = {"type": "model_output", "content": [{"type": "text", "text": "Oui"}]}
    reading = read(
        {"event_type": "step.start", "index": 0, "step": step},
        {"event_type": "step.delta", "index": 0, "delta": {"type": "text", "text": "."}},
    )
    assert reading.answer_text == "Oui."
    assert not reading.ended


def test_a_failed_interaction_is_an_error() -> None:
    assert read({"id": "v1", "status": "failed", "model": "m"}).error_type == "failed"
    assert read({"error": {"code": 429, "status": "RESOURCE_EXHAUSTED"}}).error_type == "429"


def test_the_preview_put_thoughts_and_calls_among_the_outputs() -> None:
    outputs = [
        {"type": "thought", "summary": [{"type": "text", "text": "Hm."}], "signature": "c2ln"},
        {"type": "function_call", "name": "f", "arguments": {"a": 1}},
        {"type": "text", "text": "Oui."},
    ]
    reading = read({"id": "v1", "status": "completed", "model": "m", "outputs": outputs})
    assert (reading.answer, reading.reasoning) == (["Oui."], ["Hm.", '{"a": 1}'])
