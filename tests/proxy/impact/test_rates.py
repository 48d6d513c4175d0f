"""What one Wh at the rack means in every quantity, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proxy.impact.energy import Hardware, TokenEnergy
from proxy.impact.places import Place
from proxy.impact.rates import rate, rates
from proxy.records import Range


def exactly(value: float) -> Range:
    return Range(value, value, value)


PLACE = Place(
    zone="FRA",
    zones=("FRA",),
    operator="own",
    pue=exactly(1.5),
    wue_l_per_kwh=exactly(0.4),
    gwp_gco2e_per_kwh=exactly(40.0),
    water_l_per_kwh=exactly(3.0),
    adpe_kgsb_per_kwh=exactly(5e-8),
    pe_mj_per_kwh=exactly(9.0),
)
HARDWARE = Hardware(
    ghg_gco2e_per_wh=exactly(0.02), adpe_kgsb_per_wh=exactly(1e-9), pe_mj_per_wh=exactly(2e-4)
)


def test_two_wh_at_the_rack() -> None:
    """3 Wh at the meter: 0.8 mL evaporated, 9 mL at the power station, 0.12 g of use."""
    found = rate(exactly(2.0), PLACE, HARDWARE)
    expected = {
        "energy_wh": 3.0,
        "water_onsite_ml": 0.8,
        "water_electricity_ml": 9.0,
        "ghg_use_gco2e": 0.12,
        "ghg_hardware_gco2e": 0.04,
        "adpe_kgsb": 3 * 5e-11 + 2e-9,
        "primary_energy_mj": 3 * 0.009 + 4e-4,
    }
    for name, span in found.ranges().items():
        for side in (span.low, span.central, span.high):
            assert side == pytest.approx(expected[name], rel=1e-12), name
    assert found.ranges().keys() == expected.keys()


def test_independent_errors_meet_in_quadrature() -> None:
    """Twice too much here and twice too much there: 2^√2 and not 4."""
    found = rate(Range(0.5, 1.0, 2.0), PLACE, HARDWARE).ranges()["energy_wh"]
    assert found.high == pytest.approx(3.0)
    wide = replace(PLACE, pue=Range(1.0, 1.5, 3.0))
    found = rate(Range(0.5, 1.0, 2.0), wide, HARDWARE).ranges()["energy_wh"]
    assert found.high == pytest.approx(1.5 * 2**2**0.5)


def test_each_rate_is_that_of_its_own_energy() -> None:
    tokens = TokenEnergy(
        decode=exactly(2.0),
        prefill=exactly(1.0),
        cached=exactly(0.1),
        decode_by={},
        prefill_by={},
        hardware=HARDWARE,
    )
    found = rates(tokens, PLACE, Range(0.0, 0.1, 0.2), exactly(4.0), exactly(5.0))
    energies = {
        name: getattr(found, name).central[0]
        for name in ("decode", "prefill", "cached", "longer", "image", "audio")
    }
    assert energies == pytest.approx(
        {"decode": 3.0, "prefill": 1.5, "cached": 0.15, "longer": 0.15, "image": 6.0, "audio": 7.5}
    )
    assert (found.longer.low[0], found.longer.high[0]) == pytest.approx((0.0, 0.3))
