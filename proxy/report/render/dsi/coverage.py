"""What was seen, and what was seen without being measured. Printed before everything else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from proxy.report.model import Report
from proxy.report.model_uses import CoverageLine
from proxy.report.render.blocks import Block, Column, Heading, Para, Table, Terms
from proxy.report.render.say import NONE, Say

__all__ = ["coverage"]


def coverage(report: Report, say: Say) -> Iterator[Block]:
    """Eight lines, hours watched, and how far things could be read."""
    told = report.coverage
    yield Heading(say.t("coverage.title"), id="coverage")
    yield Table(
        say.t("coverage.caption"),
        (
            Column(say.t("coverage.what"), wide=2.6),
            Column(say.t("coverage.count"), numbers=True),
            Column(say.t("coverage.share"), numbers=True, wide=1.2),
        ),
        tuple(_row(line, say) for line in told.lines),
    )
    yield Para(
        say.t(
            "coverage.hours" if round(told.hours_watched) else "coverage.no_hours",
            watched=say.t("report.unit.hours", count=round(told.hours_watched)),
            hours=told.hours,
            used=told.hours_with_requests,
        )
    )
    groups = [("parse", told.parse), ("tokens", told.tokens), ("words", told.words)]
    groups.append(("scores", told.scores))
    items = tuple(
        (say.t(f"coverage.group.{name}"), _group(lines, say)) for name, lines in groups if lines
    )
    if items:
        yield Terms(items)


def _row(line: CoverageLine, say: Say) -> tuple[str, ...]:
    share = NONE
    if line.whole:
        share = say.t(
            "coverage.share_of", share=say.part_of(line.count, line.whole), whole=line.whole
        )
    unit = say.t(f"report.unit.{line.unit}", count=line.count)
    return say.t(f"coverage.line.{line.key}"), unit, share


def _group(lines: Sequence[CoverageLine], say: Say) -> str:
    return say.all_of(
        [
            say.t(
                "coverage.detail",
                what=say.of("coverage", line.key.replace("/", ".")),
                count=line.count,
                share=say.part_of(line.count, line.whole or 0),
            )
            for line in lines
            if line.count
        ]
        or [NONE]
    )
