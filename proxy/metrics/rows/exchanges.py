"""Exchanges, once they are in the ledger: requests, tokens, times."""

from __future__ import annotations

from proxy.metrics.metric import Metric

__all__ = ["EXCHANGES"]

TOKENS = (1.0, 4.0, 16.0, 64.0, 256.0, 1024.0, 4096.0, 16384.0, 65536.0)
DURATIONS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0)
FIRST_BYTE = (
    *(0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75),
    *(1.0, 2.5, 5.0, 7.5, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0),
)
MOST_TOOLS = 15
"""Tools whose times are kept apart; a histogram costs twenty series each."""

EXCHANGES: tuple[Metric, ...] = (
    Metric(
        "jauge_requests_total",
        "counter",
        "Exchanges recorded.",
        ("tool", "department", "channel", "status"),
        most_series=600,
    ),
    Metric(
        "jauge_parsed_requests_total",
        "counter",
        "Exchanges recorded, by how much of them could be read.",
        ("tool", "result"),
        most_series=160,
    ),
    Metric(
        "jauge_policy_requests_total",
        "counter",
        "Exchanges recorded, by the organisation's decision on the tool and by whom they face.",
        ("sanction", "faces"),
    ),
    Metric(
        "jauge_tool_requests_total",
        "counter",
        "Exchanges recorded, by tool and the organisation's decision on it.",
        ("tool", "sanction"),
        most_series=120,
    ),
    Metric(
        "jauge_department_requests_total",
        "counter",
        "Exchanges recorded, by department and the organisation's decision on the tool.",
        ("department", "sanction"),
        most_series=140,
    ),
    Metric(
        "jauge_api_requests_total",
        "counter",
        "Exchanges of programs, by whether the program is a declared application.",
        ("tool", "application"),
        most_series=90,
    ),
    Metric(
        "jauge_tokens_total",
        "counter",
        "Tokens of prompts (cache included) and of what was generated (reasoning included).",
        ("tool", "model", "direction", "token_source"),
        "tokens",
        most_series=500,
    ),
    Metric(
        "jauge_reasoning_tokens_total",
        "counter",
        "Tokens of reasoning; part of the output of jauge_tokens_total.",
        ("tool", "model"),
        "tokens",
    ),
    Metric(
        "jauge_cache_tokens_total",
        "counter",
        "Prompt tokens read from or written to a cache; part of the input of jauge_tokens_total.",
        ("tool", "operation"),
        "tokens",
        most_series=90,
    ),
    Metric(
        "jauge_department_tokens_total",
        "counter",
        "The tokens of jauge_tokens_total by department.",
        ("department", "direction"),
        "tokens",
    ),
    Metric("jauge_images_total", "counter", "Images generated.", ("tool",), "images"),
    Metric(
        "jauge_audio_seconds_total", "counter", "Audio read or generated.", ("tool",), "seconds"
    ),
    Metric(
        "jauge_body_bytes_total",
        "counter",
        "Bytes of recorded exchanges on the wire.",
        ("tool", "body"),
        "bytes",
        most_series=90,
    ),
    Metric(
        "jauge_request_duration_seconds",
        "histogram",
        "From the request's first byte to the answer's last.",
        ("tool",),
        "seconds",
        DURATIONS,
        most_series=MOST_TOOLS,
    ),
    Metric(
        "jauge_time_to_first_byte_seconds",
        "histogram",
        "From the request's first byte to the answer's first body byte.",
        ("tool",),
        "seconds",
        FIRST_BYTE,
        most_series=MOST_TOOLS,
    ),
    Metric(
        "jauge_output_tokens",
        "histogram",
        "Tokens generated per exchange.",
        ("channel",),
        "tokens",
        TOKENS,
    ),
)
