"""The names that OpenTelemetry gives the same things, for sites with dashboards of that kind.

Names, units, attributes and buckets: OpenTelemetry semantic conventions for generative AI
(status "development"; docs/gen-ai/gen-ai-metrics.md of
https://github.com/open-telemetry/semantic-conventions-genai at 004902b8), in the spelling that
its exporter for Prometheus gives them. Why these and no others: docs/operate/metrics.md.
"""

from __future__ import annotations

from proxy.metrics.metric import Metric

__all__ = ["OPENTELEMETRY"]

TOKENS = tuple(4.0**power for power in range(14))
DURATIONS = tuple(0.01 * 2**power for power in range(14))
WHAT = (
    "gen_ai_operation_name",
    "gen_ai_provider_name",
    "gen_ai_request_model",
    "gen_ai_response_model",
)
MOST = 15
"""Combinations kept apart; one costs about seventeen series."""

OPENTELEMETRY: tuple[Metric, ...] = (
    Metric(
        "gen_ai_client_token_usage",
        "histogram",
        "Tokens per exchange; only where the service reported them or a tokenizer counted them.",
        (*WHAT, "gen_ai_token_type"),
        buckets=TOKENS,
        most_series=2 * MOST,
    ),
    Metric(
        "gen_ai_client_operation_duration_seconds",
        "histogram",
        "From the request's first byte to the answer's last.",
        (*WHAT, "error_type"),
        "seconds",
        DURATIONS,
        most_series=MOST,
    ),
    Metric(
        "gen_ai_client_operation_time_to_first_chunk_seconds",
        "histogram",
        "From the request's first byte to the answer's first body byte, of streamed answers.",
        WHAT,
        "seconds",
        DURATIONS,
        most_series=MOST,
    ),
)
