"""What the roll-ups say of bias: sums per key, for any number of hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select, union_all

from proxy.ledger.cover import Span, cover, within
from proxy.ledger.schema import dimension
from proxy.ledger.schema_bias import BASIS, bias_basis, bias_hour, bias_tool_day
from proxy.ledger.totals import Key, columns, grouped

__all__ = ["BiasTotal", "bias_totals"]


@dataclass(frozen=True, slots=True)
class BiasTotal:
    """What the answers of one group, in one language, said of people, added up."""

    key: Key
    classifier: str
    """That scored their sentences."""
    classifier_version: str
    version: str
    """Of the rules that counted."""
    language: str
    sums: Mapping[str, float]
    """Per key of `proxy.bias.KEYS`; those that never occurred are left out."""


def bias_totals(
    connection: Connection, since: float, until: float, by: Sequence[str]
) -> list[BiasTotal]:
    """Sums of the hours that start in [since, until), per group, classifier and language.

    By tool, or by nothing, they come from the sums by day and tool; by anything else from the
    hours, of which there are far more lines.
    """
    # Grouped by the number of a basis and named afterwards: half the time of grouping by names.
    wanted = (_of_days if {*by} <= {"tool"} else _of_hours)((since, until), by)
    bases = connection.execute(select(bias_basis.c.number, *(bias_basis.c[n] for n in _NAMES)))
    known = {number: names for number, *names in bases}
    lines = sorted((*line[:-2], *known[line[-2]], line[-1]) for line in connection.execute(wanted))
    found: dict[Key, dict[str, float]] = {}
    for line in lines:
        found.setdefault(tuple(line[:-2]), {})[line[-2]] = line[-1]
    width = len(by)
    return [_total(group[:width], group[width:], sums) for group, sums in found.items()]


_NAMES = (*BASIS, "key")


def _of_days(span: Span, by: Sequence[str]) -> Select[Any]:
    """Sums by basis, and by tool where it is asked for."""
    of = cover(*span)
    parts = [_hours_by_tool(one) for one in of.hours]
    if of.days:
        parts.append(within(bias_tool_day, of.days, ("tool", "basis", "value")))
    table = union_all(*parts).subquery()
    keys = [*(table.c[name] for name in by), table.c.basis]
    return select(*keys, func.sum(table.c.value)).group_by(*keys)


def _hours_by_tool(span: Span) -> Select[Any]:
    """The hours at the ends of a period, in the columns of the days."""
    hours, names = bias_hour.c, dimension.c
    return (
        select(names.tool, hours.basis, hours.value)
        .join(dimension, names.number == hours.dimension)
        .where(hours.hour >= span[0], hours.hour < span[1])
    )


def _of_hours(span: Span, by: Sequence[str]) -> Select[Any]:
    """Sums by basis and whatever is asked for. Raises ValueError for an unknown name."""
    table = within(bias_hour, span, ("hour", "dimension", "basis", "value")).subquery()
    return grouped(table, [*columns(table, by), table.c.basis], [func.sum(table.c.value)])


def _total(key: Key, basis: Key, sums: Mapping[str, float]) -> BiasTotal:
    classifier, classifier_version, version, language = map(str, basis)
    return BiasTotal(key, classifier, classifier_version, version, language, sums)
