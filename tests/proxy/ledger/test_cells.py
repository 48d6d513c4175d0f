"""Sums per dimension add up to the totals that the ledger gives otherwise."""

from pathlib import Path

import pytest

from proxy.ledger import Entry
from proxy.ledger.cells import ImpactSums
from proxy.ledger.schema import IMPACTS, SUMS
from proxy.ledger.totals import Total
from proxy.records import QUANTITIES
from tests.support.ledger import HOUR, NOW, impact, open_ledger, plain, varied


def test_cells_add_up_to_the_totals(tmp_path: Path) -> None:
    since, until = NOW - 60 * HOUR, NOW + HOUR
    with open_ledger(tmp_path) as ledger:
        ledger.write([varied(seed) for seed in range(60)])
        (whole,) = ledger.totals(since, until)
        cells = ledger.cells.raw(since, until)
        impacts = ledger.cells.impacts(since, until)
        by_tool = ledger.totals(since, until, by=("tool",))
        names = ledger.cells.names([one.dimension for one in cells])
    for name in SUMS:
        together = sum(one.sums[name] for one in cells)
        assert together == pytest.approx(whole.sums[name], rel=1e-12), name
    for place, column in enumerate(IMPACTS):
        span = whole.impact.ranges[QUANTITIES[place // 3]]
        expected = (span.low, span.central, span.high)[place % 3]
        assert sum(one.values[place] for one in impacts) == pytest.approx(expected), column
    for total in by_tool:
        assert _requests(total) == sum(
            one.sums["requests"] for one in cells if names[one.dimension]["tool"] == total.key[0]
        )


def _requests(total: Total) -> float:
    return total.sums["requests"]


def test_findings_add_up_too(tmp_path: Path) -> None:
    since, until = NOW - 60 * HOUR, NOW + HOUR
    with open_ledger(tmp_path) as ledger:
        ledger.write([varied(seed) for seed in range(60)])
        totals = ledger.finding_totals(since, until)
        cells = ledger.cells.findings(since, until)
    for total in totals:
        of = [one for one in cells if one.basis == total.basis]
        assert sum(one.requests for one in of) == total.requests
        assert sum(one.flagged_requests for one in of) == total.flagged_requests
        assert sum(one.windows for one in of) == total.windows
        for flag, many in total.flags.items():
            assert sum(one.flags.get(flag, 0) for one in of) == many
    assert sum(one.requests for one in cells) == sum(one.requests for one in totals)


def test_columns_are_added_up_together(tmp_path: Path) -> None:
    since, until = NOW - 60 * HOUR, NOW + HOUR
    parts = (("energy_low_wh",), ("water_onsite_high_ml", "water_electricity_high_ml"))
    with open_ledger(tmp_path) as ledger:
        ledger.write([varied(seed) for seed in range(30)])
        told = ledger.cells.impact_sums(since, until, parts)
        (total,) = ledger.impact_totals(since, until)
        assert ledger.cells.impact_sums(0, 1, parts) == ImpactSums(0, (), (0.0, 0.0))
    water = total.ranges["water_onsite_ml"].high + total.ranges["water_electricity_ml"].high
    assert told.requests == total.requests
    assert list(told.sums) == [
        pytest.approx(total.ranges["energy_wh"].low),
        pytest.approx(water),
    ]


def test_factor_sets_of_a_period(tmp_path: Path) -> None:
    parts = (("energy_low_wh",),)
    other = [entry_with("2026.12-beef", NOW - 3 * HOUR), entry_with("2026.13-cafe", NOW - HOUR)]
    with open_ledger(tmp_path) as ledger:
        ledger.write([varied(seed) for seed in range(9)])
        told = ledger.cells.impact_sums(NOW - 60 * HOUR, NOW, parts)
        assert told.factor_sets == ("2026.11-f00d",)
        ledger.write(other)
        whole = ledger.cells.impact_sums(NOW - 60 * HOUR, NOW, parts)
        assert whole.factor_sets == ("2026.11-f00d", "2026.12-beef", "2026.13-cafe")
        last = ledger.cells.impact_sums(NOW - HOUR, NOW, parts)
        assert last.factor_sets[-1] == "2026.13-cafe"
        assert "2026.12-beef" not in last.factor_sets


def entry_with(factor_set: str, at: float) -> Entry:
    return Entry(plain(at), impact(factor_set=factor_set))


def test_a_period_without_anything(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        assert ledger.cells.raw(0, NOW) == []
        assert ledger.cells.impacts(0, NOW) == []
        assert ledger.cells.names([1]) == {}
        assert ledger.cells.hours(0, NOW) == 0
        assert ledger.cells.reach() is None


def test_reach_is_from_the_first_hour_to_the_last(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.write([varied(1, at=NOW - 30 * HOUR + 5), varied(2, at=NOW - 2 * HOUR + 5)])
        assert ledger.cells.reach() == (NOW - 30 * HOUR, NOW - 2 * HOUR)
        assert ledger.cells.hours(NOW - 40 * HOUR, NOW) == 2
