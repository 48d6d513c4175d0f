"""The calculation as an auditor would redo it, from what is printed alone."""

from __future__ import annotations

import math
from typing import Any

import pytest

from proxy.exchange import ReportedFootprint
from proxy.impact.explain import explain
from proxy.records import QUANTITIES
from tests.support.impact import Field, estimator, exchange

SIDES = ("low", "central", "high")


def explained(model: str, **fields: Field) -> dict[str, Any]:
    return explain(exchange(model, **fields), estimator()).to_dict()


REQUESTS = [
    ("gpt-4o", {"input_tokens": 100, "output_tokens": 300}),
    ("openweight-large", {"provider": "albert", "input_tokens": 50_000, "output_tokens": 10}),
    ("gemini-2.5-pro", {"provider": "google", "input_tokens": 900, "cache_read_tokens": 800}),
    ("gpt-5", {"output_tokens": 700, "output_source": "counted"}),
    ("whisper-1", {"audio_s": 90.0}),
    ("acme", {"provider": "nobody", "images": 2}),
]


@pytest.mark.parametrize(("model", "fields"), REQUESTS)
def test_the_centre_can_be_redone_by_hand(model: str, fields: dict[str, Field]) -> None:
    """The formulae of the last section, with nothing but the values of the steps."""
    found = explained(model, **fields)
    v = {name: step["central"] for name, step in found["intermediate"].items()}
    rack = (
        v["output"] * v["output_error"] * v["decode"]
        + v["input"] * v["input_error"] * v["prefill"] * (1 + v["long_context"] * v["longer"])
        + v["cached"] * v["cached_rate"]
        + v["images"] * v["image"]
        + v["minutes"] * v["audio"]
    )
    expected = {
        "energy_wh": rack * v["pue"],
        "water_onsite_ml": rack * v["wue"],
        "water_electricity_ml": rack * v["pue"] * v["water"],
        "ghg_use_gco2e": rack * v["pue"] * v["gwp"] / 1000,
        "ghg_hardware_gco2e": rack * v["hardware_ghg"],
        "adpe_kgsb": rack * (v["pue"] * v["adpe"] / 1000 + v["hardware_adpe"]),
        "primary_energy_mj": rack * (v["pue"] * v["primary_energy"] / 1000 + v["hardware_pe"]),
    }
    for name, value in expected.items():
        assert found[name]["central"] == pytest.approx(value, rel=1e-9), name


@pytest.mark.parametrize("side", SIDES)
def test_decoding_can_be_redone_by_hand(side: str) -> None:
    steps = explained("gpt-4o", output_tokens=1)["intermediate"]
    methods = [step[side] for name, step in steps.items() if name.startswith("decode ")]
    assert len(methods) == 4
    expected = {
        "low": min(methods),
        "central": math.prod(methods) ** (1 / len(methods)),
        "high": max(methods),
    }
    assert steps["decode"][side] == pytest.approx(expected[side], rel=1e-12)


def test_a_fit_can_be_redone_by_hand() -> None:
    """e^−3.673·76.21^0.201·440^0.616/3600·1.6; 2.2, 1.31 and 2.2/1.6 in quadrature above."""
    steps = explained("gpt-4o", output_tokens=1)["intermediate"]
    fit = steps["decode fit h100"]
    central = math.exp(-3.673) * steps["active"]["central"] ** 0.201 * 440**0.616 / 3600 * 1.6
    assert fit["central"] == pytest.approx(central, rel=1e-9)
    architecture = (132 / steps["active"]["central"]) ** 0.201
    spread = math.hypot(*map(math.log, (2.2, 1.31, 2.2 / 1.6, architecture)))
    assert fit["high"] == pytest.approx(central * math.exp(spread), rel=1e-9)


def test_quantities_are_those_of_the_estimate() -> None:
    found = explained("gpt-4o", input_tokens=100, output_tokens=300)
    impact = estimator().estimate(exchange("gpt-4o", input_tokens=100, output_tokens=300))
    for name in QUANTITIES:
        span = getattr(impact, name)
        assert found[name] == {"low": span.low, "central": span.central, "high": span.high}
    assert found["tier"] == impact.tier
    assert found["quality"] == impact.quality
    assert found["factor_set"] == impact.factor_set
    assert found["zones"] == ["USA", "SWE", "IRL", "NLD"]
    assert found["model_known"]


def test_every_figure_names_its_source() -> None:
    steps = explained("gpt-4o", output_tokens=1)["intermediate"]
    for name, step in steps.items():
        assert step["how"] or step["source"] or name == "images", name


def test_what_the_tool_reported_stays_apart() -> None:
    plain = explained("openweight-large", provider="albert", output_tokens=10)
    told = explained(
        "openweight-large",
        provider="albert",
        output_tokens=10,
        reported=ReportedFootprint(energy_min_kwh=0.001, energy_max_kwh=0.002),
    )
    assert told["reported"] == "1 to 2 Wh"
    assert told["energy_wh"] == plain["energy_wh"]
    assert not plain["reported"]
