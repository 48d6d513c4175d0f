"""Flags in the DSI's part: what is another series says so."""

from __future__ import annotations

from msgspec.structs import replace

from proxy.report.render.blocks import Table
from proxy.report.render.dsi.answers import answers
from proxy.report.render.say import Say
from tests.support.reports import example_report


def test_two_threshold_sets_of_one_month_are_told_apart() -> None:
    report = example_report()
    line = report.toxicity.lines[0]
    lines = tuple(replace(line, threshold_set=f"t1@{rate}") for rate in ("0.01", "0.001"))

    def names(*shown: object) -> set[str]:
        told = replace(report.toxicity, lines=shown)
        tables = [
            one
            for one in answers(replace(report, toxicity=told), Say("en"))
            if isinstance(one, Table)
        ]
        return {row[0] for row in tables[0].rows if row[0].startswith("Toxicity,")}

    assert names(lines[0]) == {"Toxicity, French"}
    assert names(*lines) == {
        f"Toxicity, French ({line.classifier} {line.version}, t1@{rate})"
        for rate in ("0.01", "0.001")
    }
