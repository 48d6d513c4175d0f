"""Charts: pure functions from data to accessible SVG text (docs/decisions/0101-charts.md)."""

from proxy.charts.bars import Bar, range_bars
from proxy.charts.months import Month, monthly_band
from proxy.charts.rates import Rate, rates
from proxy.charts.shares import MOST, Part, shares
from proxy.charts.svg import WIDTH

__all__ = [
    "MOST",
    "WIDTH",
    "Bar",
    "Month",
    "Part",
    "Rate",
    "monthly_band",
    "range_bars",
    "rates",
    "shares",
]
