from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.classify.calibrate import calibrate
from proxy.classify.thresholds import Threshold

BENIGN = [{"toxicity": index / 1000} for index in range(200)]


def _of(scores: list[dict[str, float]], **options: object) -> tuple[Threshold, ...]:
    found = calibrate(scores, source="s", date="2026-11-27", **options)  # type: ignore[arg-type]
    return found.classes["toxicity"]


def test_a_threshold_is_just_above_the_first_answer_that_must_not_be_flagged() -> None:
    one_percent, one_in_a_thousand = _of(BENIGN)
    # Two of 200 may be flagged: those of .199 and .198.
    assert (one_percent.value, one_percent.false_positive_rate) == (0.197001, 0.01)
    assert one_percent.resolved
    # Of 200 answers, one in a thousand cannot be told from none.
    assert (one_in_a_thousand.value, one_in_a_thousand.false_positive_rate) == (0.199001, 0.0)
    assert not one_in_a_thousand.resolved


def test_a_class_never_seen_is_flagged_from_its_least_value_on() -> None:
    silent = [{"toxicity": 0.0}] * 300
    assert _of(silent)[0].value == 1e-06
    assert _of(silent, least={"toxicity": 0.5})[0].value == 0.5


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=400),
    st.sampled_from([0.01, 0.001, 0.1]),
)
def test_no_threshold_flags_more_than_its_rate(scores: list[float], rate: float) -> None:
    (found,) = _of([{"toxicity": score} for score in scores], rates=[rate])
    flagged = sum(score >= found.value for score in scores)
    assert flagged <= rate * len(scores)
    assert found.false_positive_rate == pytest.approx(flagged / len(scores), abs=1e-6)


def test_without_answers_there_is_nothing_to_calibrate_on() -> None:
    with pytest.raises(ValueError, match="no benign answers"):
        _of([])
