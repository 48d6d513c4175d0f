from __future__ import annotations

import json
from typing import Any

from proxy.wire.gemini_live import Live
from proxy.wire.reading import Reading


def say(live: Live, reading: Reading, message: dict[str, Any], *, client: bool = False) -> bool:
    return live.read(json.dumps(message).encode(), reading, from_client=client)


def test_a_turn_ends_at_turn_complete_alone() -> None:
    live, reading = Live(), Reading()
    assert not say(live, reading, {"setup": {"model": "models/x-live"}}, client=True)
    assert not say(live, reading, {"serverContent": {"modelTurn": {"parts": [{"text": "Oui"}]}}})
    assert not say(live, reading, {"serverContent": {"generationComplete": True}})
    assert not say(live, reading, {"serverContent": {"interrupted": True}})
    assert say(live, reading, {"serverContent": {"turnComplete": True}})
    assert (reading.model_asked, reading.answer) == ("x-live", ["Oui"])
    assert (reading.input_tokens, reading.output_tokens) == (None, None)


def test_usage_that_comes_before_the_end_of_its_turn_belongs_to_it_and_to_no_other() -> None:
    live, first, second = Live(), Reading(), Reading()
    usage = {"promptTokenCount": 40, "responseTokenCount": 6, "totalTokenCount": 46}
    say(live, first, {"usageMetadata": usage})
    assert say(live, first, {"serverContent": {"turnComplete": True}})
    assert say(live, second, {"serverContent": {"turnComplete": True}})
    assert (first.input_tokens, first.output_tokens) == (40, 6)
    assert (second.input_tokens, second.output_tokens) == (None, None)


def test_images_and_calls_of_a_turn() -> None:
    live, reading = Live(), Reading()
    image = {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}}
    audio = {"inlineData": {"mimeType": "audio/pcm;rate=24000", "data": "AAAA"}}
    say(live, reading, {"serverContent": {"modelTurn": {"parts": [image, audio]}}})
    say(live, reading, {"toolCall": {"functionCalls": [{"name": "f", "args": {"a": 1}}]}})
    assert (reading.images, reading.reasoning) == (1, ['{"a": 1}'])
