"""From values to places: linear and logarithmic axes with round ticks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from proxy.records import Range

__all__ = ["Scale", "linear", "logarithmic", "scale_for"]

_WIDE_SPAN = 60.0
"""Highest over lowest value from which an axis is logarithmic."""


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from `low` to `high`; `place` gives 0 to 1."""

    low: float
    high: float
    ticks: tuple[float, ...]
    log: bool = False

    def place(self, value: float) -> float:
        """Where a value lies, between 0 and 1; outside values at the end."""
        if math.isinf(value):
            return 1.0
        if not self.log:
            return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))
        if value <= self.low:
            return 0.0
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return min(1.0, share)


def linear(highest: float, count: int = 4) -> Scale:
    """From 0 to a round number that holds `highest`, in steps of 1, 2 or 5."""
    highest = highest if highest > 0 else 1.0
    raw = highest / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * n for n in (1, 2, 5, 10) if power * n >= raw * (1 - 1e-9))
    steps = math.ceil(highest / step - 1e-9)
    return Scale(0.0, step * steps, tuple(step * n for n in range(steps + 1)))


def logarithmic(lowest: float, highest: float, most: int = 7) -> Scale:
    """Whole powers of ten that hold both values (above 0); not more than `most` ticks."""
    first = math.floor(math.log10(lowest) + 1e-9)
    last = max(first + 1, math.ceil(math.log10(highest) - 1e-9))
    step = math.ceil((last - first) / (most - 1))
    ticks = tuple(10.0**power for power in range(first, last + 1, step))
    return Scale(10.0**first, 10.0**last, ticks, log=True)


def scale_for(ranges: Sequence[Range]) -> Scale:
    """Logarithmic where the values span a wide field, else linear from 0."""
    values = [v for r in ranges for v in (r.low, r.central, r.high) if math.isfinite(v)]
    positive = [value for value in values if value > 0]
    if positive and max(positive) / min(positive) > _WIDE_SPAN:
        return logarithmic(min(positive), max(positive))
    return linear(max(values, default=0.0))
