"""Is one request a glass of water? A verdict that the interval allows, and its table."""

from __future__ import annotations

from collections.abc import Iterator

from proxy.charts import Bar, range_bars
from proxy.report.model_cost import GlassLine, GlassOfWater
from proxy.report.render.blocks import Block, Chart, Column, Para, Table
from proxy.report.render.say import NONE, Say, of

__all__ = ["glass_section", "verdict"]

_MOST_TOOLS = 4


def _all(glass: GlassOfWater) -> GlassLine | None:
    return next((line for line in glass.lines if line.tool == ""), None)


def verdict(glass: GlassOfWater, say: Say) -> Iterator[Block]:
    """No, perhaps or yes, for the town hall's own requests, with all water counted."""
    line = _all(glass)
    if line is None:
        yield Para(say.t("glass.no_traffic"))
        return
    span = of(line.per_glass_total)
    answer = "no" if span.low > 1 else "yes" if span.high < 1 else "perhaps"
    yield Para(say.t(f"glass.{answer}"), tone="strong")
    yield Para(
        say.t(
            "glass.so_many",
            total=say.between_counts(span),
            onsite=say.between_counts(of(line.per_glass_onsite)),
            glass=say.cost(glass.glass),
        )
    )


def glass_section(glass: GlassOfWater, say: Say) -> Iterator[Block]:
    """By tool, with what others have published."""
    yield from verdict(glass, say)
    lines = glass.lines[: _MOST_TOOLS + 1]
    if lines:
        yield Chart(
            range_bars(
                "glass",
                say.t("glass.chart"),
                say.t("glass.chart_desc"),
                [
                    Bar(_name(line, say), of(line.per_glass_total), say.span(line.per_glass_total))
                    for line in lines
                ],
                say,
            ),
            say.t("glass.chart_desc"),
        )
        yield Table(
            say.t("glass.table"),
            (
                Column(say.t("report.tool"), wide=1.2),
                Column(say.t("report.requests"), numbers=True, wide=0.7),
                Column(say.t("glass.onsite"), numbers=True, wide=1.5),
                Column(say.t("glass.total"), numbers=True, wide=1.5),
            ),
            tuple(
                (
                    _name(line, say),
                    say.count(line.requests),
                    say.span(line.per_glass_onsite),
                    say.span(line.per_glass_total),
                )
                for line in lines
            ),
            f"{say.t('glass.note')} {_more(len(glass.lines) - len(lines), say)}".rstrip(),
        )
    if glass.published:
        yield Table(
            say.t("glass.published"),
            (
                Column(say.t("glass.scope"), wide=6),
                Column(say.t("glass.each"), numbers=True, wide=0.8),
                Column(say.t("glass.per_glass"), numbers=True, wide=0.9),
            ),
            tuple(
                (
                    f"{(one.scope_fr if say.lang == 'fr' else '') or one.scope} ({one.source})",
                    f"{say.number(one.value)}\u00a0{one.unit}",
                    say.number(one.per_glass) if one.per_glass else NONE,
                )
                for one in glass.published
            ),
        )


def _name(line: GlassLine, say: Say) -> str:
    return say.t("report.all_tools") if not line.tool else line.label or line.tool


def _more(tools: int, say: Say) -> str:
    """How many tools are left out; nothing where all are there."""
    return say.t("glass.more_tools", count=tools) if tools > 0 else ""
