"""The examples of docs/howto/add-a-provider.md are files that load."""

from __future__ import annotations

import re
from pathlib import Path

from proxy.providers import Catalogue
from proxy.wire.formats import FORMATS
from tests.support.catalogue import FOLDER

TEXT = (FOLDER.parents[1] / "docs" / "howto" / "add-a-provider.md").read_text(encoding="utf-8")
PROVIDER, RULES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


def _load(folder: Path, text: str) -> Catalogue:
    (folder / "mairie.yaml").write_text(text, encoding="utf-8")
    return Catalogue.load([FOLDER, folder], formats=FORMATS)


def test_the_example_of_a_host(tmp_path: Path) -> None:
    catalogue = _load(tmp_path, PROVIDER)
    host = catalogue.host("10.20.0.15:8000")
    assert host is not None
    assert (host.tool, host.decrypt, host.region) == ("notre-ia", True, "FR")
    assert catalogue.call(host, "POST", "/v1/chat/completions", {}) is not None


def test_the_example_of_rules(tmp_path: Path) -> None:
    text = PROVIDER.replace("region: FR}", "region: FR, read: [exemple]}")
    catalogue = _load(tmp_path, text + RULES)
    host = catalogue.host("llm.saint-exemple.example")
    assert host is not None
    call = catalogue.call(host, "POST", "/v1/models/m-1:streamGenerate", {})
    assert call is not None
    assert (call.wire_format, call.model, call.action) == ("gemini", "m-1", "streamGenerate")
    assert catalogue.call(host, "POST", "/v1/messages/preview", {}) is None
    assert catalogue.call(host, "POST", "/v1/messages", {}) is not None


def test_every_key_of_hosts_and_rules_is_told() -> None:
    for key in (
        "region_from_host",
        "websocket",
        "shapes",
        "sources",
        "skip",
        "when",
        "never-inter",
    ):
        assert f"`{key}" in TEXT, key
