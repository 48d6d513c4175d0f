"""What services state of themselves, beside our estimate of the same: never of more."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxy.exchange import ReportedFootprint
from tests.support.towns import at, entry, monthly

STATED = ReportedFootprint(energy_min_kwh=0.001, energy_max_kwh=0.003)


def test_the_estimate_beside_it_leaves_out_tools_that_state_nothing(tmp_path: Path) -> None:
    entries = [entry(at(3), tool="albert", reported=STATED) for _ in range(2)]
    entries += [entry(at(4), 100.0, tool="chatgpt") for _ in range(5)]
    told = monthly(tmp_path, entries).footprint
    (stated,) = told.reported
    assert (stated.quantity, stated.requests, stated.whole) == ("energy", 2, 7)
    assert (stated.low, stated.high) == pytest.approx((0.002, 0.006))
    assert stated.estimated_requests == 2
    assert stated.estimated is not None
    assert stated.estimated.central == pytest.approx(2 * told.totals[0].central / 502)


def test_requests_that_the_sums_cannot_tell_apart_are_counted(tmp_path: Path) -> None:
    entries = [entry(at(3), tool="albert", reported=one) for one in (STATED, None, None)]
    (stated,) = monthly(tmp_path, entries).footprint.reported
    assert (stated.requests, stated.estimated_requests) == (1, 3)
