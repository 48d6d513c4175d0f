"""Sums per dimension add up to the totals that the ledger gives otherwise."""

from pathlib import Path

import pytest

from proxy.ledger.schema import IMPACTS, SUMS
from proxy.ledger.totals import Total
from proxy.records import QUANTITIES
from tests.support.ledger import HOUR, NOW, open_ledger, varied


def test_cells_add_up_to_the_totals(tmp_path: Path) -> None:
    since, until = NOW - 60 * HOUR, NOW + HOUR
    with open_ledger(tmp_path) as ledger:
        ledger.write([varied(seed) for seed in range(60)])
        (whole,) = ledger.totals(since, until)
        cells = ledger.cells(since, until)
        impacts = ledger.impact_cells(since, until)
        by_tool = ledger.totals(since, until, by=("tool",))
        names = ledger.dimension_names([one.dimension for one in cells])
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
        cells = ledger.finding_cells(since, until)
    for total in totals:
        of = [one for one in cells if one.basis == total.basis]
        assert sum(one.requests for one in of) == total.requests
        assert sum(one.flagged_requests for one in of) == total.flagged_requests
        assert sum(one.windows for one in of) == total.windows
        for flag, many in total.flags.items():
            assert sum(one.flags.get(flag, 0) for one in of) == many
    assert sum(one.requests for one in cells) == sum(one.requests for one in totals)


def test_factor_sets_of_a_period(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.write([varied(seed) for seed in range(9)])
        assert ledger.factor_sets(NOW - 60 * HOUR, NOW) == ["2026.11-f00d"]
        assert ledger.factor_sets(0, 1) == []


def test_a_period_without_anything(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        assert ledger.cells(0, NOW) == []
        assert ledger.impact_cells(0, NOW) == []
        assert ledger.dimension_names([1]) == {}
        assert ledger.hours_with_exchanges(0, NOW) == 0
        assert ledger.reach() is None


def test_reach_is_from_the_first_hour_to_the_last(tmp_path: Path) -> None:
    with open_ledger(tmp_path) as ledger:
        ledger.write([varied(1, at=NOW - 30 * HOUR + 5), varied(2, at=NOW - 2 * HOUR + 5)])
        assert ledger.reach() == (NOW - 30 * HOUR, NOW - 2 * HOUR)
        assert ledger.hours_with_exchanges(NOW - 40 * HOUR, NOW) == 2
