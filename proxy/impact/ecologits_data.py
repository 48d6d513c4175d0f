"""The data files of EcoLogits, read without importing its tracers or its models.

EcoLogits (MPL-2.0) is pinned; its data is used where config/ says nothing better. What
is read becomes two small documents, which a factor set keeps, so that an old set gives
its old figures under a newer EcoLogits.
"""

from __future__ import annotations

import importlib.metadata
import json
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

__all__ = [
    "EcoMix",
    "EcoModel",
    "mixes_document",
    "models_document",
    "read_mixes",
    "read_models",
    "version",
]


class EcoModel(msgspec.Struct, frozen=True):
    """A model's architecture. Parameters in billions, (low, high)."""

    active_b: tuple[float, float]
    total_b: tuple[float, float]
    tokens_per_s: float | None
    first_token_s: float | None
    warnings: tuple[str, ...]
    version: str


class EcoMix(msgspec.Struct, frozen=True):
    """Electricity of a zone, per kWh."""

    gwp_gco2e: float
    water_l: float
    adpe_kgsb: float
    pe_mj: float


_encode = msgspec.json.Encoder(order="sorted").encode
read_models = msgspec.json.Decoder(dict[str, EcoModel]).decode
"""The models of a document that `models_document` wrote."""
read_mixes = msgspec.json.Decoder(dict[str, EcoMix]).decode
"""The zones of a document that `mixes_document` wrote."""


@cache
def version() -> str:
    """Version of the installed EcoLogits."""
    return importlib.metadata.version("ecologits")


def _data(name: str) -> dict[str, Any]:
    for file in importlib.metadata.files("ecologits") or ():
        if file.parts[-2:] == ("data", name):
            content: dict[str, Any] = json.loads(Path(str(file.locate())).read_text("utf-8"))
            return content
    raise FileNotFoundError(f"EcoLogits ships no data/{name}")


def _ends(value: Any) -> tuple[float, float]:  # noqa: ANN401 - a number or a range in JSON
    if isinstance(value, dict):
        return float(value["min"]), float(value["max"])
    return float(value), float(value)


def _architecture(model: dict[str, Any]) -> tuple[tuple[float, float], tuple[float, float]]:
    parameters = model["architecture"]["parameters"]
    if isinstance(parameters, dict) and "active" in parameters:
        return _ends(parameters["active"]), _ends(parameters["total"])
    return _ends(parameters), _ends(parameters)


@cache
def models_document() -> str:
    """Every model of the installed EcoLogits by name, aliases included, as JSON."""
    data = _data("models.json")
    known: dict[str, EcoModel] = {}
    for model in data["models"]:
        active, total = _architecture(model)
        deployment = model.get("deployment") or {}
        known[model["name"]] = EcoModel(
            active_b=active,
            total_b=total,
            tokens_per_s=deployment.get("tps"),
            first_token_s=deployment.get("ttft"),
            warnings=tuple(sorted(model.get("warnings") or ())),
            version=version(),
        )
    for alias in data["aliases"]:
        known.setdefault(alias["name"], known[alias["alias"]])
    return _encode(known).decode()


@cache
def mixes_document() -> str:
    """Electricity of every zone (ISO 3166 alpha-3, EEE, WOR), as JSON."""
    known = {
        mix["name"]: EcoMix(
            gwp_gco2e=mix["gwp"] * 1000,
            water_l=mix["wue"],
            adpe_kgsb=mix["adpe"],
            pe_mj=mix["pe"],
        )
        for mix in _data("electricity_mixes.json")["electricity_mixes"]
    }
    return _encode(known).decode()
