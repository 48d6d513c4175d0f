"""The shipped files themselves: schema, sources, dates, wire formats, style."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from proxy.catalogue.files import (
    NEVER_INTERCEPT,
    RULE_SETS,
    SOURCES,
    CatalogueFile,
    HostLine,
    NeverLine,
    read_folder,
)
from proxy.config.yamlfile import parse
from proxy.providers import Catalogue
from proxy.wire.formats import FORMATS
from tests.support.catalogue import FOLDER, shipped

SCHEMAS = FOLDER.parent / "schema"
NAMES = {
    RULE_SETS: "rule-sets.json",
    NEVER_INTERCEPT: "never-intercept.json",
    SOURCES: "sources.json",
}
FILES = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_file_fits_its_schema_and_says_so(file: Path) -> None:
    schema = NAMES.get(file.name, "provider.json")
    text = file.read_text(encoding="utf-8")
    first, _, _ = text.partition("\n")
    assert first == f"# yaml-language-server: $schema=../schema/{schema}"
    assert max(map(len, text.splitlines())) <= 110
    tree: Any = parse(text)
    date.fromisoformat(tree["checked"])
    jsonschema.validate(tree, json.loads((SCHEMAS / schema).read_text(encoding="utf-8")))


def test_one_file_is_one_provider() -> None:
    for file in _read():
        if file.head is not None:
            assert Path(file.name).stem == file.head.provider
            assert {host.tool for host in file.hosts} <= set(file.tools)


def test_every_host_has_a_source_and_every_mark_is_explained() -> None:
    files = _read()
    known = {mark for file in files for mark in file.sources}
    used = set()
    for file in files:
        lines: list[HostLine | NeverLine] = [*file.hosts, *file.never]
        for line in lines:
            assert line.sources, f"{file.name}: {line.host}"
            used |= set(line.sources)
    assert used <= known


def test_every_rule_set_is_used() -> None:
    files = _read()
    named = {name for file in files for name in file.rule_sets}
    used = {
        use if isinstance(use, str) else use.use
        for file in files
        for host in file.hosts
        for use in host.read
    }
    assert named - used == {"shapes", "web-shapes"}


def test_every_wire_format_exists() -> None:
    Catalogue.load([FOLDER], formats=FORMATS)
    assert shipped().formats <= set(FORMATS)


def _read() -> list[CatalogueFile]:
    return [file for _, file in read_folder(FOLDER)]
