from __future__ import annotations

import pytest

from proxy.web.negotiate import language


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("", "fr"),
        ("*", "fr"),
        ("de-DE,de;q=0.9", "fr"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("fr;q=0.3, en;q=0.7", "en"),
        ("de, EN-us;q=0.5, fr;q=0.5", "en"),
        ("en;q=0, fr", "fr"),
        ("en;q=nonsense, fr;q=0.1", "fr"),
        ("en;q=, ;;,,", "fr"),
        ("frisian, english", "fr"),
    ],
)
def test_the_language_that_a_browser_asks_for(header: str, lang: str) -> None:
    assert language(header) == lang
