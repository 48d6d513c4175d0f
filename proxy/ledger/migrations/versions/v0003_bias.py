"""Hourly sums of what answers say of people.

Names are spelled out here, not taken from proxy.ledger.schema, which will move on.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}

BASIS = ("classifier", "classifier_version", "version", "language", "key")


def upgrade() -> None:
    """From 0002 to 0003: two new tables, the others stay as they are."""
    op.create_table(
        "bias_basis",
        sa.Column("number", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in BASIS),
        sa.UniqueConstraint(*BASIS, name="uq_bias_basis"),
    )
    op.create_table(
        "bias_hour",
        sa.Column("hour", sa.BigInteger, nullable=False),
        sa.Column("dimension", sa.Integer, sa.ForeignKey("dimension.number"), nullable=False),
        sa.Column("basis", sa.Integer, sa.ForeignKey("bias_basis.number"), nullable=False),
        sa.Column("value", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("hour", "dimension", "basis"),
        **CLUSTERED,
    )
