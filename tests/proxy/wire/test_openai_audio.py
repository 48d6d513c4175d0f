from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.support.wire import Golden, assert_reads, goldens, in_pieces, piece_sizes, read


@pytest.mark.parametrize("golden", goldens("openai-audio"))
def test_goldens(golden: Golden) -> None:
    assert_reads(golden)


@pytest.mark.parametrize("golden", goldens("openai-audio"))
@settings(max_examples=12, deadline=None)
@given(sizes=piece_sizes)
def test_goldens_in_any_pieces(golden: Golden, sizes: list[int]) -> None:
    assert read(golden, in_pieces(sizes)) == golden.expected
