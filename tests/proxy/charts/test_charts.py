"""Charts as a reader of SVG meets them: named, described, whole, and true to their data."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.charts import (
    WIDTH,
    Bar,
    Month,
    Part,
    Rate,
    monthly_band,
    range_bars,
    rates,
    shares,
)
from proxy.look import width
from proxy.records import Range
from proxy.texts import Texts

FR, EN = Texts("fr"), Texts("en")
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>\"&'</script>"
values = st.floats(min_value=1e-6, max_value=1e9)
ranges = st.tuples(values, values, values).map(lambda three: Range(*sorted(three)))


def bars(*rows: tuple[str, Range]) -> str:
    given_rows = [Bar(label, span, FR.range(span, "Wh")) for label, span in rows]
    return range_bars("bars", "Titre", "Description", given_rows, FR)


def months(*spans: Range | None) -> str:
    given_months = [Month(f"2026-{n:02}", span) for n, span in enumerate(spans, 1)]
    return monthly_band("months", "Titre", "Description", "kWh", given_months, FR)


EXAMPLES = {
    "bars": bars(("chatgpt", Range(1, 2, 5)), ("le-chat", Range(2, 3, 4))),
    "months": months(Range(1, 2, 3), None, Range(2, 3, 4), Range(3, 4, 5)),
    "shares": shares(
        "shares", "Titre", "Description", [Part(HOSTILE, 3, "3"), Part("b", 1, "1")], FR
    ),
    "rates": rates("rates", "Titre", "Description", [Rate("a", 0, 0.01, 0.02, "1 %")], FR),
}


def labels(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_chart_is_named_and_described(name: str) -> None:
    root = ET.fromstring(EXAMPLES[name])
    assert root.get("role") == "img"
    named = [root.find(f".//*[@id='{ident}']") for ident in root.attrib["aria-labelledby"].split()]
    assert [element.text for element in named if element is not None] == ["Titre", "Description"]
    assert [child.tag for child in list(root)[:2]] == [f"{SVG}title", f"{SVG}desc"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_chart_runs_nothing_and_loads_nothing(name: str) -> None:
    svg = EXAMPLES[name]
    root = ET.fromstring(svg)
    assert {element.tag for element in root.iter()} <= {
        SVG + tag
        for tag in (
            *("svg", "title", "desc", "defs", "pattern"),
            *("text", "rect", "line", "path", "circle"),
        )
    }
    assert re.findall(r'(?:href|style|on\w+)="', svg) == []


def test_labels_are_escaped() -> None:
    assert HOSTILE in labels(EXAMPLES["shares"])


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_same_data_give_the_same_bytes(name: str) -> None:
    again = {
        "bars": bars(("chatgpt", Range(1, 2, 5)), ("le-chat", Range(2, 3, 4))),
        "months": months(Range(1, 2, 3), None, Range(2, 3, 4), Range(3, 4, 5)),
    }
    assert again.get(name, EXAMPLES[name]) == EXAMPLES[name]


def bands(svg: str) -> list[ET.Element]:
    return [e for e in ET.fromstring(svg).iter(f"{SVG}rect") if e.get("class") == "c-band"]


@given(st.lists(ranges, min_size=1, max_size=6))
def test_bars_keep_their_order_and_stay_inside(spans: list[Range]) -> None:
    svg = bars(*((f"tool-{n}", span) for n, span in enumerate(spans)))
    found = bands(svg)
    assert len(found) == len(spans)
    marks = [e for e in ET.fromstring(svg).iter(f"{SVG}rect") if e.get("class") == "c-central"]
    for bar, mark in zip(found, marks, strict=True):
        start, end = float(bar.attrib["x"]), float(bar.attrib["x"]) + float(bar.attrib["width"])
        centre = float(mark.attrib["x"]) + 1.75
        assert -0.01 <= start <= centre + 0.02
        assert centre - 0.02 <= end <= WIDTH


def test_a_wide_field_gets_a_logarithmic_axis_and_says_so() -> None:
    wide = bars(("a", Range(0.2, 1, 4)), ("b", Range(100, 400, 1300)))
    assert "échelle logarithmique" in labels(wide)
    assert {"0,1", "1", "10", "100", "1\u202f000", "10\u202f000"} <= set(labels(wide))
    assert "échelle logarithmique" not in labels(bars(("a", Range(1, 2, 5))))


def test_a_range_without_limit_runs_to_the_end_of_the_axis() -> None:
    svg = bars(("a", Range(10, 20, math.inf)), ("b", Range(10, 20, 40)))
    endless, other = bands(svg)
    right = float(endless.attrib["x"]) + float(endless.attrib["width"])
    assert float(other.attrib["x"]) + float(other.attrib["width"]) == pytest.approx(right, abs=0.02)
    assert svg.count("<path") == 1


def test_no_label_leaves_the_picture() -> None:
    long = "Direction de la transition numérique, de la relation aux usagers et des archives " * 2
    svg = bars((long, Range(1, 2, 5)), ("b", Range(1, 2, 3)))
    for element in ET.fromstring(svg).iter(f"{SVG}text"):
        x, wide = float(element.attrib["x"]), width(element.text or "", 12.5)
        shift = {"middle": wide / 2, "end": wide}.get(element.get("text-anchor", ""), 0.0)
        assert x - shift >= -0.5
        assert x - shift + wide <= WIDTH + 0.5


def test_a_month_that_was_not_observed_is_a_hole() -> None:
    svg = months(Range(1, 2, 3), None, Range(2, 3, 4), Range(3, 4, 5))
    root = ET.fromstring(svg)
    assert len(list(root.iter(f"{SVG}circle"))) == 3
    assert labels(svg).count("?") == 1
    bands_drawn = [e for e in root.iter(f"{SVG}path") if e.get("class") == "c-band"]
    assert len(bands_drawn) == 1


def test_no_month_at_all_is_an_empty_axis() -> None:
    assert labels(months(None)).count("?") == 1


def test_months_may_be_all_zero() -> None:
    svg = months(Range(0, 0, 0), Range(0, 0, 0))
    assert "NaN" not in svg
    assert "nan" not in svg


def test_shares_fill_the_width_in_proportion() -> None:
    svg = shares("s", "t", "d", [Part("a", 3, "3"), Part("b", 1, "1")], EN)
    pieces = [e for e in ET.fromstring(svg).iter(f"{SVG}rect") if e.get("height") == "33"]
    assert [float(e.attrib["width"]) + 1 for e in pieces] == pytest.approx(
        [WIDTH * 0.75, WIDTH * 0.25]
    )
    assert {"75%", "25%", "a", "b"} <= set(labels(svg))


def test_parts_differ_without_colour() -> None:
    parts = [Part(str(n), 1, "1") for n in range(5)]
    root = ET.fromstring(shares("s", "t", "d", parts, EN))
    marks = [
        "".join(child.tag + child.get("d", "") + child.get("r", "") for child in pattern)
        for pattern in root.iter(f"{SVG}pattern")
    ]
    assert len(marks) == len(set(marks)) == 4


def test_shares_of_nothing_or_of_too_many_are_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        shares("s", "t", "d", [Part("a", 0, "0")], EN)
    with pytest.raises(ValueError, match="at most 5"):
        shares("s", "t", "d", [Part("a", 1, "1")] * 6, EN)


def test_an_identifier_that_would_break_the_page_is_refused() -> None:
    with pytest.raises(ValueError, match="identifier"):
        rates('x" onload="', "t", "d", [Rate("a", 0, 0, 0, "0")], EN)


def test_rates_have_whiskers_that_hold_their_dot() -> None:
    root = ET.fromstring(EXAMPLES["rates"])
    dot = next(root.iter(f"{SVG}circle"))
    whisker = next(e for e in root.iter(f"{SVG}line") if e.get("class") == "c-line")
    low, high = float(whisker.attrib["x1"]), float(whisker.attrib["x2"])
    assert low < float(dot.attrib["cx"]) < high
