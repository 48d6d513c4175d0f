"""Is one request a glass of water? From the period's own traffic, beside what others say."""

from __future__ import annotations

import math

from proxy.impact.glass import per_glass
from proxy.report.facts import Facts
from proxy.report.figures import Amount, Span, amount
from proxy.report.model_cost import GlassLine, GlassOfWater, PublishedFigure
from proxy.report.sections.common import tool_label
from proxy.report.sections.footprint import per_request
from proxy.report.slices import Pot

__all__ = ["glass"]


def glass(facts: Facts) -> GlassOfWater:
    """The section; without traffic only the glass and the published figures."""
    thing = facts.catalogues.equivalents.thing("glass").figure
    full = amount("water", thing.unit, thing.range, "equivalents/glass")
    tools = facts.now.pots(lambda names: names["tool"])
    by_use = sorted(tools.items(), key=lambda item: (-item[1].priced, item[0]))
    lines = [("", facts.now.total()), *by_use]
    return GlassOfWater(
        glass=full,
        lines=tuple(_line(facts, tool, pot, full) for tool, pot in lines if pot.priced),
        published=tuple(
            PublishedFigure(
                id=one.id,
                value=one.value,
                unit=one.unit,
                per_glass=full.central / one.value,
                scope=one.scope,
                scope_fr=one.scope_fr or one.scope,
                source=one.source,
            )
            for one in facts.catalogues.published
            if one.quantity.startswith("water")
        ),
    )


def _line(facts: Facts, tool: str, pot: Pot, full: Amount) -> GlassLine:
    onsite, total = per_request(pot, "water_onsite"), per_request(pot, "water")
    return GlassLine(
        tool=tool,
        label=tool_label(facts, tool),
        requests=pot.priced,
        onsite=onsite,
        total=total,
        per_glass_onsite=_many(onsite, full),
        per_glass_total=_many(total, full),
    )


def _many(each: Amount, full: Amount) -> Span:
    found = per_glass(each.range, full.central)
    low, central, high = (
        None if math.isinf(value) else value for value in (found.low, found.central, found.high)
    )
    return Span(low=low, central=central, high=high, unit="requests", source=each.source)
