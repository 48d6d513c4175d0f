"""The interactions API of Gemini (`/v1beta/interactions`): JSON, or named SSE events.

Shapes after google-genai 2.8 (`_interactions/types`); the names that the first preview
used (`outputs`, `content.delta`, `interaction.complete`) are read too. The model stands
in the body. The events repeat the interaction at both ends of a stream; its text is taken
from there only if no delta brought any.
"""

from __future__ import annotations

from typing import Any

import msgspec

from proxy.wire.gemini_counts import Counts, InteractionUsage
from proxy.wire.reading import Reading
from proxy.wire.shape import NOTHING, Shape, Words, generated_json

__all__ = ["Interactions"]


class _Request(msgspec.Struct):
    model: str | None = None
    agent: str | None = None
    input: Any = None
    system_instruction: Any = None


class _Content(msgspec.Struct):
    """Text, image, … ; in the first preview also thoughts and calls."""

    type: str | None = None
    text: str | None = None
    summary: Any = None
    arguments: msgspec.Raw = NOTHING


class _Step(_Content):
    content: list[_Content] | None = None


class _Delta(msgspec.Struct):
    type: str | None = None
    text: str | None = None
    content: _Content | None = None
    arguments: msgspec.Raw = NOTHING


class _Error(msgspec.Struct):
    code: int | str | None = None
    status: str | None = None


class _Metadata(msgspec.Struct):
    usage: InteractionUsage | None = None


class _Interaction(msgspec.Struct):
    model: str | None = None
    agent: str | None = None
    status: str | None = None
    steps: list[_Step] | None = None
    outputs: list[_Step] | None = None
    usage: InteractionUsage | None = None
    error: _Error | None = None


class _Item(_Interaction):
    """An event of the stream, or the interaction itself."""

    event_type: str | None = None
    type: str | None = None
    interaction: _Interaction | None = None
    step: _Step | None = None
    content: _Step | None = None
    delta: _Delta | None = None
    metadata: _Metadata | None = None


_request = Shape(_Request)
_item = Shape(_Item)
_string = msgspec.json.Decoder(str).decode
_WORDS = Words(keys=("text", "content", "parts", "result"), skip=frozenset({"thought"}))
_LAST = frozenset({"interaction.completed", "interaction.complete", "error"})


class Interactions:
    """Reads one interaction into `reading` and `counts`."""

    def __init__(self, reading: Reading, counts: Counts) -> None:
        self._reading = reading
        self._counts = counts

    def read_request(self, body: bytes) -> None:
        """The request: an input that is text, a list of contents, or a list of turns."""
        request = _request.read(body, self._reading)
        reading = self._reading
        reading.model_asked = request.model or request.agent or reading.model_asked
        reading.prompt += _WORDS.of([request.system_instruction, request.input])

    def read(self, data: bytes, event: str = "") -> None:
        """A whole interaction, or one event: its name stands in it, or beside it."""
        item = _item.read(data, self._reading)
        kind = item.event_type or item.type or event
        if "." not in kind and kind != "error":
            self._interaction(item)
            return
        if item.delta is not None:
            self._delta(item.delta)
        if item.metadata is not None and item.metadata.usage is not None:
            self._counts.add_interaction(item.metadata.usage)
        for started in (item.step, item.content):
            if started is not None:
                self._step(started)
        if item.interaction is not None:
            self._interaction(item.interaction)
        if item.error is not None:
            self._error(item.error)
        if kind in _LAST:
            self._reading.ended = True

    def _interaction(self, whole: _Interaction) -> None:
        reading = self._reading
        reading.model_answered = whole.model or whole.agent or reading.model_answered
        if whole.usage is not None:
            self._counts.add_interaction(whole.usage)
        if not (reading.answer or reading.reasoning):
            for step in whole.steps or whole.outputs or ():
                self._step(step)
        if whole.error is not None:
            self._error(whole.error)
        elif whole.status == "failed":
            reading.error_type = "failed"

    def _step(self, step: _Step) -> None:
        if step.type == "user_input":
            return
        self._content(step)
        for content in step.content or ():
            self._content(content)

    def _content(self, content: _Content) -> None:
        reading = self._reading
        if content.text:
            reading.answer.append(content.text)
        reading.reasoning += _WORDS.of(content.summary)
        reading.reasoning += generated_json(content.arguments)
        if content.type == "image":
            reading.images = (reading.images or 0) + 1

    def _delta(self, delta: _Delta) -> None:
        reading = self._reading
        if delta.text:
            thought = delta.type == "thought"
            (reading.reasoning if thought else reading.answer).append(delta.text)
        if delta.content is not None and delta.content.text:  # of a thought summary
            reading.reasoning.append(delta.content.text)
        if bytes(delta.arguments).startswith(b'"'):
            reading.reasoning.append(_string(delta.arguments))
        else:
            reading.reasoning += generated_json(delta.arguments)
        if delta.type == "image":
            reading.images = (reading.images or 0) + 1

    def _error(self, error: _Error) -> None:
        self._reading.error_type = str(error.code or error.status or "error")
        self._reading.ended = True
