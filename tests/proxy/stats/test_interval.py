import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.stats import Interval, rule_of_three, wilson


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(
    successes: int, n: int, low: float, high: float
) -> None:
    """R. G. Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3."""
    found = wilson(successes, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_nothing_seen_leaves_everything_possible() -> None:
    assert wilson(0, 0) == Interval(0.0, 1.0)
    assert rule_of_three(0) == 1.0


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_is_symmetric(counts: tuple[int, int]) -> None:
    successes, n = counts
    found, mirrored = wilson(successes, n), wilson(n - successes, n)
    assert found.low - 1e-12 <= successes / n <= found.high + 1e-12
    assert found.low == pytest.approx(1 - mirrored.high, abs=1e-12)


@given(
    st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.sampled_from((0.5, 0.9, 0.95, 0.999)),
)
def test_wilson_is_that_of_scipy(counts: tuple[int, int], confidence: float) -> None:
    from scipy.stats import binomtest

    found = wilson(*counts, confidence)
    bounds = binomtest(*counts).proportion_ci(confidence, method="wilson")
    assert (found.low, found.high) == pytest.approx((bounds.low, bounds.high), abs=1e-12)


@pytest.mark.parametrize("confidence", [0.0, 1.0, -1.0, 2.0])
def test_impossible_confidence_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        wilson(5, 50, confidence)


def test_more_confidence_is_wider() -> None:
    wide, narrow = wilson(5, 50, 0.99), wilson(5, 50, 0.9)
    assert wide.low < narrow.low < narrow.high < wide.high


@pytest.mark.parametrize(("successes", "n"), [(-1, 5), (6, 5), (1, 0)])
def test_impossible_counts_are_refused(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="successes"):
        wilson(successes, n)


def test_the_rule_of_three_gives_the_published_bounds() -> None:
    """Hanley and Lippman-Hand (1983): none in 14 allows 3/14, none in 167 allows 1.8 %."""
    assert rule_of_three(14) == pytest.approx(3 / 14)
    assert round(100 * rule_of_three(167), 1) == 1.8


@given(st.integers(1, 100_000))
def test_the_rule_of_three_is_never_below_the_exact_bound(n: int) -> None:
    assert rule_of_three(n) >= 1 - 0.05 ** (1 / n) - 1e-9


def test_a_negative_number_is_refused() -> None:
    with pytest.raises(ValueError, match="n >= 0"):
        rule_of_three(-1)
