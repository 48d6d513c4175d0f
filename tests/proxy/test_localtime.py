from datetime import date
from zoneinfo import ZoneInfo

import pytest

from proxy.localtime import month_bounds, months_before

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("year", "month", "hours"),
    [(2026, 3, 743), (2026, 10, 745), (2026, 12, 744), (2026, 2, 672), (2028, 2, 696)],
)
def test_months_have_their_true_length(year: int, month: int, hours: int) -> None:
    start, end = month_bounds(year, month, PARIS)
    assert (end - start) / 3600 == hours


def test_months_follow_each_other() -> None:
    for index in range(2025 * 12, 2028 * 12):
        this = month_bounds(index // 12, index % 12 + 1, PARIS)
        after = month_bounds((index + 1) // 12, (index + 1) % 12 + 1, PARIS)
        assert this[1] == after[0]


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 11, 23), 6, date(2026, 5, 23)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 31), 1, date(2025, 12, 31)),
        (date(2026, 12, 1), 12, date(2025, 12, 1)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
    ],
)
def test_months_before(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before
