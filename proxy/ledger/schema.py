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
stand in schema_bias.py.

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

from proxy.records import QUANTITIES

__all__ = [
    "BOUNDS",
    "COUNTS",
    "DIMENSIONS",
    "HEAD",
    "IMPACTS",
    "REVISIONS",
    "SUMS",
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

REVISIONS = ("0001", "0002", "0003")
"""Every revision of migrations/versions, oldest first."""
HEAD = REVISIONS[-1]

DIMENSIONS: tuple[str, ...] = (
    "department",
    "application",
    "faces",
    "channel",
    "tool",
    "provider",
    "sanction",
    "operation",
    "model",
    "zone",
    "status",
    "input_source",
    "output_source",
    "context_class",
    "parse_status",
    "words",
)
"""What roll-ups are kept by. All come from our own catalogues and enumerations, none
from what a client may invent: the number of combinations stays small. An empty text
stands for none."""

COUNTS: tuple[str, ...] = (
    "input_tokens",
    "output_tokens",
    "reasoning_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
    "images",
    "prompt_chars",
    "answer_chars",
    "reasoning_chars",
    "request_bytes",
    "response_bytes",
)
"""Whole numbers of an exchange that are summed; unknown adds nothing."""

SUMS: tuple[str, ...] = (
    "requests",
    *COUNTS,
    "audio_s",
    "duration_s",
    "first_byte_requests",
    "first_byte_s",
    "reported_energy_requests",
    "reported_energy_min_kwh",
    "reported_energy_max_kwh",
    "reported_ghg_requests",
    "reported_ghg_min_kgco2e",
    "reported_ghg_max_kgco2e",
)
"""The raw sums of an hour. `..._requests` says how many exchanges stand behind the sum
that follows; zeros that a tool reported mean unknown and are left out."""

BOUNDS = ("low", "central", "high")


def _impact_columns() -> tuple[str, ...]:
    """energy_low_wh, energy_central_wh, energy_high_wh, ... in the order of QUANTITIES."""
    split = (name.rsplit("_", 1) for name in QUANTITIES)
    return tuple(f"{stem}_{bound}_{unit}" for stem, unit in split for bound in BOUNDS)


IMPACTS: tuple[str, ...] = _impact_columns()

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
    Column(
        "exchange", LargeBinary(16), ForeignKey("exchange.id", ondelete="CASCADE"), nullable=False
    ),
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
    Column(
        "exchange", LargeBinary(16), ForeignKey("exchange.id", ondelete="CASCADE"), nullable=False
    ),
    Column("basis", Integer, ForeignKey("finding_basis.number"), nullable=False),
    Column("scores", Text),
    Column("flags", Text),
    Column("windows_scored", BigInteger, nullable=False),
    Column("windows", BigInteger, nullable=False),
    PrimaryKeyConstraint("exchange", "basis"),
    **CLUSTERED,
)
"""`scores`: JSON object class to score; `flags`: JSON array of classes; none when empty."""

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
