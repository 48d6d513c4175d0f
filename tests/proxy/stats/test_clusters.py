from collections.abc import Sequence

import numpy as np
import pytest

from proxy.stats import (
    Interval,
    Moments,
    design_effect,
    difference,
    effective_wilson,
    wilson,
)


def moments(answers: Sequence[tuple[int, int]]) -> Moments:
    """The sums over answers of (successes, sentences)."""
    return Moments(
        x=sum(x for x, _ in answers),
        n=sum(n for _, n in answers),
        xx=sum(x * x for x, _ in answers),
        xn=sum(x * n for x, n in answers),
        nn=sum(n * n for _, n in answers),
        answers=sum(n > 0 for _, n in answers),
    )


def test_single_sentences_are_worth_what_they_are() -> None:
    singles = moments([(1, 1)] * 30 + [(0, 1)] * 70)
    assert design_effect(singles) == pytest.approx(100 / 99)
    found, plain = effective_wilson(singles), wilson(30, 100)
    assert found.low == pytest.approx(plain.low, abs=1e-3)
    assert found.high == pytest.approx(plain.high, abs=1e-3)


def test_the_formula_is_that_of_scipy() -> None:
    spread = moments([(1, 2)] * 50)  # evenly spread: no clustering at all
    assert design_effect(spread) == 1.0
    found, plain = effective_wilson(spread), wilson(50, 100)
    assert (found.low, found.high) == pytest.approx((plain.low, plain.high))


def test_answers_all_of_one_kind_are_worth_one_sentence_each() -> None:
    """By hand: 10 answers of 5 equal sentences, 5 of each kind; 250/2500 * 10/9 / (.25/50)."""
    alike = moments([(5, 5)] * 5 + [(0, 5)] * 5)
    assert design_effect(alike) == pytest.approx(5 * 10 / 9)


def test_none_of_all_takes_the_worst_case() -> None:
    assert design_effect(moments([(0, 4)] * 20)) == 4.0
    assert effective_wilson(moments([(0, 4)] * 20)).high == pytest.approx(wilson(0, 20).high)


def test_no_answer_says_nothing() -> None:
    nothing = moments([])
    assert nothing.share is None
    assert design_effect(nothing) == 1.0
    assert effective_wilson(nothing) == Interval(0.0, 1.0)


def test_the_interval_holds_the_truth_where_a_naive_one_does_not() -> None:
    """Answers each lean one way (beta-distributed shares around 0.3), eight sentences each."""
    random = np.random.default_rng(4)
    held = naive = 0
    for _ in range(400):
        lean = random.beta(0.9, 2.1, 120)
        seen = [(int(random.binomial(8, p)), 8) for p in lean]
        sums = moments(seen)
        held += 0.3 in effective_wilson(sums)
        naive += 0.3 in wilson(int(sums.x), int(sums.n))
    assert held / 400 > 0.92
    assert naive / 400 < 0.8


def test_a_difference_by_hand() -> None:
    """40 of 100 and 20 of 100 single sentences: variance p (1 - p) / 99 each."""
    found = difference(
        moments([(1, 1)] * 40 + [(0, 1)] * 60), moments([(1, 1)] * 20 + [(0, 1)] * 80)
    )
    assert found is not None
    half = 1.959964 * ((0.24 + 0.16) / 99) ** 0.5
    assert found.value == pytest.approx(0.2)
    assert found.interval.low == pytest.approx(0.2 - half, rel=1e-6)
    assert found.interval.high == pytest.approx(0.2 + half, rel=1e-6)
    assert found.p_value == pytest.approx(0.00164, abs=5e-5)  # z = 3.146


def test_a_difference_needs_both_sides() -> None:
    some, nothing = moments([(1, 2)] * 5), moments([])
    assert difference(some, nothing) is None
    same = difference(some, some)
    assert same is not None
    assert (same.value, same.p_value) == (0.0, 1.0)
    single = difference(moments([(1, 2)]), moments([(0, 2)]))
    assert single is not None
    assert 0.0 in single.interval


@pytest.mark.parametrize("n", [3, 40, 977])
def test_a_share_of_all_or_none_reaches_the_end(n: int) -> None:
    each = float(n)
    all_of_them = Moments(x=each, n=each, xx=each, xn=each, nn=each, answers=each)
    none = Moments(x=0.0, n=each, xx=0.0, xn=0.0, nn=each, answers=each)
    assert effective_wilson(all_of_them).high == 1.0
    assert effective_wilson(none).low == 0.0
