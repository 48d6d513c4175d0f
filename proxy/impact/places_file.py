"""The shapes of config/factors/electricity.yaml and datacentres.yaml."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from proxy.impact.figures import Figure

__all__ = ["Datacentres", "Electricity", "Operator", "Zone"]


class Zone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Electricity of one zone, per kWh; under `other_zones`, ratios to EcoLogits' figure."""

    gwp: Figure
    water: Figure
    """Consumed to generate it."""
    adpe: Figure
    primary_energy: Figure
    """Non-renewable."""


class Electricity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of config/factors/electricity.yaml."""

    version: Annotated[int, Meta(ge=1)]
    zones: dict[str, Zone]
    other_zones: Zone


class Operator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who runs the machines."""

    zones: Annotated[tuple[str, ...], Meta(min_length=1)]
    """The first is the central one."""
    pue: Figure
    wue: Figure
    utilisation: Figure | None = None
    """Energy per token relative to a batch of 64, where the fleet is small."""
    hint_is_likely: bool = False
    """The country of the host is where it is thought to run, not where it must: the other
    zones stay in the range."""


class Datacentres(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of config/factors/datacentres.yaml."""

    version: Annotated[int, Meta(ge=1)]
    operators: dict[str, Operator]
    providers: dict[str, str]
    regions: dict[str, tuple[str, ...]]
