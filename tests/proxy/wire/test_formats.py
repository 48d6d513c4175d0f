from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from proxy.wire.base import Format
from proxy.wire.formats import FORMATS
from proxy.wire.reader import Reader
from proxy.wire.reading import Reading
from tests.support.wire import EXCHANGES, a_call, shown

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


HOWTO = (ROOT / "docs" / "howto" / "add-a-wire-format.md").read_text()


def test_the_howto_names_files_that_are_there() -> None:
    named = re.findall(r"`((?:proxy|tests|docs|config)/[\w/.-]+)`", HOWTO)
    assert "proxy/wire/reader.py" in named
    for path in named:
        assert (ROOT / path).exists(), path


def test_the_example_of_the_howto_works(monkeypatch: pytest.MonkeyPatch) -> None:
    code, golden = re.findall(r"```(?:python|json)\n(.*?)```", HOWTO, re.DOTALL)[:2]
    module = ModuleType("example_of_the_howto")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(code, module.__dict__)
    monkeypatch.setitem(FORMATS, "example", module.Example)
    asked = b'{"model": "example-1", "question": "Quand ouvre la mairie ?"}'
    said = '{"answer": "À neuf heures.", "tokens": {"in": 11, "out": 5}, "last": true}'.encode()
    expected = json.loads(golden)["reading"]
    for answer, streamed in ((said, False), (b"data: " + said + b"\n\n", True)):
        reader = Reader(a_call("example"), limit_bytes=10_000)
        reader.start_request({})
        reader.feed_request(asked)
        reader.start_answer(200, {})
        reader.feed_answer(answer)
        assert shown(reader.finish()) == expected | ({"streamed": True} if streamed else {})
