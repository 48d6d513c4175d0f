"""Ollama's own API: chat, generate, embed (and the older embeddings).

A stream is NDJSON and is the default: without it the answer is the last line alone.
`prompt_eval_count` is missing when the prompt was already in the server's memory; that
is "not stated", never zero. An error can stand on a line of a stream that began with 200.
"""

from __future__ import annotations

from typing import Any

import msgspec

from proxy.wire.base import Format
from proxy.wire.shape import NOTHING, Shape, Words, generated_json

__all__ = ["Ollama"]


class _Request(msgspec.Struct):
    model: str | None = None
    name: str | None = None
    system: Any = None
    messages: Any = None
    prompt: Any = None
    suffix: Any = None
    input: Any = None


class _Function(msgspec.Struct):
    arguments: msgspec.Raw = NOTHING


class _ToolCall(msgspec.Struct):
    function: _Function | None = None


class _Message(msgspec.Struct):
    content: str | None = None
    thinking: str | None = None
    tool_calls: list[_ToolCall] | None = None


class _Line(msgspec.Struct):
    model: str | None = None
    message: _Message | None = None
    response: str | None = None
    thinking: str | None = None
    image: str | None = None
    done: bool | None = None
    done_reason: str | None = None
    prompt_eval_count: int | None = None
    eval_count: int | None = None
    error: Any = None


_request = Shape(_Request)
_line = Shape(_Line)
_WORDS = Words(keys=("content", "text"))
_NO_WORK = frozenset({"load", "unload"})
"""`done_reason` of a call that only moves a model in or out of memory."""


class Ollama(Format):
    """Requests, whole answers and lines of a stream."""

    name = "ollama"

    def read_request(self, body: bytes, content_type: str) -> None:
        """See `Format.read_request`."""
        del content_type
        request = _request.read(body, self.reading)
        self.reading.model_asked = request.model or request.name or self.reading.model_asked
        self.reading.prompt += _WORDS.of(
            [request.system, request.messages, request.prompt, request.suffix, request.input]
        )
        if isinstance(request.messages, list):
            self.reading.messages += len(request.messages)

    def read_answer(self, body: bytes) -> None:
        """See `Format.read_answer`."""
        self._take(_line.read(body, self.reading))

    def read_event(self, event: str, data: bytes) -> None:
        """See `Format.read_event`."""
        del event
        self._take(_line.read(data, self.reading))

    def _take(self, line: _Line) -> None:
        reading = self.reading
        if line.message is not None:
            self._message(line.message)
        if line.response:
            reading.answer.append(line.response)
        if line.thinking:
            reading.reasoning.append(line.thinking)
        if line.model:
            reading.model_answered = line.model
        if line.done or line.prompt_eval_count is not None or line.eval_count is not None:
            self._close(line)
        if line.image:
            reading.images = (reading.images or 0) + 1
        if line.error is not None:
            # Ollama gives a sentence and no code; the sentence may quote the request.
            reading.error_type = "error"
            reading.ended = True

    def _message(self, message: _Message) -> None:
        if message.content:
            self.reading.answer.append(message.content)
        if message.thinking:
            self.reading.reasoning.append(message.thinking)
        for call in message.tool_calls or ():
            if call.function is not None:
                self.reading.reasoning += generated_json(call.function.arguments)

    def _close(self, line: _Line) -> None:
        reading = self.reading
        reading.ended = bool(line.done)
        reading.input_tokens = line.prompt_eval_count
        reading.output_tokens = line.eval_count
        if line.done_reason in _NO_WORK:
            reading.inference = False
