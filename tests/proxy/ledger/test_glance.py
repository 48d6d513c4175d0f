"""Looking at a ledger changes nothing in it or beside it."""

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from proxy.ledger import Entry, LedgerError, glance
from proxy.ledger.schema import HEAD
from tests.proxy.ledger.test_migrate import first_ledger
from tests.support.ledger import NOW, open_ledger, plain, url


def state(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_ledger_of_the_first_version_stays_one(tmp_path: Path) -> None:
    first_ledger(tmp_path)
    before = state(tmp_path)
    seen = glance(url(tmp_path))
    assert (seen.revision, seen.is_current) == ("0001", False)
    assert seen.last_exchange is not None
    assert state(tmp_path) == before


def test_one_that_is_up_to_date(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.write([Entry(plain())])
    before = state(tmp_path)
    seen = glance(url(tmp_path))
    assert (seen.revision, seen.is_current, seen.last_exchange) == (HEAD, True, NOW)
    assert state(tmp_path) == before


def test_what_another_process_has_just_written_is_seen(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.write([Entry(plain())])
        assert (tmp_path / "ledger.sqlite-wal").stat().st_size > 0
        assert glance(url(tmp_path)).last_exchange == NOW
        ledger.write([Entry(plain(NOW + 5))])
        assert glance(url(tmp_path)).last_exchange is not None


def test_none_an_empty_one_a_newer_and_a_broken_one(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite"
    with pytest.raises(LedgerError) as caught:
        glance(url(tmp_path))
    assert caught.value.kind == "absent"
    assert not file.exists()
    file.touch()
    assert glance(url(tmp_path)).revision is None
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE alembic_version (version_num TEXT)")
        database.execute("INSERT INTO alembic_version VALUES ('9999')")
    database.close()
    with pytest.raises(LedgerError) as caught:
        glance(url(tmp_path))
    assert caught.value.kind == "newer"
    file.write_bytes(b"x" * 8192)
    with pytest.raises(LedgerError) as caught:
        glance(url(tmp_path))
    assert caught.value.kind == "damaged"


def test_a_folder_that_nobody_may_write_is_no_hindrance(tmp_path: Path) -> None:
    first_ledger(tmp_path)
    (tmp_path / "ledger.sqlite").chmod(stat.S_IRUSR)
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        assert glance(url(tmp_path)).revision == "0001"
        assert os.listdir(tmp_path) == ["ledger.sqlite"]  # noqa: PTH208 - names
    finally:
        tmp_path.chmod(stat.S_IRWXU)
