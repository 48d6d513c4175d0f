import pytest
from scipy.stats.contingency import relative_risk

from proxy.stats import Interval, RiskRatio, risk_ratio


def test_the_published_ratio_of_heart_attacks() -> None:
    """Physicians' Health Study as told by A. Agresti, Introduction to Categorical Data
    Analysis, section 2.2: 189 of 11,034 against 104 of 11,037, 1.82 (1.43 to 2.31)."""
    found = risk_ratio(189, 11034, 104, 11037)
    assert found.ratio is not None
    assert found.interval is not None
    rounded = [round(value, 2) for value in (found.ratio, found.interval.low, found.interval.high)]
    assert rounded == [1.82, 1.43, 2.31]
    assert found.p_value < 0.001


def test_the_tea_tasting_lady() -> None:
    """R. A. Fisher, The Design of Experiments (1935): 3 of 4 against 1 of 4, p = 0.486."""
    assert round(risk_ratio(3, 4, 1, 4).p_value, 3) == 0.486


def test_no_case_has_no_interval() -> None:
    assert risk_ratio(0, 50, 0, 60) == RiskRatio(None, None, 1.0)
    none_here = risk_ratio(0, 500, 40, 500)
    assert (none_here.ratio, none_here.interval) == (0.0, None)
    assert none_here.p_value < 1e-6
    assert risk_ratio(5, 50, 0, 60).ratio is None


def test_a_design_of_one_is_that_of_scipy() -> None:
    plain = risk_ratio(30, 200, 20, 300).interval
    nearly = risk_ratio(30, 200, 20, 300, design=(1.0, 1.0 + 1e-12)).interval
    assert plain is not None
    assert nearly is not None
    assert nearly.low == pytest.approx(plain.low)
    assert nearly.high == pytest.approx(plain.high)


def test_alike_sentences_widen_the_interval_and_weaken_the_test() -> None:
    plain = risk_ratio(30, 200, 20, 300)
    alike = risk_ratio(30, 200, 20, 300, design=(4.0, 4.0))
    assert plain.interval is not None
    assert alike.interval is not None
    assert alike.ratio == plain.ratio
    assert alike.interval.low < plain.interval.low < plain.interval.high < alike.interval.high
    assert plain.p_value < 0.05 < alike.p_value


def test_a_fourfold_design_doubles_the_width_on_the_logarithm() -> None:
    found = risk_ratio(40, 400, 40, 400, design=(4.0, 4.0)).interval
    single = risk_ratio(40, 400, 40, 400).interval
    assert isinstance(found, Interval)
    assert isinstance(single, Interval)
    assert found.high == pytest.approx(single.high**2)


@pytest.mark.parametrize("table", [(5, 4, 1, 4), (1, 4, -1, 4), (0, 0, 1, 4)])
def test_impossible_counts_are_refused(table: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="cases"):
        risk_ratio(*table)


def test_a_design_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="design"):
        risk_ratio(1, 4, 1, 4, design=(0.5, 1.0))


@pytest.mark.parametrize("table", [(30, 200, 20, 300), (1, 9, 500, 40_000), (7, 7, 3, 9)])
def test_ratio_and_interval_are_those_of_scipy(table: tuple[int, int, int, int]) -> None:
    wanted = relative_risk(*table)
    bounds = wanted.confidence_interval(0.95)
    found = risk_ratio(*table)
    assert found.interval is not None
    assert found.ratio == pytest.approx(float(wanted.relative_risk), rel=1e-12)
    ends = (found.interval.low, found.interval.high)
    assert ends == pytest.approx((float(bounds.low), float(bounds.high)), rel=1e-12)
