"""Fisher's exact test of two shares, without SciPy: loading that takes two seconds and 80 MB."""

from __future__ import annotations

import math
from collections.abc import Iterator

__all__ = ["fisher_exact"]

_TIE = 1 + 1e-7
"""Tables this much more likely than the one that was seen count as equally likely, since both
are floats; as in R's fisher.test."""
_NEGLIGIBLE = 1e-18
"""What comes after a weight this small beside the smallest that matters is left out."""


def fisher_exact(a: int, n1: int, b: int, n2: int) -> float:
    """Two-sided p-value of "a of n1 and b of n2 are the same share".

    The probability, margins given, of all tables that are no more likely than this one: R. A.
    Fisher, Statistical Methods for Research Workers, 5th ed. (1934), section 21.02. Counts are
    expected with 0 <= a <= n1 and 0 <= b <= n2. Relative error below 1e-9; tables that are
    less likely than 1e-300 give 0.
    """
    cases = a + b
    mode = (n1 + 1) * (cases + 1) // (n1 + n2 + 2)
    # Upwards in one group is downwards in the other.
    above = (mode, n1, n2, cases)
    below = (cases - mode, n2, n1, cases)
    near, far = (above, below) if a >= mode else (below, above)
    steps = abs(a - mode)
    beside = _until(near, steps)
    seen = ([1.0, *beside])[steps] if steps <= len(beside) else 0.0
    if not seen:
        return 0.0
    weights = [1.0, *beside, *_as_small(far, seen)]
    as_rare = math.fsum(one for one in weights if one <= seen * _TIE)
    return min(1.0, as_rare / math.fsum(weights))


type _Start = tuple[int, int, int, int]
"""Cases in the first group, sizes of both groups, cases in both."""


def _weights(start: _Start) -> Iterator[float]:
    """How likely one more case in the first group is, two more..., beside the start."""
    k, n1, n2, cases = start
    weight = 1.0
    while weight:
        weight *= (cases - k) * (n1 - k) / ((k + 1) * (n2 - cases + k + 1))
        k += 1
        yield weight


def _until(start: _Start, steps: int) -> list[float]:
    """The weights of so many steps and of what is not negligible beside the last of them."""
    found: list[float] = []
    least = 0.0 if steps else _NEGLIGIBLE
    for weight in _weights(start):
        found.append(weight)
        if len(found) == steps:
            least = weight * _NEGLIGIBLE
        if weight <= least and len(found) >= steps:
            break
    return found


def _as_small(start: _Start, seen: float) -> Iterator[float]:
    """The weights down to what is negligible beside `seen`."""
    for weight in _weights(start):
        yield weight
        if weight <= seen * _NEGLIGIBLE:
            return
