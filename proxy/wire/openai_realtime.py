"""OpenAI Realtime: one WebSocket, many turns. One turn is one exchange.

A turn ends with `response.done`, whose usage is that of the turn. Words are the typed
text and the transcripts of what was spoken; sound is never kept. Transcribing what the
user says is work of a second model: its tokens are added to the turn in which they are
stated. In a transcription session each transcript is a turn of its own.
"""

from __future__ import annotations

from typing import Any

import msgspec

from proxy.providers import Call
from proxy.wire.jsonish import decode, texts
from proxy.wire.openai_format import OpenAIFormat, read_error
from proxy.wire.openai_items import read_input, read_output
from proxy.wire.openai_usage import read_usage
from proxy.wire.reading import Reading

__all__ = ["OpenAIRealtime"]


class _Session(msgspec.Struct, gc=False):
    type: Any = None
    model: Any = None
    instructions: Any = None


class _Response(msgspec.Struct, gc=False):
    instructions: Any = None
    input: Any = None
    usage: Any = None
    status: Any = None
    status_details: Any = None
    output: Any = None


class _Message(msgspec.Struct, gc=False):
    type: Any = None
    session: _Session | None = None
    response: _Response | None = None
    item: Any = None
    delta: Any = None
    transcript: Any = None
    usage: Any = None
    error: Any = None


_messages = msgspec.json.Decoder(_Message)

_DELTAS = {
    "response.output_text.delta": "answer",
    "response.text.delta": "answer",
    "response.output_audio_transcript.delta": "answer",
    "response.audio_transcript.delta": "answer",
    "response.function_call_arguments.delta": "reasoning",
    "response.mcp_call_arguments.delta": "reasoning",
}
_TRANSCRIBED = "conversation.item.input_audio_transcription.completed"


class OpenAIRealtime(OpenAIFormat):
    """A realtime session."""

    name = "openai-realtime"

    def __init__(self, call: Call, reading: Reading) -> None:
        super().__init__(call, reading)
        self._transcribes = False
        self._instructions = ""
        # Counts of transcripts in this turn, kept apart until its own usage is known.
        self._heard = Reading()

    def read_message(self, data: bytes, *, from_client: bool) -> bool:
        """One event of the client or of the server; see `Format`."""
        message = decode(_messages, data)
        kind = message.type if isinstance(message.type, str) else ""
        if message.session is not None:
            self._read_session(message.session, from_client=from_client)
        if from_client:
            self._read_client(kind, message)
            return False
        return self._read_server(kind, message)

    def _read_session(self, session: _Session, *, from_client: bool) -> None:
        reading = self.reading
        if isinstance(session.model, str) and session.model:
            if from_client or reading.model_asked is None:
                reading.model_asked = session.model
            if not from_client:
                reading.model_answered = session.model
        if isinstance(session.instructions, str):
            self._instructions = session.instructions
        if session.type is not None:
            self._transcribes = session.type == "transcription"

    def _read_client(self, kind: str, message: _Message) -> None:
        if kind.startswith("transcription_session."):
            self._transcribes = True
        elif kind == "conversation.item.create":
            read_input(self.reading, message.item)
        elif kind == "response.create" and message.response is not None:
            texts(message.response.instructions, self.reading.prompt)
            read_input(self.reading, message.response.input)

    def _read_server(self, kind: str, message: _Message) -> bool:
        where = _DELTAS.get(kind)
        if where is not None:
            texts(message.delta, getattr(self.reading, where))
            return False
        if kind == _TRANSCRIBED:
            return self._read_transcript(message)
        if kind == "error":
            read_error(self.reading, message.error)
        elif kind == "response.done" and message.response is not None:
            self._end_turn(message.response)
            return True
        return False

    def _read_transcript(self, message: _Message) -> bool:
        reading = self.reading
        if self._transcribes:
            texts(message.transcript, reading.answer)
            read_usage(reading, message.usage)
            return True
        texts(message.transcript, reading.prompt)
        heard = Reading()
        read_usage(heard, message.usage)
        for name in ("input_tokens", "output_tokens", "audio_s"):
            _add(self._heard, heard, name)
        return False

    def _end_turn(self, response: _Response) -> None:
        reading = self.reading
        if self._instructions:
            reading.prompt.insert(0, self._instructions)
        if not reading.answer and not reading.reasoning:
            read_output(reading, response.output)
        read_usage(reading, response.usage)
        for name in ("input_tokens", "output_tokens", "audio_s"):
            _add(reading, self._heard, name)
        self._heard = Reading()
        if response.status == "failed":
            details = response.status_details
            error = details.get("error") if isinstance(details, dict) else None
            read_error(reading, error or {"code": "failed"})

    def finish(self) -> None:
        """Count a transcript that no response followed; see `Format`."""
        for name in ("input_tokens", "output_tokens", "audio_s"):
            _add(self.reading, self._heard, name)


def _add(to: Reading, part: Reading, name: str) -> None:
    value = getattr(part, name)
    if value is not None:
        setattr(to, name, (getattr(to, name) or 0) + value)
