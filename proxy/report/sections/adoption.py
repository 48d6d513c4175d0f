"""Phase of adoption: diffuse, experimental, general. docs/method/adoption.md has the rule."""

from __future__ import annotations

from proxy.report.facts import UNPLACED, Facts
from proxy.report.figures import Share
from proxy.report.model_uses import Adoption, Phase, PhaseOf
from proxy.report.sections.common import of_staff, sanctioned
from proxy.report.slices import Names, Slice

__all__ = ["adoption", "equipped", "phase_of", "sanctioned_share"]


def adoption(facts: Facts) -> Adoption:
    """The section."""
    rule = facts.catalogues.rules.adoption
    *earlier, _ = facts.trend.items()
    return Adoption(
        phase=phase_of(facts, facts.now, facts.months),
        rule=rule.version,
        sanctioned=sanctioned_share(facts.now),
        equipped=equipped(facts, facts.now, facts.months),
        sanctioned_from=rule.sanctioned_from,
        equipped_experimental=rule.equipped_experimental,
        equipped_general=rule.equipped_general,
        requests_per_agent=rule.requests_per_agent,
        history=tuple(
            PhaseOf(month=str(month), phase=phase_of(facts, one, 1))
            for month, one in earlier
            if one.cells  # Nobody knows the phase of a month that was not observed.
        ),
    )


def sanctioned_share(one: Slice) -> Share:
    """Requests to sanctioned tools, of all."""
    return Share(part=one.count(sanctioned), whole=one.requests, unit="requests")


def equipped(facts: Facts, one: Slice, months: int) -> Share:
    """Departments, as shown, that use sanctioned tools regularly.

    What answers residents says nothing of the staff and is left out; so is traffic that
    belongs to no department, and a department without declared agents.
    """

    def key(names: Names) -> str | None:
        if not (sanctioned(names) and of_staff(names)):
            return None
        return facts.departments.shown(names)

    found = one.requests_by(key)
    wanted = {
        name: heads * facts.catalogues.rules.adoption.requests_per_agent * months
        for name, heads in facts.departments.headcounts.items()
        if heads > 0 and name != UNPLACED
    }
    many = sum(found.get(name, 0) >= least for name, least in wanted.items())
    return Share(part=many, whole=len(wanted), unit="departments")


def phase_of(facts: Facts, one: Slice, months: int) -> Phase:
    """The phase that a slice of so many months shows."""
    rule = facts.catalogues.rules.adoption
    used, spread = sanctioned_share(one).ratio, equipped(facts, one, months).ratio or 0.0
    if used is None:
        return "none"
    if used >= rule.sanctioned_from and spread >= rule.equipped_general:
        return "general"
    if used >= rule.sanctioned_from or spread >= rule.equipped_experimental:
        return "experimental"
    return "diffuse"
