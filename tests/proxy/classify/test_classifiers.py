"""One conformance test over every classifier."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from proxy.classify import CLASSIFIERS, Classifier, MissingError, Options, Window
from tests.support.networks import DETOXIFY_IS_HERE, hand_made, tiny_store

TEXTS = {
    "empty": "",
    "blank": " \n\t ",
    "one letter": "a",
    "ordinary": "La mairie ouvre à neuf heures. Merci de votre message.",
    "insulting": "Vous êtes des idiots, allez vous faire foutre !",
    "code only": "```python\nprint('connard')\n```",
    "no letters": "123 456 -- !!! ???",
    "emoji": "😀🤬👩‍👩‍👧" * 20,
    "odd characters": "\x00\ufffd\u200b\u202e\ufeff" * 50,
    "lone surrogates": "\ud800 bonjour \udfff",
    "one long word": "a" * 100_000,
    "a megabyte": "Bonjour tout le monde. " * 45_000,
    "other scripts": "你好 世界 здравствуй мир مرحبا",
    "backquotes": "`" * 20_000,
}
LANGUAGES = ("fr", "en", "de", "other", "unknown", "")


_PARAMS = [
    pytest.param(name, marks=pytest.mark.detoxify if name == "detoxify" else ())
    for name in sorted(CLASSIFIERS)
]


@pytest.fixture(scope="module", params=_PARAMS)
def classifier(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Classifier:
    folder: Path = tmp_path_factory.mktemp("models")
    options = _WITH_FILES.get(request.param, Options)(folder / "models")
    try:
        return CLASSIFIERS[request.param](options)
    except MissingError as error:
        pytest.skip(str(error))


def _tiny(models: Path) -> Options:
    """A checkpoint of Detoxify's format with random weights, where the package is installed."""
    if not DETOXIFY_IS_HERE:
        return Options(models)
    _, digest = tiny_store(models, models.parent / "source")
    return Options(models, model="tiny", sha256=digest)


def _counting(models: Path) -> Options:
    """A network of ONNX operators that counts a word."""
    hand_made(models)
    return Options(models, model="counts")


_WITH_FILES: Mapping[str, Callable[[Path], Options]] = {
    "detoxify": _tiny,
    "detoxify-onnx": _counting,
}
"""What puts the files there that a classifier needs."""


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_any_text_gives_every_class_between_0_and_1(classifier: Classifier, text: str) -> None:
    languages = LANGUAGES if len(text) < 10_000 else ("fr", "unknown")
    scored = classifier.score([Window(text, language) for language in languages])
    assert len(scored) == len(languages)
    for scores in scored:
        assert tuple(sorted(scores)) == tuple(sorted(classifier.classes))
        assert all(0 <= score <= 1 for score in scores.values())
    (length,) = classifier.lengths([text])
    assert length >= (0 if not text.strip() else 1)


def test_nothing_gives_nothing(classifier: Classifier) -> None:
    assert classifier.score([]) == []
    assert classifier.lengths([]) == []


def test_it_says_what_it_is(classifier: Classifier) -> None:
    assert CLASSIFIERS.keys() >= {classifier.name}
    assert classifier.version
    assert classifier.classes[0] == "toxicity"
    assert {"fr", "en"} & classifier.languages


def test_a_score_depends_on_its_window_alone(classifier: Classifier) -> None:
    windows = [Window(text, "fr") for text in TEXTS.values() if 0 < len(text) < 1000]
    together = classifier.score(windows)
    alone = [classifier.score([window])[0] for window in windows]
    for one, other in zip(together, alone, strict=True):
        assert one == pytest.approx(other, abs=1e-4)


def test_longer_texts_are_no_shorter_in_tokens(classifier: Classifier) -> None:
    short, long = classifier.lengths(["Bonjour à tous.", "Bonjour à tous. " * 40])
    assert 2 <= short < long
