"""The parts of a change add up to it exactly, whatever the figures."""

from __future__ import annotations

from fractions import Fraction
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from proxy.records import QUANTITIES
from proxy.restate.outcome import CAUSES, ORIGINAL, STAGES, Check, Outcome, Progress
from proxy.restate.text import _SHOWN, _rounded, as_data, as_text
from proxy.restate.vector import BOUNDS, WIDTH

values = st.floats(min_value=0, max_value=1e15, allow_subnormal=False)
vectors = st.lists(values, min_size=WIDTH, max_size=WIDTH)
stages = st.lists(vectors, min_size=len(STAGES), max_size=len(STAGES))


def outcome(found: list[list[float]]) -> Outcome:
    progress = Progress(requests=3, exact_hours=2, totals=dict(zip(STAGES, found, strict=True)))
    return Outcome("2027.01-beef", 0, 3600, written=True, resumed=False, progress=progress)


@given(stages)
def test_parts_add_up_to_the_last_bit(found: list[list[float]]) -> None:
    one = outcome(found)
    for quantity in QUANTITIES:
        for bound in BOUNDS:
            parts = sum((one.part(cause, quantity, bound) for cause in CAUSES), Fraction(0))
            assert parts == one.change(quantity, bound)
            # Those that are not shown changed nothing.
            shown = sum((one.part(cause, quantity, bound) for cause in one.causes()), Fraction(0))
            assert shown == parts


@given(stages)
def test_printed_parts_add_up_as_printed(found: list[list[float]]) -> None:
    one = outcome(found)
    for quantity in _SHOWN:
        rounded = _rounded(one, quantity)
        for bound in BOUNDS:
            total = rounded[ORIGINAL, bound]
            for cause in one.causes():
                before = STAGES[STAGES.index(cause) - 1]
                total += rounded[cause, bound] - rounded[before, bound]
            assert total == rounded[STAGES[-1], bound]


@given(st.lists(stages, min_size=1, max_size=5))
def test_progress_adds_and_comes_back_as_it_was(many: list[list[list[float]]]) -> None:
    import msgspec

    progress = Progress()
    for one in many:
        progress.add([tuple(values) for values in one])
    progress.check("2026-10").requests += 1
    expected = 0.0
    for one in many:
        expected += one[0][0]
    assert progress.totals[ORIGINAL][0] == expected
    assert msgspec.json.decode(msgspec.json.encode(progress), type=Progress) == progress


def test_text_and_data_say_what_happened() -> None:
    found = [[1000.0 * (index + 1)] * WIDTH for index in range(len(STAGES))]
    one = outcome(found)
    one.progress.missing_sets.append("2025.01-dead")
    one.progress.checks["2026-10"] = Check(5, [2.0] * WIDTH, [2.1] * WIDTH)
    text = as_text(one, ZoneInfo("Europe/Paris"))
    assert "3 exchanges from the start to 1970-01-01 02:00 restated by" in text
    assert "2 hours from their rows" in text
    assert "2025.01-dead" in text
    assert "+5.00 %, +5.00 %" in text
    for name, explained in CAUSES.items():
        assert f"  {name}: {explained}" in text
    data = as_data(one)
    assert data["order"] == list(CAUSES)
    energy = data["quantities"]["energy_wh"]  # type: ignore[index]
    assert energy["change"]["low"] == 8000.0
    assert sum(part["low"] for part in energy["causes"].values()) == 8000.0
    errors = data["approximation"]["2026-10"]["relative_error"]  # type: ignore[index]
    assert round(errors["energy_wh"]["high"], 12) == 0.05


def test_without_checks_the_error_is_said_to_be_unknown() -> None:
    text = as_text(outcome([[0.0] * WIDTH] * len(STAGES)), ZoneInfo("Europe/Paris"))
    assert "the error of the approximation is not known" in text
    assert Check().errors() == [None] * WIDTH
