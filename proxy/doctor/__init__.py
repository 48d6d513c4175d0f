"""`jauge doctor`: looks for what keeps Jauge from working, or from working safely.

CHECKS is a table: each check is a function from the configuration to its findings. None
changes anything, and none raises: what a check did not foresee is itself a finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from proxy.config import Config
from proxy.doctor import classifier, installation, machine, parent, service
from proxy.doctor.finding import Finding, bad

__all__ = ["CHECKS", "Finding", "examine", "render"]

CHECKS: tuple[Callable[[Config], Iterator[Finding]], ...] = (
    installation.configuration,
    installation.organisation,
    installation.authority,
    installation.journal,
    classifier.classifier,
    machine.clock,
    machine.disk,
    machine.swap,
    machine.open_files,
    service.processes,
    service.ports,
    parent.parent,
    service.auditor,
    service.last_exchange,
)

_MARKS = {"ok": "ok  ", "warn": "WARN", "fail": "FAIL"}


def examine(
    config: Config, checks: Iterable[Callable[[Config], Iterator[Finding]]] = CHECKS
) -> list[Finding]:
    """What every check finds, in order."""
    findings: list[Finding] = []
    for check in checks:
        try:
            findings += check(config)
        except Exception as error:  # noqa: BLE001 - the doctor must not die of the patient
            text = f"the check itself failed ({type(error).__name__})"
            findings.append(bad(check.__name__.replace("_", " "), text, "Report this."))
    return findings


def render(findings: Iterable[Finding]) -> str:
    """Findings as lines for a terminal."""
    lines = []
    for one in findings:
        lines.append(f"{_MARKS[one.state]}  {one.check:<14} {one.text}")
        if one.remedy:
            lines.append(f"{'':<6}{'':<14} → {one.remedy}")
    return "\n".join(lines)
