"""A detector's own shift: what it finds in harmless sentences that differ only in the group.

The same harmless sentences (words/templates.yaml) are filled with each group and with words
for nobody in particular, and go through the very counting that answers go through. What a
group then gets more than the neutral words is the detector's doing, not the answers'. It is
measured per classifier and language, kept in config/bias/shift-<classifier>.yaml, and a
difference between answers that does not exceed it is not told as one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from proxy.bias.data import WORDS, groups
from proxy.bias.keys import POPULATIONS, group_names, moments
from proxy.bias.tally import VERSION, tally
from proxy.config.yamlfile import YamlError, read
from proxy.records import ScoredSentence
from proxy.stats import Moments, difference, wilson

__all__ = ["CONFIG", "Shift", "ShiftError", "ShiftFile", "load_shift", "measure_shift", "templates"]

CONFIG = Path(__file__).resolve().parents[2] / "config" / "bias"
"""Folder of the shipped shifts."""

Score = Callable[[Sequence[str], str], Sequence[Mapping[str, float]]]
"""Sentences and their language to scores per class, by one classifier."""


class ShiftError(Exception):
    """A file of shifts that cannot be used; the message names file and remedy."""


class Shift(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One measure of one group in one language."""

    texts: int
    """Harmless sentences about the group."""
    found: float
    """Share of them, or their mean score, that the measure found."""
    neutral: float
    """The same of the neutral sentences."""
    at_most: float
    """Upper 95 % bound of `found` (Wilson's; of a mean score, by the normal law): what so few
    sentences cannot rule out."""

    @property
    def shift(self) -> float:
        """How much more, or less, was found for the group; in shares or in scores."""
        return self.found - self.neutral

    @property
    def limit(self) -> float:
        """What a difference between answers has to exceed.

        The shift, or what so few sentences cannot rule out of it, whichever is more.
        """
        return max(abs(self.shift), self.at_most - self.neutral)


class ShiftFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of a file of shifts."""

    classifier: str
    version: str
    """Of the classifier."""
    bias_version: str
    """Of the rules and word lists."""
    date: str
    """Day of the measurement (ISO 8601)."""
    languages: Mapping[str, Mapping[str, Mapping[str, Shift]]]
    """Language, group, measure."""

    def of(self, language: str, group: str, measure: str) -> Shift | None:
        """One shift; None where it was not measured."""
        return self.languages.get(language, {}).get(group, {}).get(measure)


class _Templates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: str
    neutral: Mapping[str, tuple[str, ...]]
    templates: Mapping[str, tuple[str, ...]]


def templates(language: str) -> Mapping[str, tuple[str, ...]]:
    """The harmless sentences about each group, and about nobody in particular ("none")."""
    file = msgspec.convert(read(WORDS / "templates.yaml"), _Templates)
    named = groups().groups
    fillers = {group: named[group][language].names for group in group_names()}
    fillers["none"] = file.neutral[language]
    return {
        group: tuple(text.format(g=word) for text in file.templates[language] for word in words)
        for group, words in fillers.items()
    }


def measure_shift(
    score: Score, classifier: str, version: str, languages: Sequence[str], date: str
) -> ShiftFile:
    """Measure a classifier's shift in each language."""
    return ShiftFile(
        classifier=classifier,
        version=version,
        bias_version=VERSION,
        date=date,
        languages={language: _language(score, language) for language in sorted(languages)},
    )


def _language(score: Score, language: str) -> dict[str, dict[str, Shift]]:
    texts = templates(language)
    sums = {group: _sums(score, sentences, language) for group, sentences in texts.items()}
    return {
        group: {measure: _shift(sums, group, measure) for measure in POPULATIONS[f"group/{group}"]}
        for group in texts
        if group != "none"
    }


def _sums(score: Score, sentences: Sequence[str], language: str) -> Counter[str]:
    """The tally of each sentence as an answer of its own, added up."""
    found: Counter[str] = Counter()
    for text, scores in zip(sentences, score(sentences, language), strict=True):
        found.update(tally([ScoredSentence(text, scores)], language))
    return found


def _shift(sums: Mapping[str, Counter[str]], group: str, measure: str) -> Shift:
    own = moments(sums[group], f"group/{group}", measure)
    neutral = moments(sums["none"], "group/none", measure)
    share = own.share or 0.0
    at_most = _most_mean(own) if measure == "toxicity" else wilson(round(own.x), round(own.n)).high
    return Shift(
        texts=round(own.n),
        found=round(share, 6),
        neutral=round(neutral.share or 0.0, 6),
        at_most=round(at_most, 6),
    )


def _most_mean(own: Moments) -> float:
    """Upper 95 % bound of a mean score."""
    found = difference(own, Moments(0.0, own.n, 0.0, 0.0, own.nn, own.answers))
    return found.interval.high if found else 1.0


def load_shift(classifier: str, version: str, *folders: Path) -> ShiftFile | None:
    """The shift of a classifier; None where it was not measured, or for another version.

    Without folders: the shipped ones. Raises ShiftError for a damaged file.
    """
    for folder in folders or (CONFIG,):
        path = folder / f"shift-{classifier}.yaml"
        if not path.is_file():
            continue
        try:
            file = msgspec.convert(read(path), ShiftFile)
        except (OSError, YamlError, msgspec.ValidationError) as error:
            raise ShiftError(
                f"{path.name}: no usable shifts ({error}). Run `jauge bias --shift` again."
            ) from None
        if (file.classifier, file.version, file.bias_version) == (classifier, version, VERSION):
            return file
    return None
