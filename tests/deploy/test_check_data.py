from __future__ import annotations

from pathlib import Path

import check_data
import pytest

GOOD = "departments: [{name: a}]\n"


def test_the_shipped_data_are_right(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_data.main() == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("config/x.yaml", "a: 1\na: 2\n", "config/x.yaml, line 2: the key a is there twice"),
        ("config/deep/x.yml", "a: [", "config/deep/x.yml, line 2: "),
        ("dashboards/x.json", "{", "dashboards/x.json: "),
    ],
)
def test_an_unreadable_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, told: str
) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True)
    file.write_text(text)
    monkeypatch.setattr(check_data, "ROOT", tmp_path)
    (found,) = check_data.unreadable()
    assert found.startswith(told)


def test_mistakes_of_the_two_files_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = check_data.ROOT
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "schema").symlink_to(real / "config" / "schema")
    (tmp_path / "config" / "jauge.yaml").write_text("edge: {workers: x}\n")
    (tmp_path / "config" / "organisation.yaml").write_text(GOOD)
    monkeypatch.setattr(check_data, "ROOT", tmp_path)
    (underlined,) = check_data.against_schemas()
    assert underlined.startswith("config/jauge.yaml: $.edge")
    (refused,) = check_data.unloadable()
    assert "edge.workers: expected a whole number" in refused
