"""The annex: factor sets, files with their hashes, rules, restatements of earlier months."""

from __future__ import annotations

import hashlib
from pathlib import Path

from proxy.config import SHIPPED
from proxy.report.facts import Facts
from proxy.report.model import FactorSetUse, FileHash, Method, RestatedMonth, Restatement
from proxy.report.period import Month
from proxy.report.sections.change import RULE
from proxy.report.slices import Slice

__all__ = ["SENSITIVITY", "method"]

SENSITIVITY = "sensitivity-1"
FOLDERS = ("factors", "models", "report", "thresholds")
"""Folders below config/ that hold figures."""


def method(facts: Facts) -> Method:
    """The section."""
    rules = facts.catalogues.rules
    return Method(
        factor_sets=_sets(facts),
        current_set=facts.catalogues.estimator.factors.name,
        files=tuple(_hashes(SHIPPED)),
        equivalents_release=facts.catalogues.equivalents.release,
        classifiers=tuple(
            sorted(
                {
                    f"{one.basis.classifier}/{one.basis.version}/{one.basis.threshold_set}"
                    for one in facts.findings
                }
            )
        ),
        rules=(rules.adoption.version, RULE, rules.decision.version, SENSITIVITY),
        restatements=tuple(
            Restatement(
                number=job.number,
                factor_set=job.factor_set,
                since=facts.day(max(float(job.since), _first(facts))),
                until=facts.day(job.until),
                finished=facts.day(job.finished_at or job.started_at),
            )
            for job in facts.jobs
        ),
        restated_months=tuple(
            _restated(month, *both) for month, both in facts.restated.items() if both[0].cells
        ),
        rows_kept=facts.rows_kept,
        own_hosts=tuple(
            sorted(one.tool or one.provider or "" for one in facts.config.settings.impact.own_hosts)
        ),
    )


def _first(facts: Facts) -> float:
    """Start of the oldest month that a report looks back on: a restatement of all starts at 0."""
    return next(iter(facts.trend)).bounds(facts.tz)[0]


def _sets(facts: Facts) -> tuple[FactorSetUse, ...]:
    found: dict[tuple[str, str], int] = {}
    for _, cell in facts.now.impacts:
        key = (cell.factor_set, cell.origin)
        found[key] = found.get(key, 0) + cell.requests
    return tuple(
        FactorSetUse(name=name, origin=origin, requests=many)
        for (name, origin), many in sorted(found.items())
    )


def _hashes(folder: Path) -> list[FileHash]:
    files = sorted(path for name in FOLDERS for path in (folder / name).glob("*.yaml"))
    return [
        FileHash(
            file=path.relative_to(folder).as_posix(),
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path in files
    ]


def _restated(month: Month, said: Slice, now: Slice) -> RestatedMonth:
    before, after = said.total(), now.total()
    return RestatedMonth(
        month=str(month),
        energy_before=before.amount("energy"),
        energy=after.amount("energy"),
        water_before=before.amount("water"),
        water=after.amount("water"),
        ghg_before=before.amount("ghg"),
        ghg=after.amount("ghg"),
    )
