"""Items of the Responses API: what goes in and what comes out, one after the other."""

from __future__ import annotations

from typing import Any

from proxy.wire.jsonish import texts
from proxy.wire.reading import Reading

__all__ = ["read_input", "read_output"]

_GENERATED = ("name", "arguments", "input", "code")
"""Fields of tool calls that the model wrote."""


def read_input(reading: Reading, items: object) -> None:
    """Texts of a request's input: one string, or messages, tool calls and their results.

    Earlier reasoning is left out: it is encrypted, or a summary that is not sent again.
    """
    if isinstance(items, dict):
        items = [items]
    if not isinstance(items, list):
        texts(items, reading.prompt)
        reading.messages += bool(items)
        return
    reading.messages += len(items)
    for item in items:
        if not isinstance(item, dict):
            texts(item, reading.prompt)
        elif item.get("type") != "reasoning":
            texts(item.get("content", item.get("text")), reading.prompt)
            texts(item.get("output"), reading.prompt)
            for field in _GENERATED:
                texts(item.get(field), reading.prompt)


def read_output(
    reading: Reading, items: object, *, words: bool = True, hidden: bool = True
) -> None:
    """Texts of a response's output.

    `words`: take the visible text; `hidden`: take reasoning and tool calls. Both are off
    where a stream has given them already. Images are counted in any case.
    """
    if not isinstance(items, list):
        return
    images = 0
    for item in items:
        kind = item.get("type", "") if isinstance(item, dict) else None
        if kind in {"message", "message.output", ""}:
            _read_message(reading, item.get("content"), words=words, hidden=hidden)
        elif kind == "image_generation_call":
            images += 1
        elif hidden and kind:
            _read_hidden(reading, str(kind), item)
    if images:
        reading.images = images


def _read_hidden(reading: Reading, kind: str, item: dict[str, Any]) -> None:
    """Reasoning, and what the model wrote to call tools; not what the tools answered."""
    if kind == "reasoning":
        texts(item.get("summary"), reading.reasoning)
        texts(item.get("content"), reading.reasoning)
    elif not kind.endswith("_output"):
        for field in _GENERATED:
            texts(item.get(field), reading.reasoning)


def _read_message(reading: Reading, content: Any, *, words: bool, hidden: bool) -> None:  # noqa: ANN401 - any JSON
    for part in content if isinstance(content, list) else [content]:
        kind = part.get("type") if isinstance(part, dict) else None
        if kind in {"thinking", "reasoning_text"}:
            if hidden:
                texts(part.get("thinking", part.get("text")), reading.reasoning)
        elif words:
            texts(part, reading.answer)
            if kind == "refusal":
                texts(part.get("refusal"), reading.answer)
