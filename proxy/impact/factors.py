"""A factor set: every figure that an estimate uses, with one version and one hash.

A set is a handful of documents (texts). The current one is config/ with the data of the
installed EcoLogits; older ones are kept, complete, under config/factors/archive/NAME.
The documents fall into four parts, so that a change can be split by cause: a set may
take any part from another (`FactorSet.with_parts`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import yaml

from proxy.config import SHIPPED
from proxy.impact import ecologits_data
from proxy.impact.figures import FactorError
from proxy.impact.method import Method
from proxy.impact.models import Models
from proxy.impact.places import Places

__all__ = ["ARCHIVE", "FORMULAE", "PARTS", "FactorSet", "Part", "archive", "archived", "load"]

Part = Literal["models", "grid", "datacentres", "method"]

FORMULAE = "1"
"""Version of the formulae in this package: raise it when one changes what an estimate gives.
It is a document of every set, so that a set tells which formulae its figures were used with."""

ARCHIVE = SHIPPED / "factors" / "archive"

_FILES = {
    "set.yaml": "factors/set.yaml",
    "method.yaml": "factors/method.yaml",
    "ecologits.yaml": "factors/ecologits.yaml",
    "electricity.yaml": "factors/electricity.yaml",
    "datacentres.yaml": "factors/datacentres.yaml",
    "models.yaml": "models/models.yaml",
    "tokenizers.yaml": "tokenizers.yaml",
}
"""Document to its file in config/; an archived set holds them flat."""

PARTS: dict[Part, tuple[str, ...]] = {
    "models": ("models.yaml", "ecologits-models.json"),
    "grid": ("electricity.yaml", "ecologits-mixes.json"),
    "datacentres": ("datacentres.yaml",),
    "method": ("method.yaml", "ecologits.yaml", "tokenizers.yaml", "formulae"),
}
"""Causes of a change, and the documents that hold them."""


@dataclass(frozen=True)
class FactorSet:
    """What estimates are made from; immutable. Reading a faulty document raises FactorError."""

    documents: Mapping[str, str]
    """Every document's text by name."""
    files: Mapping[str, Path]
    """Where the documents lie that are files."""

    @cached_property
    def version(self) -> str:
        """The version that set.yaml states."""
        head = self._parsed("set.yaml")
        version = head.get("version") if isinstance(head, dict) else None
        if not isinstance(version, str) or not version:
            raise FactorError(
                str(self.files["set.yaml"]), "version", "expected a text", 'Write "2026.11".'
            )
        return version

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all documents in the order of their names."""
        digest = hashlib.sha256()
        for name in sorted(self.documents):
            digest.update(name.encode() + b"\0" + self.documents[name].encode() + b"\0")
        return digest.hexdigest()

    @property
    def name(self) -> str:
        """Version and short hash, as stored with every impact."""
        return f"{self.version}-{self.digest[:8]}"

    @cached_property
    def method(self) -> Method:
        """The coefficients."""
        return Method.read(self._parsed("method.yaml"), self._parsed("ecologits.yaml"))

    @cached_property
    def places(self) -> Places:
        """Grids and data centres."""
        return Places(
            self._parsed("electricity.yaml"),
            self._parsed("datacentres.yaml"),
            ecologits_data.read_mixes(self.documents["ecologits-mixes.json"]),
            self.method.declared_fleet,
        )

    @cached_property
    def models(self) -> Models:
        """The catalogue of models."""
        known = ecologits_data.read_models(self.documents["ecologits-models.json"])
        return Models(self._parsed("models.yaml"), known, self.method)

    @property
    def tokenizers(self) -> Path:
        """The file of the errors of counts."""
        return self.files["tokenizers.yaml"]

    def checked(self) -> FactorSet:
        """The set itself, every document read. Raises FactorError."""
        _ = self.version, self.method, self.places, self.models
        return self

    def with_parts(self, other: FactorSet, parts: Collection[Part]) -> FactorSet:
        """This set with some parts of another: the effect of those parts alone."""
        taken = {name for part in parts for name in PARTS[part]}
        return FactorSet(
            documents={
                name: (other if name in taken else self).documents[name] for name in self.documents
            },
            files={name: (other if name in taken else self).files[name] for name in _FILES},
        )

    def parsed(self) -> dict[str, object]:
        """The content of every YAML document that holds figures, by name."""
        return {name: self._parsed(name) for name in _FILES if name not in _NO_FIGURES}

    def _parsed(self, name: str) -> object:
        try:
            # The same types as safe_load, ten times as fast.
            parsed: object = yaml.load(self.documents[name], yaml.CSafeLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f"line {mark.line + 1}" if mark else ""
            raise FactorError(
                str(self.files[name]), line, "the YAML cannot be read", "Check its indentation."
            ) from error
        return parsed


_NO_FIGURES = frozenset({"set.yaml", "tokenizers.yaml"})


def load(name: str | None = None, *, folder: Path = SHIPPED) -> FactorSet:
    """The current factor set of a config folder, or an archived one by its name.

    Raises FactorError for anything incomplete, or where there is no such set.
    """
    if name is not None:
        current = load(folder=folder)
        return current if name == current.name else _from_archive(name, folder)
    documents = {name: _text(folder / file) for name, file in _FILES.items()}
    documents["ecologits-models.json"] = ecologits_data.models_document()
    documents["ecologits-mixes.json"] = ecologits_data.mixes_document()
    documents["formulae"] = FORMULAE
    files = {name: folder / file for name, file in _FILES.items()}
    return FactorSet(documents, files).checked()


def archived(folder: Path = SHIPPED) -> list[str]:
    """Names of the sets that are kept, the oldest first."""
    kept = folder / "factors" / "archive"
    return sorted(path.name for path in kept.iterdir()) if kept.is_dir() else []


def archive(factors: FactorSet, folder: Path = ARCHIVE) -> Path:
    """Keep a set under its name; its folder. Writing it again changes nothing."""
    place = folder / factors.name
    place.mkdir(parents=True, exist_ok=True)
    for name, text in factors.documents.items():
        (place / name).write_text(text, "utf-8")
    return place


def _from_archive(name: str, folder: Path) -> FactorSet:
    names = archived(folder)
    if name not in names:
        raise FactorError(
            str(folder / "factors" / "archive"),
            name,
            "there is no such factor set",
            f"There are: {', '.join(names) or 'none'}; `jauge factors list` shows them.",
        )
    place = folder / "factors" / "archive" / name
    documents = [*_FILES, *(one for part in PARTS.values() for one in part)]
    found = FactorSet(
        documents={one: _text(place / one) for one in documents},
        files={one: place / one for one in documents},
    ).checked()
    if found.name != name:
        raise FactorError(
            str(place),
            "",
            f"its content makes it {found.name}",
            "It was changed; restore the folder.",
        )
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise FactorError(
            str(path), "", f"the file cannot be read ({error.strerror})", "Restore it."
        ) from error
    except UnicodeDecodeError as error:
        raise FactorError(str(path), "", "the file is not UTF-8 text", "Restore it.") from error
