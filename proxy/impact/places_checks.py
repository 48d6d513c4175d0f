"""What must hold in electricity.yaml and datacentres.yaml beyond their shapes."""

from __future__ import annotations

from collections.abc import Callable

from proxy.impact.figures import FactorError, checked_unit
from proxy.impact.places_file import Datacentres, Electricity, Operator

__all__ = [
    "ELECTRICITY_UNITS",
    "OWN",
    "UNKNOWN",
    "ZONES",
    "check_datacentres",
    "check_electricity",
]

ELECTRICITY_UNITS = {
    "gwp": "gCO2e/kWh",
    "water": "L/kWh",
    "adpe": "kgSb/kWh",
    "primary_energy": "MJ/kWh",
}
OWN = "own"
"""The operator that stands for machines of the town hall's own."""
UNKNOWN = "unknown"
"""The operator of whom nothing is known."""
ZONES = "Zones are ISO 3166 alpha-3 codes, EEE (Europe) or WOR (world)."
_NEEDED = (UNKNOWN, OWN)


def check_electricity(content: Electricity, file: str) -> None:
    """Units. Raises FactorError."""
    for key, unit in ELECTRICITY_UNITS.items():
        checked_unit(getattr(content.other_zones, key), "ratio", file, f"other_zones.{key}")
        for name, zone in content.zones.items():
            checked_unit(getattr(zone, key), unit, file, f"zones.{name}.{key}")


def check_datacentres(content: Datacentres, file: str, knows: Callable[[str], bool]) -> None:
    """Units, and that every operator and zone that is named exists. Raises FactorError."""
    for name, operator in content.operators.items():
        _check_operator(operator, file, f"operators.{name}")
        _check_zones(operator.zones, file, f"operators.{name}.zones", knows)
    for needed in _NEEDED:
        if needed not in content.operators:
            raise FactorError(file, f"operators.{needed}", "expected this operator", "Restore it.")
    for provider, runs in content.providers.items():
        if runs not in content.operators:
            raise FactorError(
                file,
                f"providers.{provider}",
                f"expected the name of an operator, got {runs}",
                "Correct it or add it under operators.",
            )
    for region, found in content.regions.items():
        _check_zones(found, file, f"regions.{region}", knows)


def _check_operator(operator: Operator, file: str, key: str) -> None:
    checked_unit(operator.pue, "ratio", file, f"{key}.pue")
    checked_unit(operator.wue, "L/kWh", file, f"{key}.wue")
    if operator.pue.low < 1:
        raise FactorError(file, f"{key}.pue", "expected 1 or more", "Correct the figure.")
    if operator.utilisation is not None:
        checked_unit(operator.utilisation, "ratio", file, f"{key}.utilisation")


def _check_zones(zones: tuple[str, ...], file: str, key: str, knows: Callable[[str], bool]) -> None:
    for zone in zones:
        if not knows(zone):
            raise FactorError(file, key, f"expected a zone with a mix, got {zone}", ZONES)
