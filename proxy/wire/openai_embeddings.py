"""OpenAI embeddings: text in, vectors out. No word comes back, nothing is generated.

Vectors are numbers or base64; neither is kept. Services that state only `total_tokens`
(Voyage, Jina) mean the input.
"""

from __future__ import annotations

from typing import Any

import msgspec

from proxy.wire.jsonish import count, decode, texts, untyped
from proxy.wire.openai_format import OpenAIFormat
from proxy.wire.openai_usage import read_usage
from proxy.wire.reading import Reading
from proxy.wire.shape import NOTHING

__all__ = ["OpenAIEmbeddings", "read_input_usage"]


class _Request(msgspec.Struct, gc=False):
    model: Any = None
    input: Any = None
    inputs: Any = None
    text: Any = None


class _Answer(msgspec.Struct, gc=False):
    model: Any = None
    usage: Any = None
    error: Any = None
    result: Any = None
    meta: Any = None
    object: Any = None
    data: msgspec.Raw = NOTHING
    embeddings: msgspec.Raw = NOTHING


_request = msgspec.json.Decoder(_Request)
_answer = msgspec.json.Decoder(_Answer)


class OpenAIEmbeddings(OpenAIFormat):
    """Embeddings; never streamed."""

    name = "openai-embeddings"

    def read_request(self, body: bytes, content_type: str) -> None:
        """Model and texts; see `Format`."""
        del content_type
        request = decode(_request, body)
        self._ask(request.model)
        for part in (request.input, request.inputs, request.text):
            texts(part, self.reading.prompt)

    def read_answer(self, body: bytes) -> None:
        """Model and usage; see `Format`."""
        if body.lstrip()[:1] == b"[":
            return  # bare vectors, as some inference servers send them
        answer = decode(_answer, body)
        reading = self.reading
        self._name(answer.model)
        usage = answer.usage
        if usage is None and isinstance(answer.result, dict):
            usage = answer.result.get("usage")
        read_input_usage(reading, usage)
        if answer.data is NOTHING and answer.embeddings is NOTHING:
            self._read_failure(untyped(body))


def read_input_usage(reading: Reading, usage: object) -> None:
    """The usage of a call that only reads: a lone total is its input."""
    read_usage(reading, usage)
    if reading.input_tokens is None and isinstance(usage, dict):
        reading.input_tokens = count(usage.get("total_tokens"))
