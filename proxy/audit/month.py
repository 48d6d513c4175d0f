"""The month so far as gauges, read from the ledger in a thread of its own.

A scrape shows what was read last and waits for nothing. The pause between two readings is
at least a quarter of a minute, and so long that reading takes under a sixtieth of the time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from proxy.audit.link import LedgerLink
from proxy.audit.month_bias import show_bias
from proxy.bias.figures import Reference
from proxy.coverage import prevailing
from proxy.ledger import Gap, Ledger
from proxy.ledger.own import OwnEnergy
from proxy.ledger.totals import FindingTotal, Total
from proxy.metrics import UNKNOWN, Metrics
from proxy.metrics.metric import three_names
from proxy.records import Range
from proxy.spool.faults import fault_name

__all__ = ["MonthToDate"]

PAUSE_S = 15.0
"""Least pause between two readings."""
FIRST_S = 2.0
"""Pause before the first reading, and while there is no ledger."""
SHARE = 60
"""A reading is followed by a pause of at least so many times its own length."""

J_PER_WH = 3600.0
L_PER_ML = 0.001
KWH_PER_WH = 0.001
G_PER_KG = 1000.0
J_PER_MJ = 1e6

BY = ("tool", "department", "sanction", "faces")

QUANTITIES: tuple[tuple[str, str, tuple[str, ...], float], ...] = (
    ("energy", "joules", ("energy_wh",), J_PER_WH),
    ("water", "liters", ("water_onsite_ml", "water_electricity_ml"), L_PER_ML),
    ("emissions_co2e", "grams", ("ghg_use_gco2e", "ghg_hardware_gco2e"), 1.0),
)
"""Name and unit of a metric, the ledger's quantities that add up to it, and the factor."""
WHOLE: tuple[tuple[str, str, tuple[str, ...], float], ...] = (
    ("abiotic_depletion_sbeq", "grams", ("adpe_kgsb",), G_PER_KG),
    ("primary_energy", "joules", ("primary_energy_mj",), J_PER_MJ),
)
"""Likewise, for the whole organisation only."""

type Labels = tuple[str, ...]


class MonthToDate:
    """Sets the metrics `jauge_month_...`."""

    def __init__(  # noqa: PLR0913 - what the figures rest on
        self,
        link: LedgerLink,
        metrics: Metrics,
        *,
        departments: Mapping[str, str],
        reference: Reference,
        co2e_g_per_kwh: Range,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`departments`: name to shown name; `reference`: of shares; `co2e_g_per_kwh`: grid's."""
        self._link = link
        self._metrics = metrics
        self._departments = departments
        self._reference = reference
        self._grid = co2e_g_per_kwh
        self._clock = clock
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="month", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """End the thread."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        pause = FIRST_S
        while not self._stop.wait(pause):
            began = time.monotonic()
            try:
                done = self._link.attempt(self.read)
            except Exception as error:  # noqa: BLE001 - the next reading may succeed
                self._metrics.add("jauge_audit_errors_total", ("month", fault_name(error)))
                done = True
            took = time.monotonic() - began
            pause = max(PAUSE_S, SHARE * took) if done else FIRST_S

    def read(self, ledger: Ledger) -> None:
        """Read the month so far, and show it. Raises LedgerError."""
        now = self._clock()
        today = datetime.fromtimestamp(now, ledger.timezone)
        since, until = ledger.month(today.year, today.month)
        totals = ledger.totals(since, until, BY)
        findings = ledger.finding_totals(since, until)
        gaps = ledger.gaps(since, until)
        own = ledger.own_energy(since, until)
        with self._metrics.together():
            self._set("month_start_timestamp_seconds", since)
            self._uses(totals)
            self._footprint(totals)
            self._findings(findings)
            self._gaps(gaps)
            self._own(own)
        show_bias(self._metrics, ledger, since, until, self._reference)
        self._set("month_refreshed_timestamp_seconds", now)

    def _set(self, name: str, value: float) -> None:
        self._metrics.set(f"jauge_{name}", (), value)

    def _uses(self, totals: Iterable[Total]) -> None:
        requests, departments, policy, tokens = (_Sums() for _ in range(4))
        for total in totals:
            tool, department, sanction, faces = map(str, total.key)
            requests.add((tool,), total.requests)
            departments.add((self._shown(department),), total.requests)
            policy.add((sanction, faces), total.requests)
            for direction in ("input", "output"):
                tokens.add((tool, direction), total.sums[f"{direction}_tokens"])
        self._metrics.replace("jauge_month_requests", requests)
        self._metrics.replace("jauge_month_department_requests", departments)
        self._metrics.replace("jauge_month_policy_requests", policy)
        self._metrics.replace("jauge_month_tokens", tokens)

    def _footprint(self, totals: list[Total]) -> None:
        for stem, unit, parts, factor in QUANTITIES:
            by_tool, by_department = _Ranges(), _Ranges()
            for total in totals:
                tool, department = str(total.key[0]), str(total.key[1])
                for part in parts:
                    by_tool.add((tool,), total.impact.ranges[part], factor)
                    by_department.add((self._shown(department),), total.impact.ranges[part], factor)
            by_tool.show(self._metrics, f"month_{stem}", unit)
            by_department.show(self._metrics, f"month_department_{stem}", unit)
        for stem, unit, (part,), factor in WHOLE:
            whole = _Ranges({(): Range(0.0, 0.0, 0.0)})
            for total in totals:
                whole.add((), total.impact.ranges[part], factor)
            whole.show(self._metrics, f"month_{stem}", unit)

    def _findings(self, findings: Iterable[FindingTotal]) -> None:
        answers, scored, flagged = (_Sums() for _ in range(3))
        of: dict[str, list[FindingTotal]] = {}
        for found in findings:
            if found.basis.subject == "answer":
                of.setdefault(found.basis.classifier, []).append(found)
        for classifier, of_one in of.items():
            for found in of_one:
                answers.add((classifier, found.basis.status), found.requests)
            for found in prevailing(of_one):
                language = found.basis.language
                scored.add((classifier, language), found.requests)
                for category, count in found.flags.items():
                    flagged.add((classifier, language, category), count)
        self._metrics.replace("jauge_month_answers", answers)
        self._metrics.replace("jauge_month_scored_answers", scored)
        self._metrics.replace("jauge_month_flagged_answers", flagged)

    def _gaps(self, gaps: Iterable[Gap]) -> None:
        causes = _Sums()
        for gap in gaps:
            causes.add((gap.kind,), gap.count)
        self._metrics.replace("jauge_month_gaps", causes)

    def _own(self, parts: list[OwnEnergy]) -> None:
        energy, emissions = (_Ranges({(): Range(0.0, 0.0, 0.0)}) for _ in range(2))
        watched = _Sums()
        for part in parts:
            energy.add((), part.own_wh, J_PER_WH)
            emissions.add((), _times(part.own_wh, self._grid), KWH_PER_WH)
            watched.add((part.component,), part.measured_s)
        energy.show(self._metrics, "month_self_energy", "joules")
        emissions.show(self._metrics, "month_self_emissions_co2e", "grams")
        self._set("month_self_watched_seconds", max(watched.values(), default=0.0))

    def _shown(self, department: str) -> str:
        return self._departments.get(department, UNKNOWN)


class _Sums(dict[Labels, float]):
    def add(self, labels: Labels, amount: float) -> None:
        self[labels] = self.get(labels, 0.0) + amount


class _Ranges(dict[Labels, Range]):
    """Low, central and high, each summed by itself."""

    def add(self, labels: Labels, quantity: Range, factor: float) -> None:
        known = self.get(labels, Range(0.0, 0.0, 0.0))
        self[labels] = Range(
            known.low + quantity.low * factor,
            known.central + quantity.central * factor,
            known.high + quantity.high * factor,
        )

    def show(self, metrics: Metrics, stem: str, unit: str) -> None:
        bounds = zip(("low", "central", "high"), three_names(stem, unit, ""), strict=True)
        for bound, name in bounds:
            metrics.replace(name, {labels: getattr(one, bound) for labels, one in self.items()})


def _times(one: Range, other: Range) -> Range:
    return Range(one.low * other.low, one.central * other.central, one.high * other.high)
