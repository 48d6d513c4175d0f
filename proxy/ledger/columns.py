"""What exchanges and their hourly sums are kept by, and what is summed: names of columns."""

from __future__ import annotations

from proxy.records import QUANTITIES

__all__ = ["BOUNDS", "COUNTS", "DIMENSIONS", "IMPACTS", "SUMS"]

DIMENSIONS: tuple[str, ...] = (
    "department",
    "application",
    "faces",
    "channel",
    "tool",
    "provider",
    "sanction",
    "operation",
    "model",
    "zone",
    "status",
    "input_source",
    "output_source",
    "context_class",
    "parse_status",
    "words",
)
"""What roll-ups are kept by. All come from our own catalogues and enumerations, none
from what a client may invent: the number of combinations stays small. An empty text
stands for none."""

COUNTS: tuple[str, ...] = (
    "input_tokens",
    "output_tokens",
    "reasoning_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "images",
    "prompt_chars",
    "answer_chars",
    "reasoning_chars",
    "request_bytes",
    "response_bytes",
)
"""Whole numbers of an exchange that are summed; unknown adds nothing."""

SUMS: tuple[str, ...] = (
    "requests",
    *COUNTS,
    "audio_s",
    "duration_s",
    "first_byte_requests",
    "first_byte_s",
    "reported_energy_requests",
    "reported_energy_min_kwh",
    "reported_energy_max_kwh",
    "reported_ghg_requests",
    "reported_ghg_min_kgco2e",
    "reported_ghg_max_kgco2e",
)
"""The raw sums of an hour. `..._requests` says how many exchanges stand behind the sum
that follows; zeros that a tool reported mean unknown and are left out."""

BOUNDS = ("low", "central", "high")


def _impact_columns() -> tuple[str, ...]:
    """energy_low_wh, energy_central_wh, energy_high_wh, ... in the order of QUANTITIES."""
    split = (name.rsplit("_", 1) for name in QUANTITIES)
    return tuple(f"{stem}_{bound}_{unit}" for stem, unit in split for bound in BOUNDS)


IMPACTS: tuple[str, ...] = _impact_columns()
