from __future__ import annotations

import math
from pathlib import Path

import pytest

from proxy.classify.agreement import LARGEST, MEAN, TEXTS, compare, require
from proxy.classify.classifier import Options, Window
from proxy.classify.detoxify_onnx import DetoxifyOnnx, make
from proxy.models import Agreement, ModelError
from tests.support.networks import STEPS, hand_made


def classifier(folder: Path, steps: tuple[float, float]) -> DetoxifyOnnx:
    name = f"s{steps[0]}-{steps[1]}"
    hand_made(folder / "models", model=name, steps=steps)
    return make(Options(models=folder / "models", model=name))


def sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def test_a_network_agrees_with_itself(tmp_path: Path) -> None:
    one = classifier(tmp_path, STEPS)
    found = compare(one, one)
    assert (found.largest, found.mean, found.flips) == (0.0, 0.0, 0)
    assert found.texts == len(TEXTS)
    require(found)


def test_differences_are_those_worked_out_by_hand(tmp_path: Path) -> None:
    """Two "idiot": logits 1 and -1 against 2 and -1; one class flips at 0.5 for one word more."""
    first, second = classifier(tmp_path, (2.0, 1.0)), classifier(tmp_path, (2.5, 1.0))
    texts = [Window("idiot idiot", "en"), Window("bonjour", "fr")]
    found = compare(first, second, texts)
    apart = sigmoid(2) - sigmoid(1)
    assert found.largest == pytest.approx(apart, abs=1e-5)
    assert found.mean == pytest.approx(apart / 4, abs=1e-5)
    assert found.flips == 0
    flipped = compare(first, classifier(tmp_path, (1.0, 1.0)), texts)
    assert flipped.flips == 1


def test_a_network_that_scores_otherwise_is_refused(tmp_path: Path) -> None:
    found = compare(classifier(tmp_path, STEPS), classifier(tmp_path, (6.0, 1.0)))
    with pytest.raises(ModelError, match="differ by up to") as caught:
        require(found)
    assert caught.value.kind == "disagrees"


@pytest.mark.parametrize(
    ("largest", "mean"), [(LARGEST * 1.01, 0.0), (0.0, MEAN * 1.01), (math.nan, math.nan)]
)
def test_either_bound_refuses_and_no_number_too(largest: float, mean: float) -> None:
    require(Agreement(largest=LARGEST, mean=MEAN, flips=0, texts=1))
    with pytest.raises(ModelError):
        require(Agreement(largest=largest, mean=mean, flips=0, texts=1))


def test_the_texts_are_of_both_languages_and_of_many_lengths() -> None:
    assert {text.language for text in TEXTS} == {"fr", "en"}
    lengths = [len(text.text) for text in TEXTS]
    assert min(lengths) < 40
    assert max(lengths) > 200
