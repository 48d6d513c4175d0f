"""The simulated year of `make demo-report`: marked, repeatable, in a folder of its own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bench.year import fill as module
from bench.year.fill import fill, finder
from bench.year.town import PROGRAMS, YEAR
from proxy.config import SHIPPED, load
from proxy.ledger import Ledger
from proxy.report.encode import encode
from proxy.report.make import make
from proxy.report.model import Report
from proxy.report.period import parse_month, parse_year
from tests.support.towns import PARIS, catalogues


def reports(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Report, Report]:
    monkeypatch.setattr(module, "PEOPLE", 30)
    monkeypatch.setattr(module, "PROGRAMS", (PROGRAMS[1], PROGRAMS[3]))
    folder.mkdir()
    config = load(SHIPPED / "jauge.yaml", [f"state_dir={folder}"])
    clock = [datetime(YEAR, 1, 1, tzinfo=PARIS).timestamp()]
    url = f"sqlite:///{folder / 'ledger.sqlite'}"
    with Ledger.open(url, timezone="Europe/Paris", clock=lambda: clock[0]) as ledger:
        fill(ledger, clock, PARIS, lambda _: None)
        periods = parse_month(f"{YEAR}-09", PARIS, clock[0]), parse_year(str(YEAR), PARIS, clock[0])
        month, year = (
            make(ledger, config, one, now=clock[0], find=finder(), catalogues=catalogues())
            for one in periods
        )
    return month, year


def test_the_year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    month, year = reports(tmp_path / "a", monkeypatch)
    again, _ = reports(tmp_path / "b", monkeypatch)
    assert month.head.simulated
    assert year.head.simulated
    assert encode(month) == encode(again)
    assert len(year.head.period.observed_months) == 12

    # The shipped factors are used from September on, and July was restated by them.
    assert month.change.split == "done"
    assert len(month.change.factor_sets_before) == len(month.change.factor_sets) == 1
    assert month.change.factor_sets_before != month.change.factor_sets
    assert [one.month for one in month.method.restated_months] == [f"{YEAR}-07"]
    lost = next(one for one in year.coverage.lines if one.key == "lost")
    assert lost.count == 34
    trend = [point.sanctioned.ratio or 0 for point in year.uses.trend if point.observed]
    assert trend[0] < 0.5 < trend[-1]
