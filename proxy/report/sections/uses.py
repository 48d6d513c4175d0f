"""Uses and their footprint, by tool, model, department, channel, sanction class..."""

from __future__ import annotations

from collections.abc import Mapping

from proxy.report.facts import Facts
from proxy.report.figures import Share
from proxy.report.keys import BREAKDOWNS
from proxy.report.model_uses import Breakdown, Novelty, TrendPoint, UseLine, Uses
from proxy.report.period import Month
from proxy.report.sections.adoption import phase_of
from proxy.report.sections.common import of_staff, sanctioned, tool_label
from proxy.report.slices import Names, Pot, Slice

__all__ = ["breakdown", "unclassified", "uses"]


def uses(facts: Facts) -> Uses:
    """The section."""
    now, heads = facts.now, facts.departments.headcount
    return Uses(
        requests=now.requests,
        input_tokens=int(now.sums("input_tokens")),
        output_tokens=int(now.sums("output_tokens")),
        reasoning_tokens=int(now.sums("reasoning_tokens")),
        images=int(now.sums("images")),
        audio_s=now.sums("audio_s"),
        headcount=heads,
        requests_per_100_agents=100 * now.count(of_staff) / heads if heads else None,
        breakdowns=tuple(breakdown(facts, by) for by in BREAKDOWNS) if now.requests else (),
        trend=tuple(_point(facts, month, one) for month, one in facts.trend.items()),
        merged_departments=facts.departments.merged,
        tools_unclassified=unclassified(facts),
    )


def unclassified(facts: Facts) -> tuple[str, ...]:
    """Tools that were used and of which the charter says nothing, most used first."""
    found = facts.now.requests_by(
        lambda names: names["tool"] if names["sanction"] == "unknown" else None
    )
    return tuple(sorted(found, key=lambda tool: (-found[tool], tool)))


def breakdown(facts: Facts, by: str) -> Breakdown:
    """All requests by one dimension, those of the period before that are gone included."""

    def key(names: Names) -> str:
        return facts.departments.shown(names) if by == "department" else names[by]

    now, before = facts.now.pots(key), facts.before.requests_by(key)
    seen_before = bool(facts.before.cells)
    lines = [
        _line(facts, by, name, now.get(name, Pot()), before if seen_before else None)
        for name in now.keys() | before.keys()
    ]
    return Breakdown(by=by, lines=tuple(sorted(lines, key=lambda one: (-one.requests, one.key))))


def _line(facts: Facts, by: str, name: str, pot: Pot, before: Mapping[str, int] | None) -> UseLine:
    earlier = None if before is None else before.get(name, 0)
    heads = facts.departments.headcounts.get(name) if by == "department" else None
    return UseLine(
        key=name,
        label=_label(facts, by, name),
        requests=pot.requests,
        whole=facts.now.requests,
        input_tokens=pot.input_tokens,
        output_tokens=pot.output_tokens,
        energy=pot.amount("energy"),
        water=pot.amount("water"),
        ghg=pot.amount("ghg"),
        requests_before=earlier,
        novelty=_novelty(pot.requests, earlier),
        headcount=heads or None,
    )


def _novelty(requests: int, before: int | None) -> Novelty:
    if before is None or bool(requests) == bool(before):
        return ""
    return "new" if requests else "gone"


def _label(facts: Facts, by: str, name: str) -> str:
    if by == "tool":
        return tool_label(facts, name)
    return facts.departments.label(name) if by == "department" else ""


def _point(facts: Facts, month: Month, one: Slice) -> TrendPoint:
    total = one.total()
    requests = one.requests
    return TrendPoint(
        month=str(month),
        observed=bool(one.cells),
        requests=requests,
        sanctioned=Share(part=one.count(sanctioned), whole=requests, unit="requests"),
        energy=total.amount("energy"),
        water=total.amount("water"),
        ghg=total.amount("ghg"),
        phase=phase_of(facts, one, 1),
        gaps=facts.trend_gaps[month],
        factor_sets=tuple(sorted(total.sets)),
    )
