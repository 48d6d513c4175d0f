"""Where a report shows the first lines only, it says how many more there are."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from proxy.report.render.blocks import Block, Para, Table
from proxy.report.render.dsi.answers import answers
from proxy.report.render.dsi.incidents import incidents
from proxy.report.render.glass import glass_section
from proxy.report.render.say import Say
from tests.support.reports import example_report


def tables(blocks: Iterable[Block]) -> list[Table]:
    return [one for one in blocks if isinstance(one, Table)]


@pytest.mark.parametrize(
    ("tools", "wanted"),
    [(4, ""), (5, "And 1 more tool, in report.json."), (9, "And 5 more tools, in report.json.")],
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
