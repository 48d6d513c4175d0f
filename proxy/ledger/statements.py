"""Which of an hour's impacts are read: as first written, or as restated since.

A statement names one choice per hour:

    "original"     the impacts as they were worked out when each exchange was written
    "latest"       the restatement made last, else the original; what reports read
    a factor set   the impacts by that set, restated or original; hours without are left out

A restatement counts from when it is finished. An hour that got exchanges after it was
restated is read as if it had not been, because what came late would be missing from it.

A day whose hours are all read alike is read from the daily sums, any other hour by hour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    and_,
    func,
    or_,
    select,
    union_all,
)

from proxy.ledger import schema
from proxy.ledger.cover import Span, cover, within
from proxy.ledger.schema_days import DAY_S, day_of, day_sum, impact_day
from proxy.ledger.writer import LIVE

__all__ = ["LATEST", "ORIGINAL", "Statement", "chosen", "impact_lines"]

type Statement = str

LATEST: Final = "latest"
ORIGINAL: Final = "original"

_basis = schema.impact_basis.c


def impact_lines(
    connection: Connection, since: float, until: float, statement: Statement, names: Sequence[str]
) -> Subquery:
    """Columns of the impacts of the hours that start in [since, until), to be summed."""
    of = cover(since, until)
    if of.days is None:
        return chosen((since, until), statement, names).subquery()
    said = _said(connection, of.days, statement)
    parts = [chosen(one, statement, names) for one in (*of.hours, *_divided(said))]
    whole = _whole(of.days, said, names)
    if statement not in {LATEST, ORIGINAL}:
        whole = whole.where(_basis.factor_set == statement)
    return union_all(*parts, whole).subquery()


def chosen(span: Span, statement: Statement, names: Sequence[str]) -> Select[Any]:
    """Columns of the impacts of some hours, each held to the statement by itself."""
    wanted = within(schema.impact_hour, span, names).join(
        schema.impact_basis, _basis.number == schema.impact_hour.c.basis
    )
    live = _basis.origin == LIVE
    if statement == ORIGINAL:
        return wanted.where(live)
    restated = _restated(span, None if statement == LATEST else statement)
    wanted = wanted.outerjoin(restated, restated.c.hour == schema.impact_hour.c.hour).where(
        or_(
            and_(_basis.origin != LIVE, _basis.factor_set == restated.c.factor_set),
            and_(live, restated.c.hour.is_(None)),
        )
    )
    return wanted if statement == LATEST else wanted.where(_basis.factor_set == statement)


type _Said = Mapping[int, str | None]
"""Restated day to the factor set by which all its hours are read; None where they differ."""


def _whole(days: Span, said: _Said, names: Sequence[str]) -> Select[Any]:
    """Columns of the impacts of the days that are read alike."""
    by_set: dict[str, list[int]] = {}
    for start, factor_set in said.items():
        if factor_set is not None:
            by_set.setdefault(factor_set, []).append(start)
    day = impact_day.c.day
    choices: list[ColumnElement[bool]] = [and_(_basis.origin == LIVE, day.not_in(said))]
    choices += [
        and_(_basis.origin != LIVE, _basis.factor_set == name, day.in_(of))
        for name, of in by_set.items()
    ]
    wanted = within(impact_day, days, names)
    return wanted.join(schema.impact_basis, _basis.number == impact_day.c.basis).where(
        or_(*choices)
    )


def _divided(said: _Said) -> list[Span]:
    """The days that are not read alike, those that follow each other together."""
    spans: list[Span] = []
    for day in sorted(day for day, factor_set in said.items() if factor_set is None):
        if spans and spans[-1][1] == day:
            spans[-1] = (spans[-1][0], day + DAY_S)
        else:
            spans.append((day, day + DAY_S))
    return spans


def _said(connection: Connection, days: Span, statement: Statement) -> _Said:
    """How the days of a span in which the statement chooses a restatement are read."""
    if statement == ORIGINAL:
        return {}
    restated, made = schema.restated_hour.c, schema.restatement.c
    finished = (
        select(restated.hour, restated.factor_set, restated.requests)
        .join(schema.restatement, made.number == restated.restatement)
        .where(restated.hour >= days[0], restated.hour < days[1], made.finished_at.is_not(None))
        .order_by(restated.hour, restated.restatement)
    )
    if statement != LATEST:
        finished = finished.where(restated.factor_set == statement)
    # The last of each hour.
    last = {hour: (name, many) for hour, name, many in connection.execute(finished)}
    if not last:
        return {}
    held = _held(connection, days)
    found: dict[int, str | None] = {}
    for day, hours in groupby(last.items(), key=lambda one: day_of(one[0])):
        sets, requests = zip(*(told for _, told in hours), strict=True)
        # A restatement knows no more exchanges than an hour has, and hours only grow: where
        # the sums are the same, it knew all those of every hour.
        alike = len(set(sets)) == 1 and sum(requests) == held.get(day)
        found[day] = sets[0] if alike else None
    return found


def _held(connection: Connection, days: Span) -> dict[int, int]:
    """Exchanges of each day."""
    table = day_sum.c
    wanted = (
        select(table.day, func.sum(table.requests))
        .where(table.day >= days[0], table.day < days[1])
        .group_by(table.day)
    )
    return {day: int(many) for day, many in connection.execute(wanted)}


def _restated(span: Span, factor_set: str | None) -> Subquery:
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
            restated.hour >= span[0],
            restated.hour < span[1],
            made.finished_at.is_not(None),
            restated.requests == now_known,
        )
    )
    if factor_set is not None:
        valid = valid.where(restated.factor_set == factor_set)
    ranked = valid.subquery()
    return select(ranked.c.hour, ranked.c.factor_set).where(ranked.c.rank == 1).subquery()
