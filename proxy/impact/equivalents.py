"""A footprint in ordinary things: kilometres, e-mails, glasses of water. Always as ranges.

config/factors/equivalents.yaml holds ADEME's Impact CO2 figures and their release, and
the water equivalents. docs/method/equivalents.md tells what a comparison is worth.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import yaml
from msgspec import Meta

from proxy.config import SHIPPED
from proxy.impact.figures import FactorError, Figure, Text, checked_unit, convert
from proxy.impact.ranges import product
from proxy.impact.wording import Locale, span
from proxy.records import Range

__all__ = ["FILE", "Catalogue", "Equivalent", "Kind", "Thing", "equivalents", "load"]

FILE = SHIPPED / "factors" / "equivalents.yaml"

Kind = Literal["ghg", "water"]
_UNITS: dict[Kind, str] = {"ghg": "gCO2e", "water": "mL"}


class Noun(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What it is called."""

    one: Text
    many: Text


class Thing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One ordinary thing and its footprint."""

    id: Text
    of: Kind
    figure: Figure
    """Footprint of one of them."""
    unit: Text
    fr: Noun
    en: Noun


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of config/factors/equivalents.yaml."""

    version: Annotated[int, Meta(ge=1)]
    release: Text
    """Release of the figures of greenhouse gases."""
    equivalents: tuple[Thing, ...]

    def thing(self, name: str) -> Thing:
        """The thing of that id. Raises KeyError."""
        return {thing.id: thing for thing in self.equivalents}[name]


@dataclass(frozen=True, slots=True)
class Equivalent:
    """So many of a thing have the same footprint."""

    thing: Thing
    count: Range

    def text(self, locale: Locale) -> str:
        """In words: "entre 1,2 et 3,4 kilomètres en voiture thermique"."""
        noun: Noun = getattr(self.thing, locale)
        # French counts as one all that is under two, English only what is one.
        single = self.count.high < 2 if locale == "fr" else self.count.high == 1
        return span(self.count, noun.one if single else noun.many, locale)


def load(file: Path = FILE) -> Catalogue:
    """The equivalents. Raises FactorError."""
    try:
        data = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise FactorError(str(file), "", "the file cannot be read", "Restore it.") from error
    catalogue = convert(data, Catalogue, str(file), "See docs/method/equivalents.md.")
    for thing in catalogue.equivalents:
        key = f"equivalents.{thing.id}.figure"
        if checked_unit(thing.figure, _UNITS[thing.of], str(file), key).low <= 0:
            raise FactorError(str(file), key, "expected more than 0", "Correct it.")
    return catalogue


def equivalents(kind: Kind, footprint: Range, catalogue: Catalogue) -> list[Equivalent]:
    """What a footprint (gCO2e, or mL) equals, thing by thing, in the order of the file."""
    return [
        Equivalent(thing, _how_many(footprint, thing.figure.range))
        for thing in catalogue.equivalents
        if thing.of == kind
    ]


def _how_many(footprint: Range, each: Range) -> Range:
    return product(footprint, Range(1 / each.high, 1 / each.central, 1 / each.low))
