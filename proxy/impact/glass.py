"""How many requests fill a glass of water, against the saying that one ChatGPT request does.

By tool, low to high, once for the water that evaporates on site and once with the water
of the electricity; the two are different claims and are never shown as one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from proxy.impact.ranges import scaled, total
from proxy.records import Range

__all__ = ["SCOPES", "Glass", "glass", "per_glass"]

SCOPES = ("water_onsite_ml", "water_total_ml")
"""Water on site alone, and with the water of electricity."""


@dataclass(frozen=True, slots=True)
class Glass:
    """One tool's answer."""

    tool: str
    requests: int
    """That the ranges were averaged over; 1 for a typical request."""
    water_ml: Mapping[str, Range]
    """Per request, by scope."""
    requests_per_glass: Mapping[str, Range]
    """Infinite where a request may take no water at all."""


def per_glass(water_ml: Range, glass_ml: float) -> Range:
    """How many requests of that water fill a glass: few where a request takes much."""
    return Range(*(glass_ml / value if value > 0 else math.inf for value in _backwards(water_ml)))


def _backwards(span: Range) -> tuple[float, float, float]:
    return span.high, span.central, span.low


def glass(tool: str, requests: int, ranges: Mapping[str, Range], glass_ml: float) -> Glass:
    """From the summed ranges of a tool's requests (at least one)."""
    each = {name: scaled(span, 1 / requests) for name, span in ranges.items()}
    onsite, electricity = each["water_onsite_ml"], each["water_electricity_ml"]
    water = dict(zip(SCOPES, (onsite, total(onsite, electricity)), strict=True))
    return Glass(
        tool=tool,
        requests=requests,
        water_ml=water,
        requests_per_glass={scope: per_glass(span, glass_ml) for scope, span in water.items()},
    )
