"""Models as the estimate sees them."""

from __future__ import annotations

import pytest

from proxy.impact.cards import as_family, from_ecologits
from proxy.impact.ecologits_data import EcoModel
from proxy.records import Range


def eco(**changes: object) -> EcoModel:
    values: dict[str, object] = {
        "active_b": (44.0, 132.0),
        "total_b": (440.0, 440.0),
        "tokens_per_s": 84.0,
        "first_token_s": None,
        "warnings": (),
        "version": "0",
    }
    return EcoModel(**(values | changes))  # type: ignore[arg-type]


def sides(span: Range) -> tuple[float, float, float]:
    return span.low, span.central, span.high


def test_a_released_architecture_is_computed_a_guessed_one_is_not() -> None:
    released, guessed = (
        from_ecologits("Vendor/Model-1", eco(warnings=warnings))
        for warnings in ((), ("model-arch-not-released",))
    )
    assert (released.name, released.tier, released.quality) == ("model-1", 2, "B")
    assert (guessed.tier, guessed.quality) == (3, "C")


def test_a_published_range_gets_the_geometric_centre() -> None:
    card = from_ecologits("m", eco())
    assert sides(card.active_b) == pytest.approx((44.0, (44 * 132) ** 0.5, 132.0))
    assert sides(card.total_b) == pytest.approx((440.0, 440.0, 440.0))
    assert not card.dense


def test_who_stands_for_a_family_is_guessed_and_wider() -> None:
    card = from_ecologits("m", eco(active_b=(8.0, 8.0), total_b=(8.0, 8.0)))
    family = as_family(card, Range(0.5, 1.0, 2.0))
    assert card.dense
    assert family.dense
    assert (family.name, family.tier, family.quality) == ("m", 3, "C")
    assert sides(family.active_b) == pytest.approx((4.0, 8.0, 16.0))
    assert family.tokens_per_s is None
