"""What to do when an alert fires: the pages of docs/operate/runbooks/, as the site shows them.

An alert and a panel lead here, so that they open without the internet and in the reader's
language. The files are ours; still, no HTML in them is taken over, and a link that leaves
the folder becomes the path of the file in the documentation.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from proxy.texts import Lang, typeset

__all__ = ["FOLDER", "Runbook", "read"]

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "operate" / "runbooks"
_HOME = "docs/operate/runbooks"
_FILE = re.compile(r"(?P<name>[a-z][a-z-]*)(?P<french>\.fr)?\.md\Z")
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


@dataclass(frozen=True, slots=True)
class Runbook:
    """The page of one alert."""

    name: str
    """Of its address: auditor-down."""
    title: str
    """The alert's name."""
    lead: str
    """What has happened, in a sentence."""
    body: Markup
    """The rest."""


def read(lang: Lang, folder: Path = FOLDER) -> Mapping[str, Runbook]:
    """Every runbook of a language by its name; none where the documentation is not installed."""
    found = {}
    for path in sorted(folder.glob("*.md")):
        match = _FILE.match(path.name)
        if match and bool(match["french"]) == (lang == "fr"):
            found[match["name"]] = _runbook(match["name"], path.read_text(encoding="utf-8"), lang)
    return found


def _runbook(name: str, text: str, lang: Lang) -> Runbook:
    title, lead, body = text.removeprefix("# ").split("\n\n", 2)
    tokens = _MARKDOWN.parse(body)
    for token in tokens:
        if token.children:
            token.children = list(_linked(token.children))
            for child in token.children:
                if child.type == "text":
                    child.content = typeset(child.content, lang)
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    told = typeset(lead.replace("`", ""), lang)
    return Runbook(name, title, told, Markup(html))  # noqa: S704 - made above


def _linked(children: list[Token]) -> Iterator[Token]:
    """The pieces of a line, with every link leading to a page of the site, or to none."""
    outside = ""
    for child in children:
        href = str(child.attrGet("href") or "")
        match = _FILE.match(href)
        if match:
            child.attrSet("href", match["name"])
        elif child.type == "link_open":
            outside = posixpath.normpath(posixpath.join(_HOME, href))
            continue
        elif child.type == "link_close" and outside:
            yield Token("text", "", 0, content=f" ({outside})")
            outside = ""
            continue
        yield child
