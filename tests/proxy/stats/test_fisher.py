"""Held to exact fractions, and to SciPy's where those take too long."""

import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.stats.fisher import fisher_exact

GROUP = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def exact(a: int, n1: int, b: int, n2: int) -> float:
    """The definition, in fractions."""
    cases = a + b
    first, last = max(0, cases - n2), min(cases, n1)
    weights = [Fraction(1)]
    for k in range(first, last):
        weights.append(
            weights[-1] * Fraction((cases - k) * (n1 - k), (k + 1) * (n2 - cases + k + 1))
        )
    return float(sum(one for one in weights if one <= weights[a - first]) / sum(weights))


@settings(max_examples=300, deadline=None)
@given(one=GROUP, other=GROUP)
def test_it_is_what_fractions_say(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert fisher_exact(*one, *other) == pytest.approx(exact(*one, *other), rel=1e-10, abs=0)


@pytest.mark.parametrize(
    "table",
    [
        (8, 805_466, 143, 11_769_128),
        (0, 3_000_000, 40, 2_000_000),
        (90, 100, 2, 5_000),
    ],
)
def test_large_ones_too(table: tuple[int, int, int, int]) -> None:
    assert fisher_exact(*table) == pytest.approx(exact(*table), rel=1e-10, abs=0)


@pytest.mark.parametrize(
    "table",
    [
        (40_508, 162_032, 39_430, 157_720),
        (405_080, 1_620_320, 395_430, 1_577_200),
        (5_804, 2_216_901, 107, 26_589),
        (97_000, 100_000, 5_000, 5_100),
    ],
)
def test_it_is_that_of_scipy(table: tuple[int, int, int, int]) -> None:
    from scipy.stats import fisher_exact as by_scipy

    a, n1, b, n2 = table
    wanted = by_scipy([[a, n1 - a], [b, n2 - b]]).pvalue
    # SciPy's has errors of 1e-9 of its own on tables of millions.
    assert fisher_exact(*table) == pytest.approx(float(wanted), rel=1e-8, abs=0)


@pytest.mark.parametrize(
    "table",
    [(0, 10, 0, 20), (10, 10, 20, 20), (5, 10, 10, 20), (3, 7, 4, 7), (1, 1, 0, 1), (0, 0, 3, 7)],
)
def test_nothing_that_differs_is_sure(table: tuple[int, int, int, int]) -> None:
    assert fisher_exact(*table) == 1.0


def test_what_no_float_holds_is_zero() -> None:
    assert fisher_exact(900_000, 1_000_000, 100_000, 1_000_000) == 0.0
    assert fisher_exact(100_000, 1_000_000, 900_000, 1_000_000) == 0.0


def test_groups_may_change_places() -> None:
    for table in ((3, 40, 9, 70), (0, 5, 9, 1_000), (812, 4_000, 77, 500)):
        a, n1, b, n2 = table
        assert fisher_exact(b, n2, a, n1) == pytest.approx(fisher_exact(*table), rel=1e-12)


def test_comparing_loads_no_scipy() -> None:
    program = (
        "import sys; from proxy.stats import benjamini_hochberg, risk_ratio; "
        "benjamini_hochberg([risk_ratio(30, 200, 20, 300, design=(2.0, 1.0)).p_value, 0.2]); "
        "print(sorted({'scipy', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
