"""From the counts of one exchange to its impact: seven quantities, each low, central, high.

E_it = output·decode + input·prefill(+cached share) + images + audio        Wh at the rack
E    = E_it·PUE                                                           Wh, data centre
water on site = E_it·WUE, water of electricity = E·W                      mL
GHG of use = E·gwp, of hardware = E_it·(making of the machines per Wh)    gCO2e

Ranges are multiplied end by end: errors of a shared factor are correlated, and
sums of many exchanges stay honest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from proxy.config import Config
from proxy.exchange import CountSource, Exchange
from proxy.impact.energy import LONG_CONTEXT_TOKENS, TokenEnergy, token_energy
from proxy.impact.factors import FactorSet, load
from proxy.impact.models import Card
from proxy.impact.places import Place
from proxy.records import Impact, Range

__all__ = ["Estimator", "Plan", "load_estimator"]

_ONE = Range(1.0, 1.0, 1.0)
_MAX_TOKENS = 10_000_000
"""No service takes more in one request; a larger number is damage."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that does not depend on the counts: made once per model, provider and region."""

    card: Card
    place: Place
    tokens: TokenEnergy


class Estimator:
    """Estimates impacts with one factor set. Safe to share between threads."""

    def __init__(self, factors: FactorSet) -> None:
        self.factors = factors
        self.plan = lru_cache(maxsize=8192)(self._plan)
        method = factors.method
        self._errors: dict[CountSource, Range] = {
            "reported": _ONE,
            "counted": method.counted_error,
            "estimated": method.estimated_error,
            "none": _ONE,
        }

    def _plan(self, model: str | None, provider: str, region: str | None) -> Plan:
        card = self.factors.models.find(model)
        return Plan(
            card=card,
            place=self.factors.places.find(provider, region),
            tokens=token_energy(card, self.factors.method),
        )

    def model_name(self, exchange: Exchange) -> str | None:
        """The catalogue's name of the exchange's model; None when it is not in the catalogue."""
        card = self.factors.models.find(exchange.model_answered or exchange.model_asked)
        return card.name if card.known else None

    def estimate(self, exchange: Exchange) -> Impact:
        """The impact of an exchange; of an unknown model it is wide, never nothing."""
        plan = self.plan(
            exchange.model_answered or exchange.model_asked, exchange.provider, exchange.region
        )
        return self._impact(plan, self._at_rack_wh(plan.tokens, exchange))

    def _at_rack_wh(self, tokens: TokenEnergy, exchange: Exchange) -> Range:
        given, cached = _count(exchange.input_tokens), _count(exchange.cache_read_tokens)
        cached = min(cached, given)
        out, made = self._errors[exchange.output_source], _count(exchange.output_tokens)
        error = self._errors[exchange.input_source]
        longer = max(0.0, (given - cached - LONG_CONTEXT_TOKENS) / LONG_CONTEXT_TOKENS)
        extra = self.factors.method.long_context

        def side(name: str) -> float:
            read = (given - cached) * getattr(tokens.prefill, name)
            read *= 1 + getattr(extra, name) * longer
            read += cached * getattr(tokens.cached, name)
            written = made * getattr(tokens.decode, name) * getattr(out, name)
            return float(written + read * getattr(error, name) + self._media(exchange, name))

        return Range(side("low"), side("central"), side("high"))

    def _media(self, exchange: Exchange, side: str) -> float:
        images, audio_s = exchange.images or 0, exchange.audio_s or 0.0
        if not images and not audio_s:
            return 0.0
        method = self.factors.method
        host = 1 + getattr(method.host_share, side)
        return float(
            (images * getattr(method.image, side) + audio_s / 60 * getattr(method.audio, side))
            * host
        )

    def _impact(self, plan: Plan, it_wh: Range) -> Impact:
        place, hardware = plan.place, plan.tokens.hardware
        energy = _times(it_wh, place.pue)
        return Impact(
            energy_wh=energy,
            water_onsite_ml=_times(it_wh, place.wue_l_per_kwh),  # L/kWh is mL/Wh
            water_electricity_ml=_times(energy, place.water_l_per_kwh),
            ghg_use_gco2e=_times(energy, place.gwp_gco2e_per_kwh, 1e-3),
            ghg_hardware_gco2e=_times(it_wh, hardware.ghg_gco2e_per_wh),
            adpe_kgsb=_plus(
                _times(energy, place.adpe_kgsb_per_kwh, 1e-3),
                _times(it_wh, hardware.adpe_kgsb_per_wh),
            ),
            primary_energy_mj=_plus(
                _times(energy, place.pe_mj_per_kwh, 1e-3), _times(it_wh, hardware.pe_mj_per_wh)
            ),
            tier=plan.card.tier,
            quality=plan.card.quality,
            zone=place.zone,
            factor_set=self.factors.name,
        )


def load_estimator(config: Config) -> Estimator:  # noqa: ARG001 - own hosts come with it
    """The estimator that a configuration asks for. Raises FactorError."""
    return Estimator(load())


def _count(value: float | None) -> float:
    if value is None or not math.isfinite(value):
        return 0.0
    return min(max(0.0, value), _MAX_TOKENS)


def _times(left: Range, right: Range, unit: float = 1.0) -> Range:
    return Range(
        left.low * right.low * unit,
        left.central * right.central * unit,
        left.high * right.high * unit,
    )


def _plus(left: Range, right: Range) -> Range:
    return Range(left.low + right.low, left.central + right.central, left.high + right.high)
