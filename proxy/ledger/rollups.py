"""How hourly sums grow, and the daily ones beside them.

Each exchange is added by its own statement, in the order of arrival. So the sums do not
depend on how the arrivals were cut into batches, not even in the last bit of a float.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Table

from proxy.ledger import schema
from proxy.ledger.dialect import adding
from proxy.ledger.entries import Gap
from proxy.ledger.intake import hour_of
from proxy.ledger.schema_bias import bias_hour, bias_tool_day
from proxy.ledger.schema_days import DAYS, day_of

__all__ = ["Rollups"]

type _Rows = Sequence[tuple[Any, ...]]


class _Both:
    """The statements that add to an hourly table and to its daily one."""

    def __init__(self, engine: Engine, hourly: Table) -> None:
        self._hours = adding(engine, hourly)
        self._days = adding(engine, DAYS[hourly])

    def run(self, connection: Connection, rows: _Rows) -> None:
        """Add rows that start with their hour."""
        self._hours.run(connection, rows)
        self._days.run(connection, [(day_of(row[0]), *row[1:]) for row in rows])


class Rollups:
    """The statements that add to the sums. Every method belongs inside a transaction.

    Rows are given in the order of the table's columns: key first, then what is added.
    """

    def __init__(self, engine: Engine) -> None:
        self._sums = _Both(engine, schema.hour_sum)
        self._impacts = _Both(engine, schema.impact_hour)
        self._findings = _Both(engine, schema.finding_hour)
        self._flags = _Both(engine, schema.flag_hour)
        self._bias = adding(engine, bias_hour)
        self._bias_days = adding(engine, bias_tool_day)
        self._gaps = adding(engine, schema.gap)

    def add_exchanges(self, connection: Connection, rows: _Rows) -> None:
        """Add raw counts: hour, dimension, then `SUMS`."""
        self._sums.run(connection, rows)

    def add_impacts(self, connection: Connection, rows: _Rows) -> None:
        """Add impacts: hour, dimension, basis, requests, then `IMPACTS`."""
        self._impacts.run(connection, rows)

    def add_findings(self, connection: Connection, rows: _Rows) -> None:
        """Add findings: hour, dimension, basis, requests, flagged, windows scored, windows."""
        self._findings.run(connection, rows)

    def add_flags(self, connection: Connection, rows: _Rows) -> None:
        """Add flags: hour, dimension, basis, flag, requests."""
        self._flags.run(connection, rows)

    def add_bias(self, connection: Connection, rows: _Rows) -> None:
        """Add counts of bias: hour, dimension, the tool of that dimension, basis, value."""
        hours = [(hour, dimension, *rest) for hour, dimension, _, *rest in rows]
        self._bias.run(connection, hours)
        days = [(day_of(hour), *rest) for hour, _, *rest in rows]
        self._bias_days.run(connection, days)

    def add_gaps(self, connection: Connection, gaps: Sequence[Gap]) -> None:
        """Add gaps to the hours that hold them."""
        self._gaps.run(
            connection, [(hour_of(one.at), one.kind, one.tool, one.count) for one in gaps]
        )
