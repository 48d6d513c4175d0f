"""Incidents: gaps by kind, and requests that ended otherwise than well."""

from __future__ import annotations

from collections import defaultdict

from proxy.coverage import NO_TOOL
from proxy.report.facts import OUTSIDE, Facts
from proxy.report.model_uses import Incident, Incidents
from proxy.report.sections.common import tool_label

__all__ = ["incidents"]

UNITS = {
    "tunnels": "connections",
    "passthrough": "connections",
    "refused_certificates": "connections",
    "tee_errors": "errors",
    "clock": "requests",
    "count": "requests",
    "impact": "requests",
    "unfinished": "requests",
    "truncated": "requests",
}
"""What a kind of gap counts; others count records."""


def incidents(facts: Facts) -> Incidents:
    """The section."""
    return Incidents(
        gaps=_gaps(facts),
        failures=_failures(facts),
        forbidden_requests=facts.now.count(lambda names: names["sanction"] == "forbidden"),
    )


def _gaps(facts: Facts) -> tuple[Incident, ...]:
    days: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    tools: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in facts.gaps:
        if one.tool == NO_TOOL or one.kind in OUTSIDE:
            continue
        days[one.kind][facts.day(one.at)] += one.count
        if one.tool:
            tools[one.kind][one.tool] += one.count
    lines = [_gap(facts, kind, by_day, tools[kind]) for kind, by_day in days.items()]
    return tuple(sorted(lines, key=lambda one: (-one.count, one.key)))


def _gap(facts: Facts, kind: str, days: dict[str, int], tools: dict[str, int]) -> Incident:
    worst = min(days, key=lambda day: (-days[day], day))
    return Incident(
        key=kind,
        count=sum(days.values()),
        unit=UNITS.get(kind, "records"),
        tools=_most(tools),
        days=len(days),
        worst_day=worst,
        worst_count=days[worst],
        labels=_labels(facts, tools),
    )


def _failures(facts: Facts) -> tuple[Incident, ...]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for key, many in facts.now.requests_by(lambda n: f"{n['status']} {n['tool']}").items():
        status, tool = key.split(" ", 1)
        if status != "ok":
            found[status][tool] = many
    lines = [
        Incident(
            key=f"status/{status}",
            count=sum(tools.values()),
            unit="requests",
            tools=_most(tools),
            days=0,
            worst_day="",
            worst_count=0,
            labels=_labels(facts, tools),
        )
        for status, tools in found.items()
    ]
    return tuple(sorted(lines, key=lambda one: (-one.count, one.key)))


def _labels(facts: Facts, tools: dict[str, int]) -> tuple[str, ...]:
    return tuple(tool_label(facts, tool) for tool in _most(tools))


def _most(tools: dict[str, int]) -> tuple[str, ...]:
    return tuple(sorted(tools, key=lambda tool: (-tools[tool], tool)))
