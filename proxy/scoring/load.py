"""Making the scoring that the configuration asks for, or the best that can be had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from proxy.bias import VERSION, tally
from proxy.classify import CLASSIFIERS
from proxy.classify.classifier import Classifier, MissingError, Options
from proxy.classify.thresholds import ThresholdError, ThresholdFile, load_thresholds
from proxy.reasons import Reason
from proxy.scoring.scoring import Bias, Scoring

__all__ = ["FALLBACK", "Loaded", "load"]

FALLBACK = "embedded"
"""Takes the place of a classifier of which something is missing; nothing of it can be."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A scoring, and what deserves a look."""

    scoring: Scoring
    warnings: tuple[Reason, ...] = ()


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
        text = f"{classifier.name} scores but flags nothing: {error}"
        warnings.append(Reason("thresholds_missing", text, {"classifier": classifier.name}))
    if file is not None:
        warnings += _unresolved(file, wanted)
    scoring = Scoring(classifier, file, wanted=wanted, bias=Bias(VERSION, tally))
    return Loaded(scoring, tuple(warnings))


def _classifier(name: str, options: Options) -> tuple[Classifier, list[Reason]]:
    try:
        return CLASSIFIERS[name](options), []
    except MissingError as error:
        text = f"{FALLBACK} scores in place of {name}: {error}"
        values = {"classifier": FALLBACK, "wanted": name}
        return CLASSIFIERS[FALLBACK](options), [Reason("classifier_replaced", text, values)]


def _unresolved(file: ThresholdFile, wanted: float) -> list[Reason]:
    """Languages whose toxicity threshold was made of too few answers for that rate."""
    few = {
        language: found.answers
        for language, found in file.languages.items()
        for one in found.classes.get("toxicity", ())
        if one.wanted == wanted and not one.resolved
    }
    if not few:
        return []
    told = f"{file.classifier} flags at {wanted:.1%} false positives by thresholds of too few"
    where = ", ".join(f"{language} ({answers} answers)" for language, answers in few.items())
    remedy = f"Run `jauge models calibrate FILE --classifier {file.classifier}` with more."
    text = f"{told} harmless answers to tell: {where}. {remedy}"
    values = {"classifier": file.classifier, "languages": ", ".join(few)}
    return [Reason("thresholds_coarse", text, values)]
