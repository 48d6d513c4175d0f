"""Cohere chat, versions 1 and 2, the older generate, and embed.

Which tokens: a request has `tokens` (what the model processed, with the template that
Cohere puts around every prompt) and `billed_units` (what the customer wrote). The whole
prompt is `tokens`; `billed_units` stands in where it is all there is (embed).

Version 1 streams NDJSON told apart by `event_type`, whose last line repeats the whole
text; version 2 streams named server-sent events told apart by `type`.
"""

from __future__ import annotations

from typing import Any

import msgspec

from proxy.wire.base import Format
from proxy.wire.jsonish import count
from proxy.wire.reading import Reading
from proxy.wire.shape import NOTHING, Shape, Words, generated_json

__all__ = ["CohereChat", "CohereEmbed"]


class _Request(msgspec.Struct):
    model: str | None = None
    preamble: Any = None
    chat_history: Any = None
    message: Any = None
    messages: Any = None
    documents: Any = None
    tool_results: Any = None
    prompt: Any = None
    text: Any = None


class _Units(msgspec.Struct):
    """Cohere's schema makes every count a double."""

    input_tokens: float | int | None = None
    output_tokens: float | int | None = None
    image_tokens: float | int | None = None
    text_tokens: float | int | None = None


class _Usage(msgspec.Struct):
    """`meta` (version 1) or `usage` (version 2)."""

    tokens: _Units | None = None
    billed_units: _Units | None = None
    cached_tokens: float | int | None = None


class _Content(msgspec.Struct):
    text: str | None = None
    thinking: str | None = None


class _Function(msgspec.Struct):
    arguments: str | None = None


class _ToolCall(msgspec.Struct):
    function: _Function | None = None
    parameters: msgspec.Raw = NOTHING


class _Message(msgspec.Struct):
    """Of a delta, each list is a single object."""

    content: list[_Content] | _Content | None = None
    tool_plan: str | None = None
    tool_calls: list[_ToolCall] | _ToolCall | None = None


class _Delta(msgspec.Struct):
    message: _Message | None = None
    usage: _Usage | None = None
    finish_reason: str | None = None


class _Generation(msgspec.Struct):
    text: str | None = None


class _CallDelta(msgspec.Struct):
    parameters: str | None = None


class _Whole(msgspec.Struct):
    """A whole answer, which version 1 repeats at the end of its stream."""

    text: str | None = None
    summary: str | None = None
    generations: list[_Generation] | None = None
    message: _Message | str | None = None
    tool_calls: list[_ToolCall] | None = None
    meta: _Usage | None = None
    usage: _Usage | None = None
    finish_reason: str | None = None


class _Item(_Whole):
    type: str | None = None
    event_type: str | None = None
    is_finished: bool | None = None
    delta: _Delta | None = None
    tool_call_delta: _CallDelta | None = None
    response: _Whole | None = None


_request = Shape(_Request)
_item = Shape(_Item)
_LAST = frozenset({"message-end", "stream-end"})
"""Types of the event that ends a stream; `is_finished` says it too, but not everywhere."""
_WORDS = Words(
    keys=("message", "content", "text", "document", "data", "snippet", "outputs", "title"),
    skip=frozenset({"image_url", "thinking"}),
)


class CohereChat(Format):
    """Chat requests, whole answers, and events of both versions."""

    name = "cohere-chat"

    def read_request(self, body: bytes, content_type: str) -> None:
        """See `Format.read_request`."""
        del content_type
        request = _request.read(body, self.reading)
        reading = self.reading
        reading.model_asked = request.model or reading.model_asked
        for part in (request.preamble, request.chat_history, request.messages, request.message):
            reading.prompt += _WORDS.of(part)
            if part is not None:
                reading.messages += len(part) if isinstance(part, list) else 1
        reading.prompt += _WORDS.of(
            [request.documents, request.tool_results, request.prompt, request.text]
        )

    def read_answer(self, body: bytes) -> None:
        """See `Format.read_answer`."""
        item = _item.read(body, self.reading)
        self._whole(item)
        if isinstance(item.message, str):
            # Cohere gives a sentence and no code; the sentence may quote the request.
            self.reading.error_type = "error"

    def read_event(self, event: str, data: bytes) -> None:
        """See `Format.read_event`."""
        del event
        item = _item.read(data, self.reading)
        if item.text:
            self.reading.answer.append(item.text)
        if item.delta is not None:
            self._delta(item.delta)
        if item.tool_call_delta is not None and item.tool_call_delta.parameters:
            self.reading.reasoning.append(item.tool_call_delta.parameters)
        if item.is_finished or _LAST & {item.type, item.event_type}:
            self._close(item)

    def _delta(self, delta: _Delta) -> None:
        if delta.message is not None:
            self._message(delta.message)
        if delta.usage is not None:
            _tokens(delta.usage, self.reading)
        self._reason(delta.finish_reason)

    def _close(self, item: _Item) -> None:
        self.reading.ended = True
        self._reason(item.finish_reason)
        if item.response is not None:
            whole = item.response
            if self.reading.answer:
                whole.text, whole.generations = None, None
            if self.reading.reasoning:
                whole.tool_calls = None
            self._whole(whole)
        self._usage(item)

    def _whole(self, whole: _Whole) -> None:
        reading = self.reading
        for generation in whole.generations or ():
            if generation.text:
                reading.answer.append(generation.text)
        for text in (whole.text, whole.summary):
            if text:
                reading.answer.append(text)
        if isinstance(whole.message, _Message):
            self._message(whole.message)
        for call in whole.tool_calls or ():
            reading.reasoning += generated_json(call.parameters)
        self._usage(whole)

    def _reason(self, finish_reason: str | None) -> None:
        """ERROR, ERROR_TOXIC, ERROR_LIMIT: an answer that failed on its way."""
        if finish_reason is not None and finish_reason.startswith("ERROR"):
            self.reading.error_type = finish_reason

    def _usage(self, whole: _Whole) -> None:
        for usage in (whole.meta, whole.usage):
            if usage is not None:
                _tokens(usage, self.reading)

    def _message(self, message: _Message) -> None:
        reading = self.reading
        for content in _several(message.content):
            if content.text:
                reading.answer.append(content.text)
            if content.thinking:
                reading.reasoning.append(content.thinking)
        if message.tool_plan:
            reading.reasoning.append(message.tool_plan)
        for call in _several(message.tool_calls):
            if call.function is not None and call.function.arguments:
                reading.reasoning.append(call.function.arguments)


class _EmbedRequest(msgspec.Struct):
    model: str | None = None
    texts: Any = None
    inputs: Any = None


class _EmbedAnswer(msgspec.Struct):
    meta: _Usage | None = None
    message: msgspec.Raw = NOTHING


_embed_request = Shape(_EmbedRequest)
_embed_answer = Shape(_EmbedAnswer)


class CohereEmbed(Format):
    """Texts, images or mixed inputs to vectors, of which nothing is read."""

    name = "cohere-embed"

    def read_request(self, body: bytes, content_type: str) -> None:
        """See `Format.read_request`."""
        del content_type
        request = _embed_request.read(body, self.reading)
        self.reading.operation = "embedding"
        self.reading.model_asked = request.model or self.reading.model_asked
        self.reading.prompt += _WORDS.of([request.texts, request.inputs])

    def read_answer(self, body: bytes) -> None:
        """See `Format.read_answer`."""
        answer = _embed_answer.read(body, self.reading)
        if answer.meta is not None:
            _tokens(answer.meta, self.reading)
        if bytes(answer.message).startswith(b'"'):
            self.reading.error_type = "error"


def _tokens(usage: _Usage, reading: Reading) -> None:
    tokens, billed = usage.tokens or _Units(), usage.billed_units or _Units()
    stated = _first(tokens.input_tokens, billed.input_tokens)
    if stated is None and billed.image_tokens is not None:
        stated = (count(billed.image_tokens) or 0) + (count(billed.text_tokens) or 0)
    reading.input_tokens = _first(stated, reading.input_tokens)
    reading.output_tokens = _first(
        tokens.output_tokens, billed.output_tokens, reading.output_tokens
    )
    reading.cache_read_tokens = _first(usage.cached_tokens, reading.cache_read_tokens)


def _first(*counts: float | None) -> int | None:
    """The first that is stated."""
    return next((value for value in map(count, counts) if value is not None), None)


def _several[T](value: list[T] | T | None) -> list[T]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
