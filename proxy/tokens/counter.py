"""From text, or what is known of it, to tokens and their bounds."""

from __future__ import annotations

import logging
import threading
from functools import cached_property
from pathlib import Path

import tiktoken

from proxy.config import SHIPPED
from proxy.exchange import CountSource, Language
from proxy.tokens import vocabulary
from proxy.tokens.families import Bounds, Counting, Divisors, Estimate, Family, Side, load
from proxy.tokens.families import Tokenizers as Settings

__all__ = ["FILE", "Counter", "default"]

FILE = SHIPPED / "tokenizers.yaml"

log = logging.getLogger(__name__)

_NO_ERROR = Bounds(1.0, 1.0)


class Counter:
    """Counts with the vocabularies and figures of one file. No method raises."""

    def __init__(self, file: Path = FILE) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._encodings: dict[str, tiktoken.Encoding | None] = {}

    @cached_property
    def settings(self) -> Settings:
        """The figures of the file."""
        return load(self._file)

    def warm(self) -> None:
        """Load every vocabulary now (about a second): for a thread at the auditor's start."""
        for name in self.settings.vocabularies:
            self._encoding(name)

    def missing(self) -> list[str]:
        """Vocabularies that could not be loaded; others, or characters, stand in for them."""
        self.warm()
        return sorted(name for name, held in self._encodings.items() if held is None)

    def count_output(
        self,
        text: str,
        provider: str,
        model: str | None = None,
        language: Language = "unknown",
        *,
        aside: str = "",
    ) -> int:
        """Tokens generated for an answer, and for shown reasoning or tool calls (`aside`)."""
        if not text and not aside:
            return 0
        family = self.settings.family(provider, model)
        counting = family.output
        tokens = self._tokens(text, family, language) + self._tokens(aside, family, language)
        framing = counting.extra + (counting.aside if aside else 0.0)
        return round(counting.factor * tokens + framing)

    def count_input(
        self,
        text: str,
        provider: str,
        model: str | None = None,
        messages: int = 0,
        language: Language = "unknown",
    ) -> int:
        """Tokens of a prompt of so many messages (0: it is no chat, and has no framing)."""
        family = self.settings.family(provider, model)
        tokens = self._tokens(text, family, language)
        return round(family.input.factor * tokens + _framing(family.input, messages))

    def estimate_from_chars(  # noqa: PLR0913 - what is known of a lost text
        self,
        chars: int,
        language: Language,
        provider: str,
        model: str | None = None,
        *,
        side: Side = "output",
        messages: int = 0,
    ) -> int:
        """Tokens of a text of which only the length (in characters) and language are known."""
        if chars <= 0:
            return 0
        family = self.settings.family(provider, model)
        tokens = self._by_length(chars, family, language)
        counting = family.output if side == "output" else family.input
        extra = counting.extra if side == "output" else _framing(counting, messages)
        return max(1, round(counting.factor * tokens + extra))

    def estimate_opaque(self, chars: int, side: Side) -> Estimate:
        """Tokens behind a decoded body of so many characters in no format that is read."""
        divisors = self._divisors(side)
        size = max(0, chars)
        return Estimate(
            round(size / divisors.low), round(size / divisors.central), round(size / divisors.high)
        )

    def error(  # noqa: PLR0913 - what bounds depend on
        self,
        source: CountSource,
        provider: str,
        model: str | None = None,
        *,
        side: Side = "output",
        language: Language = "unknown",
        reasoning_seen: bool = False,
    ) -> Bounds:
        """Factors on a count of this source, between which the true number lies.

        For "counted" and "estimated" output the high one allows for reasoning that the
        service generated and did not show. What is reported, or nothing, is exact. For a
        body in no format that is read see `opaque_error`.
        """
        if source not in {"counted", "estimated"}:
            return _NO_ERROR
        family = self.settings.family(provider, model)
        counting = family.output if side == "output" else family.input
        low, high = counting.low, counting.high
        if source == "estimated":
            spread = getattr(self.settings.estimated, language)
            low, high = low * spread.low, high * spread.high
        if side == "output":
            high *= self.settings.hides(model, reasoning_seen=reasoning_seen)
        return Bounds(low, high)

    def opaque_error(self, side: Side) -> Bounds:
        """Factors on the central one of `estimate_opaque`, as `error` gives for other counts."""
        divisors = self._divisors(side)
        return Bounds(divisors.central / divisors.low, divisors.central / divisors.high)

    def _divisors(self, side: Side) -> Divisors:
        opaque = self.settings.opaque
        return opaque.answer if side == "output" else opaque.request

    def _tokens(self, text: str, family: Family, language: Language) -> float:
        """Tokens in the family's vocabulary; without one, by the length of the text."""
        encoding = self._encoding(family.vocabulary) if text else None
        if encoding is None:
            return self._by_length(len(text), family, language)
        try:
            return vocabulary.count(encoding, text)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001 - a panic in Rust is no Exception
            log.warning("a text could not be counted (%s)", type(error).__name__)
            return self._by_length(len(text), family, language)

    def _by_length(self, chars: int, family: Family, language: Language) -> float:
        ratios = self.settings.vocabularies[family.vocabulary].chars
        return float(chars / getattr(ratios, language))

    def _encoding(self, wanted: str) -> tiktoken.Encoding | None:
        """The encoder of that name, loaded once; if it cannot be, any other one that can."""
        for name in (wanted, *self.settings.vocabularies):
            if name not in self._encodings:
                with self._lock:
                    self._load(name)
            held = self._encodings[name]
            if held is not None:
                return held
        return None

    def _load(self, name: str) -> None:
        if name in self._encodings:
            return
        try:
            self._encodings[name] = vocabulary.load(name, self.settings.vocabularies[name])
        except Exception as error:  # noqa: BLE001 - counting goes on without it
            log.warning("tokens are counted without the vocabulary %s (%s)", name, error)
            self._encodings[name] = None


def _framing(counting: Counting, messages: int) -> float:
    return counting.base + counting.message * messages if messages > 0 else 0.0


default = Counter()
"""The counter of the shipped file."""
