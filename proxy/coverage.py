"""What was seen and not measured, beside what was: one reckoning for all who show it.

Coverage is a result. From the ledger's sums, gaps and findings of any period.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from proxy.ledger import FindingTotal, Gap

__all__ = [
    "CLOSED",
    "LOST",
    "NOT_READ",
    "NO_TOOL",
    "SIMULATED",
    "UNPARSED",
    "Coverage",
    "coverage",
    "gap_counts",
    "heard",
]

CLOSED = ("tunnels", "passthrough")
"""Gaps that are connections to a service which stayed closed: not in scope, or refused by
a client that does not trust our authority."""
NOT_READ = ("requests_passed",)
"""Gaps that are requests on opened connections which generate nothing, or are not known."""
LOST = ("outbox_lost", "record_lost", "record_damaged", "record_unreadable", "refused")
"""Gaps that are records which never reached the ledger, or that it could not take."""
UNPARSED = ("partial", "unknown_format", "oversize")
"""Values of parse_status of what was not read to its end."""
NO_TOOL = "other"
"""Tool of connections and requests to hosts outside the catalogue: no LLM service."""
SIMULATED = "simulated"
"""Kind of gap that marks a ledger as filled by a simulation, for ever."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts of one period."""

    recorded: int
    """Requests in the ledger."""
    undecrypted: int
    """Connections to known services that were not opened."""
    passed: int
    """Requests on opened connections that were let through unread."""
    unparsed: int
    """Of the recorded ones, those that could not be read to their end."""
    without_impact: int
    """Of the recorded ones, those with nothing counted that could cost."""
    scored: int
    """Answers with a score."""
    unscored: int
    """Answers without one, for whatever reason."""
    lost: int
    """Records that never reached the ledger, or that it could not take."""

    @property
    def seen(self) -> int:
        """Requests that were read along with, recorded or lost since."""
        return self.recorded + self.lost


def gap_counts(gaps: Iterable[Gap]) -> Counter[str]:
    """How often each kind of gap was counted, hosts outside the catalogue left out."""
    found: Counter[str] = Counter()
    for gap in gaps:
        if gap.tool != NO_TOOL and gap.kind != SIMULATED:
            found[gap.kind] += gap.count
    return found


def coverage(
    parsed: Mapping[str, int],
    estimated: int,
    gaps: Mapping[str, int],
    findings: Iterable[FindingTotal],
) -> Coverage:
    """From requests by parse status, those with an impact, gaps by kind, and findings.

    Answers count by the classifier that was asked most.
    """
    recorded = sum(parsed.values())
    scored, asked = _scored(findings)
    return Coverage(
        recorded=recorded,
        undecrypted=sum(gaps.get(kind, 0) for kind in CLOSED),
        passed=sum(gaps.get(kind, 0) for kind in NOT_READ),
        unparsed=sum(parsed.get(status, 0) for status in UNPARSED),
        without_impact=recorded - estimated,
        scored=scored,
        unscored=max(recorded, asked) - scored,
        lost=sum(gaps.get(kind, 0) for kind in LOST),
    )


def heard(findings: Iterable[FindingTotal]) -> list[FindingTotal]:
    """Findings about answers, of the classifier that was asked most."""
    of_answers = [one for one in findings if one.basis.subject == "answer"]
    asked: Counter[str] = Counter()
    for one in of_answers:
        asked[one.basis.classifier] += one.requests
    if not asked:
        return []
    most = max(sorted(asked), key=asked.__getitem__)
    return [one for one in of_answers if one.basis.classifier == most]


def prevailing(findings: Iterable[FindingTotal]) -> list[FindingTotal]:
    """Scored findings of one classifier, by the version and threshold set that judged most.

    Flags of another version, or given at another rate, are another series: never one share.
    """
    of = [one for one in findings if one.basis.status == "scored"]
    by_set: Counter[tuple[str, str]] = Counter()
    for one in of:
        by_set[_set(one)] += one.requests
    most = max(sorted(by_set), key=by_set.__getitem__, default=None)
    return [one for one in of if _set(one) == most]


def _set(one: FindingTotal) -> tuple[str, str]:
    return one.basis.version, one.basis.threshold_set


def _scored(findings: Iterable[FindingTotal]) -> tuple[int, int]:
    """Answers scored, and answers looked at."""
    asked = heard(findings)
    scored = sum(one.requests for one in asked if one.basis.status == "scored")
    return scored, sum(one.requests for one in asked)
