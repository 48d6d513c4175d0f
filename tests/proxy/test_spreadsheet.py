"""Text that a spreadsheet must not run."""

from __future__ import annotations

import pytest

from proxy.spreadsheet import harmless


@pytest.mark.parametrize("text", ["=1+1", "+33", "-1", "@cf/meta/llama", "\t=1", "\r=1"])
def test_what_looks_like_a_formula_is_made_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "gpt-4o", "a=b", '{"x":1}', "'=1"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text
