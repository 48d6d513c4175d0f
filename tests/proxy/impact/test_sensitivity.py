"""One factor at a time is known exactly: what remains of the interval."""

import pytest

from proxy.exchange import CountSource, Exchange
from proxy.impact.estimate import Estimator
from proxy.impact.factors import load
from proxy.impact.sensitivity import FACTORS, sensitivity, width
from proxy.records import QUANTITIES, Range
from proxy.report import keys

ESTIMATOR = Estimator(load())


def exchange(source: CountSource = "reported", model: str = "gpt-5.5") -> Exchange:
    return Exchange(
        id="",
        started_at=0.0,
        duration_s=0.0,
        tool="t",
        provider="openai",
        wire_format="",
        model_asked=model,
        input_tokens=400,
        output_tokens=300,
        input_source=source,
        output_source=source,
    )


def test_the_whole_is_what_the_estimator_says() -> None:
    one = exchange("counted")
    whole, _ = sensitivity(ESTIMATOR, [(one, 3.0)])
    impact = ESTIMATOR.estimate(one)
    for name in QUANTITIES:
        span: Range = getattr(impact, name)
        assert whole[name].low == pytest.approx(3 * span.low)
        assert whole[name].central == pytest.approx(3 * span.central)
        assert whole[name].high == pytest.approx(3 * span.high)


def test_knowing_a_factor_moves_no_centre_and_widens_nothing() -> None:
    whole, known = sensitivity(ESTIMATOR, [(exchange("estimated"), 1.0), (exchange(), 2.0)])
    assert [one.factor for one in known] == list(FACTORS)
    for one in known:
        for name in QUANTITIES:
            assert one.ranges[name].central == pytest.approx(whole[name].central), one.factor
            assert width(one.ranges[name]) <= width(whole[name]) + 1e-9, one.factor


def test_each_factor_narrows_what_it_concerns_and_nothing_else() -> None:
    whole, known = sensitivity(ESTIMATOR, [(exchange("counted"), 1.0)])
    left = {one.factor: one.ranges for one in known}
    touched = {
        "grid": {"ghg_use_gco2e"},
        "wue": {"water_onsite_ml"},
        "water_electricity": {"water_electricity_ml"},
        "hardware": {"ghg_hardware_gco2e", "adpe_kgsb", "primary_energy_mj"},
        "tokens": set(QUANTITIES),
        "utilisation": set(QUANTITIES),
    }
    for factor, names in touched.items():
        found = {
            name for name in QUANTITIES if width(left[factor][name]) < width(whole[name]) - 1e-12
        }
        assert found == names, factor


def test_reported_tokens_leave_nothing_to_know_of_them() -> None:
    whole, known = sensitivity(ESTIMATOR, [(exchange("reported"), 1.0)])
    left = next(one for one in known if one.factor == "tokens")
    assert left.ranges == whole


def test_width() -> None:
    assert width(Range(1.0, 2.0, 4.0)) == pytest.approx(width(Range(10.0, 20.0, 40.0)))
    assert width(Range(2.0, 2.0, 2.0)) == 0
    assert width(Range(0.0, 1.0, 2.0)) == pytest.approx(0.693147, rel=1e-5)
    assert width(Range(0.0, 0.0, 0.0)) == 0


def test_the_catalogues_of_words_know_the_factors() -> None:
    assert tuple(FACTORS) == keys.FACTORS
