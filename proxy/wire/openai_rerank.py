"""Reranking, in the shapes of Cohere, Jina, Voyage, vLLM, Albert and TEI.

A query and documents go in, scores come out. Tokens are stated under `usage`, or under
`meta` (Cohere: `tokens`, or `billed_units`, which may hold search units only).
"""

from __future__ import annotations

from typing import Any

import msgspec

from proxy.wire.jsonish import decode, texts, untyped
from proxy.wire.openai_embeddings import read_input_usage
from proxy.wire.openai_format import OpenAIFormat
from proxy.wire.openai_usage import read_usage
from proxy.wire.shape import NOTHING

__all__ = ["OpenAIRerank"]


class _Request(msgspec.Struct, gc=False):
    model: Any = None
    query: Any = None
    prompt: Any = None
    documents: Any = None
    input: Any = None
    texts: Any = None


class _Answer(msgspec.Struct, gc=False):
    model: Any = None
    usage: Any = None
    meta: Any = None
    error: Any = None
    results: msgspec.Raw = NOTHING
    data: msgspec.Raw = NOTHING


_request = msgspec.json.Decoder(_Request)
_answer = msgspec.json.Decoder(_Answer)


class OpenAIRerank(OpenAIFormat):
    """Reranking; never streamed."""

    name = "openai-rerank"

    def read_request(self, body: bytes, content_type: str) -> None:
        """Model, query and documents; see `Format`."""
        del content_type
        request = decode(_request, body)
        reading = self.reading
        self._ask(request.model)
        for part in (request.query, request.prompt, request.documents, request.input):
            texts(part, reading.prompt)
        texts(request.texts, reading.prompt)

    def read_answer(self, body: bytes) -> None:
        """Model and usage; see `Format`."""
        answer = decode(_answer, body)
        reading = self.reading
        self._name(answer.model)
        if isinstance(answer.meta, dict):
            for key in ("billed_units", "tokens"):
                read_usage(reading, answer.meta.get(key))
        read_input_usage(reading, answer.usage)
        if answer.results is NOTHING and answer.data is NOTHING:
            self._read_failure(untyped(body))

    def read_event(self, event: str, data: bytes) -> None:
        """One score of a bare list (TEI), which is no stream; see `Format`."""
        del event, data
        self.reading.streamed = False
        self.reading.ended = True
