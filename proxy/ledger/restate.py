"""The statements by which the past is restated: what to read, where to write, how far.

A restatement adds lines to `impact_hour` beside the live ones, hour by hour. What it
remembers of its progress is written in the same transaction as the hours, so that one
that was killed goes on where it stood, and ends in the same sums.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Engine, Select, and_, func, select

from proxy.ledger import queries, schema
from proxy.ledger.days import sum_day
from proxy.ledger.dialect import Bulk, inserting, replacing
from proxy.ledger.entries import Row
from proxy.ledger.errors import LedgerError
from proxy.ledger.intake import HOUR_S
from proxy.ledger.schema_days import day_of
from proxy.ledger.surrogates import Surrogates
from proxy.ledger.writer import LIVE

__all__ = [
    "APPROXIMATE",
    "RESTATED",
    "HourLine",
    "Job",
    "LiveLine",
    "RestatedHour",
    "RestatedLine",
    "Restatements",
]

RESTATED = "restated"
"""Origin of impacts that were worked out anew from every exchange of their hour."""
APPROXIMATE = "approximate"
"""Origin of impacts that were worked out from the raw sums of an hour without rows."""

type Values = tuple[float, ...]
"""In the order of `schema.IMPACTS`."""

_job = schema.restatement
_COLUMNS = [
    _job.c[name]
    for name in (
        *("number", "factor_set", "since", "until"),
        *("done_until", "progress", "started_at", "finished_at"),
    )
]
"""In the order of the fields of `Job`."""
_hours = schema.restated_hour


@dataclass(frozen=True, slots=True)
class Job:
    """One restatement of the whole UTC hours in [since, until), Unix times."""

    number: int
    factor_set: str
    since: int
    until: int
    done_until: int
    """Start of the first hour that is not done."""
    progress: str
    """What the caller wants to find again; empty at the start."""
    started_at: float
    finished_at: float | None


@dataclass(frozen=True, slots=True)
class LiveLine:
    """Original impacts of one hour, dimension and basis."""

    factor_set: str
    tier: int
    quality: str
    zone: str
    requests: int
    values: Values


@dataclass(frozen=True, slots=True)
class HourLine:
    """Everything that is summed of one hour and dimension."""

    dimension: int
    names: Mapping[str, str]
    """Per name of `schema.DIMENSIONS`."""
    sums: Mapping[str, float]
    """Per name of `schema.SUMS`."""
    live: tuple[LiveLine, ...]


@dataclass(frozen=True, slots=True)
class RestatedLine:
    """New impacts of one hour, dimension and basis."""

    dimension: int
    tier: int
    quality: str
    zone: str
    requests: int
    values: Values


@dataclass(frozen=True, slots=True)
class RestatedHour:
    """All new impacts of one hour."""

    hour: int
    requests: int
    approximate: bool
    lines: tuple[RestatedLine, ...]


type Transaction = Callable[[], AbstractContextManager[Connection]]


class Restatements:
    """Part of a `Ledger`; raises LedgerError like all of it."""

    def __init__(
        self,
        engine: Engine,
        *,
        reading: Transaction,
        writing: Transaction,
        clock: Callable[[], float],
    ) -> None:
        self._reading = reading
        self._writing = writing
        self._clock = clock
        self._lines: Bulk = inserting(engine, schema.impact_hour)
        self._marks: Bulk = replacing(engine, _hours)

    # Jobs

    def begin(self, factor_set: str, since: int, until: int) -> Job:
        """A new restatement, or one that was broken off.

        The latter where it is by the same set, from the same hour on and has not passed
        `until`; it then ends there.
        """
        with self._writing() as connection:
            same = (
                select(*_COLUMNS)
                .where(
                    _job.c.factor_set == factor_set,
                    _job.c.since == since,
                    _job.c.done_until <= until,
                    _job.c.finished_at.is_(None),
                )
                .order_by(_job.c.number.desc())
                .limit(1)
            )
            found = connection.execute(same).one_or_none()
            if found is None:
                values = {
                    "factor_set": factor_set,
                    "since": since,
                    "until": until,
                    "started_at": self._clock(),
                    "done_until": since,
                    "progress": "",
                }
                connection.execute(_job.insert().values(values))
                found = connection.execute(same).one()
            job = replace(Job(*found), until=until)
            connection.execute(_job.update().where(_job.c.number == job.number).values(until=until))
            return job

    def jobs(self) -> list[Job]:
        """All restatements, in the order in which they were begun."""
        with self._reading() as connection:
            lines = connection.execute(select(*_COLUMNS).order_by(_job.c.number))
            return [Job(*line) for line in lines]

    def store(self, job: Job, hours: Sequence[RestatedHour], done_until: int, progress: str) -> Job:
        """Write some hours in the place of what the set said of them, and how far it got.

        Raises LedgerError of kind "locked" when somebody else has gone on with the job.
        """
        with self._writing() as connection:
            moved = connection.execute(
                _job.update()
                .where(_job.c.number == job.number, _job.c.done_until == job.done_until)
                .values(done_until=done_until, progress=progress)
            )
            if moved.rowcount != 1:
                raise LedgerError("locked", "another recompute works on the same restatement")
            bases = Surrogates(schema.impact_basis)
            for hour in hours:
                self._replace(connection, bases, job, hour)
            for day in sorted({day_of(hour.hour) for hour in hours}):
                sum_day(connection, schema.impact_hour, day, _bases_of(job))
        return replace(job, done_until=done_until, progress=progress)

    def finish(self, job: Job) -> Job:
        """From now on its hours are read, as the latest."""
        now = self._clock()
        with self._writing() as connection:
            connection.execute(
                _job.update().where(_job.c.number == job.number).values(finished_at=now)
            )
            connection.execute(
                _hours.update()
                .where(
                    _hours.c.factor_set == job.factor_set,
                    _hours.c.hour >= job.since,
                    _hours.c.hour < job.until,
                )
                .values(restatement=job.number)
            )
        return replace(job, finished_at=now)

    def _replace(
        self, connection: Connection, bases: Surrogates, job: Job, hour: RestatedHour
    ) -> None:
        table = schema.impact_hour
        ours = table.c.basis.in_(_bases_of(job))
        connection.execute(table.delete().where(table.c.hour == hour.hour, ours))
        origin = APPROXIMATE if hour.approximate else RESTATED
        rows = []
        for line in hour.lines:
            key = (job.factor_set, origin, line.tier, line.quality, line.zone)
            number = bases.number(connection, key)
            rows.append((hour.hour, line.dimension, number, line.requests, *line.values))
        self._lines.run(connection, rows)
        # An hour that a finished restatement of this set holds stays visible meanwhile.
        made = connection.scalar(
            select(_job.c.number)
            .join(_hours, _hours.c.restatement == _job.c.number)
            .where(
                _hours.c.hour == hour.hour,
                _hours.c.factor_set == job.factor_set,
                _job.c.finished_at.is_not(None),
            )
        )
        mark = (hour.hour, job.factor_set, made or job.number, hour.requests, hour.approximate)
        self._marks.run(connection, [mark])

    # Sources

    def hours(self, since: int, until: int) -> list[tuple[int, int]]:
        """Hours that hold anything, and how many exchanges."""
        table = schema.hour_sum
        wanted = (
            select(table.c.hour, func.sum(table.c.requests))
            .where(table.c.hour >= since, table.c.hour < until)
            .group_by(table.c.hour)
            .order_by(table.c.hour)
        )
        with self._reading() as connection:
            return [(hour, int(requests)) for hour, requests in connection.execute(wanted)]

    def exact(self, factor_set: str, hour: int) -> int | None:
        """Exchanges behind what a set said of an hour from its rows; None if it did not."""
        with self._reading() as connection:
            return connection.scalar(
                select(_hours.c.requests).where(
                    _hours.c.hour == hour,
                    _hours.c.factor_set == factor_set,
                    _hours.c.approximate.is_(False),
                )
            )

    def is_restated(self, hour: int) -> bool:
        """Whether any restatement, finished or not, has written to an hour."""
        with self._reading() as connection:
            marks = select(_hours.c.hour).where(_hours.c.hour == hour).limit(1)
            return connection.execute(marks).first() is not None

    def said(self, factor_set: str, hour: int) -> Values:
        """The sum of what a restatement by that set says of an hour."""
        table, basis = schema.impact_hour, schema.impact_basis
        wanted = (
            select(*(func.sum(table.c[name]) for name in schema.IMPACTS))
            .join(basis, basis.c.number == table.c.basis)
            .where(table.c.hour == hour, basis.c.factor_set == factor_set, basis.c.origin != LIVE)
        )
        with self._reading() as connection:
            return tuple(value or 0.0 for value in connection.execute(wanted).one())

    def rows(self, hour: int) -> Iterator[tuple[int, Row]]:
        """The exchanges of an hour that are still kept as rows, each with its dimension."""
        table, after = schema.exchange, None
        while True:
            with self._reading() as connection:
                page = queries.page(connection, hour, hour + HOUR_S, after)
                wanted = select(table.c.dimension).where(queries.between(hour, hour + HOUR_S))
                numbers = connection.scalars(queries.following(wanted, after)).all()
            yield from zip(numbers, page, strict=True)
            if len(page) < queries.PAGE:
                return
            after = queries.mark(page[-1])

    def row_count(self, hour: int) -> int:
        """How many exchanges of an hour are still kept as rows."""
        with self._reading() as connection:
            return queries.count(connection, hour, hour + HOUR_S)

    def lines(self, hour: int) -> list[HourLine]:
        """The raw sums of an hour, with the original impacts."""
        table, names = schema.hour_sum, schema.dimension
        wanted = (
            select(table.c.dimension, *(names.c[name] for name in schema.DIMENSIONS))
            .add_columns(*(table.c[name] for name in schema.SUMS))
            .join(names, names.c.number == table.c.dimension)
            .where(table.c.hour == hour)
            .order_by(table.c.dimension)
        )
        split = 1 + len(schema.DIMENSIONS)
        with self._reading() as connection:
            live = self._live(connection, hour)
            return [
                HourLine(
                    dimension=line[0],
                    names=dict(zip(schema.DIMENSIONS, line[1:split], strict=True)),
                    sums=dict(zip(schema.SUMS, line[split:], strict=True)),
                    live=tuple(live.get(line[0], ())),
                )
                for line in connection.execute(wanted)
            ]

    def _live(self, connection: Connection, hour: int) -> dict[int, list[LiveLine]]:
        table, basis = schema.impact_hour, schema.impact_basis
        named = (basis.c[name] for name in ("factor_set", "tier", "quality", "zone"))
        impacts = (table.c[name] for name in schema.IMPACTS)
        wanted: Any = (
            select(table.c.dimension, *named, table.c.requests, *impacts)
            .join(basis, basis.c.number == table.c.basis)
            .where(and_(table.c.hour == hour, basis.c.origin == LIVE))
            .order_by(table.c.dimension, table.c.basis)
        )
        found: dict[int, list[LiveLine]] = {}
        for line in connection.execute(wanted):
            known = LiveLine(line[1], line[2], line[3], line[4], line[5], tuple(line[6:]))
            found.setdefault(line[0], []).append(known)
        return found


def _bases_of(job: Job) -> Select[Any]:
    """The bases of what restatements by a job's factor set write."""
    basis = schema.impact_basis.c
    return select(basis.number).where(basis.factor_set == job.factor_set, basis.origin != LIVE)
