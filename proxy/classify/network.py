"""What networks that read tokens have in common: counting, cutting, batching.

A text longer than the network reads at once is cut into parts that fit, at spaces where there
are any, and scores the maximum over them: Detoxify itself would drop its end silently.
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


def chop(text: str, count: int) -> Iterator[str]:
    """The text in `count` parts or a few more, cut before a space where there is one near."""
    size, start = max(1, len(text) // count), 0
    while len(text) - start > size:
        cut = text.rfind(" ", start + size * 3 // 4, start + size)
        cut = cut if cut > start else start + size
        yield text[start:cut]
        start = cut
    yield text[start:]


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
        """For each window every class with its score; equal texts are scored once."""
        parts = [list(self._parts(clean(window.text))) for window in windows]
        rows = self._rows(list(dict.fromkeys(text for texts in parts for text in texts)))
        return [
            {
                name: max(rows[text][column] for text in texts)
                for column, name in enumerate(self._classes)
            }
            for texts in parts
        ]

    def _rows(self, texts: list[str]) -> dict[str, tuple[float, ...]]:
        """The scores of texts that fit, in the order of the classes."""
        rows: dict[str, tuple[float, ...]] = {}
        for group in batches(self.lengths(texts)):
            some = [texts[place] for place in group]
            for text, row in zip(some, self._predict(some), strict=True):
                rows[text] = tuple(min(max(float(value), 0.0), 1.0) for value in row)
        return rows

    def _parts(self, text: str) -> Iterator[str]:
        """The text, or its parts, none longer than the network reads."""
        waiting = [text]
        while waiting:
            longer: list[str] = []
            for part, tokens in zip(waiting, self.lengths(waiting), strict=True):
                if tokens <= self._limit or len(part) < 2:
                    yield part
                else:
                    longer += chop(part, tokens // self._limit + 1)
            waiting = longer
