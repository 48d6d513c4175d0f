"""Contrast, measured pair by pair."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from proxy.look import DARK, LIGHT, PAIRS, contrast


def test_contrast_as_the_standard_defines_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_every_pair_is_legible(
    palette: Mapping[str, str], front: str, ground: str, least: float
) -> None:
    assert contrast(palette[front], palette[ground]) >= least


def test_both_schemes_have_the_same_roles() -> None:
    assert set(LIGHT) == set(DARK)
    assert {role for pair in PAIRS for role in pair[:2]} <= set(LIGHT)
