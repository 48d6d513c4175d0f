"""Numbers, shares and ranges as French and English readers write them.

A range is never collapsed: three figures that differ are shown with as many significant
digits as it takes to tell them apart.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from babel.numbers import format_decimal

__all__ = [
    "MINUS",
    "NARROW",
    "NO_BREAK",
    "RANGE",
    "Lang",
    "number",
    "percent",
    "percents",
    "plain",
    "plain_percent",
    "signed",
    "triple",
    "whole",
]

Lang = Literal["fr", "en"]

NO_BREAK = "\u00a0"
NARROW = "\u202f"
MINUS = "\u2212"
RANGE = f"{NO_BREAK}\u2013 "
"""Between the figures of a range: the dash stays with the figure before it."""

_LOCALES = {"fr": "fr_FR", "en": "en_GB"}
_UNLIMITED = {"fr": "sans limite", "en": "no limit"}
_MOST_DIGITS = 9
"""Significant digits at which two figures that still look alike are taken for equal."""


def number(value: float, lang: Lang, digits: int = 2) -> str:
    """With so many significant digits; a number over that keeps its zeros: 12 000."""
    if math.isinf(value) and value > 0:
        return _UNLIMITED[lang]
    if not math.isfinite(value):
        raise ValueError(f"expected a number, got {value}")
    if value == 0:
        return "0"
    exact = Decimal(repr(value))
    rounded = _rounded(exact, digits)
    # A half that rounds up may gain a digit: 9.96 is 10, not 10.0.
    places = digits - 1 - _rounded(exact, digits).adjusted()
    return _decimal(rounded, max(0, places), lang)


def _rounded(value: Decimal, digits: int) -> Decimal:
    """To so many significant digits, halves away from zero, as people do."""
    place = Decimal(1).scaleb(value.adjusted() - digits + 1)
    return value.quantize(place, ROUND_HALF_UP)


def whole(value: int, lang: Lang) -> str:
    """A whole number with all its digits: 12 345."""
    return _decimal(value, 0, lang)


def plain(value: float, lang: Lang) -> str:
    """A round number, with no more digits than it has: 0,5, 10 000."""
    shown: str = format_decimal(value, format="#,##0.############", locale=_LOCALES[lang])
    return shown.replace("-", MINUS)


def plain_percent(value: float, lang: Lang) -> str:
    """A round percentage: 0,5 % for 0.5."""
    return f"{plain(value, lang)}{_SIGN[lang]}"


def signed(value: float, lang: Lang, digits: int = 2) -> str:
    """With its sign, also where it is positive: +1,2."""
    shown = number(value, lang, digits)
    return shown if value <= 0 else f"+{shown}"


def triple(values: tuple[float, ...], lang: Lang, digits: int = 2) -> tuple[str, ...]:
    """Each figure of a range; those that differ look different."""
    for more in range(digits, _MOST_DIGITS + 1):
        shown = tuple(number(value, lang, more) for value in values)
        if len(set(shown)) == len(set(values)):
            return shown
    return shown


def percent(share: float, lang: Lang, digits: int = 2) -> str:
    """A share of 1 as percent: 12 %, 0,31 %; only what is all is 100 %."""
    return f"{_percent(share, lang, digits)}{_SIGN[lang]}"


def percents(shares: tuple[float, ...], lang: Lang) -> str:
    """A range of shares under one sign: 0,8 – 1,2 – 1,9 %."""
    for digits in range(2, _MOST_DIGITS + 1):
        shown = [_percent(share, lang, digits) for share in shares]
        if len(set(shown)) == len(set(shares)):
            break
    return f"{RANGE.join(shown)}{_SIGN[lang]}"


_SIGN = {"fr": f"{NARROW}%", "en": "%"}


def _percent(share: float, lang: Lang, digits: int) -> str:
    shown = number(100 * share, lang, digits)
    if 0 < share < 1 and shown == number(100, lang, digits):
        return _percent(share, lang, digits + 1) if digits < _MOST_DIGITS else shown
    return shown


def _decimal(value: float | Decimal, places: int, lang: Lang) -> str:
    pattern = "#,##0" + ("." + "0" * places if places else "")
    shown: str = format_decimal(value, format=pattern, locale=_LOCALES[lang])
    return shown.replace("-", MINUS)
