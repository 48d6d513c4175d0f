"""Sums of a period per dimension: the finest that roll-ups know, in one pass of each table.

Everything that a report splits by tool, model, department... is added up from these, so
that the parts of every split add up to the same whole. Lines are grouped by the number of
their dimension first and named afterwards, which costs a third of grouping by the names.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy import Connection, distinct, func, select

from proxy.ledger import schema
from proxy.ledger.cover import lines as covering
from proxy.ledger.statements import LATEST, Statement, impact_lines
from proxy.records import Finding

__all__ = ["Cell", "Cells", "FindingCell", "ImpactCell", "ImpactSums"]

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


@dataclass(frozen=True, slots=True)
class ImpactSums:
    """Impacts that are split by nothing."""

    requests: int
    """Exchanges that have an impact."""
    factor_sets: tuple[str, ...]
    sums: tuple[float, ...]
    """In the order of what was asked for."""


class NamesOf:
    """What dimensions are called, by `schema.DIMENSIONS`; each is read and held once."""

    def __init__(self) -> None:
        self._known: dict[int, Names] = {}

    def read(self, connection: Connection, numbers: Iterable[int]) -> dict[int, Names]:
        """The names of some dimensions."""
        wanted = set(numbers)
        missing = wanted - self._known.keys()
        if missing:
            table = schema.dimension
            columns = (table.c[name] for name in schema.DIMENSIONS)
            for line in connection.execute(select(table.c.number, *columns)):
                if line[0] in missing:
                    values = (sys.intern(value) for value in line[1:])
                    named = dict(zip(schema.DIMENSIONS, values, strict=True))
                    self._known.setdefault(line[0], named)
        return {number: self._known[number] for number in wanted & self._known.keys()}


def cells(
    connection: Connection, since: float, until: float, sums: Sequence[str] = schema.SUMS
) -> list[Cell]:
    """Raw sums of the hours that start in [since, until), by number of dimension."""
    table = covering(schema.hour_sum, since, until, ("dimension", *sums))
    lines = connection.execute(
        select(table.c.dimension, *(func.sum(table.c[name]) for name in sums))
        .group_by(table.c.dimension)
        .order_by(table.c.dimension)
    )
    return [Cell(line[0], dict(zip(sums, line[1:], strict=True))) for line in lines]


def impact_cells(
    connection: Connection, since: float, until: float, statement: Statement
) -> list[ImpactCell]:
    """Impacts of the hours that start in [since, until), by dimension and basis."""
    summed = ("requests", *schema.IMPACTS)
    table = impact_lines(connection, since, until, statement, ("dimension", "basis", *summed))
    wanted = (
        select(table.c.dimension, table.c.basis, *(func.sum(table.c[name]) for name in summed))
        .group_by(table.c.dimension, table.c.basis)
        .order_by(table.c.dimension, table.c.basis)
    )
    known = {line.number: line for line in connection.execute(select(schema.impact_basis))}
    found = []
    for line in connection.execute(wanted):
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


def impact_sums(
    connection: Connection,
    since: float,
    until: float,
    parts: Sequence[Sequence[str]],
    statement: Statement,
) -> ImpactSums:
    """The sum of each part of the hours that start in [since, until), not split by anything.

    `parts`: names of `schema.IMPACTS` that are added up together.
    """
    names = ("requests", *{name: None for part in parts for name in part})
    table = impact_lines(connection, since, until, statement, names)
    added = [func.sum(sum((table.c[one] for one in part[1:]), table.c[part[0]])) for part in parts]
    # Grouped by basis in the same pass, the lines would be sorted: twice the time.
    line = connection.execute(select(func.sum(table.c.requests), *added)).one()
    basis = schema.impact_basis
    seen = impact_lines(connection, since, until, statement, ("basis",))
    sets = select(basis.c.factor_set).join(seen, seen.c.basis == basis.c.number)
    return ImpactSums(
        requests=int(line[0] or 0),
        factor_sets=tuple(
            connection.scalars(sets.distinct().order_by(basis.c.factor_set)),
        ),
        sums=tuple(value or 0.0 for value in line[1:]),
    )


_BASIS = ("classifier", "version", "threshold_set", "status", "subject", "language")
_FOUND = ("requests", "flagged_requests", "windows_scored", "windows")


def finding_cells(connection: Connection, since: float, until: float) -> list[FindingCell]:
    """Findings of the hours that start in [since, until), by dimension and basis."""
    flagged = covering(schema.flag_hour, since, until, ("dimension", "basis", "flag", "requests"))
    flags: dict[tuple[int, int], dict[str, int]] = {}
    of_flags = (
        select(flagged.c.dimension, flagged.c.basis, flagged.c.flag, func.sum(flagged.c.requests))
        .group_by(flagged.c.dimension, flagged.c.basis, flagged.c.flag)
        .order_by(flagged.c.flag)
    )
    for dimension, number, flag, many in connection.execute(of_flags):
        flags.setdefault((dimension, number), {})[flag] = many
    known = {
        line.number: Finding(**{name: getattr(line, name) for name in _BASIS})
        for line in connection.execute(select(schema.finding_basis))
    }
    table = covering(schema.finding_hour, since, until, ("dimension", "basis", *_FOUND))
    lines = connection.execute(
        select(table.c.dimension, table.c.basis, *(func.sum(table.c[name]) for name in _FOUND))
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
    # One query for each end: together they would read the whole table.
    bounds = [
        hour
        for table in (schema.hour_sum, schema.gap)
        for end in (func.min(table.c.hour), func.max(table.c.hour))
        if (hour := connection.scalar(select(end))) is not None
    ]
    return (min(bounds), max(bounds)) if bounds else None


type _Reading = Callable[[], AbstractContextManager[Connection]]


class Cells:
    """Part of a `Ledger`; raises LedgerError like all of it."""

    def __init__(self, reading: _Reading) -> None:
        self._reading = reading
        self._names = NamesOf()

    def raw(self, since: float, until: float, sums: Sequence[str] = schema.SUMS) -> list[Cell]:
        """Raw sums of the hours that start in [since, until), one per dimension."""
        with self._reading() as connection:
            return cells(connection, since, until, sums)

    def impacts(
        self, since: float, until: float, *, statement: Statement = LATEST
    ) -> list[ImpactCell]:
        """Impacts of the hours that start in [since, until), per dimension and basis."""
        with self._reading() as connection:
            return impact_cells(connection, since, until, statement)

    def impact_sums(
        self,
        since: float,
        until: float,
        parts: Sequence[Sequence[str]],
        *,
        statement: Statement = LATEST,
    ) -> ImpactSums:
        """Sums of columns of `IMPACTS`, each part by itself, split by nothing."""
        with self._reading() as connection:
            return impact_sums(connection, since, until, parts, statement)

    def findings(self, since: float, until: float) -> list[FindingCell]:
        """What the classifiers said in the hours that start in [since, until)."""
        with self._reading() as connection:
            return finding_cells(connection, since, until)

    def names(self, numbers: Iterable[int]) -> dict[int, Names]:
        """What the dimensions of such cells are called, by `DIMENSIONS`."""
        with self._reading() as connection:
            return self._names.read(connection, numbers)

    def hours(self, since: float, until: float) -> int:
        """Hours that start in [since, until) and hold any exchange."""
        with self._reading() as connection:
            return hours(connection, since, until)

    def reach(self) -> tuple[int, int] | None:
        """First and last hour (Unix time) that hold anything; None in an empty ledger."""
        with self._reading() as connection:
            return reach(connection)
