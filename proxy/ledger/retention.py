"""How long rows are kept: calendar months of the town hall, to the day. Sums stay.

A purge that runs daily never lets a row reach the age of `keep_months`: it removes the
whole local day on which that age is reached, at the first run of that day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from proxy.ledger import schema
from proxy.localtime import day_start, months_before

__all__ = ["BATCH", "Purge", "cutoff", "first_day", "last", "note", "remove_batch"]

BATCH = 2000
"""Rows removed by one transaction; some tens of milliseconds."""


@dataclass(frozen=True, slots=True)
class Purge:
    """One run of the purge."""

    at: float
    """Unix time of its end."""
    cutoff: float
    """Unix time; rows counted before it were removed."""
    keep_months: int
    rows: int
    """Rows removed."""


def first_day(now: float, keep_months: int, tz: ZoneInfo) -> date:
    """The first local day whose rows are kept at `now`."""
    today = datetime.fromtimestamp(now, tz).date()
    day = timedelta(days=1)
    # Months differ in length: the stricter of the two where they disagree.
    return max(months_before(today, keep_months) + day, months_before(today + day, keep_months))


def cutoff(now: float, keep_months: int, tz: ZoneInfo) -> float:
    """Unix time before which rows are removed at `now`."""
    return day_start(first_day(now, keep_months, tz), tz)


def remove_batch(connection: Connection, before: float) -> int:
    """Remove some of the oldest rows counted before that time, with all that hangs on them."""
    table = schema.exchange
    old = (
        select(table.c.id).where(table.c.counted_at < before).order_by(table.c.counted_at)
    ).limit(BATCH)
    return connection.execute(table.delete().where(table.c.id.in_(old))).rowcount


def note(connection: Connection, at: float, before: float, keep_months: int, rows: int) -> None:
    """Write down one run of the purge."""
    values = {"at": at, "cutoff": before, "keep_months": keep_months, "rows": rows}
    connection.execute(schema.purge.insert().values(values))


def last(connection: Connection) -> Purge | None:
    """The last run that was written down."""
    table = schema.purge
    newest = select(table).order_by(table.c.number.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return None if row is None else Purge(row.at, row.cutoff, row.keep_months, row.rows)
