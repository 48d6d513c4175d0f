"""Spaces that must not break, put in for the writer of a catalogue."""

from __future__ import annotations

import pytest

from proxy.texts import typeset


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Quoi ?", "Quoi~?"),
        ("Ici : là ; oui !", "Ici~: là~; oui~!"),
        ("« un verre »", "«~un verre~»"),
        ("«un verre»", "«~un verre~»"),
        ("12 %", "12~%"),
        ("l'eau d'ici", "l’eau d’ici"),
        ("9:05 et http://x", "9:05 et http://x"),
    ],
)
def test_french(typed: str, printed: str) -> None:
    assert typeset(typed, "fr").replace("\u202f", "~") == printed


def test_typesetting_twice_changes_nothing() -> None:
    once = typeset("« Un verre d'eau ? » : 12 %", "fr")
    assert typeset(once, "fr") == once


def test_english_keeps_its_spaces() -> None:
    assert typeset("The council's share: 12%", "en") == "The council’s share: 12%"
