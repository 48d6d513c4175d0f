"""Files on the disk: whole, named by language, the same for the same report."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from proxy.report.model import Report
from proxy.report.render import FORMATS, render
from proxy.texts import LANGS
from tests.support.report_cases import CASES


def test_every_format_is_written_and_given(tmp_path: Path) -> None:
    for lang in LANGS:
        paths = render(CASES["year"](), lang, FORMATS, tmp_path / "2026")
        names = {path.name for path in paths}
        assert {f"report.{lang}.html", f"report.{lang}.pdf", "report.json"} <= names
        assert {f"{table}.{lang}.csv" for table in ("beges", "reen", "uses")} <= names
        assert all(path.stat().st_size for path in paths)
    assert not list((tmp_path / "2026").glob(".*"))


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        render(CASES["month"](), "fr", FORMATS, tmp_path / name)
    first = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    second = {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}
    assert first == second


def test_only_what_is_asked_for_is_written(tmp_path: Path) -> None:
    (path,) = render(CASES["empty"](), "en", ["html"], tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == [path.name] == ["report.en.html"]


def test_json_is_the_model(tmp_path: Path) -> None:
    report = CASES["month"]()
    (path,) = render(report, "en", ["json"], tmp_path)
    assert msgspec.json.decode(path.read_bytes(), type=Report) == report


def test_tables_without_rows_are_not_written(tmp_path: Path) -> None:
    names = {path.name for path in render(CASES["empty"](), "fr", ["csv"], tmp_path)}
    assert "coverage.fr.csv" in names
    assert "beges.fr.csv" not in names


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OSError, match="file"):
        render(CASES["empty"](), "fr", ["json"], tmp_path / "file" / "below")


def test_each_format_is_told_before_it_is_made(tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    render(
        CASES["empty"](),
        "fr",
        ["html", "pdf", "json"],
        tmp_path,
        lambda name: told.append((name, len(list(tmp_path.iterdir())))),
    )
    assert told == [("html", 0), ("pdf", 1), ("json", 2)]
