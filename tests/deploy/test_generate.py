from __future__ import annotations

import json
from pathlib import Path

import generate
import jsonschema
import pytest

from proxy.config.yamlfile import parse


def test_what_is_generated_is_current() -> None:
    assert [str(path) for path in generate.stale()] == []


def test_every_key_has_its_text_and_stands_in_the_manual() -> None:
    manual = generate.REFERENCE.read_text(encoding="utf-8")
    for name in generate.DOCUMENTS:
        for part, content in generate.schema(name)["$defs"].items():
            for key, field in content["properties"].items():
                is_group = any("$ref" in option for option in field.get("anyOf", [field]))
                is_list = any("items" in option for option in field.get("anyOf", [field]))
                assert "description" in field or is_group or is_list, f"{part}.{key}"
                if "description" in field:
                    assert f"{key}` |" in manual, f"{part}.{key}"


@pytest.mark.parametrize(
    ("name", "text", "right"),
    [
        ("jauge", "edge:\n  workers: 2\n", True),
        ("jauge", "edge:\n  workers:\nauditor:\n", True),
        ("jauge", "edge: {workers: -1}", False),
        ("jauge", "edge: {wrokers: 1}", False),
        ("jauge", "edge: {mode: transparent}", False),
        ("organisation", "departments: [{name: a, headcount: 3}]", True),
        ("organisation", "departments: [{headcount: 3}]", False),
    ],
)
def test_editors_see_what_the_loader_sees(name: str, text: str, *, right: bool) -> None:
    checker = jsonschema.Draft202012Validator(generate.schema(name))
    assert checker.is_valid(parse(text)) is right


def test_a_stale_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    monkeypatch.setattr(generate, "SCHEMAS", tmp_path)
    monkeypatch.setattr(generate, "reference", lambda: "")
    monkeypatch.setattr(generate, "REFERENCE", tmp_path / "configuration.md")
    assert generate.main(["--check"]) == 1
    assert "jauge.json is stale: run `make generate`" in capsys.readouterr().out
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0
    assert json.loads((tmp_path / "jauge.json").read_text())["title"] == "config/jauge.yaml"
