"""One metric, and what several of them share: ranges of three names, buckets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Kind", "Metric", "counters", "gauges", "three_names"]

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
    most_series: int = 300
    """Label combinations beyond which new ones are counted under `other`."""


BOUNDS = (("_low", "low bound"), ("", "central estimate"), ("_high", "high bound"))


def three_names(stem: str, unit: str, end: str = "_total") -> tuple[str, str, str]:
    """The names of the low bound, the central estimate and the high bound of a quantity."""
    low, central, high = (f"jauge_{stem}{bound}_{unit}{end}" for bound, _ in BOUNDS)
    return low, central, high


def counters(
    stem: str, unit: str, text: str, labels: tuple[str, ...] = (), most_series: int = 300
) -> tuple[Metric, ...]:
    """The three counters of a quantity that has a range."""
    return tuple(
        Metric(name, "counter", f"{text}, {said}.", labels, unit, most_series=most_series)
        for name, (_, said) in zip(three_names(stem, unit), BOUNDS, strict=True)
    )


def gauges(
    stem: str, unit: str, text: str, labels: tuple[str, ...] = (), most_series: int = 300
) -> tuple[Metric, ...]:
    """The three gauges of a quantity that has a range."""
    return tuple(
        Metric(name, "gauge", f"{text}, {said}.", labels, unit, most_series=most_series)
        for name, (_, said) in zip(three_names(stem, unit, ""), BOUNDS, strict=True)
    )
