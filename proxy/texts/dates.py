"""Dates as they are written: 1er novembre 2026, 1 November 2026."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_date

from proxy.texts.numbers import NO_BREAK, Lang

__all__ = ["day", "moment", "month", "of_month", "short_month"]

_LOCALES = {"fr": "fr_FR", "en": "en_GB"}
_VOWELS = "aeiouyhàâéèêîôû"


def _format(date: dt.date, pattern: str, lang: Lang) -> str:
    shown: str = format_date(date, pattern, locale=_LOCALES[lang])
    return shown


def day(date: dt.date, lang: Lang) -> str:
    """1er novembre 2026: French says the first as an ordinal, which Babel does not."""
    first = "1er" if lang == "fr" and date.day == 1 else str(date.day)
    return f"{first}{NO_BREAK}{_format(date, 'MMMM y', lang)}"


def moment(at: dt.datetime, lang: Lang) -> str:
    """A day and the time of day, in the zone that `at` is in."""
    if lang == "fr":
        return f"{day(at, lang)} à {at.hour}{NO_BREAK}h{NO_BREAK}{at.minute:02}"
    return f"{day(at, lang)} at {at.hour:02}:{at.minute:02}"


def month(year_month: str, lang: Lang) -> str:
    """Octobre 2026, October 2026, from 2026-10. Raises ValueError."""
    return _format(_first(year_month), f"MMMM{NO_BREAK}y", lang)


def short_month(year_month: str, lang: Lang) -> str:
    """Oct., from 2026-10: for an axis."""
    return _format(_first(year_month), "LLL", lang)


def of_month(year_month: str, lang: Lang) -> str:
    """D’octobre 2026, de mars 2026; of October 2026."""
    name = month(year_month, lang)
    if lang == "en":
        return f"of {name}"
    return f"d\u2019{name}" if name[0] in _VOWELS else f"de {name}"


def _first(year_month: str) -> dt.date:
    return dt.date.fromisoformat(f"{year_month}-01")
