"""LABELS: what each label of a metric may say, so that the number of series is bounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from proxy.exchange import Channel, CountSource, Faces, ParseStatus, Sanction, Status
from proxy.records import FindingStatus, Quality

__all__ = ["LABELS", "OTHER", "Capped"]

OTHER = "other"
"""Stands for every label value that is not shown on its own."""


@dataclass(frozen=True, slots=True)
class Capped:
    """A label whose values are not known beforehand: so many are shown, the rest as `other`."""

    most: int


LABELS: dict[str, tuple[str, ...] | Capped] = {
    "tool": Capped(120),
    "model": Capped(150),
    "department": Capped(60),
    "category": Capped(20),
    "classifier": Capped(8),
    "threshold_set": Capped(8),
    "edge": Capped(32),
    "error": Capped(40),
    "version": Capped(16),
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
    "reason": ("full", "late", "unreadable"),
    "where": ("tee", "hook", "refusals"),
    "stage": ("request", "response_first_chunk", "response_chunk", "websocket", "finish"),
    "step": ("model", "tokens", "impact", "finding", "pipeline", "own_energy"),
    "component": ("cpu", "ram"),
    "source": ("measured", "estimated"),
    "written": ("new", "duplicate", "refused"),
    "gap": ("damaged", "unreadable", "lost"),
}
"""What each label may say. A tuple: these values, anything else is `other`."""
