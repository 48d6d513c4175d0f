"""What the page of the élus picks from the other sections."""

from __future__ import annotations

import math

from proxy.report.facts import Facts
from proxy.report.model_cost import EquivalentLine
from proxy.report.model_people import Elus, ElusFigure
from proxy.report.sections.applications import applications
from proxy.report.sections.decision import decision
from proxy.report.sections.footprint import equivalent_lines

__all__ = ["FIGURES", "elus"]

FIGURES = ("ghg", "water", "energy")
EASY = 100.0
"""A count that readers picture easily: the equivalent nearest to it is picked."""


def elus(facts: Facts) -> Elus:
    """Three figures, the applications that answer residents, the decision."""
    total = facts.now.total()
    figures = []
    if total.priced:
        lines = equivalent_lines(
            facts.catalogues.equivalents, total.amount("ghg"), total.amount("water")
        )
        figures = [
            ElusFigure(key=key, amount=total.amount(key), equivalent=_best(lines, key))
            for key in FIGURES
        ]
    return Elus(
        figures=tuple(figures),
        resident_applications=tuple(
            one.key for one in applications(facts).declared if one.faces == "resident"
        ),
        decision=decision(facts),
    )


def _best(lines: tuple[EquivalentLine, ...], quantity: str) -> str:
    """The equivalent whose central count is nearest to EASY, by its logarithm."""
    fitting = [one for one in lines if one.of == quantity and one.central > 0]
    if not fitting:
        return ""
    return min(fitting, key=lambda one: (abs(math.log(one.central / EASY)), one.id)).id
