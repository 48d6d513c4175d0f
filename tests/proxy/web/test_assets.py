from __future__ import annotations

import re

import pytest
from starlette.applications import Starlette

from proxy.web.assets import Assets
from tests.support.web import ask


async def test_every_file_is_served_and_may_be_kept() -> None:
    assets = Assets()
    app = Starlette(routes=[assets.route()])
    assert {"page.css", "page.js", "icon.svg", "Inter-Regular.woff2"} <= set(assets.files)
    for name, asset in assets.files.items():
        answer = await ask(app, assets.url(name))
        assert (answer.status_code, answer.content) == (200, asset.content)
        assert answer.headers["content-type"] == asset.media
        assert "immutable" in answer.headers["cache-control"]


async def test_an_address_of_another_version_is_none() -> None:
    assets = Assets()
    app = Starlette(routes=[assets.route()])
    for path in ("/static/000000000000/page.css", assets.url("page.css") + "x"):
        assert (await ask(app, path)).status_code == 404


def test_the_style_sheet_asks_nobody_else() -> None:
    style = Assets().files["page.css"].content.decode()
    sources = re.findall(r"url\(\"?([^\")]+)", style)
    assert sources
    assert all(source.startswith("./") for source in sources)
    assert "--accent" in style, "the tokens of proxy.look"


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        Assets().url("other.css")
