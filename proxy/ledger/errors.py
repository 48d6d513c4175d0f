"""The one error of the ledger, and how the database's own errors become it.

    LedgerError
      kind "absent"       there is no ledger yet at this address
      kind "newer"        a newer program wrote it; this one must not touch it
      kind "read_only"    the file or its folder cannot be written
      kind "full"         no space left
      kind "disk"         the disk would not read or write (quota, failure, gone)
      kind "locked"       another process held it for too long
      kind "damaged"      the file is not a database, or a broken one
      kind "unreachable"  it cannot be opened, or the server does not answer
      kind "refused"      anything else that the database said no to

"locked", "full", "disk", "read_only" and "unreachable" may pass without a change to the
ledger (`passing`): whoever writes keeps its records and tries again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

__all__ = ["Kind", "LedgerError", "translated"]

Kind = Literal[
    "absent", "newer", "read_only", "full", "disk", "locked", "damaged", "unreachable", "refused"
]

PASSING: frozenset[Kind] = frozenset({"locked", "full", "disk", "read_only", "unreachable"})


class LedgerError(Exception):
    """The ledger could not do what was asked; nothing of it was done."""

    def __init__(self, kind: Kind, message: str) -> None:
        super().__init__(message)
        self.kind: Kind = kind

    @property
    def passing(self) -> bool:
        """Whether the same call may succeed later without anybody mending the ledger."""
        return self.kind in PASSING


_REMEDIES: dict[Kind, str] = {
    "read_only": "the ledger cannot be written; check the owner and mode of its file and folder",
    "full": "no space left for the ledger; free some on its disk",
    "disk": "the disk would not read or write the ledger; check its quota and its health",
    "locked": "another process holds the ledger; it is tried again",
    "damaged": "the ledger's file is damaged or is no ledger; move it away and restore a copy",
    "unreachable": "the ledger cannot be opened; check ledger.url, its folder and its rights",
    "refused": "the ledger refused a statement",
}

_SQLITE: dict[str, Kind] = {
    "SQLITE_READONLY": "read_only",
    "SQLITE_PERM": "read_only",
    "SQLITE_FULL": "full",
    "SQLITE_IOERR": "disk",
    "SQLITE_BUSY": "locked",
    "SQLITE_LOCKED": "locked",
    "SQLITE_CORRUPT": "damaged",
    "SQLITE_NOTADB": "damaged",
    "SQLITE_CANTOPEN": "unreachable",
    "SQLITE_AUTH": "unreachable",
}
"""Primary result codes of SQLite (https://sqlite.org/rescode.html)."""


def kind_of(error: SQLAlchemyError) -> Kind:
    """What kind of failure a database error is."""
    if isinstance(error, ArgumentError):
        return "unreachable"
    if not isinstance(error, DBAPIError):
        return "refused"
    name = getattr(error.orig, "sqlite_errorname", "")
    for code, kind in _SQLITE.items():
        if name.startswith(code):
            return kind
    return "unreachable" if error.connection_invalidated else "refused"


def _cause(error: SQLAlchemyError) -> SQLAlchemyError:
    """What failed first.

    SQLite ends a transaction by itself when its disk is full, and then refuses to roll a
    part of it back; that must not hide the reason.
    """
    first, earlier = error, error.__context__
    while earlier is not None:
        if isinstance(earlier, SQLAlchemyError) and kind_of(earlier) != "refused":
            first = earlier
        earlier = earlier.__context__
    return first


@contextmanager
def translated() -> Iterator[None]:
    """Turns whatever SQLAlchemy raises inside into a LedgerError.

    The text names the failure and the remedy, never a statement's parameters.
    """
    try:
        yield
    except SQLAlchemyError as error:
        cause = _cause(error)
        kind = kind_of(cause)
        origin = getattr(cause, "orig", None)
        name = getattr(origin, "sqlite_errorname", type(cause).__name__)
        # SQLite's messages name tables and columns, never values.
        detail = f"{name}: {origin}" if name.startswith("SQLITE") else name
        raise LedgerError(kind, f"{_REMEDIES[kind]} ({detail})") from None
