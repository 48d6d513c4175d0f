"""The Live API of Gemini: one WebSocket, many turns (`BidiGenerateContent`).

The minimum that counts right: a turn ends at `turnComplete`, and `usageMetadata`, which
states the whole turn (the session so far is its prompt), comes with it or before it. The
words are those that stand as text: typed turns, and transcripts of speech where asked for.
"""

from __future__ import annotations

from typing import Any

import msgspec

from proxy.wire.gemini_counts import Counts, UsageMetadata, settle
from proxy.wire.gemini_parts import WORDS, Content, add_content
from proxy.wire.reading import Reading
from proxy.wire.shape import NOTHING, Shape, generated_json

__all__ = ["Live"]


class _Client(msgspec.Struct):
    """A client message; Google accepts both spellings of its keys."""

    setup: Any = None
    clientContent: Any = None  # noqa: N815 - as on the wire
    client_content: Any = None
    realtimeInput: Any = None  # noqa: N815 - as on the wire
    realtime_input: Any = None


class _Transcript(msgspec.Struct):
    text: str | None = None


class _ServerContent(msgspec.Struct, rename="camel"):
    model_turn: Content | None = None
    input_transcription: _Transcript | None = None
    output_transcription: _Transcript | None = None
    turn_complete: bool | None = None


class _FunctionCall(msgspec.Struct):
    args: msgspec.Raw = NOTHING


class _ToolCall(msgspec.Struct, rename="camel"):
    function_calls: list[_FunctionCall] | None = None


class _Server(msgspec.Struct, rename="camel"):
    server_content: _ServerContent | None = None
    tool_call: _ToolCall | None = None
    usage_metadata: UsageMetadata | None = None


_client = Shape(_Client)
_server = Shape(_Server)


class Live:
    """Reads the messages of one connection, turn after turn."""

    def __init__(self) -> None:
        self._counts = Counts()

    def read(self, data: bytes, reading: Reading, *, from_client: bool) -> bool:
        """One message into the reading of its turn; True when it ends the turn."""
        if from_client:
            _from_client(_client.read(data, reading), reading)
            return False
        message = _server.read(data, reading)
        if message.usage_metadata is not None:
            self._counts.add(message.usage_metadata)
        if message.tool_call is not None:
            for call in message.tool_call.function_calls or ():
                reading.reasoning += generated_json(call.args)
        if message.server_content is None:
            return False
        _from_model(message.server_content, reading)
        if not message.server_content.turn_complete:
            return False
        self.close(reading)
        return True

    def close(self, reading: Reading) -> None:
        """Settle the counts of the turn that has ended, or was cut off."""
        settle(self._counts, reading)
        self._counts = Counts()


def _from_client(message: _Client, reading: Reading) -> None:
    if isinstance(message.setup, dict):
        model = message.setup.get("model")
        if isinstance(model, str):
            reading.model_asked = model.rpartition("/")[2]
        for key in ("systemInstruction", "system_instruction"):
            reading.prompt += WORDS.of(message.setup.get(key))
    for content in (message.clientContent, message.client_content):
        if isinstance(content, dict):
            reading.prompt += WORDS.of(content.get("turns"))
    for content in (message.realtimeInput, message.realtime_input):
        if isinstance(content, dict):
            reading.prompt += WORDS.of(content.get("text"))


def _from_model(content: _ServerContent, reading: Reading) -> None:
    if content.model_turn is not None:
        add_content(content.model_turn, reading, reading.answer)
    if content.input_transcription is not None and content.input_transcription.text:
        reading.prompt.append(content.input_transcription.text)
    if content.output_transcription is not None and content.output_transcription.text:
        reading.answer.append(content.output_transcription.text)
