"""What can be asked of the rows: pages in time order, one exchange, counts, gaps."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from proxy.ledger import schema
from proxy.ledger.entries import Counts, Gap, Row
from proxy.ledger.intake import id_bytes
from proxy.ledger.reading import exchanges, to_rows

__all__ = [
    "PAGE",
    "Mark",
    "between",
    "count",
    "counts",
    "distinct",
    "following",
    "gaps",
    "latest",
    "mark",
    "newest",
    "oldest",
    "page",
    "row",
]

PAGE = 1000
"""Exchanges read at once; a few megabytes."""

_table = schema.exchange


class Mark(NamedTuple):
    """Where a page ended."""

    counted_at: float
    id: bytes


def mark(last: Row) -> Mark:
    """The mark of a page's last row."""
    return Mark(last.counted_at, id_bytes(last.exchange.id))


def page(connection: Connection, since: float, until: float, after: Mark | None) -> list[Row]:
    """The exchanges of [since, until) that follow a mark, at most `PAGE` of them."""
    wanted = following(exchanges().where(between(since, until)), after)
    return to_rows(connection, connection.execute(wanted).all())


def following(wanted: Select[Any], after: Mark | None) -> Select[Any]:
    """One page of a query of exchanges, in the order of time, then id."""
    if after is not None:
        wanted = wanted.where(
            _table.c.counted_at >= after.counted_at,
            or_(_table.c.counted_at > after.counted_at, _table.c.id > after.id),
        )
    return wanted.order_by(_table.c.counted_at, _table.c.id).limit(PAGE)


def latest(connection: Connection, limit: int) -> list[Row]:
    """The newest exchanges, newest first."""
    wanted = exchanges().order_by(_table.c.counted_at.desc(), _table.c.id.desc()).limit(limit)
    return to_rows(connection, connection.execute(wanted).all())


def row(connection: Connection, exchange_id: str) -> Row | None:
    """One exchange, None when it is not there. Raises ValueError when the id is no UUID."""
    wanted = exchanges().where(_table.c.id == id_bytes(exchange_id))
    found = to_rows(connection, connection.execute(wanted).all())
    return found[0] if found else None


def count(connection: Connection, since: float, until: float) -> int:
    """Number of exchanges counted in [since, until)."""
    wanted = select(func.count()).select_from(_table).where(between(since, until))
    return connection.execute(wanted).scalar_one()


def counts(connection: Connection) -> Counts:
    """Number of rows of the tables that grow."""
    tables = (schema.exchange, schema.hour_sum, schema.dimension)
    found = (connection.execute(select(func.count()).select_from(one)) for one in tables)
    return Counts(*(result.scalar_one() for result in found))


def distinct(connection: Connection, name: str) -> list[str]:
    """Every value that a dimension has had, in alphabetical order."""
    column = schema.dimension.c[name]
    return list(connection.scalars(select(column).distinct().order_by(column)))


def newest(connection: Connection) -> float | None:
    """Unix time of the newest exchange."""
    found: float | None = connection.scalar(select(func.max(_table.c.counted_at)))
    return found


def oldest(connection: Connection) -> float | None:
    """Unix time of the oldest exchange."""
    found: float | None = connection.scalar(select(func.min(_table.c.counted_at)))
    return found


def gaps(connection: Connection, since: float, until: float) -> list[Gap]:
    """Gaps of the hours that start in [since, until), by hour, kind and tool."""
    table = schema.gap
    wanted = (
        select(table.c.hour, table.c.kind, table.c.tool, table.c.count)
        .where(table.c.hour >= since, table.c.hour < until)
        .order_by(table.c.hour, table.c.kind, table.c.tool)
    )
    return [
        Gap(float(hour), kind, tool, many) for hour, kind, tool, many in connection.execute(wanted)
    ]


def between(since: float, until: float) -> ColumnElement[bool]:
    """That an exchange was counted in [since, until)."""
    return and_(_table.c.counted_at >= since, _table.c.counted_at < until)
