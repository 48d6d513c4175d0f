"""The numbers of a report in words: amounts, shares and spans, in one language."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence

from proxy.records import Range
from proxy.report.figures import Amount, Share, Span
from proxy.report.model import Report
from proxy.texts import Lang, Texts
from proxy.texts.numbers import triple
from proxy.texts.units import Unit, unit_for

__all__ = ["NONE", "Say", "of", "summed"]

_SHARES = {"share", "unread", "lost"}
"""Values of decisions that are shares of 1."""

NONE = "–"
"""Where there is nothing to say."""


class Say(Texts):
    """The catalogue of one language, for the parts of the data model."""

    def __init__(self, lang: Lang) -> None:
        super().__init__(lang)

    def r(self, key: str, **values: object) -> str:
        """A message of the report's catalogue."""
        return self.t(f"report.{key}", **values)

    def named(self, group: str, key: str, label: str = "") -> str:
        """The label that the town hall gave, else the catalogue's name of a key."""
        return label or self.of(f"common.{group}", key or "unknown")

    def cost(self, value: Amount | None) -> str:
        """Low – central – high with a unit that fits."""
        return self.quantity(value.unit, value.range) if value else NONE

    def cost_between(self, value: Amount) -> str:
        """The same in words."""
        return self.quantity_between(value.unit, value.range)

    def cost_in(self, value: Amount | None, unit: Unit) -> str:
        """Low – central – high in the unit that a column or a row is headed with."""
        if value is None:
            return NONE
        return self.range(
            Range(value.low / unit.size, value.central / unit.size, value.high / unit.size)
        )

    def span(self, value: Span | None, unit: str = "") -> str:
        """A range that may have no end."""
        return self.range(of(value), unit) if value else NONE

    def share(self, value: Share | None) -> str:
        """71 % (34 210 sur 48 210), with its interval where it has one."""
        if value is None or value.ratio is None:
            return NONE
        counts = self.r("counts", part=value.part, whole=value.whole)
        return f"{self.rate(value)} ({counts})"

    def rate(self, value: Share | None) -> str:
        """71 %, or 0,06 – 0,11 – 0,19 % where it has an interval."""
        if value is None or value.ratio is None:
            return NONE
        if value.low is None or value.high is None:
            return self.percent(value.ratio)
        return self.percent_range(value.low, value.ratio, value.high)

    def part_of(self, part: float, whole: float) -> str:
        """A share that was counted, as percent."""
        return self.percent(part / whole) if whole else NONE

    def iso_date(self, text: str) -> str:
        """A date or an instant of the model, as a date."""
        return self.date(dt.date.fromisoformat(text[:10])) if text else NONE

    def last_day(self, text: str) -> str:
        """The last day before an instant: data until 1 November 00:00 end on 31 October."""
        at = dt.datetime.fromisoformat(text)
        return self.date((at - dt.timedelta(seconds=1)).date())

    def period(self, name: str) -> str:
        """Octobre 2026 for 2026-10; 2026 for 2026."""
        return self.month(name) if "-" in name else name

    def of_period(self, name: str) -> str:
        """D’octobre 2026; de 2026."""
        if "-" in name:
            return self.of_month(name)
        return f"de {name}" if self.lang == "fr" else f"of {name}"

    def three(self, low: float, central: float, high: float) -> tuple[str, ...]:
        """The figures of a range, which look different where they are."""
        return triple((low, central, high), self.lang)

    def three_signed(self, low: float, central: float, high: float) -> tuple[str, ...]:
        """The same with their signs: a change."""
        shown = self.three(low, central, high)
        ends = (low, central, high)
        return tuple(f"+{one}" if end > 0 else one for one, end in zip(shown, ends, strict=True))

    def between_counts(self, span: Range) -> str:
        """Entre 14 et 480 (valeur centrale : 57); au moins 14 where there is no upper end."""
        if math.isfinite(span.high) or not math.isfinite(span.low):
            return self.between(span)
        low, central, _ = self.three(span.low, span.central, span.high)
        key = "report.at_least" if math.isfinite(span.central) else "report.at_least_no_central"
        return self.t(key, low=low, central=central)

    def signed_percent(self, share: float) -> str:
        """+23 %, −4 %."""
        return f"+{self.percent(share)}" if share > 0 else self.percent(share)

    def decision_value(self, key: str, value: float | str) -> str:
        """What a proposed decision rests on: shares as percent, counts whole, names as is."""
        if isinstance(value, str):
            return value
        if key == "requests":
            return self.t("report.unit.requests", count=int(value))
        if key in _SHARES:
            return self.percent(value)
        return self.count(int(value)) if value == int(value) else self.number(value)

    def series(self, items: Iterable[str]) -> str:
        """Items that hold commas themselves, with semicolons as the language spaces them."""
        return ("\u202f; " if self.lang == "fr" else "; ").join(items)

    def more(self, rows: int) -> str:
        """How many rows a table leaves to the CSV file; nothing where it has them all."""
        return self.r("more_rows", count=rows) if rows > 0 else ""

    def some(self, names: Sequence[str], most: int) -> str:
        """The first ones by name, and how many more there are."""
        rest = len(names) - most
        return self.all_of([*names[:most], *([self.r("more", count=rest)] if rest > 0 else [])])

    def tools(self, report: Report, keys: Iterable[str]) -> str:
        """Tools by the names that readers know, as a list in words."""
        return self.all_of(self.tool_names(report, keys))

    def tool_names(self, report: Report, keys: Iterable[str]) -> list[str]:
        """Tools by the names that readers know, where the report has them."""
        lines = next((b.lines for b in report.uses.breakdowns if b.by == "tool"), ())
        labels = {line.key: line.label for line in lines}
        return [labels.get(key) or key for key in keys]

    def unit_of(self, amounts: Iterable[Amount | None]) -> Unit:
        """The unit that fits the middle one of some amounts of one quantity (at least one)."""
        known = [amount for amount in amounts if amount is not None]
        used = sorted((one for one in known if one.high), key=lambda one: one.central) or known
        middle = used[len(used) // 2]
        return unit_for(middle.unit, middle.central, middle.high)


def of(span: Span) -> Range:
    """As a range, its missing ends infinite."""
    low, central, high = (
        math.inf if end is None else end for end in (span.low, span.central, span.high)
    )
    return Range(low, central, high)


def summed(amounts: Sequence[Amount]) -> Amount:
    """The sum of amounts of one quantity (at least one): low with low, high with high."""
    first = amounts[0]
    return Amount(
        quantity=first.quantity,
        unit=first.unit,
        low=math.fsum(one.low for one in amounts),
        central=math.fsum(one.central for one in amounts),
        high=math.fsum(one.high for one in amounts),
        source=first.source,
    )
