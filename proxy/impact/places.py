"""Where a request ran, and what electricity and cooling cost there.

config/factors/electricity.yaml and datacentres.yaml. A place is a range: the
extremes of every zone that the service may have used, never the middle of one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec import Meta

from proxy.impact.ecologits_data import EcoMix
from proxy.impact.figures import FactorError, Figure, checked_unit
from proxy.records import Range

__all__ = ["Place", "Places"]

_ELECTRICITY_UNITS = {
    "gwp": "gCO2e/kWh",
    "water": "L/kWh",
    "adpe": "kgSb/kWh",
    "primary_energy": "MJ/kWh",
}


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


class _Zone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    gwp: Figure
    water: Figure
    adpe: Figure
    primary_energy: Figure


class _Electricity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: Annotated[int, Meta(ge=1)]
    zones: dict[str, _Zone]
    other_zones: _Zone


class _Operator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    zones: Annotated[tuple[str, ...], Meta(min_length=1)]
    pue: Figure
    wue: Figure


class _Datacentres(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: Annotated[int, Meta(ge=1)]
    operators: dict[str, _Operator]
    providers: dict[str, str]
    regions: dict[str, tuple[str, ...]]


class Places:
    """The catalogue of places, immutable."""

    def __init__(
        self, electricity: object, datacentres: object, mixes: Mapping[str, EcoMix]
    ) -> None:
        """The content of the two files, and EcoLogits' zones. Raises FactorError."""
        try:
            self._electricity = msgspec.convert(electricity, _Electricity, strict=False)
        except msgspec.ValidationError as error:
            raise FactorError(f"config/factors/electricity.yaml: {error}") from error
        try:
            self._datacentres = msgspec.convert(datacentres, _Datacentres, strict=False)
        except msgspec.ValidationError as error:
            raise FactorError(f"config/factors/datacentres.yaml: {error}") from error
        self._mixes = mixes
        self._check()
        self._prefixes = sorted(self._datacentres.regions, key=len, reverse=True)
        self.find = lru_cache(maxsize=4096)(self._find)

    def _check(self) -> None:
        for name, zone in self._electricity.zones.items():
            for field, unit in _ELECTRICITY_UNITS.items():
                checked_unit(getattr(zone, field), unit, f"electricity.yaml: zones.{name}.{field}")
        for name, operator in self._datacentres.operators.items():
            checked_unit(operator.pue, "ratio", f"datacentres.yaml: operators.{name}.pue")
            checked_unit(operator.wue, "L/kWh", f"datacentres.yaml: operators.{name}.wue")
            self._known(operator.zones, f"operators.{name}.zones")
        for provider, runs in self._datacentres.providers.items():
            if runs not in self._datacentres.operators:
                raise FactorError(
                    f"datacentres.yaml: providers.{provider}: expected an operator, got {runs}"
                )
        for region, zones in self._datacentres.regions.items():
            self._known(zones, f"regions.{region}")

    def _known(self, zones: tuple[str, ...], key: str) -> None:
        for zone in zones:
            if zone not in self._electricity.zones and zone not in self._mixes:
                raise FactorError(
                    f"datacentres.yaml: {key}: expected zones (ISO 3166 alpha-3, EEE, WOR),"
                    f" got {zone}"
                )

    def _find(self, provider: str, region: str | None) -> Place:
        """The place of a provider's machines; `region` is the exchange's hint, or a zone."""
        name = self._datacentres.providers.get(provider, "unknown")
        operator = self._datacentres.operators[name]
        zones = self._zones_of(region) or operator.zones
        mixes = [self._mix(zone) for zone in zones]

        def span(field: str) -> Range:
            parts: list[Range] = [getattr(mix, field) for mix in mixes]
            return Range(
                min(part.low for part in parts),
                parts[0].central,
                max(part.high for part in parts),
            )

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
        )

    def _zones_of(self, region: str | None) -> tuple[str, ...] | None:
        if not region:
            return None
        if region.upper() in self._electricity.zones or region.upper() in self._mixes:
            return (region.upper(),)
        lowered = region.lower()
        exact = self._datacentres.regions.get(lowered)
        if exact is not None:
            return exact
        for prefix in self._prefixes:
            if len(prefix) > 4 and lowered.startswith(prefix):
                return self._datacentres.regions[prefix]
        if lowered.startswith("us-"):
            return self._datacentres.regions["us-"]
        return None

    def _mix(self, zone: str) -> _Spans:
        known = self._electricity.zones.get(zone)
        if known is not None:
            return _Spans(
                known.gwp.range, known.water.range, known.adpe.range, known.primary_energy.range
            )
        mix, spread = self._mixes[zone], self._electricity.other_zones
        return _Spans(
            _spread(mix.gwp_gco2e, spread.gwp),
            _spread(mix.water_l, spread.water),
            _spread(mix.adpe_kgsb, spread.adpe),
            _spread(mix.pe_mj, spread.primary_energy),
        )


@dataclass(frozen=True, slots=True)
class _Spans:
    gwp: Range
    water: Range
    adpe: Range
    primary_energy: Range


def _spread(value: float, ratio: Figure) -> Range:
    return Range(value * ratio.low, value * ratio.value, value * ratio.high)
