"""What the élus are asked to decide: as typed in, or else by a rule.

The first rule whose condition holds is proposed; docs/method/decision.md lists them with
their thresholds, which are those of config/report/rules.yaml.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from proxy.report.facts import Facts
from proxy.report.model_people import Decision
from proxy.report.sections.applications import applications
from proxy.report.sections.change import change
from proxy.report.sections.charter import trained
from proxy.report.sections.coverage import lost_share, unread_share
from proxy.report.sections.exposure import exposure

__all__ = ["RULES", "decision"]

type Values = Mapping[str, float | str]


def decision(facts: Facts) -> Decision:
    """The decision of the period."""
    for one in facts.config.organisation.decisions:
        if one.month == facts.stretch.name:
            return Decision(origin="typed", rule="", text_fr=one.text.fr, text_en=one.text.en)
    if not facts.now.requests:
        return Decision(origin="none", rule="keep_watching")
    for name, rule in RULES.items():
        values = rule(facts)
        if values is not None:
            return Decision(origin="proposed", rule=name, values=values)
    return Decision(origin="proposed", rule="keep_watching")


def _resident_applications(facts: Facts) -> Values | None:
    """A program answers residents, and nobody has said whether it helps to decide."""
    open_ = [
        one
        for one in applications(facts).declared
        if one.faces == "resident" and one.requests and "say_decisions" in one.duties
    ]
    if not open_:
        return None
    first = open_[0]
    return {
        "application": first.label or first.key,
        "applications": float(len(open_)),
        "requests": float(sum(one.requests for one in open_)),
    }


def _undeclared_applications(facts: Facts) -> Values | None:
    many = sum(one.requests for one in applications(facts).undeclared)
    return _above(facts, many, facts.catalogues.rules.decision.undeclared_share)


def _forbidden_use(facts: Facts) -> Values | None:
    many = facts.now.count(lambda names: names["sanction"] == "forbidden")
    return _above(facts, many, facts.catalogues.rules.decision.forbidden_share)


def _unclassified_tools(facts: Facts) -> Values | None:
    many = facts.now.count(lambda names: names["sanction"] == "unknown")
    return _above(facts, many, facts.catalogues.rules.decision.unclassified_share)


def _no_charter(facts: Facts) -> Values | None:
    return None if facts.config.organisation.charter.version else {}


def _training_gap(facts: Facts) -> Values | None:
    """Fewer are trained than half of those whose posts are touched, whatever the range."""
    whole = exposure(facts).whole
    known, least = trained(facts), facts.catalogues.rules.decision.trained_per_touched
    ratio = whole.trained_per_touched if whole else None
    if known is None or whole is None or whole.touched is None or ratio is None:
        return None
    if ratio.high is None or ratio.high >= least:
        return None
    return {
        "trained": float(known.part),
        "headcount": float(known.whole),
        "touched_low": whole.touched.low,
        "touched_high": whole.touched.high,
    }


def _coverage_low(facts: Facts) -> Values | None:
    unread, lost, rule = unread_share(facts), lost_share(facts), facts.catalogues.rules.decision
    if (unread.ratio or 0) < rule.unread_share and (lost.ratio or 0) < rule.lost_share:
        return None
    return {"unread": unread.ratio or 0.0, "lost": lost.ratio or 0.0}


def _larger_models(facts: Facts) -> Values | None:
    """The choice of models alone has raised emissions, by all three values.

    Held against the same uses by the models of before: what more uses did is not in it.
    """
    line = next((one for one in change(facts).lines if one.quantity == "ghg"), None)
    if line is None or line.models is None or line.after_uses is None:
        return None
    part, same = line.models, line.after_uses
    least = facts.catalogues.rules.decision.models_share
    pairs = ((part.low, same.low), (part.central, same.central), (part.high, same.high))
    if any(before <= 0 or added < least * before for added, before in pairs):
        return None
    return {"share": part.central / same.central}


RULES: dict[str, Callable[[Facts], Values | None]] = {
    "resident_applications": _resident_applications,
    "undeclared_applications": _undeclared_applications,
    "forbidden_use": _forbidden_use,
    "unclassified_tools": _unclassified_tools,
    "no_charter": _no_charter,
    "training_gap": _training_gap,
    "coverage_low": _coverage_low,
    "larger_models": _larger_models,
}
"""Each gives the values that it rests on, or None where it does not hold."""


def _above(facts: Facts, many: int, least: float) -> Values | None:
    whole = facts.now.requests
    if many == 0 or many < least * whole:
        return None
    return {"requests": float(many), "whole": float(whole), "share": many / whole}
