"""What one token, image or minute costs in every quantity, in one place, by one model.

Worked out once; an exchange is then a sum of counts times rates. That keeps estimates
exactly additive and monotone in their counts.

Per Wh at the rack (docs/method/water.md, carbon.md):
    energy = PUE                                    Wh
    water on site = WUE                             mL (L/kWh is mL/Wh)
    water of electricity = PUE W                    mL
    GHG of use = PUE gwp / 1000                     gCO2e
    GHG of hardware = making of the machines        gCO2e
    ADPe, primary energy = both of the two kinds    kg Sb eq, MJ
"""

from __future__ import annotations

from dataclasses import dataclass

from proxy.impact.energy import Hardware, TokenEnergy
from proxy.impact.places import Place
from proxy.impact.ranges import product, scaled, total
from proxy.records import QUANTITIES, Range

__all__ = ["Rate", "Rates", "rate", "rates"]

_PER_WH = 1e-3
"""kWh in a Wh."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Impact of one unit of something, in the order of `records.QUANTITIES`."""

    low: tuple[float, ...]
    central: tuple[float, ...]
    high: tuple[float, ...]

    def ranges(self) -> dict[str, Range]:
        """By name."""
        triples = zip(QUANTITIES, self.low, self.central, self.high, strict=True)
        return {name: Range(*triple) for name, *triple in triples}


@dataclass(frozen=True, slots=True)
class Rates:
    """All rates of one model in one place."""

    decode: Rate
    """Per output token."""
    prefill: Rate
    """Per input token that is computed."""
    cached: Rate
    """Per input token that is read from a cache."""
    longer: Rate
    """Per computed input token and further step beyond the long-context bound."""
    image: Rate
    """Per image generated."""
    audio: Rate
    """Per minute of audio."""


def rate(it_wh: Range, place: Place, hardware: Hardware) -> Rate:
    """The impact of so many Wh at the rack."""
    electricity = {
        "energy_wh": product(it_wh, place.pue),
        "water_onsite_ml": product(it_wh, place.wue_l_per_kwh),
        "water_electricity_ml": product(it_wh, place.pue, place.water_l_per_kwh),
        "ghg_use_gco2e": scaled(product(it_wh, place.pue, place.gwp_gco2e_per_kwh), _PER_WH),
        "ghg_hardware_gco2e": product(it_wh, hardware.ghg_gco2e_per_wh),
        "adpe_kgsb": total(
            scaled(product(it_wh, place.pue, place.adpe_kgsb_per_kwh), _PER_WH),
            product(it_wh, hardware.adpe_kgsb_per_wh),
        ),
        "primary_energy_mj": total(
            scaled(product(it_wh, place.pue, place.pe_mj_per_kwh), _PER_WH),
            product(it_wh, hardware.pe_mj_per_wh),
        ),
    }
    spans = [electricity[name] for name in QUANTITIES]
    return Rate(
        low=tuple(span.low for span in spans),
        central=tuple(span.central for span in spans),
        high=tuple(span.high for span in spans),
    )


def rates(
    tokens: TokenEnergy, place: Place, longer: Range, image_wh: Range, audio_wh: Range
) -> Rates:
    """Every rate; `image_wh` per image and `audio_wh` per minute, at the rack.

    `longer` is the added share of reading per step: it shares the errors of reading, so
    its ends multiply those.
    """
    prefill = rate(tokens.prefill, place, tokens.hardware)
    return Rates(
        decode=rate(tokens.decode, place, tokens.hardware),
        prefill=prefill,
        cached=rate(tokens.cached, place, tokens.hardware),
        longer=Rate(
            low=tuple(value * longer.low for value in prefill.low),
            central=tuple(value * longer.central for value in prefill.central),
            high=tuple(value * longer.high for value in prefill.high),
        ),
        image=rate(image_wh, place, tokens.hardware),
        audio=rate(audio_wh, place, tokens.hardware),
    )
