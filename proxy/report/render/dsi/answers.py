"""What the answers held, as counts: toxicity, markers of bias, and what neither can show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from proxy.charts import Rate, rates
from proxy.report.figures import Share
from proxy.report.model import Report
from proxy.report.model_answers import Prevalence, Toxicity, ToxicityOf
from proxy.report.rates import together
from proxy.report.render.blocks import (
    Block,
    Box,
    Bullets,
    Chart,
    Column,
    Heading,
    Pair,
    Para,
    Table,
)
from proxy.report.render.dsi.bias import bias
from proxy.report.render.say import NONE, Say
from proxy.report.render.tail import cut

__all__ = ["answers"]

_MOST = 5
"""Rows by number of answers; the others are added up in one, and stand in the CSV file."""
_MOST_RATES = 12
"""Lines of the chart; the table below it has them all."""


def answers(report: Report, say: Say) -> Iterator[Block]:
    """Toxicity with denominators and intervals, bias, and the limits of both."""
    yield Heading(say.t("answers.title"), id="answers")
    yield from _toxicity(report.toxicity, say)
    yield from bias(report.bias, say)
    limits = dict.fromkeys((*report.toxicity.limits, *report.bias.limits))
    yield Box(
        say.t("answers.limits_title"),
        (Bullets(tuple(say.t(f"answers.limit.{key}") for key in limits)),),
        tone="warn",
        level=3,
    )


def _toxicity(told: Toxicity, say: Say) -> Iterator[Block]:
    if not told.measured:
        yield Para(say.t("answers.not_scored"))
        return
    yield Para(say.t("answers.scored", scored=say.share(told.scored), count=told.answers))
    rows: list[tuple[str, ...]] = []
    chart: list[Rate] = []
    judged = [line for line in told.lines if line.flagged.whole]
    several = len({(line.classifier, line.version, line.threshold_set) for line in judged}) > 1
    for line in told.lines:
        language = say.of("common.language", line.language)
        if several:  # Each its own series.
            language += f" ({line.classifier} {line.version}, {line.threshold_set or NONE})"
        prevalence = _prevalence(line.prevalence, say)
        for one in line.classes:
            name = say.of("answers.class", one.key)
            rows.append((f"{name}, {language}", *_shares(one.flagged, say), prevalence))
            prevalence = ""
            if (ratio := one.flagged.ratio) is not None:
                low, high = one.flagged.low or 0.0, one.flagged.high
                figures = f"{say.rate(one.flagged)}"
                top = ratio if high is None else high
                chart.append(Rate(f"{name}, {language}", low, ratio, top, figures))
    if chart:
        alt = say.t("answers.chart_desc")
        drawn = chart[:_MOST_RATES]
        yield Chart(rates("toxicity", say.t("answers.chart"), alt, drawn, say), alt)
        if rest := len(chart) - len(drawn):
            yield Para(say.t("answers.chart_more", count=rest), tone="soft")
    yield Table(
        say.t("answers.table"),
        (
            Column(say.t("answers.class_head"), wide=1.5),
            Column(say.t("answers.flagged"), numbers=True, wide=0.8),
            Column(say.t("answers.of_scored"), numbers=True, wide=0.8),
            Column(say.t("answers.rate"), numbers=True, wide=1.3),
            Column(say.t("answers.corrected"), numbers=True, wide=1.5),
        ),
        tuple(rows),
        say.t("answers.table_note"),
    )
    by = [
        _by(group, lines, say)
        for group, lines in (("tool", told.tools), ("faces", told.faces))
        if lines
    ]
    yield from (Pair(*by),) if len(by) > 1 else by


def _by(group: str, lines: Sequence[ToxicityOf], say: Say) -> Table:
    return Table(
        say.t(f"answers.by_{group}"),
        (
            Column(say.t(f"uses.head.{group}"), wide=1.4),
            Column(say.t("answers.flagged"), numbers=True, wide=0.9),
            Column(say.t("answers.of_scored"), numbers=True, wide=0.9),
            Column(say.t("answers.rate"), numbers=True, wide=1.7),
        ),
        tuple(_rates(group, lines, say)),
    )


def _rates(group: str, lines: Sequence[ToxicityOf], say: Say) -> Iterator[tuple[str, ...]]:
    shown, rest = cut(lines, _MOST)
    yield from ((_name(group, line, say), *_shares(line.flagged, say)) for line in shown)
    if rest:
        others = say.t("report.others", count=len(rest))
        yield others, *_shares(together(line.flagged for line in rest), say)


def _name(group: str, line: ToxicityOf, say: Say) -> str:
    return say.t(f"applications.face.{line.key}") if group == "faces" else line.label or line.key


def _shares(flagged: Share, say: Say) -> tuple[str, str, str]:
    return say.count(flagged.part), say.count(flagged.whole), say.rate(flagged)


def _prevalence(told: Prevalence, say: Say) -> str:
    if told.low is not None and told.state not in {"below_detection", "unknown"}:
        return say.t("answers.prevalence.at_least", low=say.percent(told.low))
    return say.t(f"answers.prevalence.{told.state}")
