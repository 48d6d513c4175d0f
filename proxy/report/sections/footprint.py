"""Footprint: totals, quality, place, sensitivity, equivalents, and what services stated."""

from __future__ import annotations

from collections.abc import Callable

from proxy.impact.equivalents import Catalogue as Equivalents
from proxy.impact.ranges import product, scaled
from proxy.ledger import ImpactCell
from proxy.records import Range
from proxy.report.facts import Facts
from proxy.report.figures import Amount, amount
from proxy.report.keys import QUANTITIES
from proxy.report.model_cost import EquivalentLine, Footprint, FootprintLine, Reported
from proxy.report.sections.sensitivity import sensitivity
from proxy.report.slices import Pot

__all__ = ["equivalent_lines", "footprint", "per_request"]


def footprint(facts: Facts) -> Footprint:
    """The section."""
    total = facts.now.total()
    lines, covered = sensitivity(facts)
    return Footprint(
        requests=total.priced,
        whole=facts.now.requests,
        totals=tuple(total.amount(name) for name in QUANTITIES),
        per_request=tuple(per_request(total, name) for name in QUANTITIES) if total.priced else (),
        quality=_split(facts, lambda one: one.quality, ("A", "B", "C")),
        tiers=_split(facts, lambda one: str(one.tier)),
        places=_split(facts, lambda one: one.zone, most_first=True),
        sensitivity=lines,
        sensitivity_of=covered,
        equivalents=_equivalents(facts, total),
        reported=_reported(facts),
    )


def per_request(pot: Pot, quantity: str) -> Amount:
    """A quantity of one request on average, of those that have an estimate (at least one)."""
    whole = pot.amount(quantity)
    each = scaled(whole.range, 1 / pot.priced)
    return amount(quantity, whole.unit, each, whole.source)


def _split(
    facts: Facts,
    key: Callable[[ImpactCell], str],
    always: tuple[str, ...] = (),
    *,
    most_first: bool = False,
) -> tuple[FootprintLine, ...]:
    pots = {name: Pot() for name in always} if facts.now.requests else {}
    for _, cell in facts.now.impacts:
        pots.setdefault(key(cell), Pot()).price(cell)
    whole = sum(pot.priced for pot in pots.values())
    lines = [
        FootprintLine(
            key=name,
            requests=pot.priced,
            whole=whole,
            energy=pot.amount("energy"),
            water=pot.amount("water"),
            ghg=pot.amount("ghg"),
        )
        for name, pot in pots.items()
    ]
    if most_first:
        return tuple(sorted(lines, key=lambda one: (-one.requests, one.key)))
    return tuple(sorted(lines, key=lambda one: one.key))


def _equivalents(facts: Facts, total: Pot) -> tuple[EquivalentLine, ...]:
    if not total.priced:
        return ()
    things = facts.catalogues.equivalents
    return equivalent_lines(things, total.amount("ghg"), total.amount("water"))


def equivalent_lines(things: Equivalents, ghg: Amount, water: Amount) -> tuple[EquivalentLine, ...]:
    """Emissions and water in ordinary things, in the order of the file."""
    of = {"ghg": ghg, "water": water}
    found = []
    for thing in things.equivalents:
        each = thing.figure.range
        # How many: the reciprocal of one, low against high.
        many = product(of[thing.of].range, Range(1 / each.high, 1 / each.central, 1 / each.low))
        found.append(
            EquivalentLine(
                id=thing.id,
                of=thing.of,
                low=many.low,
                central=many.central,
                high=many.high,
                unit=thing.unit,
                each=amount(thing.of, thing.figure.unit, each, f"equivalents/{thing.id}"),
            )
        )
    return tuple(found)


_STATED = {
    "energy": ("reported_energy", "kwh", "kWh"),
    "ghg": ("reported_ghg", "kgco2e", "kgCO2e"),
}


def _reported(facts: Facts) -> tuple[Reported, ...]:
    found = []
    for quantity, (stem, unit, shown) in _STATED.items():
        many = int(facts.now.sums(f"{stem}_requests"))
        if many:
            same = _of_the_same(facts, f"{stem}_requests")
            found.append(
                Reported(
                    quantity=quantity,
                    unit=shown,
                    requests=many,
                    whole=facts.now.requests,
                    low=facts.now.sums(f"{stem}_min_{unit}"),
                    high=facts.now.sums(f"{stem}_max_{unit}"),
                    estimated=same.amount(quantity) if same.priced else None,
                    estimated_requests=same.priced,
                )
            )
    return tuple(found)


def _of_the_same(facts: Facts, stated: str) -> Pot:
    """Our estimate for every combination of which some requests stated a figure of their own."""
    stating = {cell.dimension for _, cell in facts.now.cells if cell.sums[stated]}
    pot = Pot()
    for _, cell in facts.now.impacts:
        if cell.dimension in stating:
            pot.price(cell)
    return pot
