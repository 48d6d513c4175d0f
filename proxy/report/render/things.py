"""A footprint in ordinary things, with the names of config/factors/equivalents.yaml."""

from __future__ import annotations

from functools import cache

from proxy.impact.equivalents import Catalogue, Noun, load
from proxy.records import Range
from proxy.report.model_cost import EquivalentLine
from proxy.report.render.say import Say

__all__ = ["equivalent"]


@cache
def _catalogue() -> Catalogue:
    return load()


def _noun(line: EquivalentLine, say: Say) -> Noun | None:
    try:
        thing = _catalogue().thing(line.id)
    except KeyError:
        return None
    return thing.fr if say.lang == "fr" else thing.en


def equivalent(line: EquivalentLine, say: Say) -> str:
    """Entre 13 et 340 kilomètres en voiture thermique (valeur centrale : 47)."""
    span = Range(line.low, line.central, line.high)
    noun = _noun(line, say)
    if noun is None:
        return say.between(span, line.id)
    single = span.high < 2 if say.lang == "fr" else span.high == 1
    return say.between(span, noun.one if single else noun.many)
