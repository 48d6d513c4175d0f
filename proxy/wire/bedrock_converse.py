"""Bedrock's Converse shape, which Amazon's Nova models also use as their own body.

`inputTokens` excludes what was read from and written to the cache, also where the total
includes it: the three are summed. A block by a guardrail may state no tokens at all.

Shapes after botocore 1.44 (`bedrock-runtime/2023-09-30/service-2.json`). Converse sends
its events as binary messages whose type is a header, `metadata` with the usage last; Nova
wraps each in an object with that type as its only key, and ends the names of the cache
counts in `TokenCount`.
"""

from __future__ import annotations

from typing import Any

import msgspec

from proxy.wire.base import Format
from proxy.wire.reading import Reading
from proxy.wire.shape import NOTHING, Shape, Words, generated_json

__all__ = ["Converse"]


class _Request(msgspec.Struct, rename="camel"):
    system: Any = None
    messages: Any = None
    prompt_variables: dict[str, Any] | None = None


class _Usage(msgspec.Struct, rename="camel"):
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_write_input_tokens: int | None = None
    cache_read_input_token_count: int | None = None
    cache_write_input_token_count: int | None = None


class _Text(msgspec.Struct):
    text: str | None = None


class _Citations(msgspec.Struct):
    content: list[_Text] | None = None


class _Reasoning(msgspec.Struct, rename="camel"):
    reasoning_text: _Text | None = None
    text: str | None = None  # in a delta


class _ToolUse(msgspec.Struct):
    input: msgspec.Raw = NOTHING


class _Block(msgspec.Struct, rename="camel"):
    """A block of a message, or a delta of one."""

    text: str | None = None
    reasoning_content: _Reasoning | None = None
    tool_use: _ToolUse | None = None
    citations_content: _Citations | None = None
    image: msgspec.Raw = NOTHING


class _Message(msgspec.Struct):
    content: list[_Block] | None = None


class _Output(msgspec.Struct):
    message: _Message | None = None


class _Event(msgspec.Struct):
    """What is read of any event of the stream."""

    delta: _Block | None = None
    start: _Block | None = None
    usage: _Usage | None = None


class _Answer(msgspec.Struct, rename="camel"):
    """A whole answer, or an event as Nova wraps it."""

    output: _Output | None = None
    usage: _Usage | None = None
    content_block_delta: _Event | None = None
    content_block_start: _Event | None = None
    metadata: _Event | None = None


_request = Shape(_Request)
_answer = Shape(_Answer)
_event = Shape(_Event)
_string = msgspec.json.Decoder(str).decode
_WORDS = Words(
    keys=(
        "text",
        "content",
        "document",
        "source",
        "toolResult",
        "guardContent",
        "searchResult",
        "citationsContent",
    )
)


class Converse(Format):
    """Requests, whole answers and events of Converse and Nova."""

    name = "bedrock"

    def read_request(self, body: bytes, content_type: str) -> None:
        """See `Format.read_request`."""
        del content_type
        request = _request.read(body, self.reading)
        self.reading.prompt += _WORDS.of(request.system)
        self.reading.prompt += _WORDS.of(list((request.prompt_variables or {}).values()))
        self.reading.prompt += _WORDS.of(request.messages)
        if isinstance(request.messages, list):
            self.reading.messages += len(request.messages) + bool(request.system)

    def read_answer(self, body: bytes) -> None:
        """See `Format.read_answer`."""
        self._whole(_answer.read(body, self.reading))

    def read_event(self, event: str, data: bytes) -> None:
        """See `Format.read_event`: named by Bedrock, nameless by Nova."""
        if not event:
            self._whole(_answer.read(data, self.reading))
        else:
            self._event(_event.read(data, self.reading))
            if event == "metadata":
                self.reading.ended = True

    def _whole(self, answer: _Answer) -> None:
        if answer.output is not None and answer.output.message is not None:
            for block in answer.output.message.content or ():
                self._block(block)
        if answer.usage is not None:
            _tokens(answer.usage, self.reading)
        for event in (answer.content_block_delta, answer.content_block_start, answer.metadata):
            if event is not None:
                self._event(event)
        if answer.metadata is not None:
            self.reading.ended = True

    def _event(self, event: _Event) -> None:
        if event.delta is not None:
            self._block(event.delta)
        if event.start is not None and bytes(event.start.image):
            self.reading.images = (self.reading.images or 0) + 1
        if event.usage is not None:
            _tokens(event.usage, self.reading)

    def _block(self, block: _Block) -> None:
        reading = self.reading
        if block.text:
            reading.answer.append(block.text)
        if block.reasoning_content is not None:
            self._reasoning(block.reasoning_content)
        if block.tool_use is not None:
            self._arguments(block.tool_use.input)
        if block.citations_content is not None:
            for cited in block.citations_content.content or ():
                if cited.text:
                    reading.answer.append(cited.text)
        if bytes(block.image) and not reading.streamed:
            reading.images = (reading.images or 0) + 1

    def _reasoning(self, content: _Reasoning) -> None:
        text = content.text or (content.reasoning_text.text if content.reasoning_text else None)
        if text:
            self.reading.reasoning.append(text)

    def _arguments(self, raw: msgspec.Raw) -> None:
        """An object in a whole answer, a piece of its text in a delta."""
        if bytes(raw).startswith(b'"'):
            self.reading.reasoning.append(_string(raw))
        else:
            self.reading.reasoning += generated_json(raw)


def _tokens(usage: _Usage, reading: Reading) -> None:
    read = _either(usage.cache_read_input_tokens, usage.cache_read_input_token_count)
    written = _either(usage.cache_write_input_tokens, usage.cache_write_input_token_count)
    reading.cache_read_tokens, reading.cache_write_tokens = read, written
    reading.output_tokens = usage.output_tokens
    if usage.input_tokens is not None:
        reading.input_tokens = usage.input_tokens + (read or 0) + (written or 0)


def _either(first: int | None, second: int | None) -> int | None:
    return second if first is None else first
