from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.scoring.prose import prose, sentences


@pytest.mark.parametrize(
    "hidden",
    [
        "```\nX\n```",
        "```python\nX",
        "~~~\nX\n~~~",
        "`X`",
        "https://example.org/X",
        "www.example.org/X?y=1",
        "【4:0†X】",
        "<script>X</script>",
        "\ue200cite\ue202X\ue201",
    ],
)
def test_what_is_no_prose_is_left_out(hidden: str) -> None:
    left = prose(f"Avant {hidden} après".replace("après", "" if hidden.endswith("X") else "après"))
    assert "X" not in left
    assert left.startswith("Avant")


def test_citation_numbers_go_and_link_texts_stay() -> None:
    text = "Selon [le rapport](https://example.org/x) [1], [^2] tout va bien [2026]."
    assert prose(text).split() == ["Selon", "le", "rapport", ",", "tout", "va", "bien", "[2026]."]


def test_sentences_end_at_marks_and_line_ends() -> None:
    text = "Un. Deux ! Trois…\nQuatre\n\n 3.14 Cinq? « Six. » Sept\n- 12 -"
    assert sentences(text) == ["Un.", "Deux !", "Trois…", "Quatre", "3.14 Cinq?", "« Six.", "Sept"]


@given(st.text())
def test_no_letter_of_a_prose_is_lost(text: str) -> None:
    clean = prose(text)
    letters = [char for char in clean if char.isalpha()]
    assert [char for one in sentences(clean) for char in one if char.isalpha()] == letters


@pytest.mark.parametrize("sign", ["[", "【", "\ue200", "`", "<script>", "](", '. "', "http://"])
def test_a_megabyte_of_one_sign_takes_no_longer_than_any_other(sign: str) -> None:
    # Looked through once per sign it would take hours, and this test would time out.
    assert len(prose(sign * (1_000_000 // len(sign)))) <= 1_000_000
