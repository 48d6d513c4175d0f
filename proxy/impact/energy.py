"""Energy at the rack of one token, in Wh, as ranges. docs/method/energy.md explains each formula.

Decoding is estimated by every method that applies to the model; the central value is
the unweighted geometric mean of theirs, low and high are the envelope of their ranges,
each with utilisation and its own error, never clipped.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from proxy.impact.closed_form import Deployment, Generation, generate
from proxy.impact.method import Fit, Method
from proxy.impact.models import Card
from proxy.impact.ranges import ONE, envelope, product, scaled
from proxy.records import Range

__all__ = [
    "J_PER_WH",
    "Hardware",
    "TokenEnergy",
    "decode_methods",
    "generations",
    "rack",
    "token_energy",
]

J_PER_WH = 3600.0
MEASURED_ON = "h100"
"""The fit that was made from the rows under `measured` in config/models/models.yaml."""


@dataclass(frozen=True, slots=True)
class Hardware:
    """Making of the machines, per Wh at the rack (EcoLogits' servers and lifespan)."""

    ghg_gco2e_per_wh: Range
    adpe_kgsb_per_wh: Range
    pe_mj_per_wh: Range


@dataclass(frozen=True, slots=True)
class TokenEnergy:
    """Energy at the rack of one model, in Wh per token."""

    decode: Range
    prefill: Range
    cached: Range
    decode_by: Mapping[str, Range]
    """Decoding by each method, utilisation and own error included."""
    prefill_by: Mapping[str, Range]
    hardware: Hardware


def token_energy(
    card: Card,
    method: Method,
    fleet: Range | None = None,
    *,
    without: Collection[str] = (),
    accelerators_only: bool = False,
) -> TokenEnergy:
    """All of a model's energies per token; done once per model, not per request.

    `fleet` is the utilisation of machines that are not a large service's; None: each
    method's own. `without` leaves methods out and `accelerators_only` the rest of the
    machines, for comparisons with figures of that scope (`proxy.impact.published`).
    """
    share = ONE if accelerators_only else rack(method)
    decode = {
        name: span
        for name, span in decode_methods(card, method, fleet, share).items()
        if name not in without
    }
    prefill = {"parameters": _prefill(card, method, share)}
    if card.table is not None and not accelerators_only and "table" not in without:
        prefill["table"] = product(scaled(card.table.input, 1e-3), method.table_error)
    computed = envelope(list(prefill.values()))
    return TokenEnergy(
        decode=envelope(list(decode.values())),
        prefill=computed,
        cached=product(computed, method.cached_share),
        decode_by=decode,
        prefill_by=prefill,
        hardware=_hardware(card, method),
    )


def rack(method: Method) -> Range:
    """Wh at the rack per Wh of the accelerators: host and idle machines added."""
    share = method.host_share
    return Range(1 + share.low, 1 + share.central, 1 + share.high)


def decode_methods(
    card: Card, method: Method, fleet: Range | None, share: Range
) -> dict[str, Range]:
    """Wh at the rack per output token, by each method that applies to the model.

    A measurement takes the place of the fit that was made from such measurements.
    """
    ranges = {"ecologits": _ecologits(card, method, fleet or method.utilisation, share)}
    for fit in method.fits:
        if card.measured_j is None or fit.name != MEASURED_ON:
            ranges[f"fit {fit.name}"] = _fit(card, fit, fleet or fit.utilisation, share)
    if card.measured_j is not None:
        measured = scaled(card.measured_j.range, 1 / J_PER_WH)
        ranges["measured"] = product(
            measured, fleet or method.utilisation, method.measured_error, share
        )
    if card.table is not None and share is not ONE:
        ranges["table"] = product(scaled(card.table.output, 1e-3), method.table_error)
    return ranges


def generations(card: Card, method: Method) -> tuple[Generation, Generation, Generation]:
    """EcoLogits' generation of one token at the low, central and high architecture."""

    def at(active_b: float, total_b: float) -> Generation:
        deployment = Deployment(active_b, total_b, card.bits, tokens_per_s=card.tokens_per_s)
        return generate(deployment, 1, method.hardware)

    active, total = card.active_b, card.total_b
    return (
        at(active.low, total.low),
        at(active.central, total.central),
        at(active.high, total.high),
    )


def _ecologits(card: Card, method: Method, utilisation: Range, share: Range) -> Range:
    """EcoLogits' own server term stands in for the host share."""
    low, central, high = (
        one.gpu_wh if share is ONE else one.it_wh for one in generations(card, method)
    )
    return product(Range(low, central, high), utilisation, method.ecologits_error)


def _fit(card: Card, fit: Fit, utilisation: Range, share: Range) -> Range:
    def wh(active_b: float, total_b: float) -> float:
        joules = math.exp(fit.constant) * active_b**fit.active_exponent
        return float(joules * total_b**fit.total_exponent / J_PER_WH)

    active, total = card.active_b, card.total_b
    architecture = Range(
        wh(active.low, total.low), wh(active.central, total.central), wh(active.high, total.high)
    )
    return product(architecture, utilisation, fit.error, share)


def _prefill(card: Card, method: Method, share: Range) -> Range:
    """Reading is bound by arithmetic: proportional to the parameters that a token uses."""
    coefficient = method.prefill_dense if card.dense else method.prefill_mixture
    return product(scaled(coefficient, 1 / J_PER_WH), card.active_b, share)


def _hardware(card: Card, method: Method) -> Hardware:
    made = generations(card, method)

    def span(of: Callable[[Generation], float]) -> Range:
        values = [of(one) / one.it_wh for one in made]
        return Range(min(values), values[1], max(values))

    return Hardware(
        ghg_gco2e_per_wh=span(lambda one: one.gwp_kgco2e * 1e3),
        adpe_kgsb_per_wh=span(lambda one: one.adpe_kgsb),
        pe_mj_per_wh=span(lambda one: one.pe_mj),
    )
