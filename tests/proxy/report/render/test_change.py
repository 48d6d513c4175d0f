"""The change in words: parts with their signs and ends, and no dust of adding floats."""

from __future__ import annotations

from msgspec.structs import replace

from proxy.records import Range
from proxy.report.figures import Amount, amount
from proxy.report.render.blocks import Para, Table
from proxy.report.render.change import change_table
from proxy.report.render.say import Say
from tests.support.reports import example_report


def wh(low: float, central: float, high: float) -> Amount:
    return amount("energy", "Wh", Range(low, central, high), "estimate/x")


def cells(**changes: Amount) -> tuple[str, ...]:
    change = example_report().change
    line = replace(change.lines[0], **changes)
    (table,) = change_table(replace(change, lines=(line,)), Say("en"))
    assert isinstance(table, Table)
    return table.rows[0]


def test_a_part_shows_its_centre_and_its_ends() -> None:
    row = cells(
        before=wh(100, 200, 900),
        after=wh(150, 260, 700),
        uses=wh(50, 60, -200),
        models=wh(-1, -2, -30),
        method=wh(0, 0, 0),
    )
    assert row == (
        "Electricity, Wh",
        "100\u00a0– 200\u00a0– 900",
        "+60\n(+50 to −200)",
        "+60\n(+50 to −200)",
        "−2.0\n(−1.0 to −30)",
        "0",
    )


def test_what_adding_floats_leaves_behind_is_nothing() -> None:
    row = cells(
        before=wh(100, 200, 900), after=wh(100, 200, 900), method=wh(-1.1e-13, 3e-13, 7.3e-14)
    )
    assert row[-1] == "0"


def test_a_period_that_was_not_observed_is_not_compared() -> None:
    change = replace(example_report().change, comparable=False, lines=())
    (told,) = change_table(change, Say("fr"))
    assert told == Para(
        "Pas de comparaison possible\u202f: septembre\u00a02026 n’a pas été observé."
    )


def test_a_period_that_is_not_whole_is_told_above_the_table() -> None:
    change = replace(
        example_report().change, before_since="2026-09-21", until="2026-11-13T00:00:00+01:00"
    )
    *told, table = change_table(change, Say("fr"))
    assert isinstance(table, Table)
    first, second = (one.text for one in told if isinstance(one, Para))
    assert "rien n\u2019est enregistré avant le 21\u00a0septembre 2026" in first
    assert "s\u2019arrêtent au 12\u00a0novembre 2026" in second


def test_one_request_is_said_in_the_singular() -> None:
    change = replace(example_report().change, requests_before=3, requests=1)
    (table,) = change_table(change, Say("fr"))
    assert isinstance(table, Table)
    assert "(3 puis 1 requête, −67\u202f%)" in table.caption
