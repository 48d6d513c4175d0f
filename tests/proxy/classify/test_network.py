from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from bench.random_network import TINY, write_tokenizer
from proxy.classify.classifier import Window
from proxy.classify.network import BATCH, BATCH_TOKENS, SPECIAL, Network, batches, load_tokenizer


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    file = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    write_tokenizer(file, TINY)
    return load_tokenizer(file.read_text(encoding="utf-8"))


class Counting:
    """A network whose score is the number of "idiot", a tenth each; it remembers its batches."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def __call__(self, texts: list[str]) -> list[list[float]]:
        self.batches.append(texts)
        return [[text.count("idiot") / 10] for text in texts]


def scored(
    tokenizer: Tokenizer, texts: Sequence[str], limit: int = 20
) -> tuple[list[float], list[list[str]]]:
    predict = Counting()
    network = Network(tokenizer, limit, ("toxicity",), predict)
    rows = network.score([Window(text, "fr") for text in texts])
    return [row["toxicity"] for row in rows], predict.batches


def test_lengths_are_the_tokenizers_without_the_frame(tokenizer: Tokenizer) -> None:
    network = Network(tokenizer, 20, ("toxicity",), Counting())
    assert network.lengths(["bonjour la ville", "", "idiot"]) == [3, 0, 1]
    assert network.lengths([]) == []


def test_scores_come_back_in_order_whatever_the_batches(tokenizer: Tokenizer) -> None:
    texts = ["idiot " * (place % 5) + "ville " * (place % 7) for place in range(35)]
    scores, groups = scored(tokenizer, texts)
    assert scores == [place % 5 / 10 for place in range(35)]
    assert all(len(group) <= BATCH for group in groups)
    sent = [len(text) for group in groups for text in group]
    assert sent == sorted(map(len, texts))


def test_equal_texts_are_scored_once(tokenizer: Tokenizer) -> None:
    scores, groups = scored(tokenizer, ["idiot", "ville", "idiot"])
    assert scores == [0.1, 0.0, 0.1]
    assert sorted(text for group in groups for text in group) == ["idiot", "ville"]


def test_a_text_that_is_too_long_is_scored_in_whole(tokenizer: Tokenizer) -> None:
    """Detoxify would drop what follows the 18th token; here only the last word is toxic."""
    words = [f"ville{place}" for place in range(100)] + ["idiot"]
    scores, groups = scored(tokenizer, [" ".join(words)])
    assert scores == [0.1]
    sent = [text for group in groups for text in group]
    assert sorted(" ".join(sent).split()) == sorted(words)
    assert all(len(tokenizer.encode(text).ids) <= 20 for text in sent)


def test_the_maximum_over_the_parts_counts(tokenizer: Tokenizer) -> None:
    scores, _ = scored(tokenizer, ["idiot " * 3 + "ville " * 40, "ville"])
    assert scores == [0.3, 0.0]


def test_nothing_gives_nothing(tokenizer: Tokenizer) -> None:
    assert scored(tokenizer, []) == ([], [])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(st.characters(), max_size=300), max_size=4))
def test_no_text_is_refused(tokenizer: Tokenizer, texts: list[str]) -> None:
    """Halves of surrogate pairs, control characters and runs without a space included."""
    scores, groups = scored(tokenizer, texts)
    assert len(scores) == len(texts)
    longest = max((len(tokenizer.encode(text).ids) for some in groups for text in some), default=0)
    assert longest <= 20


@given(st.lists(st.integers(0, 510), max_size=60))
def test_batches_hold_every_place_once_and_keep_their_bounds(lengths: list[int]) -> None:
    groups = list(batches(lengths))
    assert sorted(place for group in groups for place in group) == list(range(len(lengths)))
    for group in groups:
        assert len(group) <= BATCH
        assert len(group) * (max(lengths[place] for place in group) + SPECIAL) <= BATCH_TOKENS


def test_a_tokenizer_file_that_pads_and_cuts_is_told_not_to(tmp_path: Path) -> None:
    file = tmp_path / "tokenizer.json"
    write_tokenizer(file, TINY)
    padding = Tokenizer.from_file(str(file))
    padding.enable_padding(length=32)
    padding.enable_truncation(8)
    padding.save(str(file))
    assert len(load_tokenizer(file.read_text()).encode("ville " * 20).ids) == 22
