"""What goes into the ledger and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass

from proxy.exchange import Exchange
from proxy.records import Finding, Impact

__all__ = ["Counts", "Entry", "Gap", "GapKind", "Row", "Written"]

GapKind = str
"""A short slug. The ledger's own: "clock" (an implausible start, counted in the hour
of its arrival), "count" (a number no service can mean, kept as unknown), "impact" (an
impact that is not finite, left out), "refused" (an exchange the database would not
take). The auditor adds its own."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One exchange with what the auditor made of it."""

    exchange: Exchange
    impact: Impact | None = None
    finding: Finding | None = None
    awaited: tuple[Finding, ...] = ()
    """Findings that will come later: what is to stand for each if it never does."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that was not measured, and how often."""

    at: float
    """Unix time in seconds; stored as the hour that holds it."""
    kind: GapKind
    tool: str = ""
    """Slug of the tool, empty when unknown."""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Written:
    """Outcome of one `Ledger.write`."""

    new: int
    """Exchanges that were not there before."""
    duplicate: int
    """Exchanges that were; nothing changed for them."""
    refused: int = 0
    """Exchanges that the database would not take; counted as gaps of kind "refused"."""


@dataclass(frozen=True, slots=True)
class Row:
    """One stored exchange."""

    exchange: Exchange
    impact: Impact | None
    """As estimated when it was written."""
    findings: tuple[Finding, ...]
    counted_at: float
    """Unix time under which it is counted; differs from `exchange.started_at` only
    where that was implausible."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the ledger holds."""

    rows: int
    """Exchanges."""
    rollups: int
    """Hourly roll-up rows."""
    dimensions: int
    """Distinct combinations of department, tool, model, ..."""
