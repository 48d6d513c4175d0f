"""OpenAI Responses: whole, streamed, and turn by turn on a WebSocket.

Also Mistral's conversations, which have the same outline: items in, items out, named
events. Traps, each with a test:

- `response.created` and `.in_progress` repeat the whole request, instructions included:
  nothing of them is output.
- Usage stands in the `response` of the terminal event only; there may be no `[DONE]`.
- The terminal event repeats the output: it is read only if no delta came before.
- A background request is answered at once with "queued": what it generates is polled
  for elsewhere, so the reading stays `partial`.
- Counting input tokens generates nothing and is no exchange.
"""

from __future__ import annotations

from typing import Any

import msgspec

from proxy.wire.jsonish import count, decode, texts, untyped
from proxy.wire.openai_format import OpenAIFormat, read_error
from proxy.wire.openai_items import read_input, read_output
from proxy.wire.openai_prompt import read_tools
from proxy.wire.openai_usage import read_footprint, read_usage
from proxy.wire.shape import NOTHING

__all__ = ["OpenAIResponses"]


class _Request(msgspec.Struct, gc=False):
    type: Any = None
    model: Any = None
    agent_id: Any = None
    instructions: Any = None
    input: Any = None
    inputs: Any = None
    stream: Any = None
    tools: msgspec.Raw = NOTHING


class _Response(msgspec.Struct, gc=False):
    """A response: the whole answer, or what an event says of it."""

    object: Any = None
    model: Any = None
    status: Any = None
    error: Any = None
    usage: Any = None
    output: Any = None
    outputs: Any = None
    impacts: Any = None
    input_tokens: Any = None


class _Event(msgspec.Struct, gc=False):
    type: Any = None
    delta: Any = None
    response: _Response | None = None
    content: Any = None
    arguments: Any = None
    model: Any = None
    usage: Any = None
    error: Any = None
    code: Any = None


class _Delta(msgspec.Struct, gc=False):
    """An event that the framing has named already."""

    delta: Any = None


_requests = msgspec.json.Decoder(_Request)
_responses = msgspec.json.Decoder(_Response)
_events = msgspec.json.Decoder(_Event)
_deltas = msgspec.json.Decoder(_Delta)

_DELTAS = {
    "response.output_text.delta": "answer",
    "response.refusal.delta": "answer",
    "response.output_audio_transcript.delta": "answer",
    "response.audio.transcript.delta": "answer",
    "response.reasoning_text.delta": "reasoning",
    "response.reasoning.delta": "reasoning",
    "response.reasoning_summary_text.delta": "reasoning",
    "response.reasoning_summary.delta": "reasoning",
    "response.function_call_arguments.delta": "reasoning",
    "response.custom_tool_call_input.delta": "reasoning",
    "response.mcp_call_arguments.delta": "reasoning",
    "response.mcp_call.arguments.delta": "reasoning",
    "response.code_interpreter_call_code.delta": "reasoning",
    "response.code_interpreter_call.code.delta": "reasoning",
}
"""Events that carry generated text, and the list of the reading that it belongs to."""

_TERMINAL = frozenset(
    {
        "response.completed",
        "response.incomplete",
        "response.failed",
        "response.cancelled",
        "response.done",
        "conversation.response.done",
        "conversation.response.error",
        "error",
    }
)
_UNFINISHED = frozenset({"queued", "in_progress"})


class OpenAIResponses(OpenAIFormat):
    """Responses and conversations."""

    name = "openai-responses"

    def read_request(self, body: bytes, content_type: str) -> None:
        """Model, instructions and items; see `Format`."""
        del content_type
        request = decode(_requests, body)
        reading = self.reading
        self._ask(request.model or request.agent_id)
        reading.streamed = request.stream is True
        texts(request.instructions, reading.prompt)
        for items in (request.input, request.inputs):
            read_input(reading, items)
        read_tools(reading, request.tools)

    def read_answer(self, body: bytes) -> None:
        """The whole response; see `Format`."""
        response = decode(_responses, body)
        if response.object == "response.input_tokens":
            self.reading.inference = False
            self.reading.input_tokens = count(response.input_tokens)
            return
        self._read_response(response)
        if response.output is None and response.outputs is None:
            self._read_failure(untyped(body))
        if response.status in _UNFINISHED:
            self.reading.parse_status = "partial"

    def read_event(self, event: str, data: bytes) -> None:
        """One event, named by its `type` or by the framing; see `Format`."""
        where = _DELTAS.get(event)
        if where is not None:
            self._add(where, decode(_deltas, data).delta)
            return
        item = decode(_events, data)
        kind = item.type if isinstance(item.type, str) else event
        where = _DELTAS.get(kind)
        if where is not None:
            self._add(where, item.delta)
        else:
            self._read_other(kind, item)

    def _add(self, where: str, delta: object) -> None:
        if delta and isinstance(delta, str):
            getattr(self.reading, where).append(delta)

    def _read_other(self, kind: str, item: _Event) -> None:
        reading = self.reading
        if item.response is not None:
            self._read_response(item.response)
        if kind == "message.output.delta":
            self._name(item.model)
            read_output(reading, [{"type": "message", "content": item.content}])
        elif kind == "function.call.delta":
            texts(item.arguments, reading.reasoning)
        if item.usage is not None:
            read_usage(reading, item.usage)
        if kind in _TERMINAL:
            reading.ended = True
            if kind.endswith("error"):
                # Its code stands in the event, or one level down.
                read_error(reading, item.error or {"code": item.code})

    def _read_response(self, response: _Response) -> None:
        reading = self.reading
        self._name(response.model)
        if response.usage is not None:
            read_usage(reading, response.usage)
        if response.error is not None:
            read_error(reading, response.error)
        if response.impacts is not None:
            read_footprint(reading, response.impacts)
        if isinstance(response.outputs, list):
            for item in response.outputs:
                self._name(item.get("model") if isinstance(item, dict) else None)
        for items in (response.output, response.outputs):
            if items:
                read_output(
                    reading,
                    items,
                    words=not reading.answer,
                    hidden=not reading.reasoning,
                )

    def read_message(self, data: bytes, *, from_client: bool) -> bool:
        """One message of the WebSocket mode: the same request and events; see `Format`."""
        if from_client:
            self.read_request(data, "application/json")
            return False
        before = self.reading.ended
        self.read_event("", data)
        return self.reading.ended and not before
