import numpy as np
import pytest

from proxy.stats import BelowDetection, Prevalence, rogan_gladen


def test_the_published_herd() -> None:
    """Example of epiR's epi.prev, after Abel (1993): brucellosis, 23 of 150 cows, 5.1 %."""
    found = rogan_gladen(23 / 150, 150, 0.96, 0.89)
    assert isinstance(found, BelowDetection)  # the published interval begins at 0
    assert round(found.at_most, 2) == 0.13  # and ends at 13 %


def test_the_published_estimate_stands_once_the_herd_is_larger() -> None:
    found = rogan_gladen(2300 / 15000, 15000, 0.96, 0.89)
    assert isinstance(found, Prevalence)
    assert round(100 * found.share, 1) == 5.1


def test_fewer_flags_than_false_ones_are_below_the_limit() -> None:
    """Reiczigel and others (2010): H. pylori, 6 of 151, estimate below 0; theirs ends at 1.3 %
    with another interval than Wilson's."""
    found = rogan_gladen(6 / 151, 151, 0.964, 0.927)
    assert isinstance(found, BelowDetection)
    assert found.at_most == pytest.approx((0.083972 + 0.927 - 1) / 0.891, abs=1e-5)


def test_a_perfect_detector_changes_nothing() -> None:
    found = rogan_gladen(0.3, 1000, 1.0, 1.0)
    assert isinstance(found, Prevalence)
    assert found.share == pytest.approx(0.3)
    assert found.interval.low < 0.3 < found.interval.high


def test_rare_flags_at_one_percent_false_positives_say_nothing() -> None:
    assert isinstance(rogan_gladen(0.011, 2000, 0.8, 0.99), BelowDetection)
    assert isinstance(rogan_gladen(0.03, 2000, 0.8, 0.99), Prevalence)


def test_little_known_false_positives_widen_the_interval() -> None:
    exact = rogan_gladen(0.03, 2000, 0.8, 0.99)
    known = rogan_gladen(0.03, 2000, 0.8, 0.99, sensitivity_n=500, specificity_n=5000)
    vague = rogan_gladen(0.03, 2000, 0.8, 0.99, sensitivity_n=50, specificity_n=1000)
    assert isinstance(exact, Prevalence)
    assert isinstance(known, Prevalence)
    assert isinstance(vague, Prevalence)
    widths = [one.interval.high - one.interval.low for one in (exact, known, vague)]
    assert widths == sorted(widths)
    assert exact.share == known.share == vague.share


def test_the_interval_holds_the_truth_as_often_as_it_claims() -> None:
    """Coverage by simulation, as Lang and Reiczigel (2014) test theirs."""
    random = np.random.default_rng(20261127)
    truth, sensitivity, specificity, n, controls = 0.04, 0.7, 0.985, 1500, 400
    held = 0
    for _ in range(2000):
        rate = random.binomial(n, truth * sensitivity + (1 - truth) * (1 - specificity)) / n
        seen = random.binomial(controls, sensitivity) / controls
        spared = random.binomial(controls, specificity) / controls
        found = rogan_gladen(rate, n, seen, spared, sensitivity_n=controls, specificity_n=controls)
        low = 0.0 if isinstance(found, BelowDetection) else found.interval.low
        high = found.at_most if isinstance(found, BelowDetection) else found.interval.high
        held += low <= truth <= high
    assert held / 2000 >= 0.94


@pytest.mark.parametrize(
    ("rate", "n", "sensitivity", "specificity", "said"),
    [
        (1.2, 10, 0.9, 0.9, "rate"),
        (0.2, 0, 0.9, 0.9, "n >= 1"),
        (0.2, 10, 0.4, 0.6, "chance"),
        (0.2, 10, 0.9, -0.1, "specificity"),
    ],
)
def test_impossible_input_is_refused(
    rate: float, n: int, sensitivity: float, specificity: float, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        rogan_gladen(rate, n, sensitivity, specificity)
