"""The change is split into method, uses and models, and its parts add up exactly."""

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.year.fill import earlier_set, finder
from proxy.impact import FactorError
from proxy.impact.estimate import Estimator
from proxy.impact.factors import FactorSet, load
from proxy.ledger import Entry
from proxy.report.model_cost import Change, ChangeLine
from tests.support.ledger import plain
from tests.support.towns import at, entry, monthly

SIDES = ("low", "central", "high")
EARLIER, SHIPPED = Estimator(earlier_set()), Estimator(load())
MODELS = ("mistral-small-latest", "mistral-large-latest", "gpt-4o-mini")


def priced(
    when: float, by: Estimator, model: str = MODELS[0], out: int = 200, department: str = "dsi"
) -> Entry:
    exchange = msgspec.structs.replace(
        plain(when), department=department, model_asked=model, output_tokens=out
    )
    named = msgspec.structs.replace(exchange, model=by.model_name(exchange))
    return Entry(named, by.impact(named))


def change(
    folder: Path, before: list[Entry], now: list[Entry], find: Callable[[str], FactorSet] = load
) -> Change:
    return monthly(folder, [*before, *now], find=find).change


def line(found: Change, quantity: str = "energy") -> ChangeLine:
    return next(one for one in found.lines if one.quantity == quantity)


def test_twice_the_uses_is_all_uses(tmp_path: Path) -> None:
    before = [entry(at(5, month=9)) for _ in range(3)]
    found = line(change(tmp_path, before, [entry(at(5)) for _ in range(6)]))
    # `impact()` has 0.1, 0.5 and 2.7 Wh.
    assert found.before.central == pytest.approx(1.5)
    assert found.after.central == pytest.approx(3.0)
    assert found.uses is not None
    assert found.uses.central == pytest.approx(1.5)
    assert (found.method, found.models) == (
        msgspec.structs.replace(found.uses, low=0.0, central=0.0, high=0.0),
    ) * 2


def test_another_model_for_the_same_uses_is_all_models(tmp_path: Path) -> None:
    before = [entry(at(5, month=9), model="small") for _ in range(4)]
    now = [entry(at(5), 1.0, model="small"), *(entry(at(5), 3.0, model="large") for _ in range(3))]
    found = line(change(tmp_path, before, now))
    assert found.uses is not None
    assert found.models is not None
    # Four requests of 0.5 Wh; now three of them take 1.5 Wh: 2 Wh before, 5 Wh now.
    assert (found.before.central, found.after.central) == (2.0, 5.0)
    assert (found.uses.central, found.models.central) == (0.0, 3.0)


def test_longer_answers_of_the_same_model_are_uses(tmp_path: Path) -> None:
    before = [entry(at(5, month=9), 1.0)]
    found = line(change(tmp_path, before, [entry(at(5), 2.0)]))
    assert found.models is not None
    assert found.models.central == pytest.approx(0)
    assert found.uses is not None
    assert found.uses.central == pytest.approx(found.after.central - found.before.central)


def test_a_new_factor_set_alone_is_all_method(tmp_path: Path) -> None:
    """What the bridge works out from sums is what the new set says of the exchanges."""
    before = [priced(at(5, month=9), EARLIER) for _ in range(3)]
    now = [priced(at(5), SHIPPED) for _ in range(3)]
    found = line(change(tmp_path, before, now, find=finder()))
    assert found.method is not None
    assert found.after_method is not None
    for side in SIDES:
        assert getattr(found.after_method, side) == pytest.approx(getattr(found.after, side))
    assert found.method.central == pytest.approx(found.after.central - found.before.central)
    assert found.method.central > 0.05 * found.before.central


def test_the_same_factor_set_changes_nothing_by_method(tmp_path: Path) -> None:
    """To the last bit: sums by model, added up, differ from the sum of all by rounding."""
    before = [
        priced(at(5, month=9), SHIPPED, model, 137 + 611 * place, department)
        for department in ("dsi", "ccas", "culture")
        for place, model in enumerate(MODELS)
    ]
    found = change(tmp_path, before, [priced(at(5), SHIPPED, MODELS[1], 333)], find=finder())
    assert found.split == "done"
    for one in found.lines:
        assert one.method is not None
        assert one.after_method == one.before
        assert [getattr(one.method, side) for side in SIDES] == [0.0, 0.0, 0.0]


def test_a_factor_set_that_is_not_at_hand(tmp_path: Path) -> None:
    def find(name: str) -> FactorSet:
        raise FactorError("archive", name, "there is no such factor set", "Restore it.")

    before = [priced(at(5, month=9), EARLIER)]
    found = change(tmp_path, before, [priced(at(5), SHIPPED)], find=find)
    assert (found.split, found.missing_sets) == (
        "factor_set_missing",
        (EARLIER.factors.name,),
    )
    assert line(found).method is None
    assert line(found).after.central != line(found).before.central


def test_nothing_before(tmp_path: Path) -> None:
    found = change(tmp_path, [], [entry(at(5))])
    assert (found.comparable, found.split, found.lines) == (False, "no_before", ())


def test_no_estimate_now(tmp_path: Path) -> None:
    bare = msgspec.structs.replace(entry(at(5)).exchange, output_tokens=None)
    found = change(tmp_path, [entry(at(5, month=9))], [Entry(bare)])
    assert found.split == "no_impact"
    assert line(found).after.central == 0


USES = st.lists(
    st.tuples(st.sampled_from(MODELS), st.integers(1, 5000), st.booleans()), min_size=1, max_size=6
)


@settings(max_examples=6, deadline=None)
@given(before=USES, now=USES)
def test_the_parts_add_up_exactly(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[tuple[str, int, bool]],
    now: list[tuple[str, int, bool]],
) -> None:
    folder = tmp_path_factory.mktemp("town")
    first = [priced(at(5, month=9), EARLIER if old else SHIPPED, m, n) for m, n, old in before]
    then = [priced(at(5), EARLIER if old else SHIPPED, m, n) for m, n, old in now]
    found = change(folder, first, then, find=finder())
    assert found.split == "done"
    for one in found.lines:
        stages = (one.before, one.after_method, one.after_uses, one.after)
        for side in SIDES:
            values = [Fraction(getattr(stage, side)) for stage in stages]
            steps = [new - old for old, new in pairwise(values)]
            assert sum(steps) == values[-1] - values[0]
            for step, part in zip(steps, (one.method, one.uses, one.models), strict=True):
                assert getattr(part, side) == float(step)
        assert one.after_uses is not None
        assert one.after_uses.low <= one.after_uses.central <= one.after_uses.high


def test_a_period_before_that_began_late_is_no_whole_one(tmp_path: Path) -> None:
    """Jauge was installed on 21 September: October is not ten times September."""
    late = change(tmp_path / "late", [entry(at(21, month=9))], [entry(at(5))])
    assert (late.before_since, late.until) == ("2026-09-21", "")
    whole = change(tmp_path / "whole", [entry(at(1, hour=8, month=9))], [entry(at(5))])
    assert whole.before_since == ""
    older = [entry(at(5, month=7)), entry(at(21, month=9))]
    assert change(tmp_path / "older", older, [entry(at(5))]).before_since == ""
    assert change(tmp_path / "first", [], [entry(at(5))]).before_since == ""


def test_a_period_under_way_says_where_its_figures_end(tmp_path: Path) -> None:
    entries = [entry(at(1, month=10)), entry(at(5, month=11))]
    found = monthly(tmp_path, entries, "2026-11").change
    assert found.until == "2026-11-05T11:00:00+01:00"
