"""Exposure by hand: 20 agents of the register office, 10 of IT, 7 merged."""

from pathlib import Path

import pytest

from proxy.report.model_people import ExposureLine
from tests.support.towns import at, entry, monthly


def lines(folder: Path) -> tuple[dict[str, ExposureLine], dict[str, ExposureLine]]:
    used = [entry(at(3), department=name) for name in ("etat-civil", "etat-civil", "cabinet")]
    exposure = monthly(folder, used).exposure
    by_department = {one.key: one for one in exposure.departments}
    return by_department, {one.key: one for one in exposure.filieres}


def test_touched_agents_follow_the_categories(tmp_path: Path) -> None:
    departments, _ = lines(tmp_path)
    one = departments["etat-civil"]
    # 2 of A (about 80 %), 8 of B and 10 of C (about 25 %): 1.6 + 2 + 2.5.
    assert one.touched is not None
    assert one.touched.central == pytest.approx(6.1)
    assert one.touched.low == pytest.approx(2 * 0.775 + 18 * 0.225)
    assert one.touched.high == pytest.approx(2 * 0.825 + 18 * 0.275)
    assert one.requests_per_100_agents == 10
    assert one.trained is not None
    assert (one.trained.part, one.trained.whole) == (2, 20)
    assert one.trained_per_touched is not None
    assert one.trained_per_touched.central == pytest.approx(2 / 6.1)


def test_what_answers_residents_is_no_use_of_the_staff(tmp_path: Path) -> None:
    own = [entry(at(3), department="etat-civil") for _ in range(2)]
    answering = [
        entry(at(4), department="etat-civil", application="guichet", faces="resident")
        for _ in range(500)
    ]
    report = monthly(tmp_path, own + answering)
    (one,) = [line for line in report.exposure.departments if line.key == "etat-civil"]
    assert (one.requests, one.requests_per_100_agents) == (2, 10)
    assert report.exposure.whole is not None
    assert report.exposure.whole.requests == 2
    assert report.uses.requests == 502
    assert report.uses.requests_per_100_agents == pytest.approx(200 / 37)


def test_merged_departments_are_weighted_with_their_agents(tmp_path: Path) -> None:
    departments, _ = lines(tmp_path)
    one = departments["autres"]
    assert (one.headcount, one.filiere, one.requests) == (7, "mixed", 1)
    # 3 of the cabinet, all of A; 4 of the archives: 1 of A, 1 of B, 2 of C.
    assert one.category_a == pytest.approx(4 / 7)
    assert one.category_c == pytest.approx(2 / 7)
    assert one.women == pytest.approx(0.5)


def test_a_filiere_less_its_departments_leaves_nobody_alone(tmp_path: Path) -> None:
    departments, filieres = lines(tmp_path)
    # The cabinet is administrative too, but three agents must not be what is left over.
    assert filieres["administrative"].headcount == departments["etat-civil"].headcount == 20
    assert filieres["administrative"].requests == departments["etat-civil"].requests
    assert filieres["autres"].headcount == 7


def test_without_aggregates_there_are_no_lines(tmp_path: Path) -> None:
    from proxy.report.period import parse_month
    from tests.support.towns import AFTER, PARIS, config, ledger_with, report_of

    town = config(tmp_path, "departments: [{name: dsi, headcount: 10}]\n")
    with ledger_with(tmp_path) as ledger:
        period = parse_month("2026-10", PARIS, AFTER)
        found = report_of(ledger, town, period).exposure
    assert (found.declared, found.departments, found.whole) == (False, (), None)
    assert sum(one.share for one in found.classes) == pytest.approx(1)
