from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.impact.ranges import ONE, envelope, geometric_mean, product, scaled, total
from proxy.records import Range

POSITIVE = st.lists(st.floats(1e-6, 1e6), min_size=3, max_size=3).map(lambda x: Range(*sorted(x)))


def test_errors_of_independent_factors_add_in_quadrature() -> None:
    """Twice a factor of 2 either way: 2^√2, not 4."""
    found = product(Range(5, 10, 20), Range(1.5, 3, 6))
    assert found.central == 30
    assert found.high == pytest.approx(30 * 2 ** math.sqrt(2))
    assert found.low == pytest.approx(30 / 2 ** math.sqrt(2))


def test_each_side_by_itself() -> None:
    found = product(Range(1, 1, 4), Range(0.25, 1, 1))
    assert (found.low, found.central, found.high) == pytest.approx((0.25, 1, 4))


@settings(deadline=None)
@given(st.lists(POSITIVE, min_size=1, max_size=5))
def test_a_product_is_ordered_and_no_wider_than_end_by_end(factors: list[Range]) -> None:
    found = product(*factors)
    assert found.low <= found.central * (1 + 1e-12) <= found.high * (1 + 1e-11)
    assert found.high <= math.prod(one.high for one in factors) * (1 + 1e-9)
    assert found.low >= math.prod(one.low for one in factors) * (1 - 1e-9)


def test_zeros() -> None:
    assert product(Range(0, 2, 4), Range(1, 1, 1)) == Range(0, 2, 4)
    assert product(Range(0, 0, 0.5), Range(1, 2, 4)) == Range(0, 0, 2)
    assert product(Range(0, 0, 0), Range(1, 2, 3)) == Range(0, 0, 0)


def test_sums_keep_their_ends() -> None:
    assert total(Range(1, 2, 3), Range(10, 20, 40)) == Range(11, 22, 43)


def test_envelope() -> None:
    found = envelope([Range(1, 4, 5), Range(3, 9, 20)])
    assert (found.low, found.high) == (1, 20)
    assert found.central == pytest.approx(6)
    assert geometric_mean([2.0, 8.0]) == pytest.approx(4)


def test_scaled_and_one() -> None:
    assert scaled(Range(1, 2, 3), 2) == Range(2, 4, 6)
    assert product(Range(1, 2, 4), ONE).high == pytest.approx(4)
