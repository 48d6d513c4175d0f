"""OpenAI audio: speech (text in, sound out), transcription and translation (the reverse).

Sound is never kept. Speech answers with bytes and states nothing, or with events whose
last one states usage. Transcripts come as JSON, as plain text, as subtitles, or as
events (OpenAI `transcript.text.*`, Mistral `transcription.*`). Their usage is tokens or
seconds, by its `type`; Whisper's verbose JSON has a `duration` instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from proxy.wire.jsonish import decode, number, texts, untyped
from proxy.wire.openai_format import OpenAIFormat, read_error
from proxy.wire.openai_usage import read_usage
from proxy.wire.shape import NOTHING

__all__ = ["OpenAIAudio"]


class _Request(msgspec.Struct, gc=False):
    model: Any = None
    model_id: Any = None
    input: Any = None
    instructions: Any = None
    prompt: Any = None
    text: Any = None


class _Answer(msgspec.Struct, gc=False):
    type: Any = None
    model: Any = None
    text: Any = None
    delta: Any = None
    duration: Any = None
    usage: Any = None
    error: Any = None
    x_groq: Any = None
    audio: msgspec.Raw = NOTHING


_request = msgspec.json.Decoder(_Request)
_answer = msgspec.json.Decoder(_Answer)
_CUE = re.compile(r"^(?:\ufeff?WEBVTT.*|NOTE\b.*|\d+|.*-->.*)$")
"""Lines of subtitles (SRT, WebVTT) that nobody speaks."""


class OpenAIAudio(OpenAIFormat):
    """Speech, transcription, translation; whole or streamed."""

    name = "openai-audio"

    _content_type = ""

    def read_request(self, body: bytes, content_type: str) -> None:
        """Model and text; the file of a transcription is gone already; see `Format`."""
        del content_type
        request = decode(_request, body)
        reading = self.reading
        self._ask(request.model or request.model_id)
        for part in (request.instructions, request.input, request.text, request.prompt):
            texts(part, reading.prompt)

    def read_headers(self, status: int, headers: Mapping[str, str]) -> None:
        """See `Format`."""
        super().read_headers(status, headers)
        self._content_type = headers.get("content-type", "").lower()

    def read_answer(self, body: bytes) -> None:
        """A transcript, or an error; see `Format`."""
        if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in {b"{", b'"'}:
            self._read_text(body.decode("utf-8", "replace"))
            return
        value = untyped(body)
        if isinstance(value, str):
            self._read_text(value)
            return
        answer = decode(_answer, body)
        texts(answer.text, self.reading.answer)
        self._read(answer)
        if answer.text is None and answer.audio is NOTHING:
            self._read_failure(value)

    def _read_text(self, text: str) -> None:
        if self._content_type.startswith("text/html"):
            raise ValueError("a page, not a transcript")
        lines = text.splitlines()
        if any("-->" in line for line in lines[:16]):
            text = "\n".join(line for line in lines if line and not _CUE.match(line))
        texts(text, self.reading.answer)

    def read_event(self, event: str, data: bytes) -> None:
        """One event; see `Format`."""
        answer = decode(_answer, data)
        kind = answer.type if isinstance(answer.type, str) else event
        reading = self.reading
        if kind.endswith("text.delta"):
            # OpenAI says `delta`, Mistral says `text`.
            texts(answer.delta if answer.delta is not None else answer.text, reading.answer)
        elif kind.endswith(".done"):
            if not reading.answer:
                texts(answer.text, reading.answer)
            reading.ended = True
        elif kind == "error":
            self._read_failure(untyped(data))
        self._read(answer)

    def _read(self, answer: _Answer) -> None:
        reading = self.reading
        self._name(answer.model)
        read_usage(reading, answer.usage)
        if isinstance(answer.x_groq, dict):
            read_usage(reading, answer.x_groq.get("usage"))
        if reading.audio_s is None:
            reading.audio_s = _seconds(answer.duration)
        if answer.error is not None:
            read_error(reading, answer.error)

    def read_binary(self, content_type: str, size_bytes: int) -> bool:
        """The sound itself; see `Format`."""
        del content_type
        return size_bytes > 0


def _seconds(duration: object) -> float | None:
    """A duration in seconds, which Whisper servers also write as a string."""
    if isinstance(duration, str):
        try:
            duration = float(duration)
        except ValueError:
            return None
    return number(duration)
