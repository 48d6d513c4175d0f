"""Coverage: what was seen, and how much of it could not be measured. Printed first."""

from __future__ import annotations

from collections.abc import Iterable

from proxy.report.facts import Facts
from proxy.report.figures import Share
from proxy.report.model_uses import Coverage, CoverageLine
from proxy.report.sections.common import answers, scored

__all__ = ["LOST", "UNDECRYPTED", "coverage", "gap_count", "lost_share", "unread_share"]

LOST = ("outbox_lost", "record_lost", "record_damaged", "record_unreadable", "refused")
"""Kinds of gaps that stand for records which never reached the ledger."""
UNDECRYPTED = ("tunnels", "passthrough")
"""Connections to LLM services that stayed closed."""
UNREAD = ("partial", "unknown_format", "oversize")
NO_TOOL = "other"
"""Tool of connections and requests to hosts outside the catalogue: no LLM service."""


def gap_count(facts: Facts, kinds: Iterable[str]) -> int:
    """How often gaps of some kinds were counted, hosts outside the catalogue left out."""
    wanted = set(kinds)
    return sum(one.count for one in facts.gaps if one.kind in wanted and one.tool != NO_TOOL)


def coverage(facts: Facts) -> Coverage:
    """All lines of `keys.COVERAGE`, zeros included."""
    recorded, lost = facts.now.requests, gap_count(facts, LOST)
    passed, seen = gap_count(facts, ("requests_passed",)), recorded + lost
    unread = facts.now.count(lambda names: names["parse_status"] in UNREAD)
    total = facts.now.total()
    of_answers = answers(facts)
    main = (
        _line("seen", seen, "requests"),
        _line("recorded", recorded, "requests", seen),
        _line("undecrypted", gap_count(facts, UNDECRYPTED), "connections"),
        _line("passed", passed, "requests", seen + passed),
        _line("unparsed", unread, "requests", recorded),
        _line("without_impact", recorded - total.priced, "requests", recorded),
        _line("unscored", of_answers - scored(facts), "answers", of_answers),
        _line("lost", lost, "records", seen),
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
    unread = facts.now.count(lambda names: names["parse_status"] in UNREAD)
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
    found: dict[str, dict[str, int]] = {}
    for one in facts.findings:
        if one.basis.subject == "answer":
            of = found.setdefault(one.basis.classifier, {})
            of[one.basis.status] = of.get(one.basis.status, 0) + one.requests
    if not found:
        return ()
    most = max(sorted(found), key=lambda name: sum(found[name].values()))
    whole = sum(found[most].values())
    return tuple(
        _line(f"scores/{status}", many, "answers", whole)
        for status, many in sorted(found[most].items(), key=lambda item: (-item[1], item[0]))
    )
