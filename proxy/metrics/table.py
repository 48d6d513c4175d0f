"""METRICS: every metric that Jauge exports, one row each.

Names, types and buckets follow the OpenTelemetry conventions for generative AI and the
naming rules of Prometheus (https://prometheus.io/docs/practices/naming/): base units,
`_total` on counters, and a sum over all labels that means something. What has a range has
three names (`..._low_...`, none, `..._high_...`) that are never added together.

docs/operate/metrics.md lists the same rows; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["METRICS", "METRICS_BY_NAME", "Kind", "Metric"]

Kind = Literal["counter", "gauge", "histogram", "info"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    unit: str = ""
    """Unit as it stands in the name, plural; empty for plain counts."""
    buckets: tuple[float, ...] = ()
    """Upper bounds of a histogram's buckets, in `unit`."""
    most_series: int = 1500
    """Label combinations beyond which new ones are counted under `other`."""


TOKENS = (1.0, 4.0, 16.0, 64.0, 256.0, 1024.0, 4096.0, 16384.0, 65536.0)
DURATIONS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0)
FIRST_BYTE = (
    *(0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75),
    *(1.0, 2.5, 5.0, 7.5, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0),
)
ADDED = (
    *(0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025),
    *(0.005, 0.01, 0.025, 0.05, 0.1, 0.25),
)
JOULES = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1e3, 3e3, 1e4, 3e4, 1e5)
SCORES = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
SCORING = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)


def _range(stem: str, unit: str, text: str, labels: tuple[str, ...]) -> tuple[Metric, ...]:
    """The three counters of a quantity that has a range."""
    bounds = (("_low", "low bound"), ("", "central estimate"), ("_high", "high bound"))
    return tuple(
        Metric(f"jauge_{stem}{bound}_{unit}_total", "counter", f"{text}, {said}.", labels, unit)
        for bound, said in bounds
    )


METRICS: tuple[Metric, ...] = (
    # Exchanges, once they are in the ledger
    Metric(
        "jauge_requests_total",
        "counter",
        "Exchanges recorded.",
        ("tool", "department", "channel", "status"),
        most_series=3000,
    ),
    Metric(
        "jauge_parsed_requests_total",
        "counter",
        "Exchanges recorded, by how much of them could be read.",
        ("tool", "result"),
    ),
    Metric(
        "jauge_policy_requests_total",
        "counter",
        "Exchanges recorded, by the organisation's decision on the tool and by whom they face.",
        ("sanction", "faces"),
    ),
    Metric(
        "jauge_tokens_total",
        "counter",
        "Tokens of prompts (cache included) and of what was generated (reasoning included).",
        ("tool", "model", "direction", "token_source"),
        "tokens",
        most_series=2500,
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
    ),
    Metric(
        "jauge_request_duration_seconds",
        "histogram",
        "From the request's first byte to the answer's last.",
        ("tool",),
        "seconds",
        DURATIONS,
    ),
    Metric(
        "jauge_time_to_first_byte_seconds",
        "histogram",
        "From the request's first byte to the answer's first body byte.",
        ("tool",),
        "seconds",
        FIRST_BYTE,
    ),
    Metric(
        "jauge_output_tokens",
        "histogram",
        "Tokens generated per exchange.",
        ("channel",),
        "tokens",
        TOKENS,
    ),
    # Impact
    *_range("energy", "joules", "Electricity of the data centre", ("tool", "model")),
    *_range("department_energy", "joules", "Electricity by department", ("department",)),
    *_range("water", "liters", "Water consumed", ("tool", "scope")),
    *_range("department_water", "liters", "Water consumed by department", ("department",)),
    *_range("emissions_co2e", "grams", "Greenhouse gases", ("tool", "phase")),
    *_range(
        "department_emissions_co2e", "grams", "Greenhouse gases by department", ("department",)
    ),
    Metric(
        "jauge_provider_reported_energy_low_joules_total",
        "counter",
        "Energy as tools report it themselves, low bound; apart from our estimates.",
        ("tool",),
        "joules",
    ),
    Metric(
        "jauge_provider_reported_energy_high_joules_total",
        "counter",
        "Energy as tools report it themselves, high bound.",
        ("tool",),
        "joules",
    ),
    Metric(
        "jauge_request_energy_joules",
        "histogram",
        "Electricity per exchange, central estimate.",
        ("channel",),
        "joules",
        JOULES,
    ),
    Metric(
        "jauge_estimated_requests_total",
        "counter",
        "Exchanges by the quality of their estimate (A disclosed, B computed, C guessed, none).",
        ("quality",),
    ),
    # Analysis of words
    Metric(
        "jauge_analysis_total",
        "counter",
        "Answers scored, or why not.",
        ("classifier", "outcome"),
    ),
    Metric(
        "jauge_toxicity_flagged_total",
        "counter",
        "Answers whose score reached the threshold of the class.",
        ("tool", "category", "lang", "classifier", "threshold_set"),
    ),
    Metric(
        "jauge_toxicity_score",
        "histogram",
        "Toxicity per scored answer, from 0 to 1.",
        ("classifier", "lang"),
        buckets=SCORES,
    ),
    Metric(
        "jauge_analysis_seconds",
        "histogram",
        "Time to count and score the words of one exchange.",
        (),
        "seconds",
        SCORING,
    ),
    Metric("jauge_analysis_queue_length", "gauge", "Exchanges whose words wait in memory."),
    Metric("jauge_analysis_queue_bytes", "gauge", "Memory of the words that wait.", unit="bytes"),
    Metric(
        "jauge_analysis_queue_dropped_total",
        "counter",
        "Words dropped by the auditor: its queue was full, their exchange never came or was "
        "counted before, or they could not be read.",
        ("reason",),
    ),
    # What the edges count
    Metric("jauge_edge_workers", "gauge", "Workers heard of in the last ten seconds.", ("edge",)),
    Metric("jauge_open_connections", "gauge", "Client connections open now.", ("edge",)),
    Metric(
        "jauge_clients_total",
        "counter",
        "Client connections, by whether the client's network may use the proxy.",
        ("admission",),
    ),
    Metric(
        "jauge_connections_total",
        "counter",
        "Connections to services: decrypted, tunnelled, or passed because the client had "
        "refused our certificate.",
        ("tool", "connection"),
    ),
    Metric(
        "jauge_refused_certificates_total",
        "counter",
        "TLS handshakes that a client broke off.",
        ("tool",),
    ),
    Metric(
        "jauge_remembered_refusals_total",
        "counter",
        "Pairs of client and name that are let through from then on.",
        ("tool",),
    ),
    Metric(
        "jauge_connect_errors_total",
        "counter",
        "Services that could not be reached.",
        ("tool",),
    ),
    Metric(
        "jauge_seen_requests_total",
        "counter",
        "Requests on decrypted hosts, read or passed, and unencrypted ones out of scope.",
        ("tool", "handling"),
    ),
    Metric(
        "jauge_handed_over_total",
        "counter",
        "Exchanges that edges handed over; compare with jauge_requests_total.",
        ("result",),
    ),
    Metric("jauge_words_total", "counter", "What became of the words at the edge.", ("words",)),
    Metric(
        "jauge_handed_over_bytes_total",
        "counter",
        "Bytes of the bodies of exchanges that edges handed over.",
        ("body",),
        "bytes",
    ),
    Metric(
        "jauge_not_inference_requests_total",
        "counter",
        "Requests that were read and generated nothing.",
        ("tool",),
    ),
    Metric(
        "jauge_aborted_requests_total",
        "counter",
        "Exchanges broken off by the client, the service or the edge's end.",
        ("tool",),
    ),
    Metric(
        "jauge_truncated_requests_total",
        "counter",
        "Request bodies too long to be read whole.",
        ("tool",),
    ),
    Metric(
        "jauge_unfinished_requests_total",
        "counter",
        "Requests whose end was never seen.",
        ("tool",),
    ),
    Metric(
        "jauge_edge_errors_total",
        "counter",
        "Failures of our own at the edge; the traffic went on.",
        ("where", "error"),
    ),
    Metric(
        "jauge_added_latency_seconds",
        "histogram",
        "Time that our own code took before bytes went on, or held the event loop after.",
        ("stage",),
        "seconds",
        ADDED,
    ),
    # Hand-over and storage
    Metric("jauge_outbox_queued_records", "gauge", "Records in edges' memory.", ("edge",)),
    Metric(
        "jauge_outbox_lost_records_total",
        "counter",
        "Records lost because the outbox could not be written.",
        ("edge",),
    ),
    Metric(
        "jauge_outbox_oldest_age_seconds",
        "gauge",
        "Age of the oldest record that is not in the ledger yet, as far as known.",
        unit="seconds",
    ),
    Metric("jauge_outbox_unread_bytes", "gauge", "Bytes on disk not read yet.", unit="bytes"),
    Metric(
        "jauge_inbox_gaps_total",
        "counter",
        "Records that could not be read back, and words that never came.",
        ("gap",),
    ),
    Metric(
        "jauge_ledger_exchanges_total",
        "counter",
        "What the ledger made of exchanges: new, there already, or refused.",
        ("written",),
    ),
    Metric("jauge_ledger_errors_total", "counter", "Writes that failed.", ("error",)),
    Metric(
        "jauge_ledger_last_write_timestamp_seconds",
        "gauge",
        "Unix time of the last write that succeeded.",
        unit="seconds",
    ),
    Metric("jauge_ledger_size_bytes", "gauge", "Size of the ledger.", unit="bytes"),
    Metric(
        "jauge_ledger_oldest_row_age_seconds",
        "gauge",
        "Age of the oldest exchange kept as a row.",
        unit="seconds",
    ),
    Metric(
        "jauge_audit_errors_total",
        "counter",
        "Failures of our own: the exchange was recorded without what the step adds, or, for the "
        "step `pipeline`, read again.",
        ("step", "error"),
    ),
    # About itself
    *_range(
        "self_energy",
        "joules",
        "Electricity of Jauge's own processes on the auditor's machine, cooling left out",
        ("component", "source"),
    ),
    Metric(
        "jauge_label_overflow_total",
        "counter",
        "Times a label value or combination was counted under `other` to bound the series.",
        ("metric", "label"),
    ),
    Metric("jauge_build_info", "info", "Version of the auditor.", ("version",)),
    Metric(
        "jauge_factors_info",
        "info",
        "Version and hash of the factor set that new estimates are made from.",
        ("version",),
    ),
    Metric(
        "jauge_config_loaded_timestamp_seconds",
        "gauge",
        "Unix time at which the auditor read its configuration.",
        unit="seconds",
    ),
)

METRICS_BY_NAME: dict[str, Metric] = {metric.name: metric for metric in METRICS}
