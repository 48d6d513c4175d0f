"""The networks that Jauge knows where to get: config/classifiers.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from proxy.config.load import SHIPPED
from proxy.config.yamlfile import read
from proxy.models.errors import ModelError

__all__ = ["FILE", "KnownFile", "KnownModel", "KnownModels", "Name", "load", "model"]

FILE = SHIPPED / "classifiers.yaml"

Text = Annotated[str, Meta(min_length=1)]
Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=100)]
"""Of a file or a model: no path, nothing hidden."""


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every part of the file: immutable, unknown keys refused."""


class KnownFile(_Part, frozen=True, kw_only=True):
    """One file of a model, where it is, and what is published of its content."""

    name: Name
    url: Annotated[str, Meta(pattern="^https://")]
    megabytes: Annotated[float, Meta(gt=0)]
    """About, in 10^6 bytes, to see beforehand whether it fits; the server tells exactly."""
    sha256: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$")] = ""
    """Where its publisher states it in full."""
    sha256_begins: Annotated[str, Meta(pattern="^([0-9a-f]{8})?$")] = ""
    """Its first 8 hex digits, where only these are published."""
    source: Text


class KnownModel(_Part, frozen=True, kw_only=True):
    """A checkpoint of Detoxify with what it needs to read text."""

    languages: Annotated[tuple[str, ...], Meta(min_length=1)]
    """ISO 639-1 codes of the languages that it was made for."""
    quality: Text
    """What its makers measured."""
    licence: Text
    files: Annotated[tuple[KnownFile, ...], Meta(min_length=1)]

    def file(self, name: str) -> KnownFile | None:
        """Its file of that name."""
        return next((file for file in self.files if file.name == name), None)


class KnownModels(_Part, frozen=True, kw_only=True):
    """The whole file."""

    checked: date
    models: dict[Name, KnownModel]


@cache
def load(path: Path = FILE) -> Mapping[str, KnownModel]:
    """The known models by name. Raises YamlError or msgspec.ValidationError: ours to mend."""
    return msgspec.convert(read(path), KnownModels, strict=False).models


def model(name: str) -> KnownModel:
    """One of them. Raises ModelError, naming those that there are."""
    try:
        return load()[name]
    except KeyError:
        names = ", ".join(load())
        raise ModelError("usage", f"no known model is called {name}", f"Known: {names}.") from None
