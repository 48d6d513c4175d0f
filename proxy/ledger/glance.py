"""A look at a ledger that changes nothing, not even its schema.

The program that opens a ledger brings its tables up to date, which may take minutes and
keeps earlier programs out. Who only wants to know how it stands looks here.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from proxy.ledger import queries
from proxy.ledger.dialect import BUSY_MS, file_of
from proxy.ledger.errors import LedgerError, translated
from proxy.ledger.migrate import revision_of
from proxy.ledger.schema import HEAD

__all__ = ["Glance", "glance"]


@dataclass(frozen=True, slots=True)
class Glance:
    """How a ledger stands."""

    revision: str | None
    """Of its tables; None where there are none yet."""
    last_exchange: float | None
    """Unix time of the newest exchange; None without one."""

    @property
    def is_current(self) -> bool:
        """Whether the next start leaves its tables as they are."""
        return self.revision == HEAD


def glance(url: str) -> Glance:
    """Look at the ledger at a SQLAlchemy URL. Raises LedgerError ("absent", "newer", ...)."""
    file = file_of(url)
    if not file.exists():
        raise LedgerError("absent", f"no ledger at {file}: nothing has been recorded there yet")
    engine = create_engine(
        "sqlite://", creator=lambda: _open(file), poolclass=NullPool, hide_parameters=True
    )
    with translated(), engine.connect() as connection:
        revision = revision_of(connection)
        newest = None if revision is None else queries.newest(connection)
    return Glance(revision, newest)


def _open(file: Path) -> sqlite3.Connection:
    """A connection that cannot write.

    Even one that only reads leaves SQLite's two files beside the ledger if they are not
    there, and whoever runs the doctor need not be who runs Jauge. They are there while
    anybody has the ledger open; without them it is read as a file that nobody changes.
    """
    open_elsewhere = file.with_name(f"{file.name}-wal").exists()
    options = "mode=ro" if open_elsewhere else "mode=ro&immutable=1"
    return sqlite3.connect(f"{file.absolute().as_uri()}?{options}", uri=True, timeout=BUSY_MS / 1e3)
