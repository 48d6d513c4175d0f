"""Blank and oldest ledgers reach the same tables, and those are the ones in schema.py."""

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from proxy.ledger import ORIGINAL, Entry, Ledger, LedgerError, OwnEnergy, schema
from proxy.ledger.schema_days import DAYS
from proxy.records import Range
from tests.support.ledger import HOUR, NOW, dump, open_ledger, plain, url

FIRST = Path(__file__).parent / "first_version.sql"
"""A ledger as the first version wrote it, with rows in every table."""

VERSIONS = Path(schema.__file__).parent / "migrations" / "versions"


def statements(file: Path) -> dict[str, str]:
    with sqlite3.connect(file) as database:
        found = dict(database.execute("SELECT name, sql FROM sqlite_schema WHERE sql NOT NULL"))
    database.close()
    found.pop("alembic_version", None)
    return {name: re.sub(r"\s+", " ", sql).replace('"', "") for name, sql in found.items()}


def first_ledger(folder: Path) -> None:
    with sqlite3.connect(folder / "ledger.sqlite") as database:
        database.executescript(FIRST.read_text(encoding="utf-8"))
    database.close()


def test_blank_and_first_version_reach_the_same_tables(tmp_path: Path) -> None:
    blank, old, made = (tmp_path / name for name in ("blank", "old", "made"))
    for folder in (blank, old, made):
        folder.mkdir()
    first_ledger(old)
    open_ledger(blank).close()
    open_ledger(old).close()
    engine = create_engine(url(made))
    schema.metadata.create_all(engine)
    engine.dispose()

    wanted = statements(made / "ledger.sqlite")
    assert statements(blank / "ledger.sqlite") == wanted
    assert statements(old / "ledger.sqlite") == wanted


def test_rows_of_the_first_version_are_still_read(tmp_path: Path) -> None:
    first_ledger(tmp_path)
    before = dump(tmp_path, without=["alembic_version"])
    assert all(before.values()), "every table of the first version has a row"

    with open_ledger(tmp_path) as ledger:
        (row,) = ledger.rows(0, NOW + HOUR)
        assert row.exchange.tool == "albert-api"
        assert row.exchange.input_tokens == 1200
        assert row.exchange.reported is not None
        assert row.impact is not None
        assert row.impact.energy_wh.central == 0.5
        assert row.findings[0].flags == ("toxicity",)
        (total,) = ledger.totals(0, NOW + HOUR)
        assert (total.requests, total.sums["input_tokens"]) == (1, 1200)
        assert total.impact.ranges["energy_wh"] == row.impact.energy_wh
        assert ledger.positions() == {"edge-1/w1-0001": 512}
        assert ledger.gaps(0, NOW + HOUR)[0].kind == "damaged"
        purge = ledger.last_purge()
        assert purge is not None
        assert purge.rows == 3
        # And it goes on growing.
        assert ledger.write([Entry(row.exchange), Entry(plain())]).new == 1
        assert sum(one.requests for one in ledger.totals(0, NOW + HOUR, ["tool"])) == 2


def test_a_ledger_of_the_first_version_takes_restatements_and_own_energy(tmp_path: Path) -> None:
    first_ledger(tmp_path)
    before = dump(tmp_path, without=["alembic_version"])
    with open_ledger(tmp_path) as ledger:
        after = dump(tmp_path, without=["alembic_version"])
        new = {"restatement", "restated_hour", "own_energy", "bias_basis", "bias_hour", "awaited"}
        new |= {table.name for table in DAYS.values()} | {"bias_tool_day"}
        assert {name: rows for name, rows in after.items() if name not in new} == before
        assert after.keys() - before.keys() == new
        job = ledger.restatements.begin("2027.01-beef", 0, int(HOUR))
        ledger.restatements.finish(ledger.restatements.store(job, [], int(HOUR), "all"))
        ledger.add_own_energy([OwnEnergy(NOW, "cpu", "measured", 60, 1.0, Range(0, 0.1, 0.2))])
        assert ledger.own_energy(0, NOW + HOUR)[0].machine_wh == 1.0
        # What the first version said is what is read: nothing of it was restated.
        (latest,) = ledger.totals(0, NOW + HOUR)
        (original,) = ledger.totals(0, NOW + HOUR, statement=ORIGINAL)
        assert latest == original


def test_every_revision_is_known_in_order() -> None:
    found = [
        re.search(r'^revision = "(\w+)"', file.read_text(encoding="utf-8"), re.MULTILINE)
        for file in sorted(VERSIONS.glob("v*.py"))
    ]
    assert tuple(match[1] for match in found if match) == schema.REVISIONS
    assert schema.REVISIONS[-1] == schema.HEAD


def test_a_ledger_that_is_up_to_date_opens_without_alembic(tmp_path: Path) -> None:
    open_ledger(tmp_path).close()
    program = (
        "import sys; from proxy.ledger import Ledger; "
        f"Ledger.open({url(tmp_path)!r}, timezone='Europe/Paris').close(); "
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_a_newer_ledger_is_left_alone(tmp_path: Path) -> None:
    open_ledger(tmp_path).close()
    with sqlite3.connect(tmp_path / "ledger.sqlite") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    before = dump(tmp_path)

    with pytest.raises(LedgerError, match=r"at schema 9999, this program knows up to") as caught:
        open_ledger(tmp_path)
    assert (caught.value.kind, caught.value.passing) == ("newer", False)
    assert dump(tmp_path) == before


def test_two_processes_may_make_the_same_ledger_at_once(tmp_path: Path) -> None:
    program = (
        "import sys; from proxy.ledger import Ledger; "
        f"Ledger.open({url(tmp_path)!r}, timezone='Europe/Paris').close()"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    errors = [process.communicate(timeout=60)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], errors
    with Ledger.open(url(tmp_path), timezone="Europe/Paris", create=False) as ledger:
        assert ledger.counts().rows == 0
