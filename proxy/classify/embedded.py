"""The classifier that needs nothing: a word list and character n-grams, French and English.

It sees overt insults, obscenities, threats and slurs. It does not see irony, quotation,
counter-speech or contempt put in polite words; an answer that translates an insult on
request is flagged like one that utters it. What was measured of it, and on what, is in
docs/method/embedded-classifier.md.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from proxy.classify.classifier import MissingError, Options, Window
from proxy.classify.lexicon import Lexicon
from proxy.classify.ngrams import BITS, plain, sums

__all__ = ["LEXICON", "WEIGHTS", "Embedded", "Learned", "LearnedFile", "weights_file"]

LEXICON = Path(__file__).with_name("lexicon.yaml")
WEIGHTS = Path(__file__).with_name("weights")
"""Folder of what `python -m proxy.training` has learned."""


class Learned(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was learned for one language, beside the weight of each bucket of n-grams."""

    scale: float
    """What one step of the eight-bit weights is worth."""
    intercept: float
    lexicon: Mapping[str, float]
    """Per class of the word list, what a score of 1 adds."""


class LearnedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of weights/embedded.json."""

    languages: Mapping[str, Learned]


def weights_file(folder: Path, language: str) -> Path:
    """File of one language's weights: 2 ** BITS signed bytes."""
    return folder / f"{language}.int8"


class Embedded:
    """Toxicity by n-grams and word list together; the other classes by the word list alone."""

    name = "embedded"
    classes: tuple[str, ...] = ("toxicity", "insult", "obscene", "threat", "identity_attack")

    def __init__(self, options: Options | None = None, *, folder: Path = WEIGHTS) -> None:
        """`folder`: where the weights are. Raises MissingError."""
        del options  # it has none
        self._lexicon = Lexicon.load(LEXICON)
        self._learned, self._weights, self.version = _read(folder)
        self.languages = frozenset(self._learned)

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """Words between spaces, or a fifth of the characters where there are fewer."""
        return [max(text.count(" ") + 1, len(text) // 5) for text in texts]

    def score(self, windows: Sequence[Window]) -> list[Mapping[str, float]]:
        """For each window every class; a window in another language is read as English."""
        found: list[Mapping[str, float]] = [{}] * len(windows)
        by_language: dict[str, list[int]] = {}
        for index, window in enumerate(windows):
            language = window.language if window.language in self.languages else "en"
            by_language.setdefault(language, []).append(index)
        for language, indices in by_language.items():
            texts = [plain(windows[index].text) for index in indices]
            for index, scores in zip(indices, self._score(texts, language), strict=True):
                found[index] = scores
        return found

    def _score(self, texts: Sequence[str], language: str) -> list[Mapping[str, float]]:
        learned = self._learned[language]
        by_grams = sums(texts, self._weights[language]) * learned.scale
        scored: list[Mapping[str, float]] = []
        for text, value in zip(texts, by_grams.tolist(), strict=True):
            listed = self._lexicon.score(text, language)
            z = value + learned.intercept
            z += sum(learned.lexicon[name] * score for name, score in listed.items())
            scores = {name: listed.get(name, 0.0) for name in self.classes}
            scores["toxicity"] = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))
            scored.append(scores)
        return scored

    def close(self) -> None:
        """Nothing to free."""


@cache
def _read(folder: Path) -> tuple[Mapping[str, Learned], Mapping[str, npt.NDArray[np.int8]], str]:
    """What was learned, and a version that changes with any of it or with the word list."""
    digest = hashlib.sha256(LEXICON.read_bytes())
    try:
        data = (folder / "embedded.json").read_bytes()
        learned = msgspec.json.decode(data, type=LearnedFile).languages
        digest.update(data)
        weights = {}
        for language in learned:
            raw = weights_file(folder, language).read_bytes()
            digest.update(raw)
            weights[language] = np.frombuffer(raw, np.int8)
    except (OSError, msgspec.MsgspecError) as error:
        raise MissingError(
            f"the weights of the embedded classifier cannot be read ({type(error).__name__})",
            "Install Jauge again: they are part of it.",
        ) from None
    if any(len(one) != 1 << BITS for one in weights.values()):
        raise MissingError(
            "the weights of the embedded classifier are not whole",
            "Install Jauge again: they are part of it.",
        )
    return learned, weights, f"2-{digest.hexdigest()[:8]}"
