"""What config/tokenizers.yaml says, and which of its families a model belongs to."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta

from proxy.config.yamlfile import read

__all__ = [
    "Bounds",
    "Counting",
    "Estimate",
    "Family",
    "Hidden",
    "Side",
    "Tokenizers",
    "Vocabulary",
    "load",
]

Side = Literal["output", "input"]
Text = Annotated[str, Meta(min_length=1)]
Positive = Annotated[float, Meta(gt=0)]
Amount = Annotated[float, Meta(ge=0)]


class Bounds(NamedTuple):
    """Factors: the true number of tokens lies between low x count and high x count."""

    low: float
    high: float


class Estimate(NamedTuple):
    """A number of tokens that is only known widely."""

    low: int
    central: int
    high: int


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every part of the file: immutable, unknown keys refused."""


class CharsPerToken(_Part, frozen=True, kw_only=True):
    """Characters per token, by language."""

    en: Positive
    fr: Positive
    other: Positive
    unknown: Positive


class Vocabulary(_Part, frozen=True, kw_only=True):
    """A vocabulary and the installed package that it lies in."""

    package: Text
    """Import name of the package; it is located, never imported."""
    file: Text
    """Path in the package; its ending says the kind (.tiktoken.gz, .json)."""
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    """Of the content, unpacked."""
    pattern: tuple[str, ...] = ()
    """Alternatives of the expression that splits words; empty: the file holds it."""
    chars: CharsPerToken
    source: Text


class Counting(_Part, frozen=True, kw_only=True):
    """From tokens of the text to tokens as the service counts them."""

    factor: Positive = 1.0
    extra: Amount = 0.0
    aside: Amount = 0.0
    message: Amount = 0.0
    base: Amount = 0.0
    low: Annotated[float, Meta(gt=0, le=1)]
    high: Annotated[float, Meta(ge=1)]
    n: Annotated[int, Meta(ge=0)]
    """Exchanges that the figures were measured on."""


class Family(_Part, frozen=True, kw_only=True):
    """Models that are counted alike."""

    name: Text
    provider: tuple[str, ...] = ()
    """Slugs; empty: any."""
    model: str | None = None
    """Regular expression found in the model's name; None: any."""
    vocabulary: Text
    output: Counting
    input: Counting
    source: Text


class Hidden(_Part, frozen=True, kw_only=True):
    """Models that generate more than they show."""

    model: Text
    high: Annotated[float, Meta(ge=1)]
    when: Literal["always", "seen", "unseen"]
    source: Text


class Spread(_Part, frozen=True, kw_only=True):
    """Bounds as factors."""

    low: Annotated[float, Meta(gt=0, le=1)]
    high: Annotated[float, Meta(ge=1)]


class ByLanguage(_Part, frozen=True, kw_only=True):
    """Bounds by language."""

    en: Spread
    fr: Spread
    other: Spread
    unknown: Spread


class Divisors(_Part, frozen=True, kw_only=True):
    """Characters per token of a body that is not read; low and high are those of the tokens."""

    low: Positive
    central: Positive
    high: Positive


class OpaqueBodies(_Part, frozen=True, kw_only=True):
    """Bodies in no format that is read."""

    answer: Divisors
    request: Divisors
    n: int
    source: Text


class Tokenizers(_Part, frozen=True, kw_only=True):
    """The whole of config/tokenizers.yaml."""

    checked: date
    vocabularies: dict[str, Vocabulary]
    families: tuple[Family, ...]
    hidden: tuple[Hidden, ...] = ()
    estimated: ByLanguage
    opaque: OpaqueBodies

    def family(self, provider: str, model: str | None) -> Family:
        """The first family that matches; the last one of the file takes all."""
        name = (model or "").lower()
        for family in self.families:
            if family.provider and provider not in family.provider:
                continue
            if family.model is None or re.search(family.model, name):
                return family
        return self.families[-1]

    def hides(self, model: str | None, *, reasoning_seen: bool) -> float:
        """Factor on the high bound of the output for reasoning that is not in the text."""
        name = (model or "").lower()
        wanted = {"always", "seen" if reasoning_seen else "unseen"}
        for hidden in self.hidden:
            if re.search(hidden.model, name):
                return hidden.high if hidden.when in wanted else 1.0
        return 1.0


def load(file: Path) -> Tokenizers:
    """The file, checked. Raises YamlError, OSError and msgspec.ValidationError."""
    return msgspec.convert(read(file), Tokenizers)
