"""Uses by tool, model, department, channel and sanction, month by month, and the phase."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from proxy.charts import MOST, Month, monthly_band, shares
from proxy.charts import Part as Piece
from proxy.records import Range
from proxy.report.model import Report
from proxy.report.model_uses import Breakdown, TrendPoint, UseLine
from proxy.report.render.blocks import Block, Chart, Column, Heading, Para, Table
from proxy.report.render.say import NONE, Say, summed
from proxy.report.render.tail import cut

__all__ = ["uses"]

_TABLES = ("tool", "model", "department", "channel", "sanction")
_MOST_LINES = 8
"""Of a table; the others are added up in one line, and stand in the CSV files."""


def uses(report: Report, say: Say) -> Iterator[Block]:
    """All of it; where nothing was used, one sentence."""
    told = report.uses
    yield Heading(say.t("uses.title"), id="uses")
    if not told.requests:
        yield Para(say.t("uses.none"))
        yield from _trend(told.trend, say)
        yield from _phase(report, say)
        return
    yield Para(_totals(report, say))
    yield from _sanctions(told.breakdowns, say)
    yield from _trend(told.trend, say)
    for name in _TABLES:
        for breakdown in told.breakdowns:
            if breakdown.by == name and breakdown.lines:
                yield _table(report, breakdown, say)
    if told.tools_unclassified:
        yield Para(say.t("uses.unclassified", tools=say.tools(report, told.tools_unclassified)))
    yield from _phase(report, say)


def _totals(report: Report, say: Say) -> str:
    told = report.uses
    sentences = [
        say.t(
            "uses.totals",
            count=told.requests,
            input=told.input_tokens,
            output=told.output_tokens,
            reasoning=told.reasoning_tokens,
        )
    ]
    if told.requests_per_100_agents is not None and told.headcount:
        per_100 = say.number(told.requests_per_100_agents)
        sentences.append(say.t("uses.per_100", per_100=per_100, headcount=told.headcount))
    if told.images or told.audio_s:
        minutes = say.number(told.audio_s / 60)
        sentences.append(say.t("uses.media", images=told.images, minutes=minutes))
    return " ".join(sentences)


def _sanctions(breakdowns: Sequence[Breakdown], say: Say) -> Iterator[Block]:
    lines = next((b.lines for b in breakdowns if b.by == "sanction"), ())
    pieces = [
        Piece(
            say.of("common.sanction", line.key or "unknown"),
            line.requests,
            say.t("report.unit.requests", count=line.requests),
        )
        for line in lines
        if line.requests
    ][:MOST]
    if pieces:
        alt = say.t("uses.sanction_chart_desc")
        chart = shares("sanction", say.t("uses.sanction_chart"), alt, pieces, say)
        yield Heading(say.t("uses.sanction_chart"), level=3)
        yield Chart(chart, alt)


def _trend(trend: Sequence[TrendPoint], say: Say) -> Iterator[Block]:
    known = [at for at, point in enumerate(trend) if point.observed]
    if not known:
        return
    trend = trend[known[0] :]
    unit = say.unit_of([point.energy for point in trend if point.observed])
    months = []
    before: tuple[str, ...] = ()
    for point in trend:
        span = point.energy.range
        scaled = Range(span.low / unit.size, span.central / unit.size, span.high / unit.size)
        changed = bool(before and point.factor_sets and point.factor_sets != before)
        months.append(Month(point.month, scaled if point.observed else None, changed))
        before = point.factor_sets or before
    alt = say.t("uses.trend_desc", unit=unit.symbol)
    yield Heading(say.t("uses.trend"), level=3)
    chart = monthly_band("trend", say.t("uses.trend"), alt, unit.symbol, months, say)
    yield Chart(chart, alt)
    yield Table(
        say.t("uses.trend_table"),
        (
            Column(say.t("report.month"), wide=1.2),
            Column(say.t("report.requests"), numbers=True, wide=0.8),
            Column(say.t("uses.approved"), numbers=True, wide=0.8),
            Column(f"{say.t('report.quantity.energy')}, {unit.symbol}", numbers=True, wide=1.5),
            Column(say.t("uses.gaps"), numbers=True, wide=0.8),
        ),
        tuple(
            (
                say.month(point.month),
                say.count(point.requests),
                say.rate(point.sanctioned),
                say.cost_in(point.energy, unit),
                say.count(point.gaps),
            )
            if point.observed
            else (say.month(point.month), say.t("uses.not_observed"), NONE, NONE, NONE)
            for point in trend
        ),
        say.t("uses.trend_note"),
    )


def _table(report: Report, breakdown: Breakdown, say: Say) -> Table:
    lines = breakdown.lines
    shown, rest = cut(lines, _MOST_LINES)
    energy, ghg = (say.unit_of([getattr(one, name) for one in lines]) for name in ("energy", "ghg"))
    rows = [
        (
            _name(breakdown.by, line, say),
            say.count(line.requests),
            say.part_of(line.requests, line.whole),
            NONE if line.requests_before is None else say.count(line.requests_before),
            say.cost_in(line.energy, energy),
            say.cost_in(line.ghg, ghg),
        )
        for line in shown
    ]
    if rest:
        requests = sum(line.requests for line in rest)
        rows.append(
            (
                say.t("report.others", count=len(rest)),
                say.count(requests),
                say.part_of(requests, report.uses.requests),
                NONE,
                say.cost_in(summed([line.energy for line in rest]), energy),
                say.cost_in(summed([line.ghg for line in rest]), ghg),
            )
        )
    return Table(
        say.t(f"uses.by.{breakdown.by}"),
        (
            Column(say.t(f"uses.head.{breakdown.by}"), wide=2.3),
            Column(say.t("report.requests"), numbers=True, wide=0.7),
            Column(say.t("report.share"), numbers=True, wide=0.55),
            Column(say.t("uses.before"), numbers=True, wide=0.65),
            Column(f"{say.t('report.quantity.energy')}, {energy.symbol}", numbers=True, wide=1.2),
            Column(f"{say.t('report.quantity.ghg_short')}, {ghg.symbol}", numbers=True, wide=1.2),
        ),
        tuple(rows),
        _note(report, breakdown, say),
    )


_GROUPS = {"department": "department", "channel": "channel", "sanction": "sanction"}


def _name(by: str, line: UseLine, say: Say) -> str:
    name = say.named(_GROUPS.get(by, by), line.key, line.label)
    if line.novelty:
        return say.t(f"uses.novelty.{line.novelty}", name=name)
    return name


def _note(report: Report, breakdown: Breakdown, say: Say) -> str:
    merged = report.uses.merged_departments
    if breakdown.by == "department" and merged:
        return say.t("uses.merged", count=merged, k=report.head.k)
    return ""


def _phase(report: Report, say: Say) -> Iterator[Block]:
    told = report.adoption
    yield Heading(say.t("adoption.title"), level=3)
    yield Para(say.t(f"adoption.now.{told.phase}"), tone="strong")
    yield Para(
        say.t(
            "adoption.why",
            sanctioned=say.rate(told.sanctioned),
            equipped=say.share(told.equipped),
            per_agent=say.tick(told.requests_per_agent),
            sanctioned_from=say.percent(told.sanctioned_from),
            experimental=say.percent(told.equipped_experimental),
            general=say.percent(told.equipped_general),
            rule=told.rule,
        )
    )
    if told.history:
        steps = [
            say.t(
                "adoption.step",
                month=say.month(one.month),
                phase=say.of("common.phase", one.phase),
            )
            for one in told.history[-6:]
        ]
        yield Para(say.t("adoption.before", steps=say.all_of(steps)), tone="soft")
