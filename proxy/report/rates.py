"""Shares of what was scored, with their 95 % interval."""

from __future__ import annotations

from collections.abc import Iterable

from proxy.report.figures import Share
from proxy.stats import rule_of_three, wilson

__all__ = ["flagged", "together"]


def flagged(part: int, whole: int) -> Share:
    """Flagged of scored answers, with the 95 % interval; of none, the rule of three."""
    if whole == 0:
        return Share(part=0, whole=0, unit="answers")
    if part == 0:
        return Share(part=0, whole=whole, unit="answers", low=0.0, high=rule_of_three(whole))
    ends = wilson(part, whole)
    return Share(part=part, whole=whole, unit="answers", low=ends.low, high=ends.high)


def together(shares: Iterable[Share]) -> Share:
    """Several of them as one: of answers that are none's twice."""
    known = list(shares)
    return flagged(sum(one.part for one in known), sum(one.whole for one in known))
