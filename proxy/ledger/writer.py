"""Puts entries into the tables: rows, what hangs on them, and the sums they add to."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DataError, IntegrityError

from proxy.ledger import schema, schema_bias
from proxy.ledger.dialect import inserting
from proxy.ledger.entries import Entry, Gap, Written
from proxy.ledger.intake import Intake, hour_of, id_bytes, take_in
from proxy.ledger.rollups import Rollups
from proxy.ledger.surrogates import Surrogates
from proxy.records import Finding, Impact

__all__ = ["LIVE", "UnusableError", "Writer"]

LIVE = "live"
"""Origin of an impact that was worked out when its exchange was written."""

ASKED_AT_ONCE = 500
"""Ids looked up by one statement."""

REFUSALS = (DataError, IntegrityError, OverflowError, ValueError)
"""What one unusable entry raises; anything else is the fault of the ledger."""


class UnusableError(Exception):
    """One of a batch of entries cannot be written."""


_json = msgspec.json.Encoder().encode

_TOOL = schema.DIMENSIONS.index("tool")

_BIAS_KEY = re.compile(r"[a-z0-9_/.-]{1,64}")
"""What a key of bias may look like; anything else is no key of ours and is left out."""


class Placed(NamedTuple):
    """An entry on its way: its column values and the number of its dimension."""

    entry: Entry
    values: Intake
    dimension: int


class Found(NamedTuple):
    """A finding on its way: its exchange, where that is counted, and its basis."""

    exchange: bytes
    hour: int
    dimension: int
    tool: str
    """Of the dimension."""
    basis: int
    finding: Finding


class Writer:
    """The statements that write. Every method belongs inside a transaction."""

    def __init__(self, engine: Engine) -> None:
        self._rollups = Rollups(engine)
        self._dimensions = Surrogates(schema.dimension)
        self._impact_bases = Surrogates(schema.impact_basis)
        self._finding_bases = Surrogates(schema.finding_basis)
        self._bias_bases = Surrogates(schema_bias.bias_basis)
        self._exchanges = inserting(engine, schema.exchange)
        self._impacts = inserting(engine, schema.impact)
        self._findings = inserting(engine, schema.finding)
        self._await = inserting(engine, schema.awaited)

    def forget(self) -> None:
        """To be called when a transaction was rolled back."""
        for surrogates in (
            self._dimensions,
            self._impact_bases,
            self._finding_bases,
            self._bias_bases,
        ):
            surrogates.forget()

    def add_gaps(self, connection: Connection, gaps: Sequence[Gap]) -> None:
        """Add gaps to the hours that hold them."""
        self._rollups.add_gaps(connection, gaps)

    def write(self, connection: Connection, entries: Sequence[Entry], now: float) -> Written:
        """Write the entries that are new.

        Raises UnusableError when one of them cannot be written; the transaction must then
        be rolled back, and the entries given to `write_apart` in another.
        """
        try:
            return self._write(connection, entries, now)
        except REFUSALS as error:
            raise UnusableError from error

    def write_apart(self, connection: Connection, entries: Sequence[Entry], now: float) -> Written:
        """Write one by one; what cannot be written is left out and counted as a gap."""
        new = duplicate = refused = 0
        for entry in entries:
            try:
                with connection.begin_nested():
                    one = self._write(connection, [entry], now)
            except REFUSALS:
                self.forget()
                self._rollups.add_gaps(connection, [Gap(now, "refused", entry.exchange.tool)])
                refused += 1
            else:
                new += one.new
                duplicate += one.duplicate
        return Written(new, duplicate, refused)

    def _write(self, connection: Connection, entries: Sequence[Entry], now: float) -> Written:
        placed = list(self._place(connection, entries, now))
        self._exchanges.run(
            connection,
            [
                (one.id, one.counted_at, one.stated_at, dimension, *one.row)
                for _, one, dimension in placed
            ],
        )
        self._rollups.add_exchanges(
            connection, [(one.hour, dimension, *one.sums) for _, one, dimension in placed]
        )
        self._write_impacts(connection, placed)
        self._write_findings(
            connection,
            [
                Found(
                    exchange=one.id,
                    hour=one.hour,
                    dimension=dimension,
                    tool=one.dimension[_TOOL],
                    basis=self._basis(connection, finding),
                    finding=finding,
                )
                for entry, one, dimension in placed
                if (finding := entry.finding) is not None
            ],
        )
        self._await.run(
            connection,
            [
                (one.id, self._basis(connection, finding))
                for entry, one, _ in placed
                for finding in entry.awaited
            ],
        )
        self._rollups.add_gaps(connection, [gap for _, one, _ in placed for gap in one.gaps])
        return Written(len(placed), len(entries) - len(placed))

    def _place(
        self, connection: Connection, entries: Sequence[Entry], now: float
    ) -> Iterator[Placed]:
        """The entries whose id is neither in the ledger nor earlier in the batch."""
        packed = [id_bytes(entry.exchange.id) for entry in entries]
        seen: set[bytes] = set()
        for start in range(0, len(packed), ASKED_AT_ONCE):
            asked = packed[start : start + ASKED_AT_ONCE]
            found = select(schema.exchange.c.id).where(schema.exchange.c.id.in_(asked))
            seen.update(connection.scalars(found))
        for entry, key in zip(entries, packed, strict=True):
            if key not in seen:
                seen.add(key)
                values = take_in(entry, now)
                yield Placed(entry, values, self._dimensions.number(connection, values.dimension))

    def _write_impacts(self, connection: Connection, placed: Sequence[Placed]) -> None:
        found = [
            (one, dimension, self._impact_basis(connection, entry.impact), one.impact)
            for entry, one, dimension in placed
            if entry.impact is not None and one.impact is not None
        ]
        self._impacts.run(connection, [(one.id, basis, *values) for one, _, basis, values in found])
        self._rollups.add_impacts(
            connection,
            [(one.hour, dimension, basis, 1, *values) for one, dimension, basis, values in found],
        )

    def _impact_basis(self, connection: Connection, impact: Impact) -> int:
        key = (impact.factor_set, LIVE, impact.tier, impact.quality, impact.zone)
        return self._impact_bases.number(connection, key)

    def add_finding(self, connection: Connection, exchange_id: str, finding: Finding) -> bool:
        """Attach one more finding to a stored exchange; False when it has it, or is not there."""
        table, basis = schema.exchange, schema.finding_basis
        key = id_bytes(exchange_id)
        row = connection.execute(
            select(table.c.counted_at, table.c.dimension, schema.dimension.c.tool)
            .join(schema.dimension, schema.dimension.c.number == table.c.dimension)
            .where(table.c.id == key)
        ).one_or_none()
        same = (
            select(basis.c.number)
            .join(schema.finding, schema.finding.c.basis == basis.c.number)
            .where(
                schema.finding.c.exchange == key,
                basis.c.classifier == finding.classifier,
                basis.c.subject == finding.subject,
            )
        )
        if row is None or connection.execute(same).first() is not None:
            return False
        number = self._basis(connection, finding)
        found = Found(key, hour_of(row.counted_at), row.dimension, row.tool, number, finding)
        self._write_findings(connection, [found])
        self._forget_awaited(connection, key, finding.subject)
        return True

    def _forget_awaited(self, connection: Connection, exchange: bytes, subject: str) -> None:
        awaited, basis = schema.awaited.c, schema.finding_basis.c
        of_subject = select(basis.number).where(basis.subject == subject)
        connection.execute(
            schema.awaited.delete().where(
                awaited.exchange == exchange, awaited.basis.in_(of_subject)
            )
        )

    def settle_awaited(self, connection: Connection, most: int) -> list[Finding]:
        """Let stand what was written for findings that never came; at most so many at once."""
        exchange, basis, awaited = schema.exchange.c, schema.finding_basis.c, schema.awaited.c
        wanted = (
            select(
                awaited.exchange,
                awaited.basis,
                exchange.counted_at,
                exchange.dimension,
                schema.dimension.c.tool,
                basis.classifier,
                basis.version,
                basis.threshold_set,
                basis.status,
                basis.subject,
                basis.language,
            )
            .join(schema.exchange, exchange.id == awaited.exchange)
            .join(schema.dimension, schema.dimension.c.number == exchange.dimension)
            .join(schema.finding_basis, basis.number == awaited.basis)
            .limit(most)
        )
        found = [
            Found(row[0], hour_of(row[2]), row[3], row[4], row[1], _standing(*row[5:]))
            for row in connection.execute(wanted)
        ]
        self._write_findings(connection, found)
        for one in found:
            self._forget_awaited(connection, one.exchange, one.finding.subject)
        return [one.finding for one in found]

    def _write_findings(self, connection: Connection, found: Sequence[Found]) -> None:
        self._findings.run(connection, [_finding_row(one) for one in found])
        self._rollups.add_findings(
            connection,
            [
                (
                    one.hour,
                    one.dimension,
                    one.basis,
                    1,
                    int(bool(one.finding.flags)),
                    one.finding.windows_scored,
                    one.finding.windows,
                )
                for one in found
            ],
        )
        self._rollups.add_flags(
            connection,
            [
                (one.hour, one.dimension, one.basis, flag, 1)
                for one in found
                for flag in dict.fromkeys(one.finding.flags)
            ],
        )
        self._write_bias(connection, found)

    def _write_bias(self, connection: Connection, found: Sequence[Found]) -> None:
        """Only the sums: nothing keeps what one answer said of people."""
        self._rollups.add_bias(
            connection,
            [
                (
                    *(one.hour, one.dimension, one.tool),
                    *(self._bias_basis(connection, one.finding, key), value),
                )
                for one in found
                for key, value in one.finding.bias.items()
                if _BIAS_KEY.fullmatch(key) and math.isfinite(value)
            ],
        )

    def _bias_basis(self, connection: Connection, one: Finding, key: str) -> int:
        known = (one.classifier, one.version, one.bias_version, one.language, key)
        return self._bias_bases.number(connection, known)

    def _basis(self, connection: Connection, one: Finding) -> int:
        return self._finding_bases.number(
            connection,
            (one.classifier, one.version, one.threshold_set, one.subject, one.status, one.language),
        )


def _standing(*values: str) -> Finding:
    names = ("classifier", "version", "threshold_set", "status", "subject", "language")
    return msgspec.convert(dict(zip(names, values, strict=True)), Finding)


def _finding_row(found: Found) -> tuple[object, ...]:
    finding = found.finding
    scores = {name: score for name, score in finding.scores.items() if math.isfinite(score)}
    return (
        found.exchange,
        found.basis,
        _json(scores).decode() if scores else None,
        _json(finding.flags).decode() if finding.flags else None,
        finding.windows_scored,
        finding.windows,
    )
