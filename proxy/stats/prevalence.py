"""From what a detector flags to what is there: the correction of Rogan and Gladen.

A detector misses some (its sensitivity, or recall, is under 1) and flags some for
nothing (its specificity is under 1). Where the rate of flags is no surer than the rate
of false ones, nothing can be said but an upper bound: "below the detection limit".
"""

from __future__ import annotations

import math
from statistics import NormalDist

import msgspec

from proxy.stats.interval import Interval, wilson

__all__ = ["BelowDetection", "Prevalence", "rogan_gladen"]


class Prevalence(msgspec.Struct, frozen=True, tag="estimated"):
    """The corrected share."""

    share: float
    interval: Interval


class BelowDetection(msgspec.Struct, frozen=True, tag="below_detection"):
    """The detector's own false positives explain what was flagged."""

    at_most: float
    """Upper bound of the share."""


def rogan_gladen(  # noqa: PLR0913 - the formula's symbols
    rate: float,
    n: int,
    sensitivity: float,
    specificity: float,
    *,
    sensitivity_n: int | None = None,
    specificity_n: int | None = None,
    confidence: float = 0.95,
) -> Prevalence | BelowDetection:
    """True share behind the flagged share `rate` of n, between 0 and 1.

    (rate + specificity - 1) / (sensitivity + specificity - 1): W. J. Rogan and B. Gladen
    (1978), American Journal of Epidemiology 107, 71-76. With the numbers of harmful and of
    harmless texts that sensitivity and specificity were measured on, the interval is that
    of Z. Lang and J. Reiczigel (2014), Preventive Veterinary Medicine 113, 13-22; without
    them, both are taken as exact and Wilson's bounds are corrected (J. Reiczigel, J. Földi
    and L. Ózsvári (2010), Epidemiology and Infection 138, 1674-1678).

    Raises ValueError for a share outside 0..1, n < 1, or a detector that is no better than
    chance (sensitivity + specificity <= 1).
    """
    _check(rate, n, sensitivity, specificity)
    if sensitivity_n and specificity_n:
        tests = (sensitivity, sensitivity_n, specificity, specificity_n)
        interval = _lang_reiczigel(rate, n, *tests, confidence)
    else:
        observed = wilson(round(rate * n), n, confidence)
        interval = Interval(
            _corrected(observed.low, sensitivity, specificity),
            _corrected(observed.high, sensitivity, specificity),
        )
    bounds = Interval(_bounded(interval.low), _bounded(interval.high))
    if interval.low <= 0.0:
        return BelowDetection(bounds.high)
    return Prevalence(_bounded(_corrected(rate, sensitivity, specificity)), bounds)


def _check(rate: float, n: int, sensitivity: float, specificity: float) -> None:
    given = {"rate": rate, "sensitivity": sensitivity, "specificity": specificity}
    for name, value in given.items():
        if not 0.0 <= value <= 1.0:
            raise ValueError(f"expected {name} between 0 and 1, got {value}")
    if n < 1:
        raise ValueError(f"expected n >= 1, got {n}")
    if sensitivity + specificity <= 1.0:
        raise ValueError(
            f"sensitivity {sensitivity} and specificity {specificity} are no better than chance"
        )


def _corrected(rate: float, sensitivity: float, specificity: float) -> float:
    return (rate + specificity - 1.0) / (sensitivity + specificity - 1.0)


def _bounded(share: float) -> float:
    return min(1.0, max(0.0, share))


def _lang_reiczigel(  # noqa: PLR0913, PLR0917 - the formula's symbols
    rate: float, n: int, se: float, se_n: int, sp: float, sp_n: int, confidence: float
) -> Interval:
    """Equations 6, 7, 16 and 17 of Lang and Reiczigel (2014)."""
    z2 = NormalDist().inv_cdf((1 + confidence) / 2) ** 2
    # "Add two successes and two failures" to each of the three shares.
    rate = (n * rate + z2 / 2) / (n + z2)
    se = (se_n * se + 1) / (se_n + 2)
    sp = (sp_n * sp + 1) / (sp_n + 2)
    share = _corrected(rate, se, sp)
    of_se = se * (1 - se) / (se_n + 2)
    of_sp = sp * (1 - sp) / (sp_n + 2)
    shift = 2 * z2 * (share * of_se - (1 - share) * of_sp)
    variance = rate * (1 - rate) / (n + z2) + share**2 * of_se + (1 - share) ** 2 * of_sp
    half = math.sqrt(z2 * variance) / (se + sp - 1)
    return Interval(share + shift - half, share + shift + half)
