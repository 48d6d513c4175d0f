from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from proxy.cli import main
from proxy.ledger import Entry
from tests.support.ledger import HOUR, NOW, open_ledger, plain


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    """Options that name a state folder with three exchanges, one an hour."""
    (tmp_path / "jauge.yaml").write_text(f"state_dir: {tmp_path}\n")
    (tmp_path / "organisation.yaml").write_text("departments: [{name: dsi, headcount: 12}]\n")
    with open_ledger(tmp_path) as ledger:
        entries = [Entry(exchange=plain(NOW - n * HOUR, department="dsi")) for n in range(3)]
        ledger.write(entries)
    return ["exchanges", "--config", str(tmp_path / "jauge.yaml")]


def test_json_lines(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(options) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["tool"] for row in rows] == ["le-chat"] * 3
    assert rows[-1]["counted_at"] == "2026-11-23T13:00:00+01:00"
    assert "reference" not in rows[0]


def test_csv_of_a_period(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    period = ["--since", "2026-11-23T12:00", "--until", "2026-11-23T13:00"]
    assert main([*options, "--format", "csv", *period]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["counted_at"] for row in rows] == ["2026-11-23T12:00:00+01:00"]


def test_a_file(options: list[str], tmp_path: Path) -> None:
    assert main([*options, "--out", str(tmp_path / "out.jsonl")]) == 0
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 3


def test_exact_rows_are_noted(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*options, "--raw"]) == 0
    assert "started_at" in json.loads(capsys.readouterr().out.splitlines()[0])
    assert '"what":"exchanges --raw"' in (tmp_path / "journal.log").read_text()


def test_a_senseless_period(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*options, "--since", "yesterday"]) == 2
    assert "jauge: --since: expected a month" in capsys.readouterr().err


def test_no_ledger_yet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "jauge.yaml").write_text(f"state_dir: {tmp_path / 'none'}\n")
    assert main(["exchanges", "--config", str(tmp_path / "jauge.yaml")]) == 1
    assert "there is no ledger yet" in capsys.readouterr().err


def test_a_place_that_cannot_be_written(
    options: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "no" / "out"
    assert main([*options, "--out", str(out)]) == 1
    assert capsys.readouterr().err == f"jauge: {out}: No such file or directory\n"
