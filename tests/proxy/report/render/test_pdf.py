"""The PDF: PDF/UA-1 by a validator that can fail, whole, on as many pages as promised."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import cast

import page
import pypdf
import pytest
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from proxy.report.render import document
from proxy.report.render.blocks import Pair, Table
from proxy.report.render.pdf import pdf
from proxy.texts import LANGS, Lang
from tests.support.report_cases import CASES

UA1 = page.ValidationProfile.PDF_UA_1
both = pytest.mark.parametrize("lang", LANGS)
each = pytest.mark.parametrize(
    "case", ["month", "year", "empty", "one-exchange", "long-names", "crowded"]
)


@cache
def made(case: str, lang: Lang) -> bytes:
    return pdf(document(CASES[case](), lang))


@cache
def pages(case: str, lang: Lang) -> list[str]:
    """Their texts, with plain spaces."""
    reader = pypdf.PdfReader(io.BytesIO(made(case, lang)))
    return [re.sub(r"\s+", " ", one.extract_text()) for one in reader.pages]


def elements(node: object) -> Iterator[DictionaryObject]:
    """All elements of the structure tree."""
    if isinstance(node, pypdf.generic.IndirectObject):
        node = node.get_object()
    if isinstance(node, ArrayObject):
        for one in node:
            yield from elements(one)
    elif isinstance(node, DictionaryObject):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node["/K"])


def kind(element: DictionaryObject) -> str:
    """H1, Table, Figure, ..., behind a stroke."""
    return str(element["/S"])


@each
@both
def test_it_conforms_to_pdf_ua(case: str, lang: Lang) -> None:
    told = page.validate_pdf_bytes(made(case, lang), profile=UA1)
    assert [(one.rule_id, one.message) for one in told.failures] == []
    assert told.is_compliant
    assert told.rules.total > 100


def _without_structure(root: DictionaryObject) -> None:
    del root["/StructTreeRoot"]


def _without_marks(root: DictionaryObject) -> None:
    del root["/MarkInfo"]


def _without_title_shown(root: DictionaryObject) -> None:
    del root["/ViewerPreferences"]


def _without_metadata(root: DictionaryObject) -> None:
    del root["/Metadata"]


def _without_alt(root: DictionaryObject) -> None:
    figures = [one for one in elements(root["/StructTreeRoot"]) if kind(one) == "/Figure"]
    del figures[0]["/Alt"]


def _with_headings_skipped(root: DictionaryObject) -> None:
    for one in elements(root["/StructTreeRoot"]):
        if kind(one) == "/H2":
            one[NameObject("/S")] = NameObject("/H5")


@pytest.mark.parametrize(
    "breaking",
    [
        _without_structure,
        _without_marks,
        _without_title_shown,
        _without_metadata,
        _without_alt,
        _with_headings_skipped,
    ],
)
def test_the_validator_refuses_what_is_broken(
    breaking: Callable[[DictionaryObject], None],
) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(made("month", "fr")))
    breaking(writer.root_object)
    out = io.BytesIO()
    writer.write(out)
    assert not page.is_pdf_compliant_bytes(out.getvalue(), profile=UA1)


@each
@both
def test_it_names_itself_and_its_language(case: str, lang: Lang) -> None:
    reader = pypdf.PdfReader(io.BytesIO(made(case, lang)))
    root = reader.root_object
    assert str(root["/Lang"]).startswith(lang)
    report = CASES[case]()
    assert reader.metadata is not None
    assert report.head.organisation in str(reader.metadata.title)
    assert reader.metadata.creation_date is not None


@both
def test_tables_have_heads_and_pictures_have_words(lang: Lang) -> None:
    reader = pypdf.PdfReader(io.BytesIO(made("month", lang)))
    found = list(elements(reader.root_object["/StructTreeRoot"]))
    kinds = [kind(one) for one in found]
    drawn = document(CASES["month"](), lang).parts
    charts = sum(1 for part in drawn for block in part.blocks if "svg" in dir(block))
    pairs = sum(1 for part in drawn for block in part.blocks if isinstance(block, Pair))
    tables = sum(1 for part in drawn for block in part.blocks if isinstance(block, Table))
    tables += 2 * pairs
    assert pairs == 1
    assert kinds.count("/Figure") >= charts
    assert kinds.count("/Table") == tables
    assert kinds.count("/THead") == tables
    assert kinds.count("/H1") == 3
    alts = [one.get("/Alt") for one in found if kind(one) == "/Figure" and "/Alt" in one]
    assert len(alts) == charts
    assert all(isinstance(alt, TextStringObject) and len(alt) > 20 for alt in alts)


@each
@both
def test_every_font_is_embedded(case: str, lang: Lang) -> None:
    reader = pypdf.PdfReader(io.BytesIO(made(case, lang)))
    fonts = {}
    for sheet in reader.pages:
        resources = sheet["/Resources"]
        assert isinstance(resources, DictionaryObject)
        for font in cast("DictionaryObject", resources["/Font"]).values():
            for one in font["/DescendantFonts"]:
                described = one.get_object()["/FontDescriptor"]
                name = str(one.get_object()["/BaseFont"])
                fonts[name] = any(key in described for key in ("/FontFile2", "/FontFile3"))
    assert all(fonts.values())
    assert {name.partition("+")[2].partition("-")[0] for name in fonts} <= {"Inter", "InterDisplay"}


READERS = {"fr": ("Élus", "DSI", "Agents"), "en": ("Elected officials", "IT department", "Staff")}


@each
@both
def test_elus_and_agents_get_one_page_each(case: str, lang: Lang) -> None:
    """The reader is named at the head of every page."""
    first, middle, last = READERS[lang]
    heads = [text[:400] for text in pages(case, lang)]
    assert [first in head for head in heads] == [True, *[False] * (len(heads) - 1)]
    assert all(middle in head for head in heads[1:-1])
    assert last in heads[-1]


@both
@pytest.mark.parametrize("case", ["month", "year", "crowded", "long-names"])
def test_the_dsi_gets_four_to_six_pages(case: str, lang: Lang) -> None:
    assert 4 <= len(pages(case, lang)) - 2 <= 6


@each
@both
def test_every_page_says_that_the_data_are_simulated(case: str, lang: Lang) -> None:
    mark = {"fr": "DONNÉES SIMULÉES", "en": "SIMULATED DATA"}[lang]
    assert all(mark in text for text in pages(case, lang))


def test_real_data_are_not_called_simulated() -> None:
    from msgspec.structs import replace

    report = CASES["month"]()
    real = replace(report, head=replace(report.head, simulated=False))
    reader = pypdf.PdfReader(io.BytesIO(pdf(document(real, "fr"))))
    assert not any("SIMUL" in one.extract_text() for one in reader.pages)


@both
def test_the_same_report_gives_the_same_bytes(lang: Lang) -> None:
    again = pdf(document(CASES["month"](), lang))
    assert again == made("month", lang)
