"""The closed form against EcoLogits itself: every model that it knows, in three zones."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from dataclasses import replace

import pytest
from ecologits.electricity_mix_repository import electricity_mixes
from ecologits.impacts.llm import compute_llm_impacts
from ecologits.model_repository import Model, ParametersMoE, models
from ecologits.utils.range_value import RangeValue

from proxy.impact.closed_form import Deployment, generate, gpu_count
from tests.support.impact import factors

TOKENS = (1, 400, 12_345)
ZONES = ("FRA", "USA", "WOR")
PUE, WUE_L_PER_KWH = 1.2, 0.4
HARDWARE = factors().method.hardware


@pytest.fixture(autouse=True)
def _quiet() -> None:
    logging.getLogger("ecologits").setLevel(logging.CRITICAL)


def ends(value: float | RangeValue) -> tuple[float, float]:
    return (value.min, value.max) if isinstance(value, RangeValue) else (value, value)


def deployments(model: Model) -> Iterator[Deployment]:
    """The low and the high end of a model's architecture."""
    parameters = model.architecture.parameters
    if isinstance(parameters, ParametersMoE):
        active, total = ends(parameters.active), ends(parameters.total)
    else:
        active = total = ends(parameters)
    for end in (0, 1):
        yield Deployment(
            active_b=active[end],
            total_b=total[end],
            tokens_per_s=model.deployment.tps if model.deployment else None,
            first_token_s=model.deployment.ttft if model.deployment else None,
        )


@pytest.mark.parametrize("zone", ZONES)
def test_equals_ecologits_on_every_model(zone: str) -> None:
    mix = electricity_mixes.find_electricity_mix(zone=zone)
    assert mix is not None
    known = models.list_models()
    assert len(known) > 300
    for number, model in enumerate(known):
        tokens = TOKENS[number % len(TOKENS)]
        for deployment in deployments(model):
            ours = generate(deployment, tokens, HARDWARE, 30.0)
            theirs = compute_llm_impacts(
                model_active_parameter_count=deployment.active_b,
                model_total_parameter_count=deployment.total_b,
                output_token_count=tokens,
                request_latency=30.0,
                if_electricity_mix_adpe=mix.adpe,
                if_electricity_mix_pe=mix.pe,
                if_electricity_mix_gwp=mix.gwp,
                if_electricity_mix_wue=mix.wue,
                datacenter_pue=PUE,
                datacenter_wue=WUE_L_PER_KWH,
                tps=deployment.tokens_per_s,
                ttft=deployment.first_token_s,
            )
            energy_kwh = ours.it_wh * PUE / 1e3
            expected = {
                energy_kwh: theirs.energy.value,
                energy_kwh * mix.gwp: theirs.usage.gwp.value,
                ours.it_wh / 1e3 * (WUE_L_PER_KWH + PUE * mix.wue): theirs.wcf.value,
                ours.gwp_kgco2e: theirs.embodied.gwp.value,
                ours.adpe_kgsb: theirs.embodied.adpe.value,
                ours.pe_mj: theirs.embodied.pe.value,
            }
            for mine, value in expected.items():
                assert mine == pytest.approx(value, rel=1e-9), model.name


def test_worked_by_hand() -> None:
    """8 B dense, 400 tokens: 1.2·8·16/8 = 19.2 GB on one 80 GB GPU.

    Energy per token 1.16653e-6·e^(-0.0112059·64)·8 + 4.05293e-5 = 4.50846e-5 Wh, times
    400 = 0.0180338 Wh. Latency per token 6.78509e-4·8 + 3.11931e-4·64 + 0.0194737 =
    0.0448654 s, times 400 = 17.9462 s. Server 17.9462/3600·1200·(1/8)/64 = 0.0116837 Wh.
    """
    ours = generate(Deployment(active_b=8, total_b=8), 400, HARDWARE)
    assert ours.gpus == 1
    assert ours.gpu_wh == pytest.approx(0.0180338, rel=1e-5)
    assert ours.latency_s == pytest.approx(17.9462, rel=1e-5)
    assert ours.server_wh == pytest.approx(0.0116837, rel=1e-5)


@pytest.mark.parametrize(
    ("total_b", "bits", "gpus"),
    [(8, 16, 1), (33.3, 16, 1), (34, 16, 2), (405, 16, 16), (117, 4, 1)],
)
def test_gpu_count(total_b: float, bits: float, gpus: int) -> None:
    assert gpu_count(total_b, bits, HARDWARE) == gpus


def test_the_observed_duration_caps_the_latency() -> None:
    deployment = Deployment(active_b=70, total_b=70)
    free, capped = generate(deployment, 1000, HARDWARE), generate(deployment, 1000, HARDWARE, 5.0)
    assert capped.latency_s == 5.0
    assert capped.gpu_wh == free.gpu_wh
    assert capped.server_wh / free.server_wh == pytest.approx(5.0 / free.latency_s)


def test_smaller_batches_cost_more() -> None:
    deployment = Deployment(active_b=8, total_b=8)
    costs = [generate(deployment, 400, replace(HARDWARE, batch=b)).it_wh for b in (8, 16, 64, 256)]
    assert costs == sorted(costs, reverse=True)


def test_nothing_generated_is_no_nan() -> None:
    ours = generate(Deployment(active_b=8, total_b=8), 0, HARDWARE)
    assert ours.it_wh == 0
    assert all(math.isfinite(value) for value in (ours.gwp_kgco2e, ours.adpe_kgsb, ours.pe_mj))
