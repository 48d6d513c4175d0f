from dataclasses import dataclass, field

from proxy.bias.merge import Basis, added, shown_departments
from proxy.privacy import MERGED


@dataclass(frozen=True)
class Total:
    key: tuple[str | int, ...]
    sums: dict[str, float]
    classifier: str = "embedded"
    classifier_version: str = "1"
    version: str = "1"
    language: str = field(default="fr")


FRENCH = Basis("embedded", "1", "1", "fr")


def test_small_departments_are_only_shown_together() -> None:
    totals = [
        Total(("dsi",), {"all.n": 10}),
        Total(("cabinet",), {"all.n": 3, "gendered.n": 1}),
        Total(("archives",), {"all.n": 2}),
        Total(("gone",), {"all.n": 1}),
    ]
    shown = shown_departments(
        [str(one.key[0]) for one in totals], {"dsi": 18, "cabinet": 4, "archives": 3}, 5
    )
    found = added(totals, shown)
    assert found == {
        ("dsi", FRENCH): {"all.n": 10},
        (MERGED, FRENCH): {"all.n": 6, "gendered.n": 1},
    }


def test_languages_classifiers_and_versions_stay_apart() -> None:
    totals = [
        Total(("dsi",), {"all.n": 1}),
        Total(("dsi",), {"all.n": 2}, language="en"),
        Total(("dsi",), {"all.n": 4}, classifier="detoxify"),
        Total(("dsi",), {"all.n": 8}, version="2"),
        Total(("dsi",), {"all.n": 16}),
    ]
    found = added(totals)
    assert sorted(sums["all.n"] for sums in found.values()) == [2, 4, 8, 17]


def test_all_together_have_no_name() -> None:
    assert added([Total((), {"all.n": 1})]) == {("", FRENCH): {"all.n": 1}}


def test_traffic_that_is_of_no_department_merges_with_none() -> None:
    """Nobody's headcount: it neither hides in the merged group nor draws a large one into it."""
    shown = shown_departments(["dsi", "unknown"], {"dsi": 18, "voirie": 40}, 5)
    assert [shown(name) for name in ("unknown", "dsi", "voirie")] == ["unknown", "dsi", "voirie"]
