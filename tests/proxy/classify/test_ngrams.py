from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.classify.ngrams import BITS, DAMPING, SIZES, grams, plain, sums

TEXT = st.text(max_size=40)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Élève, CŒUR !", "eleve, coeur !"),
        ("Noooon  \n oui", "noon oui"),
        ("il y a 12 345 cas", "il y a 0 0 cas"),
        ("c.o.n.n.a.r.d et c o n", "connard et c o n"),
        ("l’été", "l'ete"),
    ],
)
def test_plain_text(text: str, expected: str) -> None:
    assert plain(text) == expected


@settings(deadline=None)
@given(TEXT)
def test_plain_of_plain_changes_nothing_much(text: str) -> None:
    assert plain(plain(text)) == plain(plain(plain(text)))


def test_there_are_as_many_n_grams_as_places_for_them() -> None:
    found = {size: len(buckets) for size, (buckets, _) in zip(SIZES, grams(["abcd"]), strict=True)}
    assert found == {3: 4, 4: 3, 5: 2}  # " abcd " has six characters


@settings(deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=5))
def test_no_n_gram_reaches_into_the_next_text(texts: list[str]) -> None:
    weights = (np.arange(1 << BITS) % 251 - 125).astype(np.int8)
    together = sums(texts, weights)
    alone = [float(sums([text], weights)[0]) for text in texts]
    assert together.tolist() == pytest.approx(alone)


def test_a_sum_is_over_the_root_of_the_number() -> None:
    weights = np.ones(1 << BITS, np.int8)
    number = 4 + 3 + 2
    assert sums(["abcd"], weights)[0] == pytest.approx(number / (number + DAMPING) ** 0.5)
