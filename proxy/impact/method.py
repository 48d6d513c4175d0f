"""The coefficients of the estimate, from config/factors/method.yaml, checked and typed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated

import msgspec
from msgspec import Meta

from proxy.impact.figures import FactorError, Figure, checked_unit
from proxy.records import Range

__all__ = ["UNITS", "Method"]

UNITS = {
    "utilisation": "ratio",
    "fit_constant": "1",
    "fit_active_exponent": "1",
    "fit_total_exponent": "1",
    "fit_error": "ratio",
    "measured_error": "ratio",
    "host_share": "ratio",
    "prefill": "J/token/B",
    "cached_share": "ratio",
    "long_context": "ratio",
    "image": "Wh/image",
    "audio": "Wh/minute",
    "counted_error": "ratio",
    "hidden_reasoning": "ratio",
    "estimated_error": "ratio",
}
"""Every coefficient and the unit that its figure must have."""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: Annotated[int, Meta(ge=1)]
    figures: dict[str, Figure]


@dataclass(frozen=True, slots=True)
class Method:
    """The coefficients as ranges, in the units of `UNITS`; config/ tells their sources."""

    utilisation: Range
    fit_constant: Range
    fit_active_exponent: Range
    fit_total_exponent: Range
    fit_error: Range
    measured_error: Range
    host_share: Range
    prefill: Range
    cached_share: Range
    long_context: Range
    image: Range
    audio: Range
    counted_error: Range
    hidden_reasoning: Range
    estimated_error: Range

    @classmethod
    def read(cls, data: object) -> Method:
        """From the content of method.yaml. Raises FactorError."""
        try:
            file = msgspec.convert(data, _File, strict=False)
        except msgspec.ValidationError as error:
            raise FactorError(f"config/factors/method.yaml: {error}") from error
        names = [field.name for field in fields(cls)]
        if file.figures.keys() != set(names):
            odd = ", ".join(sorted(file.figures.keys() ^ set(names)))
            raise FactorError(
                f"config/factors/method.yaml: figures: expected exactly the coefficients of the"
                f" method; missing or unknown: {odd}"
            )
        return cls(
            **{
                name: checked_unit(file.figures[name], UNITS[name], f"method.yaml: {name}").range
                for name in names
            }
        )
