"""Thresholds from benign answers, scored as production scores them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import yaml

from proxy.classify.calibrate import calibrate
from proxy.classify.thresholds import LanguageThresholds, ThresholdFile
from proxy.records import Finding
from proxy.scoring.scoring import Scoring, Text

__all__ = ["LEAST", "Benign", "calibrated", "pooled", "write"]

TOGETHER = 100

LEAST: Mapping[str, Mapping[str, float]] = {
    # The classes of the word list: a term that says less than "rather yes" flags nothing.
    "embedded": dict.fromkeys(("insult", "obscene", "threat", "identity_attack"), 0.5)
}
"""Per classifier and class a value that no threshold is to be below."""

HEAD = """\
# From `value` on an answer is flagged. `wanted`: the share of harmless answers that may be;
# `false_positive_rate`: the share that was. resolved: false means that there were too few
# answers to tell a rate as low as wanted: it may be up to 3 / answers (rule of three).
"""


@dataclass(frozen=True, slots=True, repr=False)
class Benign:
    """Harmless answers of one language, whole."""

    texts: Sequence[str]
    source: str
    """What they are, for the file."""


def pooled(
    scoring: Scoring,
    texts: Sequence[str],
    language: str,
    progress: Callable[[int], None] = lambda _: None,
) -> list[Finding]:
    """Findings of texts in a known language. `progress` is told how many are done."""
    found: list[Finding] = []
    for start in range(0, len(texts), TOGETHER):
        part = texts[start : start + TOGETHER]
        found += scoring.findings([Text(text, language=language) for text in part])
        progress(len(found))
    return found


def calibrated(
    scoring: Scoring,
    benign: Mapping[str, Benign],
    *,
    date: str,
    progress: Callable[[int], None] = lambda _: None,
) -> ThresholdFile:
    """The thresholds of a classifier, for each language that has answers to score.

    `date`: day of the calibration (ISO 8601). The name of the set changes with the values.
    """
    classifier = scoring.classifier
    languages: dict[str, LanguageThresholds] = {}
    for language, answers in benign.items():
        findings = pooled(scoring, answers.texts, language, progress)
        scores = [one.scores for one in findings if one.status == "scored"]
        if scores:
            languages[language] = calibrate(
                scores, source=answers.source, date=date, least=LEAST.get(classifier.name)
            )
    values = hashlib.sha256(msgspec.json.encode(languages, order="sorted")).hexdigest()[:6]
    return ThresholdFile(
        classifier=classifier.name,
        version=classifier.version,
        threshold_set=f"{date}-{values}",
        languages=languages,
    )


def write(file: ThresholdFile, folder: Path) -> Path:
    """Write a file of thresholds, in one piece; where it is. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{file.classifier}.yaml"
    text = yaml.safe_dump(msgspec.to_builtins(file), sort_keys=False, allow_unicode=True, width=95)
    beside = path.with_suffix(".tmp")
    beside.write_text(HEAD + text, "utf-8")
    beside.replace(path)
    return path
