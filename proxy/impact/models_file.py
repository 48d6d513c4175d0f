"""The shape of config/models/models.yaml."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from proxy.impact.figures import Figure

__all__ = ["ModelClass", "ModelEntry", "ModelsFile", "TableEntry"]

Name = Annotated[str, Meta(min_length=1)]


class ModelEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One model: billions of parameters, and how they are known."""

    active: Figure
    """Used for one token."""
    total: Figure | None = None
    """Without it, all parameters are active."""
    bits: Figure | None = None
    """Bits per weight as served; without it 16."""
    tokens_per_s: Figure | None = None
    """Generation speed of one answer; without it, EcoLogits' regression."""
    architecture: Literal["published", "guessed"] = "published"


class TableEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whole requests of a published table, fitted per 1,000 tokens."""

    input: Figure
    output: Figure
    pue: Figure
    """The power usage effectiveness that the table includes."""


class ModelClass(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands for models that are not known by name."""

    active: Figure
    words: tuple[str, ...]
    total: Figure | None = None


class ModelsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of config/models/models.yaml."""

    version: Annotated[int, Meta(ge=1)]
    models: dict[Name, ModelEntry]
    aliases: dict[Name, str]
    measured: dict[Name, Figure]
    tables: dict[Name, TableEntry]
    families: dict[Name, str]
    classes: dict[Name, ModelClass]
    images: dict[Name, Figure]
    audio: dict[Name, Figure]
