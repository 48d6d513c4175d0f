"""Sums of a period per dimension: the finest that roll-ups know, in one pass of each table.

Everything that a report splits by tool, model, department... is added up from these, so
that the parts of every split add up to the same whole. Hours are grouped by the number of
their dimension first and named afterwards, which costs a third of grouping by the names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, distinct, func, select

from proxy.ledger import schema
from proxy.ledger.statements import Statement, chosen
from proxy.records import Finding

__all__ = [
    "Cell",
    "FindingCell",
    "ImpactCell",
    "cells",
    "factor_sets",
    "finding_cells",
    "hours",
    "impact_cells",
    "names",
    "reach",
]

type Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """Raw sums of one dimension."""

    dimension: int
    sums: Mapping[str, float]
    """Per name that was asked for, of `schema.SUMS`."""


@dataclass(frozen=True, slots=True)
class ImpactCell:
    """Impacts of one dimension, worked out in one way."""

    dimension: int
    factor_set: str
    origin: str
    tier: int
    quality: str
    zone: str
    requests: int
    values: tuple[float, ...]
    """In the order of `schema.IMPACTS`."""


@dataclass(frozen=True, slots=True)
class FindingCell:
    """What one classifier said of one dimension, with one outcome."""

    dimension: int
    basis: Finding
    """Classifier, version, threshold set, status, subject and language; no scores."""
    requests: int
    flagged_requests: int
    windows_scored: int
    windows: int
    flags: Mapping[str, int]
    """Exchanges per class that was flagged."""


def names(connection: Connection, numbers: Sequence[int]) -> dict[int, Names]:
    """What dimensions are called, by `schema.DIMENSIONS`."""
    table = schema.dimension
    wanted = set(numbers)
    lines = connection.execute(select(table.c.number, *(table.c[n] for n in schema.DIMENSIONS)))
    return {
        line[0]: dict(zip(schema.DIMENSIONS, line[1:], strict=True))
        for line in lines
        if line[0] in wanted
    }


def cells(
    connection: Connection, since: float, until: float, sums: Sequence[str] = schema.SUMS
) -> list[Cell]:
    """Raw sums of the hours that start in [since, until), by number of dimension."""
    table = schema.hour_sum
    lines = connection.execute(
        select(table.c.dimension, *(func.sum(table.c[name]) for name in sums))
        .where(table.c.hour >= since, table.c.hour < until)
        .group_by(table.c.dimension)
        .order_by(table.c.dimension)
    )
    return [Cell(line[0], dict(zip(sums, line[1:], strict=True))) for line in lines]


def impact_cells(
    connection: Connection, since: float, until: float, statement: Statement
) -> list[ImpactCell]:
    """Impacts of the hours that start in [since, until), by dimension and basis."""
    table, basis = schema.impact_hour, schema.impact_basis
    summed = [func.sum(table.c[name]) for name in ("requests", *schema.IMPACTS)]
    wanted = (
        select(table.c.dimension, table.c.basis, *summed)
        .join(basis, basis.c.number == table.c.basis)
        .where(table.c.hour >= since, table.c.hour < until)
        .group_by(table.c.dimension, table.c.basis)
        .order_by(table.c.dimension, table.c.basis)
    )
    known = {line.number: line for line in connection.execute(select(basis))}
    found = []
    for line in connection.execute(chosen(wanted, since, until, statement)):
        of = known[line[1]]
        found.append(
            ImpactCell(
                dimension=line[0],
                factor_set=of.factor_set,
                origin=of.origin,
                tier=of.tier,
                quality=of.quality,
                zone=of.zone,
                requests=line[2],
                values=tuple(line[3:]),
            )
        )
    return found


def factor_sets(
    connection: Connection, since: float, until: float, statement: Statement
) -> list[str]:
    """Factor sets that the impacts of the hours that start in [since, until) rest on."""
    table, basis = schema.impact_hour, schema.impact_basis
    wanted = (
        select(basis.c.factor_set)
        .distinct()
        .select_from(table)
        .join(basis, basis.c.number == table.c.basis)
        .where(table.c.hour >= since, table.c.hour < until)
        .order_by(basis.c.factor_set)
    )
    return list(connection.scalars(chosen(wanted, since, until, statement)))


_BASIS = ("classifier", "version", "threshold_set", "status", "subject", "language")
_FOUND = ("requests", "flagged_requests", "windows_scored", "windows")


def finding_cells(connection: Connection, since: float, until: float) -> list[FindingCell]:
    """Findings of the hours that start in [since, until), by dimension and basis."""
    table, flagged, basis = schema.finding_hour, schema.flag_hour, schema.finding_basis
    flags: dict[tuple[int, int], dict[str, int]] = {}
    of_flags = (
        select(flagged.c.dimension, flagged.c.basis, flagged.c.flag, func.sum(flagged.c.requests))
        .where(flagged.c.hour >= since, flagged.c.hour < until)
        .group_by(flagged.c.dimension, flagged.c.basis, flagged.c.flag)
        .order_by(flagged.c.flag)
    )
    for dimension, number, flag, many in connection.execute(of_flags):
        flags.setdefault((dimension, number), {})[flag] = many
    known = {
        line.number: Finding(**{name: getattr(line, name) for name in _BASIS})
        for line in connection.execute(select(basis))
    }
    lines = connection.execute(
        select(table.c.dimension, table.c.basis, *(func.sum(table.c[name]) for name in _FOUND))
        .where(table.c.hour >= since, table.c.hour < until)
        .group_by(table.c.dimension, table.c.basis)
        .order_by(table.c.dimension, table.c.basis)
    )
    return [
        FindingCell(
            dimension=line[0],
            basis=known[line[1]],
            requests=line[2],
            flagged_requests=line[3],
            windows_scored=line[4],
            windows=line[5],
            flags=flags.get((line[0], line[1]), {}),
        )
        for line in lines
    ]


def hours(connection: Connection, since: float, until: float) -> int:
    """Hours of [since, until) that hold any exchange."""
    table = schema.hour_sum
    wanted = select(func.count(distinct(table.c.hour)))
    return connection.execute(
        wanted.where(table.c.hour >= since, table.c.hour < until)
    ).scalar_one()


def reach(connection: Connection) -> tuple[int, int] | None:
    """First and last hour that hold an exchange or a gap; None in an empty ledger."""
    bounds: list[int] = []
    for table in (schema.hour_sum, schema.gap):
        line = connection.execute(select(func.min(table.c.hour), func.max(table.c.hour))).one()
        bounds += [hour for hour in line if hour is not None]
    return (min(bounds), max(bounds)) if bounds else None
