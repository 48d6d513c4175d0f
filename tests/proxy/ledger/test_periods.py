from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from proxy.ledger.periods import month_bounds, months_before, parse_instant

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-10", "2026-10-01T00:00+02:00"),
        ("2026-11", "2026-11-01T00:00+01:00"),
        ("2026-01", "2026-01-01T00:00+01:00"),
        ("2026-10-25", "2026-10-25T00:00+02:00"),
        ("2026-10-26", "2026-10-26T00:00+01:00"),
        ("2026-03-29", "2026-03-29T00:00+01:00"),
        ("2026-03-30", "2026-03-30T00:00+02:00"),
        ("2026-07-01T12:30", "2026-07-01T12:30+02:00"),
        ("2026-07-01 12:30:15", "2026-07-01T12:30:15+02:00"),
        ("2026-07-01T12:30Z", "2026-07-01T12:30+00:00"),
        ("2026-07-01T12:30+05:00", "2026-07-01T12:30+05:00"),
        # Twice that night: the earlier one. Never that morning: as if clocks had not moved.
        ("2026-10-25T02:30", "2026-10-25T02:30+02:00"),
        ("2026-03-29T02:30", "2026-03-29T02:30+01:00"),
    ],
)
def test_what_a_text_names_in_paris(text: str, instant: str) -> None:
    assert parse_instant(text, PARIS) == datetime.fromisoformat(instant).timestamp()


def test_the_same_month_elsewhere_starts_elsewhere() -> None:
    reunion = ZoneInfo("Indian/Reunion")
    assert parse_instant("2026-10", PARIS) - parse_instant("2026-10", reunion) == 2 * 3600


@pytest.mark.parametrize("text", ["", "2026-13", "2026-1", "october", "2026-10-32", "12:00"])
def test_what_names_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_instant(text, PARIS)


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
