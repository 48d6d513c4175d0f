import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from proxy.stats import benjamini_hochberg

PUBLISHED = (
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0),
)
"""The fifteen p-values of Benjamini and Hochberg (1995), section 4.1."""


def test_the_published_trial_keeps_four() -> None:
    kept = [p <= 0.05 for p in benjamini_hochberg(PUBLISHED)]
    assert kept == [True] * 4 + [False] * 11


def test_the_order_is_that_of_the_question() -> None:
    straight, reverse = benjamini_hochberg(PUBLISHED), benjamini_hochberg(PUBLISHED[::-1])
    assert straight == pytest.approx(reverse[::-1])


def test_one_comparison_stays_as_it_is() -> None:
    assert benjamini_hochberg([0.04]) == pytest.approx([0.04])
    assert benjamini_hochberg([]) == ()


def test_what_is_no_probability_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0"):
        benjamini_hochberg([0.5, 1.5])


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=60))
def test_it_is_that_of_scipy(p_values: list[float]) -> None:
    wanted = false_discovery_control(p_values, method="bh")
    assert benjamini_hochberg(p_values) == pytest.approx([float(p) for p in wanted], rel=1e-14)
