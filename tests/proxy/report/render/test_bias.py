"""Bias in the DSI's part: what matters first, the rest counted."""

from __future__ import annotations

from msgspec.structs import replace

from proxy.report.figures import Share
from proxy.report.model_answers import BiasLine
from proxy.report.render.blocks import Table
from proxy.report.render.dsi.bias import bias
from proxy.report.render.say import Say
from tests.support.reports import example_report


def line(key: str, part: int, note: str = "", reference: float | None = None) -> BiasLine:
    return BiasLine(
        key=key,
        language="fr",
        counted=Share(part=part, whole=1_000, unit="mentions", low=0.1, high=0.9),
        version="1",
        note=note,
        reference=reference,
        reference_source="parity" if reference else "",
    )


def test_what_leaves_its_reference_comes_first_and_the_rest_is_counted() -> None:
    told = example_report().bias
    named = [line(f"group/{name}", 10 * at) for at, name in enumerate(("roma", "old", "young"), 1)]
    many = [line(f"occupation/{n}/women", 500, "within", 0.5) for n in ("health", "office") * 5]
    apart = line("gendered/women", 300, "apart", 0.5)
    blocks = bias(replace(told, lines=(*named, *many, apart), comparisons=()), Say("en"))
    (table,) = [block for block in blocks if isinstance(block, Table)]
    assert table.rows[0][0] == "Gendered mentions: share of women"
    assert len(table.rows) == 10
    assert table.note == "And 4 more lines, in the CSV file."


def test_established_differences_come_first() -> None:
    told = example_report().bias
    first, second = told.comparisons[:2]
    pair = (
        replace(first, differs=False, whole=9_000),
        replace(second, state="measured", differs=True, whole=10),
    )
    blocks = bias(replace(told, lines=(), comparisons=pair), Say("fr"))
    (table,) = [block for block in blocks if isinstance(block, Table)]
    assert [row[-1] for row in table.rows] == ["différence", "pas de différence établie"]
    assert table.note == ""
