from __future__ import annotations

import json

import pytest

from proxy.wire.anthropic import AnthropicMessages
from proxy.wire.base import Format
from proxy.wire.bedrock_converse import Converse
from proxy.wire.bedrock_vendors import TextModel, vendor_for
from proxy.wire.cohere import CohereChat, CohereEmbed
from proxy.wire.openai_chat import OpenAIChat
from proxy.wire.reading import Reading
from tests.support.wire import a_call

UNKNOWN = ""


@pytest.mark.parametrize(
    ("model", "body", "kind"),
    [
        ("anthropic.claude-v2", {"prompt": "…"}, AnthropicMessages),
        (UNKNOWN, {"anthropic_version": "bedrock-2023-05-31", "messages": []}, AnthropicMessages),
        (UNKNOWN, {"type": "message_start", "message": {}}, AnthropicMessages),
        (UNKNOWN, {"type": "message", "content": []}, AnthropicMessages),
        ("amazon.nova-pro-v1:0", {"messages": []}, Converse),
        (UNKNOWN, {"schemaVersion": "messages-v1", "messages": []}, Converse),
        (UNKNOWN, {"messageStart": {"role": "assistant"}}, Converse),
        ("cohere.command-text-v14", {"prompt": "…"}, CohereChat),
        ("cohere.embed-v4:0", {"inputs": []}, CohereEmbed),
        ("cohere.rerank-v3-5:0", {"query": "…"}, TextModel),
        (UNKNOWN, {"event_type": "text-generation", "text": "…"}, CohereChat),
        (UNKNOWN, {"texts": [], "input_type": "search_query"}, CohereEmbed),
        ("mistral.pixtral-large-2502-v1:0", {"messages": []}, OpenAIChat),
        ("ai21.jamba-1-5-large-v1:0", {"messages": []}, OpenAIChat),
        ("qwen.qwen3-32b-v1:0", {"messages": []}, OpenAIChat),
        ("meta.llama3-8b-instruct-v1:0", {"prompt": "…"}, TextModel),
        ("amazon.titan-text-express-v1", {"inputText": "…"}, TextModel),
        (UNKNOWN, {"prompt": "…"}, TextModel),
    ],
)
def test_whose_body_it_is(model: str, body: dict[str, object], kind: type[Format]) -> None:
    assert vendor_for(model, json.dumps(body).encode()) is kind


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"messages":'])
def test_a_body_that_cannot_be_read_leaves_the_model_id(body: bytes) -> None:
    assert vendor_for("anthropic.claude-v2", body) is AnthropicMessages
    assert vendor_for(UNKNOWN, body) is TextModel


def test_embeddings_of_nova() -> None:
    reading = Reading()
    wire = TextModel(a_call("bedrock", action="invoke"), reading)
    request = {"taskType": "SINGLE_EMBEDDING", "singleEmbeddingParams": {"text": {"value": "eau"}}}
    wire.read_request(json.dumps(request).encode(), "application/json")
    wire.read_answer(b'{"embeddings":[{"embeddingType":"TEXT","embedding":[0.1]}]}')
    assert (reading.operation, reading.prompt) == ("embedding", ["eau"])
