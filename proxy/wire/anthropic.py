"""Anthropic Messages, on Anthropic's own API, on Vertex (`rawPredict`) and in Bedrock bodies.

Traps, each with a test:

- `input_tokens` excludes what was read from and written to the cache: the three are summed.
- In a stream the output count of `message_start` is a placeholder, its input may be too;
  every field of a later `message_delta` replaces it. Nothing is summed over events.
- With compaction the headline counts hide `usage.iterations[]`: see `_total`.
- An error may come as an event inside a 200. There is no `[DONE]`.
- `count_tokens` answers generate nothing.

The text completions that came before (`/v1/complete`) are read too.
"""

from __future__ import annotations

from typing import Any

import msgspec

from proxy.providers import Call
from proxy.wire.base import Format
from proxy.wire.reading import Reading
from proxy.wire.shape import NOTHING, Shape, Words, generated_json

__all__ = ["AnthropicMessages"]


class _Request(msgspec.Struct):
    model: str | None = None
    system: Any = None
    messages: Any = None
    prompt: Any = None


class _Counts(msgspec.Struct):
    type: str | None = None
    input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    output_tokens: int | None = None


class _OutputDetails(msgspec.Struct):
    thinking_tokens: int | None = None


class _Usage(_Counts):
    output_tokens_details: _OutputDetails | None = None
    iterations: list[_Counts] | None = None


class _Block(msgspec.Struct):
    type: str | None = None
    text: str | None = None
    thinking: str | None = None
    input: msgspec.Raw = NOTHING
    content: msgspec.Raw = NOTHING


class _Delta(msgspec.Struct):
    text: str | None = None
    thinking: str | None = None
    partial_json: str | None = None
    content: str | None = None


class _Message(msgspec.Struct):
    model: str | None = None
    usage: _Usage | None = None


class _Error(msgspec.Struct):
    type: str | None = None


class _Answer(msgspec.Struct):
    """A whole message, an event of a stream, or an error: told apart by `type`."""

    type: str | None = None
    delta: _Delta | None = None
    message: _Message | str | None = None
    content_block: _Block | None = None
    usage: _Usage | None = None
    error: _Error | str | None = None
    model: str | None = None
    content: list[_Block] | None = None
    completion: str | None = None
    stop_reason: str | None = None
    input_tokens: int | None = None


_request = Shape(_Request)
_answer = Shape(_Answer)
_text = msgspec.json.Decoder(str | None).decode

_WORDS = Words(
    keys=("text", "content", "source", "data"),
    skip=frozenset({"base64", "url", "file", "image", "thinking", "redacted_thinking"}),
)
_COUNTS = (
    "input_tokens",
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
    "output_tokens",
)


class AnthropicMessages(Format):
    """Requests, answers and named events of the Messages API."""

    name = "anthropic-messages"

    def __init__(self, call: Call, reading: Reading) -> None:
        super().__init__(call, reading)
        self._usage = _Usage()

    def read_request(self, body: bytes, content_type: str) -> None:
        """See `Format.read_request`."""
        del content_type
        request = _request.read(body, self.reading)
        self.reading.model_asked = request.model or self.reading.model_asked
        self.reading.prompt += _WORDS.of([request.system, request.messages, request.prompt])
        if isinstance(request.messages, list):
            self.reading.messages += len(request.messages) + bool(request.system)

    def read_answer(self, body: bytes) -> None:
        """See `Format.read_answer`."""
        answer = _answer.read(body, self.reading)
        if answer.type == "message_batch" or answer.input_tokens is not None:
            self.reading.inference = False
        for block in answer.content or ():
            self._block(block)
        self._take(answer)

    def read_event(self, event: str, data: bytes) -> None:
        """See `Format.read_event`."""
        del event
        item = _answer.read(data, self.reading)
        if item.delta is not None:
            self._delta(item.delta)
        if item.type != "content_block_delta":
            self._other(item)

    def finish(self) -> None:
        """See `Format.finish`."""
        usage, reading = self._usage, self.reading
        total = _total(usage)
        reading.cache_write_tokens = total.cache_creation_input_tokens
        reading.cache_read_tokens = total.cache_read_input_tokens
        reading.output_tokens = total.output_tokens
        if usage.output_tokens_details is not None:
            reading.reasoning_tokens = usage.output_tokens_details.thinking_tokens
        if total.input_tokens is not None:
            reading.input_tokens = (
                total.input_tokens
                + (total.cache_creation_input_tokens or 0)
                + (total.cache_read_input_tokens or 0)
            )

    def _other(self, item: _Answer) -> None:
        """An event that is no delta of a block; there are few of them in a stream."""
        if isinstance(item.message, _Message):
            self.reading.model_answered = item.message.model or self.reading.model_answered
            if item.message.usage is not None:
                # Its output count is written before anything was generated.
                item.message.usage.output_tokens = None
                self._merge(item.message.usage)
        if item.content_block is not None:
            self._block(item.content_block)
        self._take(item)
        legacy_end = item.completion is not None and item.stop_reason
        if item.type in {"message_stop", "error"} or legacy_end:
            self.reading.ended = True

    def _take(self, item: _Answer) -> None:
        """What a whole message and a closing event have in common."""
        reading = self.reading
        reading.model_answered = item.model or reading.model_answered
        if item.completion:
            reading.answer.append(item.completion)
        if item.usage is not None:
            self._merge(item.usage)
        if isinstance(item.error, _Error):
            reading.error_type = item.error.type or "error"
        elif item.error or item.type == "error":
            reading.error_type = "error"

    def _delta(self, delta: _Delta) -> None:
        if delta.text:
            self.reading.answer.append(delta.text)
        elif delta.thinking:
            self.reading.reasoning.append(delta.thinking)
        elif delta.partial_json:
            self.reading.reasoning.append(delta.partial_json)
        elif delta.content:
            self.reading.reasoning.append(delta.content)

    def _block(self, block: _Block) -> None:
        if block.text:
            self.reading.answer.append(block.text)
        if block.thinking:
            self.reading.reasoning.append(block.thinking)
        self.reading.reasoning += generated_json(block.input)
        if block.type == "compaction" and bytes(block.content):
            # The summary that replaces the conversation so far: generated, not shown.
            self.reading.reasoning.append(_text(block.content) or "")

    def _merge(self, new: _Usage) -> None:
        for name in (*_COUNTS, "output_tokens_details", "iterations"):
            value = getattr(new, name)
            # Some compatible servers end with a zero for what they stated at the start.
            if value is not None and (value or not getattr(self._usage, name)):
                setattr(self._usage, name, value)


def _total(usage: _Usage) -> _Counts:
    """Headline counts and what they leave out.

    The headline sums the iterations of type `message`. Compaction and the advisor's turns
    are listed in `iterations` only (anthropic SDK 2.12, `types/beta/beta_usage.py`); of a
    declined answer that a fallback model replaced, the headline may hold only the last.
    The larger of "headline + hidden iterations" and "all iterations" is right in each case.
    """
    iterations = usage.iterations
    if not iterations:
        return usage
    hidden = [entry for entry in iterations if entry.type not in {"message", "fallback_message"}]
    total = _Counts()
    for name in _COUNTS:
        headline = getattr(usage, name)
        sums = (headline or 0) + _sum(hidden, name), _sum(iterations, name)
        if headline is not None or any(getattr(entry, name) is not None for entry in iterations):
            setattr(total, name, max(sums))
    return total


def _sum(entries: list[_Counts], name: str) -> int:
    return sum(getattr(entry, name) or 0 for entry in entries)
