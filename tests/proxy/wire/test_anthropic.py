from __future__ import annotations

import pytest

from tests.support.wire import Golden, assert_reads, goldens


@pytest.mark.parametrize("golden", goldens("anthropic-messages","gemini","cohere-chat","cohere-embed","ollama","bedrock"))
def test_golden(golden: Golden) -> None:
    assert_reads(golden)
