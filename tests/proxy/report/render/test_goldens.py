"""What readers read, word for word, for months at the edges, in both languages.

To accept a change that was meant: `JAUGE_GOLDENS=rewrite` in the environment, then look at
the difference.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from proxy.report.render import document
from proxy.report.render.blocks import (
    Block,
    Box,
    Bullets,
    Cards,
    Chart,
    Columns,
    Heading,
    Pair,
    Para,
    Table,
    Terms,
)
from proxy.report.render.say import Say
from proxy.report.render.tables import TABLES, csv_text
from proxy.texts import LANGS, Lang
from tests.support.report_cases import CASES

GOLDENS = Path(__file__).parent / "goldens"
FILES = sorted(GOLDENS.glob("*.txt"))
VISIBLE = str.maketrans({"\u00a0": "_", "\u202f": "~"})
"""Spaces that do not break, made visible: _ and, narrow, ~."""


def lines(block: Block) -> list[str]:  # noqa: C901, PLR0911 - a kind of block, a way to tell it
    """A block as plain lines."""
    match block:
        case Heading():
            return ["", f"{'#' * block.level} {block.text}"]
        case Para():
            return [block.text]
        case Bullets():
            return [f"* {item}" for item in block.items]
        case Terms():
            return [f"{term} = {text}" for term, text in block.items]
        case Table():
            head = " | ".join(column.name for column in block.columns)
            rows = [" | ".join(row).replace("\n", " / ") for row in block.rows]
            return [f"[{block.caption}]", head, *rows, *([block.note] if block.note else [])]
        case Pair():
            return [*lines(block.left), *lines(block.right)]
        case Chart():
            return [f"(chart: {block.alt})"]
        case Cards():
            return [f"{c.title} / {c.value} / {c.central} / {c.text}" for c in block.items]
        case Box():
            return ["", f"+ {block.title}", *(line for one in block.blocks for line in lines(one))]
        case Columns():
            pairs = zip(block.left, block.right, strict=True)
            return [line for pair in pairs for box in pair for line in lines(box)]


def told(case: str, lang: Lang) -> str:
    """The whole report as text, then its CSV files."""
    report = CASES[case]()
    out = []
    for part in document(report, lang).parts:
        out += ["", f"# {part.reader}: {part.title}"]
        out += [line for block in part.blocks for line in lines(block)]
    say = Say(lang)
    for name in ("beges", "coverage", "reen"):
        sheet = TABLES[name](report, say)
        if sheet.rows:
            out += ["", f"--- {name}", csv_text(sheet, say, simulated=True).lstrip("\ufeff")]
    text = "\n".join(out).replace("\r\n", "\n").translate(VISIBLE)
    return "\n".join(line.rstrip() for line in text.splitlines()).strip() + "\n"


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("case", CASES)
def test_a_report_reads_as_it_did(case: str, lang: Lang) -> None:
    file = GOLDENS / f"{case}.{lang}.txt"
    now = told(case, lang)
    if os.environ.get("JAUGE_GOLDENS") == "rewrite":
        file.parent.mkdir(exist_ok=True)
        file.write_text(now, encoding="utf-8")
    assert now == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("case", CASES)
def test_no_key_of_a_catalogue_shows(case: str, lang: Lang) -> None:
    """A word without a name would show as its key, or with braces."""
    text = told(case, lang).partition("\n--- ")[0]
    assert "{" not in text
    for key in ("client_error", "record_", "sanctioned", "undeclared_", "masculine_generic"):
        assert key not in text


def test_no_reader_is_told_of_anything_green_or_frugal() -> None:
    praise = re.compile(r"\b(?:verte?s?|green|frugal\w*)\b", re.IGNORECASE)
    said = {file.name: praise.findall(file.read_text(encoding="utf-8")) for file in FILES}
    assert {name: words for name, words in said.items() if words} == {}
    assert len(said) == 2 * len(CASES)


def test_goldens_belong_to_cases() -> None:
    names = {file.name for file in FILES}
    assert names == {f"{case}.{lang}.txt" for case in CASES for lang in LANGS}


def test_no_french_page_has_a_sign_without_its_space() -> None:
    """Narrow and unbreakable before ; : ! and ?, and inside quotation marks."""
    loose = re.compile(
        r"[^~\s] ?[;!?](?:\s|$)|[^~\s] ?:(?:\s|$)|«[^~]|[^~]»|\"|\d\.\d+ ?%", re.MULTILINE
    )
    pages = {file.name: file.read_text(encoding="utf-8") for file in FILES if ".fr." in file.name}
    found = {
        name: loose.findall(re.sub(r"(?m)^# .*$|\(chart:", "", text.partition("\n--- ")[0]))
        for name, text in pages.items()
    }
    assert {name: signs for name, signs in found.items() if signs} == {}
