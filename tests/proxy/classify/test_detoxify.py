"""The reference classifier on a tiny checkpoint, loaded like the real one."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest

from bench.random_network import CLASSES, TINY
from proxy.classify.classifier import MissingError, Options, Window
from proxy.classify.detoxify import Detoxify, make
from proxy.models import Store
from proxy.models.supply import import_folder
from tests.support.networks import NEEDS_DETOXIFY, tiny_store

TEXTS = ("you idiot", "bonjour la ville", "Merci, thank you!", "", "la mairie est ouverte")


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> Options:
    folder = tmp_path_factory.mktemp("tiny")
    _, digest = tiny_store(folder / "models", folder / "source")
    return Options(models=folder / "models", model="tiny", sha256=digest)


@pytest.fixture(scope="module")
def classifier(options: Options) -> Detoxify:
    return make(options)


class TestWithDetoxify:
    pytestmark = NEEDS_DETOXIFY

    def test_scores_are_predicts(self, classifier: Detoxify) -> None:
        predicted = classifier.checkpoint.detoxify.predict(list(TEXTS))
        scored = classifier.score([Window(text, "fr") for text in TEXTS])
        for place, row in enumerate(scored):
            assert row == pytest.approx(
                {name: predicted[name][place] for name in CLASSES}, abs=1e-5
            )

    def test_texts_differ_in_score(self, classifier: Detoxify) -> None:
        """Else nothing here could fail."""
        scored = classifier.score([Window(text, "fr") for text in TEXTS])
        assert len({round(row["toxicity"], 4) for row in scored}) == len(TEXTS)

    def test_one_text_and_none(self, classifier: Detoxify) -> None:
        (alone,) = classifier.score([Window(TEXTS[0], "en")])
        predicted = classifier.checkpoint.detoxify.predict(TEXTS[0])
        assert alone == pytest.approx({name: predicted[name] for name in CLASSES}, abs=1e-5)
        assert classifier.score([]) == []

    def test_the_end_of_a_long_text_counts(self, classifier: Detoxify) -> None:
        """`predict` itself gives both the same score: it reads the first 128 tokens only."""
        plain, ending = "ville " * 300, "ville " * 300 + "you idiot " * 40
        first, second = classifier.score([Window(plain, "fr"), Window(ending, "fr")])
        assert second != first
        predict = classifier.checkpoint.detoxify.predict
        assert predict(plain)["toxicity"] == pytest.approx(predict(ending)["toxicity"], abs=1e-6)

    def test_it_says_what_it_is(self, classifier: Detoxify, options: Options) -> None:
        assert classifier.name == "detoxify"
        assert classifier.version == f"tiny-{options.sha256[:12]}"
        assert classifier.classes == CLASSES
        assert classifier.languages == {"fr", "en"}
        assert classifier.lengths(["bonjour la ville"]) == [3]
        assert TINY.positions - 2 == classifier.checkpoint.limit


def test_nothing_fetched_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="jauge models fetch"):
        make(Options(models=tmp_path))


def test_without_the_package_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.proxy.models.test_supply import published

    digest = published(tmp_path / "source")
    import_folder(Store(tmp_path / "models"), tmp_path / "source", model="mine", sha256=digest)
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:  # noqa: ANN401 - as the builtin
        if name == "detoxify":
            raise ModuleNotFoundError(name=name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingError, match="make detoxify") as caught:
        make(Options(models=tmp_path / "models", model="mine", sha256=digest))
    assert caught.value.missing == "the package detoxify is not installed"
