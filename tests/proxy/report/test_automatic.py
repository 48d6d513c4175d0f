"""The auditor makes the report of the month that is over, and of the year, by itself."""

from __future__ import annotations

import json
import sys
import threading
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

from proxy.config import Config
from proxy.metrics import Metrics
from proxy.report.automatic import Reports, ReportsState, Times, run_report, words_of
from proxy.report.due import STEADY_S
from proxy.report.period import Month, Stretch, stretch, year_of
from tests.support.towns import ORGANISATION, PARIS, config, entry, ledger_with
from tests.support.waiting import wait_until


def moment(month: int, day: int, hour: int = 3, year: int = 2026) -> float:
    return datetime(year, month, day, hour, tzinfo=PARIS).timestamp()


OCTOBER = stretch((Month(2026, 10),), PARIS)
YEAR = year_of(2026, PARIS)
GOAL = f"""{ORGANISATION}
goals:
  - {{name: energy, indicator: energy_kwh, at_most: 100, year: 2026,
     label: {{fr: Électricité, en: Electricity}}, action: {{fr: Former, en: Train}}}}
"""


@dataclass
class Rig:
    """Reports with a clock of their own, and a process that is only pretended."""

    folder: Path
    now: float
    since: float | None = field(default_factory=lambda: moment(9, 15))
    answers: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    metrics: Metrics = field(default_factory=lambda: Metrics(models=frozenset()))
    up: float = 0.0

    def __post_init__(self) -> None:
        self.config = config(self.folder)
        self.reports = self.again()

    def again(self) -> Reports:
        return Reports(
            self.config,
            since=lambda: self.since,
            metrics=self.metrics,
            run=self.run,
            clock=lambda: self.now,
            monotonic=lambda: self.up,
        )

    def run(self, _: Config, period: Stretch, stop: threading.Event, timeout_s: float) -> str:
        assert not stop.is_set()
        assert timeout_s == Times().timeout_s
        self.asked.append(period.name)
        (self.folder / "reports").mkdir(exist_ok=True)
        return self.answers.pop(0) if self.answers else ""

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.up += seconds
        self.reports.tick()

    def settle(self) -> None:
        """The clock has been looked at, and has run evenly."""
        self.reports.tick()
        self.wait(STEADY_S)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path, now=moment(11, 1))


def test_it_catches_up_one_after_the_other(rig: Rig) -> None:
    rig.settle()
    rig.wait(60)
    rig.wait(60)
    assert rig.asked == ["2026-09", "2026-10"]
    assert rig.reports.state == ReportsState("2026-10", "", "", 0)
    made = json.loads((rig.folder / "reports" / "made.json").read_text(encoding="utf-8"))
    assert list(made) == ["2026-09", "2026-10"]
    assert rig.metrics.value("jauge_report_made_timestamp_seconds") == made["2026-10"]


def test_the_year_follows_its_december(tmp_path: Path) -> None:
    rig = Rig(tmp_path, now=moment(1, 1, year=2027), since=moment(11, 15))
    rig.settle()
    rig.wait(60)
    rig.wait(60)
    rig.wait(60)
    assert rig.asked == ["2026-11", "2026-12", "2026"]
    assert rig.reports.state.last_made == "2026"
    assert rig.again().state.last_made == "2026"


def test_a_new_start_remembers_what_was_made(rig: Rig) -> None:
    rig.settle()
    rig.wait(60)
    rig.reports = rig.again()
    rig.settle()
    assert rig.asked == ["2026-09", "2026-10"]
    assert rig.reports.state.last_made == "2026-10"


def test_a_failure_is_counted_shown_and_tried_again_later(rig: Rig) -> None:
    rig.answers = ["unwritable", "unwritable"]
    rig.settle()
    assert rig.reports.state == ReportsState("", "2026-09", "unwritable", 1)
    rig.wait(299)
    assert rig.asked == ["2026-09"]
    rig.wait(1)
    assert rig.reports.state.failures == 2
    rig.wait(300)
    assert rig.asked == ["2026-09"] * 2
    rig.wait(300)
    assert rig.asked == ["2026-09"] * 3
    assert rig.reports.state == ReportsState("2026-09", "", "", 0)
    assert rig.metrics.value("jauge_audit_errors_total", ("report", "unwritable")) == 2


def test_a_clock_that_jumps_ahead_makes_nothing(rig: Rig) -> None:
    rig.settle()
    rig.wait(60)
    rig.now = moment(12, 1)  # the clock runs ahead by a month
    rig.reports.tick()
    rig.wait(120)
    rig.now = moment(11, 1, 5)  # and is put right
    rig.reports.tick()
    rig.wait(STEADY_S)
    assert rig.asked == ["2026-09", "2026-10"]


def test_an_empty_or_unreadable_ledger_makes_nothing(rig: Rig) -> None:
    rig.since = None
    rig.settle()
    assert rig.asked == []


def test_a_damaged_memory_makes_reports_again(rig: Rig) -> None:
    folder = rig.folder / "reports"
    folder.mkdir()
    (folder / "made.json").write_text("[1", encoding="utf-8")
    rig.settle()
    assert rig.asked == ["2026-09"]


def test_switched_off(tmp_path: Path) -> None:
    rig = Rig(tmp_path, now=moment(11, 1))
    (tmp_path / "jauge.yaml").write_text(f"state_dir: {tmp_path}\nreport: {{enabled: false}}\n")
    from proxy.config import load

    off = Reports(load(tmp_path / "jauge.yaml", []), since=lambda: rig.since, metrics=rig.metrics)
    off.start()
    off.stop()
    assert "reports" not in {thread.name for thread in threading.enumerate()}


def test_the_thread_looks_around_and_ends(tmp_path: Path) -> None:
    rig = Rig(tmp_path, now=moment(11, 1))
    ticked = threading.Event()

    def since() -> float | None:
        ticked.set()
        raise RuntimeError("not a reason to end")

    up = [0.0]

    def monotonic() -> float:
        up[0] += STEADY_S
        return up[0]

    reports = Reports(
        rig.config,
        since=since,
        metrics=rig.metrics,
        times=Times(tick_s=0.001),
        clock=lambda: rig.now + up[0],
        monotonic=monotonic,
    )
    reports.start()
    assert ticked.wait(10)
    wait_until(
        lambda: rig.metrics.value("jauge_audit_errors_total", ("report", "RuntimeError")) >= 2,
        "it goes on after an error",
    )
    reports.stop()


def test_the_real_process_makes_a_report(tmp_path: Path) -> None:
    town = config(tmp_path)
    with ledger_with(tmp_path, [entry(moment(10, 5))]):
        pass
    assert run_report(town, OCTOBER, threading.Event(), 120.0) == ""
    made = {path.name for path in (tmp_path / "reports" / "2026-10").iterdir()}
    assert {"report.fr.html", "report.en.pdf", "report.json", "uses.fr.csv"} <= made


def test_the_real_process_makes_the_report_of_a_year(tmp_path: Path) -> None:
    """In the frame of the law, since the town's file has a goal of that year."""
    town = config(tmp_path, GOAL)
    with ledger_with(tmp_path, [entry(moment(10, 5))]):
        pass
    assert run_report(town, YEAR, threading.Event(), 120.0) == ""
    made = {path.name for path in (tmp_path / "reports" / "2026").iterdir()}
    assert {"report.fr.html", "report.en.pdf", "report.json", "reen.fr.csv"} <= made


def test_a_year_without_goals_is_not_put_into_the_frame_of_the_law(tmp_path: Path) -> None:
    (tmp_path / "goals").mkdir()
    assert words_of(config(tmp_path), YEAR) == ("annual", "2026")
    town = config(tmp_path / "goals", GOAL)
    assert words_of(town, YEAR) == ("annual", "2026", "--cadre", "reen")
    assert words_of(town, year_of(2025, PARIS)) == ("annual", "2025")
    assert words_of(town, OCTOBER) == ("2026-10",)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise SystemExit(3)", "unwritable"),
        ("raise SystemExit(1)", "ledger"),
        ("raise SystemExit(9)", "failed"),
        ("import os; os.kill(os.getpid(), 9)", "killed"),
    ],
)
def test_what_a_process_ends_with(tmp_path: Path, code: str, reason: str) -> None:
    command = (sys.executable, "-c", code)
    assert run_report(config(tmp_path), OCTOBER, threading.Event(), 60.0, command) == reason


def test_a_process_is_ended_with_the_auditor_and_after_its_time(tmp_path: Path) -> None:
    endless = (sys.executable, "-c", "import time; time.sleep(600)")
    stop = threading.Event()
    stop.set()
    town = config(tmp_path)
    assert run_report(town, OCTOBER, stop, 60.0, endless) == "stopped"
    assert run_report(town, OCTOBER, threading.Event(), 0.0, endless) == "timeout"


def test_a_process_that_cannot_be_started(tmp_path: Path) -> None:
    command = (str(tmp_path / "none"),)
    assert run_report(config(tmp_path), OCTOBER, threading.Event(), 1.0, command) == "ENOENT"
