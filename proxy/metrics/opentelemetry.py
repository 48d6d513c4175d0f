"""One recorded exchange under the names of OpenTelemetry.

Tokens that were only estimated are left out: the conventions want no usage reported where
no tokens could be had (https://github.com/open-telemetry/semantic-conventions-genai).
"""

from __future__ import annotations

from proxy.exchange import Exchange
from proxy.metrics.store import Metrics

__all__ = ["OPERATIONS", "PROVIDERS", "observe_opentelemetry"]

OPERATIONS = {
    "chat": "chat",
    "completion": "text_completion",
    "embedding": "embeddings",
}
"""Our operation to `gen_ai.operation.name`; those that the conventions do not know (image,
audio, realtime, rerank) keep our name, as they allow."""

PROVIDERS = {
    "azure-openai": "azure.ai.openai",
    "azure-ai": "azure.ai.inference",
    "bedrock": "aws.bedrock",
    "vertex": "gcp.vertex_ai",
    "openai": "openai",
    "anthropic": "anthropic",
    "cohere": "cohere",
    "deepseek": "deepseek",
    "google": "gcp.gemini",
    "groq": "groq",
    "mistral": "mistral_ai",
    "perplexity": "perplexity",
    "xai": "x_ai",
}
"""Our provider to `gen_ai.provider.name`; others keep our name."""

TOLD = frozenset({"reported", "counted"})
"""Where a count of tokens must come from."""


def observe_opentelemetry(metrics: Metrics, exchange: Exchange) -> None:
    """Count one exchange."""
    provider = PROVIDERS.get(exchange.provider, exchange.provider)
    operation = OPERATIONS.get(exchange.operation, exchange.operation)
    asked = metrics.asked(exchange.model_asked)
    what = (operation, provider, asked, metrics.model(exchange.model))
    counts = (
        ("input", exchange.input_tokens, exchange.input_source),
        ("output", exchange.output_tokens, exchange.output_source),
    )
    for kind, count, source in counts:
        if count is not None and source in TOLD:
            metrics.observe("gen_ai_client_token_usage", (*what, kind), count)
    error = "" if exchange.status == "ok" else exchange.status
    name = "gen_ai_client_operation_duration_seconds"
    metrics.observe(name, (*what, error), exchange.duration_s)
    if exchange.streamed and exchange.time_to_first_byte_s is not None:
        name = "gen_ai_client_operation_time_to_first_chunk_seconds"
        metrics.observe(name, what, exchange.time_to_first_byte_s)
