"""Where a request ran, and what electricity and cooling cost there.

config/factors/electricity.yaml and datacentres.yaml. A place is a range: the
extremes of every zone that the service may have used, never the middle of one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from proxy.impact.ecologits_data import EcoMix
from proxy.impact.figures import FactorError, Figure, convert
from proxy.impact.places_checks import (
    ELECTRICITY_UNITS,
    OWN,
    UNKNOWN,
    ZONES,
    check_datacentres,
    check_electricity,
)
from proxy.impact.places_file import Datacentres, Electricity
from proxy.records import Range

__all__ = ["OwnHost", "Place", "Places"]

ELECTRICITY_FILE = "config/factors/electricity.yaml"
DATACENTRES_FILE = "config/factors/datacentres.yaml"
_SCOPE = re.compile(r"(?:^|/)(eu|us|us-gov|apac|jp|au|ca|global)\.[a-z]")
"""Prefix of a Bedrock inference profile: the regions among which a request may travel."""


@dataclass(frozen=True, slots=True)
class OwnHost:
    """Machines that the town hall runs itself, as its configuration declares them."""

    zone: str
    pue: float | None = None
    wue_l_per_kwh: float | None = None
    utilisation: float | None = None
    """Energy per token relative to a batch of 64."""


@dataclass(frozen=True, slots=True)
class Place:
    """A data centre somewhere, as ranges."""

    zone: str
    """Zone of the central values."""
    zones: tuple[str, ...]
    """All zones that the ranges cover."""
    operator: str
    pue: Range
    """Power usage effectiveness (ISO/IEC 30134-2)."""
    wue_l_per_kwh: Range
    """Water usage effectiveness on site (ISO/IEC 30134-9), litres per kWh at the rack."""
    gwp_gco2e_per_kwh: Range
    water_l_per_kwh: Range
    """Water consumed to generate the electricity."""
    adpe_kgsb_per_kwh: Range
    pe_mj_per_kwh: Range
    fleet: Range | None = None
    """Utilisation where it is not a large service's; None: the method's own."""
    sources: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Where each of the ranges comes from."""


class Places:
    """The catalogue of places, immutable."""

    def __init__(
        self,
        electricity: object,
        datacentres: object,
        mixes: Mapping[str, EcoMix],
        declared_fleet: Range,
    ) -> None:
        """The content of the two files, and EcoLogits' zones. Raises FactorError."""
        self._electricity = convert(electricity, Electricity, ELECTRICITY_FILE)
        self._datacentres = convert(datacentres, Datacentres, DATACENTRES_FILE)
        self._mixes = mixes
        self._declared_fleet = declared_fleet
        check_electricity(self._electricity, ELECTRICITY_FILE)
        check_datacentres(self._datacentres, DATACENTRES_FILE, self.knows)
        self.find = lru_cache(maxsize=4096)(self._find)

    def knows(self, zone: str) -> bool:
        """Whether there is an electricity mix of that zone."""
        return zone in self._electricity.zones or zone in self._mixes

    @property
    def usual_zone(self) -> str:
        """Zone whose mix gives the central value where nothing tells where a service runs."""
        return self._datacentres.operators[UNKNOWN].zones[0]

    def grid(self, zone: str) -> Range:
        """Greenhouse gases of a zone's electricity, in g CO2e per kWh. Raises FactorError."""
        if not self.knows(zone.upper()):
            expected = f"expected a zone with a mix, got {zone}"
            raise FactorError("config/jauge.yaml", "measured.zone", expected, ZONES)
        return self._mix(zone.upper()).gwp

    def own(self, host: OwnHost) -> Place:
        """The place of machines that the town hall runs itself. Raises FactorError."""
        if not self.knows(host.zone):
            raise FactorError(
                "impact.own_hosts", "zone", f"expected a zone with a mix, got {host.zone}", ZONES
            )
        place = self._place(OWN, (host.zone,))
        declared = "declared in impact.own_hosts"
        sources = dict(place.sources)
        if host.pue is not None:
            place = replace(place, pue=Range(host.pue, host.pue, host.pue))
            sources["pue"] = declared
        if host.wue_l_per_kwh is not None:
            wue = host.wue_l_per_kwh
            place = replace(place, wue_l_per_kwh=Range(wue, wue, wue))
            sources["wue"] = declared
        if host.utilisation is not None:
            spread, central = self._declared_fleet, host.utilisation
            place = replace(
                place, fleet=Range(central * spread.low, central, central * spread.high)
            )
            sources["utilisation"] = declared
        return replace(place, sources=sources)

    def _find(self, provider: str, region: str | None, model: str | None = None) -> Place:
        """The place of a provider's machines.

        `region` is the exchange's hint, or a zone. `model` matters where its name says
        among which regions a request may travel (Bedrock's inference profiles).
        """
        name = self._datacentres.providers.get(provider, UNKNOWN)
        operator = self._datacentres.operators[name]
        zones = self.zones_of(region) or operator.zones
        if operator.hint_is_likely and zones[0] in operator.zones:
            zones = (zones[0], *operator.zones)
        scope = _SCOPE.search(model or "")
        if scope is not None:
            travelled = self._datacentres.regions.get(scope[1], ())
            zones = (*(zones if region else travelled[:1] or zones), *travelled)
        return self._place(name, tuple(dict.fromkeys(zones)))

    def _place(self, name: str, zones: tuple[str, ...]) -> Place:
        operator = self._datacentres.operators[name]
        mixes = [self._mix(zone) for zone in zones]

        def span(key: str) -> Range:
            parts: list[Range] = [getattr(mix, key) for mix in mixes]
            return Range(
                min(part.low for part in parts),
                parts[0].central,
                max(part.high for part in parts),
            )

        sources = {"pue": operator.pue.source, "wue": operator.wue.source} | dict(mixes[0].sources)
        if operator.utilisation is not None:
            sources["utilisation"] = operator.utilisation.source
        return Place(
            zone=zones[0],
            zones=zones,
            operator=name,
            pue=operator.pue.range,
            wue_l_per_kwh=operator.wue.range,
            gwp_gco2e_per_kwh=span("gwp"),
            water_l_per_kwh=span("water"),
            adpe_kgsb_per_kwh=span("adpe"),
            pe_mj_per_kwh=span("primary_energy"),
            fleet=operator.utilisation.range if operator.utilisation else None,
            sources=sources,
        )

    def zones_of(self, region: str | None) -> tuple[str, ...] | None:
        """A zone itself, else the longest entry of the table that the hint starts with."""
        if not region:
            return None
        if self.knows(region.upper()):
            return (region.upper(),)
        hint, regions = region.lower(), self._datacentres.regions
        if hint in regions:
            return regions[hint]
        # Entries of two letters are whole codes: "it" must not stand for "italynorth".
        for end in range(len(hint) - 1, 2, -1):
            if hint[:end] in regions:
                return regions[hint[:end]]
        return None

    def _mix(self, zone: str) -> _Spans:
        known = self._electricity.zones.get(zone)
        if known is not None:
            return _Spans(
                known.gwp.range,
                known.water.range,
                known.adpe.range,
                known.primary_energy.range,
                {key: getattr(known, key).source for key in ELECTRICITY_UNITS},
            )
        mix, spread = self._mixes[zone], self._electricity.other_zones
        return _Spans(
            _spread(mix.gwp_gco2e, spread.gwp),
            _spread(mix.water_l, spread.water),
            _spread(mix.adpe_kgsb, spread.adpe),
            _spread(mix.pe_mj, spread.primary_energy),
            {
                key: f"EcoLogits data/electricity_mixes.json; spread: {getattr(spread, key).source}"
                for key in ELECTRICITY_UNITS
            },
        )


@dataclass(frozen=True, slots=True)
class _Spans:
    gwp: Range
    water: Range
    adpe: Range
    primary_energy: Range
    sources: Mapping[str, str]


def _spread(value: float, ratio: Figure) -> Range:
    return Range(value * ratio.low, value * ratio.value, value * ratio.high)
