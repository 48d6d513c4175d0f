"""The first schema: exchanges, impacts, findings, their hourly sums, gaps, positions, purges.

Names are spelled out here, not taken from proxy.ledger.schema, which will move on.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}

DIMENSIONS = (
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

COUNTS = (
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

IMPACTS = (
    "energy_low_wh",
    "energy_central_wh",
    "energy_high_wh",
    "water_onsite_low_ml",
    "water_onsite_central_ml",
    "water_onsite_high_ml",
    "water_electricity_low_ml",
    "water_electricity_central_ml",
    "water_electricity_high_ml",
    "ghg_use_low_gco2e",
    "ghg_use_central_gco2e",
    "ghg_use_high_gco2e",
    "ghg_hardware_low_gco2e",
    "ghg_hardware_central_gco2e",
    "ghg_hardware_high_gco2e",
    "adpe_low_kgsb",
    "adpe_central_kgsb",
    "adpe_high_kgsb",
    "primary_energy_low_mj",
    "primary_energy_central_mj",
    "primary_energy_high_mj",
)

FINDING_BASIS = ("classifier", "version", "threshold_set", "subject", "status", "language")


def texts(names: Iterable[str], *, nullable: bool = False) -> list[sa.Column[Any]]:
    """Columns of text."""
    return [sa.Column(name, sa.Text, nullable=nullable) for name in names]


def wholes(names: Iterable[str], *, nullable: bool = False) -> list[sa.Column[Any]]:
    """Columns of 64-bit integers."""
    return [sa.Column(name, sa.BigInteger, nullable=nullable) for name in names]


def reals(names: Iterable[str], *, nullable: bool = False) -> list[sa.Column[Any]]:
    """Columns of double-precision numbers."""
    return [sa.Column(name, sa.Double, nullable=nullable) for name in names]


def number() -> sa.Column[Any]:
    """A surrogate key."""
    return sa.Column("number", sa.Integer, primary_key=True)


def reference(name: str, target: str) -> sa.Column[Any]:
    """A surrogate key of another table."""
    return sa.Column(name, sa.Integer, sa.ForeignKey(target), nullable=False)


def of_exchange() -> sa.Column[Any]:
    """The exchange that a row hangs on."""
    key = sa.ForeignKey("exchange.id", ondelete="CASCADE")
    return sa.Column("exchange", sa.LargeBinary(16), key, nullable=False)


def rollup(
    name: str, *columns: sa.Column[Any], basis: str = "", more: tuple[str, ...] = ()
) -> None:
    """A table of hourly sums."""
    key = ["hour", "dimension", *(["basis"] if basis else []), *more]
    op.create_table(
        name,
        *wholes(["hour"]),
        reference("dimension", "dimension.number"),
        *([reference("basis", f"{basis}.number")] if basis else []),
        *columns,
        sa.PrimaryKeyConstraint(*key),
        **CLUSTERED,
    )


def upgrade() -> None:
    """From nothing to 0001."""
    surrogates()
    rows()
    rollups()
    housekeeping()


def surrogates() -> None:
    """Combinations of names, each with a number."""
    op.create_table("dimension", number(), *texts(DIMENSIONS), sa.UniqueConstraint(*DIMENSIONS))
    op.create_table(
        "impact_basis",
        number(),
        *texts(["factor_set", "origin"]),
        sa.Column("tier", sa.Integer, nullable=False),
        *texts(["quality", "zone"]),
        sa.UniqueConstraint("factor_set", "origin", "tier", "quality", "zone"),
    )
    op.create_table(
        "finding_basis", number(), *texts(FINDING_BASIS), sa.UniqueConstraint(*FINDING_BASIS)
    )


def rows() -> None:
    """Exchanges and what hangs on them."""
    op.create_table(
        "exchange",
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        *reals(["counted_at"]),
        *reals(["stated_at"], nullable=True),
        reference("dimension", "dimension.number"),
        *reals(["duration_s"]),
        *reals(["time_to_first_byte_s"], nullable=True),
        *texts(["edge", "wire_format"]),
        *texts(["model_asked", "model_answered"], nullable=True),
        sa.Column("streamed", sa.Boolean, nullable=False),
        sa.Column("http_status", sa.Integer),
        *texts(["error_type"], nullable=True),
        *wholes(COUNTS[:6], nullable=True),
        *reals(["audio_s"], nullable=True),
        *wholes(["prompt_chars", "answer_chars", "reasoning_chars"]),
        *texts(["prompt_language", "answer_language"]),
        *wholes(["request_bytes", "response_bytes"]),
        *texts(["region"], nullable=True),
        *reals(
            ["energy_min_kwh", "energy_max_kwh", "ghg_min_kgco2e", "ghg_max_kgco2e"], nullable=True
        ),
        *texts(["reference"], nullable=True),
        sa.PrimaryKeyConstraint("id"),
        **CLUSTERED,
    )
    op.create_index("ix_exchange_counted_at", "exchange", ["counted_at"])
    op.create_table(
        "impact",
        of_exchange(),
        reference("basis", "impact_basis.number"),
        *reals(IMPACTS),
        sa.PrimaryKeyConstraint("exchange", "basis"),
        **CLUSTERED,
    )
    op.create_table(
        "finding",
        of_exchange(),
        reference("basis", "finding_basis.number"),
        *texts(["scores", "flags"], nullable=True),
        *wholes(["windows_scored", "windows"]),
        sa.PrimaryKeyConstraint("exchange", "basis"),
        **CLUSTERED,
    )


def rollups() -> None:
    """Hourly sums."""
    rollup(
        "hour_sum",
        *wholes(["requests", *COUNTS]),
        *reals(["audio_s", "duration_s"]),
        *wholes(["first_byte_requests"]),
        *reals(["first_byte_s"]),
        *wholes(["reported_energy_requests"]),
        *reals(["reported_energy_min_kwh", "reported_energy_max_kwh"]),
        *wholes(["reported_ghg_requests"]),
        *reals(["reported_ghg_min_kgco2e", "reported_ghg_max_kgco2e"]),
    )
    rollup("impact_hour", *wholes(["requests"]), *reals(IMPACTS), basis="impact_basis")
    rollup(
        "finding_hour",
        *wholes(["requests", "flagged_requests", "windows_scored", "windows"]),
        basis="finding_basis",
    )
    rollup(
        "flag_hour", *texts(["flag"]), *wholes(["requests"]), basis="finding_basis", more=("flag",)
    )


def housekeeping() -> None:
    """What was not measured, how far the inbox was read, what was purged."""
    op.create_table(
        "gap",
        *wholes(["hour"]),
        *texts(["kind", "tool"]),
        *wholes(["count"]),
        sa.PrimaryKeyConstraint("hour", "kind", "tool"),
        **CLUSTERED,
    )
    op.create_table(
        "inbox_position", *texts(["name"]), *wholes(["position"]), sa.PrimaryKeyConstraint("name")
    )
    op.create_table(
        "purge",
        number(),
        *reals(["at", "cutoff"]),
        sa.Column("keep_months", sa.Integer, nullable=False),
        *wholes(["rows"]),
    )
