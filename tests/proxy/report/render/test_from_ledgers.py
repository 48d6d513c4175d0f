"""Reports made from real ledgers at the edges: both languages, no key shown."""

from __future__ import annotations

import re
from pathlib import Path

import pypdf
import pytest

from proxy.coverage import LOST
from proxy.ledger import Gap, Ledger
from proxy.metrics import EDGE_GAPS
from proxy.report.facts import OUTSIDE
from proxy.report.render import render
from proxy.texts import LANGS
from tests.proxy.report.test_make import CASES, filled
from tests.support.towns import ORGANISATION, at

KEY = re.compile(r">[^<>]*\b[a-z]+_[a-z_]+\b")
"""Text with an underscore: a key that no catalogue has words for."""
ALLOWED = {"organisation.yaml"}


@pytest.mark.parametrize("case", CASES)
def test_each_gives_a_whole_report(tmp_path: Path, case: str) -> None:
    report = filled(tmp_path, *CASES[case])
    for lang in LANGS:
        paths = {
            path.name: path for path in render(report, lang, ["html", "csv"], tmp_path / "out")
        }
        text = paths[f"report.{lang}.html"].read_text(encoding="utf-8")
        main = text[text.index("<main>") :]
        assert KEY.findall(re.sub(r"<svg.*?</svg>", "", main, flags=re.DOTALL)) == []
        assert paths[f"coverage.{lang}.csv"].stat().st_size


def test_every_kind_of_gap_can_be_told(tmp_path: Path) -> None:
    def seen(ledger: Ledger) -> None:
        kinds = (*EDGE_GAPS, *LOST, "clock", "count", "impact")
        ledger.add_gaps([Gap(at(3), kind, "", number + 1) for number, kind in enumerate(kinds)])

    report = filled(tmp_path, seen, "2026-10", ORGANISATION)
    assert len(report.incidents.gaps) == len(
        {*EDGE_GAPS, *LOST, "clock", "count", "impact"} - OUTSIDE
    )
    for lang in LANGS:
        assert render(report, lang, ["html", "csv"], tmp_path / "out")


@pytest.mark.parametrize("case", ["one-exchange", "busy"])
def test_its_pdf_has_a_page_for_each_reader(tmp_path: Path, case: str) -> None:
    (path,) = render(filled(tmp_path, *CASES[case]), "fr", ["pdf"], tmp_path / "out")
    heads = [page.extract_text()[:200] for page in pypdf.PdfReader(path).pages]
    assert 5 <= len(heads) <= 8
    assert "Élus" in heads[0]
    assert "Agents" in heads[-1]
    assert all("DSI" in head for head in heads[1:-1])
