"""Calls that must be read, and how: vendors with paths of their own. Our own table."""

from __future__ import annotations

from typing import NamedTuple

from tests.support.catalogue import WEBSOCKET

UUID = "3f2b8c1e-5d4a-4b6f-9a70-1c2d3e4f5a6b"


class Read(NamedTuple):
    """One call and what the catalogue must make of it."""

    host: str
    path: str
    wire_format: str
    operation: str = "chat"
    model: str | None = None
    region: str | None = None
    action: str = ""
    tool: str | None = None
    channel: str | None = None
    websocket: bool = False
    method: str = "POST"
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed


def socket(host: str, path: str, wire_format: str, operation: str, **more: str) -> Read:
    return Read(
        host,
        path,
        wire_format,
        operation,
        websocket=True,
        method="GET",
        headers=WEBSOCKET,
        **more,
    )


PROJECT = "/v1/projects/ville-1/locations/europe-west9"
GEMINI = "generativelanguage.googleapis.com"
VERTEX = "europe-west9-aiplatform.googleapis.com"
VERTEX_GLOBAL = "aiplatform.googleapis.com"
BEDROCK = "bedrock-runtime.eu-west-3.amazonaws.com"
ARN = "arn%3Aaws%3Abedrock%3Aeu-west-3%3A123456789012%3A"

VENDORS: tuple[Read, ...] = (
    # OpenAI
    Read("api.openai.com", "/v1/chat/completions", "openai-chat"),
    Read("api.openai.com", "/v1/chat/completions?trace=1", "openai-chat"),
    Read("api.openai.com", "/v1/completions", "openai-completions", "completion"),
    Read("api.openai.com", "/v1/responses", "openai-responses"),
    Read("api.openai.com", "/v1/responses/compact", "openai-responses", action="compact"),
    Read("api.openai.com", "/v1/embeddings", "openai-embeddings", "embedding"),
    Read(
        "api.openai.com", "/v1/images/generations", "openai-images", "image", action="generations"
    ),
    Read("api.openai.com", "/v1/images/edits", "openai-images", "image", action="edits"),
    Read("api.openai.com", "/v1/images/variations", "openai-images", "image", action="variations"),
    Read("api.openai.com", "/v1/audio/speech", "openai-audio", "audio", action="speech"),
    Read(
        "api.openai.com",
        "/v1/audio/transcriptions",
        "openai-audio",
        "audio",
        action="transcriptions",
    ),
    Read(
        "api.openai.com", "/v1/audio/translations", "openai-audio", "audio", action="translations"
    ),
    Read("eu.api.openai.com", "/v1/responses", "openai-responses", region="eu"),
    socket(
        "api.openai.com",
        "/v1/realtime?model=gpt-realtime",
        "openai-realtime",
        "realtime",
        model="gpt-realtime",
    ),
    socket("api.openai.com", "/v1/realtime?intent=transcription", "openai-realtime", "realtime"),
    socket("api.openai.com", "/v1/responses", "openai-responses", "chat"),
    # Codex with a ChatGPT subscription
    Read(
        "chatgpt.com",
        "/backend-api/codex/responses",
        "openai-responses",
        tool="codex",
        channel="ide",
    ),
    # Azure
    Read(
        "mairie.openai.azure.com",
        "/openai/deployments/gpt4o-etat-civil/chat/completions?api-version=2024-06-01",
        "openai-chat",
        model="gpt4o-etat-civil",
    ),
    Read(
        "mairie.openai.azure.com",
        "/openai/deployments/emb%201/embeddings?api-version=2024-06-01",
        "openai-embeddings",
        "embedding",
        model="emb 1",
    ),
    Read(
        "mairie.openai.azure.com",
        "/openai/deployments/whisper/audio/transcriptions?api-version=2024-06-01",
        "openai-audio",
        "audio",
        model="whisper",
        action="transcriptions",
    ),
    Read("mairie.openai.azure.com", "/openai/v1/responses", "openai-responses"),
    Read("mairie.openai.azure.com", "/openai/v1/chat/completions", "openai-chat"),
    Read("mairie.openai.azure.com", "/openai/responses?api-version=x", "openai-responses"),
    socket(
        "mairie.openai.azure.com",
        "/openai/realtime?api-version=x&deployment=voix",
        "openai-realtime",
        "realtime",
        model="voix",
    ),
    Read(
        "mairie.cognitiveservices.azure.com",
        "/openai/deployments/gpt-5-nano/chat/completions",
        "openai-chat",
        model="gpt-5-nano",
    ),
    Read("mairie.services.ai.azure.com", "/models/chat/completions?api-version=x", "openai-chat"),
    Read("mairie.services.ai.azure.com", "/anthropic/v1/messages", "anthropic-messages"),
    # Anthropic
    Read("api.anthropic.com", "/v1/messages", "anthropic-messages"),
    Read("api.anthropic.com", "/v1/messages?beta=true", "anthropic-messages"),
    Read(
        "api.anthropic.com", "/v1/complete", "anthropic-messages", "completion", action="complete"
    ),
    Read("api.anthropic.com", "/v1/chat/completions", "openai-chat"),
    # Gemini
    Read(
        GEMINI,
        "/v1beta/models/gemini-2.5-flash:generateContent?key=tres-secret",
        "gemini",
        model="gemini-2.5-flash",
        action="generateContent",
    ),
    Read(
        GEMINI,
        "/v1/models/gemini-2.5-flash:streamGenerateContent?alt=sse&key=tres-secret",
        "gemini",
        model="gemini-2.5-flash",
        action="streamGenerateContent",
    ),
    Read(
        GEMINI,
        "/v1alpha/tunedModels/mairie-1:generateContent",
        "gemini",
        model="mairie-1",
        action="generateContent",
    ),
    Read(
        GEMINI,
        "/v1beta/models/gemini-embedding-001:batchEmbedContents",
        "gemini",
        "embedding",
        model="gemini-embedding-001",
        action="batchEmbedContents",
    ),
    Read(
        GEMINI,
        "/v1beta/models/imagen-4.0-generate-001:predict",
        "gemini",
        "image",
        model="imagen-4.0-generate-001",
        action="predict",
    ),
    Read(GEMINI, "/v1beta/interactions?alt=sse", "gemini", action="interactions"),
    Read(GEMINI, "/v1beta/openai/chat/completions", "openai-chat"),
    Read(GEMINI, "/v1beta/openai/embeddings", "openai-embeddings", "embedding"),
    socket(
        GEMINI,
        "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent?key=secret",
        "gemini",
        "realtime",
        action="live",
    ),
    Read(
        "cloudcode-pa.googleapis.com",
        "/v1internal:streamGenerateContent?alt=sse",
        "gemini",
        action="streamGenerateContent",
        channel="ide",
    ),
    # Vertex
    Read(
        VERTEX,
        f"{PROJECT}/publishers/google/models/gemini-2.5-pro:streamGenerateContent?alt=sse",
        "gemini",
        model="gemini-2.5-pro",
        region="europe-west9",
        action="streamGenerateContent",
    ),
    Read(
        VERTEX_GLOBAL,
        "/v1/projects/p/locations/global/publishers/anthropic/models/claude-x@20250929:rawPredict",
        "anthropic-messages",
        model="claude-x@20250929",
        region="global",
        action="rawPredict",
    ),
    Read(
        VERTEX,
        f"{PROJECT}/publishers/anthropic/models/claude-x@20250929:streamRawPredict",
        "anthropic-messages",
        model="claude-x@20250929",
        region="europe-west9",
        action="streamRawPredict",
    ),
    Read(
        VERTEX,
        f"{PROJECT}/publishers/mistralai/models/mistral-medium-3:rawPredict",
        "openai-chat",
        model="mistral-medium-3",
        region="europe-west9",
        action="rawPredict",
    ),
    Read(
        VERTEX,
        f"{PROJECT}/publishers/google/models/text-multilingual-embedding-002:predict",
        "gemini",
        "embedding",
        model="text-multilingual-embedding-002",
        region="europe-west9",
        action="predict",
    ),
    Read(
        VERTEX,
        f"{PROJECT}/publishers/google/models/imagen-4.0-generate-001:predict",
        "gemini",
        "image",
        model="imagen-4.0-generate-001",
        region="europe-west9",
        action="predict",
    ),
    Read(
        "aiplatform.eu.rep.googleapis.com",
        "/v1beta1/projects/p/locations/eu/endpoints/openapi/chat/completions",
        "openai-chat",
        region="eu",
    ),
    Read(
        VERTEX_GLOBAL,
        "/v1/publishers/google/models/gemini-2.5-pro:generateContent?key=secret",
        "gemini",
        model="gemini-2.5-pro",
        action="generateContent",
    ),
    # Mistral
    Read("api.mistral.ai", "/v1/chat/completions", "openai-chat", region="FR"),
    Read(
        "codestral.mistral.ai",
        "/v1/fim/completions",
        "openai-chat",
        "completion",
        region="FR",
        action="fim",
    ),
    Read("api.mistral.ai", "/v1/embeddings", "openai-embeddings", "embedding", region="FR"),
    Read("api.mistral.ai", "/v1/ocr", "openai-chat", "completion", region="FR", action="ocr"),
    Read("api.mistral.ai", "/v1/agents/completions", "openai-chat", region="FR", action="agents"),
    Read(
        "api.mistral.ai",
        "/v1/conversations",
        "openai-responses",
        region="FR",
        action="conversations",
    ),
    Read(
        "api.mistral.ai",
        f"/v1/conversations/conv_{UUID}/restart",
        "openai-responses",
        region="FR",
        action="conversations",
    ),
    # Cohere
    Read("api.cohere.com", "/v1/chat", "cohere-chat", action="v1"),
    Read("api.cohere.ai", "/v2/chat", "cohere-chat", action="v2"),
    Read("api.cohere.com", "/v1/generate", "cohere-chat", "completion", action="generate"),
    Read("api.cohere.com", "/v2/embed", "cohere-embed", "embedding", action="v2"),
    Read("api.cohere.com", "/v2/rerank", "openai-rerank", "rerank", action="v2"),
    Read("api.cohere.com", "/compatibility/v1/chat/completions", "openai-chat"),
    # Bedrock
    Read(
        BEDROCK,
        "/model/eu.anthropic.claude-sonnet-4-20250514-v1%3A0/converse-stream",
        "bedrock",
        model="eu.anthropic.claude-sonnet-4-20250514-v1:0",
        region="eu-west-3",
        action="converse-stream",
    ),
    Read(
        BEDROCK,
        "/model/mistral.mistral-large-2402-v1:0/converse",
        "bedrock",
        model="mistral.mistral-large-2402-v1:0",
        region="eu-west-3",
        action="converse",
    ),
    Read(
        BEDROCK,
        f"/model/{ARN}inference-profile%2Feu.amazon.nova-lite-v1%3A0/invoke",
        "bedrock",
        model="eu.amazon.nova-lite-v1:0",
        region="eu-west-3",
        action="invoke",
    ),
    Read(
        BEDROCK,
        f"/model/{ARN}application-inference-profile%2Fa1b2c3/invoke-with-response-stream",
        "bedrock",
        model="a1b2c3",
        region="eu-west-3",
        action="invoke-with-response-stream",
    ),
    Read(
        BEDROCK,
        "/model/amazon.titan-embed-text-v2%3A0/invoke",
        "bedrock",
        "embedding",
        model="amazon.titan-embed-text-v2:0",
        region="eu-west-3",
        action="invoke",
    ),
    Read(
        BEDROCK,
        "/model/amazon.nova-canvas-v1%3A0/invoke",
        "bedrock",
        "image",
        model="amazon.nova-canvas-v1:0",
        region="eu-west-3",
        action="invoke",
    ),
    Read(
        BEDROCK,
        "/model/cohere.rerank-v3-5%3A0/invoke",
        "bedrock",
        "rerank",
        model="cohere.rerank-v3-5:0",
        region="eu-west-3",
        action="invoke",
    ),
    # Ollama
    Read("ollama.com", "/api/chat", "ollama", action="chat"),
    Read("ollama.com", "/api/generate", "ollama", "completion", action="generate"),
    Read("ollama.com", "/api/embed", "ollama", "embedding", action="embed"),
    Read("ollama.com", "/v1/chat/completions", "openai-chat"),
)
