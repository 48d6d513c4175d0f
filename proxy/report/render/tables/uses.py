"""Uses, months, applications, coverage, incidents and exposure as tables."""

from __future__ import annotations

from proxy.report.model import Report
from proxy.report.render.say import Say
from proxy.report.render.tables.sheet import (
    AMOUNT,
    SHARE,
    Cell,
    Sheet,
    amount_cells,
    share_cells,
)

__all__ = ["applications", "coverage", "exposure", "incidents", "months", "uses"]

_QUANTITIES = ("energy", "water", "ghg")


def uses(report: Report, say: Say) -> Sheet:
    """A line for each tool, model, department, … and each of three quantities."""
    columns = ("period", "by", "key", "label", "requests", "whole", "requests_before")
    rows: list[tuple[Cell, ...]] = []
    for breakdown in report.uses.breakdowns:
        for line in breakdown.lines:
            label = say.named(breakdown.by, line.key, line.label)
            first = (report.head.period.name, breakdown.by, line.key, label)
            counts = (line.requests, line.whole, line.requests_before)
            tokens = (line.input_tokens, line.output_tokens)
            rows += [
                (*first, *counts, *tokens, *amount_cells(getattr(line, name)))
                for name in _QUANTITIES
            ]
    return Sheet((*columns, "input_tokens", "output_tokens", *AMOUNT), tuple(rows))


def months(report: Report, say: Say) -> Sheet:
    """Up to thirteen months; one that was not observed has no figures."""
    rows: list[tuple[Cell, ...]] = []
    for point in report.uses.trend:
        observed = say.t("csv.yes" if point.observed else "csv.no")
        if not point.observed:
            rows.append((point.month, observed, *(None,) * (9 + len(SHARE))))
            continue
        sets = " ".join(point.factor_sets)
        counts = (point.requests, point.gaps, sets, *share_cells(point.sanctioned))
        rows += [
            (point.month, observed, *counts, *amount_cells(getattr(point, name)))
            for name in _QUANTITIES
        ]
    columns = ("month", "observed", "requests", "gaps", "factor_sets")
    return Sheet((*columns, *SHARE, *AMOUNT), tuple(rows))


def applications(report: Report, say: Say) -> Sheet:
    """Declared applications, then API clients that nobody declared."""
    period = report.head.period.name
    declared = say.t("csv.declared")
    rows: list[tuple[Cell, ...]] = [
        (
            *(period, declared, one.key, one.label, one.department, one.faces, one.requests),
            *share_cells(one.flagged),
            " ".join(one.duties),
        )
        for one in report.applications.declared
    ]
    rows += [
        (
            *(period, say.t("csv.undeclared"), one.tool, one.label),
            say.named("department", one.department, one.department_label),
            *("undeclared", one.requests),
            *share_cells(None),
            None,
        )
        for one in report.applications.undeclared
    ]
    columns = ("period", "kind", "key", "label", "department", "faces", "requests")
    return Sheet((*columns, *SHARE, "duties"), tuple(rows))


def coverage(report: Report, say: Say) -> Sheet:
    """What was seen, and seen without being measured."""
    told = report.coverage
    lines = (*told.lines, *told.parse, *told.tokens, *told.words, *told.scores)
    return Sheet(
        ("period", "key", "label", "count", "unit", "whole"),
        tuple(
            (report.head.period.name, one.key, _label(one.key, say), one.count, one.unit, one.whole)
            for one in lines
        ),
    )


def _label(key: str, say: Say) -> str:
    group, _, name = key.partition("/")
    return say.of(f"coverage.{group}", name) if name else say.of("coverage.line", key)


def incidents(report: Report, say: Say) -> Sheet:
    """Gaps and failed requests."""
    told = report.incidents
    return Sheet(
        ("period", "key", "label", "count", "unit", "tools", "days", "worst_day", "worst_count"),
        tuple(
            (
                report.head.period.name,
                one.key,
                say.of("incidents.kind", one.key.replace("/", ".")),
                *(one.count, one.unit, " ".join(one.tools), one.days, one.worst_day or None),
                one.worst_count,
            )
            for one in (*told.gaps, *told.failures)
        ),
    )


def exposure(report: Report, say: Say) -> Sheet:
    """Declared aggregates against the study; nothing inferred from traffic."""
    told = report.exposure
    groups = [("department", told.departments), ("filiere", told.filieres)]
    rows: list[tuple[Cell, ...]] = []
    for group, lines in groups:
        for one in lines:
            label = one.label or say.of("exposure.filiere", one.key)
            shares = (one.category_a, one.category_b, one.category_c, one.women)
            ends = (None,) * 3 if one.touched is None else one.touched.range
            low, central, high = (
                ends if isinstance(ends, tuple) else (ends.low, ends.central, ends.high)
            )
            trained = one.trained.part if one.trained else None
            rows.append(
                (
                    *(report.head.period.name, group, one.key, label, one.headcount, *shares),
                    *(low, central, high, trained, one.requests, one.requests_per_100_agents),
                    told.source,
                )
            )
    return Sheet(
        (
            *("period", "by", "key", "label", "headcount"),
            *("category_a", "category_b", "category_c", "women"),
            *("touched_low", "touched_central", "touched_high", "trained", "requests"),
            *("requests_per_100_agents", "source"),
        ),
        tuple(rows),
    )
