"""What only the report reads of organisation.yaml is checked too."""

from typing import Any

import pytest

from proxy.config import SHIPPED, Organisation, Settings, load
from proxy.config.people_checks import CHECKS
from proxy.config.shape import ShapeError, convert


def problems(document: dict[str, Any]) -> dict[str, str]:
    found = convert(document, Organisation)
    return {p.key: p.expected for check in CHECKS for p in check(found, Settings())}


def department(**keys: object) -> dict[str, Any]:
    return {"departments": [{"name": "d", "headcount": 10} | keys]}


def goal(**keys: object) -> dict[str, Any]:
    base = {"name": "g", "indicator": "energy_kwh", "year": 2026, "at_most": 5}
    return {"goals": [base | keys]}


def test_what_is_right() -> None:
    document = department(
        filiere="technique", categories={"a": 0.33, "b": 0.33, "c": 0.33}, women=0.5, trained=10
    )
    document |= {"charter": {"version": "2", "adopted": "2026-03-02"}}
    document |= {"decisions": [{"month": "2026", "text": {"en": "Decide."}}]} | goal()
    assert problems(document) == {}
    assert problems({}) == {}


@pytest.mark.parametrize(
    ("document", "key", "expected"),
    [
        (
            department(categories={"a": 0.5, "b": 0.2, "c": 0.2}),
            "departments.0.categories",
            "a, b and c must be 1 together, they are 0.9",
        ),
        (
            department(trained=11),
            "departments.0.trained",
            "more agents are trained than there are (10)",
        ),
        ({"charter": {"adopted": "2 mars"}}, "charter.adopted", "expected a day"),
        ({"training": {"by": "2026-13-01"}}, "training.by", "expected a day"),
        (
            {"decisions": [{"month": "2026-13", "text": {"fr": "x"}}]},
            "decisions.0.month",
            "expected a month or a year",
        ),
        (
            {"decisions": [{"month": "2026-10", "text": {"fr": "x"}}] * 2},
            "decisions.1.month",
            "there are two decisions of it",
        ),
        ({"decisions": [{"month": "2026-10"}]}, "decisions.0.text", "the text is missing"),
        (goal(at_least=1), "goals.0", "expected at_most or at_least"),
        (goal(at_most=None), "goals.0", "expected at_most or at_least"),
        (goal(name="Énergie"), "goals.0.name", "expected a short name of a-z, 0-9 and -"),
        (
            {"goals": goal()["goals"] * 2},
            "goals.1.name",
            "another goal has this name",
        ),
    ],
)
def test_what_is_wrong(document: dict[str, Any], key: str, expected: str) -> None:
    assert problems(document) == {key: expected}


@pytest.mark.parametrize(
    "document",
    [
        department(women=1.2),
        department(filiere="bureau"),
        goal(indicator="happiness"),
        {"training": {"target": 80}},
    ],
)
def test_what_no_value_may_be(document: dict[str, Any]) -> None:
    with pytest.raises(ShapeError):
        convert(document, Organisation)


def test_the_worked_example_declares_everything() -> None:
    organisation = load(SHIPPED / "jauge.yaml").organisation
    assert all(one.filiere and one.categories.c for one in organisation.departments)
    assert sum(one.trained or 0 for one in organisation.departments) == 92
    assert [one.indicator for one in organisation.goals] == [
        "sanctioned_share",
        "energy_per_request_wh",
        "trained_share",
    ]
