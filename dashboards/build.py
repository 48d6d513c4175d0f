"""Every dashboard in every language, as the files that are committed."""

from __future__ import annotations

from pathlib import Path

from dashboards.edge import EDGE
from dashboards.footprint import FOOTPRINT
from dashboards.overview import OVERVIEW
from dashboards.panel import Board
from dashboards.privacy import PRIVACY
from dashboards.render import render
from dashboards.texts import LANGUAGES, read
from dashboards.uses import USES
from dashboards.words import WORDS

__all__ = ["BOARDS", "FOLDER", "generated"]

FOLDER = Path(__file__).parent / "grafana"

BOARDS: tuple[Board, ...] = (OVERVIEW, USES, FOOTPRINT, WORDS, EDGE, PRIVACY)


def generated() -> dict[Path, str]:
    """Path of each file to what it holds."""
    return {
        FOLDER / language / f"{board.key}.json": render(board, texts)
        for language in LANGUAGES
        for texts in (read(language),)
        for board in BOARDS
    }
