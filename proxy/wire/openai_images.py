"""OpenAI images: generations, edits and variations, and what follows their shape.

Images come as base64 or as addresses, in one document, or as events of which only the
completed ones are images; the partial ones before them are drafts of the same image.
gpt-image models state tokens, DALL-E and most others do not. Some services answer with
the bytes of the image.
"""

from __future__ import annotations

from typing import Any

import msgspec

from proxy.wire.jsonish import decode, texts, untyped
from proxy.wire.openai_format import OpenAIFormat, read_error
from proxy.wire.openai_usage import read_usage

__all__ = ["OpenAIImages"]


class _Request(msgspec.Struct, gc=False):
    model: Any = None
    prompt: Any = None
    inputs: Any = None
    negative_prompt: Any = None


class _Answer(msgspec.Struct, gc=False):
    type: Any = None
    model: Any = None
    usage: Any = None
    error: Any = None
    data: list[msgspec.Raw] | None = None
    images: list[msgspec.Raw] | None = None


_request = msgspec.json.Decoder(_Request)
_answer = msgspec.json.Decoder(_Answer)


class OpenAIImages(OpenAIFormat):
    """Images, whole or as a stream of drafts."""

    name = "openai-images"

    def read_request(self, body: bytes, content_type: str) -> None:
        """Model and prompt; the images of an edit are no words; see `Format`."""
        del content_type
        request = decode(_request, body)
        reading = self.reading
        self._ask(request.model)
        for part in (request.prompt, request.inputs, request.negative_prompt):
            texts(part, reading.prompt)

    def read_answer(self, body: bytes) -> None:
        """Images and usage; see `Format`."""
        answer = decode(_answer, body)
        self._read(answer)
        made = answer.data if answer.data is not None else answer.images
        if made is not None:
            self.reading.images = len(made)
        else:
            self._read_failure(untyped(body))

    def read_event(self, event: str, data: bytes) -> None:
        """One event; see `Format`."""
        answer = decode(_answer, data)
        kind = answer.type if isinstance(answer.type, str) else event
        self._read(answer)
        if kind.endswith(".completed"):
            self.reading.images = (self.reading.images or 0) + 1
            self.reading.ended = True
        elif kind == "error":
            self._read_failure(untyped(data))

    def _read(self, answer: _Answer) -> None:
        reading = self.reading
        self._name(answer.model)
        read_usage(reading, answer.usage)
        if answer.error is not None:
            read_error(reading, answer.error)

    def read_binary(self, content_type: str, size_bytes: int) -> bool:
        """The image itself; see `Format`."""
        if not content_type.startswith("image/") or not size_bytes:
            return False
        self.reading.images = 1
        return True
