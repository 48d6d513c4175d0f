"""A real browser, and the accessibility checker that runs in it.

Chromium is Debian's package; axe-core comes from npm, its archive held against the hash that
stands here. Where one of them cannot be had, the test is skipped with the reason.
"""

from __future__ import annotations

import contextlib
import tarfile
from collections.abc import Iterator
from functools import cache
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.support.debian import program
from tests.support.npmjs import archive

__all__ = ["PHONE", "SCREEN", "axe_source", "browser", "violations"]

SCREEN: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}

AXE = "axe-core@4.14.1"
AXE_SHA512 = (
    "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
)
"""Of the archive, as the registry states it."""
_ARGUMENTS = (
    "--no-sandbox",  # root has none
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    path = program("chromium", "chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        try:
            yield found
        finally:
            found.close()


@cache
def axe_source() -> str:
    """The checker, as one script."""
    with tarfile.open(archive(AXE, AXE_SHA512)) as files:
        script = files.extractfile("package/axe.min.js")
        assert script is not None
        return script.read().decode()


def violations(page: Page) -> list[str]:
    """What axe finds wrong with a page: rule and element, one a line.

    The script comes in by the debugger's way, so that the page's own policy stays in force.
    """
    page.evaluate(axe_source())
    found: dict[str, Any] = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", list(RULES)
    )
    assert len(found["passes"]) > 10, "axe has looked at the page"
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
