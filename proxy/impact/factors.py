"""A factor set: every figure that an estimate uses, with one version and one hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import yaml

from proxy.impact import ecologits_data
from proxy.impact.figures import FactorError
from proxy.impact.method import Method
from proxy.impact.models import Models
from proxy.impact.places import Places

__all__ = ["FactorSet", "load"]

CONFIG = Path(__file__).resolve().parents[2] / "config"
_FILES = (
    "factors/set.yaml",
    "factors/method.yaml",
    "factors/electricity.yaml",
    "factors/datacentres.yaml",
    "models/models.yaml",
)


@dataclass(frozen=True, slots=True)
class FactorSet:
    """What estimates are made from; immutable."""

    version: str
    digest: str
    """SHA-256 of the files in the order of their names, and of EcoLogits' version."""
    method: Method
    places: Places
    models: Models

    @property
    def name(self) -> str:
        """Version and short hash, as stored with every impact."""
        return f"{self.version}-{self.digest[:8]}"


def load(folder: Path = CONFIG) -> FactorSet:
    """The factor set of a config folder. Raises FactorError for anything incomplete."""
    texts = {name: _text(folder / name) for name in _FILES}
    data = {name: _parsed(folder / name, text) for name, text in texts.items()}
    head = data["factors/set.yaml"]
    version = head.get("version") if isinstance(head, dict) else None
    if not isinstance(version, str):
        raise FactorError(f"{folder / 'factors/set.yaml'}: version: expected a text")
    digest = hashlib.sha256(ecologits_data.version().encode())
    for name in sorted(texts):
        digest.update(name.encode() + b"\0" + texts[name].encode())
    return FactorSet(
        version=version,
        digest=digest.hexdigest(),
        method=Method.read(data["factors/method.yaml"]),
        places=Places(
            data["factors/electricity.yaml"],
            data["factors/datacentres.yaml"],
            ecologits_data.mixes(),
        ),
        models=Models(
            data["models/models.yaml"], ecologits_data.models(), folder / "models/models.yaml"
        ),
    )


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise FactorError(f"{path}: {error.strerror}; restore the file") from error


def _parsed(path: Path, text: str) -> object:
    try:
        parsed: object = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise FactorError(f"{path}: not YAML: {error}") from error
    return parsed
