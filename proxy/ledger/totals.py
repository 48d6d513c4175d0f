"""What the roll-ups say of any number of hours.

The cost depends on days and combinations seen, not on exchanges: a month is as quick
for ten million as for a thousand. Low, central and high are each summed by themselves:
the error of a factor is shared by all exchanges that it priced, so it does not average
out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Subquery, Table, func, select

from proxy.ledger import schema
from proxy.ledger.cover import lines as covering
from proxy.ledger.cover import within
from proxy.ledger.reading import ranges
from proxy.ledger.statements import Statement, chosen, impact_lines
from proxy.records import QUANTITIES, Finding, Range

__all__ = [
    "FindingTotal",
    "ImpactTotal",
    "Key",
    "Total",
    "columns",
    "finding_totals",
    "grouped",
    "impact_totals",
    "source",
    "totals",
]

type Key = tuple[str | int, ...]
"""Values of what was asked `by`, in that order; "hour" is a Unix time, the others text."""


@dataclass(frozen=True, slots=True)
class ImpactTotal:
    """Summed impacts of one group."""

    key: Key
    requests: int
    """Exchanges that have an impact of that factor set."""
    ranges: Mapping[str, Range]
    """Per name of `records.QUANTITIES`, in its unit."""


@dataclass(frozen=True, slots=True)
class Total:
    """Raw sums and impacts of one group."""

    key: Key
    sums: Mapping[str, float]
    """Per name of `schema.SUMS`."""
    impact: ImpactTotal

    @property
    def requests(self) -> int:
        """Exchanges of the group."""
        return int(self.sums["requests"])


@dataclass(frozen=True, slots=True)
class FindingTotal:
    """What one classifier said of one group, with one outcome."""

    key: Key
    basis: Finding
    """Classifier, version, threshold set, status, subject and language; no scores."""
    requests: int
    flagged_requests: int
    """Exchanges with at least one flag."""
    windows_scored: int
    windows: int
    flags: Mapping[str, int] = field(default_factory=dict)
    """Exchanges per class that was flagged."""


def totals(
    connection: Connection,
    since: float,
    until: float,
    by: Sequence[str],
    statement: Statement,
) -> list[Total]:
    """Sums of the hours that start in [since, until), one per group, in the order of `by`."""
    table = source(schema.hour_sum, since, until, by, ("dimension", *schema.SUMS))
    sums = [func.sum(table.c[name]) for name in schema.SUMS]
    lines = connection.execute(grouped(table, columns(table, by), sums)).all()
    width = len(by)
    impacts = {one.key: one for one in impact_totals(connection, since, until, by, statement)}
    return [
        Total(
            key=(key := tuple(line[:width])),
            sums=dict(zip(schema.SUMS, line[width:], strict=True)),
            impact=impacts.get(key, ImpactTotal(key, 0, _NO_IMPACT)),
        )
        for line in lines
        if line[width] is not None
    ]


_NO_IMPACT = {name: Range(0.0, 0.0, 0.0) for name in QUANTITIES}


def impact_totals(
    connection: Connection,
    since: float,
    until: float,
    by: Sequence[str],
    statement: Statement,
) -> list[ImpactTotal]:
    """Impacts of the hours that start in [since, until), one per group, in the order of `by`.

    Beside dimensions and "hour", `by` may name "tier", "quality", "impact_zone",
    "factor_set" and "origin".
    """
    basis, summed = schema.impact_basis, ("requests", *schema.IMPACTS)
    names = ("dimension", "basis", *summed)
    table = (
        chosen((since, until), statement, ("hour", *names)).subquery()
        if "hour" in by
        else impact_lines(connection, since, until, statement, names)
    )
    own = {name: basis.c[name] for name in ("tier", "quality", "factor_set", "origin")}
    own["impact_zone"] = basis.c.zone
    sums = [func.sum(table.c[name]) for name in summed]
    wanted = grouped(table, columns(table, by, own), sums)
    lines = connection.execute(wanted.join(basis, basis.c.number == table.c.basis)).all()
    width = len(by)
    return [
        ImpactTotal(tuple(line[:width]), line[width], ranges(line[width + 1 :]))
        for line in lines
        if line[width] is not None
    ]


_BASIS = ("classifier", "version", "threshold_set", "status", "subject", "language")
_FOUND = ("requests", "flagged_requests", "windows_scored", "windows")


def finding_totals(
    connection: Connection, since: float, until: float, by: Sequence[str]
) -> list[FindingTotal]:
    """Findings of the hours that start in [since, until), per group and per basis."""
    flags = _flag_totals(connection, since, until, by)
    table = source(schema.finding_hour, since, until, by, ("dimension", "basis", *_FOUND))
    sums = [func.sum(table.c[name]) for name in _FOUND]
    lines = connection.execute(_found(table, by, sums)).all()
    split = len(by) + len(_BASIS)
    return [
        FindingTotal(
            key=tuple(line[: len(by)]),
            basis=Finding(**dict(zip(_BASIS, line[len(by) : split], strict=True))),
            **dict(zip(_FOUND, line[split:], strict=True)),
            flags=flags.get(tuple(line[:split]), {}),
        )
        for line in lines
    ]


def _flag_totals(
    connection: Connection, since: float, until: float, by: Sequence[str]
) -> dict[tuple[Any, ...], dict[str, int]]:
    """Exchanges per flag, by group and basis."""
    names = ("dimension", "basis", "flag", "requests")
    table = source(schema.flag_hour, since, until, by, names)
    found: dict[tuple[Any, ...], dict[str, int]] = {}
    wanted = _found(table, by, [table.c.flag, func.sum(table.c.requests)])
    for line in connection.execute(wanted.group_by(table.c.flag)):
        found.setdefault(tuple(line[:-2]), {})[line[-2]] = line[-1]
    return found


def _found(table: Subquery, by: Sequence[str], values: Sequence[ColumnElement[Any]]) -> Select[Any]:
    """A query by group and basis."""
    basis = schema.finding_basis
    keys = [*columns(table, by), *(basis.c[name] for name in _BASIS)]
    return grouped(table, keys, values).join(basis, basis.c.number == table.c.basis)


def source(
    hourly: Table, since: float, until: float, by: Sequence[str], names: Sequence[str]
) -> Subquery:
    """Columns of a roll-up over [since, until), with the hour only where `by` asks for it."""
    if "hour" in by:
        return within(hourly, (since, until), ("hour", *names)).subquery()
    return covering(hourly, since, until, names)


def columns(
    table: Subquery, by: Sequence[str], own: Mapping[str, ColumnElement[Any]] | None = None
) -> list[ColumnElement[Any]]:
    """The columns that `by` names, beside `own`. Raises ValueError for an unknown name."""
    known = {name: schema.dimension.c[name] for name in schema.DIMENSIONS} | dict(own or {})
    if "hour" in by:
        known["hour"] = table.c.hour
    unknown = [name for name in by if name not in known]
    if unknown:
        there = ", ".join(sorted({*known, "hour"}))
        raise ValueError(f"cannot group by {unknown[0]!r}; known: {there}")
    return [known[name] for name in by]


def grouped(
    table: Subquery, keys: Sequence[ColumnElement[Any]], sums: Sequence[ColumnElement[Any]]
) -> Select[Any]:
    """Sums of the lines of a `source`, grouped and in the order of `keys`."""
    return (
        select(*keys, *sums)
        .select_from(table)
        .join(schema.dimension, schema.dimension.c.number == table.c.dimension)
        .group_by(*keys)
        .order_by(*keys)
    )
