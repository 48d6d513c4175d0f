"""Sums of bias by UTC day and tool, in the place of those by UTC day and dimension.

Names are spelled out here, not taken from proxy.ledger.schema_bias, which will move on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

DAYS = "SELECT DISTINCT day FROM bias_day ORDER BY day"
SUM_DAY = (
    "INSERT INTO bias_tool_day (day, tool, basis, value)"
    " SELECT bias_day.day, dimension.tool, bias_day.basis, sum(bias_day.value)"
    " FROM bias_day JOIN dimension ON dimension.number = bias_day.dimension"
    " WHERE bias_day.day = :day"
    " GROUP BY bias_day.day, dimension.tool, bias_day.basis ORDER BY 1, 2, 3"
)
"""From what 0005 says of a day, which is its hours added up."""


def upgrade() -> None:
    """From 0005 to 0006: what was read of bias by day, by tool alone."""
    op.create_table(
        "bias_tool_day",
        sa.Column("day", sa.BigInteger, nullable=False),
        sa.Column("tool", sa.Text, nullable=False),
        sa.Column("basis", sa.Integer, sa.ForeignKey("bias_basis.number"), nullable=False),
        sa.Column("value", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("day", "tool", "basis"),
        sqlite_with_rowid=False,
    )
    bind = op.get_bind()
    # Day by day: the whole at once would be sorted on the disk.
    for day in bind.scalars(sa.text(DAYS)).all():
        bind.execute(sa.text(SUM_DAY), {"day": day})
    op.drop_table("bias_day")
