from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from proxy.privacy import MERGED, merge_small

NAMES = st.text("abcdefgh", min_size=1, max_size=4)


def _merged(departments: dict[str, int], k: int) -> set[str]:
    return {name for name, shown in merge_small(departments, k).items() if shown == MERGED}


def test_departments_of_k_agents_or_more_are_shown_as_they_are() -> None:
    assert merge_small({"voirie": 40, "culture": 5}, 5) == {
        "voirie": "voirie",
        "culture": "culture",
    }


def test_departments_under_k_are_shown_together() -> None:
    departments = {"voirie": 40, "cabinet": 3, "archives": 2, "culture": 12}
    assert _merged(departments, 5) == {"cabinet", "archives"}


def test_a_group_still_under_k_takes_in_the_next_smallest() -> None:
    departments = {"voirie": 40, "cabinet": 2, "archives": 2, "culture": 12}
    assert _merged(departments, 5) == {"cabinet", "archives", "culture"}


def test_one_small_department_is_never_alone_in_its_group() -> None:
    assert _merged({"voirie": 40, "cabinet": 4, "culture": 5}, 5) == {"cabinet", "culture"}


def test_it_takes_in_as_many_as_it_needs() -> None:
    departments = {"a": 1, "b": 10, "c": 11, "d": 12, "e": 13}
    assert _merged(departments, 10) == {"a", "b"}
    assert _merged(departments, 11) == {"a", "b"}
    assert _merged(departments, 12) == {"a", "b", "c"}


def test_an_undeclared_headcount_counts_nobody() -> None:
    assert _merged({"voirie": 40, "culture": 12, "neuf": 0}, 5) == {"neuf", "culture"}


def test_too_few_agents_in_all_are_one_group() -> None:
    assert _merged({"a": 1, "b": 2}, 5) == {"a", "b"}


def test_departments_of_the_same_size_are_taken_by_name() -> None:
    assert _merged({"b": 5, "a": 5, "petit": 4}, 5) == {"petit", "a"}


def test_a_department_called_like_the_group_is_part_of_it() -> None:
    assert _merged({MERGED: 50, "voirie": 40}, 5) == {MERGED}
    assert _merged({MERGED: 2, "voirie": 40, "culture": 12}, 5) == {MERGED, "culture"}


def test_no_departments_need_no_group() -> None:
    assert merge_small({}, 5) == {}


@given(st.dictionaries(NAMES, st.integers(0, 30), max_size=10), st.integers(2, 12))
def test_every_shown_group_reaches_k_or_is_everybody(departments: dict[str, int], k: int) -> None:
    shown = merge_small(departments, k)
    assert shown.keys() == departments.keys()
    sizes: dict[str, int] = {}
    for name, group in shown.items():
        sizes[group] = sizes.get(group, 0) + departments[name]
    small = {group for group, size in sizes.items() if size < k}
    assert not small or (small == {MERGED} and len(sizes) == 1)


@given(st.dictionaries(NAMES, st.integers(0, 30), max_size=10), st.integers(2, 12))
def test_no_larger_department_is_merged_while_a_smaller_one_is_shown(
    departments: dict[str, int], k: int
) -> None:
    shown = merge_small(departments, k)
    merged = [departments[name] for name, group in shown.items() if group == MERGED]
    alone = [departments[name] for name, group in shown.items() if group != MERGED]
    assert not merged or not alone or max(merged) <= min(alone)
