"""What went wrong, and what was not seen whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from proxy.report.model import Report
from proxy.report.model_uses import Incident
from proxy.report.render.blocks import Block, Column, Heading, Para, Table
from proxy.report.render.say import NONE, Say

__all__ = ["incidents"]

_MOST = 8
"""Rows of a table; the CSV file has all of them."""
_MOST_TOOLS = 3


def incidents(report: Report, say: Say) -> Iterator[Block]:
    """Gaps with their worst day, failures of requests, and use of forbidden tools."""
    told = report.incidents
    yield Heading(say.t("incidents.title"), id="incidents")
    if told.gaps:
        yield _table(report, "gaps", told.gaps, say)
    else:
        yield Para(say.t("incidents.no_gaps"))
    if told.failures:
        yield _table(report, "failures", told.failures, say)
    yield Para(say.t("incidents.forbidden", count=told.forbidden_requests))


def _table(report: Report, name: str, lines: Sequence[Incident], say: Say) -> Table:
    days = name == "gaps"
    columns = [
        Column(say.t("incidents.what"), wide=2.6),
        Column(say.t("incidents.count"), numbers=True, wide=1.2),
        Column(say.t("incidents.tools"), wide=1.5),
    ]
    if days:
        columns += [
            Column(say.t("incidents.days"), numbers=True, wide=0.6),
            Column(say.t("incidents.worst"), numbers=True, wide=1.5),
        ]
    return Table(
        say.t(f"incidents.{name}"),
        tuple(columns),
        tuple(_row(report, line, say)[: len(columns)] for line in lines[:_MOST]),
        say.more(len(lines) - _MOST),
    )


def _row(report: Report, line: Incident, say: Say) -> tuple[str, ...]:
    worst = NONE
    if line.worst_day:
        worst = f"{say.iso_date(line.worst_day)} ({say.count(line.worst_count)})"
    return (
        say.of("incidents.kind", line.key.replace("/", ".")),
        say.t(f"report.unit.{line.unit}", count=line.count),
        _tools(report, line, say),
        say.count(line.days),
        worst,
    )


def _tools(report: Report, line: Incident, say: Say) -> str:
    if not line.tools:
        return NONE
    names = say.tool_names(report, line.tools)
    labels = line.labels or ("",) * len(names)
    return say.some([label or name for label, name in zip(labels, names, strict=True)], _MOST_TOOLS)
