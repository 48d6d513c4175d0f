"""Every case of an oracle file made with EcoLogits: our closed form and data give the same.

The file is named by JAUGE_ECOLOGITS_ORACLE: a CSV of requests (api llm_impacts or
compute_llm_impacts) with EcoLogits' low and high of every quantity.
"""

from __future__ import annotations

import csv
import json
import math
import os
from dataclasses import replace
from pathlib import Path

import pytest

from proxy.impact.closed_form import Deployment, Generation, generate
from proxy.impact.ecologits_data import (
    EcoModel,
    mixes_document,
    models_document,
    read_mixes,
    read_models,
)
from tests.support.impact import estimator, exchange, factors

FILE = os.environ.get("JAUGE_ECOLOGITS_ORACLE")
DEFAULT_ZONE = {"mistralai": "SWE", "openai": "USA"}
"""Zone that EcoLogits takes where a request names none."""

needs_oracle = pytest.mark.skipif(not FILE, reason="JAUGE_ECOLOGITS_ORACLE names no oracle file")


def rows() -> list[dict[str, str]]:
    if not FILE:
        return []
    with Path(FILE).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CASES = [pytest.param(row, id=row["case"]) for row in rows() if not row["errors"]]
ERRORS = [pytest.param(row, id=row["case"]) for row in rows() if row["errors"]]


def ends(text: str) -> tuple[float, float]:
    low, _, high = text.partition("-")
    return float(low), float(high or low)


def architecture(row: dict[str, str]) -> EcoModel:
    if row["api"] == "llm_impacts":
        return read_models(models_document())[row["model"]]
    return EcoModel(
        active_b=ends(row["active_params_b"]),
        total_b=ends(row["total_params_b"]),
        tokens_per_s=None,
        first_token_s=None,
        warnings=(),
        version="",
    )


def generation(row: dict[str, str], end: int) -> Generation:
    model = architecture(row)
    chosen = json.loads(row["api"].partition(" ")[2] or "{}")
    hardware = factors().method.hardware
    if "batch_size" in chosen:
        hardware = replace(hardware, batch=chosen["batch_size"])
    deployment = Deployment(
        active_b=model.active_b[end],
        total_b=model.total_b[end],
        bits=chosen.get("model_quantization_bits", 16),
        tokens_per_s=model.tokens_per_s,
        first_token_s=model.first_token_s,
    )
    latency = float(row["request_latency_s"] or math.inf)
    return generate(deployment, float(row["output_tokens"]), hardware, latency)


@needs_oracle
@pytest.mark.parametrize("row", CASES)
@pytest.mark.parametrize("end", [0, 1])
def test_equals_ecologits(row: dict[str, str], end: int) -> None:
    side = ("min", "max")[end]
    made = generation(row, end)
    mix = read_mixes(mixes_document())[row["zone"] or DEFAULT_ZONE[row["provider"]]]
    pue, wue = ends(row["pue"])[end], ends(row["wue_l_per_kwh"])[end]
    energy_wh = made.it_wh * pue
    expected = {
        "energy_wh": energy_wh,
        "gwp_usage_g": energy_wh * mix.gwp_gco2e / 1e3,
        "gwp_embodied_g": made.gwp_kgco2e * 1e3,
        "gwp_g": energy_wh * mix.gwp_gco2e / 1e3 + made.gwp_kgco2e * 1e3,
        "wcf_ml": made.it_wh * (wue + pue * mix.water_l),
        "adpe_ug_sb": energy_wh * mix.adpe_kgsb * 1e6 + made.adpe_kgsb * 1e9,
        "pe_kj": energy_wh * mix.pe_mj + made.pe_mj * 1e3,
    }
    for name, ours in expected.items():
        assert ours == pytest.approx(float(row[f"{name}_{side}"]), rel=1e-9), name


@needs_oracle
@pytest.mark.parametrize("row", ERRORS)
def test_where_ecologits_gives_nothing_we_are_wide_and_do_not_raise(row: dict[str, str]) -> None:
    impact = estimator().estimate(
        exchange(
            row["model"],
            provider=row["provider"],
            output_tokens=int(row["output_tokens"]),
            region=row["zone"],
        )
    )
    assert 0 < impact.energy_wh.low < impact.energy_wh.central < impact.energy_wh.high < math.inf
