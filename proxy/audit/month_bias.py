"""What the month's answers say of people, as gauges: shares with their intervals, from the ledger.

Counters cannot carry these intervals: mentions of one answer resemble each other, and how
much is known from the ledger's sums alone (docs/method/bias.md). A share that rests on too
little is left out; what it would have rested on is shown all the same.
"""

from __future__ import annotations

from proxy.bias.figures import Gap, Reference
from proxy.bias.merge import added
from proxy.bias.month import gaps
from proxy.ledger import Ledger
from proxy.metrics import Metrics

__all__ = ["show_bias"]

type Labels = tuple[str, ...]

MENTIONS = "jauge_month_bias_mentions"
SHARES = (
    "jauge_month_bias_share_low_ratio",
    "jauge_month_bias_share_ratio",
    "jauge_month_bias_share_high_ratio",
)
REFERENCE = "jauge_month_bias_reference_ratio"


def show_bias(
    metrics: Metrics, ledger: Ledger, since: float, until: float, reference: Reference
) -> None:
    """Read the hours that start in [since, until), and show them. Raises LedgerError."""
    gaps = _gaps(ledger, since, until, reference)
    shown: dict[str, dict[Labels, float]] = {name: {} for name in (MENTIONS, *SHARES, REFERENCE)}
    for labels, gap in gaps.items():
        shown[MENTIONS][labels] = gap.whole
        if gap.share is not None and gap.interval is not None:
            bounds = (gap.interval.low, gap.share, gap.interval.high)
            for name, value in zip(SHARES, bounds, strict=True):
                shown[name][labels] = value
            if gap.reference is not None:
                shown[REFERENCE][labels] = gap.reference
    with metrics.together():
        for name, values in shown.items():
            metrics.replace(name, values)


def _gaps(ledger: Ledger, since: float, until: float, reference: Reference) -> dict[Labels, Gap]:
    """By language and measure; of several detectors the one that read the most answers."""
    totals = ledger.bias_totals(since, until)
    found = []
    for (_, basis), sums in added(totals).items():
        told = gaps(sums, language=basis.language, reference=reference)
        found.append((sums.get("all.answers", 0.0), basis.language, told))
    found.sort(key=lambda one: one[0])
    return {
        (language, f"{gap.population}/{gap.measure}"): gap
        for _, language, of_language in found
        for gap in of_language
    }
