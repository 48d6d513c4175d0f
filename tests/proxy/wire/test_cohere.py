from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.support.wire import Golden, assert_reads, goldens, in_pieces, piece_sizes, read

GOLDENS = goldens("cohere-chat", "cohere-embed")


@pytest.mark.parametrize("golden", GOLDENS)
def test_golden(golden: Golden) -> None:
    assert_reads(golden)


@pytest.mark.parametrize("golden", GOLDENS)
@settings(max_examples=12, deadline=None)
@given(sizes=piece_sizes)
def test_golden_in_random_pieces(golden: Golden, sizes: list[int]) -> None:
    assert read(golden, in_pieces(sizes)) == golden.expected
