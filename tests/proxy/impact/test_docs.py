"""docs/method against the factor files and the code."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

from proxy.cli import COMMANDS
from proxy.impact.closed_form import Hardware
from proxy.impact.equivalents import load as load_equivalents
from proxy.impact.listing import STALE_MONTHS, lines, shown
from proxy.impact.method import UNITS
from proxy.impact.published import Comparison, compare, read, summary
from tests.support.impact import estimator, factors

FOLDER = Path(__file__).parents[3] / "docs" / "method"
HOWTO = FOLDER.parent / "howto"
PAGES = sorted([*FOLDER.glob("*.md"), HOWTO / "add-a-model.md", HOWTO / "add-a-factor.md"])
ROW = re.compile(r"^\| `(\w+\.yaml) ([^`]+)` \| ([^|]+?) \| (.+?) \|$", re.MULTILINE)
CODE = re.compile(r"`(proxy(?:\.\w+)+)`")
FILE = re.compile(r"`((?:config|proxy|tests)/[\w./-]+)`")
LINK = re.compile(r"\]\(([\w./-]+\.md)\)")
COMMAND = re.compile(r"jauge (\w+)")


def text(page: Path) -> str:
    return page.read_text("utf-8")


ROWS = [
    pytest.param(*row, id=f"{page.stem}-{row[1]}")
    for page in PAGES
    for row in ROW.findall(text(page))
]


@pytest.mark.parametrize(("document", "key", "value", "source"), ROWS)
def test_every_figure_of_a_page_is_that_of_its_file(
    document: str, key: str, value: str, source: str
) -> None:
    figures = {(line.document, line.key): line.figure for line in lines(factors())}
    figure = figures[(document, key)]
    assert value == shown(figure)
    assert source == figure.source


def test_every_coefficient_has_its_page() -> None:
    documented = {key for page in PAGES for _, key, _, _ in ROW.findall(text(page))}
    figures = {*UNITS, *Hardware.__dataclass_fields__} - {"declared_fleet"}
    assert {f"figures.{name}" for name in figures} <= documented
    for fit in factors().method.fits:
        assert f"fits.{fit.name}.constant" in documented


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_names_exists(page: Path) -> None:
    content = text(page)
    root = FOLDER.parents[1]
    for name in CODE.findall(content):
        parts = name.split(".")
        for end in range(len(parts), 1, -1):
            try:
                found: object = importlib.import_module(".".join(parts[:end]))
            except ModuleNotFoundError:
                continue
            for attribute in parts[end:]:
                found = getattr(found, attribute)
            break
        else:
            pytest.fail(f"{page.name}: there is no {name}")
    for name in FILE.findall(content):
        assert (root / name).exists(), name
    for name in LINK.findall(content):
        assert (page.parent / name).exists(), name
    known = {*COMMANDS, "recompute"}
    for command in re.findall(r"(?:`|^    )jauge (\w+)", content, re.MULTILINE):
        assert command in known, command


def test_every_page_is_in_the_table_of_contents() -> None:
    listed = set(LINK.findall(text(FOLDER / "README.md")))
    assert listed == {page.name for page in FOLDER.glob("*.md")} - {"README.md"}


def test_the_page_of_published_figures() -> None:
    """Values to two digits, the counts, and every note."""
    comparisons = [compare(figure, estimator()) for figure in read()]
    content = text(FOLDER / "published.md")
    for one in comparisons:
        assert row_of(one) in content
        if one.figure.note and (not one.hit or not one.figure.counted):
            assert one.figure.note in content
    found = summary(comparisons)
    assert f"**{found.hits} of {found.figures}** inside" in content
    assert f"high/low **{found.median_width:.1f}**" in content


def row_of(one: Comparison) -> str:
    ours = f"{one.ours.low:.2g} ; {one.ours.central:.2g} ; {one.ours.high:.2g}"
    figure = one.figure
    return f"| `{figure.id}` | {figure.value:g} {figure.unit} | {ours} | {one.width:.1f} |"


def test_the_page_of_equivalents() -> None:
    content = text(FOLDER / "equivalents.md")
    for thing in load_equivalents().equivalents:
        assert f"| `{thing.id}` | {shown(thing.figure)} | {thing.figure.source} |" in content


def test_the_page_of_factor_sets() -> None:
    assert f"more than {STALE_MONTHS} months ago" in text(FOLDER / "factors.md")
