"""Conversion for real: exported, quantised, compared, kept or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.random_network import CLASSES
from proxy.classify import agreement, detoxify, detoxify_onnx
from proxy.classify.agreement import LARGEST, MEAN, TEXTS
from proxy.classify.classifier import Options, Window
from proxy.classify.convert import convert
from proxy.models import Manifest, ModelError, Store
from tests.support.networks import NEEDS_DETOXIFY, tiny_store

pytestmark = NEEDS_DETOXIFY


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, str]:
    folder = tmp_path_factory.mktemp("tiny")
    return tiny_store(folder / "models", folder / "source")


@pytest.fixture(scope="module")
def made(store: tuple[Store, str]) -> tuple[Manifest, list[str]]:
    said: list[str] = []
    return convert(store[0], "tiny", sha256=store[1], say=said.append), said


def test_agreement_is_measured_said_and_kept(made: tuple[Manifest, list[str]]) -> None:
    manifest, said = made
    found = manifest.agreement
    assert found is not None
    assert 0 < found.largest <= LARGEST
    assert found.mean <= MEAN
    assert found.texts == len(TEXTS)
    assert f"largest difference {found.largest:.4f}" in said[-1]


def test_the_result_is_whole_and_names_its_origin(
    store: tuple[Store, str], made: tuple[Manifest, list[str]]
) -> None:
    manifest, _ = made
    folder = store[0].verify(store[0].manifest("detoxify-onnx", "tiny"))
    assert {file.name for file in folder.iterdir()} == {
        "manifest.json",
        "model.onnx",
        "tokenizer.json",
    }
    assert manifest.made_from == store[1]
    assert manifest.classes == CLASSES
    assert [record.assurance for record in manifest.files] == ["made-here", "made-here"]
    assert not list(store[0].root.glob(".*"))


@pytest.mark.usefixtures("made")
def test_it_scores_like_the_reference_on_other_texts(store: tuple[Store, str]) -> None:
    models = store[0].root
    reference = detoxify.make(Options(models=models, model="tiny", sha256=store[1]))
    converted = detoxify_onnx.make(Options(models=models, model="tiny", sha256=store[1]))
    windows = [Window(text, "fr") for text in ("", "le hall", "thank you " * 30, "x" * 400, "é\n")]
    for first, second in zip(reference.score(windows), converted.score(windows), strict=True):
        assert second == pytest.approx(first, abs=LARGEST)


@pytest.mark.usefixtures("made")
def test_what_disagrees_is_refused_and_the_old_one_stays(
    store: tuple[Store, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = store[0].manifest("detoxify-onnx", "tiny")
    said: list[str] = []
    monkeypatch.setattr(agreement, "LARGEST", 0.0)
    with pytest.raises(ModelError, match="differ by up to") as caught:
        convert(store[0], "tiny", sha256=store[1], say=said.append)
    assert caught.value.kind == "disagrees"
    assert "largest difference" in said[-1]
    assert store[0].manifest("detoxify-onnx", "tiny") == before
    store[0].verify(before)
    assert not list(store[0].root.glob(".*"))


def test_nothing_to_convert_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="jauge models fetch"):
        convert(Store(tmp_path), "multilingual")
