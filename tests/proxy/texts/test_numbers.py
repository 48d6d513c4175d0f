"""Numbers and ranges, against what a typesetter of each language would write."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.records import Range
from proxy.texts import LANGS, Texts

FR, EN = Texts("fr"), Texts("en")
finite = st.floats(min_value=1e-9, max_value=1e12, allow_nan=False)


def shown(text: str) -> str:
    """With its spaces made visible: _ never breaks, ~ is narrow and never breaks."""
    return text.replace("\u00a0", "_").replace("\u202f", "~")


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (0, "0", "0"),
        (0.0123, "0,012", "0.012"),
        (0.4, "0,40", "0.40"),
        (9.96, "10", "10"),
        (22.5, "23", "23"),
        (0.225, "0,23", "0.23"),
        (12345, "12~000", "12,000"),
        (-3.21, "−3,2", "−3.2"),
        (math.inf, "sans limite", "no limit"),
    ],
)
def test_two_significant_digits(value: float, french: str, english: str) -> None:
    assert (shown(FR.number(value)), shown(EN.number(value))) == (french, english)


@pytest.mark.parametrize(
    ("span", "unit", "french", "english"),
    [
        (Range(0.12, 0.4, 1.3), "Wh", "0,12_– 0,40_– 1,3_Wh", "0.12_– 0.40_– 1.3_Wh"),
        (Range(0.402, 0.404, 0.409), "", "0,402_– 0,404_– 0,409", "0.402_– 0.404_– 0.409"),
        (Range(40, 180, math.inf), "", "40_– 180_– sans limite", "40_– 180_– no limit"),
        (Range(7, 7, 7), "km", "7,0_km", "7.0_km"),
        (Range(0, 0, 0), "Wh", "0_Wh", "0_Wh"),
    ],
)
def test_ranges(span: Range, unit: str, french: str, english: str) -> None:
    assert (shown(FR.range(span, unit)), shown(EN.range(span, unit))) == (french, english)


@pytest.mark.parametrize("lang", LANGS)
@given(st.tuples(finite, finite, finite))
def test_a_range_is_never_collapsed(lang: str, values: tuple[float, float, float]) -> None:
    """Unless its figures agree to nine digits, all three can be told apart."""
    low, central, high = sorted(values)
    apart = [b > a * (1 + 1e-7) for a, b in ((low, central), (central, high))]
    text = Texts("fr" if lang == "fr" else "en").range(Range(low, central, high))
    parts = text.split("\u00a0– ")
    if all(apart):
        assert len(set(parts)) == 3
    else:
        assert len(parts) in (1, 3)


@pytest.mark.parametrize(
    ("name", "span", "french"),
    [
        ("energy_wh", Range(1200, 34000, 98000), "1,2_– 34_– 98_kWh"),
        ("Wh", Range(1200, 34000, 98000), "1,2_– 34_– 98_kWh"),
        ("water_ml", Range(0, 3500, 12000), "0_– 3,5_– 12_L"),
        ("mL", Range(2e6, 5e6, 9e6), "2,0_– 5,0_– 9,0_m³"),
        ("ghg_gco2e", Range(1e5, 2e6, 3e6), "0,10_– 2,0_– 3,0_t_CO₂e"),
        ("kgSb", Range(1e-6, 2e-6, 3e-6), "1,0_– 2,0_– 3,0_mg_Sb_eq"),
        ("primary_energy_mj", Range(10, 20, 3000), "10_– 20_– 3~000_MJ"),
        ("energy_wh", Range(0, 0, 0), "0_Wh"),
        ("Wh", Range(150, 800, 25_000), "0,15_– 0,80_– 25_kWh"),
        ("Wh", Range(1, 40, 25_000), "1,0_– 40_– 25~000_Wh"),
        ("energy_wh", Range(0, 0, 4000), "0_– 0_– 4,0_kWh"),
    ],
)
def test_quantities_get_a_unit_that_fits(name: str, span: Range, french: str) -> None:
    assert shown(FR.quantity(name, span)) == french


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(KeyError):
        FR.quantity("length_m", Range(1, 2, 3))


def test_a_range_in_words() -> None:
    span = Range(0.12, 0.4, 1.3)
    assert shown(FR.between(span, "Wh")) == "entre 0,12 et 1,3_Wh (valeur centrale~: 0,40)"
    assert shown(EN.between(span, "Wh")) == "between 0.12 and 1.3_Wh (central value: 0.40)"
    assert shown(FR.between(Range(0, 3, 8), "L")) == "au plus 8,0_L (valeur centrale~: 3,0)"


@pytest.mark.parametrize(
    ("share", "french", "english"),
    [
        (0, "0~%", "0%"),
        (0.1234, "12~%", "12%"),
        (0.00312, "0,31~%", "0.31%"),
        (0.99999, "99,999~%", "99.999%"),
        (1, "100~%", "100%"),
    ],
)
def test_percent(share: float, french: str, english: str) -> None:
    assert (shown(FR.percent(share)), shown(EN.percent(share))) == (french, english)


def test_a_rate_with_its_interval_has_one_sign() -> None:
    assert shown(FR.percent_range(0.008, 0.012, 0.019)) == "0,80_– 1,2_– 1,9~%"
    assert shown(EN.percent_range(0, 0, 0.003)) == "0_– 0_– 0.30%"


def test_counts_keep_their_digits() -> None:
    assert shown(FR.count(1234567)) == "1~234~567"
    assert shown(EN.count(1234567)) == "1,234,567"


def test_ticks_have_no_needless_digits() -> None:
    assert [shown(FR.tick(v)) for v in (0.0, 0.1, 1.5, 10000)] == ["0", "0,1", "1,5", "10~000"]
    assert shown(EN.tick_percent(0.5)) == "0.5%"


def test_a_change_has_a_sign() -> None:
    assert shown(FR.amount("Wh", -1200, sign=True)) == "−1,2_kWh"
    assert shown(FR.amount("Wh", 340, sign=True)) == "+340_Wh"


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a number, got nan"):
        FR.number(math.nan)
