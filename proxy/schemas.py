"""JSON schemas of the catalogue, the factors and the tokenizers, for editors (config/schema).

`python -m proxy.schemas FOLDER` writes them; a test compares them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from proxy.catalogue.files import (
    NeverDocument,
    ProviderDocument,
    RuleSetsDocument,
    SourcesDocument,
)
from proxy.impact.equivalents import Catalogue as EquivalentsDocument
from proxy.impact.method import EcologitsFile, MethodFile
from proxy.impact.models_file import ModelsFile
from proxy.impact.places_file import Datacentres, Electricity
from proxy.impact.published import PublishedFile
from proxy.models.known import KnownModels
from proxy.report.tables import ExposureFile, RulesFile
from proxy.tokens.families import Tokenizers

__all__ = ["DOCUMENTS", "main", "schemas"]

DOCUMENTS: dict[str, type[msgspec.Struct]] = {
    "provider.json": ProviderDocument,
    "rule-sets.json": RuleSetsDocument,
    "never-intercept.json": NeverDocument,
    "sources.json": SourcesDocument,
    "tokenizers.json": Tokenizers,
    "classifiers.json": KnownModels,
    "method.json": MethodFile,
    "ecologits.json": EcologitsFile,
    "electricity.json": Electricity,
    "datacentres.json": Datacentres,
    "models.json": ModelsFile,
    "equivalents.json": EquivalentsDocument,
    "published.json": PublishedFile,
    "report-rules.json": RulesFile,
    "report-exposure.json": ExposureFile,
}
"""Schema file to what it describes."""


def schemas() -> dict[str, str]:
    """The text of every schema, by the name of its file."""
    return {name: _text(document) for name, document in DOCUMENTS.items()}


def _text(document: type[msgspec.Struct]) -> str:
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(dialect | msgspec.json.schema(document), indent=2, ensure_ascii=False) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Write every schema into the folder that is named."""
    (folder,) = sys.argv[1:] if arguments is None else arguments
    for name, text in schemas().items():
        (Path(folder) / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
