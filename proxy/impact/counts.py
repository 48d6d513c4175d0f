"""What is counted of an exchange, cleaned, with the errors of counts that nobody reported.

The errors are those that `proxy.tokens` measured (config/tokenizers.yaml). They bound a
count, so they multiply it end by end: reasoning that a service does not show, above all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from proxy.exchange import CountSource, Exchange, Language
from proxy.impact.ranges import ONE
from proxy.records import Range
from proxy.tokens import Counter, Side

__all__ = ["Counts", "Errors", "count", "counted", "counts"]

_MOST = 10_000_000
"""No service takes more in one request; a larger number is damage."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of one exchange, finite and not negative."""

    output: float
    input: float
    """Computed: without what came from a cache."""
    cached: float
    images: float
    audio_min: float
    output_error: Range
    input_error: Range


class Errors:
    """Factors on counts, by who counted; immutable."""

    def __init__(self, file: Path) -> None:
        """`file`: config/tokenizers.yaml or its like."""
        self._counter = Counter(file)
        self._of = lru_cache(maxsize=4096)(self._find)

    def of(self, exchange: Exchange, side: Side) -> Range:
        """The error of an exchange's count: ONE where the service reported it."""
        source = exchange.output_source if side == "output" else exchange.input_source
        if source in {"reported", "none"}:
            return ONE
        return self._of(
            source,
            exchange.provider,
            exchange.model_answered or exchange.model_asked,
            side,
            exchange.answer_language if side == "output" else exchange.prompt_language,
            exchange.reasoning_chars > 0,
            exchange.parse_status == "unknown_format" and source == "estimated",
        )

    def _find(  # noqa: PLR0913, PLR0917 - what an error depends on
        self,
        source: CountSource,
        provider: str,
        model: str | None,
        side: Side,
        language: Language,
        reasoning_seen: bool,  # noqa: FBT001 - a key of the cache
        opaque: bool,  # noqa: FBT001
    ) -> Range:
        if opaque:
            bounds = self._counter.opaque_error(side)
        else:
            bounds = self._counter.error(
                source, provider, model, side=side, language=language, reasoning_seen=reasoning_seen
            )
        return Range(min(1.0, bounds.low), 1.0, max(1.0, bounds.high))


def count(value: float | None) -> float:
    """A count as it can be true: nothing for what is missing, negative or no number."""
    if value is None or not math.isfinite(value):
        return 0.0
    return min(max(0.0, float(value)), _MOST)


def counted(exchange: Exchange) -> bool:
    """Whether anything was counted that can have cost something."""
    given = (exchange.output_tokens, exchange.input_tokens, exchange.images, exchange.audio_s)
    return any(map(count, given))


def counts(exchange: Exchange, errors: Errors) -> Counts:
    """The counts of an exchange."""
    given = count(exchange.input_tokens)
    cached = min(count(exchange.cache_read_tokens), given)
    return Counts(
        output=count(exchange.output_tokens),
        input=given - cached,
        cached=cached,
        images=count(exchange.images),
        audio_min=count(exchange.audio_s) / 60,
        output_error=errors.of(exchange, "output"),
        input_error=errors.of(exchange, "input"),
    )
