"""LABELS: what each label of a metric may say, so that the number of series is bounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from proxy.exchange import Channel, CountSource, Faces, ParseStatus, Sanction, Status
from proxy.records import FindingStatus, Quality

__all__ = ["LABELS", "MODELS", "MOST_PAIRS", "OPTIONAL", "OTHER", "Capped"]

OTHER = "other"
"""Stands for every label value that is not shown on its own."""

MOST_PAIRS = 200
"""Pairs of tool and model that are shown, the same in all metrics; of a further pair the
model is `other`."""
MODELS = frozenset({"model", "gen_ai_request_model", "gen_ai_response_model"})
"""Labels that say only names of our catalogue of models, or `other`."""
OPTIONAL = frozenset({"gen_ai_request_model"})
"""Labels of any value that a series may do without; for Prometheus an empty one is none."""


@dataclass(frozen=True, slots=True)
class Capped:
    """A label whose values are not known beforehand: so many are shown, the rest as `other`."""

    most: int


LABELS: dict[str, tuple[str, ...] | Capped] = {
    "tool": Capped(40),
    "model": Capped(150),
    "department": Capped(32),
    "category": Capped(16),
    "kind": Capped(40),
    "classifier": Capped(4),
    "threshold_set": Capped(4),
    "edge": Capped(16),
    "error": Capped(24),
    "cause": Capped(24),
    "measure": Capped(24),
    "version": Capped(16),
    "date": Capped(1),
    "mix_zone": Capped(1),
    "method": Capped(1),
    "gen_ai_operation_name": Capped(12),
    "gen_ai_provider_name": Capped(40),
    "gen_ai_request_model": Capped(150),
    "gen_ai_response_model": Capped(150),
    "gen_ai_token_type": ("input", "output"),
    "error_type": ("", *(status for status in get_args(Status) if status != "ok")),
    "application": ("declared", "undeclared"),
    "channel": get_args(Channel),
    "status": get_args(Status),
    "result": get_args(ParseStatus),
    "direction": ("input", "output"),
    "body": ("request", "response"),
    "operation": ("read", "write"),
    "token_source": get_args(CountSource),
    "sanction": get_args(Sanction),
    "faces": get_args(Faces),
    "scope": ("onsite", "electricity"),
    "phase": ("usage", "embodied"),
    "quality": (*get_args(Quality), "none"),
    "lang": ("fr", "en", "other", "unknown"),
    "outcome": get_args(FindingStatus),
    "connection": ("decrypted", "tunnelled", "passed"),
    "handling": ("read", "passed", "plain"),
    "admission": ("accepted", "refused"),
    "words": ("sent", "dropped", "off", "empty"),
    "refusal": ("login", "slowed", "token"),
    "reason": ("full", "late", "unreadable"),
    "where": ("tee", "hook", "refusals"),
    "stage": ("request", "response_first_chunk", "response_chunk", "websocket", "finish"),
    "step": (
        "model",
        "tokens",
        "impact",
        "finding",
        "pipeline",
        "housekeeping",
        "month",
        "own_energy",
        "report",
    ),
    "configured": Capped(4),
    "end": ("crash", "deadline", "memory", "load"),
    "component": ("cpu", "ram"),
    "source": ("measured", "estimated"),
    "written": ("new", "duplicate", "refused"),
    "gap": ("damaged", "unreadable", "lost"),
}
"""What each label may say. A tuple: these values, anything else is `other`."""
