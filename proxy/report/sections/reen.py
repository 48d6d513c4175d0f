"""The frame of the law REEN: each goal, its indicator, what was measured, the action.

Article 35 of the law of 15 November 2021 and décret 2022-1084: communes and EPCI of more
than 50,000 inhabitants draw up a strategy with goals and indicators, and report on it
every year before the debate on the budget (CGCT, article L2311-1-1).
"""

from __future__ import annotations

from collections.abc import Callable

from proxy.config.organisation import Goal
from proxy.coverage import CLOSED
from proxy.impact.ranges import scaled
from proxy.ledger.intake import HOUR_S
from proxy.records import Range
from proxy.report.facts import Facts
from proxy.report.figures import Amount, Share, amount
from proxy.report.model_people import Objective, Reen
from proxy.report.sections.adoption import equipped, sanctioned_share
from proxy.report.sections.charter import trained
from proxy.report.sections.common import of_staff
from proxy.report.sections.coverage import gap_count
from proxy.report.sections.footprint import per_request

__all__ = ["INDICATORS", "reen"]

ADDED_UP = frozenset({"requests_per_100_agents", "energy_kwh", "water_l", "ghg_kgco2e"})
"""Indicators that grow as long as the year goes on; the others are shares and means."""
SOURCES = ("reen_article_35", "decret_2022_1084", "cgct_l2311_1_1")


def reen(facts: Facts) -> Reen:
    """The goals of the report's year."""
    year = facts.stretch.months[0].year
    goals = [one for one in facts.config.organisation.goals if one.year == year]
    return Reen(objectives=tuple(_objective(facts, one) for one in goals), sources=SOURCES)


def _objective(facts: Facts, goal: Goal) -> Objective:
    unit, measure = INDICATORS[goal.indicator]
    span = measure(facts)
    most = goal.at_most is not None
    target = goal.at_most if goal.at_most is not None else goal.at_least or 0.0
    return Objective(
        id=goal.name,
        label_fr=goal.label.fr or goal.label.en,
        label_en=goal.label.en or goal.label.fr,
        indicator=goal.indicator,
        target=target,
        unit=unit,
        year=goal.year,
        measured=_amount(facts, goal.indicator, unit, span),
        reached=_so_far(facts, goal, _reached(span, target, most=most)),
        direction="at_most" if most else "at_least",
        action_fr=goal.action.fr or goal.action.en,
        action_en=goal.action.en or goal.action.fr,
    )


def _amount(facts: Facts, indicator: str, unit: str, span: Range | None) -> Amount | None:
    if span is None:
        return None
    counted = span.low == span.high
    return amount(
        indicator, unit, span, "ledger" if counted else facts.now.total().amount("energy").source
    )


def _so_far(facts: Facts, goal: Goal, reached: str) -> str:
    """Of what adds up over the year, a part of it decides nothing that more could undo."""
    whole = facts.complete and facts.data_since <= facts.stretch.since + HOUR_S * 24
    undone = "yes" if goal.at_most is not None else "no"
    grows = goal.indicator in ADDED_UP and not whole
    return "unsure" if grows and reached == undone else reached


def _reached(span: Range | None, target: float, *, most: bool) -> str:
    """Yes or no only where the whole range says so."""
    if span is None:
        return "unknown"
    worst, best = (span.high, span.low) if most else (-span.low, -span.high)
    limit = target if most else -target
    if worst <= limit:
        return "yes"
    return "no" if best > limit else "unsure"


def _point(value: float | None) -> Range | None:
    return None if value is None else Range(value, value, value)


def _ratio(share: Share | None) -> Range | None:
    return None if share is None else _point(share.ratio)


def _whole(quantity: str, factor: float) -> Callable[[Facts], Range | None]:
    def measure(facts: Facts) -> Range | None:
        total = facts.now.total()
        return scaled(total.amount(quantity).range, factor) if total.priced else None

    return measure


def _each(quantity: str) -> Callable[[Facts], Range | None]:
    def measure(facts: Facts) -> Range | None:
        total = facts.now.total()
        return per_request(total, quantity).range if total.priced else None

    return measure


def _per_agents(facts: Facts) -> Range | None:
    heads = facts.departments.headcount
    return _point(100 * facts.now.count(of_staff) / heads if heads else None)


def _equipped(facts: Facts) -> Range | None:
    return _ratio(equipped(facts, facts.now, facts.months))


def _undecrypted(facts: Facts) -> Range | None:
    """Connections that stayed closed, of those and the requests that were recorded."""
    closed = gap_count(facts, CLOSED)
    whole = closed + facts.now.requests
    return _point(closed / whole if whole else None)


def _quality_c(facts: Facts) -> Range | None:
    priced = sum(cell.requests for _, cell in facts.now.impacts)
    guessed = sum(cell.requests for _, cell in facts.now.impacts if cell.quality == "C")
    return _point(guessed / priced if priced else None)


INDICATORS: dict[str, tuple[str, Callable[[Facts], Range | None]]] = {
    "requests_per_100_agents": ("requests", _per_agents),
    "sanctioned_share": ("1", lambda facts: _ratio(sanctioned_share(facts.now))),
    "trained_share": ("1", lambda facts: _ratio(trained(facts))),
    "equipped_share": ("1", _equipped),
    "energy_kwh": ("kWh", _whole("energy", 1e-3)),
    "water_l": ("L", _whole("water", 1e-3)),
    "ghg_kgco2e": ("kgCO2e", _whole("ghg", 1e-3)),
    "energy_per_request_wh": ("Wh", _each("energy")),
    "ghg_per_request_gco2e": ("gCO2e", _each("ghg")),
    "undecrypted_share": ("1", _undecrypted),
    "quality_c_share": ("1", _quality_c),
}
"""Indicator to its unit and how it is worked out; None where there are no data."""
