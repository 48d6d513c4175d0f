"""What OpenAI-shaped requests put into the prompt."""

from __future__ import annotations

import msgspec

from proxy.wire.jsonish import texts
from proxy.wire.reading import Reading

__all__ = ["read_messages", "read_tools"]

_AUDIO = frozenset({"input_audio", "audio_url", "audio"})
_EMPTY = frozenset({b"", b"null", b"[]", b"{}"})


def read_messages(reading: Reading, messages: object) -> bool:
    """Texts of a list of messages, tool calls and their results included.

    Returns whether any of them holds audio.
    """
    if isinstance(messages, dict):
        messages = [messages]
    if not isinstance(messages, list):
        texts(messages, reading.prompt)
        reading.messages += bool(messages)
        return False
    audio = False
    reading.messages += len(messages)
    for message in messages:
        if not isinstance(message, dict):
            texts(message, reading.prompt)
            continue
        content = message.get("content")
        texts(content, reading.prompt)
        if isinstance(content, list):
            audio = audio or any(
                isinstance(part, dict) and part.get("type") in _AUDIO for part in content
            )
        calls = message.get("tool_calls")
        for call in calls if isinstance(calls, list) else ():
            function = call.get("function") if isinstance(call, dict) else None
            if isinstance(function, dict):
                texts(function.get("name"), reading.prompt)
                texts(function.get("arguments"), reading.prompt)
    return audio


def read_tools(reading: Reading, *tools: msgspec.Raw) -> None:
    """Descriptions of tools are read by the model too: they go last, as compact JSON.

    Counted by a tokenizer that comes nearest to the stated counts of requests with tools.
    """
    for raw in tools:
        if bytes(raw) not in _EMPTY:
            compact = msgspec.json.format(raw, indent=-1)
            reading.prompt.append(bytes(compact).decode("utf-8", "replace"))
