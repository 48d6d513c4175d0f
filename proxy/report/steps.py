"""The steps in which the figures of a report are made, as `make` tells them.

Apart from what takes them, so that a process that only prints need not load the ledger.
"""

from __future__ import annotations

from proxy.report.model import Report

__all__ = ["FIGURES", "READING"]

READING = ("catalogues", "period", "before", "trend", "answers")
"""Of reading, as `gather` tells them."""
_NOT_TOLD = frozenset({"schema_version", "head", "reen"})
FIGURES = (*READING, *(name for name in Report.__struct_fields__ if name not in _NOT_TOLD))
"""All of them."""
