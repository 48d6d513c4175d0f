"""Numbers and ranges as French and English readers write them."""

from __future__ import annotations

import math
from typing import Literal

from babel.numbers import format_decimal

from proxy.records import Range

__all__ = ["Locale", "number", "span"]

Locale = Literal["fr", "en"]

_NO_BREAK = "\u00a0"
_WORDS = {
    "fr": (
        "entre {low} et {high}{unit} (valeur centrale {central})",
        "au plus {high}{unit} (valeur centrale {central})",
        "{central}{unit}",
    ),
    "en": (
        "between {low} and {high}{unit} (central {central})",
        "at most {high}{unit} (central {central})",
        "{central}{unit}",
    ),
}
_NEVER = {"fr": "sans limite", "en": "without limit"}


def number(value: float, locale: Locale, digits: int = 2) -> str:
    """A number with so many significant digits; a whole one keeps all digits before the comma."""
    if math.isinf(value):
        return _NEVER[locale]
    if value == 0 or not math.isfinite(value):
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    shown: str = format_decimal(rounded, locale=locale, decimal_quantization=False)
    return shown


def span(value: Range, unit: str, locale: Locale) -> str:
    """A range in words, its unit behind a space that does not break."""
    low, central, high = (number(v, locale) for v in (value.low, value.central, value.high))
    between, most, exact = _WORDS[locale]
    if value.low == value.high:
        words = exact
    elif value.low <= 0:
        words = most
    else:
        words = between
    shown = f"{_NO_BREAK}{unit}" if unit else ""
    return words.format(low=low, central=central, high=high, unit=shown)
