"""Markers of bias of the month as a whole. Toxicity is not bias."""

from __future__ import annotations

from proxy.report.facts import Facts
from proxy.report.keys import BIAS_LIMITS
from proxy.report.model_answers import Bias

__all__ = ["bias"]


def bias(facts: Facts) -> Bias:
    """The section: not measured where the ledger holds no counts of bias."""
    reason = "not_measured" if facts.now.requests else "no_answers"
    return Bias(measured=False, reason=reason, lines=(), limits=BIAS_LIMITS)
