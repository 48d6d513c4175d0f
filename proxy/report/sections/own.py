"""What the audit itself consumed, beside what it measured."""

from __future__ import annotations

from proxy.impact.ranges import product, scaled
from proxy.records import Range
from proxy.report.facts import Facts
from proxy.report.figures import Share, Span, amount
from proxy.report.model_cost import OwnCost

__all__ = ["own"]


def own(facts: Facts) -> OwnCost:
    """The section. The cooling of the machine's room is not in it."""
    spent = facts.own.own_wh
    zone = facts.config.settings.measured.zone.upper()
    grid = facts.catalogues.estimator.factors.places.grid(zone)
    measured = facts.now.total().amount("energy")
    return OwnCost(
        energy=amount("energy", "Wh", spent, "own"),
        ghg=amount("ghg", "gCO2e", scaled(product(spent, grid), 1e-3), "own"),
        measured=measured,
        ratio=_ratio(spent, measured.range),
        watched=Share(
            part=min(facts.hours, round(facts.own.watched_s / 3600)),
            whole=facts.hours,
            unit="hours",
        ),
        sources=facts.own.sources,
    )


def _ratio(spent: Range, measured: Range) -> Span:
    """They err independently: the lowest against the highest, and the other way round."""

    def over(one: float, other: float) -> float | None:
        return one / other if other > 0 else None

    return Span(
        low=over(spent.low, measured.high),
        central=over(spent.central, measured.central),
        high=over(spent.high, measured.low),
        unit="1",
        source="own",
    )
