"""The figures of one period, as the page shows them: read from the ledger, folded, no words.

Everything comes from the hourly sums: the cost depends on hours, not on exchanges.
Departments are folded by the names under which they may be shown (`proxy.privacy`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from proxy.bias.merge import Basis, added
from proxy.coverage import Coverage, coverage, gap_counts
from proxy.impact.ranges import total as summed
from proxy.ledger import AuditShare, FindingTotal, Ledger, Total
from proxy.records import QUANTITIES, Range

__all__ = ["NOTHING", "Figures", "Flags", "Tally", "figures", "tally"]

NOTHING = Range(0.0, 0.0, 0.0)
_BY = ("tool", "department", "sanction", "parse_status")
"""What a period is read by, at once."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Requests of one group, and what those of them that have an estimate cost."""

    requests: int
    estimated: int
    """Of them, with an impact."""
    input_tokens: int
    output_tokens: int
    ranges: Mapping[str, Range]
    """Per name of `records.QUANTITIES`, and `water_ml` and `ghg_gco2e`, sums of their parts."""


@dataclass(frozen=True, slots=True)
class Flags:
    """What one classifier said of the answers in one language."""

    classifier: str
    version: str
    threshold_set: str
    language: str
    scored: int
    flagged: int
    classes: Mapping[str, int]
    """Answers per class that was flagged."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One period."""

    since: float
    until: float
    """Unix times."""
    whole: Tally
    tools: Mapping[str, Tally]
    departments: Mapping[str, Tally]
    """By the name under which each may be shown."""
    sanctions: Mapping[str, Tally]
    qualities: Mapping[str, int]
    """Requests by quality class of their estimate."""
    factor_sets: tuple[str, ...]
    coverage: Coverage
    gaps: Mapping[str, int]
    """By kind."""
    flags: tuple[Flags, ...]
    """Most answers first."""
    outcomes: Mapping[str, int]
    """Answers by outcome of the scoring, over all classifiers."""
    bias: Mapping[Basis, Mapping[str, float]]
    """What answers say of people, summed per key of `proxy.bias.KEYS`."""
    own: AuditShare


def figures(ledger: Ledger, since: float, until: float, shown: Callable[[str], str]) -> Figures:
    """The figures of [since, until), Unix times of whole hours. Raises LedgerError.

    `shown`: the name under which a department may be shown.
    """
    totals = ledger.totals(since, until, _BY)
    gaps = gap_counts(ledger.gaps(since, until))
    findings = ledger.finding_totals(since, until)
    bases = ledger.impact_totals(since, until, ("quality", "factor_set"))
    whole = tally(totals)
    parsed = _counted((str(one.key[_BY.index("parse_status")]), one.requests) for one in totals)
    return Figures(
        since=since,
        until=until,
        whole=whole,
        tools=_grouped(totals, lambda one: str(one.key[0])),
        departments=_grouped(totals, lambda one: shown(str(one.key[1]))),
        sanctions=_grouped(totals, lambda one: str(one.key[2])),
        qualities=_counted((str(one.key[0]), one.requests) for one in bases),
        factor_sets=tuple(sorted({str(one.key[1]) for one in bases})),
        coverage=coverage(parsed, whole.estimated, gaps, findings),
        gaps=dict(gaps),
        flags=_flags(findings),
        outcomes=_counted(
            (one.basis.status, one.requests) for one in findings if one.basis.subject == "answer"
        ),
        bias={basis: sums for (_, basis), sums in added(ledger.bias_totals(since, until)).items()},
        own=ledger.audit_share(since, until),
    )


def tally(totals: Iterable[Total]) -> Tally:
    """The sum of any groups. Low, central and high each add up by themselves."""
    parts = list(totals)
    ranges = {name: summed(*(one.impact.ranges[name] for one in parts)) for name in QUANTITIES}
    ranges["water_ml"] = summed(ranges["water_onsite_ml"], ranges["water_electricity_ml"])
    ranges["ghg_gco2e"] = summed(ranges["ghg_use_gco2e"], ranges["ghg_hardware_gco2e"])
    return Tally(
        requests=sum(one.requests for one in parts),
        estimated=sum(one.impact.requests for one in parts),
        input_tokens=int(sum(one.sums["input_tokens"] for one in parts)),
        output_tokens=int(sum(one.sums["output_tokens"] for one in parts)),
        ranges=ranges,
    )


def _grouped(totals: Sequence[Total], key: Callable[[Total], str]) -> dict[str, Tally]:
    """Most requests first, then by name."""
    groups: dict[str, list[Total]] = {}
    for one in totals:
        groups.setdefault(key(one), []).append(one)
    found = {name: tally(parts) for name, parts in groups.items()}
    return dict(sorted(found.items(), key=lambda item: (-item[1].requests, item[0])))


def _counted(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, count in pairs:
        found[name] = found.get(name, 0) + count
    return dict(sorted(found.items()))


def _flags(findings: Iterable[FindingTotal]) -> tuple[Flags, ...]:
    groups: dict[tuple[str, str, str, str], list[FindingTotal]] = {}
    for one in findings:
        if one.basis.status == "scored" and one.basis.subject == "answer":
            basis = one.basis
            key = (basis.classifier, basis.version, basis.threshold_set, basis.language)
            groups.setdefault(key, []).append(one)
    found = [
        Flags(
            *key,
            scored=sum(one.requests for one in parts),
            flagged=sum(one.flagged_requests for one in parts),
            classes=_counted(pair for one in parts for pair in one.flags.items()),
        )
        for key, parts in groups.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.scored, one.classifier, one.language)))
