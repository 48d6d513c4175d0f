from __future__ import annotations

import json

import msgspec

from proxy.wire.gemini_parts import WORDS, Content, add_content
from proxy.wire.reading import Reading


def test_what_the_model_generated() -> None:
    parts = [
        {"text": "Je réfléchis.", "thought": True, "thoughtSignature": "c2ln"},
        {"text": "Oui."},
        {"text": ""},
        {"functionCall": {"name": "f", "args": {"a": 1}}},
        {"functionCall": {"name": "g"}},
        {"executableCode": {"language": "PYTHON", "code": "print(1)"}},
        {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1"}},
        {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}},
        {"inlineData": {"mimeType": "audio/wav", "data": "UklGRg=="}},
    ]
    reading = Reading()
    content = msgspec.json.decode(json.dumps({"parts": parts}), type=Content)
    add_content(content, reading, reading.answer)
    assert reading.answer == ["Oui."]
    assert reading.reasoning == ["Je réfléchis.", '{"a": 1}', "print(1)"]
    assert reading.images == 1


def test_what_is_visible_of_a_prompt() -> None:
    contents = [
        {"role": "user", "parts": [{"text": "Un"}, {"fileData": {"fileUri": "gs://x"}}]},
        {"role": "model", "parts": [{"text": "non", "thought": True}, {"text": "Deux"}]},
        {"parts": [{"functionResponse": {"name": "f", "response": {"result": "Trois"}}}]},
        {"parts": [{"function_response": {"name": "f", "response": {"output": ["Quatre"]}}}]},
        {"parts": [{"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}}]},
    ]
    assert WORDS.of(contents) == ["Un", "Deux", "Trois", "Quatre"]
