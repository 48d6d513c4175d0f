from __future__ import annotations

from pathlib import Path

import pytest

from proxy.classify.classifier import Options
from proxy.classify.detoxify_onnx import make
from proxy.classify.speed import AT_ONCE, LENGTHS, Speed, apart, measured, median, table, window_of
from tests.support.networks import hand_made


@pytest.fixture
def models(tmp_path: Path) -> Path:
    hand_made(tmp_path / "models", limit=600)
    return tmp_path / "models"


def test_windows_have_the_length_that_they_are_said_to_have(models: Path) -> None:
    classifier = make(Options(models=models, model="counts"))
    for tokens in LENGTHS:
        windows = [window_of(classifier, tokens, turn).text for turn in range(AT_ONCE)]
        assert classifier.lengths(windows) == [tokens] * AT_ONCE
        assert len(set(windows)) == AT_ONCE  # equal texts would be scored once


def test_a_process_of_its_own_measures_every_length(models: Path) -> None:
    found = apart("detoxify-onnx", models, "counts", "", seconds=0.001)
    assert found.missing == ""
    assert found.version.startswith("counts-")
    assert set(found.rates) == {str(tokens) for tokens in LENGTHS}
    assert found.megabytes > 20  # a Python with ONNX Runtime takes more


def test_what_is_missing_is_said_in_place_of_figures(models: Path) -> None:
    found = measured("detoxify-onnx", Options(models=models, model="other"))
    assert "detoxify-onnx other is not on this machine" in found.missing
    assert found.rates == {}


def test_medians_and_table() -> None:
    runs = [
        Speed("one", "v", {str(tokens): rate for tokens in LENGTHS}, rate)
        for rate in (1.0, 100.0, 4.0)
    ]
    middle = median(runs)
    assert set(middle.rates.values()) == {4.0}
    assert middle.megabytes == 4.0
    lines = list(table([middle, Speed("two", missing="no file")]))
    assert lines[0].split()[-1] == "memory"
    assert lines[1].split() == ["one", *["4.0"] * len(LENGTHS), "4", "MB"]
    assert lines[2] == "two                     not here: no file"
    assert median([Speed("two", missing="no file")] * 2).missing == "no file"
