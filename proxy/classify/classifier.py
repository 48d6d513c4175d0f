"""What every classifier offers.

A classifier scores windows of text and knows nothing else. Cleaning, sentences, windows,
batches, pooling, thresholds and flags are the same for all and live in `proxy.scoring`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

__all__ = ["Classifier", "Maker", "MissingError", "Options", "Window"]


class Window(msgspec.Struct, frozen=True):
    """A piece of text short enough to be scored at once."""

    text: str
    language: str
    """"fr", "en" or another code."""

    def __repr__(self) -> str:
        """The size only: a traceback or a log must never show the text."""
        return f"Window(chars={len(self.text)}, language={self.language!r})"


class Classifier(Protocol):
    """A classifier, ready to score. Used by one thread at a time."""

    name: str
    """Its name in the configuration, in metrics and in the ledger."""
    version: str
    """Changes whenever its scores may: of its weights, or of their file."""
    classes: tuple[str, ...]
    """What it claims to see; "toxicity" is always first."""
    languages: frozenset[str]
    """Languages that it may be asked about."""

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text, as its own tokenizer counts. Never raises."""
        ...

    def score(self, windows: Sequence[Window]) -> list[Mapping[str, float]]:
        """For each window every class with its score from 0 to 1.

        Never raises, whatever the text; no windows give an empty list. Keeps no text.
        """
        ...

    def close(self) -> None:
        """Free what it holds; it is not used after."""
        ...


@dataclass(frozen=True, slots=True)
class Options:
    """What a maker may need to know."""

    models: Path
    """Folder of the model files that were fetched or imported; it need not exist."""
    model: str = "multilingual"
    """Which checkpoint, where a classifier has several."""
    device: str = "cpu"
    """Where it computes: "cpu" or "cuda"."""
    threads: int = 1
    """Threads that it may compute with."""
    sha256: str = ""
    """Full SHA-256 of a model file that may be loaded although it is none of the known."""


class MissingError(Exception):
    """A classifier cannot be made because something is not on this machine.

    The message says what is missing; `remedy` how to get it. Neither holds a path beyond
    what the configuration says.
    """

    def __init__(self, missing: str, remedy: str) -> None:
        super().__init__(f"{missing}. {remedy}")
        self.missing = missing
        self.remedy = remedy


Maker = Callable[[Options], Classifier]
"""Makes a classifier; heavy libraries are imported inside. Raises MissingError, nothing else
that can be foreseen."""
