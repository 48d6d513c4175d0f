"""The vendors' own SDKs as clients: the same short conversation with each service.

Every function sends one question through a proxy and returns the answer, as the SDK
understood it. `CLIENTS` is the table that the demo and the tests run, `LISTINGS` are
calls of the same SDKs that generate nothing.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx
import httpx2

QUESTION = "Quels sont les horaires de la mairie ?"
MESSAGES = ({"role": "user", "content": QUESTION},)
KEY = "sk-simulated-key-that-must-never-be-stored"


@dataclass(frozen=True, slots=True)
class Route:
    """How a client reaches the services: through which proxy, trusting which authority."""

    proxy: str
    ca: Path
    headers: Mapping[str, str] = field(default_factory=dict)
    """Extra request headers (the simulated services read `x-simulated-…`)."""

    def http(self) -> httpx.Client:
        """An HTTP client of the kind that most SDKs accept."""
        context = ssl.create_default_context(cafile=str(self.ca))
        return httpx.Client(proxy=self.proxy, verify=context, headers=dict(self.headers))

    def http2(self) -> httpx2.Client:
        """The same for the SDKs that moved to httpx's successor."""
        context = ssl.create_default_context(cafile=str(self.ca))
        return httpx2.Client(proxy=self.proxy, verify=context, headers=dict(self.headers))


@contextlib.contextmanager
def _openai(route: Route) -> Iterator[Any]:
    import openai  # noqa: PLC0415 - each SDK is imported by its own clients only

    with route.http2() as http:
        yield openai.OpenAI(api_key=KEY, http_client=http, max_retries=0)


def openai_chat(route: Route, *, stream: bool) -> str:
    with _openai(route) as client:
        asked: dict[str, Any] = {"model": "gpt-4o-mini", "messages": list(MESSAGES)}
        if not stream:
            whole = client.chat.completions.create(**asked)
            return str(whole.choices[0].message.content)
        asked |= {"stream": True, "stream_options": {"include_usage": True}}
        chunks = client.chat.completions.create(**asked)
        return "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)


def openai_completions(route: Route, *, stream: bool) -> str:
    with _openai(route) as client:
        asked: dict[str, Any] = {"model": "gpt-3.5-turbo-instruct", "prompt": QUESTION}
        if not stream:
            return str(client.completions.create(**asked).choices[0].text)
        return "".join(c.choices[0].text for c in client.completions.create(stream=True, **asked))


def openai_responses(route: Route, *, stream: bool) -> str:
    with _openai(route) as client:
        if not stream:
            return str(client.responses.create(model="gpt-4o", input=QUESTION).output_text)
        events = client.responses.create(model="gpt-4o", input=QUESTION, stream=True)
        return "".join(e.delta for e in events if e.type == "response.output_text.delta")


def openai_embeddings(route: Route, *, stream: bool) -> str:
    del stream
    with _openai(route) as client:
        made = client.embeddings.create(
            model="text-embedding-3-small", input=QUESTION, encoding_format="float"
        )
        return str(made.data[0].embedding)


def openai_images(route: Route, *, stream: bool) -> str:
    del stream
    with _openai(route) as client:
        made = client.images.generate(model="gpt-image-1", prompt=QUESTION, n=2)
        return " ".join(str(one.b64_json) for one in made.data)


def openai_transcription(route: Route, *, stream: bool) -> str:
    file = ("conseil.mp3", b"\xff\xf3\x44\xc4" + bytes(4096), "audio/mpeg")
    asked: dict[str, Any] = {"model": "gpt-4o-transcribe", "file": file}
    with _openai(route) as client:
        if not stream:
            return str(client.audio.transcriptions.create(**asked).text)
        events = client.audio.transcriptions.create(stream=True, **asked)
        return "".join(e.delta for e in events if e.type == "transcript.text.delta")


@contextlib.contextmanager
def _anthropic(route: Route) -> Iterator[Any]:
    import anthropic  # noqa: PLC0415

    with route.http2() as http:
        yield anthropic.Anthropic(api_key=KEY, http_client=http, max_retries=0)


def anthropic_messages(route: Route, *, stream: bool) -> str:
    with _anthropic(route) as client:
        asked: dict[str, Any] = {
            "model": "claude-haiku-4-5",
            "max_tokens": 200,
            "messages": list(MESSAGES),
        }
        if not stream:
            block = client.messages.create(**asked).content[0]
            return str(getattr(block, "text", ""))
        with client.messages.stream(**asked) as events:
            return "".join(events.text_stream)


@contextlib.contextmanager
def _mistral(route: Route) -> Iterator[Any]:
    from mistralai.client import Mistral  # noqa: PLC0415

    with route.http() as http:
        yield Mistral(api_key=KEY, client=http)  # type: ignore[arg-type]


def mistral_chat(route: Route, *, stream: bool) -> str:
    with _mistral(route) as client:
        asked: dict[str, Any] = {"model": "mistral-small-latest", "messages": list(MESSAGES)}
        if not stream:
            return str(client.chat.complete(**asked).choices[0].message.content)
        return "".join(
            str(event.data.choices[0].delta.content or "")
            for event in client.chat.stream(**asked)
            if event.data.choices
        )


@contextlib.contextmanager
def _gemini(route: Route) -> Iterator[Any]:
    from google import genai  # noqa: PLC0415
    from google.genai import types  # noqa: PLC0415

    context = ssl.create_default_context(cafile=str(route.ca))
    options = types.HttpOptions(
        client_args={"proxy": route.proxy, "verify": context, "headers": dict(route.headers)}
    )
    client = genai.Client(api_key=KEY, http_options=options)
    try:
        yield client
    finally:
        client.close()


def gemini_content(route: Route, *, stream: bool) -> str:
    with _gemini(route) as client:
        asked = {"model": "gemini-2.5-flash", "contents": QUESTION}
        if not stream:
            return str(client.models.generate_content(**asked).text)
        pieces = client.models.generate_content_stream(**asked)
        return "".join(piece.text or "" for piece in pieces)


@contextlib.contextmanager
def _cohere(route: Route) -> Iterator[Any]:
    import cohere  # noqa: PLC0415

    with route.http() as http:
        yield cohere.ClientV2(api_key=KEY, httpx_client=http)


def cohere_chat(route: Route, *, stream: bool) -> str:
    with _cohere(route) as client:
        asked: dict[str, Any] = {"model": "command-r-plus-08-2024", "messages": list(MESSAGES)}
        if not stream:
            return str(client.chat(**asked).message.content[0].text)
        return "".join(
            event.delta.message.content.text
            for event in client.chat_stream(**asked)
            if event.type == "content-delta"
        )


def cohere_rerank(route: Route, *, stream: bool) -> str:
    del stream
    with _cohere(route) as client:
        documents = ["Lundi de neuf heures à midi.", "Mardi toute la journée."]
        asked = {"model": "rerank-v3.5", "query": QUESTION, "documents": documents}
        return str([(one.index, one.relevance_score) for one in client.rerank(**asked).results])


def _bedrock(route: Route) -> Any:  # noqa: ANN401 - boto3 makes its classes at run time
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    client = boto3.client(
        "bedrock-runtime",
        region_name="eu-west-3",
        aws_access_key_id="SIMULATED",
        aws_secret_access_key=KEY,
        verify=str(route.ca),
        config=Config(proxies={"https": route.proxy}, retries={"max_attempts": 0}),
    )
    for name, value in route.headers.items():
        client.meta.events.register(
            "before-sign.bedrock-runtime",
            lambda request, name=name, value=value, **_: request.headers.add_header(name, value),
        )
    return client


def bedrock_converse(route: Route, *, stream: bool) -> str:
    asked: dict[str, Any] = {
        "modelId": "eu.anthropic.claude-sonnet-4-20250514-v1:0",
        "messages": [{"role": "user", "content": [{"text": QUESTION}]}],
    }
    with contextlib.closing(_bedrock(route)) as client:
        if not stream:
            return str(client.converse(**asked)["output"]["message"]["content"][0]["text"])
        events = client.converse_stream(**asked)["stream"]
        deltas = (event["contentBlockDelta"] for event in events if "contentBlockDelta" in event)
        return "".join(delta["delta"]["text"] for delta in deltas)


@contextlib.contextmanager
def _ollama(route: Route) -> Iterator[Any]:
    import ollama  # noqa: PLC0415

    context = ssl.create_default_context(cafile=str(route.ca))
    client = ollama.Client(
        host="https://ollama.com",
        proxy=route.proxy,
        verify=context,
        headers={"authorization": KEY, **route.headers},
    )
    try:
        yield client
    finally:
        client._client.close()  # noqa: SLF001 - it has no other way to end its connections


def ollama_chat(route: Route, *, stream: bool) -> str:
    with _ollama(route) as client:
        asked: dict[str, Any] = {"model": "gpt-oss:20b", "messages": list(MESSAGES)}
        if not stream:
            return str(client.chat(**asked).message.content)
        return "".join(part.message.content or "" for part in client.chat(stream=True, **asked))


class Ask(Protocol):
    """Sends the question; gives the answer as the SDK understood it."""

    def __call__(self, route: Route, *, stream: bool) -> str: ...


@dataclass(frozen=True, slots=True)
class Client:
    """One SDK's way to ask one kind of question."""

    name: str
    ask: Ask
    tool: str
    provider: str
    model: str
    """As the client asks for it."""
    operation: str = "chat"
    streams: bool = True
    """Whether it can ask for a stream at all."""


CLIENTS: tuple[Client, ...] = (
    Client("openai chat", openai_chat, "openai-api", "openai", "gpt-4o-mini"),
    Client("openai responses", openai_responses, "openai-api", "openai", "gpt-4o"),
    Client(
        "openai completions",
        openai_completions,
        *("openai-api", "openai", "gpt-3.5-turbo-instruct", "completion"),
    ),
    Client(
        "openai embeddings",
        openai_embeddings,
        *("openai-api", "openai", "text-embedding-3-small", "embedding"),
        streams=False,
    ),
    Client(
        "openai images",
        openai_images,
        *("openai-api", "openai", "gpt-image-1", "image"),
        streams=False,
    ),
    Client(
        "openai transcription",
        openai_transcription,
        *("openai-api", "openai", "gpt-4o-transcribe", "audio"),
    ),
    Client("anthropic", anthropic_messages, "anthropic-api", "anthropic", "claude-haiku-4-5"),
    Client("mistral", mistral_chat, "mistral-api", "mistral", "mistral-small-latest"),
    Client("gemini", gemini_content, "gemini-api", "google", "gemini-2.5-flash"),
    Client("cohere", cohere_chat, "cohere-api", "cohere", "command-r-plus-08-2024"),
    Client(
        "cohere rerank",
        cohere_rerank,
        *("cohere-api", "cohere", "rerank-v3.5", "rerank"),
        streams=False,
    ),
    Client(
        "bedrock",
        bedrock_converse,
        *("bedrock", "bedrock", "eu.anthropic.claude-sonnet-4-20250514-v1:0"),
    ),
    Client("ollama", ollama_chat, "ollama-cloud", "ollama", "gpt-oss:20b"),
)


def _list_openai(route: Route) -> int:
    with _openai(route) as client:
        return len(list(client.models.list()))


def _list_mistral(route: Route) -> int:
    with _mistral(route) as client:
        return len(client.models.list().data)


def _list_gemini(route: Route) -> int:
    with _gemini(route) as client:
        return len(list(client.models.list()))


def _list_ollama(route: Route) -> int:
    with _ollama(route) as client:
        return len(client.list().models)


def _count_anthropic(route: Route) -> int:
    with _anthropic(route) as client:
        asked: dict[str, Any] = {"model": "claude-haiku-4-5", "messages": list(MESSAGES)}
        return int(client.messages.count_tokens(**asked).input_tokens)


def _count_gemini(route: Route) -> int:
    with _gemini(route) as client:
        asked = {"model": "gemini-2.5-flash", "contents": QUESTION}
        return int(client.models.count_tokens(**asked).total_tokens)


LISTINGS: dict[str, Callable[[Route], int]] = {
    "openai models": _list_openai,
    "mistral models": _list_mistral,
    "gemini models": _list_gemini,
    "ollama models": _list_ollama,
    "anthropic token count": _count_anthropic,
    "gemini token count": _count_gemini,
}
"""Calls that generate nothing; each gives a number that is above zero."""
