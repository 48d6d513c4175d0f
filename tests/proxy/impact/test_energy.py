"""Energy of a token: which methods apply, and how they are brought together."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from proxy.impact.energy import J_PER_WH, decode_methods, generations, rack, token_energy
from proxy.impact.ranges import ONE
from proxy.records import Range
from tests.support.impact import factors

METHOD = factors().method
FIND = factors().models.find


@pytest.mark.parametrize(
    ("model", "methods"),
    [
        ("gpt-4o", {"ecologits", "fit h100", "fit b200", "table"}),
        ("llama-3.1-8b", {"ecologits", "fit b200", "measured"}),
        ("acme-of-nobody", {"ecologits", "fit h100", "fit b200"}),
    ],
)
def test_which_methods_apply(model: str, methods: set[str]) -> None:
    """A measurement takes the place of the fit that was made from such measurements."""
    assert token_energy(FIND(model), METHOD).decode_by.keys() == methods


@pytest.mark.parametrize("model", ["gpt-4o", "llama-3.1-8b", "acme-of-nobody"])
def test_centre_and_ends(model: str) -> None:
    found = token_energy(FIND(model), METHOD)
    spans = list(found.decode_by.values())
    centre = math.prod(span.central for span in spans) ** (1 / len(spans))
    assert found.decode.central == pytest.approx(centre, rel=1e-12)
    assert found.decode.low == min(span.low for span in spans)
    assert found.decode.high == max(span.high for span in spans)


def test_a_measured_model_by_hand() -> None:
    """0.119 J a token of the accelerators, and 60 % more for host and idle machines."""
    found = decode_methods(FIND("llama-3.1-8b"), METHOD, None, rack(METHOD))["measured"]
    assert found.central == pytest.approx(0.119 / 3600 * 1.6, rel=1e-9)


def test_a_cached_token_costs_its_share_of_a_read_one() -> None:
    found = token_energy(FIND("gpt-4o"), METHOD)
    assert found.cached.central == pytest.approx(
        found.prefill.central * METHOD.cached_share.central, rel=1e-12
    )


def test_reading_is_proportional_to_the_parameters_that_a_token_uses() -> None:
    card = FIND("llama-3.1-8b")
    single, double = (
        token_energy(replace(card, active_b=size, total_b=size), METHOD).prefill.central
        for size in (Range(8.0, 8.0, 8.0), Range(16.0, 16.0, 16.0))
    )
    assert double == pytest.approx(2 * single, rel=1e-12)
    wanted = METHOD.prefill_dense.central / J_PER_WH * 8 * (1 + METHOD.host_share.central)
    assert single == pytest.approx(wanted, rel=1e-12)


def test_a_small_fleet_costs_more_for_the_same_tokens() -> None:
    card = FIND("llama-3.1-8b")
    large = token_energy(card, METHOD).decode.central
    assert token_energy(card, METHOD, Range(3.0, 3.8, 5.0)).decode.central == pytest.approx(
        large * 3.8, rel=1e-9
    )


def test_accelerators_alone_have_neither_host_nor_table() -> None:
    found = token_energy(FIND("gpt-4o"), METHOD, accelerators_only=True)
    assert "table" not in found.decode_by
    whole = token_energy(FIND("gpt-4o"), METHOD, without=["table"])
    ratio = whole.decode_by["fit h100"].central / found.decode_by["fit h100"].central
    assert ratio == pytest.approx(1 + METHOD.host_share.central, rel=1e-12)
    assert decode_methods(FIND("gpt-4o"), METHOD, None, ONE).keys() == found.decode_by.keys()


def test_hardware_is_that_of_the_machines_per_wh() -> None:
    found = token_energy(FIND("gpt-4o"), METHOD).hardware.ghg_gco2e_per_wh
    made = [one.gwp_kgco2e * 1e3 / one.it_wh for one in generations(FIND("gpt-4o"), METHOD)]
    assert (found.low, found.central, found.high) == (min(made), made[1], max(made))
