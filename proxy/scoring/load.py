"""Making the scoring that the configuration asks for, or the best that can be had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from proxy.bias import VERSION, tally
from proxy.classify import CLASSIFIERS
from proxy.classify.classifier import Classifier, MissingError, Options
from proxy.classify.thresholds import ThresholdError, ThresholdFile, load_thresholds
from proxy.scoring.scoring import Bias, Scoring

__all__ = ["FALLBACK", "Loaded", "load"]

FALLBACK = "embedded"
"""Takes the place of a classifier of which something is missing; nothing of it can be."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A scoring, and what deserves a look."""

    scoring: Scoring
    warnings: tuple[str, ...] = ()


def load(
    name: str, options: Options, *, thresholds: Sequence[Path], wanted: float = 0.01
) -> Loaded:
    """The scoring by that classifier, or by the embedded one where something is missing.

    Without thresholds it scores and flags nothing. `wanted`: the false-positive rate that
    flags are given at.
    """
    classifier, warnings = _classifier(name, options)
    file: ThresholdFile | None = None
    try:
        file = load_thresholds(classifier.name, classifier.version, *thresholds)
    except ThresholdError as error:
        warnings.append(f"{classifier.name} scores but flags nothing: {error}")
    return Loaded(
        Scoring(classifier, file, wanted=wanted, bias=Bias(VERSION, tally)), tuple(warnings)
    )


def _classifier(name: str, options: Options) -> tuple[Classifier, list[str]]:
    try:
        return CLASSIFIERS[name](options), []
    except MissingError as error:
        warning = f"{FALLBACK} scores in place of {name}: {error}"
        return CLASSIFIERS[FALLBACK](options), [warning]
