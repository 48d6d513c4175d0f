from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from proxy.scoring.windows import MOST_CHARS, MOST_TOKENS, windows

SENTENCE = st.lists(st.sampled_from(["a", "bcd", "x" * 30]), min_size=1, max_size=700).map(" ".join)


def _words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def test_a_short_sentence_is_one_window() -> None:
    assert windows(["un deux", "trois"], _words) == [[("un deux", 2)], [("trois", 1)]]


def test_a_long_sentence_is_cut_near_its_middle() -> None:
    (cut,) = windows(["mot " * 130], _words)
    assert [tokens for _, tokens in cut] == [65, 65]


@given(st.lists(SENTENCE, max_size=3))
def test_nothing_is_left_out_and_no_window_is_too_long(sentences: list[str]) -> None:
    cut = windows(sentences, _words)
    assert len(cut) == len(sentences)
    for sentence, parts in zip(sentences, cut, strict=True):
        assert sorted(" ".join(text for text, _ in parts).split()) == sorted(sentence.split())
        assert all(tokens <= MOST_TOKENS and len(text) <= MOST_CHARS for text, tokens in parts)


def test_text_without_spaces_is_cut_too() -> None:
    (cut,) = windows(["x" * 50_000], lambda texts: [len(text) // 3 for text in texts])
    assert "".join(text for text, _ in cut) == "x" * 50_000
    assert max(tokens for _, tokens in cut) <= MOST_TOKENS
