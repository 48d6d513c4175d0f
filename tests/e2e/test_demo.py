"""`make demo` without a terminal: progress, table, metrics address, exit status."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench import demo
from bench.clients import CLIENTS
from bench.table import draw, span
from tests.support.edge import ROOT, environment


@pytest.mark.slow
def test_it_shows_every_clients_exchanges(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench.demo", "--workers", "1"]
    command += ["--state", str(tmp_path / "demo")]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
        env=environment(),
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    expected = len(demo.questions())
    assert done.stdout.count(" answered in ") == expected
    assert f"{expected} exchanges audited" in done.stdout
    assert re.search(r"^Metrics  http://127\.0\.0\.1:\d+/metrics$", done.stdout, re.MULTILINE)
    lines = done.stdout.splitlines()
    for tool in {client.tool for client in CLIENTS}:
        rows = [line for line in lines if line.startswith(f"{tool} ")]
        assert len(rows) == sum(one.tool == tool for one, _ in demo.questions())
        assert all(re.search(r"[<\d.]+ – [<\d.]+ – [<\d.,]+ ", row) for row in rows), rows


def test_what_is_missing_is_told() -> None:
    row = {"energy_central_wh": None, "finding_status": None}
    asked = len(demo.questions())
    assert demo.missing([row], asked - 1, 0) == [
        f"1 of {asked} questions were not answered",
        f"the ledger holds 1 exchanges in place of {asked - 1}",
        f"the metrics count 0 exchanges in place of {asked - 1}",
        "an exchange has no impact",
        "an exchange has no finding",
    ]
    whole = {"energy_central_wh": 0.1, "finding_status": "scored"}
    assert demo.missing([whole] * asked, asked, asked) == []


def test_figures_have_two_digits() -> None:
    assert span(0.0, 0.00123, 1.26) == "0 – 0.0012 – 1.3"
    assert span(0.0000004, 0.0996, 9.96) == "<0.001 – 0.10 – 10"
    assert span(99.6, 123.4, 123456.0) == "100 – 120 – 120,000"
    assert span(1.0, None, 2.0) == "—"


def test_a_table_lines_up() -> None:
    text = draw(("tool", "in"), [["a", "5"], ["all", "1,005"]], right=(1,), total=True)
    assert text.splitlines() == [
        "tool     in",
        "────  ─────",
        "a         5",
        "────  ─────",
        "all   1,005",
    ]
