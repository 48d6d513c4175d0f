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


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("7,2 à 21 kWh", "7,2 à 21_kWh"),
        ("un verre de 200 mL, 3 L", "un verre de 200_mL, 3_L"),
        ("13 à 340 kg\u00a0CO₂e", "13 à 340_kg_CO₂e"),
        ("loi n° 2021-1485", "loi n°_2021-1485"),
        ("12 Loire, 5 kobolds", "12 Loire, 5 kobolds"),
    ],
)
def test_a_number_stays_with_its_unit(typed: str, printed: str) -> None:
    assert typeset(typed, "fr").replace("\u00a0", "_") == printed


def test_a_number_stays_with_its_unit_in_english() -> None:
    assert typeset("7.2 to 21 kWh, 6 kB", "en") == "7.2 to 21\u00a0kWh, 6\u00a0kB"


def test_typesetting_twice_changes_nothing() -> None:
    once = typeset("« Un verre d'eau ? » : 12 %", "fr")
    assert typeset(once, "fr") == once


def test_english_keeps_its_spaces() -> None:
    assert typeset("The council's share: 12%", "en") == "The council’s share: 12%"
