"""The hourly sums once more by UTC day: what a month is read from.

Each table holds the lines of its hourly one with the hours of a day added up, and is kept in
step with it in the same transaction. Days are those of UTC, so that no time zone is written
into the ledger: the hours at the ends of a local month come from the hourly tables
(`proxy.ledger.cover`). What answers say of people has a narrower one, in schema_bias.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, PrimaryKeyConstraint, Table

from proxy.ledger import schema
from proxy.ledger.schema import CLUSTERED, metadata

__all__ = ["DAYS", "DAY_S", "day_of", "day_sum", "impact_day"]

DAY_S = 86_400


def day_of(hour: int) -> int:
    """Unix time at which the UTC day of an hour starts."""
    return hour - hour % DAY_S


def _by_day(hourly: Table, name: str) -> Table:
    """The same columns, with a day in the place of the hour."""
    _, *rest = hourly.columns
    key = [column.name for column in hourly.primary_key if column.name != "hour"]
    return Table(
        name,
        metadata,
        Column("day", BigInteger, nullable=False),
        *map(_copy, rest),
        PrimaryKeyConstraint("day", *key),
        **CLUSTERED,
    )


def _copy(column: Column[Any]) -> Column[Any]:
    keys = [ForeignKey(key.target_fullname) for key in column.foreign_keys]
    return Column(column.name, column.type, *keys, nullable=False)


day_sum = _by_day(schema.hour_sum, "day_sum")
impact_day = _by_day(schema.impact_hour, "impact_day")

DAYS: Mapping[Table, Table] = {
    schema.hour_sum: day_sum,
    schema.impact_hour: impact_day,
    schema.finding_hour: _by_day(schema.finding_hour, "finding_day"),
    schema.flag_hour: _by_day(schema.flag_hour, "flag_day"),
}
"""Hourly table to the daily one that is kept in step with it."""
