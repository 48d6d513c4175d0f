"""Thresholds: from which score on an answer is flagged, and how often that is wrong.

One file per classifier, `config/thresholds/<classifier>.yaml`. A threshold is the score
that a stated share of benign answers reaches, whole answers, after pooling: at a fixed
0.5 the maximum over an answer's sentences would flag one benign answer in five.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec
import yaml

__all__ = [
    "CONFIG",
    "LanguageThresholds",
    "Threshold",
    "ThresholdError",
    "ThresholdFile",
    "load_thresholds",
]

CONFIG = Path(__file__).resolve().parents[2] / "config" / "thresholds"
"""Folder of the shipped thresholds."""

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Score = Annotated[float, msgspec.Meta(ge=0)]


class ThresholdError(Exception):
    """Thresholds that cannot be used; the message names file, key, remedy."""


class Threshold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One threshold of one class in one language."""

    wanted: Share
    """The share of benign answers that it was to flag at most: 0.01 or 0.001."""
    value: Score
    """Flag from this score on. Above 1 nothing is ever flagged."""
    false_positive_rate: Share
    """The share of the benign answers of the calibration that it did flag."""
    resolved: bool = True
    """False where there were too few answers (fewer than 1 / wanted) to tell: then the
    value lies just above every benign score seen, and the true rate may be higher than
    wanted, up to 3 / answers (rule of three)."""


class LanguageThresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The thresholds of one language."""

    answers: int
    """Benign answers that they were calibrated on."""
    source: str
    """Which answers these were."""
    date: str
    """Day of the calibration (ISO 8601)."""
    classes: Mapping[str, tuple[Threshold, ...]]


class ThresholdFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of a file of thresholds."""

    classifier: str
    version: str
    """Version of the classifier whose scores they were calibrated on."""
    threshold_set: str
    """Their name; in metrics and in the ledger that of `named`."""
    languages: Mapping[str, LanguageThresholds]

    def named(self, wanted: float) -> str:
        """What flags given at that rate are recorded under: two rates are two series."""
        return f"{self.threshold_set}@{wanted:g}"

    def rate_of(self, name: str) -> float | None:
        """The rate that `named` gave this name for; None where it is no name of this set."""
        rates = {
            one.wanted for of in self.languages.values() for c in of.classes.values() for one in c
        }
        return next((rate for rate in sorted(rates) if self.named(rate) == name), None)

    def value(self, language: str, name: str, wanted: float) -> float:
        """The threshold of a class; infinity where there is none, so that nothing is flagged."""
        found = self.languages.get(language)
        for one in found.classes.get(name, ()) if found else ():
            if one.wanted == wanted:
                return one.value
        return float("inf")


def load_thresholds(classifier: str, version: str, *folders: Path) -> ThresholdFile:
    """The thresholds of a classifier, from the first folder that has its file.

    Without folders: the shipped ones. Raises ThresholdError when there is no file, it is
    damaged, or it belongs to another version of the classifier.
    """
    remedy = f"Run `jauge models calibrate FILE --classifier {classifier}`."
    for folder in folders or (CONFIG,):
        path = folder / f"{classifier}.yaml"
        if not path.is_file():
            continue
        try:
            file = msgspec.convert(yaml.safe_load(path.read_text("utf-8")), ThresholdFile)
        except (OSError, yaml.YAMLError, msgspec.ValidationError, UnicodeDecodeError) as error:
            raise ThresholdError(
                f"{path.name}: not usable thresholds ({error}). {remedy}"
            ) from None
        if (file.classifier, file.version) != (classifier, version):
            raise ThresholdError(
                f"{path.name}: made for {file.classifier} {file.version}, "
                f"not for {classifier} {version}. {remedy}"
            )
        return file
    raise ThresholdError(f"there are no thresholds for {classifier}. {remedy}")
