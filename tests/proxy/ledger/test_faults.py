"""Full, read-only, locked, broken: the error says which, nothing is half done, and it recovers."""

import contextlib
import os
import random
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from proxy.ledger import Entry, Gap, Ledger, LedgerError, dialect
from tests.proxy.ledger.test_totals import key_of, raw_sums
from tests.support.ledger import HOUR, NOW, dump, impact, open_ledger, plain, url, varied

BATCH = [varied(seed) for seed in range(400)]


def pragma(ledger: Ledger, text: str) -> None:
    """Set something on every connection that the ledger uses from now on."""
    with ledger._reading() as connection:
        connection.exec_driver_sql(f"PRAGMA {text}")


@contextmanager
def small_files(limit: int) -> Iterator[None]:
    """As a disk quota: no file may grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def fill(file: Path) -> None:
    """Take all the space that is left."""
    with contextlib.suppress(OSError), file.open("wb", buffering=0) as target:
        while True:
            target.write(bytes(4096))


def check_nothing_lost_nothing_double(ledger: Ledger) -> None:
    ledger.write([Entry(plain(NOW - 5), impact())], positions={"w": 2})
    assert ledger.write(BATCH, positions={"w": 3}).new == len(BATCH)
    assert sum(one.requests for one in ledger.totals(0, NOW + HOUR, ["hour"])) == len(BATCH) + 1
    assert ledger.positions() == {"w": 3}


@pytest.mark.parametrize("unusable", [[], [Entry(plain(id="not-a-uuid"))]])
def test_a_full_database_is_told_and_the_next_write_works(
    ledger: Ledger, tmp_path: Path, unusable: list[Entry]
) -> None:
    before = dump(tmp_path)
    with ledger._reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    pragma(ledger, f"max_page_count={pages + 3}")
    with pytest.raises(LedgerError, match=r"no space left for the ledger; free some") as caught:
        ledger.write([*BATCH, *unusable], positions={"w": 1}, gaps=[Gap(NOW, "x")])
    assert (caught.value.kind, caught.value.passing) == ("full", True)
    assert dump(tmp_path) == before

    pragma(ledger, "max_page_count=1000000")
    check_nothing_lost_nothing_double(ledger)


def test_a_quota_is_told_and_the_next_write_works(ledger: Ledger, tmp_path: Path) -> None:
    ledger.write([Entry(plain(NOW - 7))])
    before = dump(tmp_path)
    log = (tmp_path / "ledger.sqlite-wal").stat().st_size
    with small_files(log + 8192), pytest.raises(LedgerError, match="check its quota") as caught:
        ledger.write(BATCH, positions={"w": 1})
    assert (caught.value.kind, caught.value.passing) == ("disk", True)
    assert dump(tmp_path) == before

    ledger.write([Entry(plain(NOW - 5), impact())], positions={"w": 2})
    assert ledger.write(BATCH, positions={"w": 3}).new == len(BATCH)
    assert ledger.counts().rows == len(BATCH) + 2


def test_a_full_file_system_is_told_and_the_next_write_works() -> None:
    with tempfile.TemporaryDirectory() as folder:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder],
            capture_output=True,
            check=False,
        )
        if mounted.returncode != 0:
            pytest.skip("this account cannot mount a small file system")
        try:
            with open_ledger(Path(folder)) as ledger:
                ballast = Path(folder) / "ballast"
                fill(ballast)
                with pytest.raises(LedgerError) as caught:
                    ledger.write(BATCH, positions={"w": 1})
                assert caught.value.kind == "full"
                ballast.unlink()
                assert ledger.positions() == {}
                check_nothing_lost_nothing_double(ledger)
        finally:
            subprocess.run(["umount", folder], check=True)


def test_read_only_is_told_and_the_next_write_works(ledger: Ledger, tmp_path: Path) -> None:
    before = dump(tmp_path)
    pragma(ledger, "query_only=ON")
    for write in (
        lambda: ledger.write(BATCH),
        lambda: ledger.add_gaps([Gap(NOW, "x")]),
        lambda: ledger.forget_positions(["w"]),
        lambda: ledger.purge(6),
    ):
        with pytest.raises(LedgerError, match="cannot be written; check the owner") as caught:
            write()
        assert (caught.value.kind, caught.value.passing) == ("read_only", True)
    assert dump(tmp_path) == before

    pragma(ledger, "query_only=OFF")
    check_nothing_lost_nothing_double(ledger)


def test_a_file_of_another_account_is_told() -> None:
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        with open_ledger(folder) as ledger:
            ledger.write(BATCH[:3])
        folder.chmod(0o555)
        (folder / "ledger.sqlite").chmod(0o444)
        me = os.geteuid()
        if me == 0:
            os.seteuid(65534)
        try:
            with pytest.raises(LedgerError) as caught, open_ledger(folder) as ledger:
                ledger.write(BATCH[:3])
        finally:
            os.seteuid(me)
            folder.chmod(0o755)
        assert caught.value.kind in {"read_only", "unreachable"}
        assert caught.value.passing


def test_another_process_that_holds_it_is_waited_for_then_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialect, "PRAGMAS", ("PRAGMA busy_timeout=50", *dialect.PRAGMAS[1:]))
    with open_ledger(tmp_path) as ledger:
        other = sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerError, match="another process holds the ledger") as caught:
            ledger.write(BATCH)
        assert (caught.value.kind, caught.value.passing) == ("locked", True)
        assert ledger.counts().rows == 0, "reading goes on"
        other.execute("COMMIT")
        other.close()
        check_nothing_lost_nothing_double(ledger)


def test_a_file_that_is_no_ledger_is_told(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"not a database, but long enough " * 400)
    with pytest.raises(LedgerError, match="damaged or is no ledger") as caught:
        open_ledger(tmp_path)
    assert (caught.value.kind, caught.value.passing) == ("damaged", False)


def test_an_absent_ledger_is_told_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="nothing has been recorded there yet") as caught:
        Ledger.open(url(tmp_path), timezone="Europe/Paris", create=False)
    assert caught.value.kind == "absent"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "address", ["nonsense", "sqlite://", "sqlite:///:memory:", "postgresql://h/db", "oracle://x"]
)
def test_an_address_that_cannot_be_is_told(address: str) -> None:
    with pytest.raises(LedgerError, match=r"ledger\.url") as caught:
        Ledger.open(address, timezone="Europe/Paris")
    assert caught.value.kind == "unreachable"


def test_an_unknown_time_zone_is_told(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="no such time zone: 'Europe/Lutetia'"):
        Ledger.open(url(tmp_path), timezone="Europe/Lutetia")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LedgerError, match="cannot make") as caught:
        Ledger.open(f"sqlite:///{tmp_path}/file/ledger.sqlite", timezone="Europe/Paris")
    assert caught.value.kind == "unreachable"


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "new") as ledger:
        ledger.write(BATCH[:1])
        modes = {
            file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "new").iterdir()
        }
    assert modes == dict.fromkeys(
        ("ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm"), 0o600
    )


def test_no_message_shows_a_value(ledger: Ledger) -> None:
    pragma(ledger, "query_only=ON")
    with pytest.raises(LedgerError) as caught:
        ledger.write([Entry(plain(reference="dossier-secret"))])
    assert "dossier-secret" not in f"{caught.value!r} {caught.value}"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


WRITE_FOREVER = """
import sys
from pathlib import Path
from tests.support.ledger import NOW, open_ledger, varied
ledger = open_ledger(Path(sys.argv[1]))
position = ledger.positions().get("w", 0)
print("open", flush=True)
while True:
    entries = [varied(position + n) for n in range(25)]
    position += len(entries)
    ledger.write(entries, positions={"w": position})
    print(position, flush=True)
"""


def test_a_killed_writer_leaves_rows_sums_and_positions_in_step(tmp_path: Path) -> None:
    rnd = random.Random(7)
    root = Path(__file__).parents[3]
    for _ in range(4):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITE_FOREVER, str(tmp_path)],
            stdout=subprocess.PIPE,
            cwd=root,
            text=True,
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == "open\n"
        writer.stdout.readline()
        time.sleep(rnd.uniform(0.0, 0.2))
        writer.send_signal(signal.SIGKILL)
        told = [int(line) for line in writer.stdout.read().split()]
        writer.wait()
        writer.stdout.close()

        with open_ledger(tmp_path) as ledger:
            with ledger._reading() as connection:
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
                assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
            rows = list(ledger.rows(0, NOW + HOUR))
            position = ledger.positions()["w"]
            assert len(rows) == position
            assert position >= max(told, default=0), "what was confirmed is there"
            for total in ledger.totals(0, NOW + HOUR, ["hour"]):
                mine = [row for row in rows if key_of(row)[0] == total.key[0]]
                assert total.sums == pytest.approx(raw_sums(mine), rel=1e-9)
                assert total.impact.requests == sum(row.impact is not None for row in mine)
