"""Whose body an InvokeModel call carries, and the small shapes that only Bedrock has.

The request's keys tell the shape; they do so also where the model id does not (an ARN of
an inference profile). Anthropic, Cohere and OpenAI-like bodies are read by their own
formats; what is left (Titan, Llama, Mistral text, AI21 J2, DeepSeek text, image models,
vectors) is small enough for one flat table of fields.
"""

from __future__ import annotations

from typing import Any

import msgspec

from proxy.wire.anthropic import AnthropicMessages
from proxy.wire.base import Format
from proxy.wire.bedrock_converse import Converse
from proxy.wire.cohere import CohereChat, CohereEmbed
from proxy.wire.openai_chat import OpenAIChat
from proxy.wire.openai_usage import read_usage
from proxy.wire.shape import NOTHING, Shape, Words

__all__ = ["TextModel", "vendor_for"]


class _Keys(msgspec.Struct):
    """The keys of a request, or of an answer, by which bodies are told apart."""

    anthropic_version: msgspec.Raw = NOTHING
    type: msgspec.Raw = NOTHING
    schemaVersion: msgspec.Raw = NOTHING  # noqa: N815 - as on the wire
    inferenceConfig: msgspec.Raw = NOTHING  # noqa: N815 - as on the wire
    output: msgspec.Raw = NOTHING
    messages: msgspec.Raw = NOTHING
    choices: msgspec.Raw = NOTHING
    texts: msgspec.Raw = NOTHING
    input_type: msgspec.Raw = NOTHING
    message: msgspec.Raw = NOTHING
    event_type: msgspec.Raw = NOTHING
    generations: msgspec.Raw = NOTHING
    messageStart: msgspec.Raw = NOTHING  # noqa: N815 - as on the wire


def vendor_for(model: str, body: bytes) -> type[Format]:
    """The format of an invoke call's bodies.

    `model` is the id without region and ARN, "" if unknown; `body` a request, or an answer
    or its first chunk where no request was seen.
    """
    try:
        keys = msgspec.json.decode(body, type=_Keys)
    except (msgspec.DecodeError, UnicodeDecodeError):
        keys = _Keys()
    has = {name for name in _Keys.__struct_fields__ if bytes(getattr(keys, name))}
    if "anthropic_version" in has or model.startswith("anthropic."):
        return AnthropicMessages
    if model.startswith("cohere."):
        return CohereEmbed if "embed" in model else _cohere(model)
    if "messages" in has and model.startswith("amazon."):
        return Converse
    for marks, kind in _BY_KEYS:
        if marks & has:
            return kind
    return TextModel


def _cohere(model: str) -> type[Format]:
    return TextModel if "rerank" in model else CohereChat


_BY_KEYS: tuple[tuple[frozenset[str], type[Format]], ...] = (
    (frozenset({"schemaVersion", "inferenceConfig", "output", "messageStart"}), Converse),
    (frozenset({"texts", "input_type"}), CohereEmbed),
    (frozenset({"messages", "choices"}), OpenAIChat),
    (frozenset({"type"}), AnthropicMessages),
    (frozenset({"message", "event_type", "generations"}), CohereChat),
)


class _Request(msgspec.Struct):
    prompt: Any = None
    inputPrompt: Any = None  # noqa: N815 - as on the wire
    inputText: Any = None  # noqa: N815 - as on the wire
    text_prompts: Any = None
    textToImageParams: Any = None  # noqa: N815 - as on the wire
    singleEmbeddingParams: Any = None  # noqa: N815 - as on the wire
    query: Any = None
    queries: Any = None
    documents: Any = None
    sources: Any = None


class _Result(msgspec.Struct, rename="camel"):
    output_text: str | None = None
    token_count: int | None = None
    relevance_score: float | None = msgspec.field(default=None, name="relevance_score")


class _Text(msgspec.Struct):
    text: str | None = None


class _J2(msgspec.Struct):
    data: _Text | None = None


class _Answer(msgspec.Struct):
    """One answer, or one chunk of a stream, of any of these vendors."""

    # Imported models, which answer a prompt as OpenAI's completions do
    model: str | None = None
    usage: Any = None
    # Titan text and embeddings
    results: list[_Result] | None = None
    outputText: str | None = None  # noqa: N815 - as on the wire
    inputTextTokenCount: int | None = None  # noqa: N815 - as on the wire
    totalOutputTextTokenCount: int | None = None  # noqa: N815 - as on the wire
    completionReason: str | None = None  # noqa: N815 - as on the wire
    # Llama
    generation: str | None = None
    prompt_token_count: int | None = None
    generation_token_count: int | None = None
    stop_reason: str | None = None
    # Mistral, DeepSeek, AI21
    outputs: list[_Text] | None = None
    choices: list[_Text] | None = None
    completions: list[_J2] | None = None
    # TwelveLabs Pegasus
    message: str | None = None
    # Titan Image, Nova Canvas, Stability
    images: list[msgspec.Raw] | None = None
    artifacts: list[msgspec.Raw] | None = None
    # Titan Embed, Nova and Marengo embeddings
    embedding: msgspec.Raw = NOTHING
    embeddings: msgspec.Raw = NOTHING


_request = Shape(_Request)
_answer = Shape(_Answer)
_WORDS = Words(keys=("text", "value", "textQuery", "textDocument", "inlineDocumentSource"))


class TextModel(Format):
    """Vendors whose bodies are a prompt and a text, a picture, or a vector."""

    name = "bedrock"

    def read_request(self, body: bytes, content_type: str) -> None:
        """See `Format.read_request`."""
        del content_type
        request = _request.read(body, self.reading)
        self.reading.prompt += _WORDS.of(
            [
                request.prompt,
                request.inputPrompt,
                request.inputText,
                request.text_prompts,
                request.textToImageParams,
                request.singleEmbeddingParams,
                request.query,
                request.queries,
                request.documents,
                request.sources,
            ]
        )

    def read_answer(self, body: bytes) -> None:
        """See `Format.read_answer`."""
        self.read_event("", body)

    def read_event(self, event: str, data: bytes) -> None:
        """See `Format.read_event`: one chunk, its base64 undone."""
        del event
        answer = _answer.read(data, self.reading)
        self._text(answer)
        self._counts(answer)
        if answer.results:
            self._results(answer.results)
        pictures = len(answer.images or ()) + len(answer.artifacts or ())
        if pictures:
            self.reading.operation = "image"
            self.reading.images = (self.reading.images or 0) + pictures
        if bytes(answer.embedding) or bytes(answer.embeddings):
            self.reading.operation = "embedding"

    def _text(self, answer: _Answer) -> None:
        reading = self.reading
        for piece in (answer.generation, answer.outputText, answer.message):
            if piece:
                reading.answer.append(piece)
        for texts in (answer.outputs, answer.choices):
            reading.answer += [item.text for item in texts or () if item.text]
        for completion in answer.completions or ():
            if completion.data is not None and completion.data.text:
                reading.answer.append(completion.data.text)
        if answer.stop_reason or answer.completionReason:
            reading.ended = True

    def _results(self, results: list[_Result]) -> None:
        """Texts of Titan, or the ranks of a rerank model."""
        reading = self.reading
        reading.answer += [result.output_text for result in results if result.output_text]
        counts = [result.token_count for result in results if result.token_count is not None]
        if counts:
            reading.output_tokens = sum(counts)
        if any(result.relevance_score is not None for result in results):
            reading.operation = "rerank"

    def _counts(self, answer: _Answer) -> None:
        """The last that is stated: a stream counts the output up, and the input once."""
        reading = self.reading
        reading.model_answered = answer.model or reading.model_answered
        read_usage(reading, answer.usage)
        for stated in (answer.inputTextTokenCount, answer.prompt_token_count):
            if stated is not None:
                reading.input_tokens = stated
        for stated in (answer.totalOutputTextTokenCount, answer.generation_token_count):
            if stated is not None:
                reading.output_tokens = stated
