"""Charts of the page, each with the table that says the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from proxy.charts import MOST, Bar, Month, Part, Rate, monthly_band, range_bars, rates, shares
from proxy.stats import rule_of_three, wilson
from proxy.texts import Texts
from proxy.web.figures import Flags, Tally
from proxy.web.views.spans import cell, common_unit, in_unit

__all__ = ["Chart", "energy_bars", "flag_rate", "flag_rates", "history", "sanction_shares"]

_MOST_BARS = 8


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and its name."""

    ident: str
    title: str
    svg: Markup


def _chart(ident: str, title: str, svg: str) -> Chart:
    # Charts escape every label themselves (proxy.charts.svg).
    return Chart(ident, title, Markup(svg))  # noqa: S704


def energy_bars(
    ident: str, title: str, groups: Sequence[tuple[str, Tally]], texts: Texts
) -> Chart | None:
    """Energy by group, the first ones that have an estimate; None without any."""
    found = [(label, one) for label, one in groups if one.estimated][:_MOST_BARS]
    if not found:
        return None
    unit = common_unit("energy_wh", (one for _, one in groups))
    bars = [
        Bar(label, in_unit(one.ranges["energy_wh"], unit), cell("energy_wh", one, texts, unit))
        for label, one in found
    ]
    heading = f"{title} ({unit.symbol})"
    desc = texts.t("page.chart_bars", count=len(bars))
    return _chart(ident, heading, range_bars(ident, heading, desc, bars, texts))


def sanction_shares(sanctions: Mapping[str, Tally], texts: Texts) -> Chart | None:
    """Requests by what the charter says; None without requests."""
    whole = sum(one.requests for one in sanctions.values())
    if not whole:
        return None
    parts = [
        Part(
            texts.of("common.sanction", name),
            one.requests,
            f"{texts.count(one.requests)} ({texts.percent(one.requests / whole)})",
        )
        for name, one in list(sanctions.items())[:MOST]
    ]
    title = texts.t("page.uses.by_sanction")
    told = texts.all_of([f"{part.label} {part.figures}" for part in parts])
    desc = texts.t("page.uses.sanction_desc", parts=told)
    return _chart("sanctions", title, shares("sanctions", title, desc, parts, texts))


def history(months: Mapping[str, Tally | None], texts: Texts) -> Chart | None:
    """Energy month by month; None before there is a second month to compare with."""
    known = [one for one in months.values() if one is not None and one.estimated]
    if len(known) < 2:
        return None
    unit = common_unit("energy_wh", known)
    places = [
        Month(name, in_unit(one.ranges["energy_wh"], unit) if one and one.estimated else None)
        for name, one in months.items()
    ]
    title = texts.t("page.history.title")
    desc = texts.t("page.history.desc", count=len(places))
    return _chart(
        "history", title, monthly_band("history", title, desc, unit.symbol, places, texts)
    )


def flag_rate(one: Flags) -> tuple[float, float, float]:
    """Share of flagged answers, 95 % interval; of none, its high end is the rule of three."""
    if not one.flagged:
        return 0.0, 0.0, rule_of_three(one.scored)
    interval = wilson(one.flagged, one.scored)
    return interval.low, one.flagged / one.scored, interval.high


def flag_rates(flags: Sequence[Flags], texts: Texts) -> Chart | None:
    """Shares of flagged answers by language; None where none was scored."""
    rows = []
    for one in flags[:_MOST_BARS]:
        if not one.scored:
            continue
        counts = texts.t("page.findings.figures", flagged=one.flagged, scored=one.scored)
        label = texts.of("common.language", one.language)
        rows.append(Rate(label, *flag_rate(one), figures=counts))
    if not rows:
        return None
    title = texts.t("page.findings.title")
    desc = texts.t("page.findings.desc")
    return _chart("findings", title, rates("findings", title, desc, rows, texts))
