"""Storage: exchanges for some months, hourly sums for ever. Every SQL statement is here."""

from proxy.ledger.bias import BiasTotal
from proxy.ledger.cells import Cell, FindingCell, ImpactCell
from proxy.ledger.entries import Counts, Entry, Gap, Row, Written
from proxy.ledger.errors import LedgerError
from proxy.ledger.glance import Glance, glance
from proxy.ledger.own import AuditShare, OwnEnergy
from proxy.ledger.place import url_of
from proxy.ledger.retention import Purge
from proxy.ledger.schema import DIMENSIONS, SUMS
from proxy.ledger.statements import LATEST, ORIGINAL
from proxy.ledger.store import Ledger
from proxy.ledger.totals import FindingTotal, ImpactTotal, Total

__all__ = [
    "DIMENSIONS",
    "LATEST",
    "ORIGINAL",
    "SUMS",
    "AuditShare",
    "BiasTotal",
    "Cell",
    "Counts",
    "Entry",
    "FindingCell",
    "FindingTotal",
    "Gap",
    "Glance",
    "ImpactCell",
    "ImpactTotal",
    "Ledger",
    "LedgerError",
    "OwnEnergy",
    "Purge",
    "Row",
    "Total",
    "Written",
    "glance",
    "url_of",
]
