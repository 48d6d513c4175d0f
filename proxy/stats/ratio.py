"""How many times as often something befalls one group as another."""

from __future__ import annotations

import math
from statistics import NormalDist

import msgspec

from proxy.stats.fisher import fisher_exact
from proxy.stats.interval import Interval

__all__ = ["RiskRatio", "risk_ratio"]


class RiskRatio(msgspec.Struct, frozen=True):
    """The share of the first group over that of the second."""

    ratio: float | None
    """None when the second group has no case: no number says "infinitely more often"."""
    interval: Interval | None
    """None when either group has no case, or both have nothing but cases."""
    p_value: float
    """Of no difference, two-sided; not yet corrected for the number of comparisons."""


def risk_ratio(  # noqa: PLR0913 - a two by two table and what it is worth
    a: int,
    n1: int,
    b: int,
    n2: int,
    *,
    design: tuple[float, float] = (1.0, 1.0),
    confidence: float = 0.95,
) -> RiskRatio:
    """The share of `a` in n1 over that of `b` in n2.

    The interval is that of D. Katz and others (1978), Biometrics 34, 469-474, on the
    logarithm; the p-value is Fisher's. `design`: the design effects of the two shares (see
    `clusters`), which widen the interval and shrink the counts that the test is made on.
    Raises ValueError for counts outside 0..n, n < 1 or a design below 1.
    """
    if not (0 <= a <= n1 and 0 <= b <= n2 and n1 > 0 and n2 > 0):
        raise ValueError(f"expected cases among a positive number, got {a} of {n1}, {b} of {n2}")
    if min(design) < 1.0:
        raise ValueError(f"expected design effects of 1 or more, got {design}")
    one, two = _worth(a, n1, design[0]), _worth(b, n2, design[1])
    ratio = a / n1 / (b / n2) if b else None
    interval = None
    if ratio and (a < n1 or b < n2):
        interval = _interval(ratio, one, two, confidence)
    return RiskRatio(ratio, interval, fisher_exact(*_whole(*one), *_whole(*two)))


def _worth(cases: int, n: int, design: float) -> tuple[float, float]:
    """Cases and number of as many independent observations as these are worth."""
    return cases / design, n / design


def _whole(cases: float, n: float) -> tuple[int, int]:
    """Cases and number as whole numbers."""
    return round(cases), max(round(cases), round(n))


def _interval(
    ratio: float, one: tuple[float, float], two: tuple[float, float], confidence: float
) -> Interval:
    """Katz's, with the variances of the effective numbers."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    half = z * math.sqrt(1 / one[0] - 1 / one[1] + 1 / two[0] - 1 / two[1])
    return Interval(ratio * math.exp(-half), ratio * math.exp(half))
