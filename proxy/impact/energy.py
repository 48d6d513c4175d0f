"""Energy at the rack of one request, in Wh, as ranges. docs/method/energy.md explains each formula.

Decoding is estimated by every method that applies to the model; the central value
is the unweighted geometric mean of theirs, low and high are the envelope of their
ranges with the servers' utilisation, never clipped.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from proxy.impact.closed_form import Deployment, generate
from proxy.impact.method import Method
from proxy.impact.models import Card
from proxy.records import Range

__all__ = ["LONG_CONTEXT_TOKENS", "Hardware", "TokenEnergy", "decode_methods", "token_energy"]

J_PER_WH = 3600.0
LONG_CONTEXT_TOKENS = 10_000
"""Input tokens beyond which prefill grows faster than proportionally (Epoch AI, 2025)."""


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
    methods: Mapping[str, Range]
    """Decoding by each method, utilisation and own error included."""
    hardware: Hardware


def decode_methods(card: Card, method: Method) -> dict[str, Range]:
    """Wh at the rack per output token, by each method that applies to the model."""
    ranges = {
        "ecologits": _with_errors(_ecologits(card), method.utilisation),
        "fit": _with_errors(_fit(card, method), method.utilisation, method.fit_error),
    }
    if card.measured_j is not None:
        measured = _at_rack(card.measured_j.range, method)
        ranges["measured"] = _with_errors(measured, method.utilisation, method.measured_error)
    return ranges


def token_energy(card: Card, method: Method) -> TokenEnergy:
    """All of a model's energies per token; done once per model, not per request."""
    methods = decode_methods(card, method)
    prefill = _at_rack(_times(method.prefill, card.active_b), method)
    return TokenEnergy(
        decode=_triangulated(list(methods.values())),
        prefill=prefill,
        cached=_times(prefill, method.cached_share),
        methods=methods,
        hardware=_hardware(card),
    )


def _ends(card: Card) -> tuple[Deployment, Deployment, Deployment]:
    def deployment(active_b: float, total_b: float) -> Deployment:
        return Deployment(active_b, total_b, tokens_per_s=card.tokens_per_s)

    return (
        deployment(card.active_b.low, card.total_b.low),
        deployment(card.active_b.central, card.total_b.central),
        deployment(card.active_b.high, card.total_b.high),
    )


def _ecologits(card: Card) -> Range:
    low, central, high = (generate(deployment, 1).it_wh for deployment in _ends(card))
    return Range(low, central, high)


def _fit(card: Card, method: Method) -> Range:
    """exp(c) active^a total^t J per token, for all accelerators (16 rows of ML.ENERGY v3)."""

    def joules(active_b: float, total_b: float) -> float:
        return float(
            math.exp(method.fit_constant.central)
            * active_b**method.fit_active_exponent.central
            * total_b**method.fit_total_exponent.central
        )

    active, total = card.active_b, card.total_b
    return _at_rack(
        Range(
            joules(active.low, total.low),
            joules(active.central, total.central),
            joules(active.high, total.high),
        ),
        method,
    )


def _at_rack(joules: Range, method: Method) -> Range:
    """Accelerators' J to Wh at the rack: the host's and the idle share added."""
    share = method.host_share
    return Range(
        joules.low * (1 + share.low) / J_PER_WH,
        joules.central * (1 + share.central) / J_PER_WH,
        joules.high * (1 + share.high) / J_PER_WH,
    )


def _times(left: Range, right: Range) -> Range:
    return Range(left.low * right.low, left.central * right.central, left.high * right.high)


def _with_errors(span: Range, *ratios: Range) -> Range:
    """Widened by independent ratios around 1, which add up in quadrature of their logarithms."""
    down = math.sqrt(math.fsum(math.log(ratio.low) ** 2 for ratio in ratios))
    up = math.sqrt(math.fsum(math.log(ratio.high) ** 2 for ratio in ratios))
    return Range(span.low * math.exp(-down), span.central, span.high * math.exp(up))


def _triangulated(methods: Sequence[Range]) -> Range:
    logs = [math.log(method.central) for method in methods]
    return Range(
        min(method.low for method in methods),
        math.exp(math.fsum(logs) / len(logs)),
        max(method.high for method in methods),
    )


def _hardware(card: Card) -> Hardware:
    made = [generate(deployment, 1) for deployment in _ends(card)]

    def span(values: list[float]) -> Range:
        return Range(min(values), values[1], max(values))

    return Hardware(
        ghg_gco2e_per_wh=span([one.gwp_kgco2e * 1e3 / one.it_wh for one in made]),
        adpe_kgsb_per_wh=span([one.adpe_kgsb / one.it_wh for one in made]),
        pe_mj_per_wh=span([one.pe_mj / one.it_wh for one in made]),
    )
