"""Footprint, BEGES, REEN, answers, factors and restated months as tables."""

from __future__ import annotations

from proxy.report.figures import Amount
from proxy.report.model import Report
from proxy.report.model_answers import BiasComparison
from proxy.report.model_cost import FootprintLine
from proxy.report.render.say import Say, summed
from proxy.report.render.tables.sheet import (
    AMOUNT,
    SHARE,
    Cell,
    Sheet,
    amount_cells,
    share_cells,
)
from proxy.texts.markers import marker_name

__all__ = ["answers", "beges", "change", "comparisons", "factors", "footprint", "glass", "reen"]


def footprint(report: Report, _: Say) -> Sheet:
    """Totals, per request, and by quality class, method tier and electricity zone."""
    told = report.footprint
    period = report.head.period.name
    rows: list[tuple[Cell, ...]] = []
    for scope, amounts, requests in (
        ("total", told.totals, told.requests),
        ("per_request", told.per_request, 1),
    ):
        rows += [(period, scope, "", requests, *amount_cells(one)) for one in amounts]
    groups: tuple[tuple[str, tuple[FootprintLine, ...]], ...] = (
        ("quality", told.quality),
        ("tier", told.tiers),
        ("zone", told.places),
    )
    for scope, lines in groups:
        rows += [
            (period, scope, line.key, line.requests, *amount_cells(amount))
            for line in lines
            for amount in (line.energy, line.water, line.ghg)
        ]
    for one in told.reported:
        cells = (one.quantity, one.unit, one.low, None, one.high, "reported")
        rows.append((period, "reported", "", one.requests, *cells))
    return Sheet(("period", "scope", "key", "requests", *AMOUNT), tuple(rows))


def glass(report: Report, say: Say) -> Sheet:
    """Water per request of each tool, and how many requests fill a glass; "" is all of them."""
    rows: list[tuple[Cell, ...]] = []
    for line in report.glass.lines:
        label = (line.label or line.tool) if line.tool else say.t("report.all_tools")
        first = (report.head.period.name, line.tool, label, line.requests)
        for amount, span in (
            (line.onsite, line.per_glass_onsite),
            (line.total, line.per_glass_total),
        ):
            rows.append((*first, *amount_cells(amount), span.low, span.central, span.high))
    columns = ("period", "key", "label", "requests", *AMOUNT)
    ends = ("per_glass_low", "per_glass_central", "per_glass_high")
    return Sheet((*columns, *ends), tuple(rows))


_CATEGORY, _ITEM = "4", "4.5"
"""ISO 14064-1 category 4, indirect emissions of products used; item 4.5 of the BEGES method,
version 5 (July 2022): services bought."""


def beges(report: Report, say: Say) -> Sheet:
    """Bought AI services, tool by tool: activity, factor with its range, emissions."""
    lines = next((b.lines for b in report.uses.breakdowns if b.by == "tool"), ())
    used = [line for line in lines if line.requests]
    rows = [_beges(report, line.label or line.key, line.requests, line.ghg, say) for line in used]
    if used:
        total = summed([line.ghg for line in used])
        requests = sum(line.requests for line in used)
        rows.append(_beges(report, say.t("report.all_tools"), requests, total, say))
    return Sheet(
        (
            *("period", "category", "category_name", "item", "item_name", "label"),
            *("activity", "activity_unit", "factor_low", "factor_central", "factor_high"),
            *("factor_unit", "emissions_low", "emissions_central", "emissions_high"),
            *("emissions_unit", "uncertainty_down", "uncertainty_up", "source", "scope"),
        ),
        tuple(rows),
    )


def _beges(report: Report, label: str, requests: int, ghg: Amount, say: Say) -> tuple[Cell, ...]:
    ends = (ghg.low, ghg.central, ghg.high)
    kilograms = [end / 1000 for end in ends]
    down, up = ((end / ghg.central - 1 if ghg.central else None) for end in (ghg.low, ghg.high))
    return (
        *(report.head.period.name, _CATEGORY, say.t("csv.category_4"), _ITEM),
        *(say.t("csv.item_4_5"), label, requests, say.t("csv.unit_request")),
        *(one / requests for one in kilograms),
        *(say.t("csv.unit_factor"), *kilograms, "kgCO2e", down, up, ghg.source),
        say.t("csv.beges_scope"),
    )


def reen(report: Report, say: Say) -> Sheet:
    """Goals, indicators, what was measured, actions; no rows outside that frame."""
    goals = report.reen.objectives if report.reen else ()
    french = say.lang == "fr"
    return Sheet(
        (
            *("period", "key", "goal", "indicator", "indicator_name", "direction", "target"),
            *("unit", "year", "low", "central", "high", "source", "reached", "action"),
        ),
        tuple(
            (
                *(report.head.period.name, one.id),
                (one.label_fr if french else one.label_en) or one.label_fr or one.label_en,
                *(one.indicator, say.t(f"reen.indicators.{one.indicator}")),
                *(one.direction, one.target, one.unit, one.year),
                *(
                    (one.measured.low, one.measured.central, one.measured.high, one.measured.source)
                    if one.measured
                    else (None,) * 4
                ),
                say.t(f"reen.state.{one.reached}"),
                (one.action_fr if french else one.action_en) or one.action_fr or one.action_en,
            )
            for one in goals
        ),
    )


def answers(report: Report, _: Say) -> Sheet:
    """Flags of toxicity and markers of bias, each with its denominator and interval."""
    period = report.head.period.name
    rows: list[tuple[Cell, ...]] = [
        (
            *(period, "toxicity", one.key, line.language, line.classifier, line.version),
            *(line.threshold_set, line.answers, *share_cells(one.flagged), line.prevalence.state),
        )
        for line in report.toxicity.lines
        for one in line.classes
    ]
    rows += [
        (
            *(period, f"toxicity_by_{group}", one.key, None, None, None, None, one.answers),
            *(*share_cells(one.flagged), None),
        )
        for group, lines in (("tool", report.toxicity.tools), ("faces", report.toxicity.faces))
        for one in lines
    ]
    rows += [
        (
            *(period, "bias", line.key, line.language, "bias", line.version, None, None),
            *(*share_cells(line.counted), line.note),
        )
        for line in report.bias.lines
    ]
    return Sheet(
        (
            *("period", "kind", "key", "language", "detector", "version", "threshold_set"),
            *("answers", *SHARE, "remark"),
        ),
        tuple(rows),
    )


def comparisons(report: Report, say: Say) -> Sheet:
    """Sentences about one group against others: both shares, ratio or difference, interval.

    Of the measure toxicity the parts are sums of scores and the ratios their means.
    """
    return Sheet(
        (
            *("period", "key", "label", "tool", "language", "part", "whole", "ratio"),
            *("other_part", "other_whole", "other_ratio", "times", "times_low", "times_high"),
            *("difference", "difference_low", "difference_high", "p_adjusted", "version"),
            "remark",
        ),
        tuple(
            (
                *(report.head.period.name, one.key, marker_name(one.key, say), one.tool or None),
                *(one.language, one.part, one.whole, one.part / one.whole),
                *(one.other_part, one.other_whole, one.other_part / one.other_whole),
                *_of_shares_or_means(one),
                *(one.p_adjusted, one.version, "differs" if one.differs else one.state),
            )
            for one in report.bias.comparisons
        ),
    )


def _of_shares_or_means(one: BiasComparison) -> tuple[Cell, ...]:
    """Shares are compared by their ratio, mean scores by their difference."""
    difference = one.part / one.whole - one.other_part / one.other_whole
    if one.key.endswith("/toxicity"):
        return (None, None, None, difference, one.low, one.high)
    return (one.ratio, one.low, one.high, difference, None, None)


def change(report: Report, _: Say) -> Sheet:
    """Before, after, and the parts of the change; then months published before, restated."""
    rows: list[tuple[Cell, ...]] = []
    told = report.change
    for line in told.lines:
        stages = (
            ("before", line.before),
            ("method", line.method),
            ("uses", line.uses),
            ("models", line.models),
            ("after", line.after),
        )
        period = report.head.period.name
        rows += [(period, told.before, name, *amount_cells(one)) for name, one in stages if one]
    for month in report.method.restated_months:
        for name in ("energy", "water", "ghg"):
            before, now = getattr(month, f"{name}_before"), getattr(month, name)
            rows.append((month.month, None, "published", *amount_cells(before)))
            rows.append((month.month, None, "restated", *amount_cells(now)))
    return Sheet(("period", "compared_with", "stage", *AMOUNT), tuple(rows))


def factors(report: Report, _: Say) -> Sheet:
    """What the figures rest on: sets, files with their hashes, equivalents, sensitivity."""
    told = report.method
    rows: list[tuple[Cell, ...]] = [
        ("factor_set", one.name, None, None, None, None, None, f"{one.origin} ({one.requests})")
        for one in told.factor_sets
    ]
    rows += [("file", one.file, None, None, None, None, None, one.sha256) for one in told.files]
    for line in report.footprint.equivalents:
        rows.append(("equivalent", line.id, *amount_cells(line.each)))
    for one in report.footprint.sensitivity:
        cells = (one.quantity, "1", one.low, 1.0, one.high, one.source)
        rows.append(("sensitivity", one.factor, *cells))
    return Sheet(("kind", "key", *AMOUNT), tuple(rows))
