"""Makes the report of the month, and of the year, that is over, by itself, in its own process.

A thread looks at the clock every minute; the work is done by `jauge report` at low
priority, so that it holds up no counting and takes its memory with it. A failure is
counted, shown in health and tried again; what was made is written down in
state_dir/reports/made.json.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from proxy.config import Config
from proxy.config.snapshot import VARIABLE, write_snapshot
from proxy.metrics import Metrics
from proxy.report.due import SteadyClock, due
from proxy.report.folder import FOLDER, MADE
from proxy.report.period import Stretch
from proxy.spool.faults import fault_name

__all__ = ["Reports", "ReportsState", "Times", "run_report", "words_of"]

POLL_S = 0.2
REASONS = {1: "ledger", 2: "configuration", 3: "unwritable"}
"""What an exit status of `jauge report` means."""


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds."""

    tick_s: float = 60.0
    again_s: float = 300.0
    """Before the next try after a failure; doubles up to `most_s`."""
    most_s: float = 6 * 3600.0
    timeout_s: float = 900.0
    """After which a report that is being made is given up."""


@dataclass(frozen=True, slots=True)
class ReportsState:
    """For health."""

    last_made: str
    """Period (2026-12, 2026) of the newest report that was made; "" before the first."""
    failing: str
    """Period that cannot be made; "" when all is well."""
    reason: str
    failures: int
    """In a row."""


type Since = Callable[[], float | None]
"""Unix time of the first thing in the ledger; None where it is empty or cannot be read."""
type Run = Callable[[Config, Stretch, threading.Event, float], str]
"""Makes the report of a period; "" when it worked, else why not."""


class Reports:
    """The thread. `state` may be read by any other."""

    def __init__(  # noqa: PLR0913 - the parts it connects
        self,
        config: Config,
        *,
        since: Since,
        metrics: Metrics,
        run: Run | None = None,
        times: Times | None = None,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config = config
        self._since = since
        self._metrics = metrics
        self._run = run or run_report
        self._times = times or Times()
        self._clock = clock
        self._monotonic = monotonic
        self._steady = SteadyClock()
        self._folder = config.state_dir / FOLDER
        self._not_before = 0.0
        self._stop = threading.Event()
        self.state = ReportsState(_newest(self._made()), "", "", 0)
        self._thread: threading.Thread | None = None
        if config.settings.report.enabled:
            self._thread = threading.Thread(target=self._watch, name="reports", daemon=True)

    def start(self) -> None:
        """Start the thread; nothing happens where it is switched off."""
        if self._thread is not None:
            self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """End the thread, and the process that makes a report."""
        self._stop.set()
        if self._thread is not None and self._thread.is_alive():
            self._thread.join(timeout_s)

    def _watch(self) -> None:
        while not self._stop.wait(self._times.tick_s):
            try:
                self.tick()
            except Exception as error:  # noqa: BLE001 - nothing here may touch the audit
                self._metrics.add("jauge_audit_errors_total", ("report", fault_name(error)))

    def tick(self) -> None:
        """One look at the clock, and at most one report."""
        now = self._monotonic()
        if not self._steady.steady(self._clock(), now) or now < self._not_before:
            return
        missing = self._due()
        if missing:
            self._make(missing[0])

    def _due(self) -> Sequence[Stretch]:
        return due(self._clock(), self._since(), self._made(), self._config.zone)

    def _make(self, period: Stretch) -> None:
        reason = self._run(self._config, period, self._stop, self._times.timeout_s)
        if self._stop.is_set():
            return
        if not reason:
            reason = self._note(period.name)
        if not reason:
            self.state = ReportsState(period.name, "", "", 0)
            self._metrics.set("jauge_report_made_timestamp_seconds", (), self._clock())
            return
        failures = self.state.failures + 1
        self.state = ReportsState(self.state.last_made, period.name, reason, failures)
        self._metrics.add("jauge_audit_errors_total", ("report", reason))
        pause = min(self._times.most_s, self._times.again_s * 2.0 ** min(failures - 1, 20))
        self._not_before = self._monotonic() + pause

    def _made(self) -> Mapping[str, float]:
        """What was made, and when; nothing where that cannot be read."""
        try:
            found = json.loads((self._folder / MADE).read_text(encoding="utf-8"))
            return {str(period): float(at) for period, at in found.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            return {}

    def _note(self, period: str) -> str:
        """Write down that a report was made; why not where that fails."""
        known = dict(self._made()) | {period: self._clock()}
        waiting = self._folder / f".{MADE}"
        try:
            waiting.write_text(json.dumps(known, sort_keys=True) + "\n", encoding="utf-8")
            waiting.replace(self._folder / MADE)
        except OSError as error:
            return fault_name(error)
        return ""


def _newest(made: Mapping[str, float]) -> str:
    """The period whose report was made last; "" for none."""
    return max(made, key=lambda period: (made[period], period), default="")


def words_of(config: Config, period: Stretch) -> tuple[str, ...]:
    """What to ask of `jauge report`: a year in the frame of the law REEN where it has goals."""
    if period.kind == "month":
        return (period.name,)
    goals = any(f"{goal.year:04d}" == period.name for goal in config.organisation.goals)
    return ("annual", period.name, *(("--cadre", "reen") if goals else ()))


def run_report(
    config: Config,
    period: Stretch,
    stop: threading.Event,
    timeout_s: float,
    command: Sequence[str] | None = None,
) -> str:
    """Make the report of a period in a process of low priority; "" or why it failed.

    It runs the configuration that the auditor runs, whatever the files say now. It is ended
    when `stop` is set and after `timeout_s`. `command`: what to run instead, for tests.
    """
    ours = (sys.executable, "-m", "proxy", "report", *words_of(config, period), "--background")
    words = command or ours
    snapshot = write_snapshot(config)
    try:
        with subprocess.Popen(  # noqa: S603 - our own module, or a test's
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, VARIABLE: str(snapshot)},
            pass_fds=(snapshot,),
        ) as process:
            return _ended(process, stop, timeout_s)
    except OSError as error:
        return fault_name(error)
    finally:
        os.close(snapshot)


def _ended(process: subprocess.Popen[bytes], stop: threading.Event, timeout_s: float) -> str:
    """Wait for its end, or bring it about."""
    until = time.monotonic() + timeout_s
    try:
        while process.poll() is None:
            if stop.wait(POLL_S):
                return "stopped"
            if time.monotonic() > until:
                return "timeout"
    finally:
        if process.poll() is None:
            with suppress(OSError):
                process.kill()
    status = process.returncode
    return "" if status == 0 else REASONS.get(status, "killed" if status < 0 else "failed")
