from __future__ import annotations

import math
from pathlib import Path

import pytest

from proxy.exchange import ReportedFootprint
from proxy.impact.equivalents import FILE, equivalents, load
from proxy.impact.figures import FactorError
from proxy.impact.glass import glass, per_glass
from proxy.impact.reported import Reported, reported
from proxy.impact.wording import Locale, number, span
from proxy.records import QUANTITIES, Range
from tests.support.impact import exchange

NNBSP, NBSP = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("value", "locale", "shown"),
    [
        (1234.5, "fr", f"1{NNBSP}200"),
        (1234.5, "en", "1,200"),
        (0.04721, "fr", "0,047"),
        (0.04721, "en", "0.047"),
        (0.000012345, "en", "0.000012"),
        (0.0, "fr", "0"),
        (math.inf, "fr", "sans limite"),
        (math.inf, "en", "without limit"),
    ],
)
def test_numbers(value: float, locale: Locale, shown: str) -> None:
    assert number(value, locale) == shown


def test_ranges_in_words() -> None:
    wide = Range(0.5, 1.234, 1500)
    assert span(wide, "mL", "fr") == f"entre 0,5 et 1{NNBSP}500{NBSP}mL (valeur centrale 1,2)"
    assert span(wide, "mL", "en") == f"between 0.5 and 1,500{NBSP}mL (central 1.2)"
    assert span(Range(0, 1, 2), "mL", "en") == f"at most 2{NBSP}mL (central 1)"
    assert span(Range(2, 2, 2), "", "fr") == "2"


def test_equivalents_of_a_footprint() -> None:
    """1,422.5341 g is 10 km of a car at 142.25341 g a kilometre."""
    found = {e.thing.id: e for e in equivalents("ghg", Range(142.25341, 1422.5341, 2845), load())}
    assert found["car_thermal_km"].count.low == pytest.approx(1)
    assert found["car_thermal_km"].count.central == pytest.approx(10)
    assert found["car_thermal_km"].text("fr") == (
        f"entre 1 et 20{NBSP}kilomètres en voiture thermique (valeur centrale 10)"
    )
    assert "kilometres by petrol" in found["car_thermal_km"].text("en")
    # A thing's own spread joins in quadrature: 31.7 to 64 g an hour of video.
    hours = found["streaming_video_hour"].count
    assert hours.high / hours.central > found["tgv_km"].count.high / found["tgv_km"].count.central


def test_water_has_its_own_equivalents() -> None:
    found = equivalents("water", Range(100, 200, 400), load())
    assert [e.thing.id for e in found] == ["glass", "shower", "person_day"]
    assert found[0].count.central == pytest.approx(1)
    assert found[0].count.low == pytest.approx(0.5)


def test_one_and_many() -> None:
    catalogue = load()
    one = equivalents("water", Range(100, 200, 300), catalogue)[0]
    assert "verre d’eau" in one.text("fr")  # 1.5 is singular in French, plural in English
    assert "glasses of water" in one.text("en")


def test_equivalents_carry_their_release() -> None:
    catalogue = load()
    assert "2026-06-12" in catalogue.release
    assert all(thing.figure.source for thing in catalogue.equivalents)


def test_a_faulty_file_of_equivalents_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "equivalents.yaml"
    file.write_text(FILE.read_text("utf-8").replace("value: 200, low: 200", "value: 200, low: 0"))
    with pytest.raises(FactorError, match=r"equivalents\.glass\.figure.*more than 0"):
        load(file)
    file.write_text(FILE.read_text("utf-8").replace("unit: gCO2e", "unit: kgCO2e", 1))
    with pytest.raises(FactorError, match="gCO2e"):
        load(file)


def test_how_many_requests_fill_a_glass() -> None:
    """0.5 to 20 mL a request: 10 to 400 requests for 200 mL."""
    assert per_glass(Range(0.5, 2, 20), 200) == Range(10, 100, 400)
    assert per_glass(Range(0, 2, 20), 200).high == math.inf


def test_a_glass_by_tool_keeps_the_two_waters_apart() -> None:
    ranges = dict.fromkeys(QUANTITIES, Range(0, 0, 0)) | {
        "water_onsite_ml": Range(10, 20, 40),
        "water_electricity_ml": Range(30, 80, 160),
    }
    found = glass("chatgpt", 10, ranges, 200)
    assert found.water_ml["water_onsite_ml"] == Range(1, 2, 4)
    assert found.water_ml["water_total_ml"] == Range(4, 10, 20)
    assert found.requests_per_glass["water_onsite_ml"] == Range(50, 100, 200)
    assert found.requests_per_glass["water_total_ml"] == Range(10, 20, 50)


def test_reported_zeros_are_unknown() -> None:
    def said(**fields: float) -> Reported | None:
        return reported(exchange(reported=ReportedFootprint(**fields)))

    assert reported(exchange()) is None
    assert said(energy_min_kwh=0.0, energy_max_kwh=0.0) is None
    assert said(energy_min_kwh=0.0, energy_max_kwh=0.002) == Reported((2.0, 2.0), None)
    carbon = said(ghg_min_kgco2e=0.25, ghg_max_kgco2e=0.5)
    assert carbon == Reported(None, (250.0, 500.0))
    assert said(energy_min_kwh=-1.0, ghg_max_kgco2e=float("nan")) is None
