from __future__ import annotations

import re
from pathlib import Path

import pytest

from proxy.wire.base import Format
from proxy.wire.formats import FORMATS
from proxy.wire.reading import Reading
from tests.support.wire import EXCHANGES, a_call

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_has_its_name_and_goldens(name: str) -> None:
    assert issubclass(FORMATS[name], Format)
    assert FORMATS[name].name == name
    assert list((EXCHANGES / name).glob("*/case.json"))


def test_every_golden_has_a_format() -> None:
    assert {folder.name for folder in EXCHANGES.iterdir()} == set(FORMATS)


def test_the_catalogue_names_known_formats_only() -> None:
    named = {
        found
        for file in (ROOT / "config" / "providers").glob("*.yaml")
        for found in re.findall(r"\bformat: *([a-z-]+)", file.read_text())
    }
    assert "openai-chat" in named
    assert named <= set(FORMATS)


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_format_starts_from_its_call(name: str) -> None:
    reading = Reading()
    FORMATS[name](a_call(name, model="m", region="FR"), reading)
    assert (reading.model_asked, reading.region) == ("m", "FR")


def test_the_howto_is_true() -> None:
    text = (ROOT / "docs" / "howto" / "add-a-wire-format.md").read_text()
    named = re.findall(r"`((?:proxy|tests|docs|config)/[\w/.-]+)`", text)
    assert named
    for path in named:
        assert (ROOT / path).exists(), path
