"""Which report is due, and when the clock is believed."""

from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from proxy.report.due import GRACE_S, LOOK_BACK, STEADY_S, SteadyClock, due
from proxy.report.period import Month

PARIS = ZoneInfo("Europe/Paris")


def moment(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> float:
    return datetime(year, month, day, hour, minute, tzinfo=PARIS).timestamp()


def names(now: float, since: float | None, made: dict[str, float] | None = None) -> list[str]:
    return [one.name for one in due(now, since, made or {}, PARIS)]


def test_the_month_that_is_over_is_due_once() -> None:
    since, now = moment(2026, 10, 4), moment(2026, 11, 1, 1)
    assert names(now, since) == ["2026-10"]
    assert names(now, since, {"2026-10": moment(2026, 11, 1, 0, 45)}) == []


def test_it_waits_for_the_last_counts_in_local_time() -> None:
    since = moment(2026, 10, 4)
    first = moment(2026, 11, 1)
    assert names(first + GRACE_S - 1, since) == []
    assert names(first + GRACE_S, since) == ["2026-10"]


def test_after_a_downtime_the_oldest_comes_first() -> None:
    since, now = moment(2026, 7, 20), moment(2026, 11, 27)
    made = {"2026-08": moment(2026, 9, 1, 1)}
    assert names(now, since, made) == ["2026-07", "2026-09", "2026-10"]


def test_no_more_than_a_year_is_caught_up_with() -> None:
    found = names(moment(2026, 11, 27), moment(2020, 1, 1))
    assert (len(found), found[0], found[-2]) == (LOOK_BACK + 1, "2025-11", "2026-10")
    assert found[-1] == "2025"


def test_the_year_is_due_on_the_first_of_january_after_december() -> None:
    since, over = moment(2026, 9, 14), moment(2027, 1, 1)
    before = {f"2026-{n:02d}": over for n in (9, 10, 11)}
    assert names(over + GRACE_S - 1, since, before) == []
    assert names(over + GRACE_S, since, before) == ["2026-12", "2026"]
    made = before | {"2026-12": over + GRACE_S}
    assert names(over + GRACE_S, since, made) == ["2026"]
    assert names(over + GRACE_S, since, made | {"2026": over + GRACE_S}) == []


def test_a_year_is_caught_up_with_and_does_not_hold_up_a_month() -> None:
    since, now = moment(2026, 12, 20), moment(2027, 3, 1, 1)
    made = {"2026-12": moment(2027, 1, 1, 1), "2027-01": moment(2027, 2, 1, 1)}
    assert names(now, since, made) == ["2027-02", "2026"]


def test_a_year_of_which_nothing_is_on_record_is_not_due() -> None:
    assert names(moment(2027, 3, 1, 1), moment(2027, 1, 1)) == ["2027-01", "2027-02"]


def test_a_year_that_a_wrong_clock_made_is_made_again() -> None:
    since, early = (
        moment(2026, 12, 2),
        {"2026": moment(2026, 12, 20), "2026-12": moment(2027, 1, 1, 1)},
    )
    assert names(moment(2027, 1, 2), since, early) == ["2026"]


def test_an_empty_ledger_has_nothing_to_report() -> None:
    assert names(moment(2026, 11, 27), None) == []


def test_what_a_wrong_clock_made_is_made_again() -> None:
    """The clock said December while November ran; later it was put right."""
    since, early = moment(2026, 11, 2), {"2026-11": moment(2026, 12, 1, 1)}
    assert names(moment(2026, 11, 20), since, early) == []
    assert names(moment(2026, 12, 1, 0, 40), since, early) == ["2026-11"]
    unfinished = {"2026-11": moment(2026, 11, 20)}
    assert names(moment(2026, 12, 1, 1), since, unfinished) == ["2026-11"]


@given(st.floats(moment(2024, 1, 1), moment(2030, 1, 1)))
def test_no_period_is_due_before_it_is_over(now: float) -> None:
    for one in due(now, moment(2020, 1, 1), {}, PARIS):
        assert one.until <= now
        assert one.months[-1] < Month(*datetime.fromtimestamp(now, PARIS).timetuple()[:2])


def test_a_clock_is_believed_when_it_has_run_evenly() -> None:
    clock = SteadyClock()
    assert not clock.steady(1000.0, 5.0)
    assert not clock.steady(1000.0 + STEADY_S - 1, 5.0 + STEADY_S - 1)
    assert clock.steady(1000.0 + STEADY_S, 5.0 + STEADY_S)


def test_a_jump_starts_the_wait_anew_and_a_slow_correction_does_not() -> None:
    clock = SteadyClock()
    clock.steady(0.0, 0.0)
    assert clock.steady(STEADY_S + 2, STEADY_S)
    assert not clock.steady(86_400.0, STEADY_S + 60)
    assert not clock.steady(86_400.0 + STEADY_S - 1, STEADY_S + 60 + STEADY_S - 1)
    assert clock.steady(86_400.0 + STEADY_S, STEADY_S + 60 + STEADY_S)
