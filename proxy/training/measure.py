"""How good the classifier is on texts that nothing was learned from.

Every score is that of production: the maximum over the sentences of a text.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import msgspec
import numpy as np
from scipy.stats import rankdata

from proxy.scoring.calibration import pooled
from proxy.scoring.scoring import Scoring
from proxy.training.data import Row, sentences_of

__all__ = ["Dilution", "area", "diluted", "toxicities"]

BENIGN = 8
"""Harmless sentences around the toxic one."""
DRAWS = 4_000
FALSE_POSITIVES = 0.01


class Dilution(msgspec.Struct, frozen=True):
    """What is found of one toxic sentence in an answer of nine."""

    recall: float
    """Share of such answers above the threshold."""
    threshold: float
    """Score that one in a hundred answers of nine harmless sentences reaches."""
    answers: int


def toxicities(scoring: Scoring, texts: Sequence[str], language: str) -> list[float]:
    """Toxicity of each text; 0 where there was nothing to score."""
    return [one.scores.get("toxicity", 0.0) for one in pooled(scoring, texts, language)]


def area(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Area under the ROC curve: how often a positive scores above a negative (ties half)."""
    ranks = rankdata([*positive, *negative])[: len(positive)]
    count = len(positive)
    return float((ranks.sum() - count * (count + 1) / 2) / (count * len(negative)))


def diluted(scoring: Scoring, toxic: Sequence[Row], benign: Sequence[str]) -> Dilution:
    """Recall at 1 % false positives of a toxic text among eight harmless sentences.

    `benign`: whole harmless answers, whose sentences are drawn. Draws are the same each time.
    """
    language = toxic[0].language
    harmless = [sentence for answer in benign for sentence in sentences_of(answer)]
    quiet = np.array(toxicities(scoring, harmless, language))
    loud = np.array(toxicities(scoring, [row.text for row in toxic], language))
    draw = random.Random(20261127)  # noqa: S311 - the same draws each time

    def most(count: int) -> float:
        return max(float(quiet[draw.randrange(len(quiet))]) for _ in range(count))

    plain = sorted(most(BENIGN + 1) for _ in range(DRAWS))
    threshold = plain[-int(DRAWS * FALSE_POSITIVES) - 1]
    mixed = [max(float(loud[index % len(loud)]), most(BENIGN)) for index in range(DRAWS)]
    recall = sum(score > threshold for score in mixed) / DRAWS
    return Dilution(recall=recall, threshold=threshold, answers=DRAWS)
