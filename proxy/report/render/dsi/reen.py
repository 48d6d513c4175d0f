"""The frame of the law REEN: goals, indicators, what was measured, actions."""

from __future__ import annotations

from collections.abc import Iterator

from proxy.report.figures import Amount
from proxy.report.model import Report
from proxy.report.model_people import Objective
from proxy.report.render.blocks import Block, Column, Heading, Para, Table
from proxy.report.render.say import NONE, Say

__all__ = ["measured", "reen"]


def reen(report: Report, say: Say) -> Iterator[Block]:
    """Nothing, unless the report was made in this frame."""
    if report.reen is None:
        return
    yield Heading(say.t("reen.title"), id="reen")
    yield Para(say.t("reen.frame"))
    if not report.reen.objectives:
        yield Para(say.t("reen.no_goals"))
        return
    yield Table(
        say.t("reen.table"),
        (
            Column(say.t("reen.goal"), wide=1.6),
            Column(say.t("reen.indicator"), wide=1.6),
            Column(say.t("reen.target"), numbers=True, wide=1.1),
            Column(say.t("reen.measured"), numbers=True, wide=1.4),
            Column(say.t("reen.reached"), wide=0.9),
            Column(say.t("reen.action"), wide=1.8),
        ),
        tuple(_row(goal, say) for goal in report.reen.objectives),
        say.t("reen.note"),
    )


def _row(goal: Objective, say: Say) -> tuple[str, ...]:
    french = say.lang == "fr"
    label, other = (goal.label_fr, goal.label_en) if french else (goal.label_en, goal.label_fr)
    action, second = (
        (goal.action_fr, goal.action_en) if french else (goal.action_en, goal.action_fr)
    )
    bound = say.t(f"reen.{goal.direction}", value=_value(goal.target, goal.unit, say))
    return (
        label or other,
        say.t(f"reen.indicators.{goal.indicator}"),
        f"{bound} ({goal.year})",
        measured(goal.measured, goal.unit, say),
        say.t(f"reen.state.{goal.reached}"),
        action or second or NONE,
    )


_SYMBOLS = {"kgCO2e": "kg\u00a0CO₂e", "gCO2e": "g\u00a0CO₂e"}
_PLAIN = {"", "1", "requests"}
"""Units that the name of the indicator says already; 1 is a share."""


def _value(value: float, unit: str, say: Say) -> str:
    if unit == "1":
        return say.percent(value)
    shown = say.tick(value)
    return shown if unit in _PLAIN else f"{shown}\u00a0{_SYMBOLS.get(unit, unit)}"


def measured(amount: Amount | None, unit: str, say: Say) -> str:
    """What was measured, in the unit of the goal."""
    if amount is None:
        return NONE
    if unit == "1":
        if amount.low == amount.high:
            return say.percent(amount.central)
        return say.percent_range(amount.low, amount.central, amount.high)
    return say.range(amount.range, "" if unit in _PLAIN else _SYMBOLS.get(unit, unit))
