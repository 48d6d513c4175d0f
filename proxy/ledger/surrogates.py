"""Small numbers that stand for combinations of names (dimensions, bases)."""

from __future__ import annotations

from sqlalchemy import Connection, Table, select

__all__ = ["Surrogates"]

MOST_REMEMBERED = 50_000
"""Combinations remembered in memory; about 30 MB. Beyond it the memory starts afresh."""


class Surrogates:
    """The numbers of one table's rows, each row being one combination of names.

    Remembers what it has seen. Whoever rolls a transaction back must call `forget`:
    a number given inside it no longer exists.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._names = [column for column in table.columns if column.name != "number"]
        self._known: dict[tuple[object, ...], int] = {}

    def number(self, connection: Connection, key: tuple[object, ...]) -> int:
        """The number of a combination, made when it is new. `key` in the table's column order."""
        known = self._known.get(key)
        if known is None:
            known = self._look_up(connection, key) or self._make(connection, key)
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[key] = known
        return known

    def forget(self) -> None:
        """Forget everything remembered; the database knows."""
        self._known.clear()

    def _look_up(self, connection: Connection, key: tuple[object, ...]) -> int | None:
        same = (column == value for column, value in zip(self._names, key, strict=True))
        found: int | None = connection.scalar(select(self._table.c.number).where(*same))
        return found

    def _make(self, connection: Connection, key: tuple[object, ...]) -> int:
        values = {column.name: value for column, value in zip(self._names, key, strict=True)}
        inserted = connection.execute(self._table.insert().values(values)).inserted_primary_key
        if inserted is None:  # only for statements without a key
            raise LookupError(self._table.name)
        return int(inserted[0])
