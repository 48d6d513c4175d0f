"""The HTML report in a real browser: no barrier, nothing too wide, nothing loaded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, ViewportSize

from proxy.report.render import render
from tests.support.browser import PHONE, SCREEN, browser, violations
from tests.support.report_cases import CASES

VIEWS: list[tuple[str, Literal["fr", "en"], ViewportSize, Literal["light", "dark"]]] = [
    ("month", "fr", SCREEN, "light"),
    ("long-names", "fr", PHONE, "light"),
    ("year", "en", SCREEN, "dark"),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.mark.slow
@pytest.mark.parametrize(("case", "lang", "size", "scheme"), VIEWS)
def test_no_barrier_and_nothing_too_wide(  # noqa: PLR0917 - what a view is
    chromium: Browser,
    tmp_path: Path,
    case: str,
    lang: Literal["fr", "en"],
    size: ViewportSize,
    scheme: Literal["light", "dark"],
) -> None:
    (file,) = render(CASES[case](), lang, ["html"], tmp_path)
    context = chromium.new_context(viewport=size, color_scheme=scheme)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert violations(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    fonts = page.evaluate("document.fonts.ready.then(all => [...all].map(f => f.status))")
    assert set(fonts) <= {"loaded", "unloaded"}
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    context.close()


@pytest.mark.slow
def test_it_prints_a_page_for_the_elus_and_one_for_the_agents(
    chromium: Browser, tmp_path: Path
) -> None:
    import io

    import pypdf

    (file,) = render(CASES["month"](), "fr", ["html"], tmp_path)
    page = chromium.new_page()
    page.goto(file.as_uri())
    texts = [one.extract_text() for one in pypdf.PdfReader(io.BytesIO(page.pdf())).pages]
    assert all("DONNÉES SIMULÉES" in text for text in texts)
    starts = [
        at
        for at, text in enumerate(texts)
        if "L’IA générative dans" in text or "Usages, empreinte et" in text or "L’IA au tr" in text
    ]
    assert starts == [0, 1, len(texts) - 1]
    page.close()
