"""Where a report shows the first lines only, it says how many more there are."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from proxy.report.rates import flagged
from proxy.report.render.blocks import Block, Bullets, Para, Table
from proxy.report.render.dsi.answers import answers
from proxy.report.render.dsi.applications import applications
from proxy.report.render.dsi.footprint import footprint
from proxy.report.render.dsi.incidents import incidents
from proxy.report.render.glass import glass_section
from proxy.report.render.say import Say, summed
from tests.support.reports import example_report


def tables(blocks: Iterable[Block]) -> list[Table]:
    return [one for one in blocks if isinstance(one, Table)]


@pytest.mark.parametrize(
    ("tools", "wanted"),
    [(4, ""), (5, "And 1 more tool, in the CSV file."), (9, "And 5 more tools, in the CSV file.")],
)
def test_tools_of_the_glass(tools: int, wanted: str) -> None:
    glass = example_report().glass
    whole = next(line for line in glass.lines if not line.tool)
    by = tuple(replace(whole, tool=f"tool-{n}", label="") for n in range(tools))
    table = tables(glass_section(replace(glass, lines=(whole, *by)), Say("en")))[0]
    assert len(table.rows) == 5
    assert table.note == f"{Say('en').t('glass.note')} {wanted}".rstrip()


@pytest.mark.parametrize(
    ("lang", "tools", "wanted"),
    [
        ("en", 3, "t0, t1 and t2"),
        ("en", 4, "t0, t1, t2 and 1 more"),
        ("fr", 4, "t0, t1, t2 et 1 autre"),
        ("fr", 7, "t0, t1, t2 et 4 autres"),
    ],
)
def test_tools_of_an_incident(lang: str, tools: int, wanted: str) -> None:
    report = example_report()
    say = Say("fr" if lang == "fr" else "en")
    gap = replace(report.incidents.gaps[0], tools=tuple(f"t{n}" for n in range(tools)))
    told = replace(report.incidents, gaps=(gap,))
    row = tables(incidents(replace(report, incidents=told), say))[0].rows[0]
    assert row[2] == wanted


def test_a_tool_that_was_only_seen_has_its_name() -> None:
    """One whose connections stayed closed is in no table of uses."""
    report = example_report()
    gap = replace(report.incidents.gaps[0], tools=("copilot", "new"), labels=("Copilot", ""))
    told = replace(report.incidents, gaps=(gap,))
    row = tables(incidents(replace(report, incidents=told), Say("en")))[0].rows[0]
    assert row[2] == "Copilot and new"


ROWS = pytest.mark.parametrize(("lines", "rows"), [(1, 1), (6, 6), (7, 6), (20, 6)])
"""Five and the sum of the others: never a sum of one."""


@ROWS
def test_tools_of_the_answers_are_added_up(lines: int, rows: int) -> None:
    report = example_report()
    one = replace(report.toxicity.tools[0], flagged=flagged(2, 1_000), answers=1_000)
    told = replace(report.toxicity, tools=(one,) * lines, faces=())
    table = tables(answers(replace(report, toxicity=told), Say("en")))[1]
    assert len(table.rows) == rows
    counted = [[int(cell.replace(",", "")) for cell in row[1:3]] for row in table.rows]
    assert [sum(column) for column in zip(*counted, strict=True)] == [2 * lines, 1_000 * lines]
    if rows < lines:
        rest = lines - 5
        say = Say("en")
        assert table.rows[-1][0] == f"{rest} others"
        assert table.rows[-1][3] == say.rate(flagged(2 * rest, 1_000 * rest))


@ROWS
def test_places_are_added_up(lines: int, rows: int) -> None:
    report = example_report()
    place = report.footprint.places[0]
    told = replace(report.footprint, places=(place,) * lines, quality=(), sensitivity=())
    say = Say("en")
    table = tables(footprint(replace(report, footprint=told), say))[1]
    assert len(table.rows) == rows
    if rows < lines:
        rest = lines - 5
        unit = say.unit_of([place.energy])
        assert table.rows[-1][:2] == (f"{rest} others", say.count(rest * place.requests))
        assert table.rows[-1][3] == say.cost_in(summed([place.energy] * rest), unit)


def test_applications_and_clients_are_added_up_and_a_duty_is_said_once() -> None:
    report = example_report()
    one = replace(
        report.applications.declared[0],
        requests=10, scored=8, flagged=flagged(1, 8), duties=("ai_act_50", "say_decisions"),
    )  # fmt: skip
    client = replace(report.applications.undeclared[0], requests=3)
    told = replace(
        report.applications,
        declared=tuple(replace(one, label=f"a{n}") for n in range(20)),
        undeclared=(client,) * 9,
        api_requests=100,
    )
    made = list(applications(replace(report, applications=told), Say("en")))
    declared, clients = tables(made)
    assert declared.rows[-1][:5] == ("13 others", "–", "–", "130", "104")
    assert declared.rows[-1][5] == Say("en").rate(flagged(13, 104))
    assert clients.rows[-1] == ("4 others", "–", "12", "12%")
    (duties,) = [block.items for block in made if isinstance(block, Bullets)]
    assert [duty.rpartition(": ")[2] for duty in duties] == ["a0, a1, a2, a3 and 16 more."] * 2
    assert "article 50" in duties[0]


def test_rates_of_the_chart() -> None:
    report = example_report()
    line = report.toxicity.lines[0]
    one = next(one for one in line.classes if one.flagged.whole)

    def said(classes: int) -> list[str]:
        lines = (replace(line, classes=(one,) * classes),)
        told = replace(report.toxicity, lines=lines)
        made = list(answers(replace(report, toxicity=told), Say("en")))
        assert len(tables(made)[0].rows) == classes
        return [block.text for block in made if isinstance(block, Para) and "below" in block.text]

    assert said(12) == []
    assert said(13) == ["And 1 more line, in the table below."]
    assert said(30) == ["And 18 more lines, in the table below."]
