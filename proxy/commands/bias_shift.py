"""`jauge bias --shift`: what a classifier finds in harmless sentences about each group."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
import yaml

from proxy.bias.keys import POPULATIONS, group_names
from proxy.bias.month import CLAIMS
from proxy.bias.shift import ShiftFile, measure_shift
from proxy.bias.tally import LANGUAGES
from proxy.classify.classifier import Window
from proxy.commands.common import config_of
from proxy.scoring.configured import load_configured

if TYPE_CHECKING:
    from proxy.classify.classifier import Classifier

__all__ = ["run_shift", "shift_of"]


def run_shift(given: argparse.Namespace) -> int:
    """Measure, print, keep."""
    config = config_of(given)
    wanted = given.classifier or config.settings.content.classifier
    loaded = load_configured(config, wanted)
    classifier = loaded.scoring.classifier
    if classifier.name != wanted:
        for warning in loaded.warnings:
            print(f"jauge: {warning}", file=sys.stderr)
        return 1
    today = datetime.now(config.zone).date().isoformat()
    found = shift_of(classifier, today)
    classifier.close()
    for line in _lines(found):
        print(line)
    folder = config.state_dir / "bias"
    path = folder / f"shift-{classifier.name}.yaml"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(
            yaml.safe_dump(msgspec.to_builtins(found), sort_keys=False), encoding="utf-8"
        )
    except OSError as error:
        print(f"jauge: cannot write {path}: {error.strerror}", file=sys.stderr)
        return 1
    print(f"Kept in {path}.")
    return 0


def shift_of(classifier: Classifier, date: str) -> ShiftFile:
    """The shift of a classifier that is ready to score, in the languages that both know."""

    def score(sentences: Sequence[str], language: str) -> Sequence[Mapping[str, float]]:
        return classifier.score([Window(text, language) for text in sentences])

    languages = sorted(LANGUAGES & classifier.languages)
    return measure_shift(score, classifier.name, classifier.version, languages, date)


def _lines(found: ShiftFile) -> list[str]:
    claimed = CLAIMS.get(found.classifier, frozenset())
    lines = [
        f"{found.classifier} {found.version}: harmless sentences about each group, against neutral",
        "ones. found, neutral: shares of sentences, or mean scores (toxicity). limit: what a",
        "difference between answers has to exceed.",
        _row(("lang", "group", "measure", "texts", "found", "neutral", "shift", "limit")),
    ]
    for language, groups in found.languages.items():
        for group in group_names():
            for measure in POPULATIONS[f"group/{group}"]:
                one = groups[group][measure]
                # The mean score is printed for every classifier: it shows a shift that shares,
                # which move only at the cut, do not.
                if measure in claimed or measure == "toxicity":
                    numbers = (one.found, one.neutral, one.shift, one.limit)
                    shown = (f"{number:.4f}" for number in numbers)
                    lines.append(_row((language, group, measure, str(one.texts), *shown)))
    return lines


def _row(cells: Sequence[str]) -> str:
    names, numbers = cells[:3], cells[3:]
    padded = (f"{name:<{width}}" for name, width in zip(names, (5, 16, 11), strict=True))
    return "".join((*padded, *(f"{number:>9}" for number in numbers)))
