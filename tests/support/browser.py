"""A real browser, and the accessibility checker that runs in it.

Chromium is Debian's package; axe-core comes from npm, its archive held against the hash that
stands here, into a folder that git ignores. Where one of them cannot be had, the test is
skipped with the reason.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.support.debian import program

__all__ = ["PHONE", "SCREEN", "axe_source", "browser", "violations"]

SCREEN: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}

AXE = "axe-core@4.14.1"
AXE_SHA512 = (
    "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
)
"""Of the archive, as the registry states it."""
CACHE = Path(__file__).parents[2] / ".cache" / "npm"
PATIENCE_S = 60
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
    name, _, version = AXE.partition("@")
    archive = CACHE / f"{name}-{version}.tgz"
    if not archive.is_file():
        _fetch(archive)
    content = archive.read_bytes()
    found = base64.b64encode(hashlib.sha512(content).digest()).decode()
    assert found == AXE_SHA512, f"{archive} is not {AXE}; remove it"
    with tarfile.open(fileobj=io.BytesIO(content)) as files:
        script = files.extractfile("package/axe.min.js")
        assert script is not None
        return script.read().decode()


def _fetch(archive: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is missing: axe-core cannot be had")
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=archive.parent) as folder:
        command = [npm, "pack", AXE, "--ignore-scripts", "--pack-destination", folder]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE_S)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            pytest.skip(f"npm cannot fetch {AXE} ({type(error).__name__})")
        (Path(folder) / archive.name).replace(archive)


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
