"""What the roll-ups say of bias: sums per key, for any number of hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from proxy.ledger.schema_bias import BASIS, bias_basis, bias_hour
from proxy.ledger.totals import Key, columns, grouped, source

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
    """Sums of the hours that start in [since, until), per group, classifier and language."""
    # Grouped by the number of a basis and named afterwards: half the time of grouping by names.
    table = source(bias_hour, since, until, by, ("dimension", "basis", "value"))
    wanted = grouped(table, [*columns(table, by), table.c.basis], [func.sum(table.c.value)])
    bases = connection.execute(select(bias_basis.c.number, *(bias_basis.c[n] for n in _NAMES)))
    known = {number: names for number, *names in bases}
    lines = sorted((*line[:-2], *known[line[-2]], line[-1]) for line in connection.execute(wanted))
    found: dict[Key, dict[str, float]] = {}
    for line in lines:
        found.setdefault(tuple(line[:-2]), {})[line[-2]] = line[-1]
    width = len(by)
    return [_total(group[:width], group[width:], sums) for group, sums in found.items()]


_NAMES = (*BASIS, "key")


def _total(key: Key, basis: Key, sums: Mapping[str, float]) -> BiasTotal:
    classifier, classifier_version, version, language = map(str, basis)
    return BiasTotal(key, classifier, classifier_version, version, language, sums)
