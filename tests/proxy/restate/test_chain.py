"""Part by part from one factor set to another."""

from __future__ import annotations

import pytest

from proxy.impact.estimate import Estimator
from proxy.restate.chain import ORDER, Chains
from tests.support.ledger import plain
from tests.support.restating import changed, finder, two_sets

OLD, NEW = two_sets()
ONE = plain(provider="azure-openai", model_asked="gpt-4o")


def test_the_order_is_that_of_the_manual() -> None:
    assert ORDER == ("models", "grid", "datacentres", "method")


def test_first_and_last_are_the_sets_themselves() -> None:
    chain = Chains(NEW, {}, finder(OLD, NEW)).find(OLD.name)
    assert chain is not None
    found = chain.estimates(ONE)
    assert len(found) == 1 + len(ORDER)
    assert found[0] == Estimator(OLD).estimate(ONE)
    assert found[-1] == Estimator(NEW).estimate(ONE)


def test_a_part_that_is_alike_is_not_worked_out_again() -> None:
    grid_only = {"electricity.yaml": ("gwp: {value: 41.44, low: 32,", "gwp: {value: 50, low: 32,")}
    other = changed(NEW, grid_only, "2026.09")
    chain = Chains(NEW, {}, finder(other, NEW)).find(other.name)
    assert chain is not None
    models, grid = chain.steps[1], chain.steps[2]
    assert models is chain.steps[0]
    assert grid is not models
    assert chain.steps[3] is chain.steps[4] is grid
    assert chain.estimates(ONE)[-1].energy_wh == Estimator(NEW).estimate(ONE).energy_wh


def test_parts_that_do_not_go_together_are_given_to_the_next() -> None:
    """The old set's data centres name a zone that only its own grids know."""
    documents = dict(NEW.documents)
    zone = documents["electricity.yaml"].partition("  SWE:\n")[2].partition("  IRL:\n")[0]
    documents["electricity.yaml"] = documents["electricity.yaml"].replace(
        "  SWE:\n", f"  XXX:\n{zone}  SWE:\n", 1
    )
    documents["datacentres.yaml"] = documents["datacentres.yaml"].replace(
        "zones: [USA, SWE, IRL, NLD]", "zones: [XXX, SWE, IRL, NLD]", 1
    )
    documents["set.yaml"] = documents["set.yaml"].replace(NEW.version, "2025.01")
    old = type(NEW)(documents, NEW.files).checked()
    chain = Chains(NEW, {}, finder(old, NEW)).find(old.name)
    assert chain is not None
    found = chain.estimates(ONE)
    assert found[2] == found[1]
    assert found[3] != found[2]
    assert found[-1].ghg_use_gco2e == Estimator(NEW).estimate(ONE).ghg_use_gco2e


@pytest.mark.parametrize("name", ["", "1999.01-cafe"])
def test_a_set_that_is_not_at_hand(name: str) -> None:
    assert Chains(NEW, {}, finder(NEW)).find(name) is None
