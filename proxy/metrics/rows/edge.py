"""What the edges count themselves."""

from __future__ import annotations

from proxy.metrics.metric import Metric

__all__ = ["EDGE"]

ADDED = (
    *(0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025),
    *(0.005, 0.01, 0.025, 0.05, 0.1, 0.25),
)

EDGE: tuple[Metric, ...] = (
    Metric("jauge_edge_workers", "gauge", "Workers heard of in the last ten seconds.", ("edge",)),
    Metric("jauge_open_connections", "gauge", "Client connections open now.", ("edge",)),
    Metric(
        "jauge_clients_total",
        "counter",
        "Client connections, by whether the client's network may use the proxy.",
        ("admission",),
    ),
    Metric(
        "jauge_proxy_refusals_total",
        "counter",
        "Logins at the proxy with a wrong name or password (login), or turned away unchecked "
        "because too many of one address waited (slowed).",
        ("refusal",),
    ),
    Metric(
        "jauge_connections_total",
        "counter",
        "Connections to services: decrypted, tunnelled, or passed because the client had "
        "refused our certificate.",
        ("tool", "connection"),
        most_series=123,
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
        most_series=90,
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
        most_series=40,
    ),
    Metric(
        "jauge_added_latency_seconds",
        "histogram",
        "Time that our own code took before bytes went on, or held the event loop after.",
        ("stage",),
        "seconds",
        ADDED,
    ),
)
