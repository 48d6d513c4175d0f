"""Shares over sentences that come in answers: sentences of one answer are alike.

Treating them as independent gives intervals that are too narrow. The month keeps no
answer, only sums; but five sums over answers are enough for the variance of a ratio:
with x_i successes among the n_i sentences of answer i and r = sum x / sum n,

    var(r) = sum (x_i - r n_i)^2 / (sum n)^2 * m / (m - 1)
           = (sum xx - 2 r sum xn + r^2 sum nn) / (sum n)^2 * m / (m - 1)

W. G. Cochran, Sampling Techniques, 3rd ed. (1977), sections 2.11 and 6.3. The design
effect is that variance over the binomial one, r (1 - r) / n: L. Kish, Survey Sampling
(1965), section 8.2. Wilson's interval at n / design effect: E. L. Korn and B. I.
Graubard (1998), Survey Methodology 24, 193-201, who do it with another interval.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import msgspec

from proxy.stats.interval import NOTHING_KNOWN, Interval

__all__ = ["Difference", "Moments", "design_effect", "difference", "effective_wilson"]


class Moments(msgspec.Struct, frozen=True):
    """Sums over answers of one share: what was seen of what could have been."""

    x: float
    """Successes."""
    n: float
    """Of so many."""
    xx: float
    """Sum over answers of x_i squared."""
    xn: float
    """Sum over answers of x_i n_i."""
    nn: float
    """Sum over answers of n_i squared."""
    answers: float
    """Answers with n_i above 0."""

    @property
    def share(self) -> float | None:
        """The share of successes, x / n; None when n is 0."""
        return self.x / self.n if self.n else None


def design_effect(moments: Moments) -> float:
    """How many times the variance is that of independent sentences; never below 1.

    Where all or none succeeded the sums say nothing of it: sentences of one answer are
    then taken to be all alike (sum nn / sum n), the most that there can be.
    """
    share = moments.share
    if share is None:
        return 1.0
    alike = max(1.0, moments.nn / moments.n)
    if not 0.0 < share < 1.0 or moments.answers < 2:
        return alike
    return max(1.0, _variance(moments, share) / (share * (1 - share) / moments.n))


def effective_wilson(moments: Moments, confidence: float = 0.95) -> Interval:
    """Wilson's interval of the share, at the number of independent sentences it is worth.

    Written out because SciPy's takes whole numbers only; a test holds it to SciPy's where
    both apply.
    """
    share = moments.share
    if share is None:
        return NOTHING_KNOWN
    n = moments.n / design_effect(moments)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # A share of all holds all, which rounding must not take away.
    low = 0.0 if share <= 0 else max(0.0, middle - half)
    return Interval(low, 1.0 if share >= 1 else min(1.0, middle + half))


class Difference(msgspec.Struct, frozen=True):
    """The first share less the second."""

    value: float
    interval: Interval
    p_value: float
    """Of no difference, two-sided, by the normal approximation."""


def difference(one: Moments, other: Moments, confidence: float = 0.95) -> Difference | None:
    """How far two shares, or two mean scores, lie apart; None where one has no sentence.

    The variances are those of ratios over answers (see above), added: the two are taken to
    be independent. For rare events use `risk_ratio`, which does not lean on the normal law.
    """
    first, second = one.share, other.share
    if first is None or second is None:
        return None
    value = first - second
    deviation = math.sqrt(_variance(one, first) + _variance(other, second))
    normal = NormalDist()
    half = normal.inv_cdf((1 + confidence) / 2) * deviation
    if deviation > 0:
        p_value = 2 * (1 - normal.cdf(abs(value) / deviation))
    else:
        p_value = 1.0 if value == 0 else 0.0
    return Difference(value, Interval(value - half, value + half), p_value)


def _variance(moments: Moments, share: float) -> float:
    """Of a ratio over answers; that of a fair coin where there are too few answers."""
    if moments.answers < 2:
        return 0.25
    spread = moments.xx - 2 * share * moments.xn + share * share * moments.nn
    return max(0.0, spread) / moments.n**2 * moments.answers / (moments.answers - 1)
