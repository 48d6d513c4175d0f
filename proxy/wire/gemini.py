"""Google's Gemini: the Gemini API, Vertex AI, and Code Assist (the Gemini CLI).

generateContent and streamGenerateContent, whose stream is SSE (often with CRLF) with
`alt=sse` and one JSON array without it; embedContent and batchEmbedContents; predict
(embeddings and Imagen on Vertex). The interactions API and the Live API, which share the
hosts and the counts, have files of their own.

The model is in the path, but for Code Assist, which wraps request and answer:
`{"model": …, "request": {…}}` and `{"response": {…}}`.
"""

from __future__ import annotations

from typing import Any

import msgspec

from proxy.providers import Call
from proxy.wire.base import Format
from proxy.wire.gemini_counts import Counts, UsageMetadata, settle
from proxy.wire.gemini_interactions import Interactions
from proxy.wire.gemini_live import Live
from proxy.wire.gemini_parts import WORDS, Content, add_content
from proxy.wire.reading import Reading
from proxy.wire.shape import Shape

__all__ = ["Gemini"]


class _Request(msgspec.Struct):
    model: str | None = None
    request: Any = None
    contents: Any = None
    systemInstruction: Any = None  # noqa: N815 - both spellings are accepted by Google
    system_instruction: Any = None
    content: Any = None
    requests: Any = None
    instances: Any = None


class _Candidate(msgspec.Struct, rename="camel"):
    index: int | None = None
    content: Content | None = None
    finish_reason: Any = None  # a number with `$alt=json;enum-encoding=int`


class _Feedback(msgspec.Struct, rename="camel"):
    block_reason: str | int | None = None


class _Error(msgspec.Struct):
    status: str | None = None
    code: int | str | None = None


class _Statistics(msgspec.Struct):
    token_count: float | None = None


class _Embedding(msgspec.Struct):
    statistics: _Statistics | None = None


class _Prediction(msgspec.Struct, rename="camel"):
    mime_type: str | None = None
    content: str | None = None
    embeddings: _Embedding | None = None


class _Answer(msgspec.Struct, rename="camel"):
    """A whole answer or a chunk of one."""

    candidates: list[_Candidate] | None = None
    usage_metadata: UsageMetadata | None = None
    model_version: str | None = None
    prompt_feedback: _Feedback | None = None
    predictions: list[_Prediction] | None = None
    total_tokens: int | None = None
    error: _Error | None = None
    response: _Answer | None = None


_request = Shape(_Request)
_answer = Shape(_Answer)
_array = msgspec.json.Decoder(list[msgspec.Raw]).decode


class Gemini(Format):
    """Every call of Google's generative services that is not OpenAI- or Anthropic-shaped."""

    name = "gemini"

    def __init__(self, call: Call, reading: Reading) -> None:
        super().__init__(call, reading)
        self._counts = Counts()
        interactions = call.action == "interactions"
        self._interactions = Interactions(reading, self._counts) if interactions else None
        self._live = Live()
        self._others: dict[int, list[str]] = {}  # text of all candidates but the first

    def read_request(self, body: bytes, content_type: str) -> None:
        """See `Format.read_request`."""
        del content_type
        if self._interactions is not None:
            self._interactions.read_request(body)
            return
        request = _request.read(body, self.reading)
        self.reading.model_asked = self.reading.model_asked or bare_model(request.model)
        if isinstance(request.request, dict):
            self._words(request.request)
        else:
            self._words(msgspec.structs.asdict(request))

    def read_answer(self, body: bytes) -> None:
        """See `Format.read_answer`: the error of a stream comes as an array of one."""
        for part in _array(body) if body.lstrip().startswith(b"[") else (body,):
            self.read_event("", bytes(part))

    def read_event(self, event: str, data: bytes) -> None:
        """See `Format.read_event`."""
        if self._interactions is not None:
            self._interactions.read(data, event)
            return
        answer = _answer.read(data, self.reading)
        self._take(answer if answer.response is None else answer.response)

    def read_message(self, data: bytes, *, from_client: bool) -> bool:
        """See `Format.read_message`: the Live API."""
        return self._live.read(data, self.reading, from_client=from_client)

    def finish(self) -> None:
        """See `Format.finish`."""
        for index in sorted(self._others):
            self.reading.answer += self._others[index]
        if self.call.websocket:
            self._live.close(self.reading)
        else:
            settle(self._counts, self.reading)

    def _answer_of(self, index: int | None) -> list[str]:
        """Where a candidate's text goes: in a stream several of them arrive mixed up."""
        return self._others.setdefault(index, []) if index else self.reading.answer

    def _words(self, request: dict[str, Any]) -> None:
        reading = self.reading
        for key in ("systemInstruction", "system_instruction", "contents"):
            reading.prompt += WORDS.of(request.get(key))
        for key in ("content", "requests"):
            if request.get(key) is not None:
                reading.operation = "embedding"
                reading.prompt += WORDS.of(request[key])
        reading.prompt += WORDS.of(request.get("instances"))
        contents = request.get("contents")
        if isinstance(contents, list):
            reading.messages += len(contents)

    def _take(self, answer: _Answer) -> None:
        reading = self.reading
        for candidate in answer.candidates or ():
            if candidate.content is not None:
                add_content(candidate.content, reading, self._answer_of(candidate.index))
            if candidate.finish_reason:
                reading.ended = True
        if answer.usage_metadata is not None:
            self._counts.add(answer.usage_metadata)
        if answer.model_version:
            reading.model_answered = answer.model_version
        if answer.prompt_feedback is not None and answer.prompt_feedback.block_reason:
            # Nothing was generated, for a reason that Google names.
            reading.error_type = str(answer.prompt_feedback.block_reason)
            reading.ended = True
        if answer.error is not None:
            reading.error_type = str(answer.error.status or answer.error.code or "error")
            reading.ended = True
        if answer.total_tokens is not None:  # countTokens
            reading.inference = False
        for prediction in answer.predictions or ():
            self._prediction(prediction)

    def _prediction(self, prediction: _Prediction) -> None:
        reading = self.reading
        if (prediction.mime_type or "").startswith("image/"):
            reading.images = (reading.images or 0) + 1
        if prediction.content:
            reading.answer.append(prediction.content)
        statistics = prediction.embeddings.statistics if prediction.embeddings else None
        if statistics is not None and statistics.token_count is not None:
            self._counts.prompt = (self._counts.prompt or 0) + int(statistics.token_count)


def bare_model(name: str | None) -> str | None:
    """`models/x` and `publishers/google/models/x` without what stands before the name."""
    return name.rpartition("/")[2] if name else None
