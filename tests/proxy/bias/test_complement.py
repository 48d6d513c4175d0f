"""What a subtraction would give away is withheld."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from proxy.bias.complement import withheld
from proxy.bias.keys import group_names
from proxy.bias.merge import Basis
from proxy.bias.month import LEAST_MENTIONS, figures

BASIS = Basis("embedded", "1", "1", "fr")
GROUP = next(iter(group_names()))

PARTS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 40)), min_size=2, max_size=6)
"""Answers that name the group, and others."""


@given(PARTS)
def test_the_whole_less_what_is_told_is_nothing_or_no_small_count(
    parts: list[tuple[int, int]],
) -> None:
    split = {
        (f"tool-{n}", BASIS): {f"group/{GROUP}.answers": named, "all.answers": named + others}
        for n, (named, others) in enumerate(parts)
    }
    silent = withheld(split)
    told = 0
    left = 0
    for at, sums in split.items():
        made = figures(
            sums, language="fr", classifier="embedded", withheld=silent.get(at, frozenset())
        )
        (one,) = [one for one in made.mentions if one.group == GROUP]
        told += one.answers
        left += one.state == "measured" and one.answers > 0
    rest = sum(named for named, _ in parts) - told
    assert rest == 0 or rest >= LEAST_MENTIONS or left == 0


def test_what_needs_no_help_is_told() -> None:
    split = {
        ("a", BASIS): {f"group/{GROUP}.answers": 9, "all.answers": 90},
        ("b", BASIS): {f"group/{GROUP}.answers": 0, "all.answers": 50},
        ("c", BASIS._replace(language="en")): {f"group/{GROUP}.answers": 2, "all.answers": 50},
    }
    assert withheld(split) == {}
