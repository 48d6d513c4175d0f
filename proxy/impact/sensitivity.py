"""What makes an interval wide: one factor at a time is taken to be known exactly.

Each variant keeps a factor at its central value and leaves the others as they are; the
interval that remains is compared with the whole one. That is an analysis of one factor at
a time: factors that multiply share some of their width, so what the variants take away
does not add up to the whole. docs/method/sensitivity.md tells more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from proxy.exchange import Exchange
from proxy.impact.cards import Card
from proxy.impact.energy import TokenEnergy, rack, token_energy
from proxy.impact.estimate import Estimator, Plan
from proxy.impact.method import Method
from proxy.impact.places import Place
from proxy.impact.ranges import envelope, product, scaled
from proxy.impact.rates import Rates, rates
from proxy.records import QUANTITIES, Range

__all__ = ["FACTORS", "Known", "Variant", "sensitivity", "width"]


@dataclass(frozen=True, slots=True)
class Variant:
    """What an estimate is made from."""

    method: Method
    card: Card
    place: Place
    exchange: Exchange
    agreed: bool = False
    """The methods' centres are taken to agree; each keeps its own width."""
    known_hardware: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What remains of a quantity's interval when one factor is known exactly."""

    factor: str
    ranges: Mapping[str, Range]
    """Per name of `records.QUANTITIES`."""


def _point(span: Range) -> Range:
    return Range(span.central, span.central, span.central)


def _utilisation(one: Variant) -> Variant:
    method = replace(
        one.method,
        utilisation=_point(one.method.utilisation),
        fits=tuple(replace(fit, utilisation=_point(fit.utilisation)) for fit in one.method.fits),
    )
    fleet = one.place.fleet
    return replace(
        one, method=method, place=replace(one.place, fleet=_point(fleet) if fleet else None)
    )


def _model_method(one: Variant) -> Variant:
    method = replace(
        one.method,
        ecologits_error=_point(one.method.ecologits_error),
        measured_error=_point(one.method.measured_error),
        table_error=_point(one.method.table_error),
        fits=tuple(replace(fit, error=_point(fit.error)) for fit in one.method.fits),
    )
    return replace(one, method=method, agreed=True)


def _architecture(one: Variant) -> Variant:
    card = replace(one.card, active_b=_point(one.card.active_b), total_b=_point(one.card.total_b))
    return replace(one, card=card)


def _prefill(one: Variant) -> Variant:
    method = replace(
        one.method,
        prefill_dense=_point(one.method.prefill_dense),
        prefill_mixture=_point(one.method.prefill_mixture),
        cached_share=_point(one.method.cached_share),
        long_context=_point(one.method.long_context),
    )
    return replace(one, method=method)


def _host(one: Variant) -> Variant:
    return replace(one, method=replace(one.method, host_share=_point(one.method.host_share)))


def _place(*names: str) -> Callable[[Variant], Variant]:
    def vary(one: Variant) -> Variant:
        known: dict[str, Any] = {name: _point(getattr(one.place, name)) for name in names}
        return replace(one, place=replace(one.place, **known))

    return vary


def _hardware(one: Variant) -> Variant:
    return replace(one, known_hardware=True)


def _tokens(one: Variant) -> Variant:
    """As if the service had reported the counts."""
    known = msgspec.structs.replace(one.exchange, input_source="reported", output_source="reported")
    return replace(one, exchange=known)


FACTORS: dict[str, Callable[[Variant], Variant]] = {
    "utilisation": _utilisation,
    "model_method": _model_method,
    "architecture": _architecture,
    "prefill": _prefill,
    "host": _host,
    "pue": _place("pue"),
    "grid": _place("gwp_gco2e_per_kwh"),
    "wue": _place("wue_l_per_kwh"),
    "water_electricity": _place("water_l_per_kwh"),
    "hardware": _hardware,
    "tokens": _tokens,
}
"""Factor to what is known when it is. utilisation: how many requests share a machine;
model_method: the methods' own errors, and that they disagree; architecture: parameters of
the model; prefill: reading, caches, long context; host: the rest of the machine; pue, wue:
power and water usage effectiveness; grid: carbon of electricity; water_electricity: its
water; hardware: making of the machines; tokens: counts that no service reported."""


def sensitivity(
    estimator: Estimator, exchanges: Iterable[tuple[Exchange, float]]
) -> tuple[Mapping[str, Range], list[Known]]:
    """The whole intervals of so many of each exchange, and what each known factor leaves.

    Both by this analysis alone: media (images, audio) keep their width in all variants.
    """
    given = list(exchanges)
    whole = _sum(estimator, given, lambda one: one)
    return whole, [Known(name, _sum(estimator, given, vary)) for name, vary in FACTORS.items()]


def width(span: Range) -> float:
    """How wide an interval is: the logarithm of high over low.

    Where low is nothing only the upper side counts; 0 for nothing at all.
    """
    if span.central <= 0 or span.high <= 0:
        return 0.0
    lower = math.log(span.central / span.low) if span.low > 0 else 0.0
    return lower + math.log(span.high / span.central)


def _sum(
    estimator: Estimator,
    given: Iterable[tuple[Exchange, float]],
    vary: Callable[[Variant], Variant],
) -> Mapping[str, Range]:
    sums = [[0.0, 0.0, 0.0] for _ in QUANTITIES]
    known: dict[int, Rates] = {}
    for exchange, many in given:
        plan = estimator.plan(exchange)
        one = vary(Variant(estimator.factors.method, plan.card, plan.place, exchange))
        if id(plan) not in known:  # The estimator keeps its plans: one object each.
            known[id(plan)] = _rates(plan, one)
        spans = estimator.quantities(one.exchange, known[id(plan)])
        for total, span in zip(sums, spans, strict=True):
            for side, value in enumerate((span.low, span.central, span.high)):
                total[side] += many * value
    return {name: Range(*total) for name, total in zip(QUANTITIES, sums, strict=True)}


def _rates(plan: Plan, one: Variant) -> Rates:
    share = rack(one.method)
    return rates(
        _tokens_of(one),
        one.place,
        one.method.long_context,
        product(plan.image.range, share),
        product(plan.audio.range, share),
    )


def _tokens_of(one: Variant) -> TokenEnergy:
    found = token_energy(one.card, one.method, one.place.fleet)
    if one.agreed:
        found = replace(
            found,
            decode=_agreed(found.decode, list(found.decode_by.values())),
            prefill=_agreed(found.prefill, list(found.prefill_by.values())),
        )
        found = replace(found, cached=product(found.prefill, one.method.cached_share))
    if one.known_hardware:
        made = found.hardware
        found = replace(
            found,
            hardware=replace(
                made,
                ghg_gco2e_per_wh=_point(made.ghg_gco2e_per_wh),
                adpe_kgsb_per_wh=_point(made.adpe_kgsb_per_wh),
                pe_mj_per_wh=_point(made.pe_mj_per_wh),
            ),
        )
    return found


def _agreed(joined: Range, by: list[Range]) -> Range:
    """The methods' ranges, each moved to the common centre."""
    moved = [scaled(one, joined.central / one.central) for one in by if one.central > 0]
    return envelope(moved) if moved else joined
