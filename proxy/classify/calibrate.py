"""Thresholds from benign answers: the score that a stated share of them reaches."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from proxy.classify.thresholds import LanguageThresholds, Threshold

__all__ = ["RATES", "calibrate"]

RATES = (0.01, 0.001)
"""False-positive rates that thresholds are made for."""
DIGITS = 6
"""Scores are rounded to so many; a threshold is the smallest one that keeps the rate."""


def calibrate(
    pooled: Sequence[Mapping[str, float]],
    *,
    source: str,
    date: str,
    rates: Sequence[float] = RATES,
    least: Mapping[str, float] | None = None,
) -> LanguageThresholds:
    """The thresholds of one language.

    `pooled`: for each benign answer its score per class, after pooling over its windows.
    `least`: per class a value that no threshold is to be below. With n answers a rate below
    1 / n cannot be told from zero: such a threshold lies just above all of them, and is
    marked as not resolved. ValueError without an answer.
    """
    if not pooled:
        raise ValueError("no benign answers to calibrate on")
    floors = least or {}
    return LanguageThresholds(
        answers=len(pooled),
        source=source,
        date=date,
        classes={
            name: tuple(
                _threshold([one[name] for one in pooled], rate, floors.get(name, 0.0))
                for rate in rates
            )
            for name in pooled[0]
        },
    )


def _threshold(scores: Sequence[float], wanted: float, least: float) -> Threshold:
    ranked = sorted(scores, reverse=True)
    allowed = math.floor(wanted * len(ranked))
    # The score of the first answer that must not be flagged any more, and just above it.
    above = round(ranked[allowed] + 10**-DIGITS, DIGITS)
    value = max(above, least)
    flagged = sum(score >= value for score in scores)
    return Threshold(
        wanted=wanted,
        value=value,
        false_positive_rate=round(flagged / len(scores), 6),
        resolved=allowed >= 1,
    )
