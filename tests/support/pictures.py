"""Rewrites the pictures of the page in docs/: python -m tests.support.pictures

The page of the simulated year (bench/year), as it is served, in a real browser.
"""

from __future__ import annotations

import datetime as dt
import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import ViewportSize

from bench.year.fill import fill
from bench.year.town import YEAR
from proxy.ledger import Ledger, url_of
from tests.support import site, town
from tests.support.browser import browser

DOCS = Path(__file__).parents[2] / "docs"
DESKTOP: ViewportSize = {"width": 1280, "height": 1060}
PHONE: ViewportSize = {"width": 390, "height": 1060}
COLOURS = 160
PICTURES = {
    "page-desktop-light": (DESKTOP, "light", "en"),
    "page-desktop-dark": (DESKTOP, "dark", "en"),
    "page-phone-light": (PHONE, "light", "en"),
    "page-phone-dark": (PHONE, "dark", "en"),
    "page.fr": (DESKTOP, "light", "fr"),
}
"""Name of the file to size, scheme and language."""


def main() -> None:
    """Simulate, serve, take the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        config = town.configure(Path(folder))
        clock = [0.0]
        timezone = config.settings.timezone
        with Ledger.open(url_of(config), timezone=timezone, clock=lambda: clock[0]) as ledger:
            fill(ledger, clock, config.zone, print)
        now = dt.datetime(YEAR, 10, 28, 17, 5, tzinfo=config.zone).timestamp()
        with site.served(config, now=now) as served, browser() as chromium:
            for name, (size, scheme, lang) in PICTURES.items():
                context = chromium.new_context(
                    viewport=size, color_scheme="dark" if scheme == "dark" else "light"
                )
                page = context.new_page()
                page.goto(f"{served.url}/{lang}/")
                page.evaluate("document.fonts.ready")
                _save(page.screenshot(), DOCS / f"{name}.png")
                context.close()


def _save(picture: bytes, file: Path) -> None:
    """With the few colours that a page has: a third of the size."""
    with Image.open(io.BytesIO(picture)) as full:
        full.convert("RGB").quantize(
            COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        ).save(file, optimize=True)


if __name__ == "__main__":
    main()
