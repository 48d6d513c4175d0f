"""The rules against sentences labelled by hand; docs/method/bias.md states the figures."""

from pathlib import Path

import pytest

from tests.proxy.bias.agreement import agreement, labelled

WANTED = 0.85
"""Least agreement, each sentence on everything that is counted at once."""


def test_there_are_enough_sentences_and_none_twice() -> None:
    sentences = [
        label["t"] for part in labelled().values() for found in part.values() for label in found
    ]
    assert len(sentences) >= 200
    assert len(set(sentences)) == len(sentences)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("part", ["tuned", "held_out"])
def test_whole_sentences_agree_with_the_hand_labels(part: str, language: str) -> None:
    agreed, sentences = agreement(part, language)["all"]
    assert agreed / sentences >= WANTED


@pytest.mark.parametrize("aspect", ["g", "k", "o", "a", "r", "n", "e"])
def test_each_aspect_agrees_on_held_out_sentences(aspect: str) -> None:
    found = [agreement("held_out", language)[aspect] for language in ("fr", "en")]
    agreed, sentences = (sum(column) for column in zip(*found, strict=True))
    assert agreed / sentences >= 0.95


PAGES = Path(__file__).parents[3] / "docs" / "method"
ROWS = {
    "bias.md": (("French", "English"), ("tuned on", "held out"), "of"),
    "bias.fr.md": (("français", "anglais"), ("réglage", "mises de côté"), "sur"),
}


@pytest.mark.parametrize("page", ROWS)
def test_the_method_pages_state_what_is_measured(page: str) -> None:
    text = (PAGES / page).read_text(encoding="utf-8")
    languages, parts, of = ROWS[page]
    for name, language in zip(languages, ("fr", "en"), strict=True):
        for said, part in zip(parts, ("tuned", "held_out"), strict=True):
            agreed, sentences = agreement(part, language)["all"]
            assert f"| {name}, {said} | {agreed} {of} {sentences} |" in text
