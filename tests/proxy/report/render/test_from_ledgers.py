"""Reports made from real ledgers at the edges: both languages, no key shown."""

from __future__ import annotations

import re
from pathlib import Path

import pypdf
import pytest

from proxy.report.render import render
from proxy.texts import LANGS
from tests.proxy.report.test_make import CASES, filled

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


@pytest.mark.parametrize("case", ["one-exchange", "busy"])
def test_its_pdf_has_a_page_for_each_reader(tmp_path: Path, case: str) -> None:
    (path,) = render(filled(tmp_path, *CASES[case]), "fr", ["pdf"], tmp_path / "out")
    heads = [page.extract_text()[:200] for page in pypdf.PdfReader(path).pages]
    assert 5 <= len(heads) <= 8
    assert "Élus" in heads[0]
    assert "Agents" in heads[-1]
    assert all("DSI" in head for head in heads[1:-1])
