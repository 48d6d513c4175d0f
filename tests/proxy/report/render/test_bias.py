"""Bias in the DSI's part: what matters first, the rest counted."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from proxy.report.figures import Share
from proxy.report.model_answers import BiasComparison, BiasLine
from proxy.report.render.blocks import Table
from proxy.report.render.dsi.bias import bias
from proxy.report.render.say import Say
from proxy.report.render.tables import TABLES
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
    assert len(table.rows) == 8
    assert table.note == "And 6 more lines, in the CSV file."


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


def scores() -> BiasComparison:
    return replace(
        example_report().bias.comparisons[1],
        key="group/old/toxicity",
        part=1.2,
        whole=30,
        other_part=9.0,
        other_whole=900,
        ratio=None,
        low=0.01,
        high=0.05,
    )


def test_a_mean_score_is_no_percentage() -> None:
    told = replace(example_report().bias, comparisons=(scores(),))
    table = [block for block in bias(told, Say("en")) if isinstance(block, Table)][-1]
    assert table.rows[0][1:3] == ("0.040", "0.010")


def test_a_comparison_is_whole_in_its_csv_file() -> None:
    report = example_report()
    report = replace(
        report, bias=replace(report.bias, comparisons=(*report.bias.comparisons, scores()))
    )
    sheet = TABLES["comparisons"](report, Say("fr"))
    shares, _, means = (dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows)
    assert (shares["part"], shares["whole"], shares["other_part"], shares["other_whole"]) == (
        61,
        840,
        33,
        1102,
    )
    assert (shares["times"], shares["times_low"], shares["times_high"]) == (2.43, 1.58, 3.72)
    assert shares["label"] == "Phrases sur des femmes\u202f: soin et douceur"
    assert (means["times"], means["difference_low"], means["difference_high"]) == (None, 0.01, 0.05)
    assert means["ratio"] == pytest.approx(0.04)
    assert means["difference"] == pytest.approx(0.03)
