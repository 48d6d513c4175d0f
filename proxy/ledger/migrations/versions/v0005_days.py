"""Sums by UTC day beside those by hour, worked out from them.

Names are spelled out here, not taken from proxy.ledger.schema, which will move on.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CLUSTERED: dict[str, Any] = {"sqlite_with_rowid": False}
DAY_S = 86_400

TABLES = {
    "hour_sum": ("day_sum", ("dimension",)),
    "impact_hour": ("impact_day", ("dimension", "basis")),
    "finding_hour": ("finding_day", ("dimension", "basis")),
    "flag_hour": ("flag_day", ("dimension", "basis", "flag")),
    "bias_hour": ("bias_day", ("dimension", "basis")),
}
"""Hourly table to the daily one, and what it is kept by beside the day."""


def upgrade() -> None:
    """From 0004 to 0005: a daily table beside each hourly one, which stays as it is."""
    for name, (daily, keys) in TABLES.items():
        # As the revisions before this one left it, whatever schema.py says by now.
        hourly = sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())
        _, *rest = hourly.columns
        made = op.create_table(
            daily,
            sa.Column("day", sa.BigInteger, nullable=False),
            *(_copy(column) for column in rest),
            sa.PrimaryKeyConstraint("day", *keys),
            **CLUSTERED,
        )
        fill(hourly, made, keys)


def _copy(column: sa.Column[Any]) -> sa.Column[Any]:
    targets = [sa.ForeignKey(key.target_fullname) for key in column.foreign_keys]
    return sa.Column(column.name, column.type, *targets, nullable=False)


def fill(hourly: sa.Table, daily: sa.Table, keys: tuple[str, ...]) -> None:
    """Add the hours up, day by day: the whole at once would be sorted on the disk."""
    bind, hour = op.get_bind(), hourly.c.hour
    first, last = bind.execute(sa.select(sa.func.min(hour), sa.func.max(hour))).one()
    if first is None:
        return
    of = [hourly.c[name] for name in keys]
    sums = [sa.func.sum(one) for one in hourly.columns if one.name not in {"hour", *keys}]
    for day in range(first - first % DAY_S, last + 1, DAY_S):
        summed = (
            sa.select(sa.literal(day, sa.BigInteger), *of, *sums)
            .where(hour >= day, hour < day + DAY_S)
            .group_by(*of)
            .order_by(*of)
        )
        bind.execute(daily.insert().from_select([one.name for one in daily.columns], summed))
