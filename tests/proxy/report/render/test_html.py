"""The HTML: self-contained, silent, whole, and the same for the same report."""

from __future__ import annotations

import itertools
import re
from functools import cache
from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from proxy.report.render import document
from proxy.report.render.html import html
from proxy.texts import LANGS, Lang
from tests.support.report_cases import CASES

both = pytest.mark.parametrize("lang", LANGS)
each = pytest.mark.parametrize("case", CASES)
VOID = {"meta", "link", "br", "hr", "img", "input"}


class Outline(HTMLParser):
    """Checks nesting, and keeps what tests ask about."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag

    def of(self, *names: str) -> list[tuple[str, dict[str, str | None]]]:
        return [(tag, attrs) for tag, attrs in self.tags if tag in names]


@cache
def made(case: str, lang: Lang) -> str:
    return html(document(CASES[case](), lang))


@cache
def outline(case: str, lang: Lang) -> Outline:
    parser = Outline()
    parser.feed(made(case, lang))
    parser.close()
    assert parser.open == []
    return parser


@each
@both
def test_it_loads_nothing_and_runs_nothing(case: str, lang: Lang) -> None:
    seen = outline(case, lang)
    assert seen.of("script", "link", "iframe", "object", "embed", "img", "form") == []
    handlers = [key for _, attrs in seen.tags for key in attrs if key.startswith("on")]
    assert handlers == []
    addresses = re.findall(r'(?:src|href|url)\s*[=(]\s*"?([^"\s)]+)', made(case, lang))
    assert [one for one in addresses if not one.startswith(("#", "data:font/woff2", "url(#"))] == []


@each
@both
def test_its_language_headings_and_addresses_are_sound(case: str, lang: Lang) -> None:
    seen = outline(case, lang)
    assert seen.of("html")[0][1]["lang"] == lang
    levels = [int(tag[1]) for tag, _ in seen.of("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    ids = [attrs["id"] for _, attrs in seen.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    targets = {str(attrs["href"])[1:] for _, attrs in seen.of("a")}
    assert targets <= set(ids)
    assert {"elus", "dsi", "agents", "coverage", "method"} <= targets


@each
@both
def test_tables_have_captions_and_heads(case: str, lang: Lang) -> None:
    seen = outline(case, lang)
    tables = len(seen.of("table"))
    assert len(seen.of("caption")) == tables
    assert all(attrs["scope"] in {"col", "row"} for _, attrs in seen.of("th"))


@each
@both
def test_charts_are_named_and_have_a_table_beside(case: str, lang: Lang) -> None:
    seen = outline(case, lang)
    charts = seen.of("svg")
    assert all(attrs["role"] == "img" and attrs["aria-labelledby"] for _, attrs in charts)
    assert len(seen.of("table")) >= len(charts)


def test_a_name_cannot_become_markup() -> None:
    report = CASES["month"]()
    hostile = '<script>alert("x")</script>'
    text = html(document(replace(report, head=replace(report.head, organisation=hostile)), "fr"))
    assert "<script" not in text
    assert "&lt;script&gt;" in text


@both
def test_the_same_report_gives_the_same_text(lang: Lang) -> None:
    assert html(document(CASES["month"](), lang)) == made("month", lang)


@each
@both
def test_each_part_says_that_the_data_are_simulated(case: str, lang: Lang) -> None:
    mark = {"fr": "DONNÉES SIMULÉES", "en": "SIMULATED DATA"}[lang]
    assert made(case, lang).count(mark) == 1 + 3 + 1


@both
def test_real_data_are_not_called_simulated(lang: Lang) -> None:
    report = CASES["month"]()
    real = replace(report, head=replace(report.head, simulated=False))
    assert "SIMUL" not in html(document(real, lang))
