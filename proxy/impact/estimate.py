"""From the counts of one exchange to its impact: seven quantities, each low, central, high.

impact = output·decode + input·prefill + cached·cached rate + images·image + minutes·audio

with the rates of `proxy.impact.rates`. What depends on model and place only is worked
out once and kept; an exchange costs some microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from proxy.config import Config
from proxy.exchange import Exchange
from proxy.impact.counts import Counts, Errors, counted, counts
from proxy.impact.energy import TokenEnergy, rack, token_energy
from proxy.impact.factors import FactorSet, load
from proxy.impact.figures import Figure
from proxy.impact.models import Card
from proxy.impact.places import OwnHost, Place
from proxy.impact.ranges import product
from proxy.impact.rates import Rate, Rates, rates
from proxy.records import Impact, Range

__all__ = ["Estimator", "Plan", "held_by_tokens", "load_estimator", "own_hosts"]


@dataclass(frozen=True, slots=True)
class Plan:
    """All that does not depend on the counts: made once per model, provider and region."""

    card: Card
    place: Place
    tokens: TokenEnergy
    image: Figure
    """Wh per image, accelerators only."""
    audio: Figure
    """Wh per minute, accelerators only."""
    rates: Rates


class Estimator:
    """Estimates impacts with one factor set. Safe to share between threads."""

    def __init__(self, factors: FactorSet, own: Mapping[str, OwnHost] | None = None) -> None:
        """`own`: machines that the town hall runs itself, by tool or provider.

        Raises FactorError where one of them is in no known zone.
        """
        self.factors = factors
        self.errors = Errors(factors.tokenizers)
        self._own = {name: factors.places.own(host) for name, host in (own or {}).items()}
        self._set = factors.name
        self._step = factors.method.long_context_tokens.central
        self._cached_plan = lru_cache(maxsize=8192)(self._plan)

    def model_name(self, exchange: Exchange) -> str | None:
        """The catalogue's name of the exchange's model; None when it is not in the catalogue."""
        card = self.factors.models.find(exchange.model_answered or exchange.model_asked)
        return card.name if card.known else None

    def plan(self, exchange: Exchange) -> Plan:
        """Model, place and rates of an exchange."""
        own = exchange.tool if exchange.tool in self._own else exchange.provider
        return self._cached_plan(
            exchange.model_answered or exchange.model_asked,
            exchange.provider,
            exchange.region,
            own if own in self._own else None,
        )

    def _plan(self, model: str | None, provider: str, region: str | None, own: str | None) -> Plan:
        factors, method = self.factors, self.factors.method
        card = factors.models.find(model)
        place = self._own[own] if own else factors.places.find(provider, region, model)
        tokens = token_energy(card, method, place.fleet)
        image = factors.models.image(model) or method.figures["image"]
        audio = factors.models.audio(model) or method.figures["audio"]
        share = rack(method)
        return Plan(
            card=card,
            place=place,
            tokens=tokens,
            image=image,
            audio=audio,
            rates=rates(
                tokens,
                place,
                method.long_context,
                product(image.range, share),
                product(audio.range, share),
            ),
        )

    def impact(self, exchange: Exchange) -> Impact | None:
        """The impact of an exchange; None where nothing was counted that could cost.

        A refused call, an answer that could not be read: a gap in coverage, and no zero.
        """
        return self.estimate(exchange) if counted(exchange) else None

    def estimate(self, exchange: Exchange) -> Impact:
        """The impact of an exchange; of an unknown model it is wide, never nothing."""
        plan = self.plan(exchange)
        spans = self.quantities(exchange, plan.rates)
        return Impact(
            energy_wh=spans[0],
            water_onsite_ml=spans[1],
            water_electricity_ml=spans[2],
            ghg_use_gco2e=spans[3],
            ghg_hardware_gco2e=spans[4],
            adpe_kgsb=spans[5],
            primary_energy_mj=spans[6],
            tier=plan.card.tier,
            quality=plan.card.quality,
            zone=plan.place.zone,
            factor_set=self._set,
        )

    def quantities(self, exchange: Exchange, own: Rates) -> list[Range]:
        """The quantities of an exchange at given rates, in the order of `QUANTITIES`."""
        found = counts(exchange, self.errors)
        longer = self.longer(found)
        out, read = found.output_error, found.input_error
        sides = (
            _side("low", own, found, longer, (out.low, read.low)),
            _side("central", own, found, longer, (1.0, 1.0)),
            _side("high", own, found, longer, (out.high, read.high)),
        )
        if found.images or found.audio_min:
            sides = _with_media(sides, own, found, exchange)
        return [Range(*values) for values in zip(*sides, strict=True)]

    def longer(self, found: Counts) -> float:
        """Steps by which the computed input exceeds the long-context bound."""
        return max(0.0, found.input / self._step - 1)


def _side(
    name: str, own: Rates, found: Counts, longer: float, errors: tuple[float, float]
) -> list[float]:
    """One side (low, central, high) of every quantity: tokens only."""
    made, read = found.output * errors[0], found.input * errors[1]
    decode, prefill = getattr(own.decode, name), getattr(own.prefill, name)
    values = [made * d + read * p for d, p in zip(decode, prefill, strict=True)]
    if found.cached:
        cached = getattr(own.cached, name)
        values = [v + found.cached * c for v, c in zip(values, cached, strict=True)]
    if longer:
        extra = read * longer
        values = [v + extra * r for v, r in zip(values, getattr(own.longer, name), strict=True)]
    return values


type _Sides = tuple[list[float], list[float], list[float]]


def _with_media(sides: _Sides, own: Rates, found: Counts, exchange: Exchange) -> _Sides:
    """Images and audio added.

    Where the service reports tokens for them, those hold the media already: then they
    only raise the high end.
    """
    written, heard = held_by_tokens(exchange, found)
    parts: tuple[tuple[float, Rate, bool], ...] = (
        (found.images, own.image, written),
        (found.audio_min, own.audio, heard),
    )
    for many, one, covered in parts:
        if many:
            sides = (
                sides[0] if covered else _plus(sides[0], many, one.low),
                sides[1] if covered else _plus(sides[1], many, one.central),
                _plus(sides[2], many, one.high),
            )
    return sides


def held_by_tokens(exchange: Exchange, found: Counts) -> tuple[bool, bool]:
    """Whether the tokens that the service reports hold its images, and its audio."""
    written = exchange.output_source == "reported" and found.output > 0
    heard = written or (exchange.input_source == "reported" and found.input > 0)
    return written, heard


def _plus(values: list[float], many: float, one: tuple[float, ...]) -> list[float]:
    return [value + many * each for value, each in zip(values, one, strict=True)]


def own_hosts(config: Config) -> dict[str, OwnHost]:
    """The machines that a configuration declares as the town hall's own, by tool or provider."""
    return {
        host.tool or host.provider or "": OwnHost(
            zone=host.zone.upper(),
            pue=host.pue,
            wue_l_per_kwh=host.wue,
            utilisation=host.utilisation,
        )
        for host in config.settings.impact.own_hosts
    }


def load_estimator(config: Config) -> Estimator:
    """The estimator that a configuration asks for. Raises FactorError."""
    return Estimator(load(), own_hosts(config))
