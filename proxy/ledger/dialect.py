"""The few places where databases differ, in one file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection

from proxy.ledger.errors import LedgerError, translated

__all__ = ["Bulk", "adding", "connect", "file_size", "inserting", "replacing", "writing"]

BUSY_MS = 5000
"""How long a statement waits for another process's lock, in milliseconds."""

PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_MS}",
    "PRAGMA journal_mode=WAL",
    # The outbox drops a segment once its records are committed here, so a commit must
    # survive a power cut: FULL syncs the log at each commit, NORMAL would not.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA journal_size_limit=67108864",
    "PRAGMA cache_size=-16384",
)


def connect(url: str, *, create: bool) -> Engine:
    """An engine for the ledger at `url`; raises LedgerError.

    With `create`, a missing file is made, readable by its owner only.
    """
    _make_file(file_of(url), create=create)
    with translated():
        engine = create_engine(url, hide_parameters=True)
        event.listen(engine, "connect", _on_connect)
        event.listen(engine, "begin", _on_begin)
    return engine


def file_of(url: str) -> Path:
    """The file that a SQLAlchemy URL names; raises LedgerError where it names none."""
    with translated():
        address = make_url(url)
    if address.get_backend_name() != "sqlite" or address.database in {None, "", ":memory:"}:
        raise LedgerError(
            "unreachable", "ledger.url must be sqlite:////path/of/a/file in this version"
        )
    return Path(str(address.database))


def _make_file(path: Path, *, create: bool) -> None:
    if path.exists():
        return
    if not create:
        raise LedgerError("absent", f"no ledger at {path}: nothing has been recorded there yet")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise LedgerError("unreachable", f"cannot make {path}: {error.strerror}") from None


def _on_connect(connection: DBAPIConnection, _: object) -> None:
    # The driver would begin transactions by itself, late and never before DDL.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _on_begin(connection: Connection) -> None:
    # A writer takes the lock at once: upgrading a reader's could fail half-way.
    immediate = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def writing(engine: Engine) -> Engine:
    """The same engine (and pool), for transactions that write."""
    return engine.execution_options(writes=True)


class Bulk:
    """One compiled INSERT, run for many rows of plain tuples.

    Passing tuples straight to the driver costs a third of handing dictionaries to
    SQLAlchemy; the statement itself is still built by it.
    """

    def __init__(self, engine: Engine, statement: Any) -> None:  # noqa: ANN401 - dialect's Insert
        compiled = statement.compile(dialect=engine.dialect)
        self.sql = str(compiled)
        self.names: tuple[str, ...] = tuple(compiled.positiontup or compiled.params)

    def run(self, connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
        """Insert every row; its values stand in the order of `names`."""
        if rows:
            connection.exec_driver_sql(self.sql, list(rows))


def inserting(engine: Engine, table: Table) -> Bulk:
    """Plain insert of whole rows, in the order of the table's columns."""
    return Bulk(engine, table.insert())


def adding(engine: Engine, table: Table) -> Bulk:
    """Insert of sums that are added to the row that has the same primary key."""
    insert = sqlite.insert(table)
    key = [column.name for column in table.primary_key]
    sums = {
        column.name: column + insert.excluded[column.name]
        for column in table.columns
        if column.name not in key
    }
    return Bulk(engine, insert.on_conflict_do_update(index_elements=key, set_=sums))


def replacing(engine: Engine, table: Table) -> Bulk:
    """Insert of rows that take the place of those with the same primary key."""
    insert = sqlite.insert(table)
    key = [column.name for column in table.primary_key]
    names = (column.name for column in table.columns)
    rest = {name: insert.excluded[name] for name in names if name not in key}
    return Bulk(engine, insert.on_conflict_do_update(index_elements=key, set_=rest))


def file_size(engine: Engine) -> int:
    """Bytes that the database takes on disk, its log included. Raises LedgerError."""
    path = Path(str(engine.url.database))
    return sum(map(_size, (path, path.with_name(path.name + "-wal"))))


def _size(file: Path) -> int:
    """Bytes of a file; 0 where it is not there, as the log of a ledger that nobody has open."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise LedgerError("disk", f"{file} cannot be looked at: {error.strerror}") from None
