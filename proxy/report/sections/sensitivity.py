"""What drives the interval: one factor at a time, over the period's own uses.

Uses are taken together by tool, provider, model, place and by how their tokens were
counted; each group stands as its mean exchange. The largest groups are analysed, and the
share of requests that they hold is printed.
"""

from __future__ import annotations

from collections.abc import Mapping

from proxy.impact.mean import mean_of
from proxy.impact.sensitivity import sensitivity as analysed
from proxy.impact.sensitivity import width
from proxy.records import Range
from proxy.report.facts import Facts
from proxy.report.figures import Share, share
from proxy.report.model_cost import SensitivityLine
from proxy.report.slices import COMPOSED, MEAN, Names

__all__ = ["GROUPS", "sensitivity"]

GROUPS = 120
"""Largest groups that are analysed."""
SHOWN = ("energy", "water", "ghg")
LEAST = 0.001
"""Narrowing below which a factor is not listed."""
_LIKE = (
    *("tool", "provider", "model", "zone", "operation", "status"),
    *("input_source", "output_source", "parse_status"),
)


def sensitivity(facts: Facts) -> tuple[tuple[SensitivityLine, ...], Share]:
    """The lines, and the share of requests with an estimate that they rest on."""
    groups = sorted(_groups(facts).items(), key=lambda item: (-item[1][1]["requests"], item[0]))
    taken = [group for _, group in groups[:GROUPS]]
    priced = sum(cell.requests for _, cell in facts.now.impacts)
    covered = share(min(sum(sums["requests"] for _, sums in taken), priced), priced, "requests")
    if not taken:
        return (), covered
    given = [
        (mean_of(names, sums, facts.catalogues.estimator), sums["requests"])
        for names, sums in taken
    ]
    whole, known = analysed(facts.catalogues.estimator, given)
    lines = [
        line
        for quantity in SHOWN
        for line in sorted(
            (
                _line(
                    quantity, one.factor, _compose(quantity, whole), _compose(quantity, one.ranges)
                )
                for one in known
            ),
            key=lambda line: (-line.share, line.factor),
        )
        if line.share >= LEAST
    ]
    return tuple(lines), covered


def _groups(facts: Facts) -> dict[tuple[str, ...], tuple[Names, dict[str, float]]]:
    """Names and sums of everything that has an estimate, by what the estimate depends on."""
    priced = {cell.dimension for _, cell in facts.now.impacts}
    found: dict[tuple[str, ...], tuple[Names, dict[str, float]]] = {}
    for names, cell in facts.now.cells:
        if cell.dimension not in priced:
            continue
        key = tuple(names[name] for name in _LIKE)
        sums = found.setdefault(key, (names, dict.fromkeys(MEAN, 0.0)))[1]
        for name in MEAN:
            sums[name] += cell.sums[name]
    return found


def _compose(quantity: str, ranges: Mapping[str, Range]) -> Range:
    parts = [ranges[name] for name in COMPOSED[quantity]]
    return Range(
        sum(one.low for one in parts),
        sum(one.central for one in parts),
        sum(one.high for one in parts),
    )


def _line(quantity: str, factor: str, whole: Range, left: Range) -> SensitivityLine:
    before = width(whole)

    def ratio(value: float, of: Range) -> float:
        return value / of.central if of.central else 0.0

    return SensitivityLine(
        quantity=quantity,
        factor=factor,
        low=ratio(left.low, left),
        high=ratio(left.high, left),
        low_now=ratio(whole.low, whole),
        high_now=ratio(whole.high, whole),
        share=max(0.0, 1 - width(left) / before) if before else 0.0,
        source="docs/method/sensitivity.md",
    )
