"""The tables. What is identified by what, and what outlives what.

An exchange is identified by its own id (UUIDv7, 16 bytes): writing it twice changes
nothing. Its impacts and findings hang on it and go with it when rows are purged.

A *dimension* is one combination of department, tool, model, status... that has been
seen; exchanges and sums name it by its number. An *hour* is the Unix time, in seconds,
at which a UTC hour starts.

The `*_hour` tables are the roll-ups: sums per hour and dimension, kept in step with the
rows in the same transaction and never purged. `hour_sum` holds raw counts, from which
another factor set can be applied when the rows are gone; `impact_hour` holds one line
per factor set beside it, so that a restatement adds lines and changes none. The tables of bias
stand in schema_bias.py, the sums by day in schema_days.py.

Only `Double`, `BigInteger`, `Integer`, `Text`, `Boolean` and `LargeBinary` columns, and
nothing that PostgreSQL lacks. The migrations, not this module, make the tables; a test
holds the two together.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from proxy.ledger.columns import BOUNDS, COUNTS, DIMENSIONS, IMPACTS, SUMS

__all__ = [
    "BOUNDS",
    "COUNTS",
    "DIMENSIONS",
    "HEAD",
    "IMPACTS",
    "REVISIONS",
    "SUMS",
    "awaited",
    "dimension",
    "exchange",
    "finding",
    "finding_basis",
    "finding_hour",
    "flag_hour",
    "gap",
    "hour_sum",
    "impact",
    "impact_basis",
    "impact_hour",
    "inbox_position",
    "metadata",
    "own_energy",
    "purge",
    "restated_hour",
    "restatement",
]

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006")
"""Every revision of migrations/versions, oldest first."""
HEAD = REVISIONS[-1]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite clusters these tables by their key instead of keeping a hidden one beside it.
CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _sum(name: str) -> Column[Any]:
    whole = name in COUNTS or name.endswith("requests") or name.startswith("windows")
    return Column(name, BigInteger if whole else Double, nullable=False)


def _impact_sums() -> tuple[Column[Any], ...]:
    return tuple(Column(name, Double, nullable=False) for name in IMPACTS)


def _of_exchange() -> Column[bytes]:
    """What hangs on an exchange, and goes with it."""
    key = ForeignKey("exchange.id", ondelete="CASCADE")
    return Column("exchange", LargeBinary(16), key, nullable=False)


def _rollup_key() -> tuple[Column[Any], ...]:
    return (
        Column("hour", BigInteger, nullable=False),
        Column("dimension", Integer, ForeignKey("dimension.number"), nullable=False),
    )


dimension = Table(
    "dimension",
    metadata,
    Column("number", Integer, primary_key=True),
    *(_text(name) for name in DIMENSIONS),
    UniqueConstraint(*DIMENSIONS),
)

exchange = Table(
    "exchange",
    metadata,
    Column("id", LargeBinary(16), nullable=False),
    Column("counted_at", Double, nullable=False),
    Column("stated_at", Double),
    Column("dimension", Integer, ForeignKey("dimension.number"), nullable=False),
    Column("duration_s", Double, nullable=False),
    Column("time_to_first_byte_s", Double),
    _text("edge"),
    _text("wire_format"),
    Column("model_asked", Text),
    Column("model_answered", Text),
    Column("streamed", Boolean, nullable=False),
    Column("http_status", Integer),
    Column("error_type", Text),
    Column("input_tokens", BigInteger),
    Column("output_tokens", BigInteger),
    Column("reasoning_tokens", BigInteger),
    Column("cache_read_tokens", BigInteger),
    Column("cache_write_tokens", BigInteger),
    Column("images", BigInteger),
    Column("audio_s", Double),
    Column("prompt_chars", BigInteger, nullable=False),
    Column("answer_chars", BigInteger, nullable=False),
    Column("reasoning_chars", BigInteger, nullable=False),
    _text("prompt_language"),
    _text("answer_language"),
    Column("request_bytes", BigInteger, nullable=False),
    Column("response_bytes", BigInteger, nullable=False),
    Column("region", Text),
    Column("energy_min_kwh", Double),
    Column("energy_max_kwh", Double),
    Column("ghg_min_kgco2e", Double),
    Column("ghg_max_kgco2e", Double),
    Column("reference", Text),
    PrimaryKeyConstraint("id"),
    Index(None, "counted_at"),
    **CLUSTERED,
)
"""`counted_at`: when it started, or, where that is implausible, when it was written
(then `stated_at` keeps what the edge said). The last numbers are `reported`."""

hour_sum = Table(
    "hour_sum",
    metadata,
    *_rollup_key(),
    *(_sum(name) for name in SUMS),
    PrimaryKeyConstraint("hour", "dimension"),
    **CLUSTERED,
)

impact_basis = Table(
    "impact_basis",
    metadata,
    Column("number", Integer, primary_key=True),
    _text("factor_set"),
    _text("origin"),
    Column("tier", Integer, nullable=False),
    _text("quality"),
    _text("zone"),
    UniqueConstraint("factor_set", "origin", "tier", "quality", "zone"),
)
"""How impacts were worked out. `origin`: "live" as each exchange was written; a restatement
writes "restated" (from rows) or "approximate" (from hourly sums) and leaves those be."""

impact = Table(
    "impact",
    metadata,
    _of_exchange(),
    Column("basis", Integer, ForeignKey("impact_basis.number"), nullable=False),
    *_impact_sums(),
    PrimaryKeyConstraint("exchange", "basis"),
    **CLUSTERED,
)

impact_hour = Table(
    "impact_hour",
    metadata,
    *_rollup_key(),
    Column("basis", Integer, ForeignKey("impact_basis.number"), nullable=False),
    _sum("requests"),
    *_impact_sums(),
    PrimaryKeyConstraint("hour", "dimension", "basis"),
    **CLUSTERED,
)

finding_basis = Table(
    "finding_basis",
    metadata,
    Column("number", Integer, primary_key=True),
    _text("classifier"),
    _text("version"),
    _text("threshold_set"),
    _text("subject"),
    _text("status"),
    _text("language"),
    UniqueConstraint("classifier", "version", "threshold_set", "subject", "status", "language"),
)

finding = Table(
    "finding",
    metadata,
    _of_exchange(),
    Column("basis", Integer, ForeignKey("finding_basis.number"), nullable=False),
    Column("scores", Text),
    Column("flags", Text),
    Column("windows_scored", BigInteger, nullable=False),
    Column("windows", BigInteger, nullable=False),
    PrimaryKeyConstraint("exchange", "basis"),
    **CLUSTERED,
)
"""`scores`: JSON object class to score; `flags`: JSON array of classes; none when empty."""

awaited = Table(
    "awaited",
    metadata,
    _of_exchange(),
    Column("basis", Integer, ForeignKey("finding_basis.number"), nullable=False),
    PrimaryKeyConstraint("exchange", "basis"),
    **CLUSTERED,
)
"""Exchanges whose finding is still to come, and what stands in its place if it never does."""

finding_hour = Table(
    "finding_hour",
    metadata,
    *_rollup_key(),
    Column("basis", Integer, ForeignKey("finding_basis.number"), nullable=False),
    _sum("requests"),
    _sum("flagged_requests"),
    _sum("windows_scored"),
    _sum("windows"),
    PrimaryKeyConstraint("hour", "dimension", "basis"),
    **CLUSTERED,
)

flag_hour = Table(
    "flag_hour",
    metadata,
    *_rollup_key(),
    Column("basis", Integer, ForeignKey("finding_basis.number"), nullable=False),
    _text("flag"),
    _sum("requests"),
    PrimaryKeyConstraint("hour", "dimension", "basis", "flag"),
    **CLUSTERED,
)

gap = Table(
    "gap",
    metadata,
    Column("hour", BigInteger, nullable=False),
    _text("kind"),
    _text("tool"),
    Column("count", BigInteger, nullable=False),
    PrimaryKeyConstraint("hour", "kind", "tool"),
    **CLUSTERED,
)

inbox_position = Table(
    "inbox_position",
    metadata,
    Column("name", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    PrimaryKeyConstraint("name"),
)

purge = Table(
    "purge",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("at", Double, nullable=False),
    Column("cutoff", Double, nullable=False),
    Column("keep_months", Integer, nullable=False),
    Column("rows", BigInteger, nullable=False),
)
"""One line per run of the purge: what was removed, and why then."""

restatement = Table(
    "restatement",
    metadata,
    Column("number", Integer, primary_key=True),
    _text("factor_set"),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("started_at", Double, nullable=False),
    Column("finished_at", Double),
    Column("done_until", BigInteger, nullable=False),
    _text("progress"),
)
"""One line per restatement of [since, until), in the order in which they were made. Without
`finished_at` it is under way, or was broken off after the hour before `done_until`;
`progress` is what it must remember to go on. Until it is finished nothing reads its hours."""

restated_hour = Table(
    "restated_hour",
    metadata,
    Column("hour", BigInteger, nullable=False),
    _text("factor_set"),
    Column("restatement", Integer, ForeignKey("restatement.number"), nullable=False),
    _sum("requests"),
    Column("approximate", Boolean, nullable=False),
    PrimaryKeyConstraint("hour", "factor_set"),
    **CLUSTERED,
)
"""Which hours of `impact_hour` hold a restatement, and how many exchanges it knew: an hour
that got more since is read as it was before, until it is restated again."""

own_energy = Table(
    "own_energy",
    metadata,
    Column("hour", BigInteger, nullable=False),
    _text("component"),
    _text("source"),
    Column("measured_s", Double, nullable=False),
    Column("machine_wh", Double, nullable=False),
    Column("low_wh", Double, nullable=False),
    Column("central_wh", Double, nullable=False),
    Column("high_wh", Double, nullable=False),
    PrimaryKeyConstraint("hour", "component", "source"),
    **CLUSTERED,
)
"""What Jauge itself consumed: electricity of the machine's component (cpu, ram) in that
hour, and the share of it that was ours. `source`: measured or estimated."""
