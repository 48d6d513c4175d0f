"""Which months and years a report may be about."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from proxy.report.period import Month, PeriodError, month_of, parse_month, parse_year, stretch

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 27, 18, tzinfo=PARIS).timestamp()


def test_a_month_is_bounded_by_local_midnights() -> None:
    october = parse_month("2026-10", PARIS, NOW)
    assert (october.kind, october.name) == ("month", "2026-10")
    # October has one hour more: summer time ends on the 25th.
    assert (october.until - october.since) / 3600 == 31 * 24 + 1


def test_a_year_has_its_twelve_months() -> None:
    year = parse_year("2025", PARIS, NOW)
    assert (year.kind, year.name) == ("year", "2025")
    assert [str(one) for one in year.months][::11] == ["2025-01", "2025-12"]
    assert (year.until - year.since) / 86400 == 365


def test_the_period_before() -> None:
    january = stretch((Month(2026, 1),), PARIS)
    assert january.before(PARIS).name == "2025-12"
    assert january.before(PARIS).until == january.since
    assert parse_year("2026", PARIS, NOW).before(PARIS).name == "2025"


def test_the_month_under_way_may_be_asked_for() -> None:
    assert parse_month("2026-11", PARIS, NOW).name == "2026-11"
    assert month_of(NOW, PARIS) == Month(2026, 11)


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "october", "2026-10-01", "", "1869-10"])
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(PeriodError, match="expected a month such as 2026-10"):
        parse_month(text, PARIS, NOW)


def test_a_month_that_has_not_begun() -> None:
    wanted = "2026-12 has not begun: the latest month is 2026-11, still under way, and the"
    with pytest.raises(PeriodError, match=wanted):
        parse_month("2026-12", PARIS, NOW)
    with pytest.raises(PeriodError, match="2027 has not begun"):
        parse_year("2027", PARIS, NOW)


@pytest.mark.parametrize("text", ["26", "2026-10", "year", ""])
def test_what_is_no_year(text: str) -> None:
    with pytest.raises(PeriodError, match="expected a year such as 2026"):
        parse_year(text, PARIS, NOW)
