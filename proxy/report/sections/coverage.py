"""Coverage: what was seen, and how much of it could not be measured. Printed first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from proxy.coverage import LOST, UNPARSED, gap_counts, heard
from proxy.coverage import coverage as counted
from proxy.report.facts import Facts
from proxy.report.figures import Share
from proxy.report.model_uses import Coverage, CoverageLine

__all__ = ["coverage", "gap_count", "lost_share", "unread_share"]


def gap_count(facts: Facts, kinds: Iterable[str]) -> int:
    """How often gaps of some kinds were counted, hosts outside the catalogue left out."""
    found = gap_counts(facts.gaps)
    return sum(found[kind] for kind in kinds)


def coverage(facts: Facts) -> Coverage:
    """All lines of `keys.COVERAGE`, zeros included."""
    parsed = facts.now.requests_by(lambda names: names["parse_status"])
    priced = sum(cell.requests for _, cell in facts.now.impacts)
    of = counted(parsed, priced, gap_counts(facts.gaps), facts.findings)
    main = (
        _line("seen", of.seen, "requests"),
        _line("recorded", of.recorded, "requests", of.seen),
        _line("undecrypted", of.undecrypted, "connections"),
        _line("passed", of.passed, "requests", of.seen + of.passed),
        _line("unparsed", of.unparsed, "requests", of.recorded),
        _line("without_impact", of.without_impact, "requests", of.recorded),
        _line("unscored", of.unscored, "answers", of.scored + of.unscored),
        _line("lost", of.lost, "records", of.seen),
    )
    return Coverage(
        lines=main,
        parse=_group(facts, "parse", "parse_status"),
        tokens=_group(facts, "tokens", "output_source"),
        words=_group(facts, "words", "words"),
        scores=_scores(facts),
        hours_watched=facts.own.watched_s / 3600,
        hours_with_requests=facts.hours_with_requests,
        hours=facts.hours,
    )


def unread_share(facts: Facts) -> Share:
    """Requests that were recorded but not read to their end."""
    unread = facts.now.count(lambda names: names["parse_status"] in UNPARSED)
    return Share(part=unread, whole=facts.now.requests, unit="requests")


def lost_share(facts: Facts) -> Share:
    """Records that never reached the ledger."""
    lost = gap_count(facts, LOST)
    return Share(part=lost, whole=lost + facts.now.requests, unit="records")


def _line(key: str, count: int, unit: str, whole: int | None = None) -> CoverageLine:
    return CoverageLine(key=key, count=count, unit=unit, whole=whole)


def _group(facts: Facts, name: str, dimension: str) -> tuple[CoverageLine, ...]:
    found = facts.now.requests_by(lambda names: names[dimension])
    return tuple(
        _line(f"{name}/{value}", many, "requests", facts.now.requests)
        for value, many in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    )


def _scores(facts: Facts) -> tuple[CoverageLine, ...]:
    """Of the answers, by the classifier that was asked most."""
    found: Counter[str] = Counter()
    for one in heard(facts.findings):
        found[one.basis.status] += one.requests
    whole = found.total()
    return tuple(
        _line(f"scores/{status}", many, "answers", whole)
        for status, many in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    )
