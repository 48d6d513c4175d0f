"""config/report: where the report draws its lines, and the study on exposure."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from pathlib import Path

import msgspec
import yaml

from proxy.config import SHIPPED
from proxy.config.part import Above, ShareOfAll
from proxy.impact.figures import FactorError, Figure, Text, convert

__all__ = [
    "EXPOSURE",
    "RULES",
    "AdoptionRule",
    "DecisionRule",
    "ExposureFile",
    "RulesFile",
    "exposure",
    "rules",
]

RULES = SHIPPED / "report" / "rules.yaml"
EXPOSURE = SHIPPED / "report" / "exposure.yaml"


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of the parts of both files."""


class AdoptionRule(_Part, frozen=True):
    """When a department counts as equipped, and a phase as reached."""

    version: Text
    sanctioned_from: ShareOfAll
    equipped_experimental: ShareOfAll
    equipped_general: ShareOfAll
    requests_per_agent: Above


class DecisionRule(_Part, frozen=True):
    """From which share on something is worth a decision."""

    version: Text
    undeclared_share: ShareOfAll
    forbidden_share: ShareOfAll
    unclassified_share: ShareOfAll
    trained_per_touched: Above
    unread_share: ShareOfAll
    lost_share: ShareOfAll
    models_share: ShareOfAll


class RulesFile(_Part, frozen=True):
    """The whole of config/report/rules.yaml."""

    checked: dt.date
    source: Text
    adoption: AdoptionRule
    decision: DecisionRule


class Touched(_Part, frozen=True):
    """Share of posts that are touched at all, by category."""

    a: Figure
    b: Figure
    c: Figure


class ExposureFile(_Part, frozen=True):
    """The whole of config/report/exposure.yaml."""

    version: int
    source: Text
    checked: dt.date
    urls: tuple[str, ...]
    classes: dict[str, ShareOfAll]
    touched: Touched
    clerks: Figure
    corrections: tuple[str, ...]


@lru_cache(maxsize=4)
def rules(file: Path = RULES) -> RulesFile:
    """Where the report draws its lines. Raises FactorError."""
    return _read(file, RulesFile, "See docs/method/adoption.md.")


@lru_cache(maxsize=4)
def exposure(file: Path = EXPOSURE) -> ExposureFile:
    """The study on exposure. Raises FactorError."""
    return _read(file, ExposureFile, "See docs/method/exposure.md.")


def _read[T: msgspec.Struct](file: Path, shape: type[T], remedy: str) -> T:
    try:
        data = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise FactorError(str(file), "", "the file cannot be read", "Restore it.") from error
    return convert(data, shape, str(file), remedy)
