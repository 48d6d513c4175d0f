"""The whole calculation of one estimate, step by step, so that it can be redone by hand.

Every step has a name that later formulae use, its low, central and high value, unit and
source. The last seven steps are the impact itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from proxy.exchange import Exchange
from proxy.impact.counts import Counts, counted, counts
from proxy.impact.energy import generations, rack
from proxy.impact.estimate import Estimator, Plan, held_by_tokens
from proxy.impact.ranges import product
from proxy.impact.reported import reported
from proxy.records import QUANTITIES, Impact, Range

__all__ = ["Explanation", "Step", "explain"]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the calculation."""

    name: str
    value: Range
    unit: str
    how: str
    """Formula in the names of other steps; empty for a figure."""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """An estimate and how it came about."""

    model_asked: str | None
    model: str
    known: bool
    provider: str
    operator: str
    zones: tuple[str, ...]
    impact: Impact
    sections: tuple[tuple[str, tuple[Step, ...]], ...]
    reported: str
    """What the tool itself said, apart from the estimate."""
    counted: bool
    """Whether anything was counted; if not, there is nothing to estimate."""

    def to_dict(self) -> dict[str, Any]:
        """For JSON: the quantities at the top, then what they rest on."""
        quantities = {name: _sides(getattr(self.impact, name)) for name in QUANTITIES}
        return {
            **quantities,
            "tier": self.impact.tier,
            "quality": self.impact.quality,
            "factor_set": self.impact.factor_set,
            "zone": self.impact.zone,
            "zones": list(self.zones),
            "model_asked": self.model_asked,
            "model": self.model,
            "model_known": self.known,
            "provider": self.provider,
            "operator": self.operator,
            "reported": self.reported,
            "counted": self.counted,
            "intermediate": {
                step.name: {
                    **_sides(step.value),
                    "unit": step.unit,
                    "how": step.how,
                    "source": step.source,
                }
                for _, steps in self.sections
                for step in steps
            },
        }


def _sides(value: Range) -> dict[str, float]:
    return {"low": value.low, "central": value.central, "high": value.high}


def explain(exchange: Exchange, estimator: Estimator) -> Explanation:
    """How an exchange's estimate comes about."""
    plan = estimator.plan(exchange)
    found = counts(exchange, estimator.errors)
    impact = estimator.estimate(exchange)
    return Explanation(
        model_asked=exchange.model_answered or exchange.model_asked,
        model=plan.card.name,
        known=plan.card.known,
        provider=exchange.provider,
        operator=plan.place.operator,
        zones=plan.place.zones,
        impact=impact,
        sections=(
            ("Request", tuple(_request(exchange, found, estimator))),
            ("Model", tuple(_model(plan))),
            ("Writing one token", tuple(_decode(plan, estimator))),
            ("Reading one token", tuple(_prefill(plan, estimator))),
            ("Images and audio", tuple(_media(plan, estimator))),
            ("Data centre and electricity", tuple(_place(plan))),
            ("Making of the machines", tuple(_hardware(plan))),
            ("Result", tuple(_result(impact))),
        ),
        reported=_reported(exchange),
        counted=counted(exchange),
    )


def _exact(value: float) -> Range:
    return Range(value, value, value)


def _request(exchange: Exchange, found: Counts, estimator: Estimator) -> Iterator[Step]:
    yield Step("output", _exact(found.output), "token", "", f"{exchange.output_source}")
    yield Step("input", _exact(found.input), "token", "input − cached", exchange.input_source)
    yield Step("cached", _exact(found.cached), "token", "", "reported")
    written, heard = held_by_tokens(exchange, found)
    yield _many("images", found.images, "1", "", held=written)
    yield _many("minutes", found.audio_min, "minute", "audio seconds / 60", held=heard)
    tokens = "config/tokenizers.yaml, by who counted"
    yield Step("output_error", found.output_error, "ratio", "", tokens)
    yield Step("input_error", found.input_error, "ratio", "", tokens)
    bound = estimator.factors.method.long_context_tokens
    yield Step(
        "longer",
        _exact(estimator.longer(found)),
        "1",
        f"max(0, input / {bound.central:g} − 1)",
        estimator.factors.method.figures["long_context_tokens"].source,
    )


def _many(name: str, value: float, unit: str, how: str, *, held: bool) -> Step:
    """Images or minutes; those that reported tokens hold raise the high end only."""
    if not (held and value):
        return Step(name, _exact(value), unit, how)
    return Step(name, Range(0.0, 0.0, value), unit, how, "the reported tokens hold them already")


def _model(plan: Plan) -> Iterator[Step]:
    card = plan.card
    yield Step("active", card.active_b, "B", "", card.source)
    yield Step("total", card.total_b, "B", "", card.source)
    yield Step("bits", _exact(card.bits), "bit", "", "config/models/models.yaml, else 16")


_QUADRATURE = "; errors in quadrature of their logarithms"


def _decode(plan: Plan, estimator: Estimator) -> Iterator[Step]:
    method, card, place = estimator.factors.method, plan.card, plan.place
    fleet = place.fleet or method.utilisation
    yield _figure(estimator, "host_share")
    yield Step("rack", rack(method), "ratio", "1 + host_share")
    if place.fleet is None:
        yield _figure(estimator, "utilisation")
    else:
        yield Step("utilisation", fleet, "ratio", "", place.sources.get("utilisation", ""))
    yield _figure(estimator, "ecologits_error")
    low, central, high = generations(card, method)
    ecologits = "EcoLogits, docs/method/energy.md"
    yield Step(
        "gpus",
        Range(low.gpus, central.gpus, high.gpus),
        "1",
        "2^⌈log2 ⌈memory_overhead·total·bits/8 / gpu_memory⌉⌉",
        ecologits,
    )
    yield Step(
        "ecologits_gpu",
        Range(low.gpu_wh, central.gpu_wh, high.gpu_wh),
        "Wh/token",
        "gpus·(alpha·e^(beta·64)·active + gamma)",
        ecologits,
    )
    yield Step(
        "ecologits_server",
        Range(low.server_wh, central.server_wh, high.server_wh),
        "Wh/token",
        "seconds per token / 3600 · 1200 W · gpus/8 / 64",
        ecologits,
    )
    for name, span in plan.tokens.decode_by.items():
        yield Step(
            f"decode {name}", span, "Wh/token", _how(name) + _QUADRATURE, _source(name, estimator)
        )
        if name == "measured" and card.measured_j is not None:
            yield Step("measured_j", card.measured_j.range, "J/token", "", card.source)
    names = ", ".join(f"decode {name}" for name in plan.tokens.decode_by)
    yield Step(
        "decode",
        plan.tokens.decode,
        "Wh/token",
        f"geometric mean of the centres, envelope of the ends: {names}",
        "docs/method/energy.md",
    )


def _figure(estimator: Estimator, name: str) -> Step:
    figure = estimator.factors.method.figures[name]
    return Step(name, figure.range, figure.unit, "", figure.source)


def _how(name: str) -> str:
    if name.startswith("fit "):
        return "e^c · active^a · total^t / 3600 · utilisation · error · rack"
    return {
        "ecologits": "(ecologits_gpu + ecologits_server) · utilisation · ecologits_error",
        "measured": "measured_j / 3600 · utilisation · measured_error · rack",
        "table": "Wh per 1,000 tokens / 1000 / PUE of the table · table_error",
    }[name]


def _source(name: str, estimator: Estimator) -> str:
    for fit in estimator.factors.method.fits:
        if name == f"fit {fit.name}":
            return (
                f"config/factors/method.yaml fits.{fit.name}: c {fit.constant:g},"
                f" a {fit.active_exponent:g}, t {fit.total_exponent:g},"
                f" error {fit.error.high:g}, utilisation {fit.utilisation.low:g}"
                f" to {fit.utilisation.high:g}"
            )
    return {
        "ecologits": "config/factors/ecologits.yaml",
        "measured": "config/models/models.yaml measured; method.yaml measured_error",
        "table": "config/models/models.yaml tables; method.yaml table_error",
    }[name]


def _prefill(plan: Plan, estimator: Estimator) -> Iterator[Step]:
    dense = plan.card.dense
    name = "prefill_dense" if dense else "prefill_mixture"
    yield _figure(estimator, name)
    yield _figure(estimator, "cached_share")
    yield _figure(estimator, "long_context")
    for by, span in plan.tokens.prefill_by.items():
        how = f"{name} · active / 3600 · rack" if by == "parameters" else _how("table")
        yield Step(f"prefill {by}", span, "Wh/token", how + _QUADRATURE)
    yield Step(
        "prefill",
        plan.tokens.prefill,
        "Wh/token",
        "geometric mean of the centres, envelope of the ends",
    )
    yield Step(
        "cached_rate", plan.tokens.cached, "Wh/token", "prefill · cached_share" + _QUADRATURE
    )


def _media(plan: Plan, estimator: Estimator) -> Iterator[Step]:
    share = rack(estimator.factors.method)
    yield Step("image_accelerators", plan.image.range, "Wh/image", "", plan.image.source)
    yield Step("image", product(plan.image.range, share), "Wh/image", "image_accelerators · rack")
    yield Step("audio_accelerators", plan.audio.range, "Wh/minute", "", plan.audio.source)
    yield Step("audio", product(plan.audio.range, share), "Wh/minute", "audio_accelerators · rack")


def _place(plan: Plan) -> Iterator[Step]:
    place, source = plan.place, plan.place.sources.get
    yield Step("pue", place.pue, "ratio", "", source("pue", ""))
    yield Step("wue", place.wue_l_per_kwh, "L/kWh", "", source("wue", ""))
    yield Step("gwp", place.gwp_gco2e_per_kwh, "gCO2e/kWh", "", source("gwp", ""))
    yield Step("water", place.water_l_per_kwh, "L/kWh", "", source("water", ""))
    yield Step("adpe", place.adpe_kgsb_per_kwh, "kgSb/kWh", "", source("adpe", ""))
    yield Step("primary_energy", place.pe_mj_per_kwh, "MJ/kWh", "", source("primary_energy", ""))


def _hardware(plan: Plan) -> Iterator[Step]:
    hardware = plan.tokens.hardware
    how = "making of GPUs and server / (lifespan · 64) · seconds, per Wh at the rack"
    source = "config/factors/ecologits.yaml, docs/method/hardware.md"
    yield Step("hardware_ghg", hardware.ghg_gco2e_per_wh, "gCO2e/Wh", how, source)
    yield Step("hardware_adpe", hardware.adpe_kgsb_per_wh, "kgSb/Wh", how, source)
    yield Step("hardware_pe", hardware.pe_mj_per_wh, "MJ/Wh", how, source)


_AT_RACK = (
    "[output·output_error·decode + input·input_error·prefill·(1 + long_context·longer)"
    " + cached·cached_rate + images·image + minutes·audio]"
)
_EACH_RATE = (
    "; for the ends, what follows the bracket multiplies each rate in it first, errors in"
    " quadrature of their logarithms (long_context end by end), then the parts add up"
)
_RESULT = {
    "energy_wh": ("Wh", "· pue"),
    "water_onsite_ml": ("mL", "· wue"),
    "water_electricity_ml": ("mL", "· pue · water"),
    "ghg_use_gco2e": ("gCO2e", "· pue · gwp / 1000"),
    "ghg_hardware_gco2e": ("gCO2e", "· hardware_ghg"),
    "adpe_kgsb": ("kgSb", "· (pue · adpe / 1000 + hardware_adpe)"),
    "primary_energy_mj": ("MJ", "· (pue · primary_energy / 1000 + hardware_pe)"),
}


def _result(impact: Impact) -> Iterator[Step]:
    for name, (unit, how) in _RESULT.items():
        yield Step(name, getattr(impact, name), unit, f"{_AT_RACK} {how}{_EACH_RATE}")


def _reported(exchange: Exchange) -> str:
    said = reported(exchange)
    if said is None:
        return ""
    parts = [
        f"{low:.4g} to {high:.4g} {unit}"
        for unit, ends in (("Wh", said.energy_wh), ("gCO2e", said.ghg_gco2e))
        if ends is not None
        for low, high in [ends]
    ]
    return ", ".join(parts)
