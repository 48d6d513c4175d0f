"""Contents and parts: what a Gemini prompt and a Gemini answer are made of."""

from __future__ import annotations

import msgspec

from proxy.wire.reading import Reading
from proxy.wire.shape import NOTHING, Words, generated_json

__all__ = ["WORDS", "Content", "add_content"]


class _Call(msgspec.Struct):
    args: msgspec.Raw = NOTHING


class _Code(msgspec.Struct):
    code: str | None = None


class _Blob(msgspec.Struct):
    mime_type: str | None = msgspec.field(default=None, name="mimeType")


class _Part(msgspec.Struct, rename="camel"):
    text: str | None = None
    thought: bool | None = None
    function_call: _Call | None = None
    executable_code: _Code | None = None
    inline_data: _Blob | None = None


class Content(msgspec.Struct):
    """One turn of the model, or a piece of it."""

    parts: list[_Part] | None = None


WORDS = Words(
    keys=(
        "text",
        "parts",
        "content",
        "prompt",
        "functionResponse",
        "function_response",
        "response",
        "output",
        "result",
    )
)
"""Visible text of contents, of embedding requests and of `instances` (predict)."""


def add_content(content: Content, reading: Reading, answer: list[str]) -> None:
    """Adds what the model generated: answer, thinking, arguments, code, images."""
    for part in content.parts or ():
        if part.text:
            (reading.reasoning if part.thought else answer).append(part.text)
        if part.function_call is not None:
            reading.reasoning += generated_json(part.function_call.args)
        if part.executable_code is not None and part.executable_code.code:
            reading.reasoning.append(part.executable_code.code)
        if part.inline_data is not None and (part.inline_data.mime_type or "").startswith("image/"):
            reading.images = (reading.images or 0) + 1
