"""How surely a share is known: Wilson's interval, and what "none seen" allows."""

from __future__ import annotations

import math
from statistics import NormalDist

import msgspec

__all__ = ["NOTHING_KNOWN", "Interval", "rule_of_three", "wilson"]


class Interval(msgspec.Struct, frozen=True):
    """low <= high. For a share, both lie between 0 and 1."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


NOTHING_KNOWN = Interval(0.0, 1.0)
"""What no observation at all says of a share."""


def wilson(successes: int, n: int, confidence: float = 0.95) -> Interval:
    """Score interval of the share `successes / n`; the whole of 0 to 1 when n is 0.

    E. B. Wilson (1927), JASA 22, 209-212. Raises ValueError unless
    0 <= successes <= n and 0 < confidence < 1.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"expected 0 <= successes <= n, got {successes} of {n}")
    if not 0 < confidence < 1:
        raise ValueError(f"expected 0 < confidence < 1, got {confidence}")
    if n == 0:
        return NOTHING_KNOWN
    # In closed form: SciPy's takes three seconds and 80 MB to load, in a server too.
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, spread = successes / n, z * z / n
    centre = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return Interval(low, high)


def rule_of_three(n: int) -> float:
    """Upper 95 % bound of a share of which none was seen in n: 3 / n, at most 1.

    J. A. Hanley and A. Lippman-Hand (1983), JAMA 249, 1743-1745. The exact bound,
    1 - 0.05 ** (1 / n), is never above it. Raises ValueError for n < 0.
    """
    if n < 0:
        raise ValueError(f"expected n >= 0, got {n}")
    return min(1.0, 3.0 / n) if n else 1.0
