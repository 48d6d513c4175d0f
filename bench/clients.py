"""The vendors' own SDKs as clients: the same short conversation with each service.

Every function sends one question through a proxy and returns the answer's text,
as the SDK understood it. `CLIENTS` is the table that the demo and the tests run.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import httpx2

QUESTION = "Quels sont les horaires de la mairie ?"
MESSAGES = ({"role": "user", "content": QUESTION},)
KEY = "sk-simulated-key-that-must-never-be-stored"


def _messages() -> Any:  # noqa: ANN401 - every SDK has a type of its own for it
    return list(MESSAGES)


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


def openai_chat(route: Route, *, stream: bool) -> str:
    import openai  # noqa: PLC0415 - each SDK is imported by its own client only

    with route.http2() as http:
        client = openai.OpenAI(api_key=KEY, http_client=http, max_retries=0)
        if not stream:
            whole = client.chat.completions.create(model="gpt-4o-mini", messages=_messages())
            return whole.choices[0].message.content or ""
        chunks = client.chat.completions.create(
            model="gpt-4o-mini",
            messages=_messages(),
            stream=True,
            stream_options={"include_usage": True},
        )
        return "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)


def openai_responses(route: Route, *, stream: bool) -> str:
    import openai  # noqa: PLC0415

    with route.http2() as http:
        client = openai.OpenAI(api_key=KEY, http_client=http, max_retries=0)
        if not stream:
            return client.responses.create(model="gpt-4o", input=QUESTION).output_text
        events = client.responses.create(model="gpt-4o", input=QUESTION, stream=True)
        return "".join(e.delta for e in events if e.type == "response.output_text.delta")


def openai_embeddings(route: Route, *, stream: bool) -> str:
    import openai  # noqa: PLC0415

    del stream
    with route.http2() as http:
        client = openai.OpenAI(api_key=KEY, http_client=http, max_retries=0)
        made = client.embeddings.create(
            model="text-embedding-3-small", input=QUESTION, encoding_format="float"
        )
        return str(len(made.data[0].embedding))


def anthropic_messages(route: Route, *, stream: bool) -> str:
    import anthropic  # noqa: PLC0415

    with route.http2() as http:
        client = anthropic.Anthropic(api_key=KEY, http_client=http, max_retries=0)
        asked: dict[str, Any] = {
            "model": "claude-sonnet-4-5",
            "max_tokens": 200,
            "messages": list(MESSAGES),
        }
        if not stream:
            block = client.messages.create(**asked).content[0]
            return str(getattr(block, "text", ""))
        with client.messages.stream(**asked) as events:
            return "".join(events.text_stream)


def mistral_chat(route: Route, *, stream: bool) -> str:
    from mistralai.client import Mistral  # noqa: PLC0415

    with route.http() as http:
        client: Any = Mistral(api_key=KEY, client=http)  # type: ignore[arg-type]
        asked: dict[str, Any] = {"model": "mistral-small-latest", "messages": list(MESSAGES)}
        if not stream:
            return str(client.chat.complete(**asked).choices[0].message.content)
        return "".join(
            str(event.data.choices[0].delta.content or "")
            for event in client.chat.stream(**asked)
            if event.data.choices
        )


def gemini_content(route: Route, *, stream: bool) -> str:
    from google import genai  # noqa: PLC0415
    from google.genai import types  # noqa: PLC0415

    context = ssl.create_default_context(cafile=str(route.ca))
    options = types.HttpOptions(
        client_args={"proxy": route.proxy, "verify": context, "headers": dict(route.headers)}
    )
    client = genai.Client(api_key=KEY, http_options=options)
    if not stream:
        whole = client.models.generate_content(model="gemini-2.5-flash", contents=QUESTION)
        return whole.text or ""
    pieces = client.models.generate_content_stream(model="gemini-2.5-flash", contents=QUESTION)
    return "".join(piece.text or "" for piece in pieces)


def cohere_chat(route: Route, *, stream: bool) -> str:
    import cohere  # noqa: PLC0415

    with route.http() as http:
        client: Any = cohere.ClientV2(api_key=KEY, httpx_client=http)
        asked: dict[str, Any] = {"model": "command-r-plus-08-2024", "messages": list(MESSAGES)}
        if not stream:
            return str(client.chat(**asked).message.content[0].text)
        return "".join(
            event.delta.message.content.text
            for event in client.chat_stream(**asked)
            if event.type == "content-delta"
        )


def bedrock_converse(route: Route, *, stream: bool) -> str:
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
    asked: dict[str, Any] = {
        "modelId": "eu.anthropic.claude-sonnet-4-20250514-v1:0",
        "messages": [{"role": "user", "content": [{"text": QUESTION}]}],
    }
    if not stream:
        return str(client.converse(**asked)["output"]["message"]["content"][0]["text"])
    events = client.converse_stream(**asked)["stream"]
    deltas = (event["contentBlockDelta"] for event in events if "contentBlockDelta" in event)
    return "".join(delta["delta"]["text"] for delta in deltas)


def ollama_chat(route: Route, *, stream: bool) -> str:
    import ollama  # noqa: PLC0415

    context = ssl.create_default_context(cafile=str(route.ca))
    client = ollama.Client(
        host="https://ollama.com",
        proxy=route.proxy,
        verify=context,
        headers={"authorization": KEY, **route.headers},
    )
    asked: dict[str, Any] = {"model": "gpt-oss:20b", "messages": list(MESSAGES)}
    if not stream:
        return str(client.chat(**asked).message.content)
    return "".join(part.message.content or "" for part in client.chat(stream=True, **asked))


Client = Callable[..., str]

CLIENTS: dict[str, Client] = {
    "openai chat": openai_chat,
    "openai responses": openai_responses,
    "openai embeddings": openai_embeddings,
    "anthropic": anthropic_messages,
    "mistral": mistral_chat,
    "gemini": gemini_content,
    "cohere": cohere_chat,
    "bedrock": bedrock_converse,
    "ollama": ollama_chat,
}
"""Every client by name; each takes a Route and `stream`."""
