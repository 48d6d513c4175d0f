"""The kinds behind `original` (BERT) and `unbiased` (RoBERTa), from checkpoint to int8."""

from __future__ import annotations

from pathlib import Path

import pytest

from proxy.classify import detoxify, detoxify_onnx
from proxy.classify.agreement import LARGEST
from proxy.classify.classifier import Options, Window
from proxy.classify.convert import convert
from proxy.models import Store
from proxy.models.digest import sha256_of
from proxy.models.supply import import_folder
from tests.support.networks import NEEDS_DETOXIFY
from tests.support.other_networks import KINDS, write_other

pytestmark = NEEDS_DETOXIFY


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_loaded_scored_and_converted(tmp_path: Path, kind: str) -> None:
    digest = sha256_of(write_other(tmp_path / "source", kind))
    store = Store(tmp_path / "models")
    import_folder(store, tmp_path / "source", model="other", sha256=digest)
    options = Options(models=store.root, model="other", sha256=digest)
    reference = detoxify.make(options)
    assert reference.classes[-1] == "identity_attack"
    assert reference.checkpoint.limit == 128
    texts = ["You idiot!", "thank you, town hall.", "", "hall " * 200]
    windows = [Window(text, "en") for text in texts]
    scored = reference.score(windows)
    predicted = reference.checkpoint.detoxify.predict(texts[:3])
    for place, row in enumerate(scored[:3]):
        assert row["toxicity"] == pytest.approx(predicted["toxicity"][place], abs=1e-5)
    convert(store, "other", sha256=digest)
    for first, second in zip(scored, detoxify_onnx.make(options).score(windows), strict=True):
        assert second == pytest.approx(first, abs=LARGEST)
