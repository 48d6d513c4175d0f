"""The tables of what answers say of people: sums alone.

No table keeps what one answer said. `bias_hour` sums it per hour and dimension in the
transaction that writes the finding, and has no row behind it: it outlives every purge.
`bias_tool_day` sums the same by UTC day and tool, in step with it: what reports and the page
read. An hour has as many lines as combinations times keys, a day of a tool some dozens.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from proxy.ledger.schema import CLUSTERED, metadata

__all__ = ["BASIS", "bias_basis", "bias_hour", "bias_tool_day"]

BASIS = ("classifier", "classifier_version", "version", "language")

bias_basis = Table(
    "bias_basis",
    metadata,
    Column("number", Integer, primary_key=True),
    *(Column(name, Text, nullable=False) for name in (*BASIS, "key")),
    UniqueConstraint(*BASIS, "key"),
)
"""What was counted (`key`, of proxy.bias), by which `version` of the rules, in answers of
which language, and by which classifier their sentences were scored."""

bias_hour = Table(
    "bias_hour",
    metadata,
    Column("hour", BigInteger, nullable=False),
    Column("dimension", Integer, ForeignKey("dimension.number"), nullable=False),
    Column("basis", Integer, ForeignKey("bias_basis.number"), nullable=False),
    Column("value", Double, nullable=False),
    PrimaryKeyConstraint("hour", "dimension", "basis"),
    **CLUSTERED,
)

bias_tool_day = Table(
    "bias_tool_day",
    metadata,
    Column("day", BigInteger, nullable=False),
    Column("tool", Text, nullable=False),
    Column("basis", Integer, ForeignKey("bias_basis.number"), nullable=False),
    Column("value", Double, nullable=False),
    PrimaryKeyConstraint("day", "tool", "basis"),
    **CLUSTERED,
)
"""Unlike the tables of schema_days.py, which keep every dimension: no more of them is read."""
