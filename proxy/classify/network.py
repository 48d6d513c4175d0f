"""What networks that read tokens have in common: counting, cutting, batching.

A text longer than the network reads at once is halved, at a space where there is one, until
its parts fit, and scores the maximum over them: Detoxify itself would cut it silently.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from proxy.classify.classifier import Window

__all__ = ["BATCH", "SPECIAL", "Network", "batches", "load_tokenizer"]

BATCH = 8
"""Texts scored at once; on a processor larger batches are no faster."""
BATCH_TOKENS = 1024
"""Tokens of a batch, padding included: bounds the memory of long texts."""
SPECIAL = 2
"""Tokens that every text is framed with."""

Predict = Callable[[list[str]], Sequence[Sequence[float]]]
"""From texts that fit to one row each, a score per class."""


def load_tokenizer(content: str) -> Tokenizer:
    """The tokenizer of a tokenizer.json, neither padding nor cutting.

    Raises what the library raises.
    """
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # one thread computes, as configured
    from tokenizers import Tokenizer  # noqa: PLC0415 - only where a network is used

    tokenizer = Tokenizer.from_str(content)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def clean(text: str) -> str:
    """The text without halves of surrogate pairs, which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of `lengths` in groups of similar length that BATCH and BATCH_TOKENS allow."""
    group: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        widest = lengths[place] + SPECIAL
        if group and (len(group) == BATCH or (len(group) + 1) * widest > BATCH_TOKENS):
            yield group
            group = []
        group.append(place)
    if group:
        yield group


class Network:
    """Scores windows of any length by a function that takes short lists of short texts."""

    def __init__(
        self, tokenizer: Tokenizer, limit: int, classes: Sequence[str], predict: Predict
    ) -> None:
        """`limit`: tokens that the network reads at once, special ones included."""
        self._tokenizer = tokenizer
        self._limit = limit - SPECIAL
        self._classes = tuple(classes)
        self._predict = predict

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special ones not counted."""
        cleaned = [clean(text) for text in texts]
        found = self._tokenizer.encode_batch_fast(cleaned, add_special_tokens=False)
        return [len(encoding) for encoding in found]

    def score(self, windows: Sequence[Window]) -> list[Mapping[str, float]]:
        """For each window every class with its score."""
        parts = [list(self._parts(clean(window.text))) for window in windows]
        owners = [place for place, texts in enumerate(parts) for _ in texts]
        texts = [text for some in parts for text in some]
        scores = [dict.fromkeys(self._classes, 0.0) for _ in windows]
        for group in batches(self.lengths(texts)):
            rows = self._predict([texts[place] for place in group])
            for place, row in zip(group, rows, strict=True):
                mine = scores[owners[place]]
                for name, value in zip(self._classes, row, strict=True):
                    mine[name] = max(mine[name], min(float(value), 1.0))
        return list(scores)

    def _parts(self, text: str) -> Iterator[str]:
        """The text, or its halves' halves, none longer than the network reads."""
        waiting = [text]
        while waiting:
            part = waiting.pop()
            if len(part) < 2 or self.lengths([part])[0] <= self._limit:
                yield part
                continue
            middle = part.rfind(" ", len(part) // 4, len(part) // 2)
            cut = middle if middle > 0 else len(part) // 2
            waiting += [part[cut:], part[:cut]]
