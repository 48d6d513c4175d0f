"""Which of an hour's impacts are read: as first written, or as restated since.

A statement names one choice per hour:

    "original"     the impacts as they were worked out when each exchange was written
    "latest"       the restatement made last, else the original; what reports read
    a factor set   the impacts by that set, restated or original; hours without are left out

A restatement counts from when it is finished. An hour that got exchanges after it was
restated is read as if it had not been, because what came late would be missing from it.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, Select, Subquery, and_, func, or_, select

from proxy.ledger import schema
from proxy.ledger.writer import LIVE

__all__ = ["LATEST", "ORIGINAL", "Statement", "chosen", "undivided"]

type Statement = str

LATEST: Final = "latest"
ORIGINAL: Final = "original"


def chosen(wanted: Select[Any], since: float, until: float, statement: Statement) -> Select[Any]:
    """A query of `impact_hour` with its basis, held to one statement."""
    hour, basis = schema.impact_hour.c.hour, schema.impact_basis.c
    live = basis.origin == LIVE
    if statement == ORIGINAL:
        return wanted.where(live)
    restated = _restated(since, until, None if statement == LATEST else statement)
    wanted = wanted.outerjoin(restated, restated.c.hour == hour).where(
        or_(
            and_(basis.origin != LIVE, basis.factor_set == restated.c.factor_set),
            and_(live, restated.c.hour.is_(None)),
        )
    )
    return wanted if statement == LATEST else wanted.where(basis.factor_set == statement)


def undivided(connection: Connection, since: float, until: float, statement: Statement) -> bool:
    """Whether every line of `impact_hour` in these hours belongs to the statement.

    So it is where nothing was ever restated. A query that need not look each line's basis up
    takes less time (docs/operate/performance.md).
    """
    if statement not in {LATEST, ORIGINAL}:
        return False
    restated, basis = schema.restated_hour.c, schema.impact_basis.c
    marked = select(restated.hour).where(restated.hour >= since, restated.hour < until)
    others = select(basis.number).where(basis.origin != LIVE)
    return all(connection.scalar(one.limit(1)) is None for one in (marked, others))


def _restated(since: float, until: float, factor_set: str | None) -> Subquery:
    """Hour and factor set of the last valid restatement of each hour."""
    restated, made = schema.restated_hour.c, schema.restatement.c
    known = schema.hour_sum.c
    now_known = (
        select(func.sum(known.requests)).where(known.hour == restated.hour).scalar_subquery()
    )
    rank = func.row_number().over(partition_by=restated.hour, order_by=restated.restatement.desc())
    valid = (
        select(restated.hour, restated.factor_set, rank.label("rank"))
        .join(schema.restatement, made.number == restated.restatement)
        .where(
            restated.hour >= since,
            restated.hour < until,
            made.finished_at.is_not(None),
            restated.requests == now_known,
        )
    )
    if factor_set is not None:
        valid = valid.where(restated.factor_set == factor_set)
    ranked = valid.subquery()
    return select(ranked.c.hour, ranked.c.factor_set).where(ranked.c.rank == 1).subquery()
