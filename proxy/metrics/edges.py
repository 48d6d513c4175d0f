"""What each counter of the edge is called here. Counters that are not listed are ignored.

The names on the left are those of `addons/tally.py`; a test holds the two together.
"""

from __future__ import annotations

__all__ = ["EDGE_COUNTERS", "EDGE_GAPS", "labels_of"]

VALUE = "\0"
"""Stands for the value of the counter's own label."""

EDGE_COUNTERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "clients": ("jauge_clients_total", (VALUE,)),
    "login_refusals": ("jauge_proxy_refusals_total", (VALUE,)),
    "opened": ("jauge_connections_total", (VALUE, "decrypted")),
    "tunnels": ("jauge_connections_total", (VALUE, "tunnelled")),
    "passthrough": ("jauge_connections_total", (VALUE, "passed")),
    "refused_certificates": ("jauge_refused_certificates_total", (VALUE,)),
    "remembered": ("jauge_remembered_refusals_total", (VALUE,)),
    "connect_errors": ("jauge_connect_errors_total", (VALUE,)),
    "requests_read": ("jauge_seen_requests_total", (VALUE, "read")),
    "requests_passed": ("jauge_seen_requests_total", (VALUE, "passed")),
    "requests_plain": ("jauge_seen_requests_total", (VALUE, "plain")),
    "exchanges": ("jauge_handed_over_total", (VALUE,)),
    "words": ("jauge_words_total", (VALUE,)),
    "body_bytes": ("jauge_handed_over_bytes_total", (VALUE,)),
    "not_inference": ("jauge_not_inference_requests_total", (VALUE,)),
    "aborted": ("jauge_aborted_requests_total", (VALUE,)),
    "truncated": ("jauge_truncated_requests_total", (VALUE,)),
    "unfinished": ("jauge_unfinished_requests_total", (VALUE,)),
    "tee_errors": ("jauge_edge_errors_total", ("tee", VALUE)),
    "hook_errors": ("jauge_edge_errors_total", ("hook", VALUE)),
    "passthrough_errors": ("jauge_edge_errors_total", ("refusals", VALUE)),
}
"""Edge counter to metric and its labels."""

EDGE_GAPS: dict[str, bool] = {
    "tunnels": True,
    "passthrough": True,
    "refused_certificates": True,
    "requests_passed": True,
    "requests_plain": False,
    "unfinished": True,
    "truncated": True,
    "tee_errors": False,
}
"""Edge counters that the ledger keeps per hour: what was seen and not measured, or not
whole. Whether the counter's label is a tool."""


def labels_of(template: tuple[str, ...], value: str) -> tuple[str, ...]:
    """The labels of a metric for one value of the edge's label."""
    return tuple(value if part == VALUE else part for part in template)
