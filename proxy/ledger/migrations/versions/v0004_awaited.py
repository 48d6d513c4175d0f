"""Findings that are still to come, so that none is missed when the auditor ends before.

Names are spelled out here, not taken from proxy.ledger.schema, which will move on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From 0003 to 0004: one new table."""
    op.create_table(
        "awaited",
        sa.Column(
            "exchange",
            sa.LargeBinary(16),
            sa.ForeignKey("exchange.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("basis", sa.Integer, sa.ForeignKey("finding_basis.number"), nullable=False),
        sa.PrimaryKeyConstraint("exchange", "basis"),
        sqlite_with_rowid=False,
    )
