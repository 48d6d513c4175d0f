"""Brings a ledger to the newest schema when it is opened.

The usual case, a ledger that is there already, is one query and does not import
Alembic, which would double the time that a start takes.
"""

from __future__ import annotations

from sqlalchemy import Column, Connection, Engine, MetaData, Table, Text, inspect, select

from proxy.ledger.dialect import writing
from proxy.ledger.errors import LedgerError, translated
from proxy.ledger.schema import HEAD, REVISIONS

__all__ = ["bring_to_head", "revision_of"]

_version = Table("alembic_version", MetaData(), Column("version_num", Text))
"""Alembic's own table; one row, the revision that the tables are at."""


def bring_to_head(engine: Engine) -> None:
    """Apply the migrations that a ledger lacks, in one transaction. Raises LedgerError."""
    with translated():
        with engine.begin() as connection:
            if revision_of(connection) == HEAD:
                return
        with writing(engine).begin() as connection:
            # Another process may have done it while this one waited for the lock.
            if revision_of(connection) != HEAD:
                _upgrade(connection)


def revision_of(connection: Connection) -> str | None:
    """The revision of the tables, None of an empty database; raises LedgerError if unknown."""
    if not inspect(connection).has_table(_version.name):
        return None
    revision: str | None = connection.scalar(select(_version.c.version_num))
    if revision is not None and revision not in REVISIONS:
        raise LedgerError(
            "newer",
            f"the ledger is at schema {revision}, this program knows up to {HEAD}; "
            "use the program that wrote it, or a newer one",
        )
    return revision


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - heavy, and only needed here
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "proxy.ledger:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
