"""The ledger: every exchange once, and hourly sums that outlive them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Self

from sqlalchemy import Connection, Engine, select

from proxy.ledger import own, queries, retention, schema, totals
from proxy.ledger.bias import BiasTotal, bias_totals
from proxy.ledger.cells import Cells
from proxy.ledger.dialect import adding, connect, file_size, replacing, writing
from proxy.ledger.entries import Counts, Entry, Gap, Row, Written
from proxy.ledger.errors import translated
from proxy.ledger.migrate import bring_to_head
from proxy.ledger.own import AuditShare, OwnEnergy
from proxy.ledger.periods import zone
from proxy.ledger.restate import Restatements
from proxy.ledger.statements import LATEST, Statement
from proxy.ledger.totals import FindingTotal, ImpactTotal, Total
from proxy.ledger.writer import UnusableError, Writer
from proxy.localtime import month_bounds
from proxy.records import Finding, Range

__all__ = ["Ledger"]

SETTLED_AT_ONCE = 500
"""Findings of one transaction of `settle_awaited`."""


class Ledger:
    """One open ledger. Thread-safe: writers take turns, readers do not wait for them.

    Every method raises LedgerError, and nothing else, when the database cannot do it;
    a write that raised changed nothing, and the next one may succeed.
    """

    def __init__(self, engine: Engine, *, timezone: str, clock: Callable[[], float]) -> None:
        self.timezone = zone(timezone)
        """Bounds days and months."""
        self._engine = engine
        self._writing = writing(engine)
        self._writer = Writer(engine)
        self._positions = replacing(engine, schema.inbox_position)
        self._own = adding(engine, schema.own_energy)
        self._turn = threading.Lock()
        self._clock = clock
        self.cells = Cells(self._reading)
        self.restatements = Restatements(
            engine, reading=self._reading, writing=self._transaction, clock=clock
        )

    @classmethod
    def open(
        cls,
        url: str,
        *,
        timezone: str,
        create: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> Self:
        """Open the ledger at a SQLAlchemy URL (sqlite:////path), bringing its tables up to date.

        Without `create`, a ledger that is not there is an error of kind "absent". `clock`
        gives the Unix time of writing.
        """
        engine = connect(url, create=create)
        try:
            bring_to_head(engine)
            return cls(engine, timezone=timezone, clock=clock)
        except BaseException:
            engine.dispose()
            raise

    def close(self) -> None:
        """Close every connection. Waits for a write that is under way."""
        with self._turn:
            self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Writing

    def write(
        self,
        entries: Sequence[Entry],
        *,
        positions: Mapping[str, int] | None = None,
        gaps: Iterable[Gap] = (),
    ) -> Written:
        """Write entries with their sums, gaps and inbox positions, all or nothing.

        An exchange whose id is there already changes nothing, nor the sums; one that the
        database will not take is counted as a gap and holds nobody up. Gaps are added as
        given: hand them over with the positions that make them unique.
        """
        beside = (list(gaps), list((positions or {}).items()))
        try:
            return self._write(self._writer.write, entries, *beside)
        except UnusableError:
            return self._write(self._writer.write_apart, entries, *beside)

    def _write(
        self,
        method: Callable[[Connection, Sequence[Entry], float], Written],
        entries: Sequence[Entry],
        gaps: Sequence[Gap],
        positions: Sequence[tuple[str, int]],
    ) -> Written:
        with self._transaction() as connection:
            written = method(connection, entries, self._clock())
            self._writer.add_gaps(connection, gaps)
            self._positions.run(connection, positions)
        return written

    def add_finding(self, exchange_id: str, finding: Finding) -> bool:
        """Attach a finding that came later than its exchange.

        False, and nothing is changed, when the exchange is not there or already has a
        finding of that classifier and subject.
        """
        with self._transaction() as connection:
            return self._writer.add_finding(connection, exchange_id, finding)

    def add_findings(self, findings: Iterable[tuple[str, Finding]]) -> list[bool]:
        """`add_finding` for many exchanges, by id, in one transaction."""
        with self._transaction() as connection:
            return [self._writer.add_finding(connection, *one) for one in findings]

    def settle_awaited(self) -> list[Finding]:
        """Give every exchange that still awaits a finding the one that stands for it.

        To be called when nothing can come any more: before a new auditor awaits any.
        Works in small transactions; the findings that it wrote.
        """
        settled: list[Finding] = []
        while True:
            with self._transaction() as connection:
                some = self._writer.settle_awaited(connection, SETTLED_AT_ONCE)
            settled += some
            if len(some) < SETTLED_AT_ONCE:
                return settled

    def add_gaps(self, gaps: Iterable[Gap]) -> None:
        """Count what was not measured, in the hours that hold it."""
        with self._transaction() as connection:
            self._writer.add_gaps(connection, list(gaps))

    def add_own_energy(self, energies: Iterable[OwnEnergy]) -> None:
        """Add what Jauge itself consumed to the hours that hold it."""
        with self._transaction() as connection:
            own.add(connection, self._own, energies)

    def positions(self) -> dict[str, int]:
        """How far each of the inbox's files was read."""
        table = schema.inbox_position
        with self._reading() as connection:
            rows = connection.execute(select(table.c.name, table.c.position))
            return {row.name: row.position for row in rows}

    def forget_positions(self, names: Iterable[str]) -> None:
        """Drop the positions of files that are gone."""
        gone = list(names)
        table = schema.inbox_position
        with self._transaction() as connection:
            connection.execute(table.delete().where(table.c.name.in_(gone)))

    def purge(self, keep_months: int) -> int:
        """Remove rows older than so many calendar months; the number removed. Sums stay.

        Works in small transactions, so that writers get their turns in between.
        """
        cutoff = retention.cutoff(self._clock(), keep_months, self.timezone)
        removed = 0
        while True:
            with self._transaction() as connection:
                batch = retention.remove_batch(connection, cutoff)
                removed += batch
                if batch < retention.BATCH:
                    retention.note(connection, self._clock(), cutoff, keep_months, removed)
                    return removed

    # Reading

    def rows(self, since: float, until: float) -> Iterator[Row]:
        """Exchanges counted in [since, until), Unix seconds, in the order of time, then id.

        Reads page by page: memory is constant, and no transaction stays open meanwhile.
        """
        after: queries.Mark | None = None
        while True:
            with self._reading() as connection:
                page = queries.page(connection, since, until, after)
            yield from page
            if len(page) < queries.PAGE:
                return
            after = queries.mark(page[-1])

    def latest(self, limit: int) -> list[Row]:
        """The newest exchanges, newest first."""
        with self._reading() as connection:
            return queries.latest(connection, limit)

    def row(self, exchange_id: str) -> Row | None:
        """One exchange; None when it is not there, or no longer. ValueError for no UUID."""
        with self._reading() as connection:
            return queries.row(connection, exchange_id)

    def count(self, since: float, until: float) -> int:
        """Number of exchanges that `rows` would give."""
        with self._reading() as connection:
            return queries.count(connection, since, until)

    def totals(
        self,
        since: float,
        until: float,
        by: Sequence[str] = (),
        *,
        statement: Statement = LATEST,
    ) -> list[Total]:
        """Sums of the whole UTC hours that start in [since, until), from the roll-ups.

        `by`: names of `DIMENSIONS`, or "hour". `statement`: which impacts are read, see
        `proxy.ledger.statements`. ValueError for an unknown name.
        """
        with self._reading() as connection:
            return totals.totals(connection, since, until, by, statement)

    def month_totals(
        self, year: int, month: int, by: Sequence[str] = (), *, statement: Statement = LATEST
    ) -> list[Total]:
        """`totals` of one calendar month of the town hall."""
        return self.totals(*self.month(year, month), by, statement=statement)

    def impact_totals(
        self,
        since: float,
        until: float,
        by: Sequence[str] = (),
        *,
        statement: Statement = LATEST,
    ) -> list[ImpactTotal]:
        """Impacts alone.

        `by` may also name "tier", "quality", "impact_zone", "factor_set" and "origin".
        """
        with self._reading() as connection:
            return totals.impact_totals(connection, since, until, by, statement)

    def finding_totals(
        self, since: float, until: float, by: Sequence[str] = ()
    ) -> list[FindingTotal]:
        """What the classifiers said in the hours that start in [since, until)."""
        with self._reading() as connection:
            return totals.finding_totals(connection, since, until, by)

    def bias_totals(self, since: float, until: float, by: Sequence[str] = ()) -> list[BiasTotal]:
        """What the answers of the hours that start in [since, until) said of people."""
        with self._reading() as connection:
            return bias_totals(connection, since, until, by)

    def own_energy(self, since: float, until: float) -> list[OwnEnergy]:
        """What Jauge itself consumed in [since, until), by component and source."""
        with self._reading() as connection:
            return own.totals(connection, since, until)

    def audit_share(
        self,
        since: float,
        until: float,
        *,
        pue: Range = own.AT_THE_PLUG,
        statement: Statement = LATEST,
    ) -> AuditShare:
        """What the audit consumed against what it measured, in electricity.

        `pue`: power usage effectiveness of the room that Jauge stands in; what it measured
        has that of the data centres in it.
        """
        with self._reading() as connection:
            parts = own.totals(connection, since, until)
            measured = totals.impact_totals(connection, since, until, (), statement)
        energy = measured[0].ranges["energy_wh"] if measured else Range(0.0, 0.0, 0.0)
        return own.share(parts, energy, pue)

    def gaps(self, since: float, until: float) -> list[Gap]:
        """What was not measured, by hour, kind and tool."""
        with self._reading() as connection:
            return queries.gaps(connection, since, until)

    def month(self, year: int, month: int) -> tuple[float, float]:
        """Unix times between which a calendar month of the town hall lies."""
        return month_bounds(year, month, self.timezone)

    def distinct(self, dimension: str) -> list[str]:
        """Every value that one of `DIMENSIONS` has ever had, in alphabetical order."""
        with self._reading() as connection:
            return queries.distinct(connection, dimension)

    def last_exchange(self) -> float | None:
        """Unix time of the newest exchange; None without one."""
        with self._reading() as connection:
            return queries.newest(connection)

    def oldest_row(self) -> float | None:
        """Unix time of the oldest exchange that is still kept as a row; None without one."""
        with self._reading() as connection:
            return queries.oldest(connection)

    def last_purge(self) -> retention.Purge | None:
        """The last run of the purge; None before the first."""
        with self._reading() as connection:
            return retention.last(connection)

    def keep_since(self, keep_months: int) -> date:
        """The first local day whose rows a purge would keep now."""
        return retention.first_day(self._clock(), keep_months, self.timezone)

    def counts(self) -> Counts:
        """How much the ledger holds; takes a second on tens of millions of rows."""
        with self._reading() as connection:
            return queries.counts(connection)

    def size_bytes(self) -> int:
        """Bytes on disk, log included."""
        return file_size(self._engine)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with translated(), self._turn:
            try:
                with self._writing.begin() as connection:
                    yield connection
            except BaseException:
                self._writer.forget()
                raise

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with translated(), self._engine.begin() as connection:
            yield connection
