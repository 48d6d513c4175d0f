"""What a report reads beside the ledger: figures, names of tools, rules. Read once per run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from proxy.config import Config
from proxy.impact.equivalents import Catalogue as Equivalents
from proxy.impact.equivalents import load as load_equivalents
from proxy.impact.estimate import Estimator, load_estimator
from proxy.impact.published import Published
from proxy.impact.published import read as read_published
from proxy.references import load_catalogue
from proxy.report.tables import ExposureFile, RulesFile, exposure, rules

__all__ = ["Catalogues", "load_catalogues"]


@dataclass(frozen=True, slots=True)
class Catalogues:
    """Immutable; several reports may share them."""

    estimator: Estimator
    tools: Mapping[str, str]
    """Names of tools, by slug."""
    equivalents: Equivalents
    published: tuple[Published, ...]
    rules: RulesFile
    exposure: ExposureFile


def load_catalogues(config: Config) -> Catalogues:
    """All of them. Raises FactorError, CatalogueError, ConfigError."""
    return Catalogues(
        estimator=load_estimator(config),
        tools={slug: tool.name for slug, tool in load_catalogue(config).tools.items()},
        equivalents=load_equivalents(),
        published=tuple(read_published()),
        rules=rules(),
        exposure=exposure(),
    )
