"""Arithmetic with ranges. Two rules, and when each of them holds.

Factors that err independently (a model's energy, a grid, a data centre) multiply with
their errors in quadrature (`product`). What shares an error adds up end by end (`total`):
so do the parts of one request, and the requests of a month.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from proxy.records import Range

__all__ = ["ONE", "envelope", "geometric_mean", "product", "scaled", "total"]

ONE = Range(1.0, 1.0, 1.0)


def product(*factors: Range) -> Range:
    """The product of independent positive quantities.

    Centres multiply; the distances of low and high from the centre, as logarithms, add
    up as the root of their squares, each side by itself. A low of 0 stays 0; where a
    centre is 0 there are no ratios, and the highs multiply.
    """
    central = math.prod(factor.central for factor in factors)
    if central <= 0:
        return Range(0.0, 0.0, math.prod(factor.high for factor in factors))
    up = math.hypot(*(math.log(factor.high / factor.central) for factor in factors))
    if min(factor.low for factor in factors) <= 0:
        low = 0.0
    else:
        low = central * math.exp(
            -math.hypot(*(math.log(factor.central / factor.low) for factor in factors))
        )
    return Range(low, central, central * math.exp(up))


def total(*parts: Range) -> Range:
    """The sum of quantities that share their errors: low with low, high with high."""
    return Range(
        math.fsum(part.low for part in parts),
        math.fsum(part.central for part in parts),
        math.fsum(part.high for part in parts),
    )


def scaled(span: Range, factor: float) -> Range:
    """The range in another unit, or so many times over."""
    return Range(span.low * factor, span.central * factor, span.high * factor)


def geometric_mean(values: Sequence[float]) -> float:
    """The unweighted geometric mean of positive values."""
    return math.exp(math.fsum(math.log(value) for value in values) / len(values))


def envelope(ranges: Sequence[Range]) -> Range:
    """From the lowest low to the highest high; central: the geometric mean of the centres."""
    return Range(
        min(span.low for span in ranges),
        geometric_mean([span.central for span in ranges]),
        max(span.high for span in ranges),
    )
