"""The coefficients of the estimate, from config/factors, checked and typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated

import msgspec
from msgspec import Meta

from proxy.impact.closed_form import Hardware
from proxy.impact.figures import FactorError, Figure, checked_unit, convert
from proxy.records import Range

__all__ = [
    "ECOLOGITS_UNITS",
    "UNITS",
    "EcologitsFile",
    "Fit",
    "Method",
    "MethodFile",
    "read_hardware",
]

UNITS = {
    "utilisation": "ratio",
    "declared_fleet": "ratio",
    "ecologits_error": "ratio",
    "measured_error": "ratio",
    "table_error": "ratio",
    "host_share": "ratio",
    "prefill_dense": "J/token/B",
    "prefill_mixture": "J/token/B",
    "cached_share": "ratio",
    "long_context": "ratio",
    "long_context_tokens": "token",
    "image": "Wh/image",
    "audio": "Wh/minute",
    "size_error": "ratio",
    "family_error": "ratio",
}
"""Every coefficient and the unit that its figure must have."""

ECOLOGITS_UNITS = {
    "batch": "1",
    "energy_alpha_wh": "Wh/token/GPU/B",
    "energy_beta": "1",
    "energy_gamma_wh": "Wh/token/GPU",
    "latency_alpha_s": "s/token/B",
    "latency_beta_s": "s/token",
    "latency_gamma_s": "s/token",
    "gpu_memory_gb": "GB",
    "memory_overhead": "ratio",
    "server_gpus": "1",
    "server_power_kw": "kW",
    "lifespan_s": "s",
    "gpu_gwp_kgco2e": "kgCO2e",
    "gpu_adpe_kgsb": "kgSb",
    "gpu_pe_mj": "MJ",
    "server_gwp_kgco2e": "kgCO2e",
    "server_adpe_kgsb": "kgSb",
    "server_pe_mj": "MJ",
}
"""Every constant of `closed_form.Hardware` and its unit."""

_FILE = "config/factors/method.yaml"
_ECOLOGITS = "config/factors/ecologits.yaml"


class FitEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One fit of measured rows, and what it misses by."""

    constant: Figure
    active_exponent: Figure
    total_exponent: Figure
    error: Figure
    utilisation: Figure


class MethodFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of config/factors/method.yaml."""

    version: Annotated[int, Meta(ge=1)]
    figures: dict[str, Figure]
    fits: dict[str, FitEntry]


class EcologitsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of config/factors/ecologits.yaml."""

    version: Annotated[int, Meta(ge=1)]
    figures: dict[str, Figure]


_FIT_UNITS = {
    "constant": "1",
    "active_exponent": "1",
    "total_exponent": "1",
    "error": "ratio",
    "utilisation": "ratio",
}


@dataclass(frozen=True, slots=True)
class Fit:
    """J per token of all accelerators = exp(constant) active^a total^t, parameters in billions."""

    name: str
    constant: float
    active_exponent: float
    total_exponent: float
    error: Range
    """What the fit misses by (leave one out)."""
    utilisation: Range
    """Energy per token at other batches, relative to the fit's."""


@dataclass(frozen=True, slots=True)
class Method:
    """The coefficients as ranges, in the units of `UNITS`; `figures` tells their sources."""

    hardware: Hardware
    fits: tuple[Fit, ...]
    figures: Mapping[str, Figure]
    utilisation: Range
    declared_fleet: Range
    ecologits_error: Range
    measured_error: Range
    table_error: Range
    host_share: Range
    prefill_dense: Range
    prefill_mixture: Range
    cached_share: Range
    long_context: Range
    long_context_tokens: Range
    image: Range
    audio: Range
    size_error: Range
    family_error: Range

    @classmethod
    def read(cls, method: object, ecologits: object) -> Method:
        """From the contents of method.yaml and ecologits.yaml. Raises FactorError."""
        file = convert(method, MethodFile, _FILE)
        _exactly(file.figures, UNITS, _FILE)
        for name, unit in UNITS.items():
            checked_unit(file.figures[name], unit, _FILE, f"figures.{name}")
        if not file.fits:
            raise FactorError(_FILE, "fits", "expected at least one fit", "Restore the file.")
        return cls(
            hardware=read_hardware(ecologits),
            fits=tuple(_fit(name, fit) for name, fit in file.fits.items()),
            figures=file.figures,
            **{name: file.figures[name].range for name in UNITS},
        )


def _fit(name: str, fit: FitEntry) -> Fit:
    for field, unit in _FIT_UNITS.items():
        checked_unit(getattr(fit, field), unit, _FILE, f"fits.{name}.{field}")
    return Fit(
        name=name,
        constant=fit.constant.value,
        active_exponent=fit.active_exponent.value,
        total_exponent=fit.total_exponent.value,
        error=fit.error.range,
        utilisation=fit.utilisation.range,
    )


def read_hardware(data: object) -> Hardware:
    """EcoLogits' constants from the content of ecologits.yaml. Raises FactorError."""
    file = convert(data, EcologitsFile, _ECOLOGITS)
    _exactly(file.figures, ECOLOGITS_UNITS, _ECOLOGITS)
    return Hardware(
        **{
            field.name: checked_unit(
                file.figures[field.name],
                ECOLOGITS_UNITS[field.name],
                _ECOLOGITS,
                f"figures.{field.name}",
            ).value
            for field in fields(Hardware)
        }
    )


def _exactly(figures: Mapping[str, Figure], names: Mapping[str, str], file: str) -> None:
    odd = sorted(figures.keys() ^ names.keys())
    if odd:
        raise FactorError(
            file,
            f"figures.{odd[0]}",
            f"expected exactly the coefficients of the method; missing or unknown: "
            f"{', '.join(odd)}",
            "Add, rename or remove them; docs/method/ lists what each is for.",
        )
