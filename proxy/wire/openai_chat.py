"""OpenAI chat completions, and the many services that speak it.

Read here: OpenAI, Azure, Mistral (chat, fim, agents), Groq, Together, OpenRouter,
DeepSeek, xAI, Perplexity, Hugging Face router, GitHub Copilot, Scaleway, OVHcloud,
Albert, vLLM, llama.cpp, Cloudflare and what else follows their shape. Traps, each with
a test:

- A stream states usage only when asked, in a last chunk without choices; others state
  it unasked, in every chunk, or under `x_groq`, `timings` or `result`.
- Groq's compound systems list what each of several models used.
- Azure opens a stream with a chunk that has no choices; its model may be "".
- Perplexity repeats the whole message beside every delta, MiniMax at the end, and
  Together the text of the delta: the deltas count.
- Moonshot states the usage of a stream inside a choice.
- Mistral's content may be a list of parts, of which `thinking` is reasoning.
- An `"error": null` is no error; an error may come as an event of a 200.
- With `n` > 1 the choices of a stream arrive mixed up: they are put in order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any, Literal

import msgspec

from proxy.providers import Call
from proxy.wire.framing import Event
from proxy.wire.jsonish import decode, texts, untyped
from proxy.wire.openai_format import OpenAIFormat, read_error
from proxy.wire.openai_native import read_native, read_native_headers
from proxy.wire.openai_prompt import read_messages, read_tools
from proxy.wire.openai_usage import (
    read_breakdown,
    read_footprint,
    read_timings,
    read_usage,
)
from proxy.wire.reading import Reading
from proxy.wire.shape import NOTHING, Shape

__all__ = ["OpenAIChat"]


class _Request(msgspec.Struct, gc=False):
    model: Any = None
    messages: Any = None
    stream: Any = None
    prompt: Any = None
    suffix: Any = None
    inputs: Any = None
    tools: msgspec.Raw = NOTHING
    functions: msgspec.Raw = NOTHING


class _Message(msgspec.Struct, gc=False):
    """A message, or what one event adds to it.

    Fields are `Any`: services differ, and one odd type must not cost the whole event.
    """

    content: Any = None
    reasoning_content: Any = None
    reasoning: Any = None
    reasoning_text: Any = None
    reasoning_details: Any = None
    refusal: Any = None
    tool_calls: Any = None
    function_call: Any = None
    audio: Any = None
    images: Any = None


class _Choice(msgspec.Struct, gc=False):
    index: Any = 0
    delta: _Message | None = None
    message: _Message | None = None
    text: Any = None
    finish_reason: Any = None
    usage: Any = None


class _Chunk(msgspec.Struct, gc=False):
    """A whole answer or one event of a stream: they differ in `message` and `delta`."""

    model: Any = None
    choices: list[_Choice] | None = None
    usage: Any = None
    error: Any = None
    usage_breakdown: Any = None
    x_groq: Any = None
    timings: Any = None
    impacts: Any = None


class _PlainDelta(msgspec.Struct, gc=False):
    """What an event adds that holds text and nothing else: all other than that is refused."""

    content: str
    reasoning_content: None = None
    reasoning: None = None
    reasoning_text: None = None
    reasoning_details: None = None
    refusal: None = None
    tool_calls: None = None
    function_call: None = None
    audio: None = None
    images: None = None


class _PlainChoice(msgspec.Struct, gc=False):
    delta: _PlainDelta
    index: Literal[0] = 0
    finish_reason: None = None
    usage: None = None


class _PlainChunk(msgspec.Struct, gc=False):
    choices: tuple[_PlainChoice]
    usage: None = None
    error: None = None
    usage_breakdown: None = None
    x_groq: None = None
    timings: None = None
    impacts: None = None


_request = msgspec.json.Decoder(_Request)
_chunk = msgspec.json.Decoder(_Chunk).decode
_chunks = msgspec.json.Decoder(list[_Chunk]).decode
_plain_chunks = msgspec.json.Decoder(list[_PlainChunk]).decode
_lenient = Shape(_Chunk)

_TOTAL_HOLDS_THINKING = frozenset({"google", "vertex"})
"""Providers whose prompt count has the audio, and whose total has the hidden thinking."""


_NAME = itemgetter(0)
_BEFORE_TEXT, _AFTER_TEXT = 2, 3
"""Events that may be something else than text: role and model; the end, usage, timings."""
_WORTH_WHILE = 8
"""Events in one go, less than which are read one by one."""


class OpenAIChat(OpenAIFormat):
    """Chat completions, whole or streamed."""

    name = "openai-chat"

    def __init__(self, call: Call, reading: Reading) -> None:
        super().__init__(call, reading)
        self._others: dict[int, list[str]] = {}  # text of all choices but the first
        self._audio_prompt = False
        self._in_messages = False  # a stream whose pieces are called messages
        self._is_plain = True  # until something else than text came where text was expected

    def read_request(self, body: bytes, content_type: str) -> None:
        """Model and prompt; see `Format`."""
        del content_type
        request = decode(_request, body)
        reading = self.reading
        self._ask(request.model)
        reading.streamed = request.stream is True
        audio = read_messages(reading, request.messages)
        self._audio_prompt = audio and self.call.provider not in _TOTAL_HOLDS_THINKING
        for prompt in (request.prompt, request.suffix, request.inputs):
            texts(prompt, reading.prompt)
        read_tools(reading, request.tools, request.functions)

    def read_headers(self, status: int, headers: Mapping[str, str]) -> None:
        """Counts of a text generation server; see `Format`."""
        super().read_headers(status, headers)
        read_native_headers(self.reading, headers)

    def read_answer(self, body: bytes) -> None:
        """The whole answer, or an error; see `Format`."""
        answer = _lenient.read(body, self.reading)
        for position, choice in enumerate(answer.choices or ()):
            choice.index = position
            # Perplexity adds an empty delta to the message of a whole answer.
            if choice.message is not None:
                choice.delta = choice.message
        self._read(answer, body)

    def read_event(self, event: str, data: bytes) -> None:
        """One chunk; see `Format`."""
        try:
            chunk = _chunk(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            chunk = _lenient.read(data, self.reading)
        if event == "error":
            self._failed = True
        self._read(chunk, data)

    def read_events(self, events: list[Event], failed: Callable[[Exception], None]) -> None:
        """See `Format`: the middle of a stream, which is text and nothing else, in one go."""
        first = 0 if self.reading.model_answered is not None else _BEFORE_TEXT
        last = len(events) - _AFTER_TEXT
        if self._is_plain and last - first >= _WORTH_WHILE:
            self._read_each(events[:first], failed)
            middle = events[first:last]
            self._is_plain = self.reading.model_answered is not None and self._read_plain(middle)
            events = events[last:] if self._is_plain else events[first:]
        self._read_each(events, failed)

    def _read_plain(self, events: list[Event]) -> bool:
        """Take the text of events that hold nothing else; False, and nothing, for others."""
        data = _joined(events)
        try:
            chunks = _plain_chunks(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return False
        if len(chunks) != len(events) or any(map(_NAME, events)):
            return False
        text = "".join([chunk.choices[0].delta.content for chunk in chunks])
        if text:
            self.reading.answer.append(text)
        return True

    def _read_each(self, events: list[Event], failed: Callable[[Exception], None]) -> None:
        """Decode several events in one go, and read them one by one."""
        chunks = _together(events)
        if chunks is None:
            super().read_events(events, failed)
            return
        for chunk, (name, data) in zip(chunks, events, strict=True):
            try:
                if name == "error":
                    self._failed = True
                self._read(chunk, data)
            except Exception as error:  # noqa: BLE001 - one event less, not all of them
                failed(error)

    def _read(self, chunk: _Chunk, data: bytes) -> None:
        reading = self.reading
        if reading.model_answered is None and chunk.model and isinstance(chunk.model, str):
            reading.model_answered = chunk.model
        if chunk.choices:
            for choice in chunk.choices:
                self._read_choice(choice)
        elif chunk.choices is None:
            self._read_other(chunk, data)
        # What few events hold, behind one test.
        if (
            chunk.usage
            or chunk.error
            or chunk.x_groq
            or chunk.timings
            or chunk.impacts
            or chunk.usage_breakdown
        ):
            self._read_beside(chunk)

    def _read_choice(self, choice: _Choice) -> None:  # noqa: C901 - one call for each event
        answer = self.reading.answer
        if choice.index:
            answer = self._others.setdefault(_index(choice.index), [])
        message = choice.delta
        if message is None and (self._in_messages or not answer):
            # MiniMax ends its streams with the whole message once more; Mistral's models
            # on Bedrock have no deltas, and each message is the next piece.
            message = choice.message
            self._in_messages = message is not None
        if message is not None:
            content = message.content
            if content.__class__ is str:
                if content:
                    answer.append(content)
            elif content is not None:
                _read_parts(content, answer, self.reading.reasoning)
            if (
                message.reasoning_content
                or message.reasoning
                or message.reasoning_text
                or message.reasoning_details
                or message.tool_calls
            ):
                _read_hidden(message, self.reading.reasoning)
            if message.refusal or message.function_call or message.audio or message.images:
                _read_more(message, answer, self.reading)
        elif choice.text:
            # Together repeats the text of a delta here.
            texts(choice.text, answer)
        if choice.finish_reason is not None:
            self.reading.ended = True
        if choice.usage is not None:
            read_usage(self.reading, choice.usage)

    def _read_beside(self, chunk: _Chunk) -> None:
        reading = self.reading
        read_usage(reading, chunk.usage, audio_prompt=self._audio_prompt)
        if chunk.error:
            read_error(reading, chunk.error)
        if chunk.x_groq:
            self._read_x_groq(chunk.x_groq)
        read_breakdown(reading, chunk.usage_breakdown)
        read_timings(reading, chunk.timings)
        read_footprint(reading, chunk.impacts)

    def _read_x_groq(self, x_groq: object) -> None:
        if isinstance(x_groq, dict):
            read_usage(self.reading, x_groq.get("usage"))
            read_breakdown(self.reading, x_groq.get("usage_breakdown"))
            if x_groq.get("error"):
                read_error(self.reading, x_groq["error"], {"code": "groq_error"})

    def _read_other(self, chunk: _Chunk, data: bytes) -> None:
        """An object without choices: an error, or a shape of one service's own."""
        whole = untyped(data)
        if not isinstance(whole, dict):
            return
        # Cloudflare Workers AI wraps its answers, whole ones in `result`.
        inner = whole.get("result")
        if isinstance(inner, dict):
            self._read(msgspec.convert(inner, _Chunk), msgspec.json.encode(inner))
        texts(whole.get("response"), self.reading.answer)
        read_native(self.reading, whole)
        if not chunk.error:
            self._read_failure(whole)

    def finish(self) -> None:
        """Put the choices in order; see `Format`."""
        for index in sorted(self._others):
            if self.reading.answer and self._others[index]:
                self.reading.answer.append("\n")
            self.reading.answer += self._others[index]
        self._others.clear()


def _joined(events: list[Event]) -> bytes:
    """The payloads of several events as one JSON array."""
    return b"[" + b",".join([data for _, data in events]) + b"]"


def _together(events: list[Event]) -> list[_Chunk] | None:
    """The chunks of several events; None where they have to be looked at one by one."""
    try:
        chunks = _chunks(_joined(events))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return chunks if len(chunks) == len(events) else None


def _index(value: object) -> int:
    return value if isinstance(value, int) else 1


def _read_parts(content: object, answer: list[str], reasoning: list[str]) -> None:
    """Content as parts: thinking is reasoning, all other text is the answer."""
    for part in content if isinstance(content, list) else [content]:
        if isinstance(part, dict) and part.get("type") in {"thinking", "reasoning"}:
            texts(part.get("thinking", part.get("text")), reasoning)
        else:
            texts(part, answer)


def _read_hidden(message: _Message, reasoning: list[str]) -> None:
    """What the model wrote and the reader of the answer does not see."""
    # Names of one thing: services that send several send the same text again.
    texts(
        message.reasoning_content
        or message.reasoning
        or message.reasoning_text  # GitHub Copilot
        or message.reasoning_details,
        reasoning,
    )
    calls = message.tool_calls
    for call in calls if isinstance(calls, list) else ():
        if isinstance(call, dict):
            _read_function(call.get("function", call.get("custom")), reasoning)


def _read_function(function: object, reasoning: list[str]) -> None:
    if isinstance(function, dict):
        for key in ("name", "arguments", "input"):
            texts(function.get(key), reasoning)


def _read_more(message: _Message, answer: list[str], reading: Reading) -> None:
    """What few messages hold beside their content."""
    texts(message.refusal, answer)
    _read_function(message.function_call, reading.reasoning)
    if isinstance(message.audio, dict):
        texts(message.audio.get("transcript"), answer)
    if isinstance(message.images, list):
        reading.images = (reading.images or 0) + len(message.images)
