"""What a town hall reads, in one language: messages, numbers, ranges, units, dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from babel.lists import format_list

from proxy.records import Range
from proxy.texts import dates, numbers
from proxy.texts.catalogue import load
from proxy.texts.numbers import NO_BREAK, RANGE, Lang
from proxy.texts.typography import typeset
from proxy.texts.units import unit_for

__all__ = ["Texts"]


class Texts:
    """The messages and the manners of one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang
        self._messages = load(lang)

    def __contains__(self, key: str) -> bool:
        return key in self._messages

    def t(self, key: str, **values: object) -> str:
        """The message of that key, with whole numbers and ranges written out.

        A message with two forms goes by `count`. Raises KeyError for an unknown key or a
        missing value.
        """
        message = self._messages[key]
        if not isinstance(message, str):
            message = message["one" if self._single(values["count"]) else "other"]
        if not values:
            return message
        shown = {name: self._shown(value) for name, value in values.items()}
        return typeset(message.format_map(shown), self.lang)

    def of(self, key: str, name: str) -> str:
        """The message `key.name`, or the name itself where there is none."""
        full = f"{key}.{name}"
        return self.t(full) if full in self else name

    def _single(self, count: object) -> bool:
        """French counts as one all that is under two, English only what is one."""
        if isinstance(count, Range):
            return count.high < 2 if self.lang == "fr" else count.high == 1
        if not isinstance(count, int | float):
            raise TypeError(f"expected a number as count, got {type(count).__name__}")
        return abs(count) < 2 if self.lang == "fr" else count == 1

    def _shown(self, value: object) -> object:
        if isinstance(value, Range):
            return self.range(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return self.count(value)
        return self.number(value) if isinstance(value, float) else value

    # Numbers

    def number(self, value: float, digits: int = 2) -> str:
        """With so many significant digits."""
        return numbers.number(value, self.lang, digits)

    def count(self, value: int) -> str:
        """A whole number with all its digits: 12 345."""
        return numbers.whole(value, self.lang)

    def signed(self, value: float, digits: int = 2) -> str:
        """With + or −."""
        return numbers.signed(value, self.lang, digits)

    def tick(self, value: float) -> str:
        """A round number on an axis, with no more digits than it has: 0,5."""
        return numbers.plain(value, self.lang)

    def tick_percent(self, value: float) -> str:
        """Percent on an axis, `value` being 5 for 5 %."""
        return numbers.plain_percent(value, self.lang)

    def percent(self, share: float, digits: int = 2) -> str:
        """A share of 1: 12 %."""
        return numbers.percent(share, self.lang, digits)

    def percent_range(self, low: float, central: float, high: float) -> str:
        """A rate with its interval: 0,8 – 1,2 – 1,9 %."""
        return numbers.percents((low, central, high), self.lang)

    def range(self, value: Range, unit: str = "") -> str:
        """Low – central – high and the unit: 0,12 – 0,40 – 1,3 Wh."""
        three = (value.low, value.central, value.high)
        shown = numbers.triple(three, self.lang)
        text = shown[0] if len(set(three)) == 1 else RANGE.join(shown)
        return f"{text}{NO_BREAK}{unit}" if unit else text

    def between(self, value: Range, unit: str = "") -> str:
        """In words: entre 0,12 et 1,3 Wh (valeur centrale : 0,40)."""
        low, central, high = numbers.triple((value.low, value.central, value.high), self.lang)
        after = f"{NO_BREAK}{unit}" if unit else ""
        if value.low == value.high:
            return f"{central}{after}"
        form = "at_most" if value.low <= 0 else "between"
        return self.t(f"common.{form}", low=low, central=central, high=high, unit=after)

    def quantity(self, name: str, value: Range) -> str:
        """A range of a quantity of the ledger, in a unit that fits: 1,2 – 3,4 – 9,8 kWh."""
        unit = unit_for(name, value.central, value.high)
        return self.range(_in(value, unit.size), unit.symbol)

    def quantity_between(self, name: str, value: Range) -> str:
        """The same in words."""
        unit = unit_for(name, value.central, value.high)
        return self.between(_in(value, unit.size), unit.symbol)

    def amount(self, name: str, value: float, *, sign: bool = False) -> str:
        """One figure of a quantity (an axis, a part of a change), in a unit that fits."""
        unit = unit_for(name, value)
        write = self.signed if sign else self.number
        return f"{write(value / unit.size)}{NO_BREAK}{unit.symbol}"

    # Dates and lists

    def date(self, day: dt.date) -> str:
        """1er novembre 2026."""
        return dates.day(day, self.lang)

    def moment(self, at: dt.datetime) -> str:
        """1er novembre 2026 à 14 h 05."""
        return dates.moment(at, self.lang)

    def month(self, year_month: str) -> str:
        """Octobre 2026, from 2026-10."""
        return dates.month(year_month, self.lang)

    def short_month(self, year_month: str) -> str:
        """Oct., from 2026-10."""
        return dates.short_month(year_month, self.lang)

    def of_month(self, year_month: str) -> str:
        """D’octobre 2026, from 2026-10."""
        return dates.of_month(year_month, self.lang)

    def all_of(self, items: Sequence[str]) -> str:
        """A, b et c."""
        return format_list(list(items), locale="fr_FR" if self.lang == "fr" else "en_GB")


def _in(value: Range, size: float) -> Range:
    return Range(value.low / size, value.central / size, value.high / size)
