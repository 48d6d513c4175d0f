"""What every part of the configuration is, and the numbers it is made of."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

__all__ = [
    "FILE_NAME",
    "SECRETS",
    "SHA256",
    "Above",
    "Amount",
    "AtLeastOne",
    "ClassifierName",
    "Count",
    "FalsePositives",
    "FileName",
    "Filiere",
    "Indicator",
    "KeptMonths",
    "LeverName",
    "Observe",
    "Part",
    "Positive",
    "ReportFormat",
    "ReportLanguage",
    "Seconds",
    "Sha256",
    "Share",
    "ShareOfAll",
    "SmallGroup",
]

Count = Annotated[int, Meta(ge=0)]
Positive = Annotated[int, Meta(ge=1)]
Amount = Annotated[float, Meta(ge=0)]
Above = Annotated[float, Meta(gt=0)]
AtLeastOne = Annotated[float, Meta(ge=1)]
Seconds = Annotated[float, Meta(gt=0)]
KeptMonths = Annotated[int, Meta(ge=1, le=12)]
FILE_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
FileName = Annotated[str, Meta(pattern=FILE_NAME, max_length=100)]
"""A name without a path."""
SHA256 = "^([0-9a-f]{64})?$"
Sha256 = Annotated[str, Meta(pattern=SHA256)]
"""Hex digits, or nothing."""
SmallGroup = Annotated[int, Meta(ge=2)]
LeverName = Literal["coalesce", "checks", "headers", "options", "dispatch"]
"""Keys of `addons.levers.LEVERS`."""
Share = Annotated[float, Meta(gt=0, le=1)]
FalsePositives = Literal["1-percent", "0.1-percent"]
ClassifierName = Literal["embedded", "detoxify", "detoxify-onnx"]
"""Keys of `proxy.classify.CLASSIFIERS`."""
Observe = Literal["words", "counts"]
"""words: answers are scored in memory; counts: no text leaves the edge's parser."""

ShareOfAll = Annotated[float, Meta(ge=0, le=1)]
"""0 to 1; 0.25 is a quarter."""
ReportLanguage = Literal["fr", "en"]
ReportFormat = Literal["html", "pdf", "csv", "json"]
Filiere = Literal[
    "administrative",
    "technique",
    "medico_sociale",
    "animation",
    "culturelle",
    "sportive",
    "police",
    "incendie",
]
"""The filières of the fonction publique territoriale."""
Indicator = Literal[
    "requests_per_100_agents",
    "sanctioned_share",
    "trained_share",
    "equipped_share",
    "energy_kwh",
    "water_l",
    "ghg_kgco2e",
    "energy_per_request_wh",
    "ghg_per_request_gco2e",
    "undecrypted_share",
    "quality_c_share",
]
"""What a goal of the strategy may be held against; docs/operate/reports.md."""

SECRETS = frozenset({"parent", "url"})
"""Keys whose values may hold a password."""


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every part of the configuration: immutable, unknown keys refused."""

    def __repr__(self) -> str:
        """Without the values that may hold passwords: a traceback must not show them."""
        pairs = ((name, getattr(self, name)) for name in self.__struct_fields__)
        shown = (f"{n}={'…' if n in SECRETS and value else repr(value)}" for n, value in pairs)
        return f"{type(self).__name__}({', '.join(shown)})"
