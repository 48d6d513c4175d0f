"""From stored rows back to exchanges, impacts and findings: `writer` in reverse."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, select
from sqlalchemy import Row as Line

from proxy.exchange import Exchange, ReportedFootprint
from proxy.ledger import schema
from proxy.ledger.entries import Row
from proxy.ledger.intake import id_text
from proxy.ledger.writer import LIVE
from proxy.records import QUANTITIES, Finding, Impact, Range

__all__ = ["exchanges", "to_rows"]

_scores = msgspec.json.Decoder(dict[str, float]).decode
_flags = msgspec.json.Decoder(tuple[str, ...]).decode

_FIELDS = frozenset(Exchange.__struct_fields__)
_NONE_IF_EMPTY = ("application", "model")
_REPORTED = ReportedFootprint.__struct_fields__

_ROW_COLUMNS = [
    column for column in schema.exchange.columns if column.name in _FIELDS and column.name != "id"
]
_DIMENSION_COLUMNS = [column for column in schema.dimension.columns if column.name in _FIELDS]
_PLAIN = [column.name for column in (*_ROW_COLUMNS, *_DIMENSION_COLUMNS)]


def exchanges() -> Select[Any]:
    """Stored exchanges with their dimensions; the caller adds conditions and order."""
    table = schema.exchange
    return select(
        table.c.id,
        table.c.counted_at,
        table.c.stated_at,
        *(table.c[name] for name in _REPORTED),
        *_ROW_COLUMNS,
        *_DIMENSION_COLUMNS,
    ).join(schema.dimension, schema.dimension.c.number == table.c.dimension)


def to_rows(connection: Connection, lines: Sequence[Line[Any]]) -> list[Row]:
    """The rows that lines of `exchanges` stand for, in their order."""
    keys = [line.id for line in lines]
    impacts = _impacts(connection, keys)
    findings = _findings(connection, keys)
    return [
        Row(
            exchange=_exchange(line),
            impact=impacts.get(line.id),
            findings=tuple(findings.get(line.id, ())),
            counted_at=line.counted_at,
        )
        for line in lines
    ]


def _exchange(line: Line[Any]) -> Exchange:
    values: tuple[Any, ...] = tuple(line)
    key, counted_at, stated_at = values[:3]
    reported, plain = values[3 : 3 + len(_REPORTED)], values[3 + len(_REPORTED) :]
    fields = dict(zip(_PLAIN, plain, strict=True))
    for name in _NONE_IF_EMPTY:
        fields[name] = fields[name] or None
    if any(value is not None for value in reported):
        fields["reported"] = ReportedFootprint(**dict(zip(_REPORTED, reported, strict=True)))
    return Exchange(
        id=id_text(key), started_at=counted_at if stated_at is None else stated_at, **fields
    )


def _impacts(connection: Connection, keys: Iterable[bytes]) -> dict[bytes, Impact]:
    table, basis = schema.impact, schema.impact_basis
    lines = connection.execute(
        select(
            table.c.exchange,
            basis.c.tier,
            basis.c.quality,
            basis.c.zone,
            basis.c.factor_set,
            *(table.c[name] for name in schema.IMPACTS),
        )
        .join(basis, basis.c.number == table.c.basis)
        .where(table.c.exchange.in_(keys), basis.c.origin == LIVE)
    )
    return {
        line.exchange: Impact(
            tier=line.tier,
            quality=line.quality,
            zone=line.zone,
            factor_set=line.factor_set,
            **ranges(line[5:]),
        )
        for line in lines
    }


def ranges(values: Sequence[float]) -> dict[str, Range]:
    """One Range per quantity from values in the order of `schema.IMPACTS`."""
    triples = zip(values[0::3], values[1::3], values[2::3], strict=True)
    return {name: Range(*triple) for name, triple in zip(QUANTITIES, triples, strict=True)}


def _findings(connection: Connection, keys: Iterable[bytes]) -> dict[bytes, list[Finding]]:
    table, basis = schema.finding, schema.finding_basis
    names = ("classifier", "version", "threshold_set", "subject", "status", "language")
    lines = connection.execute(
        select(table, *(basis.c[name] for name in names))
        .join(basis, basis.c.number == table.c.basis)
        .where(table.c.exchange.in_(keys))
        .order_by(table.c.exchange, table.c.basis)
    )
    found: defaultdict[bytes, list[Finding]] = defaultdict(list)
    for line in lines:
        found[line.exchange].append(
            Finding(
                **{name: getattr(line, name) for name in names},
                scores=_scores(line.scores) if line.scores else {},
                flags=_flags(line.flags) if line.flags else (),
                windows_scored=line.windows_scored,
                windows=line.windows,
            )
        )
    return found
