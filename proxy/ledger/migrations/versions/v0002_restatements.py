"""Restatements, the hours that they hold, and the energy that Jauge itself consumes.

Names are spelled out here, not taken from proxy.ledger.schema, which will move on.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}


def upgrade() -> None:
    """From 0001 to 0002: three new tables, the others stay as they are."""
    op.create_table(
        "restatement",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("factor_set", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("started_at", sa.Double, nullable=False),
        sa.Column("finished_at", sa.Double),
        sa.Column("done_until", sa.BigInteger, nullable=False),
        sa.Column("progress", sa.Text, nullable=False),
    )
    op.create_table(
        "restated_hour",
        sa.Column("hour", sa.BigInteger, nullable=False),
        sa.Column("factor_set", sa.Text, nullable=False),
        sa.Column("restatement", sa.Integer, sa.ForeignKey("restatement.number"), nullable=False),
        sa.Column("requests", sa.BigInteger, nullable=False),
        sa.Column("approximate", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("hour", "factor_set"),
        **CLUSTERED,
    )
    op.create_table(
        "own_energy",
        sa.Column("hour", sa.BigInteger, nullable=False),
        sa.Column("component", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        *(
            sa.Column(name, sa.Double, nullable=False)
            for name in ("measured_s", "machine_wh", "low_wh", "central_wh", "high_wh")
        ),
        sa.PrimaryKeyConstraint("hour", "component", "source"),
        **CLUSTERED,
    )
