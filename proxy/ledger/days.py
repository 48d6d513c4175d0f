"""Daily sums worked out anew from the hours: where lines of an hour were replaced."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Select, Table, func, literal, select

from proxy.ledger.schema_days import DAY_S, DAYS

__all__ = ["sum_day"]


def sum_day(
    connection: Connection, hourly: Table, day: int, bases: Select[Any] | None = None
) -> None:
    """Put the sums of a day's hours in the place of what its daily table says.

    `day`: Unix time of its start. `bases`: a query of the bases that it is about; all
    without it. Belongs inside a transaction.
    """
    daily = DAYS[hourly]
    connection.execute(daily.delete().where(daily.c.day == day, *_of(daily, bases)))
    keys = [hourly.c[one.name] for one in daily.primary_key if one.name != "day"]
    sums = [func.sum(one) for one in hourly.columns if one.name not in hourly.primary_key]
    hour = hourly.c.hour
    summed = (
        select(literal(day, BigInteger), *keys, *sums)
        .where(hour >= day, hour < day + DAY_S, *_of(hourly, bases))
        .group_by(*keys)
    )
    connection.execute(daily.insert().from_select([one.name for one in daily.columns], summed))


def _of(table: Table, bases: Select[Any] | None) -> tuple[ColumnElement[bool], ...]:
    return () if bases is None else (table.c.basis.in_(bases),)
